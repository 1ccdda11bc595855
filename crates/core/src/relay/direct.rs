//! Another person's device as a relay, over a channel between the two: what one
//! publishes the other gets, in pieces that any WebRTC data channel takes. How
//! the channel comes about is not known here; [`code`] is what people hand over
//! for it. The protocol, byte by byte, is in `docs/protocol.md`.
//!
//! Both sides do the same. Each says the names of the records that it publishes,
//! the other answers which it wants, and acknowledges what has arrived whole.
//! Nothing is remembered when the channel ends, and nothing is tried again:
//! another channel needs other codes.

pub mod code;
mod incoming;
mod message;
mod outgoing;
pub mod sdp;

use super::clock::Clock;
use super::mailbox::{MAX_RECORD, refusal};
use super::{
    Ack, Caps, In, OpenError, Opening, Out, Protocol, RecordId, Relay, Status, Stores, Trouble,
};
use crate::sorted::Set;
use incoming::Incoming;
use message::Message;
use outgoing::Outgoing;

/// Its line in the registry. The rest of an address only tells channels apart.
pub(super) const PROTOCOL: Protocol = Protocol {
    schemes: &["direct"],
    open,
};

/// The longest address, in bytes.
const MAX_URL: usize = 256;
/// How long the channel may take to open, and the other side to answer, in
/// milliseconds.
const ANSWER_WITHIN: u64 = 20_000;
/// After this much silence the other side is asked whether it is still there, in
/// milliseconds.
const SILENCE: u64 = 15_000;
/// Of so many records it is remembered that the other side has them. Beyond
/// that some may go over the channel once more.
const MAX_HELD: usize = 100_000;

fn open(opening: Opening<'_>) -> Result<Box<dyn Relay>, OpenError> {
    let printable = opening.url.bytes().all(|c| c.is_ascii_graphic());
    if !printable || opening.url.len() > MAX_URL {
        return Err(OpenError::BadUrl);
    }
    Ok(Box::new(Direct {
        url: opening.url.into(),
        mailbox: opening.mailbox.into(),
        link: Link::Silent,
        clock: Clock::default(),
        now: 0,
        status: None,
        alarm: None,
        held: Set::new(),
        incoming: Incoming::default(),
        outgoing: Outgoing::default(),
        out: Vec::new(),
    }))
}

enum Link {
    /// Told to be silent, or not yet told to begin.
    Silent,
    /// The channel is to open before this time.
    Opening(u64),
    /// The other side is to greet before this time.
    Greeting(u64),
    /// It was last heard of at this time, and asked whether it is there at the
    /// other.
    Open(u64, Option<u64>),
    /// The channel has ended.
    Ended,
}

struct Direct {
    url: String,
    mailbox: String,
    link: Link,
    clock: Clock,
    now: u64,
    status: Option<Status>,
    /// In the caller's time, as it was said last.
    alarm: Option<u64>,
    /// What the other side is known to hold.
    held: Set<RecordId>,
    incoming: Incoming,
    outgoing: Outgoing,
    out: Vec<Out>,
}

/// Why the channel is of no use any more.
type Ends = Result<(), Trouble>;

impl Direct {
    fn say(&mut self, status: Status) {
        if self.status != Some(status) {
            self.status = Some(status);
            self.out.push(Out::Status(status));
        }
    }

    fn send(&mut self, message: &Message<'_>) {
        self.out.push(Out::SendBytes(message.encode()));
    }

    fn connect(&mut self) {
        self.link = Link::Opening(self.now.saturating_add(ANSWER_WITHIN));
        self.say(Status::Connecting);
        self.out.push(Out::OpenSocket {
            url: self.url.clone(),
            protocols: Vec::new(),
        });
    }

    fn end(&mut self, link: Link, why: Trouble) {
        if matches!(
            self.link,
            Link::Opening(_) | Link::Greeting(_) | Link::Open(..)
        ) {
            self.out.push(Out::CloseSocket);
        }
        self.link = link;
        self.incoming = Incoming::default();
        self.outgoing.recall();
        if !self.held.is_empty() {
            // Whoever is met next may hold nothing of it.
            self.held.clear();
            self.out.push(Out::StartOver);
        }
        let retry_at = None;
        self.say(Status::Offline { retry_at, why });
    }

    fn publish(&mut self, bytes: Vec<u8>) {
        let id = RecordId::of(&bytes);
        if let Some(why) = refusal(bytes.len()) {
            self.out.push(Out::Rejected { id, why });
        } else if self.held.contains(&id) {
            self.out.push(Out::Acked(vec![id]));
        } else {
            self.outgoing.push(id, bytes);
        }
    }

    /// The other side holds this record.
    fn holds(&mut self, id: RecordId, bytes: Vec<u8>) {
        if self.held.len() >= MAX_HELD {
            self.held.clear();
        }
        self.held.insert(id);
        self.out.push(Out::Record { id, bytes });
    }

    /// The same, if it is one of those that wait here.
    fn took(&mut self, id: RecordId) -> bool {
        let Some(bytes) = self.outgoing.remove(&id) else {
            return false;
        };
        // It will not send what it has heard to be here.
        self.incoming.forget(&id);
        self.holds(id, bytes);
        self.out.push(Out::Acked(vec![id]));
        true
    }

