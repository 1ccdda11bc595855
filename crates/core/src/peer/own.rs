//! Own changes on their way into the own log: queued, put into events, signed
//! together, stored durably, applied.

use super::batch::Builder;
use super::queue::{Asked, Asker, Batch};
use super::repeat::Repeated;
use super::{Effect, Peer, Saving};
use crate::draft::Draft;
use crate::event::signed_message;
use crate::id::Millis;
use crate::store::{Durability, StoreError, Write};
use crate::tabs::Frame;
use crate::wire::record::pack;
use crate::wire::segment::SignatureBytes;

/// How long to wait before a failed write is tried again, in milliseconds.
pub(super) const RETRY: Millis = 3_000;
/// Most bytes of payload that one signature covers.
const BATCH: usize = 64 * 1024;

impl Peer {
    /// Puts a change on its way. Gives the ticket that [`Effect::Done`] will
    /// carry.
    pub fn submit(&mut self, draft: Draft, now: Millis) -> u64 {
        let ticket = self.own.ticket();
        if self.leads {
            self.own.queue.push_back(Asked {
                asker: Asker::Here(ticket),
                draft,
            });
            self.prepare(now);
        } else {
            self.send(ticket, draft);
        }
        ticket
    }

    /// Hands a change to the leading tab.
    pub(super) fn send(&mut self, number: u64, draft: Draft) {
        if let Some(leader) = self.leader {
            self.tell(&Frame::Submit {
                leader,
                tab: self.tab,
                number,
                draft: draft.clone(),
            });
        }
        self.own.sent.insert(number, draft);
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
            || self.own.batch.is_some()
            || self.is_cut_off(now)
            || waits
            || self.own.queue.is_empty()
        {
            return;
        }
        self.own.stalled_until = None;
        let repeated = self.own.repeated.clone();
        let mut builder = Builder::new(&self.replica, self.device, now, repeated);
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
        self.own.repeated = builder.repeated().clone();
        let segment = builder.finish();
        for (next, result) in done {
            self.refused(&next.draft, &result);
            self.answer(next.asker, result);
        }
        let Some(segment) = segment else {
            return self.said_again();
        };
        let last = segment.hashes().last().copied().unwrap_or(segment.previous);
        self.effects.push_back(Effect::Sign {
            device: self.device,
            message: signed_message(&self.replica.logs().room, &last),
        });
        self.own.batch = Some(Batch {
            segment,
            asked,
            write: Write::default(),
            renewed: None,
        });
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
            // A relay may have given back more of the own log than was kept.
            own: Some((self.own.expected, batch.segment.last())),
            put: vec![batch.segment.encode()],
            outbox_add: seqs.collect(),
            ..batch.write.clone()
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
        let begins = batch.renewed.is_some();
        if let Some(renewed) = batch.renewed {
            self.go_on_as(renewed, &batch.write.quarantine);
        }
        let bytes = batch.segment.encode();
        let records = pack([&bytes]);
        for record in &records {
            let admitted = self.replica.admit(record);
            self.set_aside("here", &admitted, &bytes);
        }
        if begins {
            self.own.repeated = Repeated::in_log(self.replica.logs().log(&self.device));
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
        self.said_again();
        self.state_changed();
        self.gather(now);
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

    pub(super) fn answer(&mut self, asker: Asker, result: Result<u32, String>) {
        match asker {
            Asker::Again => {}
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
