//! Reading what a relay holds: the newest first, then what is older, page by
//! page, because relays give only so many events at once and do not say so.

use super::event::{Event, KIND};
use super::{Nostr, OVERLAP};
use crate::json::write::Json;
use crate::relay::Trouble;
use crate::relay::shell::Line;
use crate::sorted::Set;
use crate::wire::bytes::{Reader, put_varint};

/// The most events that are asked for at once.
const PAGE: u64 = 500;
/// Version of a cursor.
const CURSOR: u8 = 1;

/// The names of what is asked for. The first goes on when all is there.
const LIVE: &str = "live";
const PAST: &str = "past";
const CHECK: &str = "check";

/// The newest event that is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Newest {
    /// When it was written, in seconds since 1970; 0 when there is none.
    pub(super) at: u64,
    id: [u8; 8],
}

impl Newest {
    pub(super) fn to_cursor(self) -> Option<Vec<u8>> {
        let mut bytes = vec![CURSOR];
        put_varint(&mut bytes, self.at);
        bytes.extend(self.id);
        (self.at > 0).then_some(bytes)
    }

    pub(super) fn from_cursor(cursor: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(cursor);
        let version = reader.byte().ok()?;
        let at = reader.varint().ok()?;
        let id = reader.array().ok()?;
        reader.end().ok()?;
        (version == CURSOR && at > 0).then_some(Newest { at, id })
    }
}

/// Something is being read.
#[derive(Debug)]
pub(super) struct Reading {
    /// What was asked for last.
    name: &'static str,
    /// From when on.
    since: Option<u64>,
    /// What was the newest before, which has to be there.
    expected: Newest,
    /// The oldest that came.
    oldest: u64,
    /// Every event that came, and how many were new on this page.
    seen: Set<[u8; 8]>,
    fresh: usize,
}

impl Reading {
    /// Whether only the newest is looked for.
    pub(super) fn is_check(&self) -> bool {
        self.name == CHECK
    }
}

impl Nostr {
    /// Reads what is new, or everything.
    pub(super) fn read(&mut self, line: &mut Line) {
        let since = Some(self.newest.at.saturating_sub(OVERLAP));
        self.ask_from(LIVE, since.filter(|_| self.newest.at > 0), line);
    }

    /// Looks whether the newest is there.
    pub(super) fn check_newest(&mut self, line: &mut Line) {
        if self.reading.is_none() {
            self.ask_from(CHECK, Some(self.newest.at), line);
        }
    }

    fn ask_from(&mut self, name: &'static str, since: Option<u64>, line: &mut Line) {
        let reading = Reading {
            name,
            since,
            expected: self.newest,
            oldest: u64::MAX,
            seen: Set::new(),
            fresh: 0,
        };
        self.ask(&reading, line);
        self.reading = Some(reading);
    }

    fn ask(&self, reading: &Reading, line: &mut Line) {
        let mut json = Json::default();
        json.raw("[\"REQ\",");
        json.text(reading.name);
        json.raw(",");
        json.object(|json| {
            json.field("kinds")
                .list(&[KIND], |json, it| json.number(*it));
            json.field("#i")
                .list(&[&self.topic], |json, it| json.text(it));
            if let Some(since) = reading.since {
                json.field("since").number(since);
            }
            if reading.name == PAST {
                // Some relays leave out what was written at that very second.
                json.field("until").number(reading.oldest.saturating_add(1));
            }
            json.field("limit").number(PAGE);
        });
        json.raw("]");
        line.send_text(json.out);
    }

    fn close(name: &str, line: &mut Line) {
        line.send_text(["[\"CLOSE\",\"", name, "\"]"].concat());
    }

    pub(super) fn arrived(&mut self, event: Event, name: &str, line: &mut Line) {
        let mut id = [0; 8];
        id.iter_mut()
            .zip(event.id)
            .for_each(|(to, from)| *to = from);
        if let Some(reading) = &mut self.reading
            && reading.seen.insert(id)
            && reading.name == name
        {
            reading.fresh += 1;
            reading.oldest = reading.oldest.min(event.at);
        }
        // A time that nobody can have written at does not count.
        let is_sound = event.at <= (line.now() / 1_000).saturating_add(OVERLAP);
        if is_sound && event.at > self.newest.at {
            self.newest = Newest { at: event.at, id };
        }
        let name = event.label.name;
        if !line.records.holds(&name)
            && let Some(record) = self.pieces.take(event.label, event.piece)
        {
            line.arrived(name, record);
        }
    }

    /// All that was asked for has come.
    pub(super) fn read_on(&mut self, name: &str, line: &mut Line) {
        let Some(mut reading) = self.reading.take_if(|it| it.name == name) else {
            return;
        };
        if reading.name != LIVE {
            Self::close(reading.name, line);
        }
        let is_there = reading.expected.at == 0 || reading.seen.contains(&reading.expected.id);
        if reading.fresh > 0 && !(reading.is_check() && is_there) {
            // There may be more, and before.
            reading.fresh = 0;
            reading.name = PAST;
            self.ask(&reading, line);
            self.reading = Some(reading);
        } else if !is_there {
            if reading.name == CHECK && reading.oldest != u64::MAX {
                return line.fail(Trouble::Unreachable);
            }
            line.start_over();
            self.newest = Newest::default();
            self.read(line);
        } else if reading.is_check() {
            // It is what it was.
        } else {
            line.up();
            line.caught_up(self.newest.to_cursor());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_cursors_count_as_none() {
        let newest = Newest {
            at: 1_700_000_000,
            id: [7; 8],
        };
        let whole = newest.to_cursor().unwrap();
        assert_eq!(Newest::from_cursor(&whole), Some(newest));
        for end in 0..whole.len() {
            assert_eq!(Newest::from_cursor(&whole[..end]), None);
        }
        assert_eq!(Newest::from_cursor(&[&whole[..], &[0]].concat()), None);
        assert_eq!(Newest::default().to_cursor(), None);
    }
}
