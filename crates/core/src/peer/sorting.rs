//! Sees to it that the text is the same for everyone who has the same edits, in
//! moments when nothing else happens.

use super::Peer;
use crate::id::Millis;

/// How long nothing must have been edited before it is begun, in milliseconds.
const REST: Millis = 2_000;
/// How long to wait between one part of it and the next.
const PAUSE: Millis = 30;

/// When the next part is due, and whether it is not the first.
#[derive(Debug, Default)]
pub(super) struct Sorting {
    at: Option<Millis>,
    begun: bool,
}

impl Sorting {
    pub(super) fn at(&self) -> Option<Millis> {
        self.at
    }
}

impl Peer {
    /// Plans it, if there is need.
    pub(super) fn sort_later(&mut self, now: Millis) {
        if self.sorting.at.is_none() && self.replica.is_unsorted() {
            self.sorting.at = Some(now + REST);
        }
    }

    /// Does a part of it, if it is time.
    pub(super) fn sort(&mut self, now: Millis) {
        if self.sorting.at.is_none_or(|at| at > now) {
            return;
        }
        if self.loading {
            self.sorting.at = Some(now + PAUSE);
            return;
        }
        let interrupted = self.sorting.begun && self.replica.has_moved_on();
        self.sorting.begun = !interrupted && self.replica.sort();
        self.sorting.at = self.sorting.begun.then_some(now + PAUSE);
        self.sort_later(now);
    }
}
