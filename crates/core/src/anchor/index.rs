//! A text prepared for finding many quotes in it: where its words begin with
//! which bytes, and which byte is which UTF-16 offset.
//!
//! The index of a text of 1 MB takes a few milliseconds; [`Builder`] makes it
//! in slices where even that would be felt.

mod offsets;
mod seeds;

use std::rc::Rc;

use super::position::{Position, trim_bytes};
use super::quote::{self, Quote};
use super::{Anchor, approximate, many};
use crate::discussion::Placement;
use offsets::Offsets;
use seeds::Seeds;
pub(super) use seeds::{seeds_of, words_of};

/// A text and what is known about it. It is of the text as it was: a text that
/// changed needs a new one.
#[derive(Debug, Clone)]
pub struct TextIndex {
    text: Rc<str>,
    offsets: Offsets,
    seeds: Seeds,
}

/// Makes a [`TextIndex`] in steps.
#[derive(Debug)]
pub struct Builder {
    text: Rc<str>,
    offsets: Offsets,
    seeds: seeds::Collector,
    at: usize,
}

impl Builder {
    /// Nothing is read yet.
    pub fn new(text: Rc<str>) -> Self {
        Builder {
            offsets: Offsets::default(),
            seeds: seeds::Collector::new(text.len()),
            at: 0,
            text,
        }
    }

    /// Reads about so many more bytes; says whether there is more to read.
    pub fn step(&mut self, bytes: usize) -> bool {
        let to = self.at.saturating_add(bytes).min(self.text.len());
        self.seeds.read(self.text.as_bytes(), self.at, to);
        self.offsets.read(self.text.as_bytes(), to);
        self.at = to;
        to < self.text.len()
    }

    /// The index, reading whatever has not been read.
    pub fn finish(mut self) -> TextIndex {
        self.step(usize::MAX);
        TextIndex {
            text: self.text,
            offsets: self.offsets,
            seeds: self.seeds.finish(),
        }
    }
}