    fn take(&mut self, bytes: &[u8]) -> Ends {
        let message = Message::decode(bytes)?;
        match self.link {
            Link::Greeting(_) => {
                let Message::Hello(mailbox) = message else {
                    return Err(Trouble::BadAnswer("the other side does not greet"));
                };
                if mailbox != self.mailbox.as_bytes() {
                    return Err(Trouble::BadAnswer(
                        "the other side talks about another text",
                    ));
                }
                self.link = Link::Open(self.now, None);
                self.say(Status::Online);
                self.out.push(Out::CaughtUp);
                return Ok(());
            }
            Link::Open(..) => self.link = Link::Open(self.now, None),
            Link::Silent | Link::Opening(_) | Link::Ended => return Ok(()),
        }
        match message {
            Message::Hello(_) => return Err(Trouble::BadAnswer("it greets twice")),
            Message::Have(ids) => self.offered(&ids)?,
            Message::Want(ids) => ids.iter().for_each(|id| self.outgoing.want(id)),
            Message::Got(ids) => {
                let took = ids.into_iter().filter(|id| self.took(*id)).count();
                if took > 0 && self.incoming.is_settled() {
                    self.out.push(Out::CaughtUp);
                }
            }
            Message::Begin { id, len, piece } => self.incoming.begin(id, len, piece)?,
            Message::More(piece) => self.incoming.more(piece)?,
            Message::Ping => self.send(&Message::Pong),
            Message::Pong => {}
        }
        if let Some((id, bytes)) = self.incoming.whole()? {
            self.send(&Message::Got(vec![id]));
            if !self.took(id) {
                self.holds(id, bytes);
            }
            if self.incoming.is_settled() {
                self.out.push(Out::CaughtUp);
            }
        }
        Ok(())
    }

    /// The other side has these: what is here already is said to be here, and the
    /// rest is asked for.
    fn offered(&mut self, ids: &[RecordId]) -> Ends {
        let (mut got, mut want) = (Vec::new(), Vec::new());
        let mut took = false;
        for id in ids {
            let mine = self.took(*id);
            took |= mine;
            if mine || self.held.contains(id) {
                got.push(*id);
            } else if self.incoming.ask(*id)? {
                want.push(*id);
            }
        }
        if !got.is_empty() {
            self.send(&Message::Got(got));
        }
        if !want.is_empty() {
            self.send(&Message::Want(want));
        }
        if took && self.incoming.is_settled() {
            self.out.push(Out::CaughtUp);
        }
        Ok(())
    }

    /// Does what is due and sets the timer.
    fn pump(&mut self) {
        let late = |until: u64| until <= self.now;
        match self.link {
            Link::Opening(until) | Link::Greeting(until) if late(until) => {
                self.end(Link::Ended, Trouble::TimedOut);
            }
            Link::Open(_, Some(asked)) if late(asked.saturating_add(ANSWER_WITHIN)) => {
                self.end(Link::Ended, Trouble::TimedOut);
            }
            Link::Open(heard, None) if late(heard.saturating_add(SILENCE)) => self.ask(heard),
            _ => {}
        }
        if let Link::Open(..) = self.link {
            self.outgoing.send(&mut self.out);
        }
        let next = match self.link {
            Link::Silent | Link::Ended => None,
            Link::Opening(until) | Link::Greeting(until) => Some(until),
            Link::Open(_, Some(asked)) => Some(asked.saturating_add(ANSWER_WITHIN)),
            Link::Open(heard, None) => Some(heard.saturating_add(SILENCE)),
        };
        let alarm = next.map(|at| self.clock.outward(at));
        if alarm != self.alarm {
            self.alarm = alarm;
            self.out.push(Out::WakeAt(alarm));
        }
    }

    /// Asks the other side whether it is there.
    fn ask(&mut self, heard: u64) {
        self.link = Link::Open(heard, Some(self.now));
        self.send(&Message::Ping);
    }
}

impl Relay for Direct {
    fn caps(&self) -> Caps {
        Caps {
            stores: Stores::No,
            live: true,
            removes: false,
            max_record: MAX_RECORD,
            ack: Ack::Received,
        }
    }

    fn step(&mut self, input: In, now: u64, out: &mut Vec<Out>) {
        self.now = self.clock.tick(now);
        match input {
            In::Online => match self.link {
                Link::Silent => self.connect(),
                Link::Open(heard, None) => self.ask(heard),
                _ => {}
            },
            In::RetryNow => match self.link {
                Link::Silent | Link::Ended => self.connect(),
                Link::Open(heard, None) => self.ask(heard),
                _ => {}
            },
            In::GoOffline => self.end(Link::Silent, Trouble::NoNetwork),
            In::Publish(bytes) => self.publish(bytes),
            In::SocketOpened => {
                if let Link::Opening(_) = self.link {
                    self.link = Link::Greeting(self.now.saturating_add(ANSWER_WITHIN));
                    let mailbox = self.mailbox.clone();
                    self.send(&Message::Hello(mailbox.as_bytes()));
                }
            }
            In::SocketBytes(bytes) => {
                if let Err(why) = self.take(&bytes) {
                    self.end(Link::Ended, why);
                }
            }
            In::SocketText(_) => {
                if let Link::Greeting(_) | Link::Open(..) = self.link {
                    let why = Trouble::BadAnswer("it sends text");
                    self.end(Link::Ended, why);
                }
            }
            In::SocketClosed { .. } => {
                if !matches!(self.link, Link::Silent | Link::Ended) {
                    self.end(Link::Ended, Trouble::Unreachable);
                }
            }
            In::Tick
            | In::Response { .. }
            | In::Failed { .. }
            | In::StreamEvent(_)
            | In::StreamClosed
            | In::ReadAgain { .. } => {}
        }
        self.pump();
        out.append(&mut self.out);
    }
}
