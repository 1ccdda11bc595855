//! What a machine has to hand over, and what its server is known to hold.

use std::collections::VecDeque;

use super::RecordId;
use crate::sorted::Set;

/// A record that waits for its acknowledgement.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) id: RecordId,
    pub(super) bytes: Vec<u8>,
    is_sent: bool,
}

/// The records of one mailbox, as one machine knows them.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// In the order of publishing.
    queue: VecDeque<Waiting>,
    names: Set<RecordId>,
    flying: usize,
    held: Set<RecordId>,
}

impl Records {
    /// One more waits; does nothing when it waits already.
    pub(super) fn push(&mut self, id: RecordId, bytes: Vec<u8>) {
        if self.names.insert(id) {
            let is_sent = false;
            self.queue.push_back(Waiting { id, bytes, is_sent });
        }
    }

    /// Whether one waits that is not on its way.
    pub(super) fn is_waiting(&self) -> bool {
        self.queue.len() > self.flying
    }

    /// Names each record that the server is known to hold.
    pub(super) fn each_held(&self, name: impl FnMut(&RecordId)) {
        self.held.iter().for_each(name);
    }

    /// How many are on their way.
    pub(super) fn flying(&self) -> usize {
        self.flying
    }

    /// How many bytes are on their way.
    pub(super) fn flying_bytes(&self) -> usize {
        let sent = self.queue.iter().filter(|it| it.is_sent);
        // Most of the time they are the first.
        sent.take(self.flying).map(|it| it.bytes.len()).sum()
    }

    /// The next that is not on its way, and is from now on.
    pub(super) fn send_next(&mut self) -> Option<&Waiting> {
        let next = self.queue.iter_mut().find(|it| !it.is_sent)?;
        next.is_sent = true;
        self.flying += 1;
        Some(next)
    }

    /// The next ones that are not on their way, and are from now on: at most so
    /// many, of so many bytes together.
    pub(super) fn send_batch(&mut self, most: usize, most_bytes: usize) -> Vec<&Waiting> {
        let mut left = most_bytes;
        let mut batch = Vec::new();
        for next in self.queue.iter_mut().filter(|it| !it.is_sent).take(most) {
            let Some(rest) = left.checked_sub(next.bytes.len()) else {
                break;
            };
            left = rest;
            next.is_sent = true;
            batch.push(&*next);
        }
        self.flying += batch.len();
        batch
    }

    /// None waits any more. Returns those that did.
    pub(super) fn take_all(&mut self) -> Vec<RecordId> {
        self.names = Set::new();
        self.flying = 0;
        self.queue.drain(..).map(|it| it.id).collect()
    }

    /// The bytes of one that waits.
    pub(super) fn bytes(&self, id: &RecordId) -> Option<Vec<u8>> {
        let found = self.queue.iter().find(|it| it.id == *id);
        found.map(|it| it.bytes.clone())
    }

    /// Nothing is on its way any more.
    pub(super) fn recall(&mut self) {
        self.queue.iter_mut().for_each(|it| it.is_sent = false);
        self.flying = 0;
    }

    /// One is not on its way any more.
    pub(super) fn recall_one(&mut self, id: &RecordId) {
        let found = self.queue.iter_mut().find(|it| it.id == *id && it.is_sent);
        if let Some(found) = found {
            found.is_sent = false;
            self.flying -= 1;
        }
    }

    /// One waits no more. Says whether it did.
    pub(super) fn remove(&mut self, id: &RecordId) -> bool {
        if !self.names.remove(id) {
            return false;
        }
        let index = self.queue.iter().position(|it| it.id == *id);
        let gone = index.and_then(|index| self.queue.remove(index));
        self.flying -= usize::from(gone.is_some_and(|it| it.is_sent));
        true
    }

    /// The names of those that are on their way.
    pub(super) fn sent(&self) -> Vec<RecordId> {
        let sent = self.queue.iter().filter(|it| it.is_sent);
        sent.map(|it| it.id).collect()
    }

    /// The server holds this. Says whether that is new.
    pub(super) fn hold(&mut self, id: RecordId) -> bool {
        self.held.insert(id)
    }

    /// Whether the server is known to hold this.
    pub(super) fn holds(&self, id: &RecordId) -> bool {
        self.held.contains(id)
    }

    /// How many records the server is known to hold.
    pub(super) fn held(&self) -> usize {
        self.held.len()
    }

    /// Whether the server was known to hold what is not among these.
    pub(super) fn holds_more_than(&self, found: &Set<RecordId>) -> bool {
        self.held.iter().any(|id| !found.contains(id))
    }

    /// Nothing is known of what the server holds.
    pub(super) fn forget(&mut self) {
        self.held = Set::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_recalled_is_sent_again_in_order() {
        let id = |n: u8| RecordId([n; 16]);
        let mut records = Records::default();
        for n in [1, 2, 3, 2] {
            records.push(id(n), vec![n]);
        }
        assert_eq!(records.send_next().map(|it| it.id), Some(id(1)));
        assert_eq!(records.send_next().map(|it| it.id), Some(id(2)));
        assert_eq!(records.flying(), 2);
        assert!(records.remove(&id(1)) && !records.remove(&id(1)));
        assert_eq!(records.sent(), [id(2)]);
        records.recall_one(&id(2));
        records.recall_one(&id(2));
        assert_eq!((records.flying(), records.sent()), (0, vec![]));
        assert_eq!(records.send_next().map(|it| it.id), Some(id(2)));
        records.recall();
        assert_eq!(records.flying(), 0);
        let order: Vec<_> = std::iter::from_fn(|| records.send_next().map(|it| it.id)).collect();
        assert_eq!(order, [id(2), id(3)]);
        assert!(records.remove(&id(2)) && records.remove(&id(3)));
        assert_eq!(records.flying(), 0);
    }
}
