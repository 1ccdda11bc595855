//! Puts changes into the next events of the own log.

use super::repeat::Repeated;
use crate::draft::Draft;
use crate::event::{
    ChainHash, Header, MAX_DEPS, base, comment, edit, revise, seen, status, thread,
};
use crate::id::{DeviceId, EventId, Millis};
use crate::replica::Replica;
use crate::sorted::Map;
use crate::text::admit::check;
use crate::text::writer::{BaseId, client_id};
use crate::wire::segment::Segment;

/// Builds the next run of the own log.
pub(super) struct Builder<'a> {
    replica: &'a Replica,
    device: DeviceId,
    at: Millis,
    first: u32,
    previous: ChainHash,
    lamport: u64,
    deps: Vec<EventId>,
    events: Vec<(Header, Box<[u8]>)>,
    /// How many bytes of payload it has.
    pub(super) bytes: usize,
    bases: Map<BaseId, EventId>,
    clocks: Map<u64, u32>,
    repeated: Repeated,
}

impl<'a> Builder<'a> {
    pub(super) fn new(
        replica: &'a Replica,
        device: DeviceId,
        at: Millis,
        repeated: Repeated,
    ) -> Self {
        let log = replica.logs().log(&device);
        let head = log.map_or(0, |log| log.head());
        let last = log.and_then(|log| log.entry(head));
        Builder {
            replica,
            device,
            at,
            first: head + 1,
            previous: log
                .and_then(|log| log.hash(head))
                .unwrap_or_else(|| crate::event::chain_start(&replica.logs().room, &device)),
            lamport: last.map_or(0, |entry| entry.header.lamport),
            deps: replica.frontier(&device),
            events: Vec::new(),
            bytes: 0,
            bases: Map::new(),
            clocks: Map::new(),
            repeated,
        }
    }

    pub(super) fn push(&mut self, kind: u32, payload: Vec<u8>) -> u32 {
        while self.deps.len() > MAX_DEPS {
            let some = self.deps.split_off(self.deps.len() - MAX_DEPS);
            self.append(seen::KIND.code, seen::payload(), some);
        }
        let deps = std::mem::take(&mut self.deps);
        self.append(kind, payload, deps)
    }

    fn append(&mut self, kind: u32, payload: Vec<u8>, deps: Vec<EventId>) -> u32 {
        let logs = self.replica.logs();
        let times = deps
            .iter()
            .filter_map(|dep| logs.entry(dep))
            .map(|entry| entry.header.lamport);
        self.lamport = 1 + times.fold(self.lamport, u64::max);
        self.bytes += payload.len();
        let header = Header {
            lamport: self.lamport,
            at: self.at,
            kind,
            deps: deps.into(),
        };
        self.events.push((header, payload.into()));
        self.first + self.events.len() as u32 - 1
    }

    pub(super) fn add(&mut self, draft: &Draft) -> Result<u32, String> {
        match draft {
            Draft::Event { kind, payload } => {
                let payload = self.repeated.localize(*kind, payload, &self.device);
                let seq = self.push(*kind, payload.clone());
                self.repeated.note(seq, &payload);
                Ok(seq)
            }
            Draft::Edit { base, tab, update } => {
                self.check_edit(base, *tab, update)?;
                let shared = self.share(base)?;
                Ok(self.push(
                    edit::KIND.code,
                    edit::payload(&shared, *tab, update, &self.device),
                ))
            }
        }
    }

    /// Makes sure that the text a document started from is shared.
    fn share(&mut self, id: &BaseId) -> Result<EventId, String> {
        let documents = self.replica.projection().documents();
        if let Some(event) = documents
            .shared_by(id)
            .or_else(|| self.bases.get(id).copied())
        {
            return Ok(event);
        }
        let text = documents.get(id).ok_or("the document is not here")?.base();
        let mut event = EventId {
            device: self.device,
            seq: 0,
        };
        for payload in base::payloads(id, text) {
            event.seq = self.push(base::KIND.code, payload);
        }
        self.bases.insert(*id, event);
        Ok(event)
    }

    /// An edit that others would refuse must not get into the log.
    fn check_edit(&mut self, base: &BaseId, tab: u32, update: &[u8]) -> Result<(), String> {
        let documents = self.replica.projection().documents();
        let document = documents.get(base).ok_or("the document is not here")?;
        let client = client_id(&self.device, base, tab);
        let clock = |of: u64| {
            self.clocks
                .get(&of)
                .copied()
                .unwrap_or(0)
                .max(document.next_clock(of))
        };
        let known = |of: u64, end: u32| end <= clock(of) || document.is_base(of, end);
        let next = clock(client);
        let checked = check(update, client, next, &known).map_err(|error| error.to_string())?;
        let end = next + checked.inserted_len();
        self.clocks.insert(client, end);
        Ok(())
    }

    /// The event that this draft has already become or is becoming, when a tab
    /// asks again after its question crossed the answer.
    pub(super) fn already(&self, draft: &Draft) -> Option<u32> {
        const BACK: u32 = 256;
        let local = match draft {
            Draft::Event { kind, payload } => self.repeated.localize(*kind, payload, &self.device),
            Draft::Edit { .. } => Vec::new(),
        };
        // Two tabs may bring the same words from elsewhere at once.
        if let Draft::Event { kind, .. } = draft
            && has_nonce(*kind)
            && let Some(at) = (self.events.iter())
                .position(|(header, payload)| header.kind == *kind && **payload == *local)
        {
            return Some(self.first + at as u32);
        }
        let log = self.replica.logs().log(&self.device)?;
        let same = |seq: &u32| {
            log.entry(*seq).is_some_and(|entry| match draft {
                Draft::Event { kind, .. } => {
                    has_nonce(*kind) && entry.header.kind == *kind && *entry.payload == *local
                }
                Draft::Edit { tab, update, .. } => {
                    entry.header.kind == edit::KIND.code
                        && edit::is_of(&entry.payload, *tab, update)
                }
            })
        };
        (log.head().saturating_sub(BACK) + 1..=log.head())
            .rev()
            .find(same)
    }

    /// Which events of an earlier log the own one will have said once more.
    pub(super) fn repeated(&self) -> &Repeated {
        &self.repeated
    }

    pub(super) fn finish(self) -> Option<Segment> {
        (!self.events.is_empty()).then_some(Segment {
            device: self.device,
            first: self.first,
            previous: self.previous,
            events: self.events,
            signature: [0; 64],
        })
    }
}

/// Whether no two payloads of a kind are equal. Doing the others twice, in the
/// order in which they were asked for, is the same as doing them once.
fn has_nonce(kind: u32) -> bool {
    [thread::KIND, comment::KIND, revise::KIND, status::KIND]
        .iter()
        .any(|with| with.code == kind)
}
