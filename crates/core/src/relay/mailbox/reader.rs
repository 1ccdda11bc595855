//! The reading lane: pages of records from the position reached.

use sha2::{Digest, Sha256};

use super::writer::{Waiting, Writer};
use super::{Flight, MAX_BATCH};
use crate::relay::backoff::{Backoff, Jitter};
use crate::relay::cover::is_cover;
use crate::relay::framing::{Entry, Position, take_entries, take_number};
use crate::relay::{Out, RecordId, Trouble};

/// Without a live stream, how long after a read the next one follows.
const POLL: u64 = 20_000;
/// A wake-up that comes to nothing silences the next for this long, so that a
/// relay can not keep a device busy with false ones.
const AFTER_FALSE_WAKE: u64 = 1_000;
/// How long a wake-up waits for a write that is on its way: its answer most
/// likely explains the wake-up.
const FOR_OWN_WRITE: u64 = 1_000;
/// Starting over a second time within this is trouble at the relay.
const STEADY: u64 = 60_000;

/// What a page meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// There is more to read, or nothing that was not known.
    Quiet,
    /// The end was reached, for the first time or after records.
    CaughtUp,
}

#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) flight: Option<Flight>,
    position: Position,
    /// A read that must happen.
    due: Option<u64>,
    /// A read that a wake-up asked for.
    wake: Option<u64>,
    /// The number of records that the last wake-up spoke of.
    heard: u64,
    /// Not before this, since the relay said so.
    hold: u64,
    /// When the last page came.
    last: u64,
    /// No wake-up before this.
    quiet: u64,
    /// Whether the read on its way is there for a wake-up only.
    woken: bool,
    backoff: Backoff,
    /// Whether the end was reached and said.
    caught_up: bool,
    started_over: Option<u64>,
    /// Whether everything is asked for: the relay can not leave out what is
    /// covered, or is not to.
    pub(super) plain: bool,
    /// How many records there were when reading began with the first.
    began: u64,
}

impl Reader {
    pub(super) fn new(cursor: Option<&[u8]>) -> Self {
        Reader {
            position: cursor.and_then(Position::from_cursor).unwrap_or_default(),
            ..Reader::default()
        }
    }

    /// Read now. Only the person overrules a relay that asked to slow down.
    pub(super) fn hurry(&mut self, asked: bool, now: u64) {
        if asked {
            self.hold = 0;
        }
        self.backoff.reset();
        self.due = Some(now.max(self.hold));
    }

    /// Read at this time or sooner.
    pub(super) fn check(&mut self, at: u64) {
        let at = at.max(self.hold);
        self.due = Some(self.due.map_or(at, |due| due.min(at)));
    }

    /// Read no more until told to.
    pub(super) fn rest(&mut self) {
        self.due = None;
        self.wake = None;
        self.caught_up = false;
    }

    /// A wake-up said that there are `head` records. `writing`: a write of
    /// one's own is on its way.
    pub(super) fn woken(&mut self, head: u64, writing: bool, now: u64) {
        self.heard = head;
        if head == self.position.count {
            self.wake = None;
        } else {
            let patience = if writing { FOR_OWN_WRITE } else { 0 };
            let at = now.saturating_add(patience).max(self.quiet);
            self.wake = Some(self.wake.map_or(at, |wake| wake.min(at)));
        }
    }

    /// When the next read is due, if none is on its way.
    pub(super) fn next(&self, polling: bool) -> Option<u64> {
        let poll = polling.then(|| self.last.saturating_add(POLL));
        let next = [self.due, self.wake, poll].into_iter().flatten().min();
        next.filter(|_| self.flight.is_none())
    }

    pub(super) fn started(&mut self, flight: Flight) {
        self.flight = Some(flight);
        self.woken = self.wake.take().is_some() && self.due.is_none();
        self.due = None;
    }

    pub(super) fn url(&self, mailbox: &str) -> String {
        let what = if self.plain { "?after=" } else { "?listed=" };
        [mailbox, what, &self.position.count.to_string()].concat()
    }

    /// A read failed. Returns when it is tried again.
    pub(super) fn fail(&mut self, after: Option<u64>, now: u64, jitter: &mut Jitter) -> u64 {
        let wait = self.backoff.fail(jitter);
        if let Some(after) = after {
            self.hold = now.saturating_add(after);
        }
        let at = now.saturating_add(wait).max(self.hold);
        self.due = Some(at);
        self.wake = None;
        self.caught_up = false;
        at
    }

