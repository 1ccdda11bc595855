//! How like a place is to where a quote was.
//!
//! Likeness is counted in thousandths: of the words, of the prefix, of the
//! suffix, and of the position, weighed 50, 20, 20 and 2. Deleted words must
//! not be found in their neighbours, so words that are not much alike count
//! only between both of their contexts.

use super::super::grapheme;
use super::super::index::TextIndex;
use super::super::position::{Position, trim_bytes};
use super::super::quote::Quote;
use super::matcher::{Minima, Pattern};
use super::words::kept;
use crate::discussion::Placement;

/// The words alone may differ so much, in thousandths.
const ALIKE: u32 = 600;
/// Between contexts that are at least this alike, the words may differ more.
const HELD: u32 = 750;
/// So many of the words must be left then.
const SOME_KEPT: u32 = 200;
/// The least score on the words' own account.
const LEAST: u32 = 550;
/// Words of fewer bytes are nothing without their context.
const SHORT: usize = 12;

/// Weighs the places where a quote may be.
#[derive(Debug)]
pub(crate) struct Judge<'a> {
    index: &'a TextIndex,
    quote: &'a Quote,
    expected: Option<usize>,
    exact: Pattern,
    backwards: Pattern,
    /// The prefix, backwards.
    prefix: Pattern,
    suffix: Pattern,
    /// The suffix, backwards.
    suffix_back: Pattern,
    /// Whether the words are in fewer places than they were: then a place that
    /// has them elsewhere is likely one that always had them.
    fewer: bool,
    best: Option<Candidate>,
}

#[derive(Debug, Clone, Copy)]
struct Candidate {
    from: usize,
    to: usize,
    score: u32,
}

impl<'a> Judge<'a> {
    /// For one quote.
    pub(crate) fn new(index: &'a TextIndex, quote: &'a Quote, position: Option<Position>) -> Self {
        Judge {
            index,
            quote,
            expected: position.map(|position| index.to_bytes(position.start)),
            exact: Pattern::new(quote.exact.as_bytes()),
            backwards: Pattern::reversed(quote.exact.as_bytes()),
            prefix: Pattern::reversed(quote.prefix.as_bytes()),
            suffix: Pattern::new(quote.suffix.as_bytes()),
            suffix_back: Pattern::reversed(quote.suffix.as_bytes()),
            fewer: quote.hits > 1 && index.count(&quote.exact, quote.hits.min(1000)) < quote.hits,
            best: None,
        }
    }

    /// The most errors that words may have.
    pub(crate) fn most_errors(exact: &Pattern) -> u32 {
        exact.len() as u32 / 2
    }

