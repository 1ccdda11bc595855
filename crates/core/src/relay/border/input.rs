//! What is said to a machine.

use super::{put_option, read_option, read_u16, text};
use crate::relay::In;
use crate::wire::bytes::{BytesError, Reader, put_bytes, put_varint};

/// An input as bytes.
pub fn put_in(input: &In) -> Vec<u8> {
    let mut out = Vec::new();
    let mut put = |kind: u8, bytes: &[u8]| {
        out.push(kind);
        put_bytes(&mut out, bytes);
    };
    match input {
        In::Online => put(0, &[]),
        In::GoOffline => put(1, &[]),
        In::RetryNow => put(2, &[]),
        In::Tick => put(3, &[]),
        In::Publish(record) => put(4, record),
        In::ReadAgain { all } => put(13, &[u8::from(*all)]),
        In::StreamEvent(data) => put(5, data.as_bytes()),
        In::StreamClosed => put(6, &[]),
        In::SocketOpened => put(7, &[]),
        In::SocketBytes(bytes) => put(8, bytes),
        In::SocketText(text) => put(9, text.as_bytes()),
        In::SocketClosed { code } => {
            put(10, &[]);
            put_varint(&mut out, (*code).into());
        }
        In::Failed { req } => {
            put(11, &[]);
            put_varint(&mut out, (*req).into());
        }
        In::Response {
            req,
            status,
            retry_after,
            body,
        } => {
            put(12, body);
            put_varint(&mut out, (*req).into());
            put_varint(&mut out, (*status).into());
            put_option(&mut out, *retry_after);
        }
    }
    out
}

/// The input in these bytes.
///
/// # Errors
/// When there is none.
pub fn read_in(bytes: &[u8]) -> Result<In, BytesError> {
    let mut reader = Reader::new(bytes);
    let kind = reader.byte()?;
    let bytes = reader.bytes()?;
    // The others have nothing there.
    if !bytes.is_empty() && !matches!(kind, 4 | 5 | 8 | 9 | 12 | 13) {
        return Err(BytesError::Trailing);
    }
    let input = match kind {
        0 => In::Online,
        1 => In::GoOffline,
        2 => In::RetryNow,
        3 => In::Tick,
        4 => In::Publish(bytes.to_vec()),
        5 => In::StreamEvent(text(bytes)?),
        6 => In::StreamClosed,
        7 => In::SocketOpened,
        8 => In::SocketBytes(bytes.to_vec()),
        9 => In::SocketText(text(bytes)?),
        10 => In::SocketClosed {
            code: read_u16(&mut reader)?,
        },
        11 => In::Failed {
            req: reader.varint32()?,
        },
        12 => In::Response {
            body: bytes.to_vec(),
            req: reader.varint32()?,
            status: read_u16(&mut reader)?,
            retry_after: read_option(&mut reader)?,
        },
        13 if matches!(bytes, [0 | 1]) => In::ReadAgain { all: bytes == [1] },
        _ => return Err(BytesError::Range),
    };
    reader.end()?;
    Ok(input)
}
