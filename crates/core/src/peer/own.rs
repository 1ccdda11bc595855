//! Own changes on their way into the own log: queued, put into events, signed
//! together, stored durably, applied.

use std::collections::VecDeque;

use super::batch::Builder;
use super::{Effect, Peer, Saving};
use crate::draft::Draft;
use crate::event::signed_message;
use crate::id::Millis;
use crate::sorted::Map;
use crate::store::{Durability, StoreError, Write};
use crate::tabs::Frame;
use crate::wire::record::pack;
use crate::wire::segment::{Segment, SignatureBytes};

/// How long to wait before a failed write is tried again, in milliseconds.
const RETRY: Millis = 3_000;
/// Most bytes of payload that one signature covers.
const BATCH: usize = 64 * 1024;

/// Who asked for a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    Here(u64),
    Tab(u64, u64),
}

#[derive(Debug)]
struct Asked {
    asker: Asker,
    draft: Draft,
}

/// Events that are being signed or stored.
#[derive(Debug)]
struct Batch {
    segment: Segment,
    /// The changes in it and the sequence number each got.
    asked: Vec<(Asked, u32)>,
}

/// The own log's side of a peer.
#[derive(Debug, Default)]
pub(super) struct Own {
    queue: VecDeque<Asked>,
    batch: Option<Batch>,
    /// Changes that were handed to the leading tab.
    sent: Map<u64, Draft>,
    tickets: u64,
    /// How long the own log is according to the store.
    pub(super) expected: u32,
    stalled_until: Option<Millis>,
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

impl Peer {
    /// Puts a change on its way. Gives the ticket that [`Effect::Done`] will
    /// carry.
    pub fn submit(&mut self, draft: Draft, now: Millis) -> u64 {
        self.own.tickets += 1;
        let ticket = self.own.tickets;
        if self.leads {
            self.own.queue.push_back(Asked {
                asker: Asker::Here(ticket),
                draft,
            });
            self.prepare(now);
        } else {
            if let Some(leader) = self.leader {
                self.tell(&Frame::Submit {
                    leader,
                    tab: self.tab,
                    number: ticket,
                    draft: draft.clone(),
                });
            }
            self.own.sent.insert(ticket, draft);
        }
        ticket
    }

    /// Whether every own change is durable.
    pub fn is_settled(&self) -> bool {
        self.own.queue.is_empty() && self.own.batch.is_none() && self.own.sent.is_empty()
    }

    /// Every change from here that is not durable yet.
    pub fn unsaved(&self) -> Vec<Draft> {
        let in_batch = self
            .own
            .batch
            .iter()
            .flat_map(|batch| &batch.asked)
            .map(|(asked, _)| asked);
        let here = in_batch
            .chain(&self.own.queue)
            .filter(|asked| matches!(asked.asker, Asker::Here(_)));
        here.map(|asked| &asked.draft)
            .chain(self.own.sent.values())
            .cloned()
            .collect()
    }

    /// Another tab's change, which may have been handed over before.
    pub(super) fn submit_for(&mut self, tab: u64, number: u64, draft: Draft, now: Millis) {
        if !self.leads {
            return;
        }
        let asker = Asker::Tab(tab, number);
        let in_batch = self
            .own
            .batch
            .iter()
            .flat_map(|batch| &batch.asked)
            .map(|(asked, _)| asked);
        if self
            .own
            .queue
            .iter()
            .chain(in_batch)
            .any(|asked| asked.asker == asker)
        {
            return;
        }
        self.own.queue.push_back(Asked { asker, draft });
        self.prepare(now);
    }

    /// Hands every change to the tab that leads now.
    pub(super) fn hand_over(&mut self) {
        let Some(leader) = self.leader else { return };
        let frames = self.own.sent.iter().map(|(number, draft)| Frame::Submit {
            leader,
            tab: self.tab,
            number: *number,
            draft: draft.clone(),
        });
        for frame in frames.collect::<Vec<_>>() {
            self.tell(&frame);
        }
    }

    /// The leading tab is done with a change from here.
    pub(super) fn sent_done(&mut self, number: u64, result: Result<u32, String>) {
        if let Some(draft) = self.own.sent.remove(&number) {
            self.refused(&draft, &result);
            self.effects.push_back(Effect::Done {
                ticket: number,
                result,
            });
        }
    }

