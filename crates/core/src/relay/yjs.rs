//! Servers of the y-websocket family. Each room is a document of its own at the
//! server, whose root map `postil` has the records as byte strings, each under
//! its name and that of the writer. `docs/relays.md` says what that is good for.
//!
//! What comes back is searched for byte strings and never becomes part of a
//! document here. What goes out is written by a writer that is new with each
//! connection and refers to nothing: its number has 32 bits, because older
//! servers cut longer ones off.
//!
//! Such a server says neither what it lost nor what it has kept. So everything
//! it holds is read on each connection, and a record that was there before and
//! is missing makes the machine start over.
//!
//! [`super::hocuspocus`] is the same machine in another [`Dialect`].

mod dialect;
mod places;
mod session;
#[cfg(test)]
mod tests;
mod update;

use std::collections::VecDeque;

pub(super) use self::dialect::Dialect;
use self::session::{Session, Turn};
use super::backoff::{Backoff, Jitter};
use super::clock::Clock;
use super::mailbox::MAX_RECORD;
use super::{
    Ack, Caps, In, OpenError, Opening, Out, Protocol, RecordId, Relay, Status, Stores, Trouble,
};
use crate::sorted::Set;

pub(super) const PROTOCOL: Protocol = Protocol {
    schemes: &["wss+yjs", "ws+yjs", "wss", "ws"],
    open: |opening| {
        let url = document(&opening)?;
        Ok(Box::new(Yjs::new(url, Dialect::Plain, opening.seed)))
    },
};

/// The longest address of a relay, in bytes.
const MAX_URL: usize = 2_048;
/// How long a server may take to answer, in milliseconds.
const ANSWER_WITHIN: u64 = 20_000;

enum Link {
    /// Told to be silent, or not yet told to begin.
    Silent,
    /// There is no connection; tried again at this time.
    Down(u64),
    /// The socket is to open before this time.
    Opening(u64),
    Open(Box<Session>),
    /// The server said no; only the person can change that.
    Refused,
}

/// A record that waits.
struct Waiting {
    id: RecordId,
    bytes: Vec<u8>,
}

/// The machine.
pub(super) struct Yjs {
    url: String,
    dialect: Dialect,
    jitter: Jitter,
    backoff: Backoff,
    clock: Clock,
    link: Link,
    status: Option<Status>,
    /// In the order of publishing; the first `sent` are on their way.
    queue: VecDeque<Waiting>,
    sent: usize,
    names: Set<RecordId>,
    /// What the server held when everything of it was known last.
    held: Set<RecordId>,
    /// In the caller's time, as it was said last.
    alarm: Option<u64>,
}

/// The address of the mailbox's document.
fn document(opening: &Opening<'_>) -> Result<String, OpenError> {
    let (scheme, rest) = opening.url.split_once("://").ok_or(OpenError::BadUrl)?;
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let printable = opening.url.bytes().all(|c| c.is_ascii_graphic());
    let has_host = !place.is_empty() && !place.starts_with('/');
    if !printable || !has_host || rest.contains('#') || opening.url.len() > MAX_URL {
        return Err(OpenError::BadUrl);
    }
    let scheme = scheme.split('+').next().unwrap_or_default();
    let place = place.trim_end_matches('/');
    let mark = if query.is_empty() { "" } else { "?" };
    Ok([scheme, "://", place, "/", opening.mailbox, mark, query].concat())
}

