//! Time that passes only when something happens.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use postil_core::id::Millis;

#[derive(Debug)]
struct Due<T> {
    at: Reverse<Millis>,
    /// What was scheduled first happens first.
    turn: Reverse<u64>,
    what: T,
}

impl<T> PartialEq for Due<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.turn) == (other.at, other.turn)
    }
}

impl<T> Eq for Due<T> {}

impl<T> PartialOrd for Due<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Due<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.turn).cmp(&(other.at, other.turn))
    }
}

/// A clock and what is to happen, in order of time.
#[derive(Debug)]
pub struct SimClock<T> {
    now: Millis,
    turns: u64,
    queue: BinaryHeap<Due<T>>,
}

impl<T> SimClock<T> {
    /// A clock that shows this time.
    pub fn new(now: Millis) -> Self {
        SimClock {
            now,
            turns: 0,
            queue: BinaryHeap::new(),
        }
    }

    /// The time, in milliseconds.
    pub fn now(&self) -> Millis {
        self.now
    }

    /// Something is to happen after so many milliseconds.
    pub fn after(&mut self, delay: Millis, what: T) {
        self.at(self.now.saturating_add(delay), what);
    }

    /// Something is to happen at a time; at once if that has passed.
    pub fn at(&mut self, at: Millis, what: T) {
        self.turns += 1;
        self.queue.push(Due {
            at: Reverse(at.max(self.now)),
            turn: Reverse(self.turns),
            what,
        });
    }

    /// The next thing to happen up to a time. The clock then shows when it
    /// happens, or that time.
    pub fn next(&mut self, until: Millis) -> Option<T> {
        if self.queue.peek().is_none_or(|due| due.at.0 > until) {
            self.now = self.now.max(until);
            return None;
        }
        let due = self.queue.pop()?;
        self.now = due.at.0;
        Some(due.what)
    }
}
