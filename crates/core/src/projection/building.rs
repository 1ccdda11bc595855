//! Builds the threads that changed, some at a time.

use std::rc::Rc;

use super::{Projection, thread};
use crate::discussion::Discussion;
use crate::id::EventId;
use crate::log::Logs;

/// How many threads are built at a time.
const PART: usize = 64;

impl Projection {
    /// Builds some of the threads that changed: a few milliseconds' work. Says
    /// whether there are more.
    pub fn build_part(&mut self, logs: &Logs) -> bool {
        let part: Vec<EventId> = self.stale.iter().take(PART).copied().collect();
        for id in part {
            self.stale.remove(&id);
            if let Some(facts) = self.threads.get(&id) {
                match thread::build(facts, &self.authors, logs) {
                    Some(thread) => self.built.insert(facts.order, Rc::new(thread)),
                    None => self.built.remove(&facts.order),
                };
            }
        }
        !self.stale.is_empty()
    }

    /// The discussion now. Threads that did not change keep their identity.
    pub fn discussion(&mut self, logs: &Logs) -> Discussion {
        while self.build_part(logs) {}
        let authors = self.authors.shown(logs);
        Discussion {
            threads: self.built.values().cloned().collect(),
            authors,
        }
    }
}
