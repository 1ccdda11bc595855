//! The mailbox server as a model: honest, or with the faults of a bad day.

use std::collections::BTreeSet;

use postil_core::relay::cover::Cover;
use postil_core::relay::framing::{
    Position, framed_len, put_gap, put_number, put_record, take_records,
};
use postil_core::relay::mailbox::{MAX_BATCH, MAX_RECORD};
use postil_core::relay::{Method, RecordId};
use sha2::{Digest, Sha256};

/// Asks a real server: gives the status and the body.
pub type Ask = Box<dyn FnMut(Method, &str, &[u8]) -> (u16, Vec<u8>)>;

/// A real server that stands in for the model.
pub struct Real {
    ask: Ask,
    head: usize,
}

impl std::fmt::Debug for Real {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Real")
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

/// The most records of one answer. Small, so that reading takes several turns.
const PAGE: usize = 20;

/// One relay with one mailbox.
#[derive(Debug, Default)]
pub struct SimMailbox {
    records: Vec<Vec<u8>>,
    names: BTreeSet<RecordId>,
    /// After each number of records; the first is of one.
    positions: Vec<Position>,
    /// Places of records that are not listed.
    covered: BTreeSet<u64>,
    /// Whether it is of before there were gaps.
    is_old: bool,
    real: Option<Real>,
}

impl SimMailbox {
    /// A relay of before there were gaps.
    pub fn old() -> Self {
        SimMailbox {
            is_old: true,
            ..SimMailbox::default()
        }
    }

    /// A real server in the place of the model. Of what it holds only the
    /// number of records is known here.
    pub fn real(ask: Ask) -> Self {
        SimMailbox {
            real: Some(Real { ask, head: 0 }),
            ..SimMailbox::default()
        }
    }

    /// How many records there are.
    pub fn head(&self) -> usize {
        self.real
            .as_ref()
            .map_or(self.records.len(), |real| real.head)
    }

    /// The records in their order.
    pub fn records(&self) -> &[Vec<u8>] {
        &self.records
    }

    /// Forgets everything, as after the loss of a disk.
    pub fn wipe(&mut self) {
        *self = SimMailbox {
            is_old: self.is_old,
            ..SimMailbox::default()
        };
    }

    /// Goes back to its first records, as after an old backup was restored.
    pub fn restore(&mut self, len: usize) {
        let records = std::mem::take(&mut self.records);
        self.wipe();
        for record in records.into_iter().take(len) {
            self.append(record);
        }
    }

    /// Brings the records into another order, as no honest server does.
    pub fn reorder(&mut self, order: impl FnOnce(&mut [Vec<u8>])) {
        let mut records = std::mem::take(&mut self.records);
        self.wipe();
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
        let name = RecordId::of(&record);
        if let Some(cover) = Cover::parse(&record)
            && cover.at == self.position(usize::try_from(cover.at.count).expect("a place"))
            && !self.names.contains(&name)
        {
            self.cover(&cover);
        }
        if self.names.insert(name) {
            let mut position = self.position(self.records.len());
            position.push(&Sha256::digest(&record).into());
            self.positions.push(position);
            self.records.push(record);
        }
    }

    /// As often as somebody says so, which a server does not.
    fn cover(&mut self, cover: &Cover) {
        for place in cover.of.iter().flat_map(|(a, b)| *a..=*b) {
            if self.covered.insert(place) {
                // Sent again it is stored again.
                let record = &self.records[place as usize - 1];
                self.names.remove(&RecordId::of(record));
            }
        }
    }

    /// The records that are listed.
    pub fn listed(&self) -> Vec<&[u8]> {
        let numbered = (1..).zip(&self.records);
        let listed = numbered.filter(|(place, _)| !self.covered.contains(place));
        listed.map(|(_, record)| &record[..]).collect()
    }

    fn position(&self, count: usize) -> Position {
        let before = count.checked_sub(1).and_then(|i| self.positions.get(i));
        before.copied().unwrap_or_default()
    }

    /// Answers a request: the status and the body.
    pub fn answer(&mut self, method: Method, url: &str, body: &[u8]) -> (u16, Vec<u8>) {
        if let Some(real) = &mut self.real {
            let (_, path) = url.split_once(".example").expect("an address of the world");
            let (status, body) = (real.ask)(method, path, body);
            if let (Method::Post, Ok(at)) = (method, Position::take(&mut &body[..])) {
                real.head = at.count as usize;
            }
            return (status, body);
        }
        match method {
            Method::Get => {
                let query = url.rsplit_once('?').and_then(|(_, it)| it.split_once('='));
                let (what, after) = query.unwrap_or_default();
                match (what, after.parse::<usize>()) {
                    ("after", Ok(after)) => (200, self.page(after, false)),
                    ("listed", Ok(after)) if !self.is_old => (200, self.page(after, true)),
                    _ => (400, Vec::new()),
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

    fn page(&self, after: usize, listed: bool) -> Vec<u8> {
        let mut body = self.position(after.min(self.head())).digest.to_vec();
        put_number(self.head() as u64, &mut body);
        let first = body.len();
        let (mut next, mut left) = (after as u64 + 1, PAGE);
        while let Some(record) = self.records.get(next as usize - 1) {
            if left == 0 {
                break;
            }
            left -= 1;
            let is_hidden = |place: &u64| listed && self.covered.contains(place);
            if is_hidden(&next) {
                let last = (next..).take_while(is_hidden).last().unwrap_or(next);
                let digest = self.position(last as usize).digest;
                let count = last + 1 - next;
                put_gap(&Position { count, digest }, &mut body);
                next = last + 1;
                continue;
            }
            next += 1;
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
