//! A log in memory, for tests and trials. Gone when the server stops.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use postil_core::relay::RecordId;
use postil_core::relay::framing::{Position, framed_len, put_record};
use sha2::{Digest, Sha256};

use super::{Appended, Batch, Chunk, Log, LogError, Place, Room, Totals};

#[derive(Debug, Default)]
struct Mailbox {
    records: Vec<(Bytes, Position)>,
    names: HashSet<RecordId>,
    bytes: u64,
}

impl Mailbox {
    fn position(&self, count: u64) -> Position {
        let index = usize::try_from(count).unwrap_or(usize::MAX).wrapping_sub(1);
        self.records.get(index).map(|r| r.1).unwrap_or_default()
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
            let mut news: Vec<_> = news
                .filter(|r| !mailbox.names.contains(&RecordId::of(r)))
                .collect();
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
            mailbox.bytes += bytes;
            total += bytes;
            for record in news {
                let mut position = mailbox.position(mailbox.records.len() as u64);
                position.push(&Sha256::digest(record).into());
                mailbox.names.insert(RecordId::of(record));
                mailbox.records.push((record.clone(), position));
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

    fn read(&self, mailbox: &str, after: u64, head: u64, limit: usize) -> Result<Chunk, LogError> {
        let mut chunk = Chunk::default();
        let mailboxes = self.mailboxes();
        let records = mailboxes.get(mailbox).map(|m| m.records.as_slice());
        let count = usize::try_from(head.saturating_sub(after)).unwrap_or(usize::MAX);
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        for (record, _) in records.unwrap_or_default().iter().skip(after).take(count) {
            if chunk.bytes.len() + framed_len(record) > limit {
                break;
            }
            put_record(record, &mut chunk.bytes);
            chunk.count += 1;
        }
        Ok(chunk)
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
