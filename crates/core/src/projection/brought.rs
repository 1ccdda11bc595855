//! What has to be known of a discussion when something comes from other programs.

use super::Projection;
use crate::id::EventId;
use crate::sorted;

impl Projection {
    /// Everything that was brought from elsewhere, also what was deleted since:
    /// what it is called there, and what it is here, in the order of the former.
    pub fn brought(&self) -> Vec<(&str, EventId)> {
        let mut brought = Vec::new();
        for thread in self.threads.values() {
            for (order, facts) in &thread.comments {
                if let Some(origin) = &facts.origin {
                    brought.push((&*origin.id, order.id));
                }
            }
        }
        sorted::sort_by_key(&mut brought, |(name, _)| *name);
        brought
    }

    /// Whether anybody resolved or reopened a thread.
    pub fn has_history(&self, thread: &EventId) -> bool {
        let facts = self.threads.get(thread);
        facts.is_some_and(|facts| !facts.statuses.is_empty())
    }
}
