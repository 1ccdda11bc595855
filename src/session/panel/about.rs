//! What a panel is about: it finds it on the page, and asks it.

use std::cell::Cell;
use std::rc::Rc;

use postil_core::command::{Command, Subject};
use postil_core::discussion::Placement;
use postil_core::id::EventId;
use web_sys::Element;

use super::{Composing, PanelHalf};
use crate::page::around;
use crate::session::DocumentHalf;
use crate::session::commented::Commented;
use crate::session::page::{PageHalf, scroll_to_medium};
use crate::view::action::Action;
use crate::view::is_wide;

impl PanelHalf {
    /// Looks for what is commented, which a page may render anew at any time.
    pub(in crate::session) fn find_page(self: &Rc<Self>) {
        let target = self.target.borrow().clone();
        let names = |element: &Element| {
            let selector = target.as_deref().unwrap_or_default();
            element.is_connected() && element.matches(selector) == Ok(true)
        };
        let same = self
            .page
            .borrow()
            .as_ref()
            .is_some_and(|half| names(half.page.root()));
        if same {
            return;
        }
        let found = target
            .as_deref()
            .and_then(|target| around::find(&self.host, target));
        let root = found.filter(|root| root.local_name() != "postil-document");
        if root.is_none() && self.page.borrow().is_none() {
            return;
        }
        let half = root.and_then(|root| PageHalf::mount(&root, self).ok());
        let old = self.page.replace(half);
        drop(old);
        self.forget_linked();
        self.session.refresh_within(0);
    }

    /// What the threads are about; `None` for the page as a whole, and while
    /// what the element names is not there.
    pub(in crate::session) fn commented(&self) -> Option<Commented> {
        let target = self.target.borrow();
        let selector = target.as_deref()?;
        let document = self.session.document();
        let named = |document: &Rc<DocumentHalf>| document.host.matches(selector) == Ok(true);
        match document.filter(named) {
            Some(document) => Some(Commented::Document(document)),
            None => self.page.borrow().clone().map(Commented::Page),
        }
    }

    /// Whether it will be known soon where threads are in the page.
    pub(in crate::session) fn is_looking(&self) -> bool {
        let page = self.page.borrow();
        page.as_ref().is_some_and(|page| page.is_looking())
    }

    /// Whether the threads are about the page as a whole.
    pub(in crate::session) fn is_about_all(&self) -> bool {
        self.target.borrow().is_none()
    }

    /// Highlights the threads' texts, if they are in the page itself.
    pub(in crate::session) fn paint_page(&self) {
        if let Some(Commented::Page(half)) = self.commented() {
            half.find_media(self);
            half.paint(&self.session.discussion.borrow(), self);
        }
    }

    /// Whether the page does not have what the element names.
    fn is_missing(&self) -> bool {
        let target = self.target.borrow();
        let found = target
            .as_deref()
            .map(|target| around::find(&self.host, target));
        found.is_some_and(|found| found.is_none())
    }

    /// A thread changed, or with `relinked` is about something else now.
    pub(in crate::session) fn touch(&self, thread: EventId, relinked: bool) {
        if let Some(half) = &*self.page.borrow() {
            half.touch(thread, relinked);
        }
    }

    /// Opens the one thread at a place of the text, or asks which.
    pub(in crate::session) fn choose(&self, threads: Vec<EventId>, point: (f64, f64)) {
        match (threads.as_slice(), &*self.panel.borrow()) {
            ([thread], Some(panel)) => panel.reveal(*thread),
            ([_, ..], Some(panel)) => panel.choose(threads, point),
            _ => {}
        }
    }

    /// The threads as plain JSON, with the places that this panel has them at.
    pub(crate) fn threads_json(&self) -> String {
        match self.commented() {
            Some(text @ Commented::Page(_)) => {
                let discussion = self.session.discussion.borrow().clone();
                let threads = discussion.threads.iter();
                let places: Vec<Placement> = threads
                    .map(|thread| text.placement(&self.session, &thread.id))
                    .collect();
                postil_core::json::threads_json(&discussion, &places)
            }
            None if self.is_missing() => {
                let discussion = self.session.discussion.borrow().clone();
                // What is not said to be elsewhere is written as waiting.
                postil_core::json::threads_json(&discussion, &[])
            }
            _ => self.session.threads_json(),
        }
    }

    /// Begins a thread on a picture or a player of the page. When there is none
    /// that is pointed at, the selection is meant.
    pub(super) fn start_on(self: &Rc<Self>, n: Option<usize>) {
        let text = self.commented();
        let is_selected = text.as_ref().is_some_and(|text| text.selection().is_some());
        let begun = match &text {
            Some(Commented::Page(half)) if n.is_some() || !is_selected => half.begin(n),
            _ => false,
        };
        if !begun && n.is_none() {
            self.act(Action::StartComment);
        }
    }

    /// The active thread.
    pub(in crate::session) fn active(&self) -> Option<EventId> {
        self.active.get()
    }

    /// The thread whose card the pointer is over.
    pub(in crate::session) fn pointed(&self) -> Option<EventId> {
        self.pointed.get()
    }

    /// Another thread is the active one, or the one that is pointed at.
    pub(super) fn emphasise(&self, which: &Cell<Option<EventId>>, thread: Option<EventId>) {
        which.set(thread);
        if let Some(text) = self.commented() {
            text.paint(&self.session, self);
        }
    }

    /// The pointer is over the text of a thread, or of none: its card shows it.
    pub(in crate::session) fn glow(&self, thread: Option<EventId>) {
        if self.glowing.replace(thread) != thread
            && let Some(panel) = &*self.panel.borrow()
        {
            panel.glow(thread);
        }
    }

    /// Has a thread written. A sheet to write in must not cover what it is about.
    pub(in crate::session) fn compose(&self, on: Composing) {
        if !is_wide() {
            match (&on, self.commented()) {
                (Composing::Range(start, end), Some(text)) => text.scroll_to((*start, *end)),
                (Composing::Medium(element, anchor), _) => scroll_to_medium(element, anchor.region),
                _ => {}
            }
        }
        *self.composing.borrow_mut() = Some(on);
    }

    pub(in crate::session) fn reveal_text(&self, thread: EventId, focus: bool) {
        if let Some(text) = self.commented() {
            text.reveal(&self.session, thread, focus);
        }
    }

    /// A command whose words of the page are described for everybody; `None`
    /// when they are not there any more.
    pub(in crate::session) fn described(&self, command: &Command) -> Option<Command> {
        let Some(Commented::Page(half)) = self.commented() else {
            return Some(command.clone());
        };
        let mut command = command.clone();
        match &mut command {
            Command::OpenThread { on, .. } => {
                if let Some(Composing::Medium(_, anchor)) = &*self.composing.borrow() {
                    *on = Subject::Anchor(Box::new((**anchor).clone()));
                }
            }
            Command::Relink { thread, on } => {
                if let Subject::Range(start, end) = *on
                    && start == end
                {
                    *on = Subject::Anchor(Box::new(half.describe_proposed(thread)?));
                }
            }
            _ => {}
        }
        if let Command::OpenThread { on, .. } | Command::Relink { on, .. } = &mut command
            && let Subject::Range(start, end) = *on
        {
            *on = Subject::Anchor(Box::new(half.describe((start, end))?));
        }
        Some(command)
    }
}
