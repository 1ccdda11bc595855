//! What every part of the panel needs: the language, the person, and where to
//! send what they do.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Date;
use postil_core::command::Command;
use postil_core::discussion::{Author, Comment};
use postil_core::id::{AuthorId, EventId};
use postil_core::sorted::Map;
use yew::{AttrValue, Callback};

use super::action::Action;
use super::snapshot::ReadDraft;
use crate::i18n::{Text, Words};

/// What a part of the panel asks of the whole.
#[derive(Debug)]
pub(super) enum Ask {
    /// Make a thread the active one, or none.
    Activate(Option<EventId>),
    /// Send what was written under a draft key, stay busy until it comes back,
    /// then forget the draft and focus the result, unless the person has gone on.
    Send {
        key: String,
        sent: Sent,
        command: Command,
    },
    /// Tell the person in words.
    Say(Text),
    /// Move the keyboard focus to the element with this id once it is there.
    Focus(String),
}

/// What is expected to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// A new thread.
    Thread,
    /// A reply in this thread.
    Reply(EventId),
    /// A new text of this comment in this thread.
    Edit { thread: EventId, comment: EventId },
}

/// Shared by all parts. Two are equal when the same thing is to be rendered.
#[derive(Clone)]
pub(super) struct Ui {
    pub(super) words: Words,
    pub(super) me: AuthorId,
    /// Whether the person has chosen a name.
    pub(super) named: bool,
    pub(super) readonly: bool,
    /// Whether something was sent that has not come back yet.
    pub(super) busy: bool,
    /// How many sent things have come back.
    pub(super) done: u32,
    pub(super) authors: Rc<Map<AuthorId, Rc<Author>>>,
    pub(super) on: Callback<Action>,
    pub(super) ask: Callback<Ask>,
    pub(super) drafts: Drafts,
}

/// Reads unfinished texts, always from the latest snapshot.
pub(super) type Drafts = Rc<RefCell<Rc<ReadDraft>>>;

impl PartialEq for Ui {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
            && self.me == other.me
            && self.named == other.named
            && self.readonly == other.readonly
            && self.busy == other.busy
            && self.done == other.done
            && Rc::ptr_eq(&self.authors, &other.authors)
    }
}

impl Ui {
    pub(super) fn t(&self, text: Text) -> AttrValue {
        AttrValue::from(self.words.t(text).to_owned())
    }

    pub(super) fn act(&self, action: Action) {
        self.on.emit(action);
    }

    pub(super) fn ask(&self, ask: Ask) {
        self.ask.emit(ask);
    }

    /// The unfinished text under a draft key; empty when there is none.
    pub(super) fn draft(&self, key: &str) -> String {
        let read = self.drafts.borrow().clone();
        read(key).unwrap_or_default()
    }

    /// Who is said to have written a comment: its author, or for one that was
    /// brought from elsewhere whoever wrote it there.
    pub(super) fn writer(&self, comment: &Comment) -> String {
        match comment.origin.as_deref() {
            None => self.name(&comment.author),
            Some(origin) if origin.name.is_empty() => {
                self.words.with(Text::Unnamed, &[("initials", "?")])
            }
            Some(origin) => origin.name.as_ref().into(),
        }
    }

    /// What to call an author.
    pub(super) fn name(&self, author: &AuthorId) -> String {
        author_name(&self.words, &self.authors, author)
    }
}

/// What to call an author.
pub(crate) fn author_name(
    words: &Words,
    authors: &Map<AuthorId, Rc<Author>>,
    author: &AuthorId,
) -> String {
    match authors.get(author) {
        Some(known) if !known.name.is_empty() => known.name.to_string(),
        known => {
            let initials = known.map_or("?", |author| &author.initials);
            words.with(Text::Unnamed, &[("initials", initials)])
        }
    }
}

/// A length in whole CSS pixels. Writing a number with a fraction would take
/// several kilobytes of code.
pub(super) fn px(length: f64) -> String {
    [&(length.round() as i32).to_string(), "px"].concat()
}

/// This device's clock, in milliseconds since the Unix epoch.
pub(super) fn now() -> u64 {
    Date::now() as u64
}

/// Element id of a thread's card.
pub(super) fn card_id(thread: &EventId) -> String {
    ["t-", &thread.to_string()].concat()
}

/// Element id of the button that chooses a thread.
pub(super) fn choice_id(thread: &EventId) -> String {
    ["o-", &thread.to_string()].concat()
}

/// Element id of a comment.
pub(super) fn comment_id(comment: &EventId) -> String {
    ["c-", &comment.to_string()].concat()
}

/// What the modifier key of shortcuts is called on this device.
pub(super) fn modifier() -> &'static str {
    let platform = web_sys::window().and_then(|w| w.navigator().user_agent().ok());
    if platform.is_some_and(|agent| agent.contains("Mac OS")) {
        "⌘"
    } else {
        "Ctrl"
    }
}