    /// Takes a whole page or nothing of it.
    pub(super) fn page(
        &mut self,
        body: &[u8],
        now: u64,
        writer: &mut Writer,
        out: &mut Vec<Out>,
    ) -> Result<Turn, Trouble> {
        let page = Page::parse(body)?;
        let known = self.position;
        if page.head < known.count || page.digest != known.digest {
            // A write on its way may have been meant for what is gone.
            out.extend(writer.recall().map(|f| Out::Abort { req: f.req }));
            return self.start_over(now, out);
        }
        let passed = page.entries.iter().map(|entry| match entry {
            Entry::Record(_) => 1,
            Entry::Gap(gap) => gap.count,
        });
        let count = passed.fold(known.count, u64::saturating_add);
        if count > page.head {
            return Err(Trouble::BadAnswer("it holds more than it says"));
        }
        if page.entries.is_empty() && count < page.head {
            return Err(Trouble::BadAnswer("it holds less than it says"));
        }
        if known.count == 0 {
            self.began = page.head;
        }
        for entry in &page.entries {
            match entry {
                Entry::Record(bytes) => {
                    let hash = Sha256::digest(bytes).into();
                    let id = self.hand_over(&hash, bytes.to_vec(), out);
                    writer.seen(id, out);
                }
                Entry::Gap(gap) => {
                    self.position.count = self.position.count.saturating_add(gap.count);
                    self.position.digest = gap.digest;
                }
            }
        }
        self.last = now;
        if !page.entries.is_empty() {
            self.caught_up = false;
            out.push(Out::Cursor(self.position.to_cursor()));
        } else if self.woken {
            self.quiet = now.saturating_add(AFTER_FALSE_WAKE);
        }
        if count < page.head {
            self.due = Some(now);
            return Ok(Turn::Quiet);
        }
        self.settle();
        self.backoff.reset();
        if self.caught_up {
            return Ok(Turn::Quiet);
        }
        self.caught_up = true;
        Ok(Turn::CaughtUp)
    }

    /// Goes past a record.
    fn hand_over(&mut self, hash: &[u8; 32], bytes: Vec<u8>, out: &mut Vec<Out>) -> RecordId {
        self.position.push(hash);
        if !self.plain {
            out.push(Out::At(self.position));
        }
        let id = RecordId::of_hash(hash);
        // What was covered before one began to read was never counted on.
        if self.position.count > self.began || !is_cover(&bytes) {
            out.push(Out::Record { id, bytes });
        }
        id
    }

    /// Reads everything again; `all`: also what is not listed any more.
    pub(super) fn read_again(&mut self, all: bool, now: u64, out: &mut Vec<Out>) {
        out.extend(self.flight.take().map(|f| Out::Abort { req: f.req }));
        self.plain = all;
        self.forget(out);
        self.check(now);
    }

    fn forget(&mut self, out: &mut Vec<Out>) {
        self.position = Position::default();
        self.caught_up = false;
        out.push(Out::StartOver);
        out.push(Out::Cursor(self.position.to_cursor()));
    }

    fn start_over(&mut self, now: u64, out: &mut Vec<Out>) -> Result<Turn, Trouble> {
        if self.position == Position::default() {
            return Err(Trouble::BadAnswer("its digest of nothing is wrong"));
        }
        self.forget(out);
        let before = self.started_over.replace(now);
        if before.is_some_and(|then| now.saturating_sub(then) < STEADY) {
            return Err(Trouble::BadAnswer("its history keeps changing"));
        }
        self.due = Some(now);
        Ok(Turn::Quiet)
    }

    /// After a write of one's own: if the relay's position is the known one
    /// plus exactly those records, they need not be read back, and are handed
    /// over from here. `false`: there is something to read.
    pub(super) fn skip_own(&mut self, own: Vec<Waiting>, at: Position, out: &mut Vec<Out>) -> bool {
        if at == self.position {
            return true;
        }
        let mut mine = self.position;
        own.iter().for_each(|waiting| mine.push(&waiting.hash));
        if mine != at || self.flight.is_some() {
            return false;
        }
        for waiting in own {
            self.hand_over(&waiting.hash, waiting.bytes, out);
        }
        self.settle();
        out.push(Out::Cursor(mine.to_cursor()));
        true
    }

    /// A wake-up for what has been read by now needs no read.
    fn settle(&mut self) {
        if self.heard <= self.position.count {
            self.wake = None;
        }
    }
}

struct Page<'a> {
    /// Of the records before the page.
    digest: [u8; 16],
    /// How many records the relay holds.
    head: u64,
    entries: Vec<Entry<'a>>,
}

impl<'a> Page<'a> {
    fn parse(body: &'a [u8]) -> Result<Self, Trouble> {
        let bad = Trouble::BadAnswer("it is not a page of records");
        let (digest, mut rest) = body.split_first_chunk().ok_or(bad)?;
        let head = take_number(&mut rest).map_err(|_| bad)?;
        if rest.len() > MAX_BATCH {
            return Err(Trouble::BadAnswer("it is too large"));
        }
        Ok(Page {
            digest: *digest,
            head,
            entries: take_entries(rest).map_err(|_| bad)?,
        })
    }
}
