//! Which structs of a document are which records.

use super::update::Run;
use crate::relay::RecordId;
use crate::sorted::Set;
use crate::wire::bytes::put_varint;

/// What is known of a document.
#[derive(Default)]
pub(super) struct Places(Vec<Writer>);

/// One writer; they are in the order of their numbers.
struct Writer {
    client: u64,
    /// Up to which clock it is known without a gap.
    known: u64,
    /// In the order of their clocks.
    records: Vec<(u64, RecordId)>,
}

impl Places {
    fn find(&self, client: u64) -> Result<usize, usize> {
        self.0.binary_search_by(|writer| writer.client.cmp(&client))
    }

    fn writer(&mut self, client: u64) -> Option<&mut Writer> {
        let at = self.find(client).unwrap_or_else(|at| {
            let writer = Writer {
                client,
                known: 0,
                records: Vec::new(),
            };
            self.0.insert(at, writer);
            at
        });
        self.0.get_mut(at)
    }

    /// These structs are there.
    pub(super) fn saw(&mut self, run: &Run) {
        if let Some(writer) = self.writer(run.client)
            && run.start <= writer.known
        {
            writer.known = writer.known.max(run.end);
        }
    }

    /// A struct is this record. Says whether that is new.
    pub(super) fn put(&mut self, client: u64, clock: u64, id: RecordId) -> bool {
        let Some(writer) = self.writer(client) else {
            return false;
        };
        match writer.find(clock) {
            Ok(_) => false,
            Err(at) => {
                writer.records.insert(at, (clock, id));
                true
            }
        }
    }

    /// These structs are deleted: tells which records they were.
    pub(super) fn drop(&mut self, run: &Run, gone: &mut Vec<RecordId>) {
        if let Ok(at) = self.find(run.client)
            && let Some(writer) = self.0.get_mut(at)
        {
            let place = |clock| writer.find(clock).unwrap_or_else(|at| at);
            let range = place(run.start)..place(run.end);
            gone.extend(writer.records.drain(range).map(|(_, id)| id));
        }
    }

    /// Whether a struct is a record.
    pub(super) fn at(&self, client: u64, clock: u64) -> bool {
        let writer = self.find(client).ok().and_then(|at| self.0.get(at));
        writer.is_some_and(|writer| writer.find(clock).is_ok())
    }

    /// Whether a record is there.
    pub(super) fn hold(&self, id: &RecordId) -> bool {
        self.ids().any(|it| it == id)
    }

    /// Every record that is there.
    pub(super) fn all(&self) -> Set<RecordId> {
        self.ids().copied().collect()
    }

    fn ids(&self) -> impl Iterator<Item = &RecordId> {
        let records = self.0.iter().flat_map(|writer| &writer.records);
        records.map(|(_, id)| id)
    }

    /// Whether this writer has written something.
    pub(super) fn has_writer(&self, client: u64) -> bool {
        self.find(client).is_ok()
    }

    /// Forgets which records are there, and nothing else.
    pub(super) fn forget(&mut self) {
        for writer in &mut self.0 {
            writer.records = Vec::new();
        }
    }

    /// What is known, as a state vector.
    pub(super) fn known(&self) -> Vec<u8> {
        let mut have = Vec::new();
        put_varint(&mut have, self.0.len() as u64);
        for writer in &self.0 {
            put_varint(&mut have, writer.client);
            put_varint(&mut have, writer.known);
        }
        have
    }
}

impl Writer {
    fn find(&self, clock: u64) -> Result<usize, usize> {
        self.records.binary_search_by(|(at, _)| at.cmp(&clock))
    }
}
