//! How far a stream was read.

use crate::wire::bytes::{Reader, put_varint};

/// Version of a persisted place.
const CURSOR: u8 = 1;

/// How far one has read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) identity: [u8; 8],
    /// The place of the last message that was read.
    pub(super) last: u64,
    /// How many messages of the mailbox there are up to it.
    pub(super) count: u64,
}

impl Place {
    pub(super) fn to_cursor(self) -> Vec<u8> {
        let mut bytes = vec![CURSOR];
        bytes.extend(self.identity);
        put_varint(&mut bytes, self.last);
        put_varint(&mut bytes, self.count);
        bytes
    }

    pub(super) fn from_cursor(cursor: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(cursor);
        let version = reader.byte().ok()?;
        let place = Place {
            identity: reader.array().ok()?,
            last: reader.varint().ok()?,
            count: reader.varint().ok()?,
        };
        reader.end().ok()?;
        (version == CURSOR).then_some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_cursors_count_as_none() {
        let place = Place {
            identity: [7; 8],
            last: 300,
            count: 3,
        };
        let whole = place.to_cursor();
        assert_eq!(Place::from_cursor(&whole), Some(place));
        for end in 0..whole.len() {
            assert_eq!(Place::from_cursor(&whole[..end]), None);
        }
        assert_eq!(Place::from_cursor(&[&whole[..], &[0]].concat()), None);
        let other = [&[2], &whole[1..]].concat();
        assert_eq!(Place::from_cursor(&other), None);
    }
}
