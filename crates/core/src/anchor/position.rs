//! A stretch of text by its offsets. Alone it is the weakest way to find text
//! again: any edit before it moves it. It breaks ties, and says where to look
//! first.

use super::grapheme;
use crate::text::units;

/// A stretch of text, in UTF-16 code units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// First code unit.
    pub start: u32,
    /// One past the last code unit.
    pub end: u32,
}

impl Position {
    /// A stretch; `None` when it is empty or the wrong way round.
    pub fn new(start: u32, end: u32) -> Option<Self> {
        (start < end).then_some(Position { start, end })
    }
}

/// The byte offsets of a range given in UTF-16 code units, without the white
/// space at its ends and grown to whole characters as people see them. `None`
/// when nothing is left or the range is not in the text.
pub(super) fn trim(text: &str, start: u32, end: u32) -> Option<(usize, usize)> {
    if start >= end || end > units::len(text) {
        return None;
    }
    let from = units::to_bytes(text, start);
    let rest = text.get(from..)?;
    let skipped = start - units::from_bytes(text, from);
    let to = from + units::to_bytes(rest, end - start + skipped);
    // An offset inside of a character counts as its start: go on to its end.
    let inside = units::len(text.get(from..to)?) < end - start + skipped;
    let half = text.get(to..)?.chars().next().filter(|_| inside);
    trim_bytes(text, from, to + half.map_or(0, char::len_utf8))
}

/// What [`trim`] says of a range given in bytes.
pub(super) fn trim_bytes(text: &str, from: usize, to: usize) -> Option<(usize, usize)> {
    let from = grapheme::floor(text, from);
    let selected = text.get(from..grapheme::ceil(text, to))?;
    let kept = selected.trim_start();
    let from = from + (selected.len() - kept.len());
    let kept = kept.trim_end();
    (!kept.is_empty()).then(|| (from, from + kept.len()))
}
