//! What may stand at the end of a packet's head in MQTT 5, and what the codes
//! mean by which servers say why not.

use super::packet::{length, number};
use crate::relay::Trouble;
use crate::wire::bytes::{BytesError, Reader};

/// What a server says of itself. What is `None` is not said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Limits {
    /// So many messages may wait for its acknowledgement.
    pub(super) at_once: Option<u16>,
    /// The largest packet it takes, in bytes.
    pub(super) max_packet: Option<u32>,
    /// After so many seconds of silence it leaves.
    pub(super) keep_alive: Option<u16>,
    /// It keeps no messages, or does not acknowledge them, or can not be asked
    /// for several topics at once.
    pub(super) is_unfit: bool,
}

/// Reads all properties. Those that are not known are none of MQTT 5.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Limits, BytesError> {
    let length = length(reader)?.ok_or(BytesError::Range)?;
    let mut reader = Reader::new(reader.take(length)?);
    let mut limits = Limits::default();
    while !reader.rest().is_empty() {
        match reader.byte()? {
            0x13 => limits.keep_alive = Some(number(&mut reader)?),
            0x21 => limits.at_once = Some(number(&mut reader)?),
            0x27 => limits.max_packet = Some(reader.array().map(u32::from_be_bytes)?),
            // The best service; whether messages are kept; whether a topic may
            // have wildcards.
            0x24 | 0x25 | 0x28 => limits.is_unfit |= reader.byte()? == 0,
            0x01 | 0x17 | 0x19 | 0x29 | 0x2a => drop(reader.byte()?),
            0x22 | 0x23 => drop(number(&mut reader)?),
            0x02 | 0x11 | 0x18 => drop(reader.take(4)?),
            0x0b => drop(self::length(&mut reader)?.ok_or(BytesError::Range)?),
            0x03 | 0x08 | 0x09 | 0x12 | 0x15 | 0x16 | 0x1a | 0x1c | 0x1f => text(&mut reader)?,
            // What somebody says to others.
            0x26 => {
                text(&mut reader)?;
                text(&mut reader)?;
            }
            _ => return Err(BytesError::Range),
        }
    }
    Ok(limits)
}

/// Passes over a text, or bytes, with the length before it.
fn text(reader: &mut Reader<'_>) -> Result<(), BytesError> {
    let length = number(reader)?;
    reader.take(length.into())?;
    Ok(())
}

/// What a code other than success means, of a connection: of MQTT 3.1.1 those
/// below 128, of MQTT 5 the others. `Ok`: it may be otherwise soon; `Err`: only
/// people can change it.
pub(super) fn trouble(code: u8) -> Result<Trouble, Trouble> {
    match code {
        // The user or the password is wrong, or may not come in, or not so.
        4 | 5 | 134 | 135 | 138 | 140 => Err(Trouble::Denied),
        // It ends, is busy or not there, or another one took this one's place.
        0 => Ok(Trouble::Unreachable),
        3 | 136 | 137 | 139 | 141 | 142 | 152 => Ok(Trouble::Server(code.into())),
        147 | 150 | 159 => Ok(Trouble::SlowDown),
        149 => Ok(Trouble::TooLarge),
        151 => Ok(Trouble::Full),
        154 | 155 => Err(Trouble::KeepsNothing),
        _ => Err(Trouble::NotARelay(code.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_of_itself() {
        fn check(bytes: &[u8], expected: Option<&Limits>) {
            let found = read(&mut Reader::new(bytes)).ok();
            assert_eq!(found.as_ref(), expected, "{bytes:?}");
        }
        let limits = |at_once, max_packet, keep_alive, is_unfit| Limits {
            at_once,
            max_packet,
            keep_alive,
            is_unfit,
        };
        check(&[0], Some(&Limits::default()));
        check(
            b"\x0e\x21\0\x14\x27\0\x01\0\0\x13\0\x3c\x12\0\0",
            Some(&limits(Some(20), Some(65_536), Some(60), false)),
        );
        check(&[2, 0x25, 1], Some(&Limits::default()));
        for property in [0x24, 0x25, 0x28] {
            check(&[2, property, 0], Some(&limits(None, None, None, true)));
        }
        // One of each other kind.
        check(
            b"\x17\x26\0\x01a\0\x01b\x1f\0\x02no\x02\0\0\0\x01\x0b\x80\x01\x22\0\x05",
            Some(&Limits::default()),
        );
        check(&[], None);
        check(&[1], None);
        check(&[1, 0x21], None);
        check(&[2, 0x21, 0], None);
        check(&[1, 0x7f], None);
        check(&[3, 0x1f, 0, 1], None);
        check(&[0xff, 0xff, 0xff, 0xff], None);
    }

    #[test]
    fn codes_say_why_not() {
        fn check(codes: &[u8], expected: Result<Trouble, Trouble>) {
            for code in codes {
                assert_eq!(trouble(*code), expected, "{code}");
            }
        }
        check(&[4, 5, 134, 135, 138], Err(Trouble::Denied));
        check(&[1], Err(Trouble::NotARelay(1)));
        check(&[133], Err(Trouble::NotARelay(133)));
        check(&[154, 155], Err(Trouble::KeepsNothing));
        check(&[137], Ok(Trouble::Server(137)));
        check(&[150, 159], Ok(Trouble::SlowDown));
        check(&[149], Ok(Trouble::TooLarge));
        check(&[151], Ok(Trouble::Full));
    }
}