    fn bytes(&self, from: usize, to: usize) -> &'a [u8] {
        let bytes = self.index.text().as_bytes();
        bytes.get(from..to.min(bytes.len())).unwrap_or(&[])
    }

    /// Looks for the words between two byte offsets.
    pub(crate) fn search(&mut self, from: usize, to: usize) {
        let mut minima = Minima::new(&self.exact, Self::most_errors(&self.exact));
        let mut reading = self.exact.read(false);
        for (at, byte) in self.bytes(from, to).iter().enumerate() {
            self.exact.advance(&mut reading, *byte);
            minima.see(from + at + 1, reading.errors);
        }
        minima.end();
        for end in minima.found {
            self.ends_at(end.at);
        }
    }

    /// The words end about here.
    pub(crate) fn ends_at(&mut self, to: usize) {
        let from = to.saturating_sub(self.exact.len() * 3 / 2 + 8);
        let back = self.bytes(from, to).iter().rev().copied();
        let start = self.backwards.best(back, true);
        self.consider(to - start.at, to, start.errors);
    }

    /// Looks between where the prefix may end and where the suffix may begin.
    pub(crate) fn between(&mut self, starts: &[usize], ends: &[usize]) {
        let (prefix, suffix) = (self.prefix.len(), self.suffix.len());
        let longest = self.exact.len() * 4 + 2000;
        let begin = starts.iter().filter_map(|at| {
            // Of the places where the prefix could end, where it fits best.
            let (from, to) = (at.saturating_sub(prefix + 16), at + 16);
            let forward = Pattern::new(self.quote.prefix.as_bytes());
            let end = forward.best(self.bytes(from, to).iter().copied(), false);
            alike(end.errors, prefix).ge(&HELD).then_some(from + end.at)
        });
        let begin: Vec<usize> = begin.collect();
        let finish = ends.iter().filter_map(|at| {
            let from = at.saturating_sub(16);
            let part = self.bytes(from, at + suffix + 16);
            let end = self.suffix_back.best(part.iter().rev().copied(), false);
            let start = from + part.len() - end.at;
            alike(end.errors, suffix).ge(&HELD).then_some(start)
        });
        let finish: Vec<usize> = finish.collect();
        for from in &begin {
            // The nearest is the likeliest.
            let after = finish
                .iter()
                .filter(|to| *to > from && **to - from <= longest);
            if let Some(to) = after.min() {
                let part = self.bytes(*from, *to).iter().copied();
                let end = self.exact.best(part, true);
                let errors = end.errors + (to - from).abs_diff(end.at) as u32;
                self.consider(*from, *to, errors);
            }
        }
    }

    /// Weighs one place.
    fn consider(&mut self, from: usize, to: usize, errors: u32) {
        let text = self.index.text();
        let (from, to) = (grapheme::floor(text, from), grapheme::ceil(text, to));
        let Some((from, to)) = trim_bytes(text, from, to) else {
            return;
        };
        let context = |pattern: &Pattern, part: &mut dyn Iterator<Item = u8>| {
            alike(pattern.best(part, false).errors, pattern.len())
        };
        let reach = |pattern: &Pattern| pattern.len() + pattern.len() / 4 + 4;
        let before = self.bytes(from.saturating_sub(reach(&self.prefix)), from);
        let before = context(&self.prefix, &mut before.iter().rev().copied());
        let after = self.bytes(to, to + reach(&self.suffix));
        let after = context(&self.suffix, &mut after.iter().copied());
        let mut like = alike(errors, self.exact.len());
        let both = self.prefix.len().min(self.suffix.len()) >= SHORT;
        let held = both && before >= HELD && after >= HELD;
        if held && like < 900 {
            let kept = kept(self.quote.exact.as_bytes(), self.bytes(from, to));
            if like < ALIKE && kept < SOME_KEPT {
                return;
            }
            like = like.max(kept * 9 / 10);
        }
        // A short context says less.
        let weight = |context: &Pattern| context.len().min(32) as u32 * 20 / 32;
        let (left, right) = (weight(&self.prefix), weight(&self.suffix));
        let around = left * before + right * after;
        if self.fewer && errors == 0 && around < 600 * (left + right) {
            return;
        }
        let mut sum = 50 * like + around;
        let mut weight = 50 + left + right;
        if let Some(expected) = self.expected {
            let far = (expected.abs_diff(from) * 1000).checked_div(text.len());
            sum += 2 * 1000_u32.saturating_sub(far.unwrap_or(0) as u32);
            weight += 2;
        }
        let score = sum / weight;
        let short = self.exact.len() < SHORT && before + after < 1000;
        let likely = held || like >= ALIKE && score >= LEAST && !short;
        if likely && self.best.is_none_or(|best| best.score < score) {
            self.best = Some(Candidate { from, to, score });
        }
    }

    /// The likeliest place, if one is likely.
    pub(crate) fn verdict(&self) -> Placement {
        let best = self
            .best
            .filter(|best| best.score / 10 >= u32::from(super::LEAST_SCORE));
        best.map_or(Placement::Detached, |best| Placement::Proposed {
            start: self.index.to_units(best.from),
            end: self.index.to_units(best.to),
            score: (best.score / 10) as u8,
        })
    }
}

/// How alike something is, in thousandths, when so many of its bytes differ.
fn alike(errors: u32, len: usize) -> u32 {
    let differs = (u64::from(errors) * 1000).checked_div(len as u64);
    1000_u32.saturating_sub(differs.unwrap_or(0) as u32)
}
