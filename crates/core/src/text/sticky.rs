//! Places that stay with their characters while the text changes around them.

use super::runs::offset_in;
use super::writer::CharId;
use super::{Delta, SharedText};

/// A stretch of text, named by its first and its last character. It means the
/// same on every device and at every time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StickyRange {
    /// The first character (code unit).
    pub start: CharId,
    /// The last character (code unit), which belongs to the stretch.
    pub end: CharId,
}

/// Where a stretch of text is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Located {
    /// In the text, in UTF-16 code units.
    At {
        /// First code unit.
        start: u32,
        /// One past the last code unit.
        end: u32,
        /// Whether both its first and its last character are still there.
        whole: bool,
    },
    /// One of its ends has not arrived yet.
    Waiting,
    /// Nothing of it is left.
    Gone,
}

/// What a change of the text does to a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shifted {
    /// The change does not touch the range, which now is here.
    To(u32, u32),
    /// The change touches the range, which must be located anew.
    Touched,
}

impl SharedText {
    /// Names the characters of a range, grown to whole characters. `None` when
    /// the range is empty or not in the text.
    pub fn capture(&self, start: u32, end: u32) -> Option<StickyRange> {
        let len = end.checked_sub(start).filter(|len| *len > 0)?;
        let (start, end) = self.whole_characters(start, len).ok()?;
        Some(StickyRange {
            start: self.runs.id_at(start)?,
            end: self.runs.id_at(end.checked_sub(1)?)?,
        })
    }

    /// Where a stretch is now. Of a stretch whose ends were deleted, what is
    /// left between them; new text at its ends does not belong to it.
    pub fn locate(&self, range: &StickyRange) -> Located {
        self.place(range, &|id| self.runs.offset_of(id))
    }

    /// Where many stretches are now, with one preparation for all of them.
    pub fn locate_all(&self, ranges: &[StickyRange]) -> Vec<Located> {
        let table = self.runs.by_id();
        let offset_of = |id| offset_in(&table, id);
        let places = ranges.iter().map(|range| self.place(range, &offset_of));
        places.collect()
    }

    fn place(&self, range: &StickyRange, offset_of: &dyn Fn(CharId) -> Option<u32>) -> Located {
        let arrived = |id: CharId| id.clock < self.next_clock(id.client);
        if !arrived(range.start) || !arrived(range.end) {
            return Located::Waiting;
        }
        let (first, last) = (offset_of(range.start), offset_of(range.end));
        let start = first.unwrap_or_else(|| self.crdt_offset(range.start));
        let end = match last {
            Some(last) => last + 1,
            None => self.crdt_offset(range.end),
        };
        if start >= end {
            return Located::Gone;
        }
        // Only a range that no honest device made can begin or end inside of
        // a character.
        let before = first.is_some() && self.is_half(range.start.client, range.start.clock);
        let after = last.is_some() && self.is_half(range.end.client, range.end.clock + 1);
        Located::At {
            start: start - u32::from(before),
            end: end + u32::from(after),
            whole: first.is_some() && last.is_some(),
        }
    }
}

/// What a change does to a range that was located before it: plain arithmetic,
/// exact for changes that neither overlap the range nor border on it.
pub fn shift(start: u32, end: u32, delta: &Delta) -> Shifted {
    if delta.at > end {
        return Shifted::To(start, end);
    }
    if delta.at.saturating_add(delta.deleted) >= start {
        return Shifted::Touched;
    }
    let inserted = super::units::len(&delta.inserted);
    Shifted::To(
        start - delta.deleted + inserted,
        end - delta.deleted + inserted,
    )
}
