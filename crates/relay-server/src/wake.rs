//! Who waits for records of which mailbox.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// A channel for each mailbox that someone waits for. A channel holds the
/// last number only, so that a slow reader costs nothing and misses nothing.
#[derive(Debug, Default)]
pub(crate) struct Wakes(Mutex<HashMap<String, watch::Sender<u64>>>);

impl Wakes {
    fn mailboxes(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<u64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells everyone who waits that a mailbox now holds `head` records.
    pub(crate) fn announce(&self, mailbox: &str, head: u64) {
        if let Some(sender) = self.mailboxes().get(mailbox) {
            sender.send_if_modified(|last| {
                let news = head > *last;
                *last = head.max(*last);
                news
            });
        }
    }

    /// Whether somebody waits for records of a mailbox.
    pub(crate) fn is_waited_for(&self, mailbox: &str) -> bool {
        self.mailboxes().contains_key(mailbox)
    }

    /// Sends everybody away who waits.
    pub(crate) fn end_all(&self) {
        self.mailboxes().clear();
    }

    /// Waits for records of a mailbox.
    pub(crate) fn listen(self: &Arc<Self>, mailbox: &str) -> Listener {
        let mut mailboxes = self.mailboxes();
        let sender = mailboxes.entry(mailbox.to_owned()).or_default();
        Listener {
            heads: sender.subscribe(),
            mailbox: mailbox.to_owned(),
            wakes: Arc::clone(self),
        }
    }
}

/// One who waits for records of a mailbox.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(crate) heads: watch::Receiver<u64>,
    mailbox: String,
    wakes: Arc<Wakes>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Who was sent away has nothing there any more, but others may.
        if self.heads.has_changed().is_err() {
            return;
        }
        let mut mailboxes = self.wakes.mailboxes();
        // The receiver that is being dropped still counts.
        if mailboxes
            .get(&self.mailbox)
            .is_some_and(|sender| sender.receiver_count() <= 1)
        {
            mailboxes.remove(&self.mailbox);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_waits_costs_memory() {
        let wakes = Arc::new(Wakes::default());
        wakes.announce("a", 1);
        assert!(wakes.mailboxes().is_empty());
        let (one, mut two) = (wakes.listen("a"), wakes.listen("a"));
        wakes.announce("a", 3);
        wakes.announce("a", 2);
        assert_eq!(*two.heads.borrow_and_update(), 3);
        drop(one);
        assert_eq!(wakes.mailboxes().len(), 1);
        drop(two);
        assert!(wakes.mailboxes().is_empty());
        let sent_away = wakes.listen("a");
        wakes.end_all();
        let _next = wakes.listen("a");
        drop(sent_away);
        assert!(wakes.is_waited_for("a"));
    }
}
