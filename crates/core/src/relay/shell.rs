//! What all machines have in common that speak over one socket: connecting,
//! waiting after failures, refusals, silence, and the records that wait. The
//! rest is a [`Dialogue`], one for each protocol.

#[cfg(test)]
pub(super) mod bench;

use super::address::Address;
use super::backoff::{Backoff, Jitter};
use super::clock::Clock;
use super::mailbox::MAX_RECORD;
use super::records::Records;
use super::{Caps, In, Opening, Out, RecordId, Relay, Status, Trouble};

/// How long a server may take to answer, in milliseconds.
const ANSWER_WITHIN: u64 = 20_000;
/// After this much silence the server is asked whether it is still there, in
/// milliseconds.
const SILENCE: u64 = 20_000;
/// The close codes by which a server says no for good.
const REFUSALS: std::ops::RangeInclusive<u16> = 4400..=4499;

/// What is said over a socket once it is open.
pub(super) trait Dialogue {
    /// What such a relay can do.
    fn caps(&self) -> Caps;

    /// The socket is open, and nothing of an earlier one matters any more.
    fn begin(&mut self, line: &mut Line);

    /// The server said something: a message, or a piece of the stream.
    fn take(&mut self, message: &[u8], line: &mut Line);

    /// Time has passed, or records wait: does what is due.
    fn turn(&mut self, line: &mut Line);

    /// Asks the server whether it is there and is what it was.
    fn check(&mut self, line: &mut Line);

    /// Whether the server owes an answer.
    fn is_waiting(&self) -> bool;

    /// Whether it is known what the server holds.
    fn is_settled(&self) -> bool;

    /// When there is something to do, if time alone brings it.
    fn next(&self) -> Option<u64>;
}

enum Link {
    /// Told to be silent, or not yet told to begin.
    Silent,
    /// There is no connection; tried again at this time.
    Down(u64),
    /// The socket is to open before this time.
    Opening(u64),
    Open,
    /// The server said no; only the person can change that.
    Refused,
}

/// A connection, and what outlives it.
pub(super) struct Line {
    url: String,
    protocols: &'static [&'static str],
    link: Link,
    backoff: Backoff,
    clock: Clock,
    status: Option<Status>,
    /// When the server said something last.
    heard: u64,
    /// Since when it owes an answer.
    owes: Option<u64>,
    /// In the caller's time, as it was said last.
    alarm: Option<u64>,
    out: Vec<Out>,
    /// The time, in milliseconds, which never goes backwards.
    pub(super) now: u64,
    pub(super) jitter: Jitter,
    pub(super) records: Records,
}

impl Line {
    /// Sends one binary message.
    pub(super) fn send(&mut self, bytes: Vec<u8>) {
        self.out.push(Out::SendBytes(bytes));
    }

    /// Sends one text message.
    pub(super) fn send_text(&mut self, text: String) {
        self.out.push(Out::SendText(text));
    }

    /// Whether the connection still stands: what follows in a message after
    /// [`Line::fail`] means nothing.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.link, Link::Open)
    }

    /// The server lets us in.
    pub(super) fn up(&mut self) {
        self.backoff.reset();
        self.say(Status::Online);
    }

    /// The server holds this record.
    pub(super) fn arrived(&mut self, id: RecordId, bytes: Vec<u8>) {
        if self.records.hold(id) {
            self.out.push(Out::Record { id, bytes });
        }
        self.ack(id);
    }

    /// The server took this record.
    pub(super) fn ack(&mut self, id: RecordId) {
        if self.records.remove(&id) {
            self.out.push(Out::Acked(vec![id]));
        }
    }

    /// The server does not take this record.
    pub(super) fn reject(&mut self, id: RecordId, why: Trouble) {
        if self.records.remove(&id) {
            self.out.push(Out::Rejected { id, why });
        }
    }

    /// Everything there is has been handed over.
    pub(super) fn caught_up(&mut self, cursor: Option<Vec<u8>>) {
        self.out.extend(cursor.map(Out::Cursor));
        self.out.push(Out::CaughtUp);
    }

    /// Everything up to here has been handed over.
    pub(super) fn cursor(&mut self, cursor: Vec<u8>) {
        self.out.push(Out::Cursor(cursor));
    }

    /// The server is not what it was.
    pub(super) fn start_over(&mut self) {
        self.records.forget();
        self.out.push(Out::StartOver);
    }

    /// Ends the connection and tries again later.
    pub(super) fn fail(&mut self, why: Trouble) {
        let wait = self.backoff.fail(&mut self.jitter);
        let at = self.now.saturating_add(wait);
        self.end(Link::Down(at));
        let retry_at = Some(self.clock.outward(at));
        self.say(Status::Offline { retry_at, why });
    }

    /// Ends the connection for good, unless the person asks to try again.
    pub(super) fn refuse(&mut self, why: Trouble) {
        self.end(Link::Refused);
        self.say(Status::Refused { why });
    }

    fn end(&mut self, link: Link) {
        if matches!(self.link, Link::Opening(_) | Link::Open) {
            self.out.push(Out::CloseSocket);
        }
        self.link = link;
        self.owes = None;
        self.records.recall();
    }

    fn open(&mut self) {
        self.link = Link::Opening(self.now.saturating_add(ANSWER_WITHIN));
        self.say(Status::Connecting);
        let protocols = self.protocols.iter().map(|it| (*it).into()).collect();
        let url = self.url.clone();
        self.out.push(Out::OpenSocket { url, protocols });
    }

    fn say(&mut self, status: Status) {
        if self.status != Some(status) {
            self.status = Some(status);
            self.out.push(Out::Status(status));
        }
    }
}

