//! `<postil-comments>`: the panel and what it asks for.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Array, Object, Reflect};
use postil_core::command::Command;
use postil_core::discussion::Placement;
use postil_core::id::{AuthorId, EventId};
use postil_core::relay::In;
use postil_core::sorted::Set;
use postil_core::text::Delta;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{CustomEvent, CustomEventInit, Element, HtmlElement, ShadowRoot};
use yew::Callback;

use super::link::Link;
use super::places::moved;
use super::show::Layout;
use super::{DocumentHalf, Session};
use crate::config::Config;
use crate::i18n::{Text, Words};
use crate::platform::{now, window};
use crate::view::action::Action;
use crate::view::snapshot::Snapshot;
use crate::view::{self, MountedPanel};

/// A panel that is mounted.
pub(crate) struct PanelHalf {
    host: HtmlElement,
    /// What the panel is mounted in, inside the shadow root.
    place: Element,
    session: Rc<Session>,
    pub(super) panel: RefCell<Option<MountedPanel>>,
    pub(super) words: RefCell<Words>,
    pub(super) readonly: Cell<bool>,
    /// CSS selector of what is commented.
    target: RefCell<Option<String>>,
    /// The name that the page knows the reader by.
    author: RefCell<Option<String>>,
    active: Cell<Option<EventId>>,
    pub(super) composing: RefCell<Option<Composing>>,
    listeners: RefCell<Vec<gloo_events::EventListener>>,
    last_sync: RefCell<Option<(Link, u32)>>,
    pub(super) layout: RefCell<Layout>,
}

/// What a new thread is being written on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Composing {
    Whole,
    Range(u32, u32),
}

/// Prefix of drafts among the values of a room.
pub(super) const DRAFT: &str = "draft ";
/// Prefix of the URL fragment that names a thread.
const FRAGMENT: &str = "#postil=";

impl PanelHalf {
    /// Shows the session's discussion in `root`, inside of `host`.
    ///
    /// # Errors
    /// When the page refuses what the panel needs.
    pub(crate) fn mount(
        host: HtmlElement,
        root: &ShadowRoot,
        session: &Rc<Session>,
        words: Words,
        config: &Config,
    ) -> Result<Rc<Self>, JsValue> {
        let document = host
            .owner_document()
            .ok_or("The element is in no document.")?;
        let place = document.create_element("div")?;
        root.append_child(&place)?;
        let half = Rc::new(PanelHalf {
            host,
            session: session.clone(),
            panel: RefCell::default(),
            place: place.clone(),
            words: RefCell::new(words.clone()),
            readonly: Cell::new(config.readonly),
            target: RefCell::new(config.target.clone()),
            author: RefCell::new(config.author.clone()),
            active: Cell::default(),
            composing: RefCell::default(),
            listeners: RefCell::default(),
            last_sync: RefCell::default(),
            layout: RefCell::default(),
        });
        let this: Weak<PanelHalf> = Rc::downgrade(&half);
        let on = Callback::from(move |action| {
            if let Some(half) = this.upgrade() {
                half.act(action);
            }
        });
        *half.panel.borrow_mut() = Some(view::mount(place, Rc::new(Snapshot::loading(words)), on));
        session.panels.borrow_mut().push(Rc::downgrade(&half));
        if let Some(window) = window() {
            let this = Rc::downgrade(&half);
            let linked = gloo_events::EventListener::new(&window, "hashchange", move |_| {
                if let Some(half) = this.upgrade() {
                    half.follow_link();
                }
            });
            let this = Rc::downgrade(session);
            let resized = gloo_events::EventListener::new(&window, "resize", move |_| {
                if let Some(session) = this.upgrade() {
                    session.refresh_within(80);
                }
            });
            half.listeners.borrow_mut().extend([linked, resized]);
        }
        session.refresh_within(0);
        Ok(half)
    }

    /// Changes something that the element's attributes say.
    pub(crate) fn set_target(&self, target: Option<String>) {
        *self.target.borrow_mut() = target;
        self.session.refresh_within(0);
    }

