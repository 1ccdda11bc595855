//! The panel: props are a [`Snapshot`](snapshot::Snapshot), output is an
//! [`Action`](action::Action), and nothing else goes in or out.

pub mod action;
pub mod snapshot;

mod arrivals;
mod body;
mod card;
mod comment;
mod filter;
mod focus;
mod icon;
mod keys;
mod layout;
mod list;
mod listen;
mod panel;
mod reactions;
mod sheet;
mod style;
mod ui;
mod writing;

#[cfg(test)]
mod sample;

use std::fmt;
use std::rc::Rc;

use postil_core::id::EventId;
use web_sys::{Element, ShadowRoot};
use yew::{AppHandle, Callback, Renderer};

use action::Action;
use panel::{Choice, FirstSnapshot, Msg, Panel, PanelProps};
use snapshot::Snapshot;

/// Mounts a panel into `root`, an empty element inside a shadow root, and
/// shows a first snapshot. Everything the person does comes out of `on`, which
/// may call [`MountedPanel::show`] before it returns.
///
/// The style sheet is adopted by the tree that `root` is in.
pub fn mount(root: Element, first: Rc<Snapshot>, on: Callback<Action>) -> MountedPanel {
    style::adopt(&root);
    let tree = root.get_root_node();
    let host = wasm_bindgen::JsCast::dyn_ref::<ShadowRoot>(&tree).map(ShadowRoot::host);
    let props = PanelProps {
        snapshot: FirstSnapshot(first),
        host: host.unwrap_or_else(|| root.clone()),
        on,
    };
    MountedPanel {
        app: Renderer::<Panel>::with_root_and_props(root, props).render(),
    }
}

/// A panel on the page.
pub struct MountedPanel {
    app: AppHandle<Panel>,
}

impl MountedPanel {
    /// Shows another state. What arrived where it would move what is being
    /// read waits until the reader asks for it.
    pub fn show(&self, snapshot: Rc<Snapshot>) {
        self.app.send_message(Msg::Snapshot(snapshot));
    }

    /// Makes a thread the active one and scrolls its card into view, also when
    /// the filter would hide it. On narrow screens the sheet opens.
    pub fn reveal(&self, thread: EventId) {
        self.app.send_message(Msg::Reveal(thread));
    }

    /// Asks which of several threads is meant, at a point of the window in CSS
    /// pixels.
    pub fn choose(&self, threads: Vec<EventId>, point: (f64, f64)) {
        self.app
            .send_message(Msg::Choose(Some(Choice { threads, point })));
    }

    /// Makes a thread the active one, or none, and nothing else: for a caret
    /// that moves through the document.
    pub fn activate(&self, thread: Option<EventId>) {
        self.app.send_message(Msg::Activate(thread));
    }

    /// Says something to assistive technology and shows it for a moment.
    pub fn announce(&self, words: &str) {
        let words = words.to_owned().into();
        self.app.send_message(Msg::Announce(words));
    }

    /// Takes the panel off the page.
    pub fn destroy(self) {
        self.app.destroy();
    }
}

impl fmt::Debug for MountedPanel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MountedPanel").finish_non_exhaustive()
    }
}
