//! What a new log says once more, because the old one counts only up to some
//! point: the comments, replies and the like that are still here.

use crate::draft::{Draft, NOBODY};
use crate::event::payload::{Payload, marked, moved, prefix_of};
use crate::event::{
    EventError, KINDS, MAX_BODY, close, comment, edit, profile, react, redact, relink, revise,
    status, thread,
};
use crate::id::{DeviceId, EventId};
use crate::log::Log;
use crate::replica::Replica;
use crate::sorted::{Map, Set};
use crate::store::Quarantined;
use crate::text::admit::inserted;

/// The payload field that gives the sequence number which the event had in the
/// old log. Only the device that wrote both reads it.
const AGAIN: u64 = 14;

/// Which events of the old log the own one has said once more.
#[derive(Debug, Clone, Default)]
pub(super) struct Repeated {
    of: Option<DeviceId>,
    events: Map<u32, u32>,
}

impl Repeated {
    /// What a log says once more, and of which other log.
    pub(super) fn in_log(log: Option<&Log>) -> Self {
        let mut repeated = Repeated::default();
        let Some(log) = log else { return repeated };
        let entries = (1..=log.head()).filter_map(|seq| Some((seq, log.entry(seq)?)));
        for (seq, entry) in entries {
            if entry.header.kind == close::KIND.code {
                repeated.of = repeated.of.or_else(|| close::device(&entry.payload));
            } else if repeated.of.is_some() {
                repeated.note(seq, &entry.payload);
            } else if KINDS
                .iter()
                .any(|k| k.code == entry.header.kind && !k.targets.is_empty())
            {
                // A log that continues another begins by ending that.
                break;
            }
        }
        repeated
    }

    /// An event with this payload is now in the own log.
    pub(super) fn note(&mut self, seq: u32, payload: &[u8]) {
        let again = Payload::parse(payload).and_then(|payload| payload.number(AGAIN));
        if let Ok(old) = again {
            self.events.insert(old, seq);
        }
    }

    /// The payload of a draft as `issuer` writes it.
    pub(super) fn localize(&self, kind: u32, payload: &[u8], issuer: &DeviceId) -> Vec<u8> {
        let known = KINDS.iter().find(|known| known.code == kind);
        let find = |prefix, seq: u32| {
            let of = self.of.filter(|of| prefix_of(of) == prefix);
            let seq = *self.events.get(&of.map(|_| seq)?)?;
            Some(EventId {
                device: *issuer,
                seq,
            })
        };
        let targets = known.map_or(&[][..], |known| known.targets);
        moved(payload, targets, None, issuer, &find).unwrap_or_else(|_| payload.to_vec())
    }
}

/// What is to be said once more.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    /// As drafts, in the order in which it was said first.
    pub(super) drafts: Vec<Draft>,
    /// What was typed and has lost its place in the text.
    pub(super) words: Option<Quarantined>,
}

impl Repeats {
    /// Everything that is here of a device's log after `until`.
    pub(super) fn of(replica: &Replica, device: &DeviceId, until: u32) -> Self {
        let mut repeats = Repeats::default();
        let Some(log) = replica.logs().log(device) else {
            return repeats;
        };
        let mut events: Map<u32, (u32, &[u8])> = Map::new();
        for segment in log.held_segments() {
            for ((header, payload), seq) in segment.events.iter().zip(segment.first..) {
                events.insert(seq, (header.kind, payload));
            }
        }
        for seq in until + 1..=log.head() {
            if let Some(entry) = log.entry(seq) {
                events.insert(seq, (entry.header.kind, &entry.payload));
            }
        }
        let mut there = Said {
            replica,
            device,
            again: Set::new(),
        };
        let mut typed = String::new();
        for (seq, (kind, payload)) in events.range(until + 1..) {
            if *kind == edit::KIND.code {
                typed.push_str(edit::update(payload).and_then(inserted).unwrap_or(""));
            } else if let Ok(Some((kind, payload))) = there.again(*kind, payload) {
                let id = EventId {
                    device: *device,
                    seq: *seq,
                };
                there.again.insert(id);
                let payload = marked(&payload, AGAIN, *seq);
                repeats.drafts.push(Draft::Event { kind, payload });
            }
        }
        repeats.words = (!typed.is_empty()).then(|| Quarantined {
            reason: [
                "text that was typed after the damaged part lost its place: ",
                &typed,
            ]
            .concat(),
            from: "store".into(),
            bytes: typed.into_bytes(),
        });
        repeats
    }
}

/// What can be referred to.
struct Said<'a> {
    replica: &'a Replica,
    device: &'a DeviceId,
    again: Set<EventId>,
}

impl Said<'_> {
    /// What an event becomes, if anything: words whose place is lost are a
    /// thread of their own.
    fn again(&self, kind: u32, bytes: &[u8]) -> Result<Option<(u32, Vec<u8>)>, EventError> {
        let payload = Payload::parse(bytes)?;
        let as_it_is = |targets: &[u64]| {
            let moved = moved(bytes, targets, Some(self.device), &NOBODY, &|_, _| None);
            moved.map(|payload| Some((kind, payload)))
        };
        let place_lost = |body: u64| {
            let body = payload.text(body, MAX_BODY, "the comment")?;
            let nonce = payload.bytes(comment::NONCE).unwrap_or_default();
            let payload = thread::payload(None, body, nonce);
            Ok(Some((thread::KIND.code, payload)))
        };
        let first = |kind: &crate::event::Kind| {
            let target = kind.targets.first();
            target.is_some_and(|key| self.has(&payload, *key).is_some())
        };
        let is = |known: &crate::event::Kind| known.code == kind;
        if is(&thread::KIND) || is(&profile::KIND) {
            as_it_is(&[])
        } else if is(&comment::KIND) && first(&comment::KIND) {
            let Some(parent) = comment::KIND
                .targets
                .get(1)
                .filter(|key| payload.has(**key))
            else {
                return as_it_is(comment::KIND.targets);
            };
            if self.has(&payload, *parent).is_some() {
                return as_it_is(comment::KIND.targets);
            }
            let without = payload.without(*parent);
            let moved = moved(
                &without,
                comment::KIND.targets,
                Some(self.device),
                &NOBODY,
                &|_, _| None,
            );
            moved.map(|payload| Some((kind, payload)))
        } else if is(&comment::KIND) {
            place_lost(comment::BODY)
        } else if is(&revise::KIND) && !first(&revise::KIND) {
            place_lost(revise::BODY)
        } else {
            let others = [
                &revise::KIND,
                &redact::KIND,
                &react::KIND,
                &status::KIND,
                &relink::KIND,
            ];
            match others.into_iter().find(|known| is(known) && first(known)) {
                Some(known) => as_it_is(known.targets),
                None => Ok(None),
            }
        }
    }

    fn has(&self, payload: &Payload<'_>, key: u64) -> Option<EventId> {
        let target = payload.event(key, self.device).ok()?;
        let id = target.resolve(self.replica.logs())?;
        (self.again.contains(&id) || self.replica.projection().has(&id)).then_some(id)
    }
}
