//! `<postil-document>`: the editor and its port to the session.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use postil_core::discussion::{Placement, Status};
use postil_core::id::EventId;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use super::Session;
use crate::document::{Editor, TextPort};
use crate::i18n::{Text, Words};

/// An editor that is mounted.
pub(crate) struct DocumentHalf {
    pub(crate) host: HtmlElement,
    /// The text that the element itself held.
    pub(crate) source: String,
    pub(crate) editor: Editor,
    session: Rc<Session>,
    readonly: Cell<bool>,
    listeners: RefCell<Vec<gloo_events::EventListener>>,
}

/// What the editor writes to.
struct Port {
    session: Weak<Session>,
    source: String,
}

impl TextPort for Port {
    fn text(&self) -> String {
        match self.session.upgrade() {
            Some(session) if session.state.borrow().peer.is_some() => session.text(),
            _ => self.source.clone(),
        }
    }

    fn splice(&self, at: u32, delete: u32, insert: &str) {
        if let Some(session) = self.session.upgrade() {
            session.typed(at, delete, insert);
        }
    }

    fn undo(&self) {
        if let Some(session) = self.session.upgrade() {
            session.take_back(false);
        }
    }

    fn redo(&self) {
        if let Some(session) = self.session.upgrade() {
            session.take_back(true);
        }
    }
}

impl DocumentHalf {
    /// Shows the room's document in `host`.
    ///
    /// # Errors
    /// When the page refuses what the editor needs.
    pub(crate) fn mount(
        host: HtmlElement,
        source: &str,
        session: &Rc<Session>,
        readonly: bool,
    ) -> Result<Rc<Self>, JsValue> {
        session.peer(|peer| {
            peer.replica_mut()
                .projection_mut()
                .documents_mut()
                .set_page_text(source)
        });
        let port = Port {
            session: Rc::downgrade(session),
            source: source.into(),
        };
        // Until what is kept has been read nothing can be written to.
        let loading = !session.is_ready();
        let editor = Editor::mount(host.clone(), Rc::new(port), readonly || loading)?;
        let half = Rc::new(DocumentHalf {
            host,
            source: source.into(),
            editor,
            session: session.clone(),
            readonly: Cell::new(readonly),
            listeners: RefCell::default(),
        });
        *session.document.borrow_mut() = Rc::downgrade(&half);
        half.listen();
        session.places.borrow_mut().forget();
        session.refresh_within(0);
        Ok(half)
    }

    fn listen(self: &Rc<Self>) {
        let this = Rc::downgrade(&self.session);
        self.editor.on_select(move |_| {
            if let Some(session) = this.upgrade() {
                session.refresh_within(60);
            }
        });
        let this = Rc::downgrade(self);
        let click = gloo_events::EventListener::new(&self.host, "click", move |event| {
            if let (Some(half), Some(event)) =
                (this.upgrade(), event.dyn_ref::<web_sys::MouseEvent>())
            {
                half.clicked(event);
            }
        });
        let mut listeners = self.listeners.borrow_mut();
        listeners.push(click);
        for kind in ["pointermove", "pointerleave"] {
            let this = Rc::downgrade(self);
            let over = gloo_events::EventListener::new(&self.host, kind, move |event| {
                if let (Some(half), Some(event)) =
                    (this.upgrade(), event.dyn_ref::<web_sys::MouseEvent>())
                {
                    half.hovered(event);
                }
            });
            listeners.push(over);
        }
    }

    /// The pointer moves over the text.
    fn hovered(&self, event: &web_sys::MouseEvent) {
        let at = if event.buttons() != 0 || event.type_() == "pointerleave" {
            None
        } else {
            self.editor
                .offset_at_point(f64::from(event.client_x()), f64::from(event.client_y()))
        };
        let thread = at.and_then(|at| self.session.thread_at(at));
        for panel in self.session.panels() {
            panel.glow(thread);
        }
    }

    /// A click on text that a thread is about opens the thread.
    fn clicked(&self, event: &web_sys::MouseEvent) {
        if self
            .editor
            .selection()
            .is_some_and(|(start, end)| start != end)
        {
            return;
        }
        let at = self
            .editor
            .offset_at_point(f64::from(event.client_x()), f64::from(event.client_y()));
        if let Some(thread) = at.and_then(|at| self.session.thread_at(at)) {
            for panel in self.session.panels() {
                panel.activate(thread);
            }
        }
    }

    /// The session that the text belongs to.
    pub(crate) fn session(&self) -> &Rc<Session> {
        &self.session
    }