impl TextIndex {
    /// The index of a text, at once.
    pub fn new(text: Rc<str>) -> Self {
        Builder::new(text).finish()
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its length in UTF-16 code units.
    pub fn len(&self) -> u32 {
        self.to_units(self.text.len())
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// What [`Anchor::describe_text`] says, quicker.
    pub fn describe(&self, start: u32, end: u32) -> Option<Anchor> {
        if start >= end || end > self.len() {
            return None;
        }
        let from = self.to_bytes(start);
        let mut to = self.to_bytes(end);
        if self.to_units(to) < end {
            // Inside of a character: go on to its end.
            to += self.text.get(to..)?.chars().next()?.len_utf8();
        }
        let (from, to) = trim_bytes(&self.text, from, to)?;
        let count = |words: &str, most: u32| self.count(words, most);
        Some(Anchor {
            quote: Some(Quote::describe(&self.text, from, to, &count)?),
            position: Position::new(self.to_units(from), self.to_units(to)),
            ..Anchor::default()
        })
    }

    /// The anchor on words that are in exactly one place.
    pub(crate) fn describe_only(&self, words: &str) -> Option<Anchor> {
        match self.first_two(words) {
            [Some(at), None] => {
                let (start, end) = (self.to_units(at), self.to_units(at + words.len()));
                self.describe(start, end)
            }
            _ => None,
        }
    }

    /// In how many places words are, overlapping ones included; no further
    /// than `most`.
    pub fn count(&self, words: &str, most: u32) -> u32 {
        match self.candidates(words) {
            None => quote::count(&self.text, words, most),
            Some(places) => places.take(most as usize).count() as u32,
        }
    }

    /// Where an anchor is in the text, by all but its characters.
    ///
    /// An anchor without text is [on an element](Placement::OnElement), for
    /// the page to look up.
    pub fn resolve(&self, anchor: &Anchor) -> Placement {
        let exact = |words: &str| self.first_two(words);
        self.settle(anchor, &exact)
    }

    /// What [`TextIndex::resolve`] says of many anchors, quicker. Where a
    /// thousand at once take too long, any smaller number can be asked for.
    pub fn resolve_all(&self, anchors: &[&Anchor]) -> Vec<Placement> {
        let quotes = anchors.iter().filter_map(|anchor| anchor.quote.as_ref());
        let short =
            quotes.filter(|quote| quote.hits == 1 && self.candidates(&quote.exact).is_none());
        let short: Vec<&str> = short.map(|quote| &*quote.exact).collect();
        let found = many::first_two_of_each(&self.text, &short);
        let exact = |words: &str| match found.get(&words) {
            Some(places) => *places,
            None => self.first_two(words),
        };
        let placements = anchors.iter().map(|anchor| self.settle(anchor, &exact));
        placements.collect()
    }

    /// Places what is certain, and proposes what is likely.
    fn settle(&self, anchor: &Anchor, exact: &dyn Fn(&str) -> [Option<usize>; 2]) -> Placement {
        let Some(quote) = &anchor.quote else {
            return match anchor.position {
                None if anchor.is_text() => Placement::Detached,
                None => Placement::OnElement { at: 0 },
                Some(position) => self.propose_position(position),
            };
        };
        let only = |words: &str| match exact(words) {
            [Some(at), None] => Some(at),
            _ => None,
        };
        let alone = (quote.hits == 1).then(|| only(&quote.exact)).flatten();
        let alone = alone.filter(|at| quote.is_telling(&self.text, *at));
        let certain = alone.or_else(|| {
            let in_context = quote.unique.then(|| quote.in_context())?;
            Some(only(&in_context)? + quote.prefix.len())
        });
        if let Some(at) = certain {
            return Placement::Placed {
                start: self.to_units(at),
                end: self.to_units(at + quote.exact.len()),
            };
        }
        approximate::propose(self, quote, anchor.position)
    }

    /// Offsets without words: nothing says that the text is still the same.
    fn propose_position(&self, position: Position) -> Placement {
        match position.end <= self.len() {
            false => Placement::Detached,
            true => Placement::Proposed {
                start: position.start,
                end: position.end,
                score: approximate::LEAST_SCORE,
            },
        }
    }

    /// The first places of words, which is enough to know whether there is
    /// exactly one.
    fn first_two(&self, words: &str) -> [Option<usize>; 2] {
        match self.candidates(words) {
            None => quote::first_two(&self.text, words),
            Some(mut places) => [places.next(), places.next()],
        }
    }

    /// All places of words, by the rarest of their seeds; `None` when they have
    /// no seed, and the text itself must be searched.
    pub(super) fn candidates<'a>(
        &'a self,
        words: &'a str,
    ) -> Option<impl Iterator<Item = usize> + 'a> {
        let bytes = words.as_bytes();
        let all = seeds_of(bytes).map(|(offset, seed)| (offset, self.seeds.places(seed)));
        let (offset, places) = all.min_by_key(|(_, places)| places.len())?;
        let places = places.iter().filter_map(move |place| {
            let at = (*place as usize).checked_sub(offset)?;
            let there = self.text.as_bytes().get(at..at + bytes.len())?;
            // Nearly all others begin with another byte.
            (there.first() == bytes.first() && there == bytes).then_some(at)
        });
        Some(places)
    }

    /// Where words may begin with these bytes: all such places, and some that
    /// only look alike.
    pub(super) fn places(&self, seed: u64) -> &[u32] {
        self.seeds.places(seed)
    }

    /// The byte offset of a UTF-16 offset, see [`crate::text::units`].
    pub(crate) fn to_bytes(&self, units: u32) -> usize {
        self.offsets.to_bytes(&self.text, units)
    }

    /// The UTF-16 offset of a byte offset.
    pub(crate) fn to_units(&self, byte: usize) -> u32 {
        self.offsets.to_units(&self.text, byte)
    }
}

#[cfg(test)]
mod tests;
