//! A log in memory, for tests and trials. Gone when the server stops.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use postil_core::relay::RecordId;
use postil_core::relay::cover::Cover;
use postil_core::relay::framing::{Position, framed_len};
use sha2::{Digest, Sha256};

use super::listing::Listing;
use super::{Appended, Batch, Chunk, Log, LogError, Place, Range, Room, Totals, Which, seconds};

/// The most records that are dropped at a time.
const SOME: u64 = 1_024;

#[derive(Debug, Default)]
struct Mailbox {
    records: Vec<(Bytes, Position)>,
    /// Where each was stored last.
    names: HashMap<RecordId, u64>,
    listing: Listing,
    bytes: u64,
}

impl Mailbox {
    fn position(&self, count: u64) -> Position {
        let index = usize::try_from(count).unwrap_or(usize::MAX).wrapping_sub(1);
        self.records.get(index).map(|r| r.1).unwrap_or_default()
    }

    fn lists(&self, record: &[u8]) -> bool {
        let place = self.names.get(&RecordId::of(record));
        place.is_some_and(|place| self.listing.hidden(*place, Which::Listed).is_none())
    }

    fn push(&mut self, record: &Bytes) {
        let head = self.records.len() as u64;
        let mut position = self.position(head);
        if let Some(cover) = Cover::parse(record)
            && cover.at == self.position(cover.at.count)
        {
            self.listing.apply(&cover, seconds());
        }
        position.push(&Sha256::digest(record).into());
        self.names.insert(RecordId::of(record), position.count);
        self.bytes += framed_len(record) as u64;
        self.records.push((record.clone(), position));
    }

    fn drop_run(&mut self, run: (u64, u64)) {
        self.listing.drop_run(run);
        for place in run.0..=run.1 {
            let index = usize::try_from(place - 1).unwrap_or(usize::MAX);
            if let Some((record, _)) = self.records.get_mut(index) {
                self.bytes -= framed_len(record) as u64;
                *record = Bytes::new();
            }
        }
    }
}

/// A log in memory.
#[derive(Debug, Default)]
pub(crate) struct MemoryLog(Mutex<HashMap<String, Mailbox>>);

impl MemoryLog {
    fn mailboxes(&self) -> MutexGuard<'_, HashMap<String, Mailbox>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log for MemoryLog {
    fn append(&self, batches: &[Batch], room: Room) -> Result<Vec<Appended>, LogError> {
        let mut mailboxes = self.mailboxes();
        let mut total: u64 = mailboxes.values().map(|m| m.bytes).sum();
        let mut outcomes = Vec::with_capacity(batches.len());
        for batch in batches {
            let mailbox = mailboxes.entry(batch.mailbox.clone()).or_default();
            let news = batch.records.iter();
            let mut news: Vec<_> = news.filter(|record| !mailbox.lists(record)).collect();
            let mut seen = HashSet::new();
            news.retain(|record| seen.insert(RecordId::of(record)));
            let bytes: u64 = news.iter().map(|r| framed_len(r) as u64).sum();
            if mailbox.bytes + bytes > room.mailbox {
                outcomes.push(Appended::MailboxFull);
                continue;
            }
            if total + bytes > room.total {
                outcomes.push(Appended::ServerFull);
                continue;
            }
            total += bytes;
            for record in news {
                mailbox.push(record);
            }
            let head = mailbox.records.len() as u64;
            outcomes.push(Appended::Kept(mailbox.position(head)));
        }
        mailboxes.retain(|_, mailbox| !mailbox.records.is_empty());
        Ok(outcomes)
    }

    fn place(&self, mailbox: &str, after: u64) -> Result<Place, LogError> {
        Ok(match self.mailboxes().get(mailbox) {
            None => Place::default(),
            Some(mailbox) => {
                let head = mailbox.records.len() as u64;
                let at = mailbox.position(after.min(head));
                Place { at, head }
            }
        })
    }

    fn read(&self, mailbox: &str, range: Range, limit: usize) -> Result<Chunk, LogError> {
        let Range { after, head, which } = range;
        let mut chunk = Chunk::default();
        let mailboxes = self.mailboxes();
        let Some(mailbox) = mailboxes.get(mailbox) else {
            return Ok(chunk);
        };
        let head = head.min(mailbox.records.len() as u64);
        while after + chunk.count < head {
            let place = after + chunk.count + 1;
            let fits = match mailbox.listing.hidden(place, which) {
                Some(last) => {
                    let last = last.min(head);
                    let digest = mailbox.position(last).digest;
                    chunk.put_gap(last - place + 1, digest, limit)
                }
                None => {
                    let index = usize::try_from(place - 1).unwrap_or(usize::MAX);
                    let row = mailbox.records.get(index);
                    row.is_some_and(|(record, _)| chunk.put_record(record, limit))
                }
            };
            if !fits {
                break;
            }
        }
        Ok(chunk)
    }

    fn drop_covered(&self, before: u64) -> Result<bool, LogError> {
        for mailbox in self.mailboxes().values_mut() {
            if let Some(run) = mailbox.listing.due(before, SOME) {
                mailbox.drop_run(run);
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn totals(&self) -> Result<Totals, LogError> {
        let mailboxes = self.mailboxes();
        Ok(Totals {
            mailboxes: mailboxes.len() as u64,
            records: mailboxes.values().map(|m| m.records.len() as u64).sum(),
            bytes: mailboxes.values().map(|m| m.bytes).sum(),
        })
    }
}
