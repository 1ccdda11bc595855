//! Giving relays what they lack.

use super::Peer;
use super::carrier::{at, spans_of};
use crate::id::Millis;
use crate::relay::{In, RecordId};
use crate::tabs::span;
use crate::wire::record::pack;

/// Longest wait before somebody else's events are given to a relay that lacks
/// them, in milliseconds. Each client waits a different time, so that not all
/// of them heal a wiped relay at once.
const HEAL_WITHIN: u64 = 2_000;

impl Peer {
    /// Gives every relay what it lacks.
    pub(super) fn heal_all(&mut self, now: Millis) {
        for relay in 0..self.carriers.len() {
            self.heal(relay, now);
        }
        self.sort_later(now);
        // What has arrived may say how things stand with the own log.
        self.prepare(now);
    }

    /// Gives a relay what it lacks: own events at once, others' after a wait
    /// in which somebody else may do it.
    pub(super) fn heal(&mut self, relay: usize, now: Millis) {
        let Some(carrier) = at(&mut self.carriers, relay) else {
            return;
        };
        if !self.leads || !carrier.state.caught_up || carrier.state.rejected.is_some() {
            carrier.heal_at = None;
            return;
        }
        let due = carrier.heal_at.is_some_and(|at| at <= now);
        let mut others_lack = false;
        let mut spans = Vec::new();
        let mut segments = Vec::new();
        let mut proved = Vec::new();
        for log in self.replica.logs().iter() {
            let fork = (log.device, log.end());
            if log.is_forked() && !carrier.proved.contains(&fork) {
                proved.push(fork);
                segments.extend(log.proofs().iter().cloned());
            }
            let Some(gap) = carrier.promised.first_gap(&log.device, log.head()) else {
                continue;
            };
            if log.device != self.device && !due {
                others_lack = true;
                continue;
            }
            let missing = log.segments(gap);
            spans.extend(missing.iter().map(|s| span(s.device, (s.first, s.last()))));
            segments.extend(missing.iter().map(|segment| segment.encode()));
        }
        let wait = self.random(HEAL_WITHIN);
        let room = self.replica.logs().room;
        let Some(carrier) = at(&mut self.carriers, relay) else {
            return;
        };
        if due || !others_lack {
            carrier.heal_at = None;
        }
        if others_lack && carrier.heal_at.is_none() {
            let at = now + wait;
            carrier.heal_at = Some(at);
        }
        for span in &spans {
            carrier.promised.add(span);
        }
        carrier.proved.extend(proved);
        let records = pack(&segments);
        for record in &records {
            carrier
                .flying
                .insert(RecordId::of(record), spans_of(record, &room));
        }
        for record in records {
            self.step(relay, In::Publish(record), now);
        }
    }
}
