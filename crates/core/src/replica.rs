//! A replica: the logs of a room and what follows from them.

pub mod admitted;
mod canon;
mod known;
mod writing;

use std::rc::Rc;

use crate::discussion::Discussion;
use crate::event::payload::{Payload, Target};
use crate::event::{self, Header, KINDS};
use crate::id::{DeviceId, EventId, RoomId};
use crate::log::past::{Past, merge, raise};
use crate::log::{Attached, Entry, Logs, Origin};
use crate::projection::{Changes, Issued, Order, Projection};
use crate::sorted::Map;
use crate::wire::record::unpack;
use crate::wire::segment::Segment;
pub use admitted::{Admitted, Refusal, Span};
pub(crate) use canon::Replay;

/// How far an event's Lamport time may leap that depends on an excluded one:
/// further than any room has events.
const MAX_LEAP: u64 = 1 << 30;

/// The logs of a room and the projection of them.
#[derive(Debug)]
pub struct Replica {
    logs: Logs,
    projection: Projection,
    /// Logs that wait for an event of another.
    blocked: Map<EventId, Vec<u16>>,
    /// Heads that nothing applied depends on.
    frontier: Map<u16, u32>,
    /// How far logs count that their devices have ended.
    closed: Map<DeviceId, u32>,
    /// Whether a log was ended before something that had been folded.
    closed_late: bool,
    /// Edits that are being merged once more, in the display order.
    replay: Option<Replay>,
}

impl Replica {
    /// An empty replica of a room, on the device that edits here.
    pub fn new(room: RoomId, device: DeviceId, tab: u32, text: Option<&str>) -> Self {
        Replica {
            logs: Logs::new(room),
            projection: Projection::new(device, tab, text),
            blocked: Map::new(),
            frontier: Map::new(),
            closed: Map::new(),
            closed_late: false,
            replay: None,
        }
    }

    /// The logs.
    pub fn logs(&self) -> &Logs {
        &self.logs
    }

    pub(crate) fn logs_mut(&mut self) -> &mut Logs {
        &mut self.logs
    }

    /// What follows from the logs.
    pub fn projection(&self) -> &Projection {
        &self.projection
    }

    /// What follows from the logs, for editing the document.
    pub fn projection_mut(&mut self) -> &mut Projection {
        &mut self.projection
    }

    /// Builds some of the threads that changed, so that [`Self::discussion`] has
    /// less to do: a few milliseconds' work. Says whether there are more.
    pub fn build_part(&mut self) -> bool {
        self.projection.build_part(&self.logs)
    }

    /// The discussion now.
    pub fn discussion(&mut self) -> Discussion {
        self.projection.discussion(&self.logs)
    }

    /// What changed since the last call.
    pub fn take_changes(&mut self) -> Changes {
        self.projection.take_changes()
    }

    /// Takes a record from a relay, a file, another tab or the store. Nothing
    /// that is already held is ever lost by it.
    pub fn admit(&mut self, record: &[u8]) -> Admitted {
        let mut admitted = Admitted::default();
        match unpack(record) {
            Ok(segments) => {
                for bytes in segments {
                    self.take(bytes, Origin::Outside, &mut admitted);
                }
                self.settle(&mut admitted);
            }
            Err(error) => admitted.refused.push(error.into()),
        }
        admitted
    }

