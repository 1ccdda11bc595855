//! Where a quote may be, by what the index has of its seeds and of those of
//! its context.
//!
//! A seed that is at `p` in the text and at `o` in the quote says that the
//! quote begins at `p - o`. Where several say nearly the same, it is worth
//! looking.

use std::ops::Range;

use super::super::index::{TextIndex, seeds_of};
use super::super::position::Position;
use super::super::quote::Quote;
use crate::sorted;

/// Of the seeds of the quote, so many of the rarest are asked.
const QUOTE_SEEDS: usize = 10;
/// Of the seeds of the prefix and of the suffix, likewise.
const CONTEXT_SEEDS: usize = 5;
/// Of a seed that is in more places, those nearest to the old position count;
/// after so many places no more seeds are asked.
const MOST_PLACES: usize = 32;
/// So many windows, and so many places of the context, are looked at.
const MOST_WINDOWS: usize = 6;

/// Finds out where to look. All offsets are in bytes.
#[derive(Debug)]
pub(crate) struct Candidates<'a> {
    /// The length of the text.
    text: usize,
    /// The seeds of the quote with its context, the rarest first: where each
    /// is in that, and where it is in the text.
    seeds: Vec<(usize, &'a [u32])>,
    /// The length of the quote with its context.
    whole: usize,
    /// Where the quote is in that.
    quote: Range<usize>,
    /// Where it was in the text.
    expected: i64,
}

/// Where the quote may begin and where it may end.
#[derive(Debug)]
pub(crate) struct Ends {
    /// Where the prefix may end.
    pub(crate) prefixes: Vec<usize>,
    /// Where the first words may begin.
    pub(crate) heads: Vec<usize>,
    /// Where the last words may end.
    pub(crate) tails: Vec<usize>,
    /// Where the suffix may begin.
    pub(crate) suffixes: Vec<usize>,
}

impl<'a> Candidates<'a> {
    /// For one quote.
    pub(crate) fn new(index: &'a TextIndex, quote: &Quote, position: Option<Position>) -> Self {
        let from = quote.prefix.len();
        let whole = quote.in_context();
        let seeds = seeds_of(whole.as_bytes()).map(|(at, seed)| (at, index.places(seed)));
        let mut seeds: Vec<_> = seeds.filter(|(_, places)| !places.is_empty()).collect();
        sorted::sort_by_key(&mut seeds, |(at, places)| (places.len(), *at));
        Candidates {
            text: index.text().len(),
            seeds,
            whole: whole.len(),
            quote: from..from + quote.exact.len(),
            expected: position.map_or(0, |position| index.to_bytes(position.start)) as i64,
        }
    }

    /// Where the quote with its context begins, by the seeds in a part of it;
    /// in no order.
    fn votes(&self, part: Range<usize>, most: usize) -> Vec<i64> {
        let seeds = self.seeds.iter().filter(|(at, _)| part.contains(at));
        let mut votes = Vec::new();
        for (at, places) in seeds.take(most) {
            let at = *at as i64;
            let here = self.expected + at - self.quote.start as i64;
            let places = near(places, here).iter();
            votes.extend(places.map(|place| i64::from(*place) - at));
            // Frequent words say little and take long.
            if votes.len() >= MOST_PLACES {
                break;
            }
        }
        votes
    }

    fn offset(&self, at: i64) -> usize {
        usize::try_from(at).unwrap_or(0).min(self.text)
    }

    /// Stretches that may hold the quote, the likeliest first.
    pub(crate) fn windows(&self) -> Vec<(usize, usize)> {
        let Range { start, end } = self.quote.clone();
        let mut votes = self.votes(0..start, CONTEXT_SEEDS);
        votes.extend(self.votes(start..end, QUOTE_SEEDS));
        votes.extend(self.votes(end..self.whole, CONTEXT_SEEDS));
        let slack = (end - start) as i64 / 4 + 32;
        let window = |(first, last): (i64, i64)| {
            let first = self.offset(first + start as i64 - slack);
            (first, self.offset(last + end as i64 + slack))
        };
        gathered(votes, slack).map(window).collect()
    }

    /// Where the quote may begin and end.
    pub(crate) fn ends(&self) -> Ends {
        let Range { start, end } = self.quote.clone();
        let half = start + (end - start) / 2;
        let place = |part: Range<usize>, add: usize| {
            let groups = gathered(self.votes(part, CONTEXT_SEEDS), 16);
            groups
                .map(|(first, _)| self.offset(first + add as i64))
                .collect()
        };
        Ends {
            prefixes: place(0..start, start),
            heads: place(start..half, start),
            tails: place(half..end, end),
            suffixes: place(end..self.whole, end),
        }
    }
}

/// The places nearest to an expected one, when there are too many.
fn near(places: &[u32], expected: i64) -> &[u32] {
    let middle = places.partition_point(|place| i64::from(*place) < expected);
    let from = middle.saturating_sub(MOST_PLACES / 2);
    let from = from.min(places.len().saturating_sub(MOST_PLACES));
    let to = (from + MOST_PLACES).min(places.len());
    places.get(from..to).unwrap_or(&[])
}

/// The groups of votes that are no further apart than `slack`, as their first
/// and last; those with the most votes, the first of equals first.
fn gathered(mut votes: Vec<i64>, slack: i64) -> impl Iterator<Item = (i64, i64)> {
    sorted::sort(&mut votes);
    let mut best: Vec<(usize, (i64, i64))> = Vec::new();
    let mut rest = &votes[..];
    while let Some(first) = rest.first() {
        let near = rest.iter().take_while(|vote| *vote - first <= slack);
        let count = near.count();
        let (group, others) = rest.split_at(count);
        let last = group.last().unwrap_or(first);
        let at = best.partition_point(|(other, _)| *other >= count);
        if at < MOST_WINDOWS {
            best.truncate(MOST_WINDOWS - 1);
            best.insert(at, (count, (*first, *last)));
        }
        rest = others;
    }
    best.into_iter().map(|(_, group)| group)
}
