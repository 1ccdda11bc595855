//! One connection to a server of the y-websocket family.

mod hearing;

use std::collections::VecDeque;

use super::dialect::Dialect;
use super::places::Places;
use super::update;
use crate::relay::RecordId;
use crate::relay::mailbox::{MAX_BATCH, MAX_BATCH_RECORDS};
use crate::relay::shell::Line;
use crate::sorted::Set;
use crate::wire::bytes::put_bytes;

/// Kinds of messages.
const SYNC: u8 = 0;
/// The same as an answer; only in Hocuspocus, as what follows.
const SYNC_REPLY: u8 = 4;
const CLOSE: u8 = 7;
/// Whether an update was applied.
const SYNC_STATUS: u8 = 8;
/// Kinds of sync messages: what one has; what the other lacks; what is new.
const STEP_1: u8 = 0;
const STEP_2: u8 = 1;
const UPDATE: u8 = 2;

/// A server that keeps documents on disk answers before it has read them, and
/// sends them as an update then: how long that is waited for, in milliseconds.
const LATE: u64 = 1_000;
/// A server that hears nothing for a minute may hang up: after this time it is
/// told something.
const KEEP_ALIVE: u64 = 25_000;
/// After this much silence the server is asked whether it is still there.
const SILENCE: u64 = 15_000;
/// A server that does not send back what it was given is asked for it after
/// this time. If it does not have it then, it is given it again; the time
/// doubles, up to the second.
const ECHO_WITHIN: (u64, u64) = (3_000, 60_000);
/// Everything is read again at most this often because something was deleted.
const READ_AGAIN: u64 = 10_000;

/// What a message meant.
#[derive(Debug)]
pub(super) enum Turn {
    Quiet,
    /// These are new at the server, and those were deleted.
    Arrived {
        records: Vec<(RecordId, Vec<u8>)>,
        gone: Vec<RecordId>,
    },
    /// Everything is known that the server holds; of that, these are the
    /// records that came since the question.
    CaughtUp {
        records: Vec<(RecordId, Vec<u8>)>,
        held: Set<RecordId>,
    },
    /// The server says that it has applied what was sent, up to this record.
    Applied(RecordId),
    /// The server denies access.
    Denied,
    /// The server wants no more of this connection.
    Closed,
    /// It makes no sense.
    Malformed,
}

/// What the server was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// To be let in.
    Entry,
    Everything,
    News,
    /// News, and what was sent must be among them.
    Echo,
}

/// A connection that is open.
pub(super) struct Session {
    dialect: Dialect,
    /// The server lets this one read only.
    read_only: bool,
    /// Updates that the server has not answered yet: the last record of each, if
    /// it had any.
    unanswered: VecDeque<Option<RecordId>>,
    /// The writer that this connection is, once it has written: its number and
    /// its next clock.
    writer: Option<(u32, u64)>,
    /// Which structs are which records, and what else is known.
    places: Places,
    /// The questions without an answer yet.
    asked: VecDeque<Asked>,
    /// What came since everything was asked for; `None` when all is known.
    gathered: Option<Vec<(RecordId, Vec<u8>)>>,
    /// Until when more is waited for than the empty answer that came.
    late: Option<u64>,
    spoke: u64,
    /// When the server is asked for news.
    check_at: u64,
    /// The same, because what was sent should have come back by then.
    echo_at: Option<u64>,
    echo_within: u64,
    /// The server was asked for what was sent, and does not have it.
    unwritten: bool,
    read_at: u64,
}

impl Session {
    /// The socket is open: asks to be let in, or for everything.
    pub(super) fn begin(dialect: Dialect, read_only: bool, line: &mut Line) -> Self {
        let now = line.now();
        let knock = dialect.knock();
        let mut session = Session {
            dialect,
            read_only,
            unanswered: VecDeque::new(),
            writer: None,
            places: Places::default(),
            asked: VecDeque::new(),
            gathered: Some(Vec::new()),
            late: None,
            spoke: now,
            check_at: now.saturating_add(SILENCE),
            echo_at: None,
            echo_within: ECHO_WITHIN.0,
            unwritten: false,
            read_at: now,
        };
        match knock {
            Some(knock) => {
                session.asked.push_back(Asked::Entry);
                line.send(knock);
            }
            None => session.ask_for_everything(line),
        }
        session
    }

