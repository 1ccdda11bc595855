//! One connection to a server of the y-websocket family.

use std::collections::VecDeque;

use super::ANSWER_WITHIN;
use super::places::Places;
use super::update::{self, Update};
use crate::relay::backoff::Jitter;
use crate::relay::mailbox::{MAX_BATCH, MAX_BATCH_RECORDS, MAX_RECORD};
use crate::relay::{Out, RecordId};
use crate::sorted::Set;
use crate::wire::bytes::{BytesError, Reader, put_bytes};

/// Kinds of messages.
const SYNC: u8 = 0;
const AUTH: u8 = 2;
/// Kinds of sync messages: what one has; what the other lacks; what is new.
const STEP_1: u8 = 0;
const STEP_2: u8 = 1;
const UPDATE: u8 = 2;

/// A server that keeps documents on disk answers before it has read them, and
/// sends them as an update then: how long that is waited for, in milliseconds.
const LATE: u64 = 1_000;
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
    /// The server denies access.
    Denied,
    /// It makes no sense.
    Malformed,
}

/// What the server was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Everything,
    News,
    /// News, and what was sent must be among them.
    Echo,
}

/// A connection that is open.
pub(super) struct Session {
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
    heard: u64,
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
    /// The socket is open: asks for everything.
    pub(super) fn begin(now: u64, out: &mut Vec<Out>) -> Self {
        let mut session = Session {
            writer: None,
            places: Places::default(),
            asked: VecDeque::new(),
            gathered: None,
            late: None,
            heard: now,
            check_at: now,
            echo_at: None,
            echo_within: ECHO_WITHIN.0,
            unwritten: false,
            read_at: now,
        };
        session.ask_for_everything(now, out);
        session
    }

    fn ask_for_everything(&mut self, now: u64, out: &mut Vec<Out>) {
        self.read_at = now;
        self.gathered = Some(Vec::new());
        self.places.forget();
        self.ask(Asked::Everything, &[0], out);
    }

    fn ask(&mut self, what: Asked, have: &[u8], out: &mut Vec<Out>) {
        let mut message = vec![SYNC, STEP_1];
        put_bytes(&mut message, have);
        out.push(Out::SendBytes(message));
        self.asked.push_back(what);
    }

    /// Asks whether the server is there and has news.
    pub(super) fn check(&mut self, now: u64, out: &mut Vec<Out>) {
        // Another question is an answer away.
        if self.asked.is_empty() {
            // So that it has until then to answer.
            self.heard = now;
            let what = match self.echo_at.take() {
                Some(_) => Asked::Echo,
                None => Asked::News,
            };
            let known = self.places.known();
            self.ask(what, &known, out);
        }
    }

    /// Asks for everything once more, but not too often.
    pub(super) fn read_again(&mut self, now: u64, out: &mut Vec<Out>) {
        if self.gathered.is_none() && now >= self.read_at.saturating_add(READ_AGAIN) {
            self.ask_for_everything(now, out);
        } else {
            let at = self.read_at.saturating_add(READ_AGAIN);
            self.late = Some(self.late.map_or(at, |late| late.min(at)));
        }
    }

