//! What is said to a machine and what it says, as bytes: that is how it gets over
//! the border between two WebAssembly modules, which have no memory in common.
//!
//! It is no format of the protocol: both sides are built from one source.

mod input;
mod output;
#[cfg(test)]
mod tests;

use super::{Ack, Caps, Stores};
use crate::wire::bytes::{BytesError, Reader, put_varint};

pub use self::input::{put_in, read_in};
pub use self::output::{put_outs, read_outs};

/// What a relay can do, as bytes.
pub fn put_caps(caps: &Caps) -> Vec<u8> {
    let mut out = vec![
        caps.stores as u8,
        caps.ack as u8,
        caps.live.into(),
        caps.removes.into(),
    ];
    put_varint(&mut out, caps.max_record as u64);
    out
}

/// What a relay can do, in these bytes.
///
/// # Errors
/// When they do not say.
pub fn read_caps(bytes: &[u8]) -> Result<Caps, BytesError> {
    let mut reader = Reader::new(bytes);
    let caps = Caps {
        stores: match reader.byte()? {
            0 => Stores::No,
            1 => Stores::ForAWhile,
            2 => Stores::Forever,
            _ => return Err(BytesError::Range),
        },
        ack: match reader.byte()? {
            0 => Ack::Sent,
            1 => Ack::Received,
            2 => Ack::Durable,
            _ => return Err(BytesError::Range),
        },
        live: read_flag(&mut reader)?,
        removes: read_flag(&mut reader)?,
        max_record: reader.varint32()? as usize,
    };
    reader.end()?;
    Ok(caps)
}

/// Nothing is 0, and a time one more than it is.
fn put_option(out: &mut Vec<u8>, value: Option<u64>) {
    put_varint(out, value.map_or(0, |it| it.saturating_add(1)));
}

fn read_option(reader: &mut Reader<'_>) -> Result<Option<u64>, BytesError> {
    Ok(reader.varint()?.checked_sub(1))
}

fn read_u16(reader: &mut Reader<'_>) -> Result<u16, BytesError> {
    u16::try_from(reader.varint()?).map_err(|_| BytesError::Range)
}

fn read_flag(reader: &mut Reader<'_>) -> Result<bool, BytesError> {
    match reader.byte()? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(BytesError::Range),
    }
}

fn text(bytes: &[u8]) -> Result<String, BytesError> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(_) => Err(BytesError::Range),
    }
}