impl Yjs {
    /// A machine for the document at this address.
    pub(super) fn new(url: String, dialect: Dialect, seed: u64) -> Self {
        Yjs {
            url,
            dialect,
            jitter: Jitter::new(seed),
            backoff: Backoff::default(),
            clock: Clock::default(),
            link: Link::Silent,
            status: None,
            queue: VecDeque::new(),
            sent: 0,
            names: Set::new(),
            held: Set::new(),
            alarm: None,
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
        match &mut self.link {
            Link::Refused if !asked => {}
            // Another token may be good for more now.
            Link::Open(session) if asked && session.is_read_only() => {
                self.end(Link::Silent, out);
                self.open(now, out);
            }
            Link::Open(session) => session.check(now, out),
            Link::Opening(_) => {}
            Link::Silent | Link::Down(_) | Link::Refused => {
                self.backoff.reset();
                self.open(now, out);
            }
        }
    }

    fn open(&mut self, now: u64, out: &mut Vec<Out>) {
        self.link = Link::Opening(now.saturating_add(ANSWER_WITHIN));
        self.say(Status::Connecting, out);
        let url = self.url.clone();
        let protocols = Vec::new();
        out.push(Out::OpenSocket { url, protocols });
    }

    /// The connection is over, or is ended here; what was on its way waits again.
    fn end(&mut self, link: Link, out: &mut Vec<Out>) {
        if matches!(self.link, Link::Opening(_) | Link::Open(_)) {
            out.push(Out::CloseSocket);
        }
        self.link = link;
        self.sent = 0;
    }

    fn fail(&mut self, why: Trouble, now: u64, out: &mut Vec<Out>) {
        let at = now.saturating_add(self.backoff.fail(&mut self.jitter));
        self.end(Link::Down(at), out);
        let retry_at = Some(self.clock.outward(at));
        self.say(Status::Offline { retry_at, why }, out);
    }

    fn refuse(&mut self, out: &mut Vec<Out>) {
        self.end(Link::Refused, out);
        let why = Trouble::Denied;
        self.say(Status::Refused { why }, out);
    }

    fn publish(&mut self, bytes: Vec<u8>, out: &mut Vec<Out>) {
        let id = RecordId::of(&bytes);
        let why = match bytes.len() {
            0 => Some(Trouble::NotTaken(400)),
            n if n > MAX_RECORD => Some(Trouble::TooLarge),
            _ => None,
        };
        if let Some(why) = why {
            out.push(Out::Rejected { id, why });
        } else if self.is_settled() && self.held.contains(&id) {
            out.push(Out::Acked(vec![id]));
        } else if self.names.insert(id) {
            self.queue.push_back(Waiting { id, bytes });
        }
    }

    fn is_settled(&self) -> bool {
        matches!(&self.link, Link::Open(session) if session.is_settled())
    }

    fn took(&mut self, turn: Turn, now: u64, out: &mut Vec<Out>) {
        match turn {
            Turn::Quiet => {}
            Turn::Arrived { records, gone } => {
                let is_lost = gone.iter().any(|id| self.held.contains(id));
                if self.hand_over(records, out) {
                    out.push(Out::CaughtUp);
                }
                // Somebody has deleted what was there: what else is gone shows
                // when everything is read again.
                if let Link::Open(session) = &mut self.link
                    && is_lost
                {
                    session.read_again(now, out);
                }
            }
            Turn::CaughtUp { records, held } => {
                self.backoff.reset();
                self.say(Status::Online, out);
                if self.held.iter().any(|id| !held.contains(id)) {
                    out.push(Out::StartOver);
                    self.held = Set::new();
                }
                self.hand_over(records, out);
                out.push(Out::CaughtUp);
            }
            Turn::Applied(last) => {
                let at = self.queue.iter().position(|it| it.id == last);
                let applied = at.map_or(0, |at| at + 1).min(self.sent);
                let ids: Vec<_> = self.queue.drain(..applied).map(|it| it.id).collect();
                for id in &ids {
                    self.names.remove(id);
                }
                self.sent -= applied;
                if !ids.is_empty() {
                    out.push(Out::Acked(ids));
                }
                self.nothing_is_sent();
            }
            Turn::Denied => self.refuse(out),
            Turn::Closed => self.fail(Trouble::Unreachable, now, out),
            Turn::Malformed => self.fail(Trouble::BadAnswer("it is no update"), now, out),
        }
    }

    /// Records arrived; those that wait here are acknowledged by that, whoever
    /// gave them. Says whether any were new.
    fn hand_over(&mut self, records: Vec<(RecordId, Vec<u8>)>, out: &mut Vec<Out>) -> bool {
        let (mut acked, mut is_new) = (Vec::new(), false);
        for (id, bytes) in records {
            if self.names.remove(&id) {
                acked.push(id);
            }
            if self.held.insert(id) {
                is_new = true;
                out.push(Out::Record { id, bytes });
            }
        }
        if acked.is_empty() {
            return is_new;
        }
        let sent = self.queue.iter().take(self.sent);
        self.sent = sent.filter(|it| self.names.contains(&it.id)).count();
        self.queue.retain(|it| self.names.contains(&it.id));
        self.nothing_is_sent();
        out.push(Out::Acked(acked));
        is_new
    }

    /// If nothing is on its way, nothing has to come back.
    fn nothing_is_sent(&mut self) {
        if let Link::Open(session) = &mut self.link
            && self.sent == 0
        {
            session.echoed();
        }
    }

    /// What waits is not wanted here.
    fn reject_all(&mut self, out: &mut Vec<Out>) {
        let why = Trouble::Denied;
        for Waiting { id, .. } in self.queue.drain(..) {
            out.push(Out::Rejected { id, why });
        }
        self.names = Set::new();
        self.sent = 0;
    }

    /// Does what is due and sets the timer.
    fn pump(&mut self, now: u64, out: &mut Vec<Out>) {
        match &mut self.link {
            Link::Down(at) if *at <= now => self.open(now, out),
            Link::Opening(at) if *at <= now => self.fail(Trouble::TimedOut, now, out),
            Link::Open(session) if session.is_silent(now) => {
                self.fail(Trouble::TimedOut, now, out);
            }
            Link::Open(session) => {
                if let Some(turn) = session.tick(now, out) {
                    self.took(turn, now, out);
                }
            }
            _ => {}
        }
        if let Link::Open(session) = &self.link
            && session.is_settled()
            && session.is_read_only()
        {
            self.reject_all(out);
        }
        if let Link::Open(session) = &mut self.link
            && (self.sent == 0 || session.must_write_again())
            && !self.queue.is_empty()
        {
            let waiting = self.queue.iter().map(|it| (it.id, &it.bytes[..]));
            self.sent = session.publish(waiting, &mut self.jitter, now, out);
        }
        let next = match &self.link {
            Link::Silent | Link::Refused => None,
            Link::Down(at) | Link::Opening(at) => Some(*at),
            Link::Open(session) => Some(session.next()),
        };
        let alarm = next.map(|at| self.clock.outward(at));
        if alarm != self.alarm {
            self.alarm = alarm;
            out.push(Out::WakeAt(alarm));
        }
    }
}

impl Relay for Yjs {
    fn caps(&self) -> Caps {
        Caps {
            stores: Stores::ForAWhile,
            live: true,
            removes: false,
            max_record: MAX_RECORD,
            ack: Ack::Received,
        }
    }

