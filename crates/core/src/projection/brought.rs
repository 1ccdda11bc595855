//! What has to be known of a discussion when it goes to other programs, or when
//! something comes from them.

use super::Projection;
use crate::id::{EventId, Millis};
use crate::sorted::Map;

impl Projection {
    /// Everything that was brought from elsewhere, also what was deleted since:
    /// what it is called there, and what it is here.
    pub fn brought(&self) -> Map<&str, EventId> {
        let comments = self
            .threads
            .values()
            .flat_map(|facts| facts.comments.iter());
        comments
            .filter_map(|(order, facts)| Some((&*facts.origin.as_deref()?.id, order.id)))
            .collect()
    }

    /// When the text of a comment was last changed, as its author claims; 0 when
    /// it never was.
    pub fn changed(&self, comment: &EventId) -> Millis {
        let thread = self.home(comment).and_then(|id| self.threads.get(&id));
        let facts = thread.and_then(|facts| facts.comments.get(facts.orders.get(comment)?));
        let author = self.author(&comment.device);
        let texts = facts.into_iter().flat_map(|facts| facts.texts.iter());
        let later = texts
            .filter(|(order, _)| order.id != *comment && self.author(&order.id.device) == author);
        later.map(|(_, (at, _))| *at).max().unwrap_or(0)
    }

    /// Whether anybody resolved or reopened a thread.
    pub fn has_history(&self, thread: &EventId) -> bool {
        let facts = self.threads.get(thread);
        facts.is_some_and(|facts| !facts.statuses.is_empty())
    }
}
