//! From the discussion as people see it to what other forms can say.

use super::notes::Note;
use crate::anchor::position::Position;
use crate::discussion::{Comment, CommentState, Discussion, Placement, Status, Thread};
use crate::id::EventId;
use crate::projection::Projection;

/// Everything that is said in a discussion. `placements` says where the threads
/// are now, in their order.
///
/// What was deleted is left out. Its answers are given as answers to what it
/// answered; where nothing of that is left, as threads of their own.
pub fn collect(
    discussion: &Discussion,
    projection: &Projection,
    placements: &[Placement],
) -> Vec<Note> {
    let mut notes = Vec::new();
    for (index, thread) in discussion.threads.iter().enumerate() {
        let place = match placements.get(index) {
            Some(Placement::Placed { start, end }) => Position::new(*start, *end),
            _ => None,
        };
        for comment in &thread.comments {
            if comment.state != CommentState::Present {
                continue;
            }
            let mut note = told(discussion, comment);
            note.changed = projection.changed(&comment.id);
            match answered(thread, comment) {
                Some(parent) => note.parent = name(parent),
                None => {
                    note.anchor = projection.anchor(&thread.id).cloned();
                    note.place = place;
                    note.resolved = thread.status != Status::Open;
                }
            }
            notes.push(note);
        }
    }
    notes
}

/// What a comment is called everywhere.
fn name(comment: &Comment) -> String {
    match &comment.origin {
        Some(origin) => origin.id.as_ref().into(),
        None => comment.id.to_string(),
    }
}

/// The comment that another one answers, as far as that is not deleted.
fn answered<'a>(thread: &'a Thread, comment: &Comment) -> Option<&'a Comment> {
    let find = |id: EventId| thread.comments.iter().find(|other| other.id == id);
    let mut parent = comment.parent.and_then(find)?;
    while parent.state != CommentState::Present {
        parent = parent.parent.and_then(find)?;
    }
    Some(parent)
}

fn told(discussion: &Discussion, comment: &Comment) -> Note {
    let mut note = Note {
        id: name(comment),
        body: comment.body.as_ref().into(),
        at: comment.at,
        ..Note::default()
    };
    if let Some(origin) = &comment.origin {
        note.name = origin.name.as_ref().into();
        note.at = origin.at;
    } else {
        let author = discussion.authors.get(&comment.author);
        note.name = author.map_or("", |author| &author.name).into();
        note.author = comment.author.to_string();
    }
    note
}
