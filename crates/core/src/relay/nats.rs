//! NATS JetStream over a WebSocket. Each mailbox is a subject, `postil.` and the
//! mailbox, and the server keeps it in a stream: one that it has for this
//! subject already, or else one that is made for it. `docs/relays.md` says what
//! that is good for.
//!
//! The place in the stream is the cursor. How many messages were there up to it
//! is part of it: when fewer are left, the stream was purged, and the machine
//! starts over, as it does when the stream is another one than before.

mod api;
mod login;
mod place;
mod reading;
mod stream;
#[cfg(test)]
mod tests;
mod writing;

use self::api::{Answer, Held};
use self::place::Place;
use self::stream::{Message, Said, Stream};
use super::address::Address;
use super::mailbox::MAX_RECORD;
use super::shell::{Dialogue, Line, Shell};
use super::{Ack, Caps, Opening, Protocol, RecordId, Stores, Trouble};
use crate::id::base64url;
use crate::json::read::Value;
use crate::sorted::{Map, Set};

pub(super) const PROTOCOL: Protocol = Protocol {
    schemes: &["wss+nats", "ws+nats"],
    open: |opening| {
        let address = Address::read(opening.url)?;
        let nats = Box::new(Nats::new(&opening, &address));
        Ok(Box::new(Shell::new(&opening, address.url, &[], nats)))
    },
};

/// Room for the headers beside a record, in bytes.
const HEADERS: usize = 1_024;
/// JetStream says every 15 seconds that it still follows the stream. Without a
/// word for this long, in milliseconds, it does not any more.
const FOLLOWS: u64 = 40_000;

/// What the server was asked. Each is the last word of the subject on which it
/// answers.
const NAMES: &str = "names";
const MAKE: &str = "make";
const INFO: &str = "info";
const FOLLOW: &str = "follow";
const CHECK: &str = "check";

/// The dialogue.
struct Nats {
    /// What one says of oneself after the greeting.
    connect: String,
    subject: String,
    /// The stream that is made if there is none.
    own_stream: String,
    /// The stream that there is.
    stream: String,
    /// Answers come to subjects that begin with this.
    inbox: String,
    bytes: Stream,
    place: Place,
    told: u64,
    /// If some of it was read earlier: the stream as it was when the connection
    /// began, and how many messages of then have been read.
    then: Option<(Held, u64)>,
    /// The subscription by which the stream comes; another each time that it is
    /// asked for.
    news: u64,
    /// How many messages came by it.
    delivered: u64,
    /// Everything was read once on this connection.
    settled: bool,
    /// The place of the last record that the server took from here.
    taken: u64,
    /// What lies up to this place was read before this machine was there.
    before: u64,
    /// Records that were purged, and that JetStream still remembers by name:
    /// they go without one.
    purged: Set<RecordId>,
    /// The question that the server owes an answer.
    asked: Option<&'static str>,
    flying: Map<u64, RecordId>,
    next: u64,
    largest: usize,
    heard: Option<u64>,
}

impl Nats {
    fn new(opening: &Opening<'_>, address: &Address) -> Self {
        let place = opening
            .cursor
            .and_then(Place::from_cursor)
            .unwrap_or_default();
        Nats {
            connect: login::connect(address),
            subject: ["postil.", opening.mailbox].concat(),
            own_stream: ["postil-", opening.mailbox].concat(),
            stream: String::new(),
            inbox: String::new(),
            bytes: Stream::new(0),
            place,
            before: place.last,
            purged: Set::new(),
            told: 0,
            then: None,
            news: 0,
            delivered: 0,
            settled: false,
            taken: 0,
            asked: None,
            flying: Map::new(),
            next: 0,
            largest: MAX_RECORD,
            heard: None,
        }
    }

    fn ask(&mut self, what: &'static str, line: &mut Line) {
        let (subject, body) = match what {
            NAMES => ("STREAM.NAMES".into(), api::names(&self.subject)),
            MAKE => (
                ["STREAM.CREATE.", &self.own_stream].concat(),
                api::stream(&self.own_stream, &self.subject),
            ),
            FOLLOW => (
                ["CONSUMER.CREATE.", &self.stream].concat(),
                api::consumer(
                    &self.stream,
                    &self.subject,
                    &self.news_inbox(),
                    self.place.last.saturating_add(1),
                ),
            ),
            _ => (
                ["STREAM.INFO.", &self.stream].concat(),
                api::info(&self.subject),
            ),
        };
        let length = body.len().to_string();
        let (subject, answer) = (["$JS.API.", &subject].concat(), self.at(what));
        let words = ["PUB", &subject, &answer, &length].join(" ");
        line.send([&words, "\r\n", &body, "\r\n"].concat().into());
        self.asked = Some(what);
    }

    /// Where the stream comes to. JetStream sends to nobody who listens only by
    /// a pattern, so this is none of the subjects on which answers come.
    fn news_inbox(&self) -> String {
        [&self.inbox, "-", &self.news.to_string()].concat()
    }

    /// A subject on which answers come.
    fn at(&self, word: &str) -> String {
        [&self.inbox, ".", word].concat()
    }

