//! Handing records over, and finding out what became of them.

use super::{Mqtt, packet};
use crate::id::base64url;
use crate::relay::shell::Line;
use crate::relay::{RecordId, Trouble};

/// How many records may be on their way at once: servers keep few back.
const MAX_FLYING: usize = 16;
/// And how many bytes of them: mosquitto 2.0 takes six seconds for a record of
/// the largest size.
const MAX_FLYING_BYTES: usize = 64 * 1024;
/// A record that the server took and did not give back is looked for after this
/// time, in milliseconds.
pub(super) const DOUBT_AFTER: u64 = 2_000;

impl Mqtt {
    /// Sends a mark; returns its number.
    pub(super) fn send_mark(&mut self, line: &mut Line) -> u32 {
        self.mark = self.mark.wrapping_add(1);
        let (number, payload) = (self.number(), self.mark.to_be_bytes());
        let mark = packet::publish(self.version, number, &self.marks, &payload, false);
        self.later.push_back((number, None, mark));
        self.send_on(line);
        self.mark
    }

    /// Sends what waits, as far as the server takes it.
    pub(super) fn send_on(&mut self, line: &mut Line) {
        let at_once = self.limits.at_once.unwrap_or(u16::MAX);
        while self.flying.len() < usize::from(at_once) {
            let Some((number, id, packet)) = self.later.pop_front() else {
                return;
            };
            self.flying.insert(number, id);
            line.send(packet);
        }
    }

    /// The server took these, and nobody gets them.
    pub(super) fn give_up(&mut self, lost: &[RecordId], line: &mut Line) {
        for id in lost {
            if self.doubtful.remove(id) {
                line.reject(*id, Trouble::Denied);
            }
        }
        self.doubt_at = match self.doubtful.is_empty() {
            true => None,
            false => Some(line.now().saturating_add(DOUBT_AFTER)),
        };
    }

    /// Looks for what the server took and did not give back.
    pub(super) fn doubt(&mut self, line: &mut Line) {
        if self.doubt_at.is_none_or(|at| at > line.now()) {
            return;
        }
        if self.doubtful.is_empty() {
            self.doubt_at = None;
        } else if let Some((_, doubtful)) = self.doubting.take() {
            // The server has answered since, and not even the mark came.
            let lost: Vec<RecordId> = doubtful.iter().copied().collect();
            self.give_up(&lost, line);
        } else if self.pinged {
            self.doubt_at = Some(line.now().saturating_add(DOUBT_AFTER));
        } else {
            let mark = self.send_mark(line);
            self.ping(line);
            self.doubting = Some((mark, self.doubtful.clone()));
            self.doubt_at = None;
        }
    }

    pub(super) fn publish(&mut self, line: &mut Line) {
        while line.records.flying() < MAX_FLYING && line.records.flying_bytes() < MAX_FLYING_BYTES {
            let number = self.number();
            let Some(waiting) = line.records.send_next() else {
                return;
            };
            let name = base64url(&waiting.id.0);
            let first = name.get(..1).unwrap_or_default();
            let topic = [&self.prefix, first, "/", &name].concat();
            let packet = packet::publish(self.version, number, &topic, &waiting.bytes, true);
            let id = waiting.id;
            if self
                .limits
                .max_packet
                .is_some_and(|most| packet.len() > most as usize)
            {
                line.reject(id, Trouble::TooLarge);
                continue;
            }
            self.later.push_back((number, Some(id), packet));
            self.send_on(line);
        }
    }
}
