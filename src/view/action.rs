//! Everything the panel can ask of the session.

use std::rc::Rc;

use postil_core::command::Command;
use postil_core::id::EventId;
use web_sys::File;

use crate::i18n::Text;

/// One thing the person did in the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Change the discussion. The panel keeps the words on screen until the
    /// change comes back in a snapshot; when it fails, the session adds a
    /// notice of kind `Error` and nothing is lost.
    Do(Command),
    /// Start writing a thread on the current selection, or on the document as
    /// a whole when nothing is selected. The session answers by setting
    /// [`composing`](super::snapshot::Snapshot::composing).
    StartComment,
    /// Start a thread on one of [`Snapshot::media`](super::snapshot::Snapshot::media),
    /// or with `None` on the one that the pointer or the keyboard is at; when
    /// there is none, as with [`StartComment`](Action::StartComment).
    StartOn(Option<usize>),
    /// Stop writing that thread; the session sets `composing` to `None`. The
    /// draft stays until a [`Draft`](Action::Draft) empties it.
    CancelComment,
    /// Scroll the document so that the thread's text can be seen, and move the
    /// focus there when `focus` is set.
    Reveal {
        /// The thread.
        thread: EventId,
        /// Whether the document takes the keyboard focus as well.
        focus: bool,
    },
    /// Another thread is active now, or none: highlights are to be repainted.
    Focus(Option<EventId>),
    /// The pointer is over the card of another thread, or of none: highlights
    /// are to be repainted.
    Point(Option<EventId>),
    /// Unfinished text changed. An empty text forgets the draft.
    Draft {
        /// `new`, or what [`reply_key`] or [`edit_key`] gives.
        key: String,
        /// The text as it stands.
        text: String,
    },
    /// The person has judged what is proposed for a thread: that it is
    /// about these words now, or that it is not.
    Judge {
        /// The thread.
        thread: EventId,
        /// The proposed words.
        words: Rc<str>,
        /// Whether it is about them.
        yes: bool,
    },
    /// Put the permalink of a thread on the clipboard, and say so with
    /// [`MountedPanel::announce`](super::MountedPanel::announce).
    CopyLink(EventId),
    /// Put the detail of the notice at this index of `Snapshot::notices` on the
    /// clipboard, and say so.
    CopyDetail(usize),
    /// Make a copy of the discussion, to be carried by hand.
    GiveCopy(Way),
    /// Open a file that holds a copy.
    OpenCopy(File),
    /// Connect directly to another person.
    Connect,
    /// End the direct connection of this number.
    Disconnect(u32),
    /// Try the relays again at once, also those that refused.
    RetryNow,
    /// Go to the relays now and then only, or be with them all the time. Kept for
    /// every discussion on this device.
    SaveData(bool),
    /// Put away the notice at this index of `Snapshot::notices`.
    DismissNotice(usize),
    /// The person pressed Escape with nothing left to close: give the focus
    /// back to the document.
    ReturnToText,
}

/// A form of another program.
#[derive(Debug, PartialEq, Eq)]
pub struct Form {
    /// Its name in `postil_core::interchange::FORMATS`.
    pub name: &'static str,
    /// How names of its files end.
    pub extension: &'static str,
    /// The words on its button.
    pub label: Text,
}

/// The forms that people are offered.
pub const FORMS: &[Form] = &[
    Form {
        name: "w3c",
        extension: ".jsonld",
        label: Text::SaveW3c,
    },
    Form {
        name: "hypothesis",
        extension: ".json",
        label: Text::SaveHypothesis,
    },
    Form {
        name: "html",
        extension: ".html",
        label: Text::SaveHtml,
    },
];

/// How a copy of the discussion leaves the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As a file.
    File,
    /// As a file of another program.
    Form(&'static Form),
    /// As a link on the clipboard.
    Link,
    /// As a link in a letter.
    Letter,
    /// As a file that is an e-mail with the copy attached.
    Email,
    /// By the system's share sheet.
    Share,
    /// As a link in a code for cameras.
    Code,
}

/// Draft key of the thread that is being written.
pub const NEW_KEY: &str = "new";

/// Draft key of a reply in `thread`.
pub fn reply_key(thread: &EventId) -> String {
    ["reply:", &thread.to_string()].concat()
}

/// Draft key of the edit of `comment`.
pub fn edit_key(comment: &EventId) -> String {
    ["edit:", &comment.to_string()].concat()
}
