//! What is known here of others' events, and to others of one's own.

use super::Replica;
use crate::id::{AuthorId, DeviceId, EventId};
use crate::log::Log;
use crate::log::past::covers;
use crate::sorted::Set;

impl Replica {
    /// How far a log counts that its device has ended.
    pub fn closed(&self, device: &DeviceId) -> Option<u32> {
        self.closed.get(device).copied()
    }

    /// Heads of other logs that no applied event depends on yet: what the next
    /// event of `device` must depend on.
    pub fn frontier(&self, device: &DeviceId) -> Vec<EventId> {
        let own = self.logs.number(device);
        let heads = self
            .frontier
            .iter()
            .filter(|(number, _)| Some(**number) != own);
        heads
            .filter_map(|(number, seq)| {
                Some(EventId {
                    device: self.logs.at(*number)?.device,
                    seq: *seq,
                })
            })
            .collect()
    }

    /// How many other authors' newest events had seen this one.
    pub fn seen_by(&self, id: &EventId) -> u32 {
        let Some(number) = self.logs.number(&id.device) else {
            return 0;
        };
        let author = |device| self.projection.author(device);
        let knows = |log: &&Log| {
            let past = log.past(log.applied);
            past.is_some_and(|past| covers(past, number, id.seq))
        };
        let knowing = self.logs.iter().filter(knows);
        let others: Set<AuthorId> = knowing.map(|log| author(&log.device)).collect();
        others
            .iter()
            .filter(|by| **by != author(&id.device))
            .count() as u32
    }
}