    /// Whether everything is known that the server holds.
    pub(super) fn is_settled(&self) -> bool {
        self.gathered.is_none()
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

    /// Whether an answer is overdue.
    pub(super) fn is_silent(&self, now: u64) -> bool {
        !self.asked.is_empty() && self.heard.saturating_add(ANSWER_WITHIN) <= now
    }

    /// When something is due.
    pub(super) fn next(&self) -> u64 {
        let silent = self.heard.saturating_add(ANSWER_WITHIN);
        let check = match (self.asked.is_empty(), self.echo_at) {
            (false, _) => silent,
            (true, None) => self.check_at,
            (true, Some(at)) => at.min(self.check_at),
        };
        self.late.map_or(check, |late| late.min(check))
    }

    /// Time has passed.
    pub(super) fn tick(&mut self, now: u64, out: &mut Vec<Out>) -> Option<Turn> {
        if self.late.take_if(|at| *at <= now).is_some() {
            if self.gathered.is_some() {
                return Some(self.caught_up());
            }
            self.ask_for_everything(now, out);
        }
        let due = self.check_at.min(self.echo_at.unwrap_or(u64::MAX));
        if due <= now {
            self.check(now, out);
        }
        None
    }

    /// Takes a message.
    pub(super) fn take(&mut self, message: &[u8], now: u64, out: &mut Vec<Out>) -> Turn {
        self.heard = now;
        self.check_at = now.saturating_add(SILENCE);
        let mut reader = Reader::new(message);
        let turn = match reader.byte() {
            Ok(SYNC) => self.take_sync(reader, now, out),
            // The first of its kinds says no; others are of other protocols.
            Ok(AUTH) if reader.byte() == Ok(0) => Ok(Turn::Denied),
            // Who is there, and what only some servers say.
            Ok(_) => Ok(Turn::Quiet),
            Err(error) => Err(error),
        };
        turn.unwrap_or(Turn::Malformed)
    }

    fn take_sync(
        &mut self,
        mut reader: Reader<'_>,
        now: u64,
        out: &mut Vec<Out>,
    ) -> Result<Turn, BytesError> {
        match reader.byte()? {
            STEP_1 => {
                // Nothing that the server could lack: what waits is sent as news.
                out.push(Out::SendBytes(vec![SYNC, STEP_2, 2, 0, 0]));
                Ok(Turn::Quiet)
            }
            STEP_2 => {
                let update = update::read(reader.bytes()?)?;
                let answered = self.asked.pop_front();
                let turn = self.take_update(&update);
                self.unwritten |= answered == Some(Asked::Echo);
                if answered != Some(Asked::Everything) {
                    return Ok(turn);
                }
                if update.runs.is_empty() {
                    self.late = Some(now.saturating_add(LATE));
                    return Ok(Turn::Quiet);
                }
                Ok(self.caught_up())
            }
            UPDATE => {
                let update = update::read(reader.bytes()?)?;
                let turn = self.take_update(&update);
                let is_late = self.late.is_some() && self.gathered.is_some();
                if is_late && !update.runs.is_empty() {
                    return Ok(self.caught_up());
                }
                Ok(turn)
            }
            _ => Ok(Turn::Quiet),
        }
    }

    fn take_update(&mut self, update: &Update<'_>) -> Turn {
        for run in &update.runs {
            self.places.saw(run);
        }
        let mut fresh = Vec::new();
        for found in &update.found {
            if (1..=MAX_RECORD).contains(&found.bytes.len()) {
                let id = RecordId::of(found.bytes);
                if self.places.put(found.client, found.clock, id) {
                    fresh.push((found, id));
                }
            }
        }
        let mut gone = Vec::new();
        for run in &update.deleted {
            self.places.drop(run, &mut gone);
        }
        // Some servers go on sending what was deleted.
        fresh.retain(|(found, _)| self.places.at(found.client, found.clock));
        let records = fresh
            .into_iter()
            .map(|(found, id)| (id, found.bytes.to_vec()));
        if let Some(gathered) = &mut self.gathered {
            gathered.extend(records);
            return Turn::Quiet;
        }
        // The same record may be there a second time.
        gone.retain(|id| !self.places.hold(id));
        let records = records.collect();
        Turn::Arrived { records, gone }
    }

    fn caught_up(&mut self) -> Turn {
        self.late = None;
        Turn::CaughtUp {
            records: self.gathered.take().unwrap_or_default(),
            held: self.places.all(),
        }
    }

    /// Sends as many records as are good to send at once. Says how many.
    pub(super) fn publish<'a>(
        &mut self,
        waiting: impl Iterator<Item = (RecordId, &'a [u8])>,
        jitter: &mut Jitter,
        now: u64,
        out: &mut Vec<Out>,
    ) -> usize {
        if self.gathered.is_some() {
            return 0;
        }
        let mut bytes = 0;
        let batch = waiting.take(MAX_BATCH_RECORDS).take_while(|(_, record)| {
            bytes += record.len();
            bytes <= MAX_BATCH
        });
        let batch: Vec<_> = batch.collect();
        let (client, clock) = self.writer.unwrap_or_else(|| {
            let mut client = 0;
            // Two writers of one number would take each other's place.
            while client == 0 || self.places.has_writer(client.into()) {
                client = jitter.up_to(u64::from(u32::MAX)) as u32;
            }
            (client, 0)
        });
        let mut message = vec![SYNC, UPDATE];
        let update = update::write(client, clock, batch.iter().copied());
        put_bytes(&mut message, &update);
        out.push(Out::SendBytes(message));
        self.writer = Some((client, clock + batch.len() as u64));
        self.echo_at = Some(now.saturating_add(self.echo_within));
        batch.len()
    }
}
