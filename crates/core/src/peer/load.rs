//! Taking what the store holds, in parts small enough to draw in between.

use super::carrier::has_credential;
use super::compaction::{Compaction, MANY};
use super::{Effect, Peer};
use crate::coverage::Coverage;
use crate::draft::Draft;
use crate::id::Millis;
use crate::relay::RecordId;
use crate::sorted::{Set, sort_by_key};
use crate::store::{Loaded, Quarantined};
use crate::tabs::span;
use crate::wire::segment::Segment;

/// About how many bytes of rows are taken at a time: a few milliseconds' work.
const PART: usize = 16 * 1024;

/// What was read from the store and is being taken.
#[derive(Debug)]
pub(super) struct Loading {
    /// The rows, in the order of the logs, so that little has to be held back.
    rows: Vec<Vec<u8>>,
    /// How many of them have been taken.
    taken: usize,
    /// What they hold.
    stored: Coverage,
    compaction: Compaction,
    damaged: u32,
    /// Whether there was something here already, which the store may lack.
    again: bool,
    /// What an earlier log said and the own one is still to say once more.
    again_to_say: Vec<Draft>,
}

impl Peer {
    /// Takes what the store holds, all at once: at the start, and after
    /// [`Effect::Reload`](super::Effect::Reload).
    pub fn loaded(&mut self, loaded: Loaded, now: Millis) {
        self.load(loaded);
        while self.load_more(now) {}
    }

    /// Begins to take what the store holds. [`Peer::load_more`] goes on with
    /// it; anything else may happen in between.
    pub fn load(&mut self, loaded: Loaded) {
        let first = |row: &[u8]| Segment::peek(row).map_or(0, |(_, first)| first);
        let rows = loaded.segments.into_iter();
        let mut rows: Vec<_> = rows.map(|row| (first(&row), row)).collect();
        sort_by_key(&mut rows, |(first, _)| *first);
        let rows = rows.into_iter().map(|(_, row)| row).collect();
        let again_to_say = self.take_renewal(&loaded.values);
        self.outbox = loaded.outbox.iter().copied().collect();
        // Writes on their way were not in what was read.
        let writes = self.saving.iter().filter_map(super::Saving::other);
        for write in writes.chain([&self.pending]) {
            for seq in &write.outbox_remove {
                self.outbox.remove(seq);
            }
        }
        // What a relay had is read again once, under a name without secrets.
        let names = loaded.values.iter().map(|(name, _)| name);
        let outdated = names.filter(|name| has_credential(name));
        let values = &mut self.pending.values;
        values.extend(outdated.map(|name| (name.clone(), None)));
        self.own.expected = loaded.own;
        let again = self.replica.logs().iter().next().is_some();
        self.loading = true;
        self.in_progress = Some(Loading {
            rows,
            taken: 0,
            stored: Coverage::default(),
            compaction: Compaction::default(),
            damaged: loaded.damaged,
            again,
            again_to_say,
        });
    }

    /// Takes a part of what [`Peer::load`] was given: some milliseconds' work.
    /// Says whether there is more.
    pub fn load_more(&mut self, now: Millis) -> bool {
        let Some(mut loading) = self.in_progress.take() else {
            return false;
        };
        let many = loading.rows.len() >= MANY;
        let mut bytes = 0;
        let rows = loading.rows.iter().skip(loading.taken);
        let part = rows.take_while(|row| {
            let fits = bytes < PART;
            bytes += row.len();
            fits
        });
        let part: Vec<&[u8]> = part.map(Vec::as_slice).collect();
        if part.is_empty() {
            self.load_ended(loading, now);
            return false;
        }
        loading.taken += part.len();
        for row in &part {
            if many && let Some((device, _)) = Segment::peek(row) {
                loading.compaction.add(device, RecordId::of(row));
            }
        }
        let admitted = self.replica.load(part);
        for part in &admitted.spans {
            let (device, runs) = (part.device, (part.first, part.last));
            loading.stored.add(&span(device, runs));
        }
        self.set_aside("store", &admitted, &[]);
        self.in_progress = Some(loading);
        true
    }

    fn load_ended(&mut self, loading: Loading, now: Millis) {
        if loading.damaged > 0 {
            // The store has kept what was left of them.
            let reason = format!("{} rows of the store were damaged", loading.damaged);
            self.effects.push_back(Effect::SetAside(Quarantined {
                reason,
                from: "store".into(),
                bytes: Vec::new(),
            }));
        }
        self.loading = false;
        self.take_repeats(&loading.again_to_say);
        self.sort_later(now);
        if self.leads {
            if loading.again {
                self.keep_lacking(&loading.rows, &loading.stored);
            }
            self.compaction = loading.compaction;
            self.compact_later(now);
            self.say_leads();
            self.prepare(now);
        }
    }

    /// Keeps what is here and not in the store: what another tab told, and the
    /// tab that led before did not live to store.
    fn keep_lacking(&mut self, rows: &[Vec<u8>], stored: &Coverage) {
        let mut lacking = Vec::new();
        for log in self.replica.logs().iter() {
            if let Some(gap) = stored.first_gap(&log.device, log.head()) {
                lacking.extend(log.segments(gap).iter().map(Segment::encode));
            }
            lacking.extend(log.held_segments().map(Segment::encode));
            lacking.extend(log.proofs().iter().cloned());
        }
        if lacking.is_empty() {
            return;
        }
        let names: Set<RecordId> = rows.iter().map(|row| RecordId::of(row)).collect();
        lacking.retain(|bytes| !names.contains(&RecordId::of(bytes)));
        self.pending.put.extend(lacking);
    }
}
