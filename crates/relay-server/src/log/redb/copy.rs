//! Copying a data file while it is in use: what it held at one moment.

use std::path::{Path, PathBuf};

use ::redb::{Database, Durability, ReadableDatabase, ReadableTable, TableDefinition};
use ::redb::{Key, ReadTransaction, Value};
use thiserror::Error;

use super::{
    COVERS, Fault, LAYOUT, MAILBOXES, META, NAMES, RECORDS, RedbLog, TOTAL_BYTES, TOTAL_RECORDS,
    UNLISTED,
};
use crate::log::Totals;

/// How many rows are written at a time: few enough to fit into memory.
const ROWS: usize = 256;

/// Why there is no backup.
#[derive(Debug, Error)]
pub(crate) enum CopyError {
    #[error("{0} exists already. Choose another name, or move it away")]
    Exists(PathBuf),
    #[error("the backup {path} can not be written: {source}. Check its folder and the room there")]
    Write {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the backup could not be made: {0}")]
    Data(String),
}

impl RedbLog {
    /// Writes everything that the file holds now to a new file.
    pub(crate) fn copy(&self, to: &Path) -> Result<Totals, CopyError> {
        if to.exists() {
            return Err(CopyError::Exists(to.to_owned()));
        }
        let failed = |source| CopyError::Write {
            path: to.to_owned(),
            source,
        };
        // Until it is whole it has another name, and is nobody's backup.
        let mut part = to.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        if part.exists() {
            std::fs::remove_file(&part).map_err(failed)?;
        }
        std::fs::File::create_new(&part).map_err(failed)?;
        let read = self.with(|database| Ok(database.begin_read()?));
        let read = read.map_err(|error| CopyError::Data(error.to_string()))?;
        let totals = copy(&read, &part).map_err(|fault| {
            // What was begun is of no use.
            let _ = std::fs::remove_file(&part);
            CopyError::Data(fault.to_string())
        })?;
        std::fs::rename(&part, to).map_err(failed)?;
        if let Some(folder) = to.parent() {
            super::sync_names(folder);
        }
        Ok(totals)
    }
}

fn copy(read: &ReadTransaction, part: &Path) -> Result<Totals, Fault> {
    let copy = Database::builder().create(part)?;
    table(read, &copy, MAILBOXES)?;
    table(read, &copy, RECORDS)?;
    table(read, &copy, NAMES)?;
    table(read, &copy, COVERS)?;
    table(read, &copy, UNLISTED)?;
    // Last, so that a file without its layout is never taken for one.
    let meta = read.open_table(META)?;
    let number = |name| Ok::<_, Fault>(meta.get(name)?.map_or(0, |n| n.value()));
    let mut write = copy.begin_write()?;
    write.set_durability(Durability::Immediate)?;
    {
        let mut to = write.open_table(META)?;
        for name in [LAYOUT, TOTAL_RECORDS, TOTAL_BYTES] {
            to.insert(name, number(name)?)?;
        }
    }
    write.commit()?;
    Ok(Totals {
        mailboxes: ::redb::ReadableTableMetadata::len(&read.open_table(MAILBOXES)?)?,
        records: number(TOTAL_RECORDS)?,
        bytes: number(TOTAL_BYTES)?,
    })
}

fn table<K: Key + 'static, V: Value + 'static>(
    read: &ReadTransaction,
    copy: &Database,
    name: TableDefinition<'static, K, V>,
) -> Result<(), Fault> {
    let from = read.open_table(name)?;
    let mut rows = from.iter()?.peekable();
    loop {
        let write = copy.begin_write()?;
        {
            let mut to = write.open_table(name)?;
            for row in rows.by_ref().take(ROWS) {
                let (key, value) = row?;
                to.insert(key.value(), value.value())?;
            }
        }
        write.commit()?;
        if rows.peek().is_none() {
            return Ok(());
        }
    }
}
