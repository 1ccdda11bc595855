//! The HTTP mailbox: an append-only list of records at the embedded relay
//! server (`docs/protocol/mailbox.md` gives every byte).
//!
//! Reading and writing are two lanes with at most one request each. Reading
//! decides whether the relay counts as reachable; writing and the wake-up
//! stream wait until it is. A wake-up only says how many records there are;
//! without a stream the machine polls.

mod answers;
mod reader;
#[cfg(test)]
mod tests;
mod wakeups;
mod writer;

use self::answers::Answer;
use self::reader::Reader;
use self::wakeups::Wakeups;
use self::writer::Writer;
use super::backoff::Jitter;
use super::clock::Clock;
use super::framing::put_token;
use super::{
    Ack, Caps, In, Method, OpenError, Opening, Out, Protocol, Relay, Status, Stores, Trouble,
};

pub(super) const PROTOCOL: Protocol = Protocol {
    schemes: &["https", "http"],
    open: |opening| Ok(Box::new(Mailbox::new(opening)?)),
};

/// The largest record that a relay server takes unless configured otherwise.
pub const MAX_RECORD: usize = 256 * 1024;
/// The largest body of a request, and of the records in one answer.
pub const MAX_BATCH: usize = 1024 * 1024;
/// The most records in one request.
pub const MAX_BATCH_RECORDS: usize = 256;
/// The longest write token, in bytes.
pub const MAX_TOKEN: usize = 127;
/// The longest URL of a relay, in bytes.
const MAX_URL: usize = 2_048;
/// How long a request may take, in milliseconds. Enough for a full batch on a
/// slow connection.
const ANSWER_WITHIN: u64 = 60_000;
/// `Retry-After` is taken as at least and at most this, in milliseconds.
const RETRY_AFTER: (u64, u64) = (1_000, 300_000);

/// Why no relay takes a record, by its length in bytes.
pub(super) fn refusal(len: usize) -> Option<Trouble> {
    match len {
        0 => Some(Trouble::NotTaken(400)),
        n if n > MAX_RECORD => Some(Trouble::TooLarge),
        _ => None,
    }
}

/// A request on its way.
#[derive(Debug)]
struct Flight {
    req: u32,
    deadline: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    /// Told to be silent, or not yet told to begin.
    Silent,
    /// The last read failed, or there was none yet.
    Down,
    /// The last read worked.
    Up,
    /// The relay said no; only the person can change that.
    Refused,
}

/// The machine.
struct Mailbox {
    url: String,
    /// What every append begins with: a write token in its frame, or nothing.
    token: Vec<u8>,
    jitter: Jitter,
    next_req: u32,
    link: Link,
    status: Option<Status>,
    reader: Reader,
    writer: Writer,
    wakeups: Wakeups,
    clock: Clock,
    /// In the caller's time, as it was said last.
    alarm: Option<u64>,
}

