//! The writing lane: records that wait, sent in batches.

use std::collections::VecDeque;

use sha2::{Digest, Sha256};

use super::reader::Reader;
use super::{Flight, MAX_BATCH, MAX_BATCH_RECORDS, refusal};
use crate::relay::backoff::{Backoff, Jitter};
use crate::relay::framing::{Position, framed_len, put_record};
use crate::relay::{Out, RecordId, Trouble};
use crate::sorted::Set;

/// A record and its SHA-256.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) hash: [u8; 32],
    pub(super) bytes: Vec<u8>,
}

impl Waiting {
    pub(super) fn id(&self) -> RecordId {
        RecordId::of_hash(&self.hash)
    }
}

#[derive(Debug)]
pub(super) struct Writer {
    pub(super) flight: Option<Flight>,
    /// In the order of publishing; the first `sent` are on their way.
    queue: VecDeque<Waiting>,
    sent: usize,
    /// The names of what is in the queue.
    names: Set<RecordId>,
    not_before: u64,
    backoff: Backoff,
    /// The most records in the next batch.
    at_once: usize,
}

impl Default for Writer {
    fn default() -> Self {
        Writer {
            flight: None,
            queue: VecDeque::new(),
            sent: 0,
            names: Set::new(),
            not_before: 0,
            backoff: Backoff::default(),
            at_once: MAX_BATCH_RECORDS,
        }
    }
}

impl Writer {
    pub(super) fn publish(&mut self, bytes: Vec<u8>, out: &mut Vec<Out>) {
        let hash = Sha256::digest(&bytes).into();
        let id = RecordId::of_hash(&hash);
        if let Some(why) = refusal(bytes.len()) {
            out.push(Out::Rejected { id, why });
        } else if self.names.insert(id) {
            self.queue.push_back(Waiting { hash, bytes });
        }
    }

    /// Write now, whatever failed before.
    pub(super) fn hurry(&mut self, now: u64) {
        self.backoff.reset();
        self.not_before = now;
    }

    /// When the next batch may go, if one waits and none is on its way.
    pub(super) fn next(&self) -> Option<u64> {
        (self.flight.is_none() && !self.queue.is_empty()).then_some(self.not_before)
    }

    /// The body of the next request, if anything waits.
    pub(super) fn batch(&mut self) -> Option<Vec<u8>> {
        let mut body = Vec::new();
        self.sent = 0;
        for waiting in self.queue.iter().take(self.at_once) {
            if body.len() + framed_len(&waiting.bytes) > MAX_BATCH {
                break;
            }
            put_record(&waiting.bytes, &mut body);
            self.sent += 1;
        }
        (self.sent > 0).then_some(body)
    }

    /// The request is given up; what it carried waits again.
    pub(super) fn recall(&mut self) -> Option<Flight> {
        self.sent = 0;
        self.flight.take()
    }

    /// The relay answered that it stored the batch. `false`: the answer is
    /// not one, so that nothing counts as stored.
    pub(super) fn stored(
        &mut self,
        body: &[u8],
        now: u64,
        reader: &mut Reader,
        out: &mut Vec<Out>,
    ) -> bool {
        let mut rest = body;
        let Some(at) = Position::take(&mut rest).ok().filter(|_| rest.is_empty()) else {
            return false;
        };
        let kept = self.drop_sent();
        out.push(Out::Acked(kept.iter().map(Waiting::id).collect()));
        if !reader.skip_own(kept, at, out) {
            reader.check(now);
        }
        self.backoff.reset();
        self.at_once = (self.at_once * 2).min(MAX_BATCH_RECORDS);
        true
    }

    /// The relay takes none of the batch.
    pub(super) fn reject(&mut self, why: Trouble, out: &mut Vec<Out>) {
        let refused = self.drop_sent();
        let told = |w: Waiting| Out::Rejected { id: w.id(), why };
        out.extend(refused.into_iter().map(told));
    }

    /// The relay does not take something in the batch: tries smaller ones
    /// until the record is found, and rejects that one.
    pub(super) fn narrow(&mut self, why: Trouble, out: &mut Vec<Out>) {
        if self.sent <= 1 {
            self.reject(why, out);
        } else {
            self.at_once = (self.sent / 2).max(1);
            self.sent = 0;
        }
    }

    pub(super) fn fail(&mut self, after: Option<u64>, now: u64, jitter: &mut Jitter) {
        self.sent = 0;
        let wait = self.backoff.fail(jitter).max(after.unwrap_or(0));
        self.not_before = now.saturating_add(wait);
    }

    /// The relay was seen to hold a record: if it waits here, it need not.
    pub(super) fn seen(&mut self, id: RecordId, out: &mut Vec<Out>) {
        if !self.names.contains(&id) {
            return;
        }
        let found = self.queue.iter().position(|w| w.id() == id);
        // What is on its way stays until that request is answered.
        if let Some(index) = found.filter(|index| *index >= self.sent) {
            self.queue.remove(index);
            self.names.remove(&id);
            out.push(Out::Acked(vec![id]));
        }
    }

    fn drop_sent(&mut self) -> Vec<Waiting> {
        let sent = self.sent.min(self.queue.len());
        self.sent = 0;
        let gone: Vec<_> = self.queue.drain(..sent).collect();
        for waiting in &gone {
            self.names.remove(&waiting.id());
        }
        gone
    }
}
