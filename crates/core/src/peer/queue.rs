//! Own changes that wait to be written, and those that are being.

use std::collections::VecDeque;

use super::renew::Renewed;
use super::repeat::Repeated;
use crate::draft::Draft;
use crate::id::Millis;
use crate::sorted::Map;
use crate::store::Write;
use crate::wire::segment::Segment;

/// Who asked for a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker {
    Here(u64),
    Tab(u64, u64),
    /// It was in a log that could not be continued.
    Again,
}

#[derive(Debug)]
pub(super) struct Asked {
    pub(super) asker: Asker,
    pub(super) draft: Draft,
}

/// Events that are being signed or stored.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) segment: Segment,
    /// The changes in it and the sequence number each got.
    pub(super) asked: Vec<(Asked, u32)>,
    /// What is stored with it.
    pub(super) write: Write,
    /// The new key that it begins the log of.
    pub(super) renewed: Option<Renewed>,
}

/// The own log's side of a peer.
#[derive(Debug, Default)]
pub(super) struct Own {
    pub(super) queue: VecDeque<Asked>,
    pub(super) batch: Option<Batch>,
    /// Changes that were handed to the leading tab.
    pub(super) sent: Map<u64, Draft>,
    tickets: u64,
    /// How long the own log is according to the store.
    pub(super) expected: u32,
    pub(super) stalled_until: Option<Millis>,
    /// What was said once more of an earlier log.
    pub(super) repeated: Repeated,
    /// Whether something is still to be said once more.
    again: bool,
}

impl Own {
    /// When a failed write is tried again.
    pub(super) fn stalled_until(&self) -> Option<Millis> {
        self.stalled_until
    }

    /// It may be tried again, if it is time.
    pub(super) fn rested(&mut self, now: Millis) {
        self.stalled_until = self.stalled_until.filter(|until| now < *until);
    }

    /// Whether there is nothing to write.
    pub(super) fn is_idle(&self) -> bool {
        self.queue.is_empty()
    }

    /// Whether the first events of a new key's log are on their way.
    pub(super) fn begins_log(&self) -> bool {
        let batch = self.batch.as_ref();
        batch.is_some_and(|batch| batch.renewed.is_some())
    }

    pub(super) fn ticket(&mut self) -> u64 {
        self.tickets += 1;
        self.tickets
    }

    /// Puts what is to be said once more before everything else.
    pub(super) fn queue_again(&mut self, drafts: Vec<Draft>) {
        self.again |= !drafts.is_empty();
        for draft in drafts.into_iter().rev() {
            let asker = Asker::Again;
            self.queue.push_front(Asked { asker, draft });
        }
    }

    /// Whether something is still to be said once more.
    pub(super) fn says_again(&self) -> bool {
        self.again
    }

    /// Whether the last of what was to be said once more has just been.
    pub(super) fn is_done_again(&mut self) -> bool {
        let in_batch = self.batch.iter().flat_map(|batch| &batch.asked);
        let all = in_batch.map(|(asked, _)| asked).chain(&self.queue);
        let left = all.into_iter().any(|asked| asked.asker == Asker::Again);
        std::mem::replace(&mut self.again, left) && !left
    }

    /// Takes out every change of the text that was made with another key. Says
    /// who asked.
    pub(super) fn take_edits(&mut self) -> Vec<Asker> {
        let is_edit = |draft: &Draft| matches!(draft, Draft::Edit { .. });
        let mut askers = Vec::new();
        for asked in std::mem::take(&mut self.queue) {
            match is_edit(&asked.draft) {
                true => askers.push(asked.asker),
                false => self.queue.push_back(asked),
            }
        }
        let sent = self.sent.iter().filter(|(_, draft)| is_edit(draft));
        let sent: Vec<u64> = sent.map(|(number, _)| *number).collect();
        for number in sent {
            self.sent.remove(&number);
            askers.push(Asker::Here(number));
        }
        askers
    }

    /// What was handed to another tab is done here now.
    pub(super) fn requeue_sent(&mut self) {
        for (number, draft) in std::mem::take(&mut self.sent) {
            self.queue.push_back(Asked {
                asker: Asker::Here(number),
                draft,
            });
        }
    }
}
