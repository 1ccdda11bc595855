//! The dear way to find an anchor: words that are like its words, where its
//! context is like its context. What is found so is a proposal for a person to
//! judge, never a place.
//!
//! [`candidates`] finds where to look, by the index; [`matcher`] compares
//! with Myers' bit-parallel algorithm (Journal of the ACM 46, 1999, in blocks
//! as Hyyrö describes); [`judge`] keeps the likeliest, by the rules of
//! [`evidence`]; [`ends`] sets its ends.

pub(super) mod candidates;
mod ends;
mod evidence;
pub(super) mod judge;
pub(super) mod matcher;
mod words;

use super::index::TextIndex;
use super::position::Position;
use super::quote::Quote;
use crate::discussion::Placement;
use candidates::Candidates;
use judge::Judge;

/// The score, in percent, below which nothing is proposed.
pub(crate) const LEAST_SCORE: u8 = 45;

/// The most likely place of a quote that is in no certain one, if there is a
/// likely one.
pub(super) fn propose(index: &TextIndex, quote: &Quote, position: Option<Position>) -> Placement {
    let mut judge = Judge::new(index, quote, position);
    let candidates = Candidates::new(index, quote, position);
    for (from, to) in candidates.windows() {
        judge.search(from, to);
        if judge.is_sure() {
            return judge.verdict();
        }
    }
    judge.between(&candidates.ends());
    judge.verdict()
}
