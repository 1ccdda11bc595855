//! All logs of a room.

use super::past::covers;
use super::{Attached, Entry, Log, Origin};
use crate::coverage::Coverage;
use crate::id::{DeviceId, EventId, RoomId};
use crate::sorted::Map;
use crate::wire::segment::{Segment, SegmentError};

/// All logs of a room.
#[derive(Debug)]
pub struct Logs {
    /// The room they belong to.
    pub room: RoomId,
    list: Vec<Log>,
    numbers: Map<DeviceId, u16>,
}

impl Logs {
    /// No logs yet.
    pub fn new(room: RoomId) -> Self {
        Logs {
            room,
            list: Vec::new(),
            numbers: Map::new(),
        }
    }

    /// The logs in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &Log> {
        self.list.iter()
    }

    /// The number of a device's log here. Numbers differ from replica to
    /// replica and never leave it.
    pub fn number(&self, device: &DeviceId) -> Option<u16> {
        self.numbers.get(device).copied()
    }

    /// A log by its number.
    pub fn at(&self, number: u16) -> Option<&Log> {
        self.list.get(usize::from(number))
    }

    pub(crate) fn at_mut(&mut self, number: u16) -> Option<&mut Log> {
        self.list.get_mut(usize::from(number))
    }

    /// The last event of a device that an event of another names, applied or
    /// not; 0 if there is none.
    pub(crate) fn named(&self, device: &DeviceId) -> u32 {
        let headers = self.list.iter().flat_map(|log| {
            let held = log.held.iter().flat_map(|segment| &segment.events);
            let entries = log.entries.iter().map(|entry| &entry.header);
            entries.chain(held.map(|(header, _)| header))
        });
        let deps = headers.flat_map(|header| &header.deps);
        let of = deps.filter(|dep| dep.device == *device);
        of.map(|dep| dep.seq).max().unwrap_or(0)
    }

    pub(crate) fn log_mut(&mut self, device: &DeviceId) -> Option<&mut Log> {
        self.at_mut(self.number(device)?)
    }

    /// A device's log.
    pub fn log(&self, device: &DeviceId) -> Option<&Log> {
        self.at(self.number(device)?)
    }

    /// The device whose key starts with `prefix`, the least if there are more.
    pub fn by_prefix(&self, prefix: &[u8]) -> Option<DeviceId> {
        let mut least = [0; 32];
        for (to, from) in least.iter_mut().zip(prefix) {
            *to = *from;
        }
        let found = self.numbers.range(DeviceId(least)..).next()?.0;
        found.0.starts_with(prefix).then_some(*found)
    }

    /// Whether an event was applied, and counts.
    pub fn counts(&self, id: &EventId) -> bool {
        let log = self.log(&id.device);
        log.is_some_and(|log| id.seq > 0 && id.seq <= log.applied && !log.excludes(id.seq))
    }

    /// Whether every event of a coverage is here, also if it is held because
    /// it came early.
    pub fn have(&self, coverage: &Coverage) -> bool {
        coverage.spans().all(|span| {
            let log = self.log(&span.device);
            log.is_some_and(|log| {
                let held = |seq: u32| log.held.iter().any(|s| (s.first..=s.last()).contains(&seq));
                log.is_forked() || (log.head() + 1..=span.last).all(held)
            })
        })
    }

    /// Whether `later` was issued by a device that had applied `earlier`.
    pub fn sees(&self, later: &EventId, earlier: &EventId) -> bool {
        if later.device == earlier.device {
            return earlier.seq < later.seq;
        }
        let past = self.log(&later.device).and_then(|log| log.past(later.seq));
        let number = self.number(&earlier.device);
        past.zip(number)
            .is_some_and(|(past, number)| covers(past, number, earlier.seq))
    }

    /// The event's entry.
    pub fn entry(&self, id: &EventId) -> Option<&Entry> {
        self.log(&id.device)?.entry(id.seq)
    }

    /// How many events are here without having been applied, because events
    /// before them have not arrived.
    pub fn waiting(&self) -> usize {
        let unapplied = |log: &Log| {
            let held = if log.is_forked() { 0 } else { log.held() };
            (log.end() - 1).saturating_sub(log.applied) as usize + held
        };
        self.list.iter().map(unapplied).sum()
    }

    /// Takes a segment into the log of its device.
    pub fn attach(&mut self, segment: Segment, origin: Origin) -> Result<Attached, SegmentError> {
        let device = segment.device;
        let room = self.room;
        let Some(number) = self.number(&device) else {
            // A log comes into being only with a signature that fits.
            let mut log = Log::new(&room, device);
            let attached = log.attach(segment, &room, origin)?;
            let number = u16::try_from(self.list.len()).map_err(|_| SegmentError::Limit)?;
            self.list.push(log);
            self.numbers.insert(device, number);
            return Ok(attached);
        };
        let log = self.at_mut(number).ok_or(SegmentError::Limit)?;
        let attached = log.attach(segment, &room, origin)?;
        if attached == Attached::Grown && log.attach_held() {
            return Ok(Attached::Forked);
        }
        Ok(attached)
    }
}
