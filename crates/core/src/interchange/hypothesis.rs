//! Annotations as Hypothesis has them. Offsets are in UTF-16 code units of the
//! text of the page's body, and times of their own kind. Its `RangeSelector`
//! names DOM nodes by XPath, which say nothing here.

mod read;
mod write;

use super::media::decimal;
use super::selector::{self, Offsets};
use super::{Format, InterchangeError, Place, Reads};
use crate::anchor::Anchor;
use crate::anchor::index::TextIndex;
use crate::json::read::Value;

/// The form of whole discussions: the file that Hypothesis' "Export" makes, and
/// the answers of its programming interface.
pub(super) const FORMAT: Format = Format {
    name: "hypothesis",
    media_type: "application/json",
    extension: "json",
    write: write::write,
    reads: Some(Reads {
        knows: read::knows,
        read: read::read,
    }),
};

/// Tag of the first annotation of a thread that is resolved.
const RESOLVED: &str = "postil:resolved";

/// What the names of accounts end with that are none: nobody can have one at a
/// host of this name.
const NO_HOST: &str = "@postil.invalid";

/// Writes an anchor as the value of a target's `selector`: a list.
pub fn write(anchor: &Anchor, place: Option<Place<'_>>) -> String {
    let mut list = selector::write(anchor, place, Offsets::Units);
    list.extend(anchor.time.map(|time| {
        selector::selector("MediaTimeSelector", None, |json| {
            json.field("start").raw(&decimal(time.start, 3));
            let end = time.end.unwrap_or(time.start);
            json.field("end").raw(&decimal(end, 3));
        })
    }));
    format!("[{}]", list.join(","))
}

/// Reads an annotation, a target, a list of selectors or a single one; `None`
/// when it is about a page as a whole.
///
/// # Errors
/// When it is not JSON, or has no selector that says anything here.
pub fn read(json: &str, index: Option<&TextIndex>) -> Result<Option<Anchor>, InterchangeError> {
    let value = Value::parse(json).ok_or(InterchangeError::Malformed)?;
    selector::read(&value, index, Offsets::Units)
}
