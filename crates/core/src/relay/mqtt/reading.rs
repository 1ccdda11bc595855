//! Reading everything that a server keeps.
//!
//! A server keeps back only so many messages for one client (mosquitto: 1,000)
//! and throws away what goes beyond, without a word. So everything is asked for
//! at once first; if that was much, or the mark after it is lost, it is asked
//! for again in parts, one for each letter that a record's name begins with.

use super::{Mqtt, packet};
use crate::relay::RecordId;
use crate::relay::shell::Line;
use crate::sorted::Set;

/// From so many messages on, some may have been thrown away.
const MANY: usize = 500;
/// A mark that has not come this long after an answer to what was asked later is
/// sent again, in milliseconds.
const INSIST_AFTER: u64 = 1_000;
/// After so many marks that did not come, none will: one may not write here.
const MARKS: u32 = 3;
/// The letters that names of records begin with.
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Everything is being read.
#[derive(Debug)]
pub(super) struct Reading {
    /// The part that was asked for last; `None` for all at once.
    letter: Option<usize>,
    /// The records that came.
    pub(super) found: Set<RecordId>,
    /// How many messages came since the last question.
    came: usize,
    /// The mark after which all has come, and how many were sent before it.
    mark: u32,
    lost_marks: u32,
    insist_at: Option<u64>,
}

impl Reading {
    /// A message came.
    pub(super) fn heard(&mut self, now: u64) {
        self.came += 1;
        if self.insist_at.is_some() {
            self.is_quiet(now);
        }
    }

    /// The server has answered to what was asked after the mark. Messages may
    /// be on their way even so.
    pub(super) fn is_quiet(&mut self, now: u64) {
        self.insist_at = Some(now.saturating_add(INSIST_AFTER));
    }

    /// When the mark is sent again.
    pub(super) fn insists_at(&self) -> Option<u64> {
        self.insist_at
    }
}

impl Mqtt {
    /// Asks for everything.
    pub(super) fn read_everything(&mut self, line: &mut Line) {
        self.is_lost = false;
        self.reading = Some(Reading {
            letter: None,
            found: Set::new(),
            came: 0,
            mark: 0,
            lost_marks: 0,
            insist_at: None,
        });
        let all = [&self.prefix, "+/+"].concat();
        self.ask(&[&all, &self.marks.clone()], line);
    }

    fn part(&self, letter: usize) -> Option<String> {
        let letter = LETTERS.get(letter..=letter)?;
        Some([&self.prefix, letter, "/+"].concat())
    }

    /// Asks for topics, and for the mark after them.
    fn ask(&mut self, topics: &[&str], line: &mut Line) {
        let number = self.number();
        line.send(packet::subscribe(self.version, number, topics));
        let mark = self.send_mark(line);
        self.ping(line);
        if let Some(reading) = &mut self.reading {
            reading.came = 0;
            reading.mark = mark;
            reading.lost_marks = 0;
            reading.insist_at = None;
        }
    }

    /// Sends the mark again that was thrown away, too.
    pub(super) fn insist(&mut self, line: &mut Line) {
        let Some(reading) = &mut self.reading else {
            return;
        };
        if reading.insist_at.is_none_or(|at| at > line.now()) {
            return;
        }
        if reading.lost_marks == MARKS {
            let mark = reading.mark;
            reading.lost_marks = 0;
            return self.read_on(mark, line);
        }
        reading.lost_marks += 1;
        reading.insist_at = None;
        let mark = self.send_mark(line);
        self.ping(line);
        if let Some(reading) = &mut self.reading {
            reading.mark = mark;
        }
    }

    /// A mark came: goes on with the next part, or is done.
    pub(super) fn read_on(&mut self, mark: u32, line: &mut Line) {
        let Some(reading) = self.reading.as_mut().filter(|it| it.mark == mark) else {
            return;
        };
        let is_much = reading.came >= MANY || reading.lost_marks > 0;
        let next = match reading.letter {
            None if is_much => Some(0),
            None => None,
            Some(letter) => Some(letter + 1),
        };
        let last = reading.letter;
        reading.letter = next;
        if let Some(part) = last.and_then(|it| self.part(it)) {
            let number = self.number();
            line.send(packet::unsubscribe(self.version, number, &part));
        }
        if let Some(part) = next.and_then(|it| self.part(it)) {
            return self.ask(&[&part], line);
        }
        let found = self.reading.take().map(|it| it.found).unwrap_or_default();
        self.read_at = line.now();
        if line.records.holds_more_than(&found) {
            // So that all of it is handed over again.
            line.start_over();
            self.read_everything(line);
        } else {
            line.caught_up(None);
        }
    }
}
