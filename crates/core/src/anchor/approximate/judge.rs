//! Compares places with the quote and its surroundings, and keeps the
//! likeliest.

use super::super::grapheme;
use super::super::index::TextIndex;
use super::super::position::{Position, trim_bytes};
use super::super::quote::Quote;
use super::candidates::Ends;
use super::ends::{Side, fitted};
use super::evidence::{Evidence, HELD, alike};
use super::matcher::{End, Minima, Pattern};
use super::words::kept;
use crate::discussion::Placement;
use crate::sorted;

/// So many bytes may have come in between, and as many as the quote has.
const MOST_INSERTED: usize = 600;
/// Places with this score are not compared with others that are harder to
/// find.
const SURE: u32 = 900;
/// So many ends are tried for each beginning.
const NEAREST: usize = 3;

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
    /// Whether just one of several places where the words were has changed.
    others_kept: bool,
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
            others_kept: quote.hits > 1 && index.count(&quote.exact, quote.hits) + 1 == quote.hits,
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
        let mut reading = self.exact.begin(false);
        let errors = self.exact.read(&mut reading, self.bytes(from, to));
        minima.see(from, &errors);
        minima.end();
        for end in minima.found {
            self.ends_at(end);
        }
    }

    /// The words end here, with so many errors.
    pub(crate) fn ends_at(&mut self, end: End) {
        // They can not have more bytes than these and one for each error.
        let from = end
            .at
            .saturating_sub(self.exact.len() + end.errors as usize);
        let start = self.backwards.best(self.bytes(from, end.at), true);
        self.consider(end.at - start.at, end.at, start.errors);
    }

    /// Looks between where the words may begin and where they may end, by their
    /// surroundings and by their own first and last ones: what came in between
    /// may be long.
    pub(crate) fn between(&mut self, found: &Ends) {
        let text = self.index.text().len();
        let exact = self.quote.exact.as_bytes();
        // Enough to know an end by.
        let part = exact.len().min(32);
        let head = Pattern::reversed(exact.get(..part).unwrap_or(&[]));
        let tail = Pattern::new(exact.get(exact.len() - part..).unwrap_or(&[]));
        let prefix = Pattern::new(self.quote.prefix.as_bytes());
        let suffix = Pattern::reversed(self.quote.suffix.as_bytes());
        // Of the places where a part could be, where it fits best.
        let ends = |pattern: &Pattern, at: &usize| {
            let (from, to) = (at.saturating_sub(pattern.len() + 16), at + 16);
            let end = pattern.best(self.bytes(from, to), false);
            (alike(end.errors, pattern.len()) >= HELD).then_some(from + end.at)
        };
        let begins = |pattern: &Pattern, at: &usize| {
            let (from, to) = (at.saturating_sub(16), at + pattern.len() + 16);
            let part = self.bytes(from, to);
            let end = pattern.best(part, false);
            let likely = alike(end.errors, pattern.len()) >= HELD;
            likely.then_some(from + part.len() - end.at)
        };
        let starts = found.prefixes.iter().filter_map(|at| ends(&prefix, at));
        let heads = found.heads.iter().filter_map(|at| begins(&head, at));
        let finishes = found.suffixes.iter().filter_map(|at| begins(&suffix, at));
        let tails = found.tails.iter().filter_map(|at| ends(&tail, at));
        let starts: Vec<usize> = starts.chain(heads).collect();
        let mut finishes: Vec<usize> = finishes.chain(tails).collect();
        sorted::sort(&mut finishes);
        finishes.dedup();
        let longest = exact.len() * 2 + MOST_INSERTED;
        for from in starts {
            let far = (from + longest).min(text);
            let after = finishes.iter().filter(|to| **to > from && **to <= far);
            // The nearest are the likeliest.
            for to in after.take(NEAREST) {
                // Around the very words there is nothing better to find.
                let part = self.index.text().get(from..*to).unwrap_or("");
                if part.contains(&self.quote.exact) {
                    continue;
                }
                let part = part.as_bytes();
                let end = self.exact.best(part, true);
                let errors = end.errors + part.len().abs_diff(end.at) as u32;
                self.consider(from, *to, errors);
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
        let context = |pattern: &Pattern, part: &[u8]| {
            let errors = pattern.best(part, true).errors;
            (alike(errors, pattern.len()), pattern.len())
        };
        let reach = |pattern: &Pattern| pattern.len() + pattern.len() / 4 + 4;
        let before = self.bytes(from.saturating_sub(reach(&self.prefix)), from);
        let after = self.bytes(to, to + reach(&self.suffix));
        let exact = self.quote.exact.as_bytes();
        let near = |expected: usize| {
            let far = (expected.abs_diff(from) * 1000).checked_div(text.len());
            1000_u32.saturating_sub(far.unwrap_or(0) as u32)
        };
        let evidence = Evidence {
            quoted: exact.len(),
            len: to - from,
            like: alike(errors, exact.len()),
            kept: match errors {
                0 => 1000,
                _ => kept(exact, self.bytes(from, to)),
            },
            before: context(&self.prefix, before),
            after: context(&self.suffix, after),
            near: self.expected.map(near),
            other: self.quote.hits > 1 && (errors == 0 || !self.others_kept),
        };
        if let Some(score) = evidence.score()
            && self.best.is_none_or(|best| best.score < score)
        {
            self.best = Some(Candidate { from, to, score });
        }
    }

    /// Whether a place was found that hardly any other can be likelier than.
    pub(crate) fn is_sure(&self) -> bool {
        self.best.is_some_and(|best| best.score >= SURE)
    }

    /// The likeliest place, if one is likely.
    pub(crate) fn verdict(&self) -> Placement {
        let best = self
            .best
            .filter(|best| best.score / 10 >= u32::from(super::LEAST_SCORE));
        best.map_or(Placement::Detached, |best| {
            let (from, to) = self.fitted(best);
            Placement::Proposed {
                start: self.index.to_units(from),
                end: self.index.to_units(to),
                score: (best.score / 10) as u8,
            }
        })
    }

    /// The place with its ends where a person would set them.
    fn fitted(&self, best: Candidate) -> (usize, usize) {
        let (text, quote) = (self.index.text(), self.quote);
        let from = fitted(text, best.from, &quote.exact, &quote.prefix, Side::After);
        let to = match quote.cut {
            // Nobody ended anything there.
            true => best.to,
            false => fitted(text, best.to, &quote.exact, &quote.suffix, Side::Before),
        };
        if from < to {
            (from, to)
        } else {
            (best.from, best.to)
        }
    }
}
