//! Where records are kept: a list for each mailbox that only grows.

pub(crate) mod listing;
pub(crate) mod memory;
pub(crate) mod nats;
pub(crate) mod redb;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use axum::body::Bytes;
pub(crate) use listing::Which;
use postil_core::relay::framing::{MAX_GAP, Position, framed_len, put_gap, put_record};
use thiserror::Error;

/// Records to append to a mailbox, all of them or none.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) mailbox: String,
    pub(crate) records: Vec<Bytes>,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Appended {
    /// Every record is kept; those that were there before were not added
    /// again. The mailbox is at this position now.
    Kept(Position),
    /// The mailbox has no room for it; nothing was kept.
    MailboxFull,
    /// The server has no room for it; nothing was kept.
    ServerFull,
}

/// How much a mailbox, and how much the server, may hold, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    pub(crate) mailbox: u64,
    pub(crate) total: u64,
}

/// Where a reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The position asked for, or the last one if there are fewer records.
    pub(crate) at: Position,
    /// How many records the mailbox holds.
    pub(crate) head: u64,
}

/// Records in their frames, and gaps where some are left out, ready to be sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) bytes: Vec<u8>,
    /// How many records it goes past.
    pub(crate) count: u64,
}

impl Chunk {
    /// Adds a record, if it fits in `limit` bytes.
    fn put_record(&mut self, record: &[u8], limit: usize) -> bool {
        let fits = self.bytes.len() + framed_len(record) <= limit;
        if fits {
            put_record(record, &mut self.bytes);
            self.count += 1;
        }
        fits
    }

    /// Leaves out so many records, with the digest after them, if that fits.
    fn put_gap(&mut self, count: u64, digest: [u8; 16], limit: usize) -> bool {
        let fits = self.bytes.len() + MAX_GAP <= limit;
        if fits {
            put_gap(&Position { count, digest }, &mut self.bytes);
            self.count += count;
        }
        fits
    }
}

/// What is to be read of a mailbox.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    /// After so many records.
    pub(crate) after: u64,
    /// Up to this one.
    pub(crate) head: u64,
    pub(crate) which: Which,
}

/// How much is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) mailboxes: u64,
    pub(crate) records: u64,
    /// Of the records, with their frames.
    pub(crate) bytes: u64,
}

/// A list of records for each mailbox. Calls may block; `append` is called by
/// one thread only.
pub(crate) trait Log: Send + Sync + 'static {
    /// Appends batches in one transaction that is on disk when this returns.
    fn append(&self, batches: &[Batch], room: Room) -> Result<Vec<Appended>, LogError>;

    /// Where one who read `after` records of a mailbox is.
    fn place(&self, mailbox: &str, after: u64) -> Result<Place, LogError>;

    /// Records of a mailbox after the first `after` up to `head`, as many as
    /// fit in `limit` bytes with their frames.
    fn read(&self, mailbox: &str, range: Range, limit: usize) -> Result<Chunk, LogError>;

    /// Drops the bytes of records that were covered before then, in seconds since
    /// 1970, if this log does that; some at a time. Returns whether there may be
    /// more.
    fn drop_covered(&self, before: u64) -> Result<bool, LogError>;

    /// How much is kept.
    fn totals(&self) -> Result<Totals, LogError>;
}

/// The time by this machine's clock, in seconds since 1970.
pub(crate) fn seconds() -> u64 {
    std::time::UNIX_EPOCH.elapsed().map_or(0, |it| it.as_secs())
}

/// The log does not work. Nothing that was acknowledged is affected.
#[derive(Debug, Error)]
#[error("the data file could not be read or written: {0}")]
pub(crate) struct LogError(pub(crate) String);

/// Why the data file could not be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The folder can not be made.
    #[error(
        "the data folder {path} can not be made: {source}. Choose another with --log redb:FOLDER"
    )]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process has it open.
    #[error(
        "{path} is in use by another relay. Stop that one, or choose another folder with --log redb:FOLDER"
    )]
    InUse {
        /// The data file.
        path: PathBuf,
    },
    /// It is damaged, or not a data file.
    #[error(
        "{path} is damaged or not a data file of a Postil relay ({what}). Move it away and start \
         again: put a backup in its place, or start empty, and clients publish again what they hold"
    )]
    Damaged {
        /// The data file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// It was written by a version that lays it out differently.
    #[error(
        "{path} was written by another version of postil-relay (layout {found}); use that version, or another folder"
    )]
    Version {
        /// The data file.
        path: PathBuf,
        /// The layout's number.
        found: u64,
    },
    /// The system refuses.
    #[error("{path} can not be opened: {source}. Check its permissions and the room on its disk")]
    System {
        /// The data file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}
