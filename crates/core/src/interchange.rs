//! Discussions in the forms of others: one file a form, and a line in
//! [`FORMATS`]. An e-mail ([`eml`]) is none of these: it carries a copy as it is.
//!
//! A discussion is written as text from [`notes`], and read from text as notes,
//! which a session makes events of. What the forms have
//! in common is in [`selector`] for anchors and in [`markup`] for what people
//! wrote. A quote from elsewhere says nothing about how often its words were
//! there; with an index of the text its words are counted, as if it were made
//! now.

mod calendar;
pub mod collect;
pub mod eml;
pub mod fragment;
mod html;
pub mod hypothesis;
mod loose;
mod markup;
mod media;
pub mod notes;
mod page;
mod reading;
mod selector;
pub mod w3c;

use thiserror::Error;

use crate::anchor::index::TextIndex;
use crate::anchor::position::Position;
use crate::json::read::Value;
use notes::{Note, Notes, Page};
use reading::Reading;

/// The most bytes of a file that is read.
pub const MAX_FILE: usize = 4 * 1024 * 1024;
/// The most values in such a file.
const MAX_VALUES: usize = 500_000;
/// The most comments that are read from one file.
pub const MAX_NOTES: usize = 5_000;

/// A form that discussions are written in.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// What pages call it.
    pub name: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// How names of its files end.
    pub extension: &'static str,
    /// Writes a discussion.
    write: fn(&Page, &[Note]) -> String,
    /// How it is read; `None` for a form that is only ever written.
    reads: Option<Reads>,
}

/// How a form is read.
#[derive(Debug, Clone, Copy)]
struct Reads {
    /// Whether a file is in it.
    knows: fn(&Value) -> bool,
    /// Reads a file.
    read: fn(&Value, &mut Reading<'_>) -> Result<(), InterchangeError>,
}

impl Format {
    /// Whether files in it can be read as well.
    pub fn is_read(&self) -> bool {
        self.reads.is_some()
    }
}

/// Every form.
pub const FORMATS: &[Format] = &[w3c::FORMAT, hypothesis::FORMAT, page::FORMAT];

/// Writes a discussion in the form of that name; `None` when there is none.
pub fn write(format: &str, page: &Page, notes: &[Note]) -> Option<String> {
    let format = FORMATS.iter().find(|known| known.name == format)?;
    Some((format.write)(page, notes))
}

/// Reads a file in any of the forms, for a page.
///
/// # Errors
/// When it is in none of them, or too large.
pub fn read(page: &Page, file: &str) -> Result<Notes, InterchangeError> {
    if file.len() > MAX_FILE {
        return Err(InterchangeError::TooLarge);
    }
    let file = file.trim_start_matches('\u{feff}');
    let value = Value::parse_within(file, MAX_FILE, MAX_VALUES);
    let value = value.ok_or(InterchangeError::Unknown)?;
    let mut forms = FORMATS.iter().filter_map(|format| format.reads);
    let form = forms.find(|form| (form.knows)(&value));
    let form = form.ok_or(InterchangeError::Unknown)?;
    let mut reading = Reading::new(page);
    (form.read)(&value, &mut reading)?;
    reading.finish()
}

/// Where an anchor is now.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The text.
    pub index: &'a TextIndex,
    /// The stretch of it.
    pub position: Position,
}

/// Why data is not an anchor, or not a discussion.
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
    /// A file in a form that is not known.
    #[error(
        "The file holds no comments in a form that is known here: \
         W3C Web Annotations or Hypothesis' JSON."
    )]
    Unknown,
    /// A file over the limits.
    #[error("The file is larger than 4 MiB, or has more than 5,000 comments. Split it.")]
    TooLarge,
    /// The comments themselves are somewhere else.
    #[error("The file only says where the comments are: {0}. Save that page and open it instead.")]
    Elsewhere(Box<str>),
}

#[cfg(test)]
mod tests;