    /// Takes segments as the own store kept them. Their signatures were checked
    /// before they were kept.
    pub fn load<'a>(&mut self, segments: impl IntoIterator<Item = &'a [u8]>) -> Admitted {
        let mut admitted = Admitted::default();
        for bytes in segments {
            self.take(bytes, Origin::Store, &mut admitted);
        }
        self.settle(&mut admitted);
        admitted
    }

    fn take(&mut self, bytes: &[u8], origin: Origin, admitted: &mut Admitted) {
        let decoded = Segment::decode(bytes, &self.logs.room);
        let attached = decoded.and_then(|segment| {
            let kept = segment.clone();
            self.logs
                .attach(segment, origin)
                .map(|attached| (attached, kept))
        });
        if let Ok((_, kept)) = &attached {
            admitted.spans.push(Span {
                device: kept.device,
                first: kept.first,
                last: kept.last(),
            });
        }
        match attached {
            Ok((Attached::Known, _)) => {}
            Ok((Attached::Grown | Attached::Held, kept)) => admitted.fresh.push(kept),
            Ok((Attached::Forked, kept)) => {
                admitted.refused.push(Refusal::Fork(kept.device));
                let log = self.logs.log(&kept.device);
                admitted.fresh.push(kept);
                if log.is_some_and(|log| log.applied >= log.end()) {
                    // Who ended a log may no longer count.
                    self.closed.clear();
                    self.rebuild();
                }
            }
            Err(error) => admitted.refused.push(error.into()),
        }
    }

    /// Forgets what followed from the logs; `settle` derives it again.
    fn rebuild(&mut self) {
        self.projection.reset();
        self.replay = None;
        self.blocked.clear();
        self.frontier.clear();
        for number in 0..self.logs.iter().count() as u16 {
            if let Some(log) = self.logs.at_mut(number) {
                log.applied = 0;
                log.false_from = None;
                log.pasts.clear();
            }
        }
    }

    /// Applies every event whose past is complete.
    fn settle(&mut self, admitted: &mut Admitted) {
        self.apply_all(admitted);
        // Each of the two happens at most once more: which logs are ended does
        // not depend on what a rebuild leaves out.
        for _ in 0..3 {
            if std::mem::take(&mut self.projection.documents_mut().stale) {
                self.projection.documents_mut().give_up();
            } else if !std::mem::take(&mut self.closed_late) {
                break;
            }
            self.rebuild();
            self.apply_all(admitted);
        }
        self.projection.documents_mut().restore();
    }

    fn apply_all(&mut self, admitted: &mut Admitted) {
        let mut work: Vec<u16> = (0..self.logs.iter().count() as u16).collect();
        while !work.is_empty() {
            while let Some(number) = work.pop() {
                self.apply_log(number, &mut work, admitted);
                if self.projection.documents().stale {
                    return;
                }
            }
            // A log that turned out to be excluded is not worth waiting for.
            let settled = self.blocked.keys().filter(|id| self.is_settled(id));
            for id in settled.copied().collect::<Vec<_>>() {
                work.extend(self.blocked.remove(&id).unwrap_or_default());
            }
        }
    }

    /// Applies what can be of one log. Logs that waited for it become `work`.
    fn apply_log(&mut self, number: u16, work: &mut Vec<u16>, admitted: &mut Admitted) {
        while let Some((id, missing)) = self.next(number) {
            if let Some(missing) = missing {
                let waiting = self.blocked.entry(missing).or_default();
                if !waiting.contains(&number) {
                    waiting.push(number);
                }
                return;
            }
            self.apply(number, id, admitted);
            work.extend(self.blocked.remove(&id).unwrap_or_default());
            if self.projection.documents().stale {
                return;
            }
        }
    }

    /// Whether an event was applied or, if it is excluded, whatever came
    /// before it and counts.
    fn is_settled(&self, id: &EventId) -> bool {
        let Some(log) = self.logs.log(&id.device) else {
            return false;
        };
        let until = if log.excludes(id.seq) {
            log.end() - 1
        } else {
            id.seq
        };
        log.applied >= until
    }

    /// The next event of a log to apply, and what it still waits for.
    fn next(&self, number: u16) -> Option<(EventId, Option<EventId>)> {
        let log = self.logs.at(number)?;
        let seq = log.applied + 1;
        if seq >= log.end() {
            return None;
        }
        let id = EventId {
            device: log.device,
            seq,
        };
        let entry = log.entry(seq)?;
        let deps = entry.header.deps.iter();
        let missing = deps.copied().find(|dep| !self.is_settled(dep));
        Some((id, missing.or_else(|| self.missing_target(&id, entry))))
    }

    /// An event that the payload names and that has not arrived. Nearly always
    /// it is among what the dependencies cover, but when somebody in between
    /// forked their log that is no longer to be known.
    fn missing_target(&self, id: &EventId, entry: &Entry) -> Option<EventId> {
        let kind = KINDS.iter().find(|kind| kind.code == entry.header.kind)?;
        if kind.targets.is_empty() {
            return None;
        }
        let payload = Payload::parse(&entry.payload).ok()?;
        let missing = |key: &u64| match payload.event(*key, &id.device).ok()? {
            Target::Own(_) => None,
            target => {
                // Before its device has said anything, only a part of its name
                // is known, and every arrival is looked at again.
                let target = target.resolve(&self.logs).unwrap_or(EventId {
                    device: DeviceId([0; 32]),
                    seq: 1,
                });
                (!self.is_settled(&target)).then_some(target)
            }
        };
        kind.targets.iter().find_map(missing)
    }

    fn apply(&mut self, number: u16, id: EventId, admitted: &mut Admitted) {
        let Some(header) = self.logs.entry(&id).map(|entry| entry.header.clone()) else {
            return;
        };
        if !self.follows(&id, &header) {
            if let Some(log) = self.logs.at_mut(number) {
                log.false_from = Some(id.seq);
            }
            admitted.refused.push(Refusal::Lamport(id));
            return;
        }
        self.record_past(number, &id, &header);
        let (logs, projection) = (&self.logs, &mut self.projection);
        let Some(log) = logs.at(number) else { return };
        let issued = Issued {
            order: Order {
                lamport: header.lamport,
                id,
            },
            at: header.at,
            logs,
            past: log.past(id.seq).map(|past| &**past),
        };
        projection.note_author(&id.device);
        // What says who is who counts also after the end of a log, or two logs
        // could end each other.
        let who = [event::device::KIND.code, event::close::KIND.code].contains(&header.kind);
        let ended = self
            .closed
            .get(&id.device)
            .is_some_and(|until| id.seq > *until);
        if (who || !ended)
            && let Some(kind) = KINDS.iter().find(|kind| kind.code == header.kind)
            && let Some(entry) = log.entry(id.seq)
        {
            let folded =
                Payload::parse(&entry.payload).and_then(|p| (kind.fold)(&p, &issued, projection));
            if let Err(error) = folded {
                admitted.refused.push(Refusal::Event(id, error));
            }
        }
        if let Some(log) = self.logs.at_mut(number) {
            log.applied = id.seq;
        }
        if header.kind == event::edit::KIND.code {
            self.replay = None;
        }
        for (device, until) in self.projection.take_closed() {
            let before = self.closed.get(&device).copied().unwrap_or(u32::MAX);
            if until < before {
                self.closed.insert(device, until);
                let log = self.logs.log(&device);
                self.closed_late |= log.is_some_and(|log| log.applied > until);
            }
        }
    }

    /// Whether the Lamport time follows from the past. Of an excluded event
    /// replicas may hold different versions, so its time is not known: such a
    /// dependency leaves the time open upwards, by so much that no honest
    /// event is refused and so little that nobody can use up the numbers.
    fn follows(&self, id: &EventId, header: &Header) -> bool {
        let time = |id: &EventId| self.logs.entry(id).map_or(0, |entry| entry.header.lamport);
        let before = if id.seq > 1 {
            time(&EventId {
                seq: id.seq - 1,
                ..*id
            })
        } else {
            0
        };
        let mut least = before;
        let mut open = false;
        for dep in &header.deps {
            if self
                .logs
                .log(&dep.device)
                .is_some_and(|log| log.excludes(dep.seq))
            {
                open = true;
            } else {
                least = least.max(time(dep));
            }
        }
        if open {
            header.lamport > least && header.lamport <= least + MAX_LEAP
        } else {
            header.lamport == least + 1
        }
    }

    fn record_past(&mut self, number: u16, id: &EventId, header: &Header) {
        self.frontier.insert(number, id.seq);
        if header.deps.is_empty() {
            return;
        }
        let before = self.logs.at(number).and_then(|log| log.past(id.seq));
        let mut past: Past = before.map(|past| Past::clone(past)).unwrap_or_default();
        for dep in &header.deps {
            let Some(of) = self.logs.number(&dep.device) else {
                continue;
            };
            let Some(log) = self.logs.at(of) else {
                continue;
            };
            // Of an excluded event only what came before it is the same for
            // everybody.
            let seq = dep.seq.min(log.end() - 1);
            if seq == 0 {
                continue;
            }
            if let Some(theirs) = log.past(seq) {
                merge(&mut past, theirs);
            }
            raise(&mut past, of, seq);
            if self.frontier.get(&of) == Some(&seq) {
                self.frontier.remove(&of);
            }
        }
        if let Some(log) = self.logs.at_mut(number) {
            log.pasts.push((id.seq, Rc::new(past)));
        }
    }
}
