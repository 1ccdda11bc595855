//! Everything the panel shows, as one value that the session hands over.

use std::fmt;
use std::rc::Rc;

use postil_core::discussion::{About, Delivery, Discussion, Placement};
use postil_core::id::{AuthorId, EventId};
use postil_core::sorted::Map;

use crate::i18n::Words;

/// The whole input of the panel. Cheap to clone: everything large is shared.
///
/// The panel compares what it can by address ([`Rc::ptr_eq`]), so a thread or
/// an authors map that has not changed should be the same `Rc` as before.
#[derive(Clone)]
pub struct Snapshot {
    /// What is known of the room so far.
    pub phase: Phase,
    /// The threads and their authors.
    pub discussion: Rc<Discussion>,
    /// Where each thread's anchor is; parallel to `discussion.threads`.
    pub placements: Rc<Vec<Placement>>,
    /// What is proposed for those threads whose placement is a proposal.
    pub proposals: Rc<Map<EventId, Proposal>>,
    /// Where each thread's text starts, in CSS pixels from the top of the
    /// panel's host element; parallel to `discussion.threads`. `NaN` where
    /// there is no text to stand beside (detached, waiting, whole document, or
    /// a panel that is not beside its document): such a card follows the one
    /// before it.
    pub tops: Rc<Vec<f64>>,
    /// Indexes into `discussion.threads` in document order, threads without a
    /// place in the text last; the newest first where all are about the page.
    pub order: Rc<Vec<u32>>,
    /// The person at this device.
    pub me: AuthorId,
    /// The name that person chose; `None` until they chose one.
    pub name: Option<Rc<str>>,
    /// How things stand with the relays.
    pub connection: Connection,
    /// Each relay by itself.
    pub relays: Rc<[RelayRow]>,
    /// Whether relays are gone to now and then only.
    pub saves: bool,
    /// How many own events no relay has acknowledged yet.
    pub waiting: u32,
    /// How far one of the own comments has come.
    pub delivery: Rc<dyn Fn(&EventId) -> Delivery>,
    /// The text selected in the document right now; `None` when nothing is.
    pub selection: Option<Target>,
    /// The text a new thread is being written on: set by the session in answer
    /// to [`StartComment`](super::action::Action::StartComment), kept up to
    /// date while others edit, and `None` again after the thread was opened or
    /// the writing was cancelled.
    pub composing: Option<Target>,
    /// Everything on the page besides text that can be commented.
    pub media: Rc<dyn Fn() -> Vec<About>>,
    /// Whether only reading is allowed.
    pub readonly: bool,
    /// Whether the discussion is about the page as a whole and a part of it, on
    /// every screen, with a box to write in that is always there.
    pub in_page: bool,
    /// Whether the panel is below the text in the page: what it covers there can
    /// be scrolled up where there is room after it.
    pub below: bool,
    /// What the person should know and can put away, oldest first.
    pub notices: Rc<Vec<Notice>>,
    /// Unfinished text by draft key (see [`reply_key`](super::action::reply_key)).
    pub drafts: Rc<ReadDraft>,
    /// The language of the interface.
    pub words: Words,
}

impl Snapshot {
    /// What there is to show before anything is known: a loading panel.
    pub fn loading(words: Words) -> Self {
        Snapshot {
            phase: Phase::Loading,
            discussion: Rc::default(),
            placements: Rc::default(),
            proposals: Rc::default(),
            tops: Rc::default(),
            order: Rc::default(),
            me: AuthorId([0; 32]),
            name: None,
            connection: Connection::Connecting,
            relays: Rc::default(),
            saves: false,
            waiting: 0,
            delivery: Rc::new(|_| Delivery::Saved),
            selection: None,
            composing: None,
            media: Rc::new(Vec::new),
            readonly: false,
            in_page: false,
            below: false,
            notices: Rc::default(),
            drafts: Rc::new(|_| None),
            words,
        }
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("phase", &self.phase)
            .field("threads", &self.discussion.threads.len())
            .finish_non_exhaustive()
    }
}

/// Looks up an unfinished text by its draft key.
pub type ReadDraft = dyn Fn(&str) -> Option<String>;

/// Whether there is a room to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The local store is being read.
    Loading,
    /// The discussion is what this device holds of it.
    Ready,
    /// There is no discussion to show, for this reason, as a full sentence.
    Failed(Rc<str>),
}

/// A piece of the document, for a selection or a thread that is being written.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Start and end (exclusive) in UTF-16 code units; `None` for the document
    /// as a whole.
    pub range: Option<(u32, u32)>,
    /// The words in that range; empty for the document as a whole.
    pub quote: Rc<str>,
    /// The picture or the player, when it is about one.
    pub about: Option<About>,
    /// Where the range starts, in CSS pixels from the top of the panel's host
    /// element; `NaN` when there is no such place.
    pub top: f64,
    /// Where there is room for a button that covers nothing of a selection:
    /// from the left and upper edge of the panel's host element, in CSS pixels.
    /// `None` in the gap before the panel.
    pub beside: Option<(f64, f64)>,
}

/// Words that a thread may be about, now that its own were changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Start and end (exclusive) in UTF-16 code units.
    pub range: (u32, u32),
    /// The words there.
    pub words: Rc<str>,
    /// Whether the person has said so already, and whoever began the thread has
    /// not answered.
    pub suggested: bool,
}

/// How things stand with the relays, all of them taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// No relay is configured: this device and its tabs only.
    NoRelay,
    /// No relay can be reached; attempts go on.
    Offline,
    /// A relay is being reached or caught up with.
    Connecting,
    /// Everything a relay holds is here, and everything from here is there
    /// (`waiting` says what is not).
    UpToDate,
    /// Relays are gone to now and then only; the last time, this was so.
    Saving,
    /// A relay refuses, and trying again by itself would not help.
    Refused {
        /// What the relay said, as a full sentence.
        reason: Rc<str>,
    },
}

impl Connection {
    /// The word for it in `postil-sync` events, and its class.
    pub fn word(&self) -> &'static str {
        match self {
            Connection::NoRelay => "no-relay",
            Connection::Offline => "offline",
            Connection::Connecting => "connecting",
            Connection::UpToDate => "up-to-date",
            Connection::Saving => "saving-data",
            Connection::Refused { .. } => "refused",
        }
    }
}

/// How things stand with one relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayRow {
    /// Its address, without anything in it that may be a secret.
    pub name: Rc<str>,
    /// How it is.
    pub connection: Connection,
    /// What is wrong while it can not be reached, as a full sentence; else
    /// empty.
    pub trouble: Rc<str>,
    /// When it was last heard of since this page was opened, in milliseconds
    /// since 1970.
    pub contact: Option<u64>,
    /// How many events it has not acknowledged.
    pub waiting: u32,
    /// The number of the direct connection that it is, if it can be ended here.
    pub direct: Option<u32>,
}

/// Something the person should know. It stays until they put it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What sort of news it is.
    pub kind: NoticeKind,
    /// What happened, to what, and what can be done: one or two sentences.
    pub text: Rc<str>,
    /// Facts for whoever has to find the cause, such as the reasons for which
    /// records were set aside, one a line; shown on request.
    pub detail: Option<Rc<str>>,
}

/// What sort of news a notice is; each has its own icon and heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Something the person asked for did not happen.
    Error,
    /// Something damaged or forged was set aside; the rest goes on working.
    Quarantine,
    /// Good to know.
    Info,
    /// A text that is not on screen, as the detail, to be copied.
    Version,
}
