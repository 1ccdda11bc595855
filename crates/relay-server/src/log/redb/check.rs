//! Checking a data file: everything in it against everything else.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use ::redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata};
use postil_core::relay::RecordId;
use postil_core::relay::framing::{Position, framed_len};
use sha2::{Digest, Sha256};

use super::{
    COVERS, Fault, MAILBOXES, META, NAMES, RECORDS, TOTAL_BYTES, TOTAL_RECORDS, covers, open, parts,
};
use crate::log::OpenError;
use crate::log::listing::Listing;

/// The most kinds of damage that are told one by one.
const TOLD: usize = 100;

/// What a check found.
#[derive(Debug, Default)]
pub struct Report {
    /// What is wrong, a sentence each; nothing if all is well.
    pub damage: Vec<String>,
    /// How many more there are than are told.
    pub more: usize,
    mailboxes: u64,
    records: u64,
    bytes: u64,
}

impl Report {
    fn tell(&mut self, what: String) {
        match self.damage.len() < TOLD {
            true => self.damage.push(what),
            false => self.more += 1,
        }
    }

    /// What the file holds, for people.
    pub fn held(&self) -> String {
        format!(
            "{} records of {} bytes in {} mailboxes",
            self.records, self.bytes, self.mailboxes
        )
    }
}

/// Checks the data file at `path`, which no server may have open. Like one that
/// starts, it puts right what a crash left behind.
///
/// # Errors
/// When the file can not be opened at all.
pub fn check(path: &Path) -> Result<Report, OpenError> {
    if !path.is_file() {
        return Err(OpenError::System {
            path: path.to_owned(),
            source: std::io::ErrorKind::NotFound.into(),
        });
    }
    let database = open::open(path)?;
    let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| walk(&database)));
    let damaged = |what| OpenError::Damaged {
        path: PathBuf::from(path),
        what,
    };
    match checked {
        Ok(Ok(report)) => Ok(report),
        Ok(Err(fault)) => Err(damaged(fault.to_string())),
        Err(_) => Err(damaged("its pages make no sense".into())),
    }
}

/// What a mailbox should hold, and what was found.
struct Walk {
    name: String,
    expected: (u64, u64),
    at: Position,
    bytes: u64,
    listing: Listing,
    /// The names of its records, if one may be there twice: covered, and stored
    /// again.
    names: HashSet<[u8; 16]>,
}

fn walk(database: &Database) -> Result<Report, Fault> {
    let mut report = Report::default();
    let read = database.begin_read()?;
    let mut mailboxes: BTreeMap<u64, Walk> = BTreeMap::new();
    let lists = read.open_table(COVERS)?;
    for row in read.open_table(MAILBOXES)?.iter()? {
        let (name, entry) = row?;
        let (number, records, bytes) = entry.value();
        let listing = covers::listing(&lists, number).unwrap_or_else(|_| {
            let name = name.value();
            report.tell(format!("Mailbox {name}: what is listed makes no sense."));
            Listing::default()
        });
        let walk = Walk {
            name: name.value().to_owned(),
            listing,
            names: HashSet::new(),
            expected: (records, bytes),
            at: Position::default(),
            bytes: 0,
        };
        if let Some(other) = mailboxes.insert(number, walk) {
            report.tell(format!(
                "Two mailboxes share their records, one is {}.",
                other.name
            ));
        }
    }
    let names = read.open_table(NAMES)?;
    let mut named = 0;
    for row in read.open_table(RECORDS)?.iter()? {
        let (key, value) = row?;
        let (number, place) = key.value();
        let (digest, record) = parts(value.value())?;
        let kept = if record.is_empty() {
            0
        } else {
            framed_len(record) as u64
        };
        report.records += 1;
        report.bytes += kept;
        let Some(walk) = mailboxes.get_mut(&number) else {
            named += 1;
            report.tell(format!("Record {place} belongs to no mailbox."));
            continue;
        };
        let here = |what: &str| format!("Mailbox {}: record {place} {what}.", walk.name);
        if place != walk.at.count + 1 {
            report.tell(here("does not follow the one before"));
        }
        let name = RecordId::of(record).0;
        let mut at = walk.at;
        at.push(&Sha256::digest(record).into());
        match (record.is_empty(), walk.listing.is_dropped(place)) {
            (true, true) => {}
            (true, false) => report.tell(here("is missing, though it was not dropped")),
            (false, true) => report.tell(here("is there, though it was dropped")),
            (false, false) => {
                if at.digest != *digest {
                    report.tell(here("is not what was appended"));
                }
                if names.get((number, &name))?.is_none() {
                    report.tell(here(
                        "is not in the index, so that it could be stored twice",
                    ));
                }
                let once = walk.listing == Listing::default() || walk.names.insert(name);
                named += u64::from(once);
            }
        }
        walk.at = Position {
            count: place,
            digest: *digest,
        };
        walk.bytes += kept;
    }
    report.mailboxes = mailboxes.len() as u64;
    for walk in mailboxes.values() {
        if (walk.at.count, walk.bytes) != walk.expected {
            let (records, bytes) = walk.expected;
            report.tell(format!(
                "Mailbox {}: holds {} records of {} bytes, and should hold {records} of {bytes}.",
                walk.name, walk.at.count, walk.bytes
            ));
        }
    }
    if names.len()? != named {
        report.tell(format!(
            "The index has {} entries for {named} records.",
            names.len()?
        ));
    }
    let meta = read.open_table(META)?;
    let number = |name| Ok::<_, Fault>(meta.get(name)?.map_or(0, |n| n.value()));
    let counted = (number(TOTAL_RECORDS)?, number(TOTAL_BYTES)?);
    if counted != (report.records, report.bytes) {
        report.tell(format!(
            "The file counts {} records of {} bytes, and holds {}.",
            counted.0,
            counted.1,
            report.held()
        ));
    }
    Ok(report)
}