    /// Changes the name that the page knows the reader by.
    pub(crate) fn set_author(&self, author: Option<String>) {
        *self.author.borrow_mut() = author;
    }

    /// Allows or forbids writing.
    pub(crate) fn set_readonly(&self, readonly: bool) {
        self.readonly.set(readonly);
        self.session.refresh_within(0);
    }

    /// Changes the language or single texts.
    pub(crate) fn set_words(&self, words: Words) {
        *self.words.borrow_mut() = words;
        self.session.refresh_within(0);
    }

    /// The session that this panel shows.
    pub(crate) fn session(&self) -> &Rc<Session> {
        &self.session
    }

    /// The element.
    pub(super) fn host(&self) -> &HtmlElement {
        &self.host
    }

    /// The active thread.
    pub(super) fn active(&self) -> Option<EventId> {
        self.active.get()
    }

    /// The range that a thread is being written on.
    pub(super) fn composing(&self) -> Option<(u32, u32)> {
        match *self.composing.borrow() {
            Some(Composing::Range(start, end)) => Some((start, end)),
            _ => None,
        }
    }

    /// Keeps that range on its words when the text changes.
    pub(super) fn shift_composing(&self, deltas: &[Delta]) {
        for delta in deltas {
            let Some((start, end)) = self.composing() else {
                return;
            };
            let (start, end) = moved(start, end, delta);
            let range = if start < end {
                Composing::Range(start, end)
            } else {
                Composing::Whole
            };
            *self.composing.borrow_mut() = Some(range);
        }
    }

    /// Opens a thread in the panel.
    pub(super) fn activate(&self, thread: EventId) {
        if let Some(panel) = &*self.panel.borrow() {
            panel.reveal(thread);
        }
    }

    /// Opens a thread and brings it and its text into view.
    pub(crate) fn reveal(&self, name: &str) -> bool {
        let Some(thread) = self.session.find(name) else {
            return false;
        };
        self.session.draw();
        self.activate(thread);
        self.reveal_text(thread, false);
        true
    }

    /// Opens the thread that the page's address names.
    pub(crate) fn follow_link(&self) -> bool {
        let hash = window()
            .and_then(|window| window.location().hash().ok())
            .unwrap_or_default();
        hash.strip_prefix(FRAGMENT)
            .is_some_and(|name| self.reveal(name))
    }

    pub(super) fn document(&self) -> Option<Rc<DocumentHalf>> {
        let document = self.session.document()?;
        let target = self.target.borrow();
        let named = target
            .as_deref()
            .is_some_and(|selector| document.host.matches(selector).unwrap_or(false));
        named.then_some(document)
    }

    fn reveal_text(&self, thread: EventId, focus: bool) {
        let place = self.session.places.borrow().of(&thread);
        if let (Some(document), Placement::Placed { start, end }) = (self.document(), place) {
            document.reveal((start, end), focus);
        }
    }

    fn act(self: &Rc<Self>, action: Action) {
        match action {
            Action::Do(command) => self.carry_out(&command),
            Action::StartComment => {
                let selected = self.document().and_then(|document| document.selection());
                let composing = selected.map_or(Composing::Whole, |(start, end)| {
                    Composing::Range(start, end)
                });
                *self.composing.borrow_mut() = Some(composing);
                self.session.draw();
            }
            Action::CancelComment => {
                *self.composing.borrow_mut() = None;
                self.session.draw();
            }
            Action::Reveal { thread, focus } => self.reveal_text(thread, focus),
            Action::Focus(thread) => {
                self.active.set(thread);
                if let Some(document) = self.session.document() {
                    self.session.paint(&document);
                }
            }
            Action::Draft { key, text } => {
                let value = (!text.is_empty()).then(|| text.into_bytes());
                self.session.keep_value(&[DRAFT, &key].concat(), value);
            }
            Action::CopyLink(thread) => self.copy_link(&thread),
            Action::RetryNow => {
                self.session.tell_relays(&In::RetryNow);
                self.session.input(|peer| peer.tick(now()));
            }
            Action::DismissNotice(index) => {
                self.session.notices.borrow_mut().dismiss(index);
                self.session.draw();
            }
            Action::ReturnToText => {
                if let Some(document) = self.document() {
                    document.editor.focus();
                }
            }
        }
    }