    fn step(&mut self, input: In, now: u64, out: &mut Vec<Out>) {
        let now = self.clock.tick(now);
        match input {
            In::Online => self.go(false, now, out),
            In::RetryNow => self.go(true, now, out),
            In::GoOffline => {
                self.end(Link::Silent, out);
                let (retry_at, why) = (None, Trouble::NoNetwork);
                self.say(Status::Offline { retry_at, why }, out);
            }
            In::Publish(bytes) => self.publish(bytes, out),
            In::SocketOpened => {
                if matches!(self.link, Link::Opening(_)) {
                    self.link =
                        Link::Open(Box::new(Session::begin(self.dialect.clone(), now, out)));
                }
            }
            In::SocketBytes(bytes) => {
                if let Link::Open(session) = &mut self.link {
                    let turn = session.take(&bytes, now, out);
                    self.took(turn, now, out);
                }
            }
            In::SocketClosed { code } => {
                let was_open = matches!(self.link, Link::Opening(_) | Link::Open(_));
                if was_open && self.dialect.refuses(code) {
                    self.refuse(out);
                } else if was_open {
                    self.fail(Trouble::Unreachable, now, out);
                }
            }
            In::Tick
            | In::SocketText(_)
            | In::Response { .. }
            | In::Failed { .. }
            | In::StreamEvent(_)
            | In::StreamClosed => {}
        }
        self.pump(now, out);
    }
}
