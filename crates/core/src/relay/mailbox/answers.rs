//! What the answers to requests mean, by their status.

use super::reader::Turn;
use super::{Flight, Link, Mailbox, RETRY_AFTER};
use crate::relay::{Out, Status, Trouble};

#[derive(Clone, Copy)]
pub(super) struct Answer<'a> {
    pub(super) status: u16,
    pub(super) retry_after: Option<u64>,
    pub(super) body: &'a [u8],
}

fn is_for(flight: &Option<Flight>, req: u32) -> bool {
    flight.as_ref().is_some_and(|f| f.req == req)
}

impl Mailbox {
    fn read_answered(
        &mut self,
        status: u16,
        after: Option<u64>,
        body: &[u8],
        now: u64,
        out: &mut Vec<Out>,
    ) {
        let why = match status {
            200 => match self.reader.page(body, now, &mut self.writer, out) {
                Ok(turn) => {
                    self.link = Link::Up;
                    self.say(Status::Online, out);
                    if turn == Turn::CaughtUp {
                        out.push(Out::CaughtUp);
                    }
                    return;
                }
                Err(why) => why,
            },
            401 | 403 => {
                self.stop(out);
                self.link = Link::Refused;
                self.reader.rest();
                let why = Trouble::Denied;
                return self.say(Status::Refused { why }, out);
            }
            // It was asked in words that it does not know: it lists everything.
            400 if !self.reader.plain => {
                self.reader.plain = true;
                return self.reader.check(now);
            }
            429 => Trouble::SlowDown,
            408 | 500..=599 => Trouble::Server(status),
            _ => Trouble::NotARelay(status),
        };
        self.read_failed(why, after, now, out);
    }

    pub(super) fn read_failed(
        &mut self,
        why: Trouble,
        after: Option<u64>,
        now: u64,
        out: &mut Vec<Out>,
    ) {
        let retry_at = self.reader.fail(after, now, &mut self.jitter);
        self.link = Link::Down;
        self.wakeups.close(out);
        let retry_at = Some(self.clock.outward(retry_at));
        self.say(Status::Offline { retry_at, why }, out);
    }

    fn write_answered(
        &mut self,
        status: u16,
        after: Option<u64>,
        body: &[u8],
        now: u64,
        out: &mut Vec<Out>,
    ) {
        match status {
            200 => {
                if !self.writer.stored(body, now, &mut self.reader, out) {
                    self.writer.fail(after, now, &mut self.jitter);
                }
            }
            401 | 403 => self.writer.reject(Trouble::Denied, out),
            507 => self.writer.reject(Trouble::Full, out),
            413 => self.writer.narrow(Trouble::TooLarge, out),
            404 | 405 | 408 | 429 | 500..=599 => self.writer.fail(after, now, &mut self.jitter),
            _ => self.writer.narrow(Trouble::NotTaken(status), out),
        }
    }

    pub(super) fn write_failed(&mut self, now: u64) {
        self.writer.fail(None, now, &mut self.jitter);
        // Reading tells whether the relay is gone altogether.
        self.reader.check(now);
    }

    pub(super) fn answered(
        &mut self,
        req: u32,
        answer: Option<Answer<'_>>,
        now: u64,
        out: &mut Vec<Out>,
    ) {
        let after = answer
            .and_then(|a| a.retry_after)
            .map(|ms| ms.clamp(RETRY_AFTER.0, RETRY_AFTER.1));
        if is_for(&self.reader.flight, req) {
            self.reader.flight = None;
            match answer {
                Some(a) => self.read_answered(a.status, after, a.body, now, out),
                None => self.read_failed(Trouble::Unreachable, None, now, out),
            }
        } else if is_for(&self.writer.flight, req) {
            self.writer.flight = None;
            match answer {
                Some(a) => self.write_answered(a.status, after, a.body, now, out),
                None => self.write_failed(now),
            }
        }
    }
}
