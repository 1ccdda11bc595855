//! Joining many small rows of the store into few, some at a time.

use super::Peer;
use crate::id::{DeviceId, Millis};
use crate::relay::RecordId;
use crate::sorted::{Map, Set};

/// From how many rows of the store on they are joined.
pub(super) const MANY: usize = 64;
/// About how many rows are joined at a time.
const SOME: usize = 256;
/// How long to wait before the first rows are joined and between one time and
/// the next, in milliseconds: it is never urgent.
const PAUSE: Millis = 500;

/// The rows of the store that may be joined, by the log they are of.
#[derive(Debug, Default)]
pub(super) struct Compaction {
    rows: Map<DeviceId, Vec<RecordId>>,
    /// When the next of them are.
    at: Option<Millis>,
}

impl Compaction {
    /// There is such a row.
    pub(super) fn add(&mut self, device: DeviceId, row: RecordId) {
        self.rows.entry(device).or_default().push(row);
    }

    fn next(&mut self) -> Option<(DeviceId, Vec<RecordId>)> {
        let device = *self.rows.keys().next_back()?;
        Some((device, self.rows.remove(&device)?))
    }

    /// When rows are joined next.
    pub(super) fn at(&self) -> Option<Millis> {
        self.at
    }
}

impl Peer {
    /// Rows that were read will be joined, if that is worth it.
    pub(super) fn compact_later(&mut self, now: Millis) {
        // What is held back is not in a log yet, only in its row.
        if self.replica.logs().waiting() > 0 {
            self.compaction.rows.clear();
        }
        let is_left = !self.compaction.rows.is_empty();
        self.compaction.at = is_left.then_some(now + PAUSE);
    }

    /// Joins some rows, if it is time.
    pub(super) fn compact(&mut self, now: Millis) {
        let due = self.compaction.at.is_some_and(|at| at <= now);
        if !due || !self.leads {
            return;
        }
        if self.loading {
            self.compaction.at = Some(now + PAUSE);
            return;
        }
        let mut joined = 0;
        while joined < SOME
            && let Some((device, rows)) = self.compaction.next()
        {
            joined += self.join(&device, rows);
        }
        self.compact_later(now);
    }

    /// Joins the rows of a log; says how many.
    fn join(&mut self, device: &DeviceId, rows: Vec<RecordId>) -> usize {
        let Some(log) = self.replica.logs().log(device) else {
            return 0;
        };
        let segments = log.segments(1).into_iter().map(|segment| segment.encode());
        let kept = segments.chain(log.proofs().iter().cloned());
        let kept: Map<RecordId, Vec<u8>> =
            kept.map(|bytes| (RecordId::of(&bytes), bytes)).collect();
        if kept.len() * 2 > rows.len() {
            return 0;
        }
        let count = rows.len();
        let old: Set<RecordId> = rows.into_iter().collect();
        let gone = old.iter().filter(|id| !kept.contains_key(id));
        self.pending.drop.extend(gone.copied());
        let fresh = kept.into_iter().filter(|(id, _)| !old.contains(id));
        self.pending.put.extend(fresh.map(|(_, bytes)| bytes));
        count
    }
}
