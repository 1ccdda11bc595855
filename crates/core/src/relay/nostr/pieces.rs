//! Records in pieces that fit into an event, and whole again.

use crate::relay::RecordId;
use crate::relay::mailbox::MAX_RECORD;

/// The bytes of a record that one event carries. As base64 they stay under
/// 4,096 letters, which is what the strictest relays take.
pub(super) const PIECE: usize = 3_000;
/// Of how many records pieces are kept while others of theirs are missing.
const MAX_BEGUN: usize = 64;

/// How many pieces a record of this many bytes has.
pub(super) fn pieces_of(len: usize) -> usize {
    len.div_ceil(PIECE)
}

/// Which piece of which record an event carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label {
    /// Who wrote the event. Nobody's pieces are joined with those of others.
    pub(super) writer: [u8; 32],
    pub(super) name: RecordId,
    pub(super) index: usize,
    pub(super) count: usize,
}

struct Begun {
    label: Label,
    pieces: Vec<Option<Vec<u8>>>,
}

/// Pieces whose records are not complete.
#[derive(Default)]
pub(super) struct Pieces {
    begun: Vec<Begun>,
}

impl Pieces {
    /// Takes a piece. Returns the record if it is complete now, and is what its
    /// name says.
    pub(super) fn take(&mut self, label: Label, piece: Vec<u8>) -> Option<Vec<u8>> {
        let is_last = label.index.checked_add(1) == Some(label.count);
        let fits = label.index < label.count && label.count <= pieces_of(MAX_RECORD);
        let has_length = match is_last {
            true => (1..=PIECE).contains(&piece.len()),
            false => piece.len() == PIECE,
        };
        if !fits || !has_length {
            return None;
        }
        let same = |it: &Begun| {
            let Label {
                writer,
                name,
                count,
                ..
            } = it.label;
            (writer, name, count) == (label.writer, label.name, label.count)
        };
        let at = self.begun.iter().position(same).unwrap_or_else(|| {
            if self.begun.len() == MAX_BEGUN {
                // Whoever began it may not be there any more.
                self.begun.remove(0);
            }
            let pieces = vec![None; label.count];
            self.begun.push(Begun { label, pieces });
            self.begun.len() - 1
        });
        let begun = self.begun.get_mut(at)?;
        *begun.pieces.get_mut(label.index)? = Some(piece);
        if begun.pieces.iter().any(Option::is_none) {
            return None;
        }
        let pieces = self.begun.remove(at).pieces;
        let record = pieces.into_iter().flatten().collect::<Vec<_>>().concat();
        let is_sound = record.len() <= MAX_RECORD && RecordId::of(&record) == label.name;
        is_sound.then_some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(writer: u8, record: &[u8], index: usize) -> Label {
        Label {
            writer: [writer; 32],
            name: RecordId::of(record),
            index,
            count: pieces_of(record.len()),
        }
    }

    fn piece(record: &[u8], index: usize) -> Vec<u8> {
        record.chunks(PIECE).nth(index).unwrap().to_vec()
    }

    fn record(len: usize) -> Vec<u8> {
        (0..len).map(|n| (n % 251) as u8).collect()
    }

    #[test]
    fn records_are_whole_again_in_any_order() {
        fn check(len: usize, order: &[usize]) {
            let record = record(len);
            let mut pieces = Pieces::default();
            let mut whole = Vec::new();
            for index in order {
                let label = label(1, &record, *index);
                whole.extend(pieces.take(label, piece(&record, *index)));
            }
            assert_eq!(whole, [record], "{len}");
        }
        check(1, &[0]);
        check(PIECE, &[0]);
        check(PIECE + 1, &[1, 0]);
        check(PIECE * 3, &[2, 2, 0, 0, 1]);
        let all: Vec<usize> = (0..pieces_of(MAX_RECORD)).rev().collect();
        check(MAX_RECORD, &all);
    }

    #[test]
    fn pieces_of_strangers_spoil_nothing() {
        let whole = record(PIECE * 2);
        let mut pieces = Pieces::default();
        assert_eq!(pieces.take(label(1, &whole, 0), piece(&whole, 0)), None);
        // Another writer, another length, another number of pieces.
        assert_eq!(pieces.take(label(2, &whole, 1), vec![9; PIECE]), None);
        assert_eq!(pieces.take(label(1, &whole, 1), vec![9; PIECE + 1]), None);
        assert_eq!(pieces.take(label(1, &whole, 1), Vec::new()), None);
        assert_eq!(pieces.take(label(1, &whole, 2), vec![9; 5]), None);
        let more = Label {
            count: 3,
            ..label(1, &whole, 1)
        };
        assert_eq!(pieces.take(more, vec![9; PIECE]), None);
        let whole_again = pieces.take(label(1, &whole, 1), piece(&whole, 1));
        assert_eq!(whole_again, Some(whole.clone()));
        // What is not what its name says.
        assert_eq!(pieces.take(label(1, &whole, 0), vec![9; PIECE]), None);
        assert_eq!(pieces.take(label(1, &whole, 1), piece(&whole, 1)), None);
        let none = Label {
            count: 0,
            ..label(1, &whole, 0)
        };
        assert_eq!(pieces.take(none, vec![9]), None);
        let many = Label {
            count: usize::MAX,
            ..label(1, &whole, 0)
        };
        assert_eq!(pieces.take(many, vec![9; PIECE]), None);
        let far = Label {
            index: usize::MAX,
            ..label(1, &whole, 0)
        };
        assert_eq!(pieces.take(far, vec![9; PIECE]), None);
    }

    #[test]
    fn what_never_ends_takes_no_more_than_its_share() {
        let mut pieces = Pieces::default();
        for n in 0..MAX_BEGUN as u32 * 3 {
            let label = Label {
                writer: [1; 32],
                name: RecordId::of(&n.to_le_bytes()),
                index: 0,
                count: 2,
            };
            assert_eq!(pieces.take(label, vec![0; PIECE]), None);
        }
        assert_eq!(pieces.begun.len(), MAX_BEGUN);
    }
}
