//! Every change a person can make to a discussion, as one closed set.

use crate::anchor::Anchor;
use crate::id::EventId;

/// What a thread is to be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The document as a whole.
    Whole,
    /// A range of the shared document, in UTF-16 code units: its start, and its
    /// end, which does not belong to it.
    Range(u32, u32),
    /// What was described by who knows the page.
    Anchor(Box<Anchor>),
}

impl From<Option<(u32, u32)>> for Subject {
    /// The subject of a selection, which may be none.
    fn from(range: Option<(u32, u32)>) -> Self {
        range.map_or(Subject::Whole, |(start, end)| Subject::Range(start, end))
    }
}

/// A change that the person asked for. It becomes one signed event, or more
/// where one does not suffice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Choose or change the own name (1 to 64 characters after trimming).
    SetName(String),
    /// Open a thread.
    OpenThread {
        /// What it is about.
        on: Subject,
        /// The opening comment, in comment markup, at most 16 KiB of UTF-8.
        body: String,
    },
    /// Answer a comment.
    Reply {
        /// The thread.
        thread: EventId,
        /// The comment that is answered.
        parent: EventId,
        /// The text, in comment markup.
        body: String,
    },
    /// Replace the text of an own comment; earlier texts stay readable.
    Revise {
        /// The comment.
        comment: EventId,
        /// The new text.
        body: String,
    },
    /// Delete an own comment; a tombstone and the replies stay.
    Redact {
        /// The comment.
        comment: EventId,
    },
    /// Give or take back a reaction.
    React {
        /// The comment.
        comment: EventId,
        /// One emoji.
        emoji: String,
        /// `true` to give, `false` to take back.
        on: bool,
    },
    /// Say what a thread is about from now on. The thread's author decides;
    /// from anybody else it is a suggestion.
    Relink {
        /// The thread.
        thread: EventId,
        /// What it is about.
        on: Subject,
    },
    /// Close a thread.
    Resolve {
        /// The thread.
        thread: EventId,
        /// Why, optionally.
        reason: Option<String>,
    },
    /// Open a resolved thread again.
    Reopen {
        /// The thread.
        thread: EventId,
        /// Why, optionally.
        reason: Option<String>,
    },
}
