//! Anchors in the forms of others: read and written, one file a form.
//!
//! What the forms have in common is in [`selector`]. A quote from elsewhere
//! says nothing about how often its words were there; with an index of the
//! text its words are counted, as if it were made now.

pub mod fragment;
pub mod hypothesis;
mod media;
mod selector;
pub mod w3c;

use thiserror::Error;

use crate::anchor::index::TextIndex;
use crate::anchor::position::Position;

/// Where an anchor is now.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The text.
    pub index: &'a TextIndex,
    /// The stretch of it.
    pub position: Position,
}

/// Why data is not an anchor.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InterchangeError {
    /// Not the notation, or too much of it.
    #[error("The data is not in the expected form, or larger than 64 KiB.")]
    Malformed,
    /// Selectors that say nothing here.
    #[error(
        "The annotation is anchored by {0} only, which can not be found on this page. \
         Add its words as a TextQuoteSelector."
    )]
    Unsupported(Box<str>),
}

#[cfg(test)]
mod tests;
