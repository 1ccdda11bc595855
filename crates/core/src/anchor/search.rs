//! Looking for a quote in all of a text, for what the index misses: words of
//! which hardly any stayed whole. It takes as long as the text, so it is done
//! in steps, when there is nothing better to do.

use super::Anchor;
use super::approximate::judge::Judge;
use super::approximate::matcher::{End, Minima, Pattern, Reading};
use super::index::TextIndex;
use super::position::Position;
use super::quote::Quote;
use crate::discussion::Placement;
use crate::sorted;

/// Quotes of fewer bytes are not looked for: they are like too much.
const SHORTEST: usize = 16;
/// So many places are weighed in the end.
const MOST_PLACES: usize = 16;

/// So many bytes are read at a time.
const PART: usize = 4096;

/// A search in progress.
#[derive(Debug)]
pub struct Search {
    quote: Quote,
    position: Option<Position>,
    pattern: Pattern,
    reading: Reading,
    minima: Minima,
    at: usize,
}

impl Search {
    /// Begins to look for an anchor that an index did not find. `None` when
    /// there is nothing to look for.
    pub fn new(anchor: &Anchor) -> Option<Self> {
        let quote = anchor.quote.as_ref()?;
        let quote = Some(quote).filter(|quote| quote.exact.len() >= SHORTEST)?;
        let pattern = Pattern::new(quote.exact.as_bytes());
        Some(Search {
            reading: pattern.begin(false),
            minima: Minima::new(&pattern, Judge::most_errors(&pattern)),
            quote: quote.clone(),
            position: anchor.position,
            pattern,
            at: 0,
        })
    }

    /// Looks further in the text that the search began with. A budget of
    /// 1,000,000 is about ten milliseconds, whatever the quote. The answer is
    /// there in the end: proposed or detached.
    pub fn step(&mut self, index: &TextIndex, budget: usize) -> Option<Placement> {
        let rest = index.text().as_bytes().get(self.at..).unwrap_or(&[]);
        let some = (budget / self.pattern.cost()).clamp(1, rest.len().max(1));
        for part in rest.get(..some).unwrap_or(rest).chunks(PART) {
            let errors = self.pattern.read(&mut self.reading, part);
            self.minima.see(self.at, &errors);
            self.at += part.len();
        }
        if some < rest.len() {
            return None;
        }
        self.minima.end();
        let mut found: Vec<End> = std::mem::take(&mut self.minima.found);
        sorted::sort_by_key(&mut found, |end| end.errors);
        found.truncate(MOST_PLACES);
        let mut judge = Judge::new(index, &self.quote, self.position);
        for end in found {
            judge.ends_at(end);
        }
        Some(judge.verdict())
    }
}
