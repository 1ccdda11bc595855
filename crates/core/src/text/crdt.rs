//! Questions that only the text CRDT itself can answer.

use std::fmt;

use yrs::{Assoc, ClientID, ID, StickyIndex, Text, Transact};

use super::SharedText;
use super::writer::CharId;

impl SharedText {
    /// How long yrs says the text is.
    pub(super) fn crdt_len(&self) -> u32 {
        self.text.len(&self.doc.transact())
    }

    /// Where a character is or, when it was deleted, where it was: how many
    /// code units of the text stand before it.
    pub(super) fn crdt_offset(&self, id: CharId) -> u32 {
        let id = ID::new(ClientID::new(id.client & ((1 << 53) - 1)), id.clock);
        let index = StickyIndex::from_id(id, Assoc::After);
        let offset = index.get_offset(&self.doc.transact());
        offset.map_or(0, |offset| offset.index)
    }
}

impl fmt::Debug for SharedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SharedText({} code units)", self.len())
    }
}
