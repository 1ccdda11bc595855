//! Relays of Nostr (NIP-01). Each record is an event, or several when it is
//! large, with the mailbox in a tag by which relays find it. `docs/relays.md`
//! says what that is good for.
//!
//! Relays find events by when they were written, which every writer says for
//! itself, in seconds. So whoever writes takes the time of the newest event of
//! the mailbox when the own clock is behind it, and whoever reads goes back by
//! [`OVERLAP`]: a clock that is wrong hides nothing. The newest event of the
//! last time has to be there again; if it is not, the relay has lost what it
//! held, and the machine starts over.

mod event;
mod pieces;
mod reading;
#[cfg(test)]
mod tests;
mod writing;

use std::collections::VecDeque;

use self::event::{Event, Writer, text_of, unhex};
use self::pieces::Pieces;
use self::reading::{Newest, Reading};
use self::writing::Sending;
use super::address::Address;
use super::mailbox::MAX_RECORD;
use super::shell::{Dialogue, Line, Shell};
use super::{Ack, Caps, OpenError, Opening, Protocol, RecordId, Stores, Trouble};
use crate::json::read::Value;

pub(super) const PROTOCOL: Protocol = Protocol {
    schemes: &["wss+nostr", "ws+nostr"],
    open: |opening| {
        let address = Address::read(opening.url)?;
        let nostr = Nostr::new(&opening).ok_or(OpenError::BadUrl)?;
        Ok(Box::new(Shell::new(
            &opening,
            address.url,
            &[],
            Box::new(nostr),
        )))
    },
};

/// How far a reader goes back, and how wrong a clock may be, in seconds.
const OVERLAP: u64 = 3_600;

/// The dialogue.
struct Nostr {
    writer: Writer,
    topic: String,
    /// The newest event that is known.
    newest: Newest,
    reading: Option<Reading>,
    pieces: Pieces,
    sending: Option<Sending>,
    /// The events that the relay has not answered to, and of which records
    /// they are.
    flying: VecDeque<([u8; 32], RecordId)>,
    /// What of each record is not acknowledged yet is counted here.
    unanswered: Vec<(RecordId, usize)>,
    /// The time of the last event that was written, and how many have it.
    stamp: (u64, u32),
}

impl Nostr {
    fn new(opening: &Opening<'_>) -> Option<Self> {
        Some(Nostr {
            writer: Writer::new(opening.seed, opening.mailbox)?,
            topic: ["postil:", opening.mailbox].concat(),
            newest: opening
                .cursor
                .and_then(Newest::from_cursor)
                .unwrap_or_default(),
            reading: None,
            pieces: Pieces::default(),
            sending: None,
            flying: VecDeque::new(),
            unanswered: Vec::new(),
            stamp: (0, 0),
        })
    }

    fn said(&mut self, message: &Value, line: &mut Line) {
        let words = message.items();
        let text = |at: usize| words.get(at).and_then(text_of).unwrap_or_default();
        match text(0) {
            "EVENT" => {
                if let Some(event) = words.get(2).and_then(Event::read) {
                    self.arrived(event, text(1), line);
                }
            }
            "EOSE" => self.read_on(text(1), line),
            "OK" => {
                let is_taken = words.get(2) == Some(&Value::Word("true"));
                self.answered(unhex(text(1)), is_taken, text(3), line);
            }
            // Some relays answer to a question that they refuse with a notice.
            "NOTICE" => self.refused(text(1), line),
            "CLOSED" => {
                self.refused(text(2), line);
                if line.is_open() {
                    line.fail(Trouble::Unreachable);
                }
            }
            _ => {}
        }
    }

    fn refused(&mut self, why: &str, line: &mut Line) {
        match why.split(':').next().unwrap_or_default() {
            "auth-required" | "restricted" | "blocked" => line.refuse(Trouble::Denied),
            "rate-limited" => line.fail(Trouble::SlowDown),
            _ => {}
        }
    }
}

impl Dialogue for Nostr {
    fn caps(&self) -> Caps {
        Caps {
            stores: Stores::ForAWhile,
            live: true,
            removes: false,
            max_record: MAX_RECORD,
            ack: Ack::Received,
        }
    }

    fn begin(&mut self, line: &mut Line) {
        self.sending = None;
        self.flying = VecDeque::new();
        self.unanswered = Vec::new();
        self.read(line);
    }

    fn take(&mut self, message: &[u8], line: &mut Line) {
        let message = std::str::from_utf8(message).ok().and_then(Value::parse);
        let Some(message) = message else {
            // It may be an event of somebody else that is too large.
            return;
        };
        let held = line.records.held();
        self.said(&message, line);
        if line.is_open() && self.is_settled() && line.records.held() > held {
            line.caught_up(self.newest.to_cursor());
        }
    }

    fn turn(&mut self, line: &mut Line) {
        if self.is_settled() {
            self.publish(line);
        }
    }

    fn check(&mut self, line: &mut Line) {
        self.check_newest(line);
    }

    fn is_waiting(&self) -> bool {
        self.reading.is_some() || !self.flying.is_empty()
    }

    fn is_settled(&self) -> bool {
        self.reading.as_ref().is_none_or(Reading::is_check)
    }

    fn next(&self) -> Option<u64> {
        self.writes_at()
    }
}
