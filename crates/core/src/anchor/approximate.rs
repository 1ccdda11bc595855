//! The dear way to find an anchor: words that are like its words, where its
//! context is like its context. What is found so is a proposal for a person to
//! judge, never a place.
//!
//! [`candidates`] finds where to look, by the index; [`matcher`] compares
//! with Myers' bit-parallel algorithm (Journal of the ACM 46, 1999, in blocks
//! as Hyyrö describes); [`judge`] weighs.

pub(super) mod candidates;
pub(super) mod judge;
pub(super) mod matcher;
mod words;

use super::index::TextIndex;
use super::position::Position;
use super::quote::Quote;
use crate::discussion::Placement;
use judge::Judge;

/// The score, in percent, below which nothing is proposed.
pub(crate) const LEAST_SCORE: u8 = 45;

/// The most likely place of a quote that is in no certain one, if there is a
/// likely one.
pub(super) fn propose(index: &TextIndex, quote: &Quote, position: Option<Position>) -> Placement {
    let mut judge = Judge::new(index, quote, position);
    let found = candidates::Candidates::find(index, quote, position);
    for (from, to) in found.windows {
        judge.search(from, to);
    }
    judge.between(&found.starts, &found.ends);
    judge.verdict()
}
