//! One connection after another to the same server, and what a dialogue says
//! over it.

use super::ANSWER_WITHIN;
use crate::relay::records::Records;
use crate::relay::standing::Standing;
use crate::relay::{Method, Out, RecordId, Trouble};

/// The longest answer that says where a socket is, in bytes.
const MAX_ANSWER: usize = 64 << 10;

/// A question over HTTP, which is posted.
pub(in crate::relay) struct Question {
    pub(in crate::relay) url: String,
    pub(in crate::relay) headers: Vec<(String, String)>,
    pub(in crate::relay) body: Vec<u8>,
}

/// How it stands with the connection.
pub(super) enum Link {
    /// Told to be silent, or not yet told to begin.
    Silent,
    /// There is no connection; tried again at this time.
    Down(u64),
    /// The question of this number is to be answered before this time.
    Asking(u32, u64),
    /// The socket is to open before this time.
    Opening(u64),
    Open,
    /// The server said no; only the person can change that.
    Refused,
}

/// A connection, and what outlives it.
pub(in crate::relay) struct Line {
    pub(super) url: String,
    pub(super) protocols: &'static [&'static str],
    pub(super) link: Link,
    pub(super) standing: Standing,
    /// The number of the last question.
    asked: u32,
    /// When the server said something last.
    pub(super) heard: u64,
    /// Since when it owes an answer.
    pub(super) owes: Option<u64>,
    pub(in crate::relay) records: Records,
}

impl Line {
    /// One that was not opened yet.
    pub(super) fn new(url: String, protocols: &'static [&'static str], seed: u64) -> Self {
        Line {
            url,
            protocols,
            link: Link::Silent,
            standing: Standing::new(seed),
            asked: 0,
            heard: 0,
            owes: None,
            records: Records::default(),
        }
    }

    /// The time, in milliseconds, which never goes backwards.
    pub(in crate::relay) fn now(&self) -> u64 {
        self.standing.now
    }

    /// A number from 0 up to `limit`, inclusive. Not for secrets.
    pub(in crate::relay) fn random(&mut self, limit: u64) -> u64 {
        self.standing.random(limit)
    }

    /// Sends one binary message.
    pub(in crate::relay) fn send(&mut self, bytes: Vec<u8>) {
        self.standing.out.push(Out::SendBytes(bytes));
    }

    /// Sends one text message.
    pub(in crate::relay) fn send_text(&mut self, text: String) {
        self.standing.out.push(Out::SendText(text));
    }

    /// Whether the connection still stands: what follows in a message after
    /// [`Line::fail`] means nothing.
    pub(in crate::relay) fn is_open(&self) -> bool {
        matches!(self.link, Link::Open)
    }

    /// The server lets us in.
    pub(in crate::relay) fn up(&mut self) {
        self.standing.up();
    }

    /// The server holds this record.
    pub(in crate::relay) fn arrived(&mut self, id: RecordId, bytes: Vec<u8>) {
        if self.records.hold(id) {
            self.standing.out.push(Out::Record { id, bytes });
        }
        self.ack(id);
    }

    /// The server took this record.
    pub(in crate::relay) fn ack(&mut self, id: RecordId) {
        if self.records.remove(&id) {
            self.standing.out.push(Out::Acked(vec![id]));
        }
    }

    /// The server took these records.
    pub(in crate::relay) fn ack_all(&mut self, mut ids: Vec<RecordId>) {
        ids.retain(|id| self.records.remove(id));
        if !ids.is_empty() {
            self.standing.out.push(Out::Acked(ids));
        }
    }

    /// The server does not take this record.
    pub(in crate::relay) fn reject(&mut self, id: RecordId, why: Trouble) {
        if self.records.remove(&id) {
            self.standing.out.push(Out::Rejected { id, why });
        }
    }

    /// The server takes none of those that wait.
    pub(in crate::relay) fn reject_all(&mut self, why: Trouble) {
        for id in self.records.take_all() {
            self.standing.out.push(Out::Rejected { id, why });
        }
    }

    /// Everything there is has been handed over.
    pub(in crate::relay) fn caught_up(&mut self, cursor: Option<Vec<u8>>) {
        self.standing.out.extend(cursor.map(Out::Cursor));
        self.standing.out.push(Out::CaughtUp);
    }

    /// Everything up to here has been handed over.
    pub(in crate::relay) fn cursor(&mut self, cursor: Vec<u8>) {
        self.standing.out.push(Out::Cursor(cursor));
    }

    /// The server is not what it was.
    pub(in crate::relay) fn start_over(&mut self) {
        self.records.forget();
        self.standing.out.push(Out::StartOver);
    }

    /// Ends the connection and tries again later.
    pub(in crate::relay) fn fail(&mut self, why: Trouble) {
        self.fail_for(why, 0);
    }

    /// The same, but not before so many milliseconds.
    pub(super) fn fail_for(&mut self, why: Trouble, after: u64) {
        self.end(Link::Silent);
        self.link = Link::Down(self.standing.fail(why, after));
    }

    /// Ends the connection and makes another at once.
    pub(in crate::relay) fn begin_anew(&mut self) {
        self.end(Link::Silent);
        self.link = Link::Down(self.now());
    }

    /// Ends the connection for good, unless the person asks to try again.
    pub(in crate::relay) fn refuse(&mut self, why: Trouble) {
        self.end(Link::Refused);
        self.standing.refuse(why);
    }

    pub(super) fn end(&mut self, link: Link) {
        match self.link {
            Link::Asking(req, _) => self.standing.out.push(Out::Abort { req }),
            Link::Opening(_) | Link::Open => self.standing.out.push(Out::CloseSocket),
            Link::Silent | Link::Down(_) | Link::Refused => {}
        }
        self.link = link;
        self.owes = None;
        self.records.recall();
    }

    fn deadline(&self) -> u64 {
        self.now().saturating_add(ANSWER_WITHIN)
    }

    /// Asks something over HTTP before the socket is opened.
    pub(in crate::relay) fn ask(&mut self, question: Question) {
        self.asked = self.asked.wrapping_add(1);
        let req = self.asked;
        self.link = Link::Asking(req, self.deadline());
        let Question { url, headers, body } = question;
        self.standing.out.push(Out::Request {
            req,
            method: Method::Post,
            url,
            headers,
            body,
            max_body: MAX_ANSWER,
        });
    }

    /// Opens the socket at this address.
    pub(in crate::relay) fn open(&mut self, url: String) {
        self.link = Link::Opening(self.deadline());
        let protocols = self.protocols.iter().map(|it| (*it).into()).collect();
        self.standing.out.push(Out::OpenSocket { url, protocols });
    }
}
