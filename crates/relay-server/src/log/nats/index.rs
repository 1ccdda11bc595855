//! Where the records of one mailbox are in the stream.

use std::collections::HashMap;

use postil_core::relay::RecordId;
use postil_core::relay::cover::Cover;
use postil_core::relay::framing::{MAX_GAP, Position, framed_len};
use sha2::{Digest, Sha256};

use crate::log::listing::{Listing, Which};
use crate::log::{Place, Range};

/// A record's place in the stream.
#[derive(Debug)]
struct Row {
    number: u64,
    framed: usize,
    /// After this record.
    digest: [u8; 16],
}

/// What an answer holds, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The record with this number in the stream.
    Record(u64),
    /// So many are left out, with the digest after them.
    Gap(u64, [u8; 16]),
}

/// The records of a mailbox, in the order of the stream, each once unless it
/// was covered and came again. What clients said of the list is a part of the
/// stream, so that every server leaves out the same.
#[derive(Debug, Default)]
pub(super) struct Index {
    rows: Vec<Row>,
    /// Where each record is, the last place if there are several.
    names: HashMap<RecordId, u64>,
    listing: Listing,
    bytes: u64,
    /// Everything in the stream up to this number is in here.
    pub(super) upto: u64,
    /// Whether what was there before has been read.
    pub(super) is_loaded: bool,
}

impl Index {
    /// The next message of the mailbox, and when the stream took it, in seconds
    /// since 1970. Returns whether it is a new record.
    pub(super) fn push(&mut self, number: u64, payload: &[u8], time: u64) -> bool {
        if number <= self.upto {
            return false;
        }
        self.upto = number;
        let hash: [u8; 32] = Sha256::digest(payload).into();
        let id = RecordId::of(payload);
        if payload.is_empty() || self.has(&id) {
            return false;
        }
        if let Some(cover) = Cover::parse(payload)
            && cover.at == self.at(cover.at.count)
        {
            self.listing.apply(&cover, time);
        }
        let mut at = self.at(u64::MAX);
        at.push(&hash);
        self.names.insert(id, at.count);
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

    /// Whether it has a record and lists it.
    pub(super) fn has(&self, id: &RecordId) -> bool {
        let place = self.names.get(id);
        place.is_some_and(|place| self.listing.hidden(*place, Which::Listed).is_none())
    }

    /// Where a record is that is covered; 0 for any other.
    pub(super) fn covered_at(&self, id: &RecordId) -> u64 {
        self.names
            .get(id)
            .copied()
            .filter(|_| !self.has(id))
            .unwrap_or(0)
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The records after the first `after` up to `head`, as many as fit into
    /// `limit` bytes with their frames.
    pub(super) fn parts(&self, range: Range, limit: usize) -> Vec<Part> {
        let Range { after, head, which } = range;
        let (mut parts, mut left, mut next) = (Vec::new(), limit, after.saturating_add(1));
        let head = head.min(self.rows.len() as u64);
        while next <= head {
            let (part, bytes) = match self.listing.hidden(next, which) {
                Some(last) => {
                    let at = self.at(last.min(head));
                    (Part::Gap(at.count - (next - 1), at.digest), MAX_GAP)
                }
                None => match usize::try_from(next - 1)
                    .ok()
                    .and_then(|n| self.rows.get(n))
                {
                    Some(row) => (Part::Record(row.number), row.framed),
                    None => break,
                },
            };
            match left.checked_sub(bytes) {
                Some(rest) => left = rest,
                None => break,
            }
            next += match part {
                Part::Record(_) => 1,
                Part::Gap(count, _) => count,
            };
            parts.push(part);
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use postil_core::relay::cover::cover;

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
            assert_eq!(index.push(number, payload, 0), fresh, "{number}");
            if fresh {
                expected.push(&Sha256::digest(payload).into());
            }
        }
        assert_eq!(index.at(u64::MAX), expected);
        assert_eq!((index.len(), index.bytes(), index.upto), (3, 7, 9));
        assert_eq!(index.at(0), Position::default());
        let check = |after, head, limit, expected: &[u64]| {
            let which = Which::Listed;
            let parts = index.parts(Range { after, head, which }, limit);
            let expected: Vec<Part> = expected.iter().copied().map(Part::Record).collect();
            assert_eq!(parts, expected);
        };
        check(0, 3, 100, &[3, 5, 9]);
        check(1, 3, 100, &[5, 9]);
        check(0, 2, 100, &[3, 5]);
        check(0, 3, 4, &[3]);
        check(9, 3, 100, &[]);
        check(u64::MAX, u64::MAX, 100, &[]);
    }

    #[test]
    fn what_is_covered_is_left_out() {
        let mut index = Index::default();
        for (number, payload) in [(1, b"a"), (2, b"b"), (3, b"c")] {
            index.push(number, payload, 0);
        }
        let at = index.at(3);
        index.push(4, &cover(&at, 1..=2), 0);
        let range = |which| Range {
            after: 0,
            head: 4,
            which,
        };
        let gap = Part::Gap(2, index.at(2).digest);
        let listed = [gap, Part::Record(3), Part::Record(4)];
        assert_eq!(index.parts(range(Which::Listed), 1_000), listed);
        let all = index.parts(range(Which::All), 1_000);
        assert_eq!(all, [1, 2, 3, 4].map(Part::Record));
        // One that is covered is stored again when it comes again.
        assert!(!index.has(&RecordId::of(b"a")) && index.has(&RecordId::of(b"c")));
        assert_eq!(index.covered_at(&RecordId::of(b"a")), 1);
        assert!(index.push(5, b"a", 1) && !index.push(6, b"c", 1));
        assert!(index.has(&RecordId::of(b"a")));
        // What is said of another list has no effect.
        let at = Position {
            count: 4,
            digest: [1; 16],
        };
        index.push(7, &cover(&at, [3]), 1 << 40);
        assert!(index.has(&RecordId::of(b"c")));
    }
}
