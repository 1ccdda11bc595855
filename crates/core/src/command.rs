//! Every change a person can make to a discussion, as one closed set.

use crate::id::EventId;

/// A change that the person asked for. It becomes one signed event, or more
/// where one does not suffice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Choose or change the own name (1 to 64 characters after trimming).
    SetName(String),
    /// Open a thread on a range of the document, in UTF-16 code units, or on
    /// the document as a whole.
    OpenThread {
        /// The commented range `(start, end)`; `None` for the whole document.
        range: Option<(u32, u32)>,
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
