//! Reading the stream: from the place that was read last, and what comes then.

use super::api::{Delivered, Held};
use super::place::Place;
use super::stream::Message;
use super::{FOLLOW, Nats};
use crate::relay::mailbox::MAX_RECORD;
use crate::relay::shell::Line;
use crate::relay::{RecordId, Trouble};

/// The place is told at least after this many records.
const CURSOR_EVERY: u64 = 256;

impl Nats {
    /// The stream is this.
    pub(super) fn found(&mut self, held: Held, is_check: bool, line: &mut Line) {
        let is_same = held.identity == self.place.identity && held.last >= self.place.last;
        if is_same && is_check {
            return;
        }
        if !is_same {
            self.start_over(held.identity, line);
        }
        let has_read = self.place.last > 0;
        self.then = has_read.then_some((held, self.place.count));
        self.follow(line);
    }

    /// Has everything sent that was not read yet, and what comes then.
    pub(super) fn follow(&mut self, line: &mut Line) {
        if self.news > 0 {
            line.send(["UNSUB ", &self.news.to_string(), "\r\n"].concat().into());
        }
        self.next += 1;
        self.news = self.next;
        self.delivered = 0;
        let words = ["SUB", &self.news_inbox(), &self.news.to_string()].join(" ");
        line.send([&words, "\r\n"].concat().into());
        self.ask(FOLLOW, line);
    }

    fn start_over(&mut self, identity: [u8; 8], line: &mut Line) {
        // Nobody who has read nothing ever has to forget it.
        if self.place != Place::default() {
            line.start_over();
        }
        self.settled = false;
        self.told = 0;
        self.before = 0;
        self.place = Place {
            identity,
            ..Place::default()
        };
    }

    /// Something of the stream, or a sign of life.
    pub(super) fn news(&mut self, message: &Message, line: &mut Line) {
        self.heard = Some(line.now());
        if let Some((100, _)) = message.status() {
            // The server waits until this is answered.
            let stalled = message.header("Nats-Consumer-Stalled");
            let answer = Some(&message.reply[..]).filter(|it| !it.is_empty());
            if let Some(answer) = answer.or(stalled) {
                line.send(["PUB ", answer, " 0\r\n\r\n"].concat().into());
            }
            return;
        }
        let Some(at) = Delivered::read(&message.reply) else {
            return;
        };
        self.delivered += 1;
        if at.number != self.delivered || at.place <= self.place.last {
            return line.fail(Trouble::BadAnswer("messages are missing"));
        }
        self.place.last = at.place;
        self.place.count = self.place.count.saturating_add(1);
        if let Some((held, count)) = &mut self.then
            && at.place <= held.last
        {
            *count = count.saturating_add(1);
        }
        if (1..=MAX_RECORD).contains(&message.payload.len()) {
            let id = RecordId::of(&message.payload);
            line.arrived(id, message.payload.clone());
        }
        if at.pending == 0 && self.place.last >= self.taken {
            self.caught_up(line);
        } else if self.place.count >= self.told.saturating_add(CURSOR_EVERY) {
            self.told = self.place.count;
            line.cursor(self.place.to_cursor());
        }
    }

    pub(super) fn caught_up(&mut self, line: &mut Line) {
        if let Some((held, count)) = self.then.take()
            && count != held.count
        {
            // Some of what was read earlier is gone.
            self.start_over(held.identity, line);
            return self.follow(line);
        }
        self.settled = true;
        self.told = self.place.count;
        line.caught_up(Some(self.place.to_cursor()));
    }
}
