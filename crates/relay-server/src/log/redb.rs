//! The log on disk: one redb file.
//!
//! | table | key | value |
//! |---|---|---|
//! | `meta` | name | number |
//! | `mailboxes` | mailbox name | number, records, bytes |
//! | `records` | mailbox number, place from 1 | running digest (16 bytes), record; no record once it was dropped |
//! | `names` | mailbox number, record id | nothing |
//! | `covers` | mailbox number | which of its records are not listed |
//! | `unlisted` | mailbox number, id of such a record | its place, the last if there are several |

mod append;
mod check;
mod copy;
mod covers;
mod open;

use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use ::redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, StorageError};
use ::redb::{TableDefinition, TableError};
use postil_core::relay::framing::Position;

pub use self::check::{Report, check};
use super::{Appended, Batch, Chunk, Log, LogError, OpenError, Place, Range, Room, Totals};

const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
const MAILBOXES: TableDefinition<'_, &str, (u64, u64, u64)> = TableDefinition::new("mailboxes");
const RECORDS: TableDefinition<'_, (u64, u64), &[u8]> = TableDefinition::new("records");
const NAMES: TableDefinition<'_, (u64, &[u8; 16]), ()> = TableDefinition::new("names");
const COVERS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("covers");
const UNLISTED: TableDefinition<'_, (u64, &[u8; 16]), u64> = TableDefinition::new("unlisted");

/// Keys of `meta`.
const LAYOUT: &str = "layout";
const TOTAL_RECORDS: &str = "records";
const TOTAL_BYTES: &str = "bytes";

type Fault = ::redb::Error;

/// A log in one redb file.
#[derive(Debug)]
pub(crate) struct RedbLog {
    path: PathBuf,
    /// `None` after the file failed and could not be opened again yet.
    file: RwLock<Option<Database>>,
}

impl RedbLog {
    /// Opens the data file of a folder, and makes it if it is missing.
    pub(crate) fn open(folder: &Path) -> Result<Self, OpenError> {
        std::fs::create_dir_all(folder).map_err(|source| OpenError::Folder {
            path: folder.to_owned(),
            source,
        })?;
        let path = folder.join("mailboxes.redb");
        let file = RwLock::new(Some(open::open(&path)?));
        sync_names(folder);
        Ok(RedbLog { path, file })
    }

    fn with<T>(&self, work: impl FnOnce(&Database) -> Result<T, Fault>) -> Result<T, LogError> {
        let file = self.file.read().unwrap_or_else(PoisonError::into_inner);
        let database = file
            .as_ref()
            .ok_or_else(|| LogError("it is closed after an earlier error".into()))?;
        work(database).map_err(|fault| LogError(fault.to_string()))
    }

    /// After a failed write redb refuses everything until the file is opened
    /// again, which also goes back to the last good state.
    fn reopen(&self) {
        let mut file = self.file.write().unwrap_or_else(PoisonError::into_inner);
        drop(file.take());
        *file = open::open(&self.path).ok();
    }
}

/// Syncs the names of a new folder and file, without which their contents
/// could not be found after a power cut. Not every system can do that.
fn sync_names(folder: &Path) {
    for folder in [Some(folder), folder.parent()].into_iter().flatten() {
        if let Ok(opened) = std::fs::File::open(folder) {
            let _ = opened.sync_all();
        }
    }
}

impl Log for RedbLog {
    fn append(&self, batches: &[Batch], room: Room) -> Result<Vec<Appended>, LogError> {
        if self.with(|_| Ok(())).is_err() {
            self.reopen();
        }
        let outcome = self.with(|database| append::append(database, batches, room));
        if outcome.is_err() {
            self.reopen();
        }
        outcome
    }

    fn place(&self, mailbox: &str, after: u64) -> Result<Place, LogError> {
        self.with(|database| {
            let read = database.begin_read()?;
            let Some((number, head, _)) = entry(&read.open_table(MAILBOXES)?, mailbox)? else {
                return Ok(Place::default());
            };
            let at = position(&read.open_table(RECORDS)?, number, after.min(head))?;
            Ok(Place { at, head })
        })
    }

    fn read(&self, mailbox: &str, range: Range, limit: usize) -> Result<Chunk, LogError> {
        self.with(|database| {
            let Range { after, head, which } = range;
            let mut chunk = Chunk::default();
            let read = database.begin_read()?;
            let Some((number, ..)) = entry(&read.open_table(MAILBOXES)?, mailbox)? else {
                return Ok(chunk);
            };
            let records = read.open_table(RECORDS)?;
            let listing = covers::listing(&read.open_table(COVERS)?, number)?;
            while after + chunk.count < head {
                let first = after + chunk.count + 1;
                if let Some(last) = listing.hidden(first, which) {
                    let last = last.min(head);
                    let digest = position(&records, number, last)?.digest;
                    match chunk.put_gap(last - first + 1, digest, limit) {
                        true => continue,
                        false => break,
                    }
                }
                let next = listing.next_hidden(first, which);
                let last = next.map_or(head, |next| head.min(next - 1));
                for row in records.range((number, first)..=(number, last))? {
                    let (_, value) = row?;
                    let (_, record) = parts(value.value())?;
                    if !chunk.put_record(record, limit) {
                        return Ok(chunk);
                    }
                }
                if after + chunk.count != last {
                    break;
                }
            }
            Ok(chunk)
        })
    }

    fn drop_covered(&self, before: u64) -> Result<bool, LogError> {
        self.with(|database| covers::drop_covered(database, before))
    }

    fn totals(&self) -> Result<Totals, LogError> {
        self.with(|database| {
            let read = database.begin_read()?;
            let meta = read.open_table(META)?;
            let number = |name| Ok::<_, Fault>(meta.get(name)?.map_or(0, |n| n.value()));
            Ok(Totals {
                mailboxes: read.open_table(MAILBOXES)?.len()?,
                records: number(TOTAL_RECORDS)?,
                bytes: number(TOTAL_BYTES)?,
            })
        })
    }
}

/// The number, the records and the bytes of a mailbox.
fn entry(
    mailboxes: &impl ReadableTable<&'static str, (u64, u64, u64)>,
    name: &str,
) -> Result<Option<(u64, u64, u64)>, Fault> {
    Ok(mailboxes.get(name)?.map(|row| row.value()))
}

/// The position after `count` records of a mailbox.
fn position(
    records: &impl ReadableTable<(u64, u64), &'static [u8]>,
    number: u64,
    count: u64,
) -> Result<Position, Fault> {
    if count == 0 {
        return Ok(Position::default());
    }
    let row = records.get((number, count))?;
    let row = row.ok_or_else(|| damaged("a record is missing"))?;
    let (digest, _) = parts(row.value())?;
    Ok(Position {
        count,
        digest: *digest,
    })
}

/// A row's running digest and record.
fn parts(row: &[u8]) -> Result<(&[u8; 16], &[u8]), Fault> {
    row.split_first_chunk()
        .ok_or_else(|| damaged("a record is cut short"))
}

fn damaged(what: &str) -> Fault {
    Fault::from(TableError::from(StorageError::Corrupted(what.into())))
}
