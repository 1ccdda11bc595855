//! What tabs of one device tell each other.

use super::{Effect, Peer};
use crate::id::{DeviceId, Millis};
use crate::tabs::{Frame, runs};
use crate::wire::record::pack;
use crate::wire::segment::Segment;

impl Peer {
    /// Asks the other tabs for what this one lacks.
    pub fn greet(&mut self) {
        let heads = self.heads();
        self.tell(&Frame::Have(heads));
    }

    pub(super) fn take(&mut self, from: &str, record: &[u8], now: Millis) -> bool {
        let admitted = self.replica.admit(record);
        self.set_aside(from, &admitted, record);
        self.keep(&admitted);
        let is_new = !admitted.fresh.is_empty();
        if is_new {
            self.heal_all(now);
        }
        is_new
    }

    /// What the leading tab last said of its relays.
    pub fn told(&self) -> &[u8] {
        &self.told
    }

    /// Says how things stand with the relays, if this tab leads. `connection`
    /// is opaque here.
    pub fn say_state(&mut self, connection: Vec<u8>) {
        if self.leads {
            let outbox = runs(self.outbox.iter().copied());
            let earlier = self.renewal.unsent.clone();
            self.tell(&Frame::State {
                connection,
                outbox,
                earlier,
            });
        }
    }

    /// Another tab said something.
    pub fn heard(&mut self, bytes: &[u8], now: Millis) {
        match Frame::decode(bytes) {
            Ok(Frame::Have(heads)) => self.answer_have(&heads),
            Ok(Frame::Record(record)) => {
                self.take("tab", &record, now);
            }
            Ok(Frame::Submit {
                leader,
                tab,
                number,
                draft,
            }) if leader == self.tab => self.submit_for(tab, number, draft, now),
            Ok(Frame::Submit { .. }) => {}
            Ok(Frame::Done {
                tab,
                number,
                result,
            }) if tab == self.tab => self.sent_done(number, result),
            Ok(Frame::Done { .. }) => {}
            Ok(Frame::Lead { tab, heads }) => {
                if self.leader != Some(tab) {
                    // What it lacks first: the changes may build on that.
                    self.give(&heads);
                    self.leader = Some(tab);
                    self.hand_over();
                    self.greet();
                    self.say_shown();
                }
            }
            Ok(Frame::State {
                connection,
                outbox,
                earlier,
            }) => {
                if !self.leads {
                    self.told = connection;
                    self.renewal.unsent = earlier;
                    self.outbox = outbox.into_iter().flat_map(|(a, b)| a..=b).collect();
                    self.effects.push_back(Effect::RelayChanged);
                }
            }
            Ok(Frame::Device(device)) => {
                if !self.leads {
                    self.take_key(device);
                }
            }
            Ok(Frame::Shown { tab, shown }) => self.heard_shown(tab, shown, now),
            Ok(Frame::Retry) => {
                if self.leads {
                    self.retry(now);
                }
            }
            // Another version's word that this one does not know.
            Err(_) => {}
        }
    }

    fn heads(&self) -> Vec<(DeviceId, u32)> {
        self.replica
            .logs()
            .iter()
            .map(|log| (log.device, log.head()))
            .collect()
    }

    fn answer_have(&mut self, theirs: &[(DeviceId, u32)]) {
        if self.leads && !self.loading {
            self.give(theirs);
            self.say_leads();
            self.state_changed();
        }
    }

    /// Tells the other tabs that this one leads, and what it holds.
    pub(super) fn say_leads(&mut self) {
        let (tab, heads) = (self.tab, self.heads());
        self.tell(&Frame::Device(self.device));
        self.tell(&Frame::Lead { tab, heads });
    }

    /// Tells the other tabs what one of them lacks.
    fn give(&mut self, theirs: &[(DeviceId, u32)]) {
        let has = |device: &DeviceId| {
            theirs
                .iter()
                .find(|(d, _)| d == device)
                .map_or(0, |(_, head)| *head)
        };
        let mut segments: Vec<Vec<u8>> = Vec::new();
        for log in self.replica.logs().iter() {
            let had = has(&log.device);
            if had < log.head() {
                let missing = log.segments(had + 1);
                segments.extend(missing.iter().map(Segment::encode));
            }
            // What came early will not be told again when it finds its place,
            // and the length of a log does not say that there are two.
            segments.extend(log.held_segments().map(Segment::encode));
            segments.extend(log.proofs().iter().cloned());
        }
        for record in pack(&segments) {
            self.tell(&Frame::Record(record));
        }
    }
}
