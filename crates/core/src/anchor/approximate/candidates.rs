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
/// Of a seed that is in more places, those nearest to the old position count.
const MOST_PLACES: usize = 64;
/// So many windows, and so many places of the context, are looked at.
const MOST_WINDOWS: usize = 6;

/// Where to look, in bytes.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// Stretches that may hold the quote.
    pub(crate) windows: Vec<(usize, usize)>,
    /// Where the prefix may end.
    pub(crate) starts: Vec<usize>,
    /// Where the suffix may begin.
    pub(crate) ends: Vec<usize>,
}

impl Candidates {
    /// Looks up a quote.
    pub(crate) fn find(index: &TextIndex, quote: &Quote, position: Option<Position>) -> Self {
        let whole = quote.in_context();
        let (from, len) = (quote.prefix.len(), quote.exact.len());
        let to = from + len;
        let expected = position.map_or(0, |position| index.to_bytes(position.start));
        let votes = |range: Range<usize>, most: usize| {
            let seeds = seeds_of(whole.as_bytes()).filter(|(at, _)| range.contains(at));
            let mut seeds: Vec<_> = seeds
                .map(|(at, seed)| (at, index.places(seed)))
                .filter(|(_, places)| !places.is_empty())
                .collect();
            sorted::sort_by_key(&mut seeds, |(at, places)| (places.len(), *at));
            seeds.truncate(most);
            let votes = seeds.into_iter().flat_map(|(at, places)| {
                let here = expected as i64 + at as i64 - from as i64;
                near(places, here)
                    .iter()
                    .map(move |place| i64::from(*place) - at as i64)
            });
            votes.collect::<Vec<i64>>()
        };
        let before = votes(0..from, CONTEXT_SEEDS);
        let within = votes(from..to, QUOTE_SEEDS);
        let after = votes(to..whole.len(), CONTEXT_SEEDS);
        let text = index.text().len();
        let offset = |at: i64| usize::try_from(at).unwrap_or(0).min(text);
        let place = |votes: &[i64], add: usize| {
            let groups = gathered(votes.to_vec(), 16);
            let places = groups.iter().map(|(first, _)| offset(first + add as i64));
            places.collect()
        };
        let slack = len as i64 / 4 + 32;
        let groups = gathered([&*before, &within, &after].concat(), slack);
        let window = |(first, last): &(i64, i64)| {
            let first = offset(first + from as i64 - slack);
            (first, offset(last + to as i64 + slack))
        };
        Candidates {
            windows: groups.iter().map(window).collect(),
            starts: place(&before, from),
            ends: place(&after, to),
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
fn gathered(mut votes: Vec<i64>, slack: i64) -> Vec<(i64, i64)> {
    sorted::sort_by_key(&mut votes, |vote| *vote);
    let mut groups: Vec<(usize, (i64, i64))> = Vec::new();
    for vote in votes {
        match groups.last_mut() {
            Some((count, (first, last))) if vote - *first <= slack => {
                *count += 1;
                *last = vote;
            }
            _ => groups.push((1, (vote, vote))),
        }
    }
    sorted::sort_by_key(&mut groups, |(count, group)| (usize::MAX - count, *group));
    groups.truncate(MOST_WINDOWS);
    groups.into_iter().map(|(_, group)| group).collect()
}
