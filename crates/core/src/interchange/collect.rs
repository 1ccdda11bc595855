//! From the plain data of a discussion (`crate::json`) and its anchors to what
//! other forms can say.

use super::notes::Note;
use crate::anchor::Anchor;
use crate::anchor::position::Position;
use crate::json::read::Value;
use crate::sorted::Map;

/// Everything that is said in a discussion. `anchors` has what its threads are
/// about, in encoded form and in their order; empty for the page as a whole.
/// `None` when the data is something else.
///
/// What was deleted is left out. Its answers are given as answers to what it
/// answered; where nothing of that is left, as threads of their own.
pub fn collect(threads: &str, anchors: &[&[u8]]) -> Option<Vec<Note>> {
    let threads = Value::parse_within(threads, usize::MAX, usize::MAX)?;
    let mut notes = Vec::new();
    for (index, thread) in threads.items().iter().enumerate() {
        let comments = thread.field("comments")?.items();
        let id = |comment: &Value| comment.text("id").map(str::to_owned);
        let by_id = comments.iter().filter_map(|own| Some((id(own)?, own)));
        let by_id: Map<String, &Value> = by_id.collect();
        for comment in comments.iter().filter(|comment| is_present(comment)) {
            let mut note = told(comment);
            match answered(&by_id, comment) {
                Some(parent) => note.parent = name(parent).into(),
                None => {
                    let anchor = anchors.get(index).filter(|bytes| !bytes.is_empty());
                    note.anchor = anchor.and_then(|bytes| Anchor::decode(bytes).ok());
                    note.place = thread.field("placement").and_then(place);
                    note.resolved = thread.text("status") == Some("resolved");
                }
            }
            notes.push(note);
        }
    }
    Some(notes)
}

fn is_present(comment: &Value) -> bool {
    comment.text("state") == Some("present")
}

fn place(placement: &Value) -> Option<Position> {
    let is_placed = placement.text("state") == Some("placed");
    let (start, end) = (placement.number("start")?, placement.number("end")?);
    Position::new(start, end).filter(|_| is_placed)
}

/// What a comment is called everywhere.
fn name(comment: &Value) -> &str {
    let named = comment.field("origin").unwrap_or(comment);
    named.text("id").unwrap_or("")
}

/// The comment that another one answers, as far as that is not deleted.
fn answered<'a>(by_id: &Map<String, &'a Value>, comment: &Value) -> Option<&'a Value> {
    let parent = |comment: &Value| by_id.get(comment.text("parent")?).copied();
    let mut answered = parent(comment)?;
    while !is_present(answered) {
        answered = parent(answered)?;
    }
    Some(answered)
}

fn told(comment: &Value) -> Note {
    let time = |value: &Value, field| value.millis(field).unwrap_or(0);
    let text = |value: Option<&Value>, field| {
        let text = value.and_then(|value| value.text(field));
        text.unwrap_or("").to_owned()
    };
    let mut note = Note {
        id: name(comment).into(),
        body: text(Some(comment), "body"),
        at: time(comment, "at"),
        changed: time(comment, "editedAt"),
        ..Note::default()
    };
    match comment.field("origin") {
        Some(origin) => {
            note.name = text(Some(origin), "name");
            note.at = time(origin, "at");
        }
        None => {
            note.name = text(comment.field("author"), "name");
            note.author = text(comment.field("author"), "id");
        }
    }
    note
}
