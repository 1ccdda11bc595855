//! `<postil-comments>`: the panel and what it asks for.

mod about;
mod clipboard;
mod draft;
mod linked;
mod tell;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use postil_core::anchor::Anchor;
use postil_core::command::Command;
use postil_core::draft::CommandError;
use postil_core::id::{AuthorId, EventId};
use postil_core::text::Delta;
use wasm_bindgen::JsValue;
use web_sys::{Element, HtmlElement, ShadowRoot};
use yew::Callback;

use super::Session;
use super::page::PageHalf;
use super::places::moved;
use super::show::Layout;
use crate::config::{Config, StandingDraft};
use crate::i18n::{Text, Words};
use crate::page::around::Around;
use crate::platform::window;
use crate::view::action::Action;
use crate::view::snapshot::Snapshot;
use crate::view::{self, MountedPanel};
use linked::Linked;

/// A panel that is mounted.
pub(crate) struct PanelHalf {
    host: HtmlElement,
    session: Rc<Session>,
    pub(super) panel: RefCell<Option<MountedPanel>>,
    pub(super) words: RefCell<Words>,
    pub(super) readonly: Cell<bool>,
    /// CSS selector of what is commented.
    target: RefCell<Option<String>>,
    /// The name that the page knows the reader by.
    author: RefCell<Option<String>>,
    /// Where the element keeps what is written to begin a thread on the page.
    draft: Option<StandingDraft>,
    active: Cell<Option<EventId>>,
    /// The thread whose card the pointer is over.
    pointed: Cell<Option<EventId>>,
    /// The thread whose text the pointer is over.
    glowing: Cell<Option<EventId>>,
    pub(super) composing: RefCell<Option<Composing>>,
    /// The text that the page's address names.
    linked: Linked,
    listeners: RefCell<Vec<gloo_events::EventListener>>,
    last_sync: Cell<Option<(&'static str, u32)>>,
    pub(super) layout: RefCell<Layout>,
    /// The part of the page that is commented, when it is no shared text.
    page: RefCell<Option<Rc<PageHalf>>>,
    around: RefCell<Option<Around>>,
    /// Called when the page may have gone to another address.
    on_around: RefCell<Option<Rc<dyn Fn()>>>,
}

/// What a new thread is being written on.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Composing {
    Whole,
    Range(u32, u32),
    /// A picture or a player, with what is to be remembered of it.
    Medium(Element, Rc<Anchor>),
}

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
        let half = Rc::new(PanelHalf {
            host,
            session: session.clone(),
            panel: RefCell::default(),
            words: RefCell::new(words.clone()),
            readonly: Cell::new(config.readonly),
            target: RefCell::new(config.target.clone()),
            author: RefCell::new(config.author.clone()),
            draft: config.draft.clone(),
            active: Cell::default(),
            pointed: Cell::default(),
            glowing: Cell::default(),
            composing: RefCell::default(),
            linked: Linked::default(),
            listeners: RefCell::default(),
            last_sync: Cell::default(),
            layout: RefCell::default(),
            page: RefCell::default(),
            around: RefCell::default(),
            on_around: RefCell::default(),
        });
        let this: Weak<PanelHalf> = Rc::downgrade(&half);
        let on = Callback::from(move |action| {
            if let Some(half) = this.upgrade() {
                half.act(action);
            }
        });
        let first = Snapshot {
            readonly: config.readonly,
            in_page: half.is_about_all(),
            ..Snapshot::loading(words)
        };
        let panel = view::mount(root, Rc::new(first), on);
        *half.panel.borrow_mut() = Some(panel.ok_or("The page refuses an element.")?);
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
        let this = Rc::downgrade(&half);
        let around = Around::watch(&document, move || {
            if let Some(half) = this.upgrade() {
                half.look_around();
            }
        })?;
        *half.around.borrow_mut() = Some(around);
        half.find_page();
        session.refresh_within(0);
        Ok(half)
    }

    /// Has `act` called when the page may have gone to another address.
    pub(crate) fn on_around(&self, act: impl Fn() + 'static) {
        *self.on_around.borrow_mut() = Some(Rc::new(act));
    }

    fn look_around(self: &Rc<Self>) {
        self.find_page();
        let act = self.on_around.borrow().clone();
        if let Some(act) = act {
            act();
        }
    }

    /// Changes something that the element's attributes say.
    pub(crate) fn set_target(self: &Rc<Self>, target: Option<String>) {
        *self.target.borrow_mut() = target;
        self.find_page();
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
        self.session.update_link();
    }

    /// The session that this panel shows.
    pub(crate) fn session(&self) -> &Rc<Session> {
        &self.session
    }

    /// The element.
    pub(super) fn host(&self) -> &HtmlElement {
        &self.host
    }

    /// The range that a thread is being written on.
    pub(super) fn composing(&self) -> Option<(u32, u32)> {
        match *self.composing.borrow() {
            Some(Composing::Range(start, end)) => Some((start, end)),
            _ => None,
        }
    }

    /// Keeps that range, and what the address names, on its words when the text
    /// changes.
    pub(super) fn shift_ranges(&self, deltas: &[Delta]) {
        for delta in deltas {
            self.linked.shift(delta);
            let Some((start, end)) = self.composing() else {
                continue;
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

    /// Opens the thread that the page's address names, or the copy that it
    /// carries, or shows the text that it names.
    pub(crate) fn follow_link(self: &Rc<Self>) -> bool {
        let hash = window()
            .and_then(|window| window.location().hash().ok())
            .unwrap_or_default();
        match hash.strip_prefix(FRAGMENT) {
            Some(name) => self.reveal(name),
            None => self.follow_code(&hash) || self.follow_text(&hash) || self.follow_copy(&hash),
        }
    }

    fn act(self: &Rc<Self>, action: Action) {
        match action {
            Action::Do(command) => self.carry_out(&command),
            Action::StartComment => {
                let selected = self.commented().and_then(|text| text.chosen());
                let composing = selected.map_or(Composing::Whole, |(start, end)| {
                    Composing::Range(start, end)
                });
                self.compose(composing);
                self.session.draw();
            }
            Action::StartOn(n) => self.start_on(n),
            Action::CancelComment => {
                *self.composing.borrow_mut() = None;
                self.session.draw();
            }
            Action::Reveal { thread, focus } => self.reveal_text(thread, focus),
            Action::Focus(thread) => {
                self.leave_linked(thread);
                self.emphasise(&self.active, thread);
            }
            Action::Point(thread) => self.emphasise(&self.pointed, thread),
            Action::Draft { key, text } => self.keep_draft(&key, text),
            Action::Judge { thread, words, yes } => self.session.judge(&thread, &words, yes),
            Action::CopyLink(thread) => self.copy_link(&thread),
            Action::CopyDetail(index) => self.copy_detail(index),
            Action::GiveCopy(way) => self.give_copy(way),
            Action::OpenCopy(file) => self.open_copy(file),
            Action::Connect => self.connect(""),
            Action::Disconnect(number) => self.session.end_direct(number),
            Action::RetryNow => self.session.retry(),
            Action::SaveData(saves) => self.session.choose_to_save(saves),
            Action::DismissNotice(index) => {
                self.session.notices.borrow_mut().dismiss(index);
                self.session.draw();
            }
            Action::ReturnToText => {
                if let Some(text) = self.commented() {
                    text.focus();
                }
            }
        }
    }

    fn carry_out(&self, command: &Command) {
        // The page may know who the reader is; then nobody has to ask.
        if let Some(name) = self.given_name()
            && !matches!(command, Command::SetName(_))
            && self.own_name().is_none()
        {
            self.session.command(&Command::SetName(name.to_string()));
        }
        match self.described(command) {
            Some(command) => self.session.command(&command),
            None => {
                let error = CommandError::NoText;
                self.session.notices.borrow_mut().command_failed(&error);
                self.session.draw();
                return;
            }
        }
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

    /// The name that the page knows the reader by.
    pub(super) fn given_name(&self) -> Option<Rc<str>> {
        self.author.borrow().as_deref().map(Rc::from)
    }

    /// One text of the interface by its name in `messages`.
    pub(crate) fn word(&self, name: &str) -> Option<String> {
        self.words.borrow().named(name).map(Into::into)
    }

    /// Says something to the person.
    pub(super) fn announce(&self, text: Text) {
        let words = self.words.borrow().clone();
        self.say(words.t(text));
    }

    /// Says something in the panel.
    pub(super) fn say(&self, words: &str) {
        if let Some(panel) = &*self.panel.borrow() {
            panel.announce(words);
        }
    }

    /// Takes the panel off the page.
    pub(crate) fn unmount(&self) {
        if let Some(panel) = self.panel.borrow_mut().take() {
            panel.destroy();
        }
        self.listeners.borrow_mut().clear();
        // Outside of the borrow: what is dropped may look at the panel.
        let page = self.page.take();
        drop(page);
        let around = self.around.take();
        drop(around);
        self.session
            .panels
            .borrow_mut()
            .retain(|panel| !std::ptr::eq(panel.as_ptr(), self));
    }
}
