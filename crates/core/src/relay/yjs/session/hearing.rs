//! What a server says, and what follows from it.

use super::{Asked, CLOSE, LATE, SILENCE, STEP_1, STEP_2, SYNC, SYNC_REPLY, SYNC_STATUS};
use super::{Session, Turn, UPDATE};
use crate::relay::RecordId;
use crate::relay::mailbox::MAX_RECORD;
use crate::relay::shell::Line;
use crate::relay::yjs::dialect::{AUTH, Entry};
use crate::relay::yjs::update::{self, Update};
use crate::wire::bytes::{BytesError, Reader};

impl Session {
    /// Takes a message.
    pub(in crate::relay::yjs) fn take(&mut self, message: &[u8], line: &mut Line) -> Turn {
        self.check_at = line.now().saturating_add(SILENCE);
        let Some(content) = self.dialect.unframe(message) else {
            if let Some(pong) = self.dialect.pong(message) {
                line.send(pong);
            }
            return Turn::Quiet;
        };
        let mut reader = Reader::new(content);
        let Ok(kind) = reader.byte() else {
            return Turn::Malformed;
        };
        let turn = match kind {
            // Before one is let in nothing else counts.
            AUTH => Ok(self.take_entry(reader, line)),
            _ if self.asked.front() == Some(&Asked::Entry) => Ok(Turn::Quiet),
            SYNC => self.take_sync(reader, line),
            _ if !self.dialect.is_named() => Ok(Turn::Quiet),
            SYNC_REPLY => self.take_sync(reader, line),
            SYNC_STATUS => self.take_status(reader),
            CLOSE => Ok(Turn::Closed),
            // Who is there, and what only some servers say.
            _ => Ok(Turn::Quiet),
        };
        turn.unwrap_or(Turn::Malformed)
    }

    fn take_entry(&mut self, reader: Reader<'_>, line: &mut Line) -> Turn {
        match self.dialect.entry(reader) {
            Entry::Denied => return Turn::Denied,
            Entry::Asked => {
                if let Some(knock) = self.dialect.knock() {
                    line.send(knock);
                }
            }
            Entry::Granted { read_only } => {
                self.read_only = read_only;
                if self.asked.front() == Some(&Asked::Entry) {
                    self.asked.pop_front();
                    self.ask_for_everything(line);
                }
            }
            Entry::Unclear => {}
        }
        Turn::Quiet
    }

    /// The server answers updates in the order in which they were sent.
    fn take_status(&mut self, mut reader: Reader<'_>) -> Result<Turn, BytesError> {
        let is_applied = reader.varint()? != 0;
        Ok(match self.unanswered.pop_front() {
            Some(Some(last)) if is_applied => Turn::Applied(last),
            Some(Some(_)) => {
                self.read_only = true;
                Turn::Quiet
            }
            _ => Turn::Quiet,
        })
    }

    fn take_sync(&mut self, mut reader: Reader<'_>, line: &mut Line) -> Result<Turn, BytesError> {
        match reader.byte()? {
            STEP_1 => {
                // Nothing that the server could lack: what waits is sent as news.
                self.send(STEP_2, &[0, 0], line);
                self.unanswered.push_back(None);
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
                    self.late = Some(line.now().saturating_add(LATE));
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

    pub(super) fn caught_up(&mut self) -> Turn {
        self.late = None;
        Turn::CaughtUp {
            records: self.gathered.take().unwrap_or_default(),
            held: self.places.all(),
        }
    }
}