#[cfg(test)]
mod tests {
    use ::redb::Database;
    use axum::body::Bytes;
    use tempfile::TempDir;

    use super::*;
    use crate::log::redb::RedbLog;
    use crate::log::{Batch, Log, Room};

    const ROOM: Room = Room {
        mailbox: 1 << 20,
        total: 1 << 20,
    };

    fn filled(folder: &TempDir) -> PathBuf {
        let log = RedbLog::open(folder.path()).unwrap();
        let batch = |name: &str, records: &[&'static [u8]]| Batch {
            mailbox: name.repeat(22),
            records: records.iter().map(|it| Bytes::from_static(it)).collect(),
        };
        let batches = [
            batch("a", &[b"one", b"two", b"three"]),
            batch("b", &[b"four"]),
        ];
        log.append(&batches, ROOM).unwrap();
        folder.path().join("mailboxes.redb")
    }

    #[test]
    fn what_is_whole_is_said_to_be() {
        let folder = TempDir::new().unwrap();
        let report = check(&filled(&folder)).unwrap();
        assert!(report.damage.is_empty(), "{:?}", report.damage);
        assert_eq!(report.held(), "4 records of 19 bytes in 2 mailboxes");
        assert!(check(&folder.path().join("missing")).is_err());
        assert!(!folder.path().join("missing").exists());
    }

    #[test]
    fn damage_is_told() {
        fn find(damage: fn(&::redb::WriteTransaction), expected: &[&str]) {
            let folder = TempDir::new().unwrap();
            let path = filled(&folder);
            let database = Database::open(&path).unwrap();
            let write = database.begin_write().unwrap();
            damage(&write);
            write.commit().unwrap();
            drop(database);
            let report = check(&path).unwrap();
            let said = report.damage.join("\n");
            assert_eq!(report.damage.len(), expected.len(), "{said}");
            assert!(expected.iter().all(|it| said.contains(it)), "{said}");
        }
        find(
            |write| {
                let mut records = write.open_table(RECORDS).unwrap();
                records.remove((1, 2)).unwrap();
            },
            &[
                "record 3 does not follow",
                "record 3 is not what was appended",
                "holds 3 records of 10 bytes, and should hold 3 of 14",
                "The index has 4 entries for 3 records",
                "The file counts 4 records of 19 bytes",
            ],
        );
        find(
            |write| {
                let mut records = write.open_table(RECORDS).unwrap();
                let mut row = records.get((1, 3)).unwrap().unwrap().value().to_vec();
                *row.last_mut().unwrap() ^= 1;
                records.insert((1, 3), row.as_slice()).unwrap();
            },
            &[
                "record 3 is not what was appended",
                "record 3 is not in the index",
            ],
        );
        find(
            |write| {
                let mut mailboxes = write.open_table(MAILBOXES).unwrap();
                mailboxes.remove("b".repeat(22).as_str()).unwrap();
            },
            &["Record 1 belongs to no mailbox"],
        );
        find(
            |write| {
                let mut meta = write.open_table(META).unwrap();
                meta.insert(TOTAL_BYTES, 1).unwrap();
            },
            &["The file counts 4 records of 1 bytes"],
        );
    }
}
