//! What a device keeps of a room, and the port to where it keeps it.

pub mod memory;

use thiserror::Error;

use crate::relay::RecordId;

/// How sure a write must be before it is reported as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// It may be lost with the power: it can be fetched again.
    #[default]
    Relaxed,
    /// It survives the loss of power: nobody else has it yet.
    Strict,
}

/// One atomic change of what is kept of a room: all of it happens, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Write {
    /// How sure it must be.
    pub durability: Durability,
    /// For own events: the length of the own log before and after. The write
    /// fails with [`StoreError::Conflict`] when the log that is kept has
    /// another length, so that two tabs can never fork it.
    pub own: Option<(u32, u32)>,
    /// Segments to keep, encoded; their name is [`RecordId::of`] their bytes.
    pub put: Vec<Vec<u8>>,
    /// Segments to drop, because others hold all of their events.
    pub drop: Vec<RecordId>,
    /// Own events that no relay has acknowledged; added after those of
    /// `outbox_remove` are gone.
    pub outbox_add: Vec<u32>,
    /// Own events that one has.
    pub outbox_remove: Vec<u32>,
    /// Small named values: relay cursors, drafts. `None` removes one.
    pub values: Vec<(String, Option<Vec<u8>>)>,
    /// Outside bytes that were set aside.
    pub quarantine: Vec<Quarantined>,
}

impl Write {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        *self
            == Write {
                durability: self.durability,
                ..Write::default()
            }
    }
}

/// Outside bytes that were set aside, for whoever has to find the cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Why, as a sentence.
    pub reason: String,
    /// Where they came from: a relay's address, `store`, `tab`.
    pub from: String,
    /// The bytes, cut at [`Quarantined::MAX_BYTES`].
    pub bytes: Vec<u8>,
}

impl Quarantined {
    /// Most bytes kept of one thing set aside.
    pub const MAX_BYTES: usize = 64 * 1024;
    /// Most things set aside that are kept; the oldest go first.
    pub const MAX_ROWS: usize = 200;

    /// A row of the store whose bytes do not fit its name.
    pub fn row(bytes: Vec<u8>) -> Self {
        Quarantined {
            reason: "a row of the store was damaged".into(),
            from: "store".into(),
            bytes,
        }
    }

    /// The same with as much of the bytes as is kept.
    #[must_use]
    pub fn cut(mut self) -> Self {
        self.bytes.truncate(Self::MAX_BYTES);
        self
    }
}

/// Everything that is kept of a room.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// The segments, encoded, in any order. Rows whose bytes do not fit their
    /// name are left out and counted in `damaged`.
    pub segments: Vec<Vec<u8>>,
    /// The length of the own log.
    pub own: u32,
    /// Own events that no relay has acknowledged, ascending.
    pub outbox: Vec<u32>,
    /// The small named values.
    pub values: Vec<(String, Vec<u8>)>,
    /// How many rows were damaged; the store has set them aside.
    pub damaged: u32,
}

/// Why something could not be kept, or read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// Another tab has appended to the own log meanwhile.
    #[error("another tab wrote at the same time")]
    Conflict,
    /// There is no room left.
    #[error("this device has no storage left for this page; free some, then try again")]
    Full,
    /// The store cannot be opened at all: private mode, blocked, or damaged.
    #[error(
        "this browser does not let the page keep anything ({0}); save what you wrote elsewhere before you leave"
    )]
    Unavailable(String),
    /// One operation failed.
    #[error("this device could not keep what you wrote ({0}); it will be tried again")]
    Failed(String),
}

/// Keeps one room. Operations happen one after another, in the order of the
/// calls.
#[allow(async_fn_in_trait)]
pub trait Store {
    /// Reads everything.
    ///
    /// # Errors
    /// When the store cannot be read at all. Damaged rows are not an error.
    async fn load(&self) -> Result<Loaded, StoreError>;

    /// Makes one atomic change.
    ///
    /// # Errors
    /// When nothing of it happened.
    async fn commit(&self, write: &Write) -> Result<(), StoreError>;
}