    fn said(&mut self, said: Said, line: &mut Line) {
        match said {
            Said::Info(info) => self.greeted(&info, line),
            Said::Ping => line.send(b"PONG\r\n".to_vec()),
            Said::Pong => {
                if self.asked == Some("pong") {
                    line.up();
                    line.send(["SUB ", &self.inbox, ".* 1\r\n"].concat().into());
                    self.ask(NAMES, line);
                }
            }
            Said::Err(text) => self.failed(&text, line),
            // A stream's messages keep their own subjects.
            Said::Message(message) if message.subscription == self.news => {
                self.news(&message, line);
            }
            Said::Message(message) => {
                let prefix = message.subject.strip_prefix(&self.inbox);
                let word = prefix
                    .and_then(|it| it.strip_prefix('.'))
                    .unwrap_or_default();
                if let Some(id) = word.parse().ok().and_then(|it| self.flying.remove(&it)) {
                    self.took(id, &message, line);
                } else if self.asked == Some(word) {
                    self.answered(&message, line);
                }
            }
        }
    }

    fn greeted(&mut self, info: &[u8], line: &mut Line) {
        let info = std::str::from_utf8(info).ok().and_then(Value::parse);
        let Some(info) = info else {
            return line.fail(Trouble::BadAnswer("its greeting is malformed"));
        };
        let limit = info
            .number("max_payload")
            .map_or(MAX_RECORD, |it| it as usize);
        self.largest = limit.saturating_sub(HEADERS).min(MAX_RECORD);
        // The server may greet again later, to tell of its neighbours.
        if self.asked == Some(INFO) && self.stream.is_empty() {
            line.send(["CONNECT ", &self.connect, "\r\nPING\r\n"].concat().into());
            self.asked = Some("pong");
        }
    }

    /// The server complains. Unless that is about one message, it goes away.
    fn failed(&mut self, text: &str, line: &mut Line) {
        let text = text.to_ascii_lowercase();
        let has = |words: &str| text.contains(words);
        let own = ["publish to \"", &self.subject.to_ascii_lowercase(), "\""].concat();
        if has("permissions violation") && has(&own) {
            self.flying = Map::new();
            for id in line.records.sent() {
                line.reject(id, Trouble::Denied);
            }
        } else if has("authorization") || has("authentication") || has("permissions") {
            line.refuse(Trouble::Denied);
        } else if has("maximum") && has("exceeded") {
            line.fail(Trouble::SlowDown);
        } else if has("protocol") {
            line.fail(Trouble::BadAnswer("it does not understand"));
        }
    }

    fn answered(&mut self, message: &Message, line: &mut Line) {
        let asked = self.asked.take();
        if let Some((code, _)) = message.status() {
            // Nobody answers for JetStream: it is off, or not yet awake.
            return line.fail(Trouble::Server(code));
        }
        let Some(answer) = Answer::read(&message.payload) else {
            return line.fail(Trouble::BadAnswer("it is not JSON"));
        };
        if let Some(failure) = answer.failure() {
            return match (failure.exact, failure.code) {
                // There is no JetStream for this account, or on this server.
                (10_039 | 10_076, code) => line.refuse(Trouble::NotARelay(code)),
                (_, 401 | 403) => line.refuse(Trouble::Denied),
                // No more streams, or no more storage.
                (10_023 | 10_026 | 10_027 | 10_028 | 10_047, _) => line.fail(Trouble::Full),
                (_, code) => line.fail(Trouble::Server(code)),
            };
        }
        match asked {
            Some(NAMES) => match answer.first_stream() {
                Some(name) => {
                    self.stream = name.into();
                    self.ask(INFO, line);
                }
                None => {
                    self.stream.clone_from(&self.own_stream);
                    self.ask(MAKE, line);
                }
            },
            Some(MAKE | INFO | CHECK) => match answer.stream(&self.subject) {
                Some(held) => self.found(held, asked == Some(CHECK), line),
                None => line.fail(Trouble::BadAnswer("a stream is malformed")),
            },
            _ if answer.pending() == Some(0) => self.caught_up(line),
            _ => {}
        }
    }
}

impl Dialogue for Nats {
    fn caps(&self) -> Caps {
        Caps {
            stores: Stores::Forever,
            live: true,
            removes: false,
            max_record: self.largest,
            ack: Ack::Received,
        }
    }

    fn begin(&mut self, line: &mut Line) {
        let random = [line.random(u64::MAX - 1), line.random(u64::MAX - 1)];
        let random: Vec<u8> = random.iter().flat_map(|it| it.to_le_bytes()).collect();
        self.inbox = ["_INBOX.", &base64url(&random)].concat();
        self.bytes = Stream::new(MAX_RECORD + HEADERS);
        self.stream.clear();
        self.then = None;
        self.news = 0;
        self.delivered = 0;
        self.settled = false;
        self.taken = 0;
        // The first number is that of the subscription for answers.
        self.next = 1;
        self.flying = Map::new();
        self.heard = None;
        // It begins with a greeting.
        self.asked = Some(INFO);
    }

    fn take(&mut self, message: &[u8], line: &mut Line) {
        match self.bytes.take(message) {
            Ok(said) => {
                for said in said {
                    if line.is_open() {
                        self.said(said, line);
                    }
                }
            }
            Err(why) => line.fail(Trouble::BadAnswer(why)),
        }
    }

    fn turn(&mut self, line: &mut Line) {
        if self.next().is_some_and(|at| at <= line.now()) {
            line.fail(Trouble::TimedOut);
        } else if self.settled {
            self.publish(line);
        }
    }

    fn check(&mut self, line: &mut Line) {
        if self.settled && self.asked.is_none() {
            self.ask(CHECK, line);
        }
    }

    fn is_waiting(&self) -> bool {
        self.asked.is_some() || !self.flying.is_empty() || !self.settled
    }

    fn is_settled(&self) -> bool {
        self.settled
    }

    fn next(&self) -> Option<u64> {
        let heard = self.heard.filter(|_| self.settled);
        heard.map(|at| at.saturating_add(FOLLOWS))
    }
}
