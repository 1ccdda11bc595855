//! The read model: threads as people see them, derived from events and never
//! written to. Two devices that hold the same events derive equal values.

use std::rc::Rc;

use crate::anchor::Anchor;
use crate::anchor::region::Region;
use crate::anchor::time::Time;
use crate::event::origin::Origin;
use crate::id::{AuthorId, EventId, Millis};
use crate::sorted::Map;

/// All threads of a room and the people who wrote in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Discussion {
    /// Threads in the order of the events that opened them.
    pub threads: Vec<Rc<Thread>>,
    /// Everyone who issued an event, by key.
    pub authors: Rc<Map<AuthorId, Rc<Author>>>,
}

/// Who somebody says they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The key that tells this author from all others.
    pub id: AuthorId,
    /// The name they chose; empty when they chose none.
    pub name: Box<str>,
    /// Up to two letters to stand for the author, from the name or the key.
    pub initials: Box<str>,
    /// Hue of the author's colour in degrees, 0 to 359, derived from the key.
    pub hue: u16,
}

/// A thread: one anchor, one status, and comments.
#[derive(Debug, Clone, PartialEq)]
pub struct Thread {
    /// The event that opened the thread.
    pub id: EventId,
    /// The words the thread is about, as they were when it was opened or last
    /// relinked; empty when it is not about words.
    pub quote: Box<str>,
    /// What it is about, when that is a picture, a sound or a film.
    pub about: Option<About>,
    /// Whether its author said later what it is about.
    pub relinked: Option<Relinked>,
    /// Open or resolved, with who changed it last and why.
    pub status: Status,
    /// Every change of status, oldest first.
    pub history: Vec<StatusChange>,
    /// The comments: the opening one first, replies in display order (parents
    /// before children, then lamport, device and sequence).
    pub comments: Vec<Rc<Comment>>,
    /// The latest claimed time of anything in the thread.
    pub last_activity: Millis,
}

/// A picture, a sound or a film, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// What the page calls it; empty when it has no name.
    pub name: Box<str>,
    /// The part of the picture; `None` for all of it.
    pub region: Option<Region>,
    /// The moment or stretch of time.
    pub time: Option<Time>,
}

impl About {
    /// What an anchor without words is about.
    pub fn of(anchor: &Anchor) -> Option<Self> {
        (!anchor.is_text()).then(|| About {
            name: anchor
                .content
                .as_ref()
                .map_or_else(Box::default, |content| content.name.clone()),
            region: anchor.region,
            time: anchor.time,
        })
    }
}

/// That a thread's author said anew what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relinked {
    /// Who: the thread's author.
    pub by: AuthorId,
    /// When, as they claim.
    pub at: Millis,
    /// The words that the thread was about when it was opened.
    pub quote: Box<str>,
}

/// Whether a thread still wants attention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Open, also again after a reply that the resolver had not seen.
    Open,
    /// Resolved, and nothing was said since that the resolver had not seen.
    Resolved {
        /// Who resolved it.
        by: AuthorId,
        /// When, as they claim.
        at: Millis,
        /// Why, when they said.
        reason: Option<Box<str>>,
    },
}

/// One step in the life of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    /// The event that made the change.
    pub id: EventId,
    /// Who made it.
    pub by: AuthorId,
    /// When, as they claim.
    pub at: Millis,
    /// `true` for resolve, `false` for reopen.
    pub resolved: bool,
    /// Why, when they said.
    pub reason: Option<Box<str>>,
}

/// One comment of a thread.
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    /// The event that made the comment.
    pub id: EventId,
    /// The comment this one answers; `None` for the opening comment.
    pub parent: Option<EventId>,
    /// Where it is from, when it was brought from elsewhere.
    pub origin: Option<Rc<Origin>>,
    /// Who wrote it here, or brought it.
    pub author: AuthorId,
    /// When, as they claim.
    pub at: Millis,
    /// When its text was last changed, as its author claims; 0 when it never was.
    pub edited_at: Millis,
    /// Present or deleted.
    pub state: CommentState,
    /// The text now, in comment markup (see `body`); empty unless present.
    pub body: Rc<str>,
    /// Earlier and concurrent versions, oldest first, without the current one;
    /// empty when never edited or deleted.
    pub revisions: Vec<Revision>,
    /// Reactions, most used first, then in the order they were first given.
    pub reactions: Vec<Reaction>,
}

/// What there is to show of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentState {
    /// The text is here.
    Present,
    /// Deleted by its author: a tombstone, replies stay.
    Deleted,
}

/// An earlier text of a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// When it was written, as its author claims.
    pub at: Millis,
    /// The text.
    pub body: Rc<str>,
}

/// One emoji under a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// The emoji.
    pub emoji: Box<str>,
    /// Who gave it, by key.
    pub authors: Vec<AuthorId>,
}

/// Where a thread's anchor is in the document right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// In the text, from `start` to `end` (exclusive), in UTF-16 code units.
    Placed {
        /// First code unit.
        start: u32,
        /// One past the last code unit.
        end: u32,
    },
    /// Perhaps in the text, from `start` to `end`: a question for a person,
    /// since its words are not surely there. Without any text between the two,
    /// perhaps on the element that stands there.
    Proposed {
        /// First code unit.
        start: u32,
        /// One past the last code unit.
        end: u32,
        /// How like the place is, in percent.
        score: u8,
    },
    /// On an element of the page, for the page to look up.
    OnElement {
        /// Where in the text the element stands, in UTF-16 code units; 0 until
        /// the page was asked.
        at: u32,
    },
    /// About the document as a whole.
    Whole,
    /// The text it names has not arrived yet.
    Waiting,
    /// Its text is gone; the thread stays, with its quote.
    Detached,
}

impl Placement {
    /// The placement of a thread for which somebody suggests another anchor,
    /// which is at `suggested`: where the thread's own is not surely in the
    /// text, the suggested place is proposed.
    pub fn or_suggested(self, suggested: Placement) -> Placement {
        let (place, score) = match suggested {
            Placement::Placed { start, end } => ((start, end), 100),
            Placement::Proposed { start, end, score } => ((start, end), score),
            _ => return self,
        };
        let better = match self {
            Placement::Detached => true,
            Placement::Proposed { score: own, .. } => score > own,
            _ => false,
        };
        let (start, end) = place;
        match better {
            true => Placement::Proposed { start, end, score },
            false => self,
        }
    }
}

/// How far one of the own comments has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Durable on this device.
    Saved,
    /// A relay has acknowledged it.
    AtRelay,
    /// So many other authors have signed something after seeing it.
    Seen(u32),
}
