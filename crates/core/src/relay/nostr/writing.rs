//! Handing records over, in pieces.

use super::pieces::{PIECE, pieces_of};
use super::{Nostr, OVERLAP};
use crate::relay::shell::Line;
use crate::relay::{RecordId, Trouble};

/// How many events may be without an answer at once.
const MAX_FLYING: usize = 32;
/// How many events get the same time, so that a page of a reader is longer
/// than one second of what was written.
const AT_ONCE: u32 = 64;
/// So far ahead of the clock may the time of an event be, in seconds: several
/// thousand events can be written without a wait.
const AHEAD: u64 = OVERLAP / 4;

/// A record of which not all pieces were sent.
pub(super) struct Sending {
    name: RecordId,
    bytes: Vec<u8>,
    index: usize,
}

impl Nostr {
    /// Sends what may be sent.
    pub(super) fn publish(&mut self, line: &mut Line) {
        while self.flying.len() < MAX_FLYING {
            if self.sending.is_none() {
                let Some(waiting) = line.records.send_next() else {
                    return;
                };
                self.sending = Some(Sending {
                    name: waiting.id,
                    bytes: waiting.bytes.clone(),
                    index: 0,
                });
                let count = pieces_of(waiting.bytes.len());
                self.unanswered.push((waiting.id, count));
            }
            let Some(at) = self.stamp(line.now() / 1_000) else {
                return;
            };
            let Some(sending) = &mut self.sending else {
                return;
            };
            let (name, index) = (sending.name, sending.index);
            let count = pieces_of(sending.bytes.len());
            sending.index += 1;
            let piece = sending.bytes.chunks(PIECE).nth(index).unwrap_or_default();
            let event = self
                .writer
                .write(&self.topic, at, (name, index, count), piece);
            if sending.index >= count {
                self.sending = None;
            }
            if let Some((text, id)) = event {
                self.flying.push_back((id, name));
                line.send_text(text);
            }
        }
    }

    /// The time of the next event; `None` when it has to wait.
    fn stamp(&mut self, now: u64) -> Option<u64> {
        let (last, count) = self.stamp;
        let newest = now.max(self.newest.at.min(now.saturating_add(AHEAD)));
        let stamp = match newest > last {
            true => (newest, 1),
            false if count < AT_ONCE => (last, count + 1),
            false => (last + 1, 1),
        };
        let is_near = stamp.0 <= now.saturating_add(AHEAD);
        if is_near {
            self.stamp = stamp;
        }
        is_near.then_some(stamp.0)
    }

    /// When an event can be written that has to wait.
    pub(super) fn writes_at(&self) -> Option<u64> {
        let is_waiting = self.sending.is_some() && self.flying.is_empty();
        let at = (self.stamp.0 + 1)
            .saturating_sub(AHEAD)
            .saturating_mul(1_000);
        is_waiting.then_some(at)
    }

    /// The relay answered to an event. One that it could not make sense of is
    /// the one that it got first.
    pub(super) fn answered(
        &mut self,
        id: Option<[u8; 32]>,
        is_taken: bool,
        why: &str,
        line: &mut Line,
    ) {
        let at = match id {
            Some(id) => self.flying.iter().position(|(it, _)| *it == id),
            None => Some(0),
        };
        let Some((_, name)) = at.and_then(|at| self.flying.remove(at)) else {
            return;
        };
        let mut kind = why.split(':');
        let kind = kind.next().unwrap_or_default();
        if is_taken || kind == "duplicate" {
            return self.taken(name, line);
        }
        let why = match kind {
            "rate-limited" => return line.fail(Trouble::SlowDown),
            "error" => return line.fail(Trouble::Server(500)),
            "auth-required" | "restricted" | "blocked" => Trouble::Denied,
            _ => Trouble::NotTaken(400),
        };
        self.unanswered.retain(|(it, _)| *it != name);
        self.sending.take_if(|it| it.name == name);
        line.reject(name, why);
    }

    fn taken(&mut self, name: RecordId, line: &mut Line) {
        let Some(at) = self.unanswered.iter().position(|(it, _)| *it == name) else {
            return;
        };
        let Some((_, missing)) = self.unanswered.get_mut(at) else {
            return;
        };
        *missing -= 1;
        if *missing == 0 {
            self.unanswered.remove(at);
            // It is there, so it need not come back.
            match line.records.bytes(&name) {
                Some(bytes) => line.arrived(name, bytes),
                None => line.ack(name),
            }
        }
    }
}
