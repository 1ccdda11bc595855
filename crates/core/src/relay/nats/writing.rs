//! Handing records over.

use super::Nats;
use super::api::Answer;
use super::stream::Message;
use crate::id::base64url;
use crate::relay::shell::Line;
use crate::relay::{RecordId, Trouble};

/// How many records may be on their way at once.
const MAX_FLYING: usize = 64;

impl Nats {
    /// The server answered to a record.
    pub(super) fn took(&mut self, id: RecordId, message: &Message, line: &mut Line) {
        if let Some((code, _)) = message.status() {
            return line.fail(Trouble::Server(code));
        }
        let Some(answer) = Answer::read(&message.payload) else {
            return line.fail(Trouble::BadAnswer("it is not JSON"));
        };
        if let Some(failure) = answer.failure() {
            let why = match failure.exact {
                10_054 => Trouble::TooLarge,
                // The stream has all the messages or bytes that it may have.
                10_023 | 10_047 | 10_048 | 10_077 => Trouble::Full,
                _ => Trouble::NotTaken(failure.code),
            };
            return line.reject(id, why);
        }
        match answer.sequence() {
            // It was read, and is not what it is said to be.
            Some(place)
                if place > self.before && place <= self.place.last && !line.records.holds(&id) =>
            {
                self.purged.insert(id);
                line.records.recall_one(&id);
            }
            Some(place) => {
                self.taken = self.taken.max(place);
                line.ack(id);
            }
            None => line.fail(Trouble::BadAnswer("a receipt is malformed")),
        }
    }

    pub(super) fn publish(&mut self, line: &mut Line) {
        while line.records.flying() < MAX_FLYING {
            let Some(waiting) = line.records.send_next() else {
                return;
            };
            let (id, size) = (waiting.id, waiting.bytes.len());
            if size > self.largest {
                line.reject(id, Trouble::TooLarge);
                continue;
            }
            let headers = match self.purged.remove(&id) {
                true => "NATS/1.0\r\n\r\n".into(),
                false => ["NATS/1.0\r\nNats-Msg-Id: ", &base64url(&id.0), "\r\n\r\n"].concat(),
            };
            let (number, whole) = (headers.len(), headers.len() + size);
            self.next += 1;
            let answer = self.at(&self.next.to_string());
            let lengths = [number.to_string(), whole.to_string()].join(" ");
            let words = ["HPUB", &self.subject, &answer, &lengths].join(" ");
            let mut message = [words, headers].join("\r\n").into_bytes();
            message.extend_from_slice(&waiting.bytes);
            message.extend_from_slice(b"\r\n");
            line.send(message);
            self.flying.insert(self.next, id);
        }
    }
}