    fn ask_for_everything(&mut self, line: &mut Line) {
        self.read_at = line.now();
        self.gathered = Some(Vec::new());
        self.places.forget();
        self.ask(Asked::Everything, &[0], line);
    }

    fn ask(&mut self, what: Asked, have: &[u8], line: &mut Line) {
        self.send(STEP_1, have, line);
        self.asked.push_back(what);
    }

    fn send(&mut self, kind: u8, content: &[u8], line: &mut Line) {
        let mut message = self.dialect.message(SYNC);
        message.push(kind);
        put_bytes(&mut message, content);
        line.send(message);
        self.spoke = line.now();
    }

    /// Asks whether the server is there and has news.
    pub(super) fn check(&mut self, line: &mut Line) {
        // Another question is an answer away.
        if self.asked.is_empty() {
            let what = match self.echo_at.take() {
                Some(_) => Asked::Echo,
                None => Asked::News,
            };
            let known = self.places.known();
            self.ask(what, &known, line);
        }
    }

    /// Asks for everything once more, but not too often.
    pub(super) fn read_again(&mut self, line: &mut Line) {
        let at = self.read_at.saturating_add(READ_AGAIN);
        if self.gathered.is_none() && line.now() >= at {
            self.ask_for_everything(line);
        } else {
            self.late = Some(self.late.map_or(at, |late| late.min(at)));
        }
    }

    /// Whether everything is known that the server holds.
    pub(super) fn is_settled(&self) -> bool {
        self.gathered.is_none()
    }

    /// Whether this one may only read.
    pub(super) fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// What was sent has come back.
    pub(super) fn echoed(&mut self) {
        self.echo_at = None;
        self.echo_within = ECHO_WITHIN.0;
        self.unwritten = false;
    }

    /// Whether what was sent has to be sent again, by another writer: somebody
    /// may have used up this one's clocks.
    pub(super) fn must_write_again(&mut self) -> bool {
        let again = std::mem::take(&mut self.unwritten);
        if again {
            self.writer = None;
            self.echo_within = (self.echo_within * 2).min(ECHO_WITHIN.1);
        }
        again
    }

    /// Whether the server owes an answer.
    pub(super) fn is_waiting(&self) -> bool {
        !self.asked.is_empty()
    }

    /// When something is due.
    pub(super) fn next(&self) -> Option<u64> {
        let check = self.asked.is_empty().then(|| self.due());
        check.into_iter().chain(self.late).min()
    }

    /// When something is to be asked at the latest.
    fn due(&self) -> u64 {
        let due = self.check_at.min(self.spoke.saturating_add(KEEP_ALIVE));
        due.min(self.echo_at.unwrap_or(u64::MAX))
    }

    /// Time has passed.
    pub(super) fn tick(&mut self, line: &mut Line) -> Option<Turn> {
        let now = line.now();
        if self.late.take_if(|at| *at <= now).is_some() {
            if self.gathered.is_some() {
                return Some(self.caught_up());
            }
            self.ask_for_everything(line);
        }
        if self.due() <= now {
            self.check(line);
        }
        None
    }

    /// Sends as many records as are good to send at once.
    pub(super) fn publish(&mut self, line: &mut Line) {
        let (client, clock) = self.writer.unwrap_or_else(|| {
            let mut client = 0;
            // Two writers of one number would take each other's place.
            while client == 0 || self.places.has_writer(client.into()) {
                client = line.random(u64::from(u32::MAX)) as u32;
            }
            (client, 0)
        });
        let batch = line.records.send_batch(MAX_BATCH_RECORDS, MAX_BATCH);
        let last = batch.last().map(|it| it.id);
        self.writer = Some((client, clock + batch.len() as u64));
        let batch = batch.iter().map(|it| (it.id, &it.bytes[..]));
        let update = update::write(client, clock, batch);
        self.send(UPDATE, &update, line);
        self.unanswered.push_back(last);
        self.echo_at = Some(line.now().saturating_add(self.echo_within));
    }
}
