//! Where the records of one mailbox are in the stream.

use std::collections::HashSet;

use postil_core::relay::RecordId;
use postil_core::relay::framing::{Position, framed_len};
use sha2::{Digest, Sha256};

use crate::log::Place;

/// A record's place in the stream.
#[derive(Debug)]
struct Row {
    number: u64,
    framed: usize,
    /// After this record.
    digest: [u8; 16],
}

/// The records of a mailbox, in the order of the stream, each once.
#[derive(Debug, Default)]
pub(super) struct Index {
    rows: Vec<Row>,
    names: HashSet<RecordId>,
    bytes: u64,
    /// Everything in the stream up to this number is in here.
    pub(super) upto: u64,
    /// Whether what was there before has been read.
    pub(super) is_loaded: bool,
}

impl Index {
    /// The next message of the mailbox. Returns whether it is a new record.
    pub(super) fn push(&mut self, number: u64, payload: &[u8]) -> bool {
        if number <= self.upto {
            return false;
        }
        self.upto = number;
        let hash: [u8; 32] = Sha256::digest(payload).into();
        if payload.is_empty() || !self.names.insert(RecordId::of(payload)) {
            return false;
        }
        let mut at = self.at(u64::MAX);
        at.push(&hash);
        let framed = framed_len(payload);
        self.bytes += framed as u64;
        self.rows.push(Row {
            number,
            framed,
            digest: at.digest,
        });
        true
    }

    /// Where one is who read `count` records, or all if there are fewer.
    pub(super) fn at(&self, count: u64) -> Position {
        let count = count.min(self.rows.len() as u64);
        let last = usize::try_from(count).ok().and_then(|n| n.checked_sub(1));
        Position {
            count,
            digest: last
                .and_then(|n| self.rows.get(n))
                .map_or([0; 16], |row| row.digest),
        }
    }

    /// Where one is who read `after` records.
    pub(super) fn place(&self, after: u64) -> Place {
        Place {
            at: self.at(after),
            head: self.len() as u64,
        }
    }

    pub(super) fn has(&self, id: &RecordId) -> bool {
        self.names.contains(id)
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The numbers of the records after the first `after` up to `head`, as
    /// many as fit into `limit` bytes with their frames.
    pub(super) fn places(&self, after: u64, head: u64, limit: usize) -> Vec<u64> {
        let count = usize::try_from(head.saturating_sub(after)).unwrap_or(usize::MAX);
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        let mut left = limit;
        let rows = self.rows.iter().skip(after).take(count);
        rows.map_while(|row| {
            left = left.checked_sub(row.framed)?;
            Some(row.number)
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_records_count_once() {
        let mut index = Index::default();
        let mut expected = Position::default();
        let pushes: [(u64, &[u8], bool); 6] = [
            (3, b"a", true),
            (5, b"bb", true),
            (6, b"a", false),
            (7, b"", false),
            (7, b"c", false),
            (9, b"c", true),
        ];
        for (number, payload, fresh) in pushes {
            assert_eq!(index.push(number, payload), fresh, "{number}");
            if fresh {
                expected.push(&Sha256::digest(payload).into());
            }
        }
        assert_eq!(index.at(u64::MAX), expected);
        assert_eq!((index.len(), index.bytes(), index.upto), (3, 7, 9));
        assert_eq!(index.at(0), Position::default());
        assert_eq!(index.places(0, 3, 100), [3, 5, 9]);
        assert_eq!(index.places(1, 3, 100), [5, 9]);
        assert_eq!(index.places(0, 2, 100), [3, 5]);
        assert_eq!(index.places(0, 3, 4), [3]);
        assert_eq!(index.places(9, 3, 100), [0; 0]);
    }
}
