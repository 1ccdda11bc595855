//! A peer: one tab's side of one room. It ties the replica to the store, to
//! the relays and to the other tabs, without doing any of their I/O.
//!
//! The caller performs the [`Effect`]s in order and reports back. What a
//! person does takes one way: a [`Draft`] is put into an event, signed, stored
//! durably, and only then applied, shown, and offered to relays. What relays
//! and tabs bring takes the same way from admission on.

mod arrivals;
mod batch;
mod carrier;
mod compaction;
mod copy;
mod effect;
mod healing;
mod joining;
mod load;
mod notes;
mod own;
mod queue;
mod relays;
mod renew;
mod repeat;
mod sorting;
mod tab;
mod visits;

use std::collections::VecDeque;

use crate::command::Command;
use crate::discussion::Delivery;
use crate::draft::{CommandError, Draft};
use crate::id::{DeviceId, EventId, Millis, RoomId};
use crate::replica::{Admitted, Refusal, Replica};
use crate::sorted::Set;
use crate::store::{Quarantined, StoreError, Write};
use crate::tabs::Frame;
use crate::wire::record::pack;
use crate::wire::segment::Segment;
use arrivals::Arrivals;
use carrier::Carrier;
pub use carrier::relay_key;
use compaction::Compaction;
pub use effect::Effect;
use load::Loading;
pub use notes::Brought;
use queue::Own;
pub use relays::CarrierState;
use renew::Renewal;
use sorting::Sorting;
use visits::Visits;

/// One tab's side of one room.
#[derive(Debug)]
pub struct Peer {
    replica: Replica,
    device: DeviceId,
    tab: u64,
    /// The leading tab, once it holds what this one does.
    leader: Option<u64>,
    leads: bool,
    /// Whether the store is being read, so that nothing is written to it.
    loading: bool,
    in_progress: Option<Loading>,
    compaction: Compaction,
    own: Own,
    outbox: Set<u32>,
    renewal: Renewal,
    sorting: Sorting,
    visits: Visits,
    /// One that was removed leaves its place empty: the others keep their numbers.
    carriers: Vec<Option<Carrier>>,
    arrivals: Arrivals,
    /// What the leading tab says of the relays, on a following one.
    told: Vec<u8>,
    saving: VecDeque<Saving>,
    pending: Write,
    /// Nothing is written before the next [`Peer::tick`]: the store failed.
    store_rests: bool,
    /// The time that [`Effect::WakeAt`] said last.
    wake: Option<Millis>,
    effects: VecDeque<Effect>,
    jitter: u64,
}

/// How many rows gather while more comes before they are written.
const ROWS: usize = 256;

/// What a write in progress was for.
#[derive(Debug, PartialEq, Eq)]
enum Saving {
    Own,
    /// Anything else; it is kept until it was made.
    Other(Write),
}

impl Saving {
    /// What is written, if it is not own events.
    fn other(&self) -> Option<&Write> {
        match self {
            Saving::Own => None,
            Saving::Other(write) => Some(write),
        }
    }
}

impl Peer {
    /// A peer that knows nothing yet and follows. `tab` is a random number
    /// that tells this tab from the device's others.
    pub fn new(room: RoomId, device: DeviceId, tab: u64, text: Option<&str>) -> Self {
        Peer {
            replica: Replica::new(room, device, tab as u32, text),
            device,
            tab,
            leader: None,
            leads: false,
            loading: false,
            in_progress: None,
            compaction: Compaction::default(),
            own: Own::default(),
            outbox: Set::new(),
            renewal: Renewal::default(),
            sorting: Sorting::default(),
            visits: Visits::default(),
            carriers: Vec::new(),
            arrivals: Arrivals::default(),
            told: Vec::new(),
            saving: VecDeque::new(),
            pending: Write::default(),
            store_rests: false,
            wake: None,
            effects: VecDeque::new(),
            jitter: tab,
        }
    }

    /// The logs and what follows from them.
    pub fn replica(&self) -> &Replica {
        &self.replica
    }

    /// The logs and what follows from them, for reading the discussion and
    /// editing the document.
    pub fn replica_mut(&mut self) -> &mut Replica {
        &mut self.replica
    }

    /// The device whose log this tab writes.
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// Whether this tab signs, stores and talks to relays.
    pub fn leads(&self) -> bool {
        self.leads
    }

    /// The next thing to do. Takes a part of what relays said, if nothing is to
    /// be done before: some milliseconds' work.
    pub fn effect(&mut self) -> Option<Effect> {
        if self.effects.is_empty() && self.take_more() {
            // So that it is not thousands at the end, and nothing that a person
            // writes meanwhile has to wait for more than one such write.
            let writes = self.saving.iter().any(|it| it.other().is_some());
            if self.pending.put.len() >= ROWS && !writes {
                self.flush();
            }
            self.effects.push_back(Effect::Rest);
        }
        if self.effects.is_empty() {
            self.flush();
            self.set_timer();
        }
        self.effects.pop_front()
    }

