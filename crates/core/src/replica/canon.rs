//! The same text from the same edits, whatever their order of arrival.
//!
//! Honest edits merge to the same text in any order in which each comes after
//! what its author had seen. Edits that a hostile editor made up can depend on
//! the order of arrival. So when edits were merged in another order than the
//! one in which things are shown, they are merged once more in that order, some
//! at a time, and the outcome is the text.

use super::Replica;
use crate::event::edit;
use crate::id::EventId;
use crate::projection::Order;
use crate::sorted::sort;
use crate::text::SharedText;
use crate::text::admit::check;
use crate::text::writer::{BaseId, client_id};

/// How many edits are merged at a time: some milliseconds' work.
const SOME: usize = 200;

/// Edits that are being merged once more.
#[derive(Debug)]
pub(crate) struct Replay {
    of: BaseId,
    edits: Vec<Order>,
    done: usize,
    text: SharedText,
}

impl Replica {
    /// Whether a text may depend on the order in which edits arrived.
    pub fn is_unsorted(&self) -> bool {
        self.projection.documents().unsorted().is_some()
    }

    /// Whether something was applied since the last call of [`Replica::sort`].
    pub(crate) fn has_moved_on(&self) -> bool {
        self.replay.is_none()
    }

    /// Merges some edits once more, in the display order. Says whether it has
    /// to be called again soon; what arrives in between makes it begin anew.
    pub fn sort(&mut self) -> bool {
        let Some(of) = self.projection.documents().unsorted() else {
            return false;
        };
        let replay = self.replay.take().filter(|replay| replay.of == of);
        let Some(mut replay) = replay.or_else(|| self.replay_of(of)) else {
            return false;
        };
        let until = replay.edits.len().min(replay.done + SOME);
        for order in replay.edits.get(replay.done..until).unwrap_or_default() {
            self.merge_again(&mut replay.text, &of, &order.id);
        }
        replay.done = until;
        if until < replay.edits.len() {
            self.replay = Some(replay);
            return true;
        }
        self.take_sorted(replay)
    }

    fn take_sorted(&mut self, replay: Replay) -> bool {
        let documents = self.projection.documents_mut();
        let current = documents.current_id() == Some(replay.of);
        let Some(document) = documents.get_mut(&replay.of) else {
            return false;
        };
        if document.text.is_ahead() {
            // What is being typed becomes an event first.
            return false;
        }
        document.unsorted = false;
        if document.text.digest() != replay.text.digest() {
            document.text = replay.text;
            match current {
                true => self.projection.note_replaced(),
                false => self.projection.note_version(),
            }
        }
        self.is_unsorted()
    }

    /// All edits of a document that have an effect, in the display order.
    fn replay_of(&self, of: BaseId) -> Option<Replay> {
        let documents = self.projection.documents();
        let document = documents.get(&of)?;
        let mut edits = Vec::new();
        for log in self.logs.iter() {
            let closed = self.closed(&log.device).unwrap_or(u32::MAX);
            for seq in 1..=log.applied().min(closed).min(log.end() - 1) {
                let Some(entry) = log.entry(seq) else { break };
                let id = EventId {
                    device: log.device,
                    seq,
                };
                if entry.header.kind == edit::KIND.code && !document.has_refused(&id) {
                    let lamport = entry.header.lamport;
                    edits.push(Order { lamport, id });
                }
            }
        }
        sort(&mut edits);
        let text = SharedText::new(document.base(), document.text.client());
        Some(Replay {
            of,
            edits,
            done: 0,
            text,
        })
    }

    /// Merges one edit, if it is of this document.
    fn merge_again(&self, text: &mut SharedText, of: &BaseId, id: &EventId) {
        let entry = self.logs.entry(id);
        let parts = entry.and_then(|entry| edit::parts(&entry.payload, &id.device));
        let Some((base, tab, update)) = parts else {
            return;
        };
        let base = base.resolve(&self.logs);
        if base.and_then(|base| self.projection.documents().of_base(&base)) != Some(*of) {
            return;
        }
        let client = client_id(&id.device, of, tab);
        let known = |client, end| end <= text.next_clock(client);
        if let Ok(checked) = check(update, client, text.next_clock(client), &known) {
            // It had an effect before, in another order; what it builds on is
            // here in this one, too.
            let _ = text.apply(&checked);
        }
    }
}
