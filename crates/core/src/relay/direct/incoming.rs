//! Records on their way here: only what was asked for, one after the other.

use crate::relay::mailbox::MAX_RECORD;
use crate::relay::{RecordId, Trouble};
use crate::sorted::Set;

/// The most records that are asked for and have not arrived.
const MAX_ASKED: usize = 8_192;

/// A record of which a part is here.
#[derive(Debug)]
struct Part {
    id: RecordId,
    len: usize,
    bytes: Vec<u8>,
}

#[derive(Debug, Default)]
pub(super) struct Incoming {
    asked: Set<RecordId>,
    part: Option<Part>,
}

impl Incoming {
    /// Whether nothing is awaited.
    pub(super) fn is_settled(&self) -> bool {
        self.asked.is_empty()
    }

    /// A record is to be had. Says whether it has to be asked for.
    ///
    /// # Errors
    /// When more was offered than anybody offers at once.
    pub(super) fn ask(&mut self, id: RecordId) -> Result<bool, Trouble> {
        if self.asked.len() >= MAX_ASKED {
            return Err(Trouble::BadAnswer("it offers too much at once"));
        }
        Ok(self.asked.insert(id))
    }

    /// It is here already.
    pub(super) fn forget(&mut self, id: &RecordId) {
        self.asked.remove(id);
    }

    /// # Errors
    /// When it was not asked for, comes within another, or is too large.
    pub(super) fn begin(&mut self, id: RecordId, len: usize, piece: &[u8]) -> Result<(), Trouble> {
        if !self.asked.contains(&id) || self.part.is_some() {
            return Err(Trouble::BadAnswer("it sends what nobody asked for"));
        }
        if !(1..=MAX_RECORD).contains(&len) {
            return Err(Trouble::BadAnswer("a record is too large"));
        }
        let bytes = Vec::new();
        self.part = Some(Part { id, len, bytes });
        self.append(piece)
    }

    /// # Errors
    /// When no record has begun, or it is longer than it was said to be.
    pub(super) fn more(&mut self, piece: &[u8]) -> Result<(), Trouble> {
        self.append(piece)
    }

    fn append(&mut self, piece: &[u8]) -> Result<(), Trouble> {
        const LOOSE: Trouble = Trouble::BadAnswer("a piece belongs to no record");
        let part = self.part.as_mut().ok_or(LOOSE)?;
        if part.bytes.len() + piece.len() > part.len {
            return Err(LOOSE);
        }
        part.bytes.extend_from_slice(piece);
        Ok(())
    }

    /// The record that has arrived whole, if one has.
    ///
    /// # Errors
    /// When it is not what its name says.
    pub(super) fn whole(&mut self) -> Result<Option<(RecordId, Vec<u8>)>, Trouble> {
        let Some(part) = self.part.take_if(|part| part.bytes.len() == part.len) else {
            return Ok(None);
        };
        self.asked.remove(&part.id);
        if RecordId::of(&part.bytes) != part.id {
            return Err(Trouble::BadAnswer("a record is not what its name says"));
        }
        Ok(Some((part.id, part.bytes)))
    }
}
