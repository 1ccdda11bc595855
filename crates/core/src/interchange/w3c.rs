//! The Web Annotation Data Model (W3C Recommendation, 2017): selectors with
//! offsets in Unicode code points, and collections of annotations.

mod body;
mod read;
mod write;

pub(super) use read::local;

use super::selector::{self, Offsets};
use super::{Format, InterchangeError, Place, Reads};
use crate::anchor::Anchor;
use crate::anchor::index::TextIndex;
use crate::json::read::Value;

/// The form of whole discussions.
pub(super) const FORMAT: Format = Format {
    name: "w3c",
    media_type: "application/ld+json",
    extension: "jsonld",
    write: write::write,
    reads: Some(Reads {
        knows: read::knows,
        read: read::read,
    }),
};

/// Writes an anchor as the value of an annotation target's `selector`: a list.
/// With its place now it also has offsets. The heading of an element and the
/// counts of a quote have no form there.
pub fn write(anchor: &Anchor, place: Option<Place<'_>>) -> String {
    format!(
        "[{}]",
        selector::write(anchor, place, Offsets::CodePoints).join(",")
    )
}

/// Reads an annotation, a target, a list of selectors or a single one; `None`
/// when it is about a page as a whole. Offsets are only understood with the
/// text that they count in.
///
/// # Errors
/// When it is not JSON, or has no selector that says anything here.
pub fn read(json: &str, index: Option<&TextIndex>) -> Result<Option<Anchor>, InterchangeError> {
    let value = Value::parse(json).ok_or(InterchangeError::Malformed)?;
    selector::read(&value, index, Offsets::CodePoints)
}
