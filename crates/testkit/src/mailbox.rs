//! The mailbox server as a model: honest, or with the faults of a bad day.

use std::collections::BTreeSet;

use postil_core::relay::framing::{Position, framed_len, put_number, put_record, take_records};
use postil_core::relay::mailbox::{MAX_BATCH, MAX_RECORD};
use postil_core::relay::{Method, RecordId};
use sha2::{Digest, Sha256};

/// The most records of one answer. Small, so that reading takes several turns.
const PAGE: usize = 20;

/// One relay with one mailbox.
#[derive(Debug, Default)]
pub struct SimMailbox {
    records: Vec<Vec<u8>>,
    names: BTreeSet<RecordId>,
    /// After each number of records; the first is of one.
    positions: Vec<Position>,
}

impl SimMailbox {
    /// How many records there are.
    pub fn head(&self) -> usize {
        self.records.len()
    }

    /// The records in their order.
    pub fn records(&self) -> &[Vec<u8>] {
        &self.records
    }

    /// Forgets everything, as after the loss of a disk.
    pub fn wipe(&mut self) {
        *self = SimMailbox::default();
    }

    /// Goes back to its first records, as after an old backup was restored.
    pub fn restore(&mut self, len: usize) {
        let records = std::mem::take(self).records;
        for record in records.into_iter().take(len) {
            self.append(record);
        }
    }

    /// Brings the records into another order, as no honest server does.
    pub fn reorder(&mut self, order: impl FnOnce(&mut [Vec<u8>])) {
        let mut records = std::mem::take(self).records;
        order(&mut records);
        for record in records {
            self.append(record);
        }
    }

    /// Takes a record; what it holds it does not take again, nor what is empty
    /// or too large.
    pub fn append(&mut self, record: Vec<u8>) {
        if record.is_empty() || record.len() > MAX_RECORD {
            return;
        }
        if self.names.insert(RecordId::of(&record)) {
            let mut position = self.position(self.head());
            position.push(&Sha256::digest(&record).into());
            self.positions.push(position);
            self.records.push(record);
        }
    }

    fn position(&self, count: usize) -> Position {
        let before = count.checked_sub(1).and_then(|i| self.positions.get(i));
        before.copied().unwrap_or_default()
    }

    /// Answers a request: the status and the body.
    pub fn answer(&mut self, method: Method, url: &str, body: &[u8]) -> (u16, Vec<u8>) {
        match method {
            Method::Get => {
                let after = url.rsplit_once("?after=").map_or("", |(_, after)| after);
                match after.parse::<usize>() {
                    Ok(after) => (200, self.page(after)),
                    Err(_) => (400, Vec::new()),
                }
            }
            Method::Post => match take_records(body) {
                Ok(records) => {
                    for record in records {
                        self.append(record.to_vec());
                    }
                    (200, put(self.position(self.head())))
                }
                Err(_) => (400, Vec::new()),
            },
            _ => (405, Vec::new()),
        }
    }

    fn page(&self, after: usize) -> Vec<u8> {
        let mut body = self.position(after.min(self.head())).digest.to_vec();
        put_number(self.head() as u64, &mut body);
        let first = body.len();
        for record in self.records.iter().skip(after).take(PAGE) {
            if body.len() > first && body.len() + framed_len(record) > MAX_BATCH {
                break;
            }
            put_record(record, &mut body);
        }
        body
    }

    /// The answer to a write whose records it threw away.
    pub fn lie(&self, body: &[u8]) -> (u16, Vec<u8>) {
        let mut position = self.position(self.head());
        for record in take_records(body).unwrap_or_default() {
            if !self.names.contains(&RecordId::of(record)) {
                position.push(&Sha256::digest(record).into());
            }
        }
        (200, put(position))
    }
}

fn put(position: Position) -> Vec<u8> {
    let mut answer = Vec::new();
    position.put(&mut answer);
    answer
}
