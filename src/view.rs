//! The panel: props are a [`Snapshot`](snapshot::Snapshot), output is an
//! [`Action`](action::Action), and nothing else goes in or out.

pub mod action;
pub mod snapshot;

mod about;
mod arrivals;
mod body;
mod button;
mod card;
mod comment;
mod filter;
pub(crate) mod focus;
mod icon;
mod keys;
mod layout;
mod list;
mod listen;
mod name;
mod panel;
mod reactions;
mod sheet;
mod stage;
mod style;
mod ui;
mod writing;

#[cfg(test)]
mod sample;

use std::fmt;
use std::rc::Rc;

use postil_core::id::EventId;
use web_sys::ShadowRoot;
use yew::Callback;

pub(crate) use about::words as about_words;
use action::Action;
use panel::{Choice, FirstSnapshot, Msg, Own, PanelProps};
pub(crate) use sheet::is_wide;
use snapshot::Snapshot;
use stage::Stage;
pub(crate) use ui::author_name;

/// Mounts a panel into `parent`, a shadow root, and shows a first snapshot.
/// Everything the person does comes out of `on`, which may call
/// [`MountedPanel::show`] before it returns. `None` when the page refuses.
pub fn mount(
    parent: &ShadowRoot,
    first: Rc<Snapshot>,
    on: Callback<Action>,
) -> Option<MountedPanel> {
    style::adopt(parent);
    let host = parent.host();
    let props = PanelProps {
        snapshot: FirstSnapshot(first),
        host,
        on,
        made: Own(Callback::noop()),
    };
    Stage::enter(parent, props).map(|stage| MountedPanel { stage })
}

/// A panel on the page.
pub struct MountedPanel {
    stage: Stage,
}

impl MountedPanel {
    /// Shows another state. What arrived where it would move what is being
    /// read waits until the reader asks for it.
    pub fn show(&self, snapshot: Rc<Snapshot>) {
        self.stage.tell(Msg::Snapshot(snapshot));
    }

    /// Makes a thread the active one and scrolls its card into view, also when
    /// the filter would hide it. On narrow screens the sheet opens.
    pub fn reveal(&self, thread: EventId) {
        self.stage.tell(Msg::Reveal(thread));
    }

    /// Asks which of several threads is meant, at a point of the window in CSS
    /// pixels.
    pub fn choose(&self, threads: Vec<EventId>, point: (f64, f64)) {
        self.stage
            .tell(Msg::Choose(Some(Choice { threads, point })));
    }

    /// Makes a thread the active one, or none, and nothing else: for a caret
    /// that moves through the document.
    pub fn activate(&self, thread: Option<EventId>) {
        self.stage.tell(Msg::Activate(thread));
    }

    /// Has the card of the thread stand out whose text the pointer is over.
    pub fn glow(&self, thread: Option<EventId>) {
        self.stage.tell(Msg::Glow(thread));
    }

    /// Says something to assistive technology and shows it for a moment.
    pub fn announce(&self, words: &str) {
        let words = words.to_owned().into();
        self.stage.tell(Msg::Announce(words));
    }

    /// Takes the panel off the page.
    pub fn destroy(self) {
        self.stage.leave();
    }
}

impl fmt::Debug for MountedPanel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MountedPanel").finish_non_exhaustive()
    }
}