    /// What is kept has been read: the text is the room's now.
    pub(crate) fn began(&self) {
        self.editor.refresh();
        self.editor.set_readonly(self.readonly.get());
    }

    /// Allows or forbids editing.
    pub(crate) fn set_readonly(&self, readonly: bool) {
        self.readonly.set(readonly);
        self.editor
            .set_readonly(readonly || !self.session.is_ready());
    }

    /// Names the document in the language of the interface.
    pub(crate) fn set_words(&self, words: &Words) {
        self.editor.set_label(words.t(Text::SharedDocument));
    }

    /// Ends editing; the text stays as it is.
    pub(crate) fn unmount(&self) {
        // What was composed is typed by that.
        self.editor.end();
        self.session.flush_typing();
        self.session.pump();
        self.listeners.borrow_mut().clear();
        let mut document = self.session.document.borrow_mut();
        if std::ptr::eq(document.as_ptr(), self) {
            *document = Weak::new();
        }
    }

    /// What is selected, if anything is.
    pub(super) fn selection(&self) -> Option<(u32, u32)> {
        self.editor.selection().filter(|(start, end)| start < end)
    }

    /// Shows a part of the text.
    pub(super) fn reveal(&self, (start, end): (u32, u32), focus: bool) {
        if focus {
            self.editor.focus();
            self.editor.select(start, start);
        }
        let Some(range) = self.editor.range(start, end) else {
            return;
        };
        super::reveal::scroll_to(Box::new(move || {
            let rect = range.get_bounding_client_rect();
            Some((rect.top(), rect.bottom()))
        }));
    }
}

impl Session {
    /// Whether what is kept has been read.
    pub(super) fn is_ready(&self) -> bool {
        *self.phase.borrow() != crate::view::snapshot::Phase::Loading
    }

    /// The thread whose text is at an offset: of several the shortest, which
    /// could not be reached otherwise.
    fn thread_at(&self, at: u32) -> Option<EventId> {
        let places = self.places.borrow();
        let discussion = self.discussion.borrow();
        let there = discussion
            .threads
            .iter()
            .filter_map(|thread| match places.of(&thread.id) {
                Placement::Placed { start, end } if start <= at && at < end => {
                    Some((end - start, thread.id))
                }
                _ => None,
            });
        there.min().map(|(_, id)| id)
    }

    /// Highlights the threads' texts.
    pub(super) fn paint(&self, document: &DocumentHalf) {
        let places = self.places.borrow();
        let panels = self.panels();
        let active = panels.iter().find_map(|panel| panel.active());
        let draft = panels.iter().find_map(|panel| panel.composing());
        let pointed: Vec<EventId> = panels.iter().filter_map(|panel| panel.pointed()).collect();
        let (mut open, mut resolved, mut on) = (Vec::new(), Vec::new(), Vec::new());
        for thread in &self.discussion.borrow().threads {
            if let Placement::Placed { start, end } = places.of(&thread.id) {
                if active == Some(thread.id) || pointed.contains(&thread.id) {
                    on.push((start, end));
                } else if thread.status == Status::Open {
                    open.push((start, end));
                } else {
                    resolved.push((start, end));
                }
            }
        }
        on.extend(panels.iter().filter_map(|panel| panel.linked()));
        document.editor.paint(&open, &resolved, &on, draft);
    }
}

/// The Markdown source in an element.
pub(crate) fn source_text(host: &HtmlElement) -> String {
    unindented(&host.text_content().unwrap_or_default())
}

/// A text without the blank lines around it and without the indentation that
/// all of its lines share.
fn unindented(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.lines().collect();
    let written = |line: &&&str| !line.trim().is_empty();
    let indent = lines
        .iter()
        .filter(written)
        .map(|line| line.len() - line.trim_start_matches(' ').len());
    let indent = indent.min().unwrap_or(0);
    let cut: Vec<&str> = lines
        .iter()
        .map(|line| line.get(indent..).unwrap_or("").trim_end())
        .collect();
    cut.join("\n").trim_matches('\n').into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_is_what_was_meant() {
        fn check(text: &str, source: &str) {
            assert_eq!(unindented(text), source);
        }
        check(
            "\n    # Title\n\n    Text\n      more\n  ",
            "# Title\n\nText\n  more",
        );
        check("one line", "one line");
        check("", "");
        check("\r\n  a\r\n  b\r\n", "a\nb");
        check("ä\n b", "ä\n b");
    }
}