impl Mailbox {
    fn new(opening: Opening<'_>) -> Result<Self, OpenError> {
        let Opening { url, mailbox, .. } = opening;
        let (scheme, rest) = url.split_once("://").ok_or(OpenError::BadUrl)?;
        let (place, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        // The token goes into bodies and never into an address: browsers refuse
        // such, and servers and proxies write addresses down.
        let (token, host) = place.rsplit_once('@').unwrap_or(("", place));
        let printable = url.bytes().all(|c| c.is_ascii_graphic());
        if host.is_empty()
            || rest.contains(['?', '#'])
            || !printable
            || url.len() > MAX_URL
            || token.len() > MAX_TOKEN
        {
            return Err(OpenError::BadUrl);
        }
        let mut body = Vec::new();
        if !token.is_empty() {
            put_token(token.as_bytes(), &mut body);
        }
        let path = path.trim_end_matches('/');
        Ok(Mailbox {
            url: [scheme, "://", host, path, "/m/", mailbox].concat(),
            token: body,
            jitter: Jitter::new(opening.seed),
            next_req: 0,
            link: Link::Silent,
            status: None,
            reader: Reader::new(opening.cursor),
            writer: Writer::default(),
            wakeups: Wakeups::default(),
            clock: Clock::default(),
            alarm: None,
        })
    }

    fn flight(&mut self, now: u64) -> Flight {
        self.next_req = self.next_req.wrapping_add(1);
        Flight {
            req: self.next_req,
            deadline: now.saturating_add(ANSWER_WITHIN),
        }
    }

    fn say(&mut self, status: Status, out: &mut Vec<Out>) {
        if self.status != Some(status) {
            self.status = Some(status);
            out.push(Out::Status(status));
        }
    }

    /// Connects, or checks the connection. `asked`: by the person.
    fn go(&mut self, asked: bool, now: u64, out: &mut Vec<Out>) {
        if self.link == Link::Refused && !asked {
            return;
        }
        if self.link != Link::Up {
            // What is on its way may have been sent into a dead network.
            self.stop(out);
            self.link = Link::Down;
            self.say(Status::Connecting, out);
        }
        self.reader.hurry(asked, now);
        self.writer.hurry(now);
        self.wakeups.hurry(now);
    }

    fn stop(&mut self, out: &mut Vec<Out>) {
        for flight in [self.reader.flight.take(), self.writer.recall()] {
            out.extend(flight.map(|f| Out::Abort { req: f.req }));
        }
        self.wakeups.close(out);
    }

    fn stream_said(&mut self, data: &str, now: u64, out: &mut Vec<Out>) {
        match data.trim().parse() {
            Ok(head) => {
                if self.wakeups.heard(now) {
                    let writing = self.writer.flight.is_some();
                    self.reader.woken(head, writing, now);
                }
            }
            Err(_) => {
                if self.wakeups.close(out) {
                    self.wakeups.lost(now, &mut self.jitter);
                }
            }
        }
    }

    /// Starts what is due, gives up what takes too long, sets the timer.
    fn pump(&mut self, now: u64, out: &mut Vec<Out>) {
        if matches!(self.link, Link::Down | Link::Up) {
            self.give_up(now, out);
            self.start(now, out);
        }
        let alarm = self.next_alarm().map(|at| self.clock.outward(at));
        if alarm != self.alarm {
            self.alarm = alarm;
            out.push(Out::WakeAt(alarm));
        }
    }

    fn give_up(&mut self, now: u64, out: &mut Vec<Out>) {
        if let Some(late) = self.reader.flight.take_if(|f| f.deadline <= now) {
            out.push(Out::Abort { req: late.req });
            self.read_failed(Trouble::TimedOut, None, now, out);
        }
        if self
            .writer
            .flight
            .as_ref()
            .is_some_and(|f| f.deadline <= now)
        {
            out.extend(self.writer.recall().map(|f| Out::Abort { req: f.req }));
            self.write_failed(now);
        }
        if self.wakeups.is_silent(now) {
            self.wakeups.close(out);
            self.wakeups.lost(now, &mut self.jitter);
            self.reader.check(now);
        }
    }

    fn start(&mut self, now: u64, out: &mut Vec<Out>) {
        let polling = self.link == Link::Up && !self.wakeups.is_live();
        if self.reader.next(polling).is_some_and(|due| due <= now) {
            let flight = self.flight(now);
            out.push(Out::Request {
                req: flight.req,
                method: Method::Get,
                url: self.reader.url(&self.url),
                headers: Vec::new(),
                body: Vec::new(),
                max_body: MAX_BATCH + 64,
            });
            self.reader.started(flight);
        }
        if self.link != Link::Up {
            return;
        }
        if self.writer.next().is_some_and(|due| due <= now)
            && let Some(body) = self.writer.batch()
        {
            let flight = self.flight(now);
            out.push(Out::Request {
                req: flight.req,
                method: Method::Post,
                url: self.url.clone(),
                headers: Vec::new(),
                body: [&self.token[..], &body].concat(),
                max_body: 64,
            });
            self.writer.flight = Some(flight);
        }
        if self.wakeups.opens_at().is_some_and(|due| due <= now) {
            let url = [&self.url, "/wake"].concat();
            out.push(Out::OpenStream { url });
            self.wakeups.opening(now);
        }
    }

    fn next_alarm(&self) -> Option<u64> {
        let up = self.link == Link::Up;
        if !up && self.link != Link::Down {
            return None;
        }
        let only_up = [self.writer.next(), self.wakeups.opens_at()];
        [
            self.reader.flight.as_ref().map(|f| f.deadline),
            self.writer.flight.as_ref().map(|f| f.deadline),
            self.reader.next(up && !self.wakeups.is_live()),
            self.wakeups.silent_at(),
        ]
        .into_iter()
        .chain(only_up.into_iter().filter(|_| up))
        .flatten()
        .min()
    }
}

impl Relay for Mailbox {
    fn caps(&self) -> Caps {
        Caps {
            stores: Stores::Forever,
            live: true,
            removes: false,
            max_record: MAX_RECORD,
            ack: Ack::Durable,
        }
    }

    fn step(&mut self, input: In, now: u64, out: &mut Vec<Out>) {
        let now = self.clock.tick(now);
        match input {
            In::Online => self.go(false, now, out),
            In::RetryNow => self.go(true, now, out),
            In::GoOffline => {
                self.stop(out);
                self.link = Link::Silent;
                self.reader.rest();
                let (retry_at, why) = (None, Trouble::NoNetwork);
                self.say(Status::Offline { retry_at, why }, out);
            }
            In::Tick
            | In::SocketOpened
            | In::SocketBytes(_)
            | In::SocketText(_)
            | In::SocketClosed { .. } => {}
            In::Publish(record) => self.writer.publish(record, out),
            In::ReadAgain { all } => self.reader.read_again(all, now, out),
            In::Response {
                req,
                status,
                retry_after,
                body,
            } => {
                let answer = Answer {
                    status,
                    retry_after,
                    body: &body,
                };
                self.answered(req, Some(answer), now, out);
            }
            In::Failed { req } => self.answered(req, None, now, out),
            In::StreamEvent(data) => self.stream_said(&data, now, out),
            In::StreamClosed => {
                if self.wakeups.ended() {
                    self.wakeups.lost(now, &mut self.jitter);
                    // Spread: a relay that restarts closes every stream at once.
                    self.reader
                        .check(now.saturating_add(self.jitter.up_to(1_000)));
                }
            }
        }
        self.pump(now, out);
    }
}
