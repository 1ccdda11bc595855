//! Opening the data file, and saying what is wrong with it.

use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use ::redb::{Database, DatabaseError, ReadableTable, StorageError};

use super::{COVERS, Fault, LAYOUT, MAILBOXES, META, NAMES, OpenError, RECORDS, UNLISTED};

/// The layout that this version reads and writes.
const VERSION: u64 = 2;
/// The one before, which had no `covers` and no `unlisted`. It becomes this one
/// when it is opened; older servers then no longer open it.
const BEFORE: u64 = 1;
/// Memory for cached pages, in bytes.
const CACHE: usize = 16 << 20;
/// Files up to this size are checked as a whole when they are opened; larger
/// ones only after a crash, since that reads all of them.
const CHECKED: u64 = 256 << 20;

pub(super) fn open(path: &Path) -> Result<Database, OpenError> {
    // redb may panic on a file that was altered behind its back.
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let size = std::fs::metadata(path).map_or(0, |m| m.len());
        let database = Database::builder()
            .set_cache_size(CACHE)
            .set_check_integrity_on_open(size > 0 && size <= CHECKED)
            .create(path)
            .map_err(|error| explain(path, error))?;
        let found = prepare(&database).map_err(|error| damaged(path, error.to_string()))?;
        if found == VERSION {
            Ok(database)
        } else {
            let path = path.to_owned();
            Err(OpenError::Version { path, found })
        }
    }));
    opened.unwrap_or_else(|_| Err(damaged(path, "its pages make no sense".into())))
}

/// Makes the tables of a new file, and those that an older one lacks. Returns
/// the layout's version.
fn prepare(database: &Database) -> Result<u64, Fault> {
    let transaction = database.begin_write()?;
    let found = {
        let mut meta = transaction.open_table(META)?;
        let found = meta.get(LAYOUT)?.map(|n| n.value());
        if found.is_none_or(|found| found == BEFORE) {
            meta.insert(LAYOUT, VERSION)?;
        }
        found.filter(|found| *found != BEFORE).unwrap_or(VERSION)
    };
    if found == VERSION {
        transaction.open_table(MAILBOXES)?;
        transaction.open_table(RECORDS)?;
        transaction.open_table(NAMES)?;
        transaction.open_table(COVERS)?;
        transaction.open_table(UNLISTED)?;
    }
    transaction.commit()?;
    Ok(found)
}

fn damaged(path: &Path, what: String) -> OpenError {
    let path = path.to_owned();
    OpenError::Damaged { path, what }
}

fn explain(path: &Path, error: DatabaseError) -> OpenError {
    match error {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
            let path = path.to_owned();
            OpenError::InUse { path }
        }
        DatabaseError::Storage(StorageError::Io(source)) => match source.kind() {
            ErrorKind::InvalidData | ErrorKind::UnexpectedEof => damaged(path, source.to_string()),
            _ => OpenError::System {
                path: path.to_owned(),
                source,
            },
        },
        other => damaged(path, other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// Sets the layout of a file, and takes away what an older one lacked.
    fn make(path: &Path, layout: u64) {
        let database = open(path).unwrap();
        let write = database.begin_write().unwrap();
        write.delete_table(COVERS).unwrap();
        write.delete_table(UNLISTED).unwrap();
        write
            .open_table(META)
            .unwrap()
            .insert(LAYOUT, layout)
            .unwrap();
        write.commit().unwrap();
    }

    #[test]
    fn layouts() {
        fn check(layout: u64, opens: bool) {
            let folder = TempDir::new().unwrap();
            let path = folder.path().join("file.redb");
            make(&path, layout);
            match open(&path) {
                Ok(database) => {
                    assert!(opens, "{layout}");
                    let write = database.begin_write().unwrap();
                    let meta = write.open_table(META).unwrap();
                    assert_eq!(meta.get(LAYOUT).unwrap().unwrap().value(), VERSION);
                }
                Err(OpenError::Version { found, .. }) => {
                    assert!(!opens && found == layout, "{found}");
                }
                Err(other) => panic!("{other}"),
            }
        }
        check(BEFORE, true);
        check(VERSION, true);
        check(VERSION + 1, false);
    }
}
