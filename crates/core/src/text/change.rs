//! Changes of a text, and why one is not made.

use thiserror::Error;

use super::admit::MAX_INSERT;

/// A change of the text: at an offset, so many code units out, this text in.
/// Several are applied one after another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    /// Where, in UTF-16 code units.
    pub at: u32,
    /// How many UTF-16 code units go.
    pub deleted: u32,
    /// What comes in their place.
    pub inserted: String,
}

/// An own change, made here and ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What the other replicas are to be given.
    pub update: Vec<u8>,
    /// What changed in the text here.
    pub deltas: Vec<Delta>,
}

/// Why a change of the text was not made. The text is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TextError {
    /// The offsets are not in the text.
    #[error("The change lies outside the text.")]
    OutOfRange,
    /// Nothing to delete and nothing to insert.
    #[error("The change changes nothing.")]
    Empty,
    /// More text, or text from more places, than one edit may hold; make the
    /// change with [`SharedText::edit`](super::SharedText::edit), which cuts it.
    #[error("The change is larger than one edit may be.")]
    TooLarge,
    /// The writer has inserted as much as one writer can.
    #[error("This device can not insert more into this text. Copy the text into a new one.")]
    Full,
    /// The edit would cut a character in two.
    #[error("The edit cuts a character in two.")]
    CutsCharacter,
    /// The edit refers to text that is not here.
    #[error("The edit refers to text that has not arrived.")]
    Missing,
    /// The text CRDT did not take the edit; the text must be rebuilt.
    #[error("The edit could not be merged. The text has to be rebuilt.")]
    Broken,
    /// An edit of this writer came back that is not the one made here; the
    /// text must be rebuilt without what was made here.
    #[error("Another edit was kept in place of the one made here. The text has to be rebuilt.")]
    Overtaken,
}

/// Cuts an insertion into pieces that fit into one edit each, between
/// characters.
pub fn pieces(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let mut cut = text.len().min(MAX_INSERT);
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        let (piece, rest) = text.split_at(cut);
        text = rest;
        (!piece.is_empty()).then_some(piece)
    })
}
