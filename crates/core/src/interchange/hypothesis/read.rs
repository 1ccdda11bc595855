//! What Hypothesis exports and answers.

use super::super::notes::Note;
use super::super::reading::Reading;
use super::super::selector::Offsets;
use super::super::w3c::local;
use super::super::{InterchangeError, calendar, markup};
use super::{NO_HOST, RESOLVED};
use crate::json::read::Value;

/// Where the annotations are: in the file of an export, and in the answer to a
/// search.
const LISTS: [&str; 3] = ["annotations", "rows", "replies"];

/// Whether a value is of this form.
pub(super) fn knows(value: &Value) -> bool {
    let listed = LISTS.iter().filter_map(|name| value.field(name)).next();
    match listed.unwrap_or(value) {
        Value::List(items) if items.is_empty() => listed.is_some(),
        items => items.items().first().is_some_and(is_annotation),
    }
}

fn is_annotation(value: &Value) -> bool {
    let has = |name| value.field(name).is_some();
    has("target") && has("uri") || has("user") && has("text")
}

/// Reads all annotations that are in a value.
pub(super) fn read(value: &Value, reading: &mut Reading<'_>) -> Result<(), InterchangeError> {
    let mut listed = LISTS.iter().filter_map(|name| value.field(name)).peekable();
    if listed.peek().is_none() {
        return read_list(value, reading);
    }
    listed.try_for_each(|list| read_list(list, reading))
}

fn read_list(list: &Value, reading: &mut Reading<'_>) -> Result<(), InterchangeError> {
    for annotation in list.items() {
        match is_annotation(annotation) && is_for_all(annotation) {
            true => read_one(annotation, reading)?,
            false => reading.leave_out(),
        }
    }
    Ok(())
}

/// Whether an annotation is neither private nor hidden by who moderates there.
fn is_for_all(annotation: &Value) -> bool {
    let readers = annotation.field("permissions").map(|own| own.texts("read"));
    let mut readers = readers.into_iter().flatten().peekable();
    let private = readers.peek().is_some() && readers.all(|reader| reader.starts_with("acct:"));
    let hidden = annotation.field("hidden") == Some(&Value::Word("true"));
    !private && !hidden
}

fn read_one(annotation: &Value, reading: &mut Reading<'_>) -> Result<(), InterchangeError> {
    let parent = annotation.texts("references").last();
    let (anchor, place) = match parent {
        Some(_) => (None, None),
        None => reading.anchor(annotation, Offsets::Units),
    };
    let shown = annotation.field("user_info");
    let shown = shown.and_then(|info| info.text("display_name"));
    let name = shown.filter(|name| !name.trim().is_empty());
    let user = annotation
        .text("user")
        .filter(|user| !user.ends_with(NO_HOST));
    let name = name.unwrap_or_else(|| local(user.unwrap_or("")));
    let time = |field| annotation.text(field).and_then(calendar::read).unwrap_or(0);
    let (at, changed) = (time("created"), time("updated"));
    let mut body = markup::from_markdown(annotation.text("text").unwrap_or(""));
    let mut resolved = false;
    let mut tags = annotation.texts("tags").filter(|tag| {
        resolved |= *tag == RESOLVED;
        *tag != RESOLVED
    });
    if let Some(tags) = markup::tags(&mut tags) {
        body.push_str(if body.is_empty() { "" } else { "\n\n" });
        body.push_str(&tags);
    }
    let note = Note {
        id: annotation.text("id").unwrap_or("").into(),
        parent: parent.unwrap_or("").into(),
        name: name.into(),
        at,
        changed: if changed > at { changed } else { 0 },
        body,
        anchor,
        place,
        resolved,
        ..Note::default()
    };
    reading.add(note, annotation.text("uri").unwrap_or(""))
}