/// A machine that speaks over one socket.
pub(super) struct Shell {
    dialogue: Box<dyn Dialogue>,
    line: Line,
}

impl Shell {
    /// A machine for this server, which is told nothing yet. `protocols` are
    /// offered when the socket is opened.
    pub(super) fn new(
        opening: &Opening<'_>,
        address: Address,
        protocols: &'static [&'static str],
        dialogue: Box<dyn Dialogue>,
    ) -> Self {
        Shell {
            dialogue,
            line: Line {
                url: address.url,
                protocols,
                link: Link::Silent,
                backoff: Backoff::default(),
                clock: Clock::default(),
                status: None,
                heard: 0,
                owes: None,
                alarm: None,
                out: Vec::new(),
                now: 0,
                jitter: Jitter::new(opening.seed),
                records: Records::default(),
            },
        }
    }

    /// Connects, or checks the connection. `asked`: by the person.
    fn go(&mut self, asked: bool) {
        match self.line.link {
            Link::Refused if !asked => {}
            Link::Open if self.dialogue.is_waiting() => {}
            Link::Open => self.dialogue.check(&mut self.line),
            Link::Opening(_) => {}
            Link::Silent | Link::Down(_) | Link::Refused => {
                self.line.backoff.reset();
                self.line.open();
            }
        }
    }

    fn publish(&mut self, bytes: Vec<u8>) {
        let id = RecordId::of(&bytes);
        let why = match bytes.len() {
            0 => Some(Trouble::NotTaken(400)),
            n if n > MAX_RECORD => Some(Trouble::TooLarge),
            _ => None,
        };
        if let Some(why) = why {
            self.line.out.push(Out::Rejected { id, why });
        } else if self.line.is_open() && self.dialogue.is_settled() && self.line.records.holds(&id)
        {
            self.line.out.push(Out::Acked(vec![id]));
        } else {
            self.line.records.push(id, bytes);
        }
    }

    fn take(&mut self, message: &[u8]) {
        if self.line.is_open() {
            self.line.heard = self.line.now;
            self.line.owes = None;
            self.dialogue.take(message, &mut self.line);
        }
    }

    /// Does what is due and sets the timer.
    fn pump(&mut self) {
        let (line, dialogue) = (&mut self.line, &mut self.dialogue);
        let now = line.now;
        match line.link {
            Link::Down(at) if at <= now => line.open(),
            Link::Opening(at) if at <= now => line.fail(Trouble::TimedOut),
            Link::Open => {
                let owes = line.owes.map(|since| since.saturating_add(ANSWER_WITHIN));
                if owes.is_some_and(|until| until <= now) {
                    line.fail(Trouble::TimedOut);
                } else {
                    if owes.is_none() && line.heard.saturating_add(SILENCE) <= now {
                        dialogue.check(line);
                    }
                    dialogue.turn(line);
                }
            }
            _ => {}
        }
        let next = match line.link {
            Link::Silent | Link::Refused => None,
            Link::Down(at) | Link::Opening(at) => Some(at),
            Link::Open => {
                if !dialogue.is_waiting() {
                    line.owes = None;
                } else if line.owes.is_none() {
                    line.owes = Some(now);
                }
                let silent = match line.owes {
                    Some(since) => since.saturating_add(ANSWER_WITHIN),
                    None => line.heard.saturating_add(SILENCE),
                };
                Some(dialogue.next().map_or(silent, |at| at.min(silent)))
            }
        };
        let alarm = next.map(|at| line.clock.outward(at));
        if alarm != line.alarm {
            line.alarm = alarm;
            line.out.push(Out::WakeAt(alarm));
        }
    }
}

impl Relay for Shell {
    fn caps(&self) -> Caps {
        self.dialogue.caps()
    }

    fn step(&mut self, input: In, now: u64, out: &mut Vec<Out>) {
        let now = self.line.clock.tick(now);
        self.line.now = now;
        match input {
            In::Online => self.go(false),
            In::RetryNow => self.go(true),
            In::GoOffline => {
                self.line.end(Link::Silent);
                let (retry_at, why) = (None, Trouble::NoNetwork);
                self.line.say(Status::Offline { retry_at, why });
            }
            In::Publish(bytes) => self.publish(bytes),
            In::SocketOpened => {
                if matches!(self.line.link, Link::Opening(_)) {
                    self.line.link = Link::Open;
                    self.line.heard = now;
                    self.dialogue.begin(&mut self.line);
                }
            }
            In::SocketBytes(bytes) => self.take(&bytes),
            In::SocketText(text) => self.take(text.as_bytes()),
            In::SocketClosed { code } => {
                if matches!(self.line.link, Link::Opening(_) | Link::Open) {
                    match REFUSALS.contains(&code) {
                        true => self.line.refuse(Trouble::Denied),
                        false => self.line.fail(Trouble::Unreachable),
                    }
                }
            }
            In::Tick
            | In::Response { .. }
            | In::Failed { .. }
            | In::StreamEvent(_)
            | In::StreamClosed => {}
        }
        self.pump();
        out.append(&mut self.line.out);
    }
}
