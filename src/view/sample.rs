//! Made-up discussions for tests.

use std::rc::Rc;

use postil_core::discussion::{Author, Comment, CommentState, Discussion, Status, Thread};
use postil_core::id::{AuthorId, DeviceId, EventId};
use postil_core::sorted::Map;

pub(super) const fn author(n: u8) -> AuthorId {
    AuthorId([n; 32])
}

/// Threads with the given authors of their comments. Ids depend only on
/// thread, place and author.
pub(super) fn discussion(threads: &[&[AuthorId]]) -> Discussion {
    let mut known = Map::new();
    let threads = threads.iter().zip(1u32..).map(|(authors, t)| {
        let id = |n: u32, author: &AuthorId| EventId {
            device: DeviceId(author.0),
            seq: t * 1000 + n,
        };
        let comments = authors.iter().zip(0u32..).map(|(author, n)| {
            known.entry(*author).or_insert_with(|| {
                Rc::new(Author {
                    id: *author,
                    name: "".into(),
                    initials: "AB".into(),
                    hue: 200,
                })
            });
            Rc::new(Comment {
                id: id(n, author),
                parent: None,
                author: *author,
                at: u64::from(n),
                state: CommentState::Present,
                body: "Text".into(),
                origin: None,
                edited_at: 0,
                revisions: Vec::new(),
                reactions: Vec::new(),
            })
        });
        Rc::new(Thread {
            id: id(0, &authors[0]),
            quote: "quote".into(),
            about: None,
            relinked: None,
            status: Status::Open,
            history: Vec::new(),
            comments: comments.collect(),
            last_activity: 0,
        })
    });
    Discussion {
        threads: threads.collect(),
        authors: Rc::new(known),
    }
}