    fn carry_out(&self, command: &Command) {
        // The page may know who the reader is; then nobody has to ask.
        let given = self.author.borrow().clone();
        if let Some(name) = given
            && !matches!(command, Command::SetName(_))
            && self.own_name().is_none()
        {
            self.session.command(&Command::SetName(name));
        }
        self.session.command(command);
        if matches!(command, Command::OpenThread { .. }) {
            *self.composing.borrow_mut() = None;
        }
    }

    pub(super) fn me(&self) -> Option<AuthorId> {
        self.session
            .peer(|peer| peer.replica().projection().author(&peer.device()))
    }

    pub(super) fn own_name(&self) -> Option<Rc<str>> {
        let discussion = self.session.discussion.borrow().clone();
        let name = discussion
            .authors
            .get(&self.me()?)
            .map(|author| Rc::from(&*author.name));
        name.filter(|name: &Rc<str>| !name.is_empty())
    }

    fn copy_link(self: &Rc<Self>, thread: &EventId) {
        let Some(window) = window() else { return };
        let page = window.location().href().unwrap_or_default();
        let page = page.split('#').next().unwrap_or_default();
        let link = [page, FRAGMENT, &thread.to_string()].concat();
        let clipboard = window.navigator().clipboard();
        let this = self.clone();
        spawn_local(async move {
            let copied = if clipboard.is_undefined() {
                Err(JsValue::NULL)
            } else {
                JsFuture::from(clipboard.write_text(&link)).await
            };
            let words = this.words.borrow().clone();
            let said = match copied {
                Ok(_) => words.t(Text::LinkCopied).into(),
                Err(_) => words.with(Text::LinkNotCopied, &[("link", &link)]),
            };
            if let Some(panel) = &*this.panel.borrow() {
                panel.announce(&said);
            }
        });
    }

    /// Tells the page which threads changed.
    pub(super) fn tell_changed(&self, threads: &Set<EventId>) {
        if !threads.is_empty() {
            let ids: Array = threads
                .iter()
                .map(|id| JsValue::from(id.to_string()))
                .collect();
            self.dispatch("postil-change", &[("threads", ids.into())]);
        }
    }

    /// Tells the page how things stand with the relays, if that is news.
    pub(super) fn tell_sync(&self, link: &Link, pending: u32) {
        let now = Some((link.clone(), pending));
        if self.last_sync.replace(now.clone()) != now {
            let state = link.word().into();
            self.dispatch(
                "postil-sync",
                &[("state", state), ("pending", pending.into())],
            );
        }
    }

    /// Tells the page that what is kept is shown.
    pub(crate) fn tell_ready(&self) {
        self.dispatch("postil-ready", &[]);
    }

    fn dispatch(&self, name: &str, detail: &[(&str, JsValue)]) {
        let object = Object::new();
        for (key, value) in detail {
            // Setting a field of a plain object does not fail.
            let _ = Reflect::set(&object, &(*key).into(), value);
        }
        let init = CustomEventInit::new();
        init.set_bubbles(true);
        init.set_composed(true);
        init.set_detail(&object);
        if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
            let _ = self.host.dispatch_event(&event);
        }
    }

    /// Takes the panel off the page.
    pub(crate) fn unmount(&self) {
        if let Some(panel) = self.panel.borrow_mut().take() {
            panel.destroy();
        }
        self.place.remove();
        self.listeners.borrow_mut().clear();
        self.session
            .panels
            .borrow_mut()
            .retain(|panel| !std::ptr::eq(panel.as_ptr(), self));
    }
}
