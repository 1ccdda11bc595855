//! The text that the page's address names: looked for when the page is there,
//! shown once, and emphasised until something else is of interest. What reads
//! such addresses is in the module with the forms of other programs.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use postil_core::discussion::Placement;
use postil_core::id::EventId;
use postil_core::text::Delta;
use wasm_bindgen_futures::spawn_local;

use super::PanelHalf;
use crate::i18n::Text;
use crate::on_demand;
use crate::session::places::moved;

/// How a selector begins.
const SELECTOR: &str = "#selector(";
/// What a text follows where the browser does not keep it to itself.
const DIRECTIVE: &str = ":~:text=";
/// The longest fragment that is looked at, in bytes.
const LONGEST: usize = 4096;
/// A page that renders late is looked at so many times.
const TRIES: u32 = 20;
/// How long to wait for such a page before it is said that the text is not
/// there, in milliseconds.
const PATIENCE: u32 = 2000;

thread_local! {
    /// A fragment, and what any panel of the page has said of its text. Another
    /// one may be about the part that has it, or about the same.
    static SAID: RefCell<(String, Option<Text>)> = RefCell::default();
}

/// What is known of that text.
#[derive(Default)]
pub(super) struct Linked {
    /// What the address says.
    fragment: RefCell<Option<Rc<str>>>,
    /// How often it was looked for.
    tries: Cell<u32>,
    /// Where it is, in UTF-16 code units.
    shown: Cell<Option<(u32, u32)>>,
    /// Whether it was scrolled to.
    arrived: Cell<bool>,
    /// The thread that was opened for it.
    opened: Cell<Option<EventId>>,
    /// Until it is said that it is not to be found.
    timer: Cell<Option<Timeout>>,
}

impl Linked {
    /// Keeps the text on its words when what is around changes.
    pub(super) fn shift(&self, delta: &Delta) {
        let shown = self.shown.get();
        let shown = shown.map(|(start, end)| moved(start, end, delta));
        self.shown.set(shown.filter(|(start, end)| start < end));
    }
}

impl PanelHalf {
    /// Looks for the text that a fragment names. Says whether it names one.
    pub(super) fn follow_text(self: &Rc<Self>, hash: &str) -> bool {
        let names = hash.starts_with(SELECTOR) || hash.contains(DIRECTIVE);
        let fragment = Some(hash).filter(|hash| names && hash.len() <= LONGEST);
        let linked = &self.linked;
        SAID.with_borrow_mut(|said| {
            if said.0 != hash {
                *said = (hash.into(), None);
            }
        });
        *linked.fragment.borrow_mut() = fragment.map(Rc::from);
        linked.tries.set(0);
        linked.arrived.set(false);
        drop(linked.timer.take());
        self.put_linked(None);
        self.seek_text();
        fragment.is_some()
    }

    /// The text, if it is to be emphasised.
    pub(in crate::session) fn linked(&self) -> Option<(u32, u32)> {
        self.linked.shown.get()
    }

    /// Looks for the text if it is not shown: the page has been read.
    pub(in crate::session) fn seek_text(self: &Rc<Self>) {
        let linked = &self.linked;
        let fragment = linked.fragment.borrow().clone();
        let text = self.commented().and_then(|it| it.text(&self.session));
        let (Some(fragment), Some(text)) = (fragment, text) else {
            return;
        };
        let tries = linked.tries.get();
        if linked.shown.get().is_some() || tries >= TRIES {
            return;
        }
        linked.tries.set(tries + 1);
        let this = self.clone();
        spawn_local(async move {
            let Ok(module) = on_demand::interchange().await else {
                return;
            };
            // What names no text is for the page.
            let Ok(found) = module.find_fragment(&fragment, &text) else {
                return;
            };
            let linked = &this.linked;
            let is_wanted = linked.shown.get().is_none()
                && linked.fragment.borrow().as_ref() == Some(&fragment);
            // Another text is looked at by itself.
            let now = this.commented().and_then(|it| it.text(&this.session));
            if !is_wanted || now != Some(text) {
                return;
            }
            match *found.as_slice() {
                [start, end] => this.show_linked((start, end)),
                [] => this.miss_linked(Text::LinkedTextMissing),
                _ => this.miss_linked(Text::LinkedTextSeveral),
            }
        });
    }

    fn show_linked(self: &Rc<Self>, part: (u32, u32)) {
        drop(self.linked.timer.take());
        self.put_linked(Some(part));
        if !self.linked.arrived.replace(true) {
            if let Some(text) = self.commented() {
                text.show(part);
            }
            self.say_linked(Text::LinkedTextShown);
        }
        self.open_linked();
    }

    /// Opens the thread about that text, if there is exactly one and it is
    /// known where all of them are.
    pub(in crate::session) fn open_linked(&self) {
        let (Some((from, to)), None) = (self.linked.shown.get(), self.linked.opened.get()) else {
            return;
        };
        let Some(text) = self.commented() else { return };
        let discussion = self.session.discussion.borrow().clone();
        let mut there = Vec::new();
        for thread in &discussion.threads {
            match text.placement(&self.session, &thread.id) {
                Placement::Placed { start, end } if start < to && from < end => {
                    there.push(thread.id);
                }
                Placement::Waiting => return,
                _ => {}
            }
        }
        if let [thread] = *there {
            self.linked.opened.set(Some(thread));
            self.activate(thread);
        }
    }

    /// Says after a while that the text is not to be found, if it still is not.
    fn miss_linked(self: &Rc<Self>, why: Text) {
        let this = Rc::downgrade(self);
        let timer = Timeout::new(PATIENCE, move || {
            if let Some(half) = this.upgrade() {
                half.say_linked(why);
            }
        });
        // It is said once.
        if self.linked.tries.get() == 1 {
            self.linked.timer.set(Some(timer));
        }
    }

    /// Says it if no panel has said as much of that text.
    fn say_linked(&self, what: Text) {
        let before = SAID.with_borrow_mut(|(_, said)| said.replace(what));
        if before.is_none_or(|it| it == Text::LinkedTextMissing && it != what) {
            self.announce(what);
        }
    }

    /// Another thread is of interest now, or none.
    pub(super) fn leave_linked(&self, thread: Option<EventId>) {
        if thread != self.linked.opened.get() {
            *self.linked.fragment.borrow_mut() = None;
            self.put_linked(None);
        }
    }

    /// What is commented is another element: the text has to be found in it.
    pub(super) fn forget_linked(&self) {
        self.put_linked(None);
    }

    fn put_linked(&self, part: Option<(u32, u32)>) {
        self.linked.opened.set(None);
        if self.linked.shown.replace(part) != part
            && let Some(text) = self.commented()
        {
            text.paint(&self.session, self);
        }
    }
}