    /// Puts what is queued into events and asks for a signature.
    pub(super) fn prepare(&mut self, now: Millis) {
        let waits = self.own.stalled_until.is_some_and(|until| now < until);
        if !self.leads
            || self.loading
            || waits
            || self.own.batch.is_some()
            || self.own.queue.is_empty()
        {
            return;
        }
        self.own.stalled_until = None;
        let head = self
            .replica
            .logs()
            .log(&self.device)
            .map_or(0, |log| log.head());
        let forked = self.replica.logs().log(&self.device);
        if forked.is_some_and(|log| log.is_forked()) {
            let two = "this device has two histories, most likely from a backup".into();
            self.stall(Some(StoreError::Failed(two)), now);
            return;
        }
        if head < self.own.expected {
            // Writing on would fork the log: part of it is damaged here and
            // has to come back from a relay or another device first.
            let lost = StoreError::Failed("part of your own log is damaged here".into());
            self.stall(Some(lost), now);
            return;
        }
        let mut builder = Builder::new(&self.replica, self.device, now);
        let mut asked = Vec::new();
        let mut done = Vec::new();
        while builder.bytes < BATCH
            && let Some(next) = self.own.queue.pop_front()
        {
            if let Some(seq) = builder.already(&next.draft) {
                done.push((next, Ok(seq)));
                continue;
            }
            match builder.add(&next.draft) {
                Ok(seq) => asked.push((next, seq)),
                Err(reason) => done.push((next, Err(reason))),
            }
        }
        let segment = builder.finish();
        for (next, result) in done {
            self.refused(&next.draft, &result);
            self.answer(next.asker, result);
        }
        let Some(segment) = segment else { return };
        let last = segment.hashes().last().copied().unwrap_or(segment.previous);
        self.effects.push_back(Effect::Sign(signed_message(
            &self.replica.logs().room,
            &last,
        )));
        self.own.batch = Some(Batch { segment, asked });
    }

    /// The device's key has signed what [`Effect::Sign`] asked for.
    pub fn signed(&mut self, signature: SignatureBytes) {
        let Some(batch) = &mut self.own.batch else {
            return;
        };
        batch.segment.signature = signature;
        let seqs = batch.segment.first..=batch.segment.last();
        let write = Write {
            durability: Durability::Strict,
            own: Some((batch.segment.first - 1, batch.segment.last())),
            put: vec![batch.segment.encode()],
            outbox_add: seqs.collect(),
            ..Write::default()
        };
        self.save(write, Saving::Own);
    }

    /// The device's key could not sign.
    pub fn sign_failed(&mut self, reason: String, now: Millis) {
        self.put_back();
        self.stall(Some(StoreError::Failed(reason)), now);
    }

    pub(super) fn own_saved(&mut self, result: Result<(), StoreError>, now: Millis) {
        match result {
            Ok(()) => self.apply_batch(now),
            Err(StoreError::Conflict) => {
                // Another tab wrote between reading and writing; its events
                // come first.
                self.put_back();
                self.loading = true;
                self.effects.push_back(Effect::Reload);
            }
            Err(error) => {
                self.put_back();
                self.stall(Some(error), now);
            }
        }
    }

    fn apply_batch(&mut self, now: Millis) {
        let Some(batch) = self.own.batch.take() else {
            return;
        };
        let bytes = batch.segment.encode();
        let records = pack([&bytes]);
        for record in &records {
            let admitted = self.replica.admit(record);
            self.set_aside("here", &admitted, &bytes);
        }
        self.own.expected = batch.segment.last();
        self.outbox
            .extend(batch.segment.first..=batch.segment.last());
        for record in records {
            self.tell(&Frame::Record(record));
        }
        for (asked, seq) in batch.asked {
            self.answer(asked.asker, Ok(seq));
        }
        self.effects.push_back(Effect::Stalled(None));
        self.state_changed();
        self.heal_all(now);
        self.prepare(now);
    }

    /// What was written into a document and will never be an event must not
    /// stay in it: nothing that follows would fit.
    fn refused(&mut self, draft: &Draft, result: &Result<u32, String>) {
        if let (Draft::Edit { tab, .. }, Err(_)) = (draft, result)
            && *tab == self.replica.projection().documents().tab()
        {
            self.replica.give_up_writing();
        }
    }

    fn answer(&mut self, asker: Asker, result: Result<u32, String>) {
        match asker {
            Asker::Here(ticket) => self.effects.push_back(Effect::Done { ticket, result }),
            Asker::Tab(tab, number) => self.tell(&Frame::Done {
                tab,
                number,
                result,
            }),
        }
    }

    fn put_back(&mut self) {
        let batch = self.own.batch.take();
        for (asked, _) in batch.into_iter().flat_map(|batch| batch.asked).rev() {
            self.own.queue.push_front(asked);
        }
    }

    pub(super) fn stall(&mut self, error: Option<StoreError>, now: Millis) {
        self.own.stalled_until = Some(now + RETRY);
        self.effects.push_back(Effect::Stalled(error));
    }
}
