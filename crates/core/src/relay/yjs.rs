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

pub(super) use self::dialect::Dialect;
use self::session::{Session, Turn};
use super::mailbox::MAX_RECORD;
use super::shell::{Dialogue, Line, Question, Shell};
use super::ysweet::{Door, Way};
use super::{Ack, Caps, OpenError, Opening, Protocol, RecordId, Relay, Stores, Trouble};

pub(super) const PROTOCOL: Protocol = Protocol {
    schemes: &["wss+yjs", "ws+yjs", "wss", "ws"],
    open: |opening| Ok(machine(&opening, document(&opening)?, Dialect::Plain)),
};

/// The longest address of a relay, in bytes.
const MAX_URL: usize = 2_048;

/// A machine for the document at this address.
pub(super) fn machine(opening: &Opening<'_>, url: String, dialect: Dialect) -> Box<dyn Relay> {
    made(opening, url, dialect, None)
}

/// A machine for the document that is behind this door.
pub(super) fn machine_behind(door: Door, opening: &Opening<'_>) -> Box<dyn Relay> {
    made(opening, String::new(), Dialect::Plain, Some(door))
}

fn made(
    opening: &Opening<'_>,
    url: String,
    dialect: Dialect,
    door: Option<Door>,
) -> Box<dyn Relay> {
    let yjs = Box::new(Yjs {
        dialect,
        door,
        read_only: false,
        session: None,
    });
    Box::new(Shell::new(opening, url, &[], yjs))
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

/// The dialogue.
struct Yjs {
    dialect: Dialect,
    /// What has to be asked before.
    door: Option<Door>,
    /// Whether it was said there that one may only read.
    read_only: bool,
    /// The connection, once there was one.
    session: Option<Session>,
}

impl Yjs {
    fn took(&mut self, turn: Turn, line: &mut Line) {
        match turn {
            Turn::Quiet => {}
            Turn::Arrived { records, gone } => {
                let is_lost = gone.iter().any(|id| line.records.holds(id));
                if self.hand_over(records, line) {
                    line.caught_up(None);
                }
                // Somebody has deleted what was there: what else is gone shows
                // when everything is read again.
                if let Some(session) = &mut self.session
                    && is_lost
                {
                    session.read_again(line);
                }
            }
            Turn::CaughtUp { records, held } => {
                line.up();
                if line.records.holds_more_than(&held) {
                    line.start_over();
                }
                self.hand_over(records, line);
                line.caught_up(None);
            }
            Turn::Applied(last) => {
                let mut sent = line.records.sent();
                let at = sent.iter().position(|id| *id == last);
                sent.truncate(at.map_or(0, |at| at + 1));
                line.ack_all(sent);
                self.nothing_is_sent(line);
            }
            Turn::Denied => line.refuse(Trouble::Denied),
            Turn::Closed => line.fail(Trouble::Unreachable),
            Turn::Malformed => line.fail(Trouble::BadAnswer("it is no update")),
        }
    }

    /// Records arrived; those that wait here are acknowledged by that, whoever
    /// gave them. Says whether any were new.
    fn hand_over(&mut self, records: Vec<(RecordId, Vec<u8>)>, line: &mut Line) -> bool {
        let held = line.records.held();
        for (id, bytes) in records {
            line.arrived(id, bytes);
        }
        self.nothing_is_sent(line);
        line.records.held() > held
    }

    /// If nothing is on its way, nothing has to come back.
    fn nothing_is_sent(&mut self, line: &Line) {
        if let Some(session) = &mut self.session
            && line.records.flying() == 0
        {
            session.echoed();
        }
    }
}

impl Dialogue for Yjs {
    fn caps(&self) -> Caps {
        Caps {
            stores: Stores::ForAWhile,
            live: true,
            removes: false,
            max_record: MAX_RECORD,
            ack: Ack::Received,
        }
    }

    fn question(&mut self) -> Option<Question> {
        self.door.as_mut().map(Door::knock)
    }

    fn answered(&mut self, answer: &[u8], line: &mut Line) {
        let way = self.door.as_mut().and_then(|door| door.answered(answer));
        match way {
            Some(Way::Ask(question)) => line.ask(question),
            Some(Way::Open { url, read_only }) => {
                self.read_only = read_only;
                line.open(url);
            }
            None => line.fail(Trouble::BadAnswer("it is no token of y-sweet")),
        }
    }

    fn begin(&mut self, line: &mut Line) {
        let session = Session::begin(self.dialect.clone(), self.read_only, line);
        self.session = Some(session);
    }

    fn take(&mut self, message: &[u8], line: &mut Line) {
        if let Some(session) = &mut self.session {
            let turn = session.take(message, line);
            self.took(turn, line);
        }
    }

    fn turn(&mut self, line: &mut Line) {
        let turn = self.session.as_mut().and_then(|it| it.tick(line));
        if let Some(turn) = turn {
            self.took(turn, line);
        }
        let Some(session) = self.session.as_mut().filter(|it| it.is_settled()) else {
            return;
        };
        if session.is_read_only() {
            line.reject_all(Trouble::Denied);
        }
        if session.must_write_again() {
            line.records.recall();
        }
        if line.records.flying() == 0 && line.records.is_waiting() {
            session.publish(line);
        }
    }

    fn check(&mut self, line: &mut Line) {
        if let Some(session) = &mut self.session {
            session.check(line);
        }
    }

    fn is_waiting(&self) -> bool {
        self.session.as_ref().is_some_and(Session::is_waiting)
    }

    fn is_settled(&self) -> bool {
        self.session.as_ref().is_some_and(Session::is_settled)
    }

    fn next(&self) -> Option<u64> {
        self.session.as_ref().and_then(Session::next)
    }

    fn hears_text(&self) -> bool {
        false
    }

    fn refuses(&self, code: u16) -> bool {
        self.dialect.refuses(code)
    }

    fn is_limited(&self) -> bool {
        self.session.as_ref().is_some_and(Session::is_read_only)
    }
}