    fn set_timer(&mut self) {
        let heals = self.carriers.iter().flatten();
        let heals = heals.filter_map(Carrier::next);
        let own = self.own.stalled_until().into_iter();
        let next = heals.chain(own).chain(self.renewal.next());
        let next = next.chain(self.sorting.at());
        let next = next.chain(self.visits.at().filter(|_| self.leads));
        let next = next.chain(self.compaction.at()).min();
        if next != self.wake {
            self.wake = next;
            self.effects.extend(next.map(Effect::WakeAt));
        }
    }

    /// This tab leads from now on. The store is read once more, in case the
    /// tab that led before wrote something at the last moment.
    pub fn lead(&mut self) {
        self.lead_from_start();
        self.effects.push_back(Effect::Reload);
    }

    /// This tab leads, and has not read the store yet: what is loaded next is
    /// what any tab that led before has left.
    pub fn lead_from_start(&mut self) {
        self.leads = true;
        self.loading = true;
        self.own.requeue_sent();
    }

    /// Puts a command on its way. Gives the ticket that [`Effect::Done`] will
    /// carry.
    ///
    /// # Errors
    /// When the command can not be carried out as things stand.
    pub fn command(
        &mut self,
        command: &Command,
        nonce: [u8; 8],
        now: Millis,
    ) -> Result<u64, CommandError> {
        let draft = Draft::of(command, &self.replica, nonce)?;
        Ok(self.submit(draft, now))
    }

    /// How far an own event has come.
    pub fn delivery(&self, id: &EventId) -> Delivery {
        match self.replica.seen_by(id) {
            0 if id.device == self.device && self.outbox.contains(&id.seq) => Delivery::Saved,
            0 if self.renewal.unsent.has(&id.device, id.seq) => Delivery::Saved,
            0 => Delivery::AtRelay,
            n => Delivery::Seen(n),
        }
    }

    /// How many own events no relay has acknowledged.
    pub fn waiting(&self) -> u32 {
        self.outbox.len() as u32 + self.renewal.unsent.len()
    }

    /// The last write was made, or was not.
    pub fn saved(&mut self, result: Result<(), StoreError>, now: Millis) {
        match self.saving.pop_front() {
            Some(Saving::Own) => self.own_saved(result, now),
            Some(Saving::Other(write)) => {
                if let Err(error) = result {
                    self.write_again(write);
                    self.store_rests = true;
                    self.stall(Some(error), now);
                }
            }
            None => {}
        }
    }

    /// Time has passed.
    pub fn tick(&mut self, now: Millis) {
        self.wake = None;
        self.store_rests = false;
        self.own.rested(now);
        self.sort(now);
        self.prepare(now);
        self.heal_all(now);
        self.join_all(now);
        self.visit_if_due(now);
        self.leave(now);
        self.compact(now);
    }

    fn save(&mut self, write: Write, what: Saving) {
        self.saving.push_back(what);
        self.effects.push_back(Effect::Save(write));
    }

    /// Sends what has gathered to the store.
    fn flush(&mut self) {
        if self.leads && !self.loading && !self.store_rests && !self.pending.is_empty() {
            let write = std::mem::take(&mut self.pending);
            self.save(write.clone(), Saving::Other(write));
        }
    }

    /// A write that failed goes before what has gathered since: a cursor must
    /// never be kept without the records before it.
    fn write_again(&mut self, mut failed: Write) {
        let later = std::mem::take(&mut self.pending);
        let newer = |key: &str| later.values.iter().any(|(k, _)| k == key);
        failed.values.retain(|(key, _)| !newer(key));
        failed.values.extend(later.values);
        failed.put.extend(later.put);
        failed.drop.extend(later.drop);
        failed.outbox_remove.extend(later.outbox_remove);
        failed.quarantine.extend(later.quarantine);
        self.pending = failed;
    }

    fn tell(&mut self, frame: &Frame) {
        self.effects.push_back(Effect::Tell(frame.encode()));
    }

    fn quarantine(&mut self, aside: Quarantined) {
        if self.leads {
            self.pending.quarantine.push(aside.clone());
        }
        self.effects.push_back(Effect::SetAside(aside));
    }

    /// Reports what was refused of outside bytes.
    fn set_aside(&mut self, from: &str, admitted: &Admitted, bytes: &[u8]) {
        if admitted.refused.is_empty() {
            return;
        }
        let reasons: Vec<String> = admitted.refused.iter().map(Refusal::to_string).collect();
        let bytes = bytes.iter().take(Quarantined::MAX_BYTES).copied().collect();
        self.quarantine(Quarantined {
            reason: reasons.join("; "),
            from: from.into(),
            bytes,
        });
    }

    /// Keeps and passes on what was new in outside bytes.
    fn keep(&mut self, admitted: &Admitted) {
        if !self.leads || admitted.fresh.is_empty() {
            return;
        }
        let fresh: Vec<Vec<u8>> = admitted.fresh.iter().map(Segment::encode).collect();
        for record in pack(&fresh) {
            self.tell(&Frame::Record(record));
        }
        self.pending.put.extend(fresh);
    }

    /// A number from 0 to `below`, different on each tab.
    fn random(&mut self, below: u64) -> u64 {
        // SplitMix64 (Steele, Lea and Flood, 2014).
        self.jitter = self.jitter.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.jitter;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below.max(1)
    }
}
