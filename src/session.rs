//! A session: everything that runs for one room on one page.
//!
//! It is the one place where things happen. What comes in (a command, typing,
//! bytes from a relay or another tab, an answer of the store) goes to the
//! [`Peer`]; the effects that come out are performed here; then whatever
//! changed is handed to the editor and the panels as it now is.

mod commented;
mod copies;
mod direct;
mod document;
mod effects;
mod email;
mod hand;
mod interchange;
mod keys;
mod link;
mod notices;
mod page;
mod panel;
mod places;
mod proposals;
mod relays;
mod reveal;
mod saver;
mod show;
mod start;
mod typing;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use gloo_timers::callback::Timeout;
use postil_core::command::Command;
use postil_core::discussion::Discussion;
use postil_core::id::{EventRef, RoomId};
use postil_core::peer::Peer;
use postil_core::relay::Url;
use postil_core::sorted::Map;
use postil_core::store::Write;
use postil_core::text::writer::BaseId;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::identity::Identity;
use crate::platform::{breathe, now, random, uptime};
use crate::relay::Driver;
use crate::store::AnyStore;
use crate::store::indexed_db::Database;
use crate::tabs::{Channel, Lock};
use crate::view::snapshot::Phase;
pub(crate) use copies::foreign;
pub(crate) use document::{DocumentHalf, source_text};
pub(crate) use email::copies_in;
use link::Link;
use notices::Notices;
pub(crate) use panel::PanelHalf;
use places::Places;
use relays::Loading;
use typing::Typing;

/// After so many milliseconds it is looked whether threads have been found.
const RETRY: u32 = 20;

/// Everything that runs for one room.
pub(crate) struct Session {
    this: Weak<Session>,
    pub(crate) room: RoomId,
    state: RefCell<State>,
    typing: RefCell<Typing>,
    places: RefCell<Places>,
    /// Counts changes of the text on screen.
    text_changes: Cell<u32>,
    notices: RefCell<Notices>,
    document: RefCell<Weak<DocumentHalf>>,
    panels: RefCell<Vec<Weak<PanelHalf>>>,
    /// As it was last drawn.
    discussion: RefCell<Rc<Discussion>>,
    /// Whether it is another one by now.
    outdated: Cell<bool>,
    phase: RefCell<Phase>,
    link: RefCell<Link>,
    refresh: Cell<Option<Timeout>>,
    /// Whether the rest of what relays said is taken soon.
    goes_on: Cell<bool>,
    refresh_at: Cell<u64>,
    /// For how long panels were drawn the last time, in milliseconds.
    drawn_for: Cell<u32>,
    waiting_for_ready: RefCell<Vec<js_sys::Function>>,
}

/// What the effects work on.
#[derive(Default)]
struct State {
    peer: Option<Peer>,
    /// The keys that this page signs with, the device's first one first.
    keys: Vec<Rc<Identity>>,
    database: Option<Database>,
    store: Option<Rc<AnyStore>>,
    channel: Option<Channel>,
    lead: Option<Lock>,
    /// Addresses of the relays that are wanted, and which element wants each.
    relays: Vec<(usize, Url)>,
    /// The drivers of the relays that run, by the peer's numbers.
    drivers: Vec<Option<(Url, Driver)>>,
    /// How it stands with the module that the others need.
    loading: Option<Loading>,
    /// Whether the person chose to save data.
    saves_data: Option<bool>,
    /// Small values: drafts of comments, and what relays need to go on.
    values: Map<String, Vec<u8>>,
    saves: VecDeque<Job>,
    saving: bool,
    wake: Option<Timeout>,
    listeners: Vec<gloo_events::EventListener>,
    /// Comments that were asked for and wait for their name to be known.
    asked: Map<u64, Asked>,
    persisted: bool,
}

/// A write in line.
enum Job {
    /// The peer waits for its outcome.
    Peer(Write),
    /// Nobody does.
    Own(Write),
}

/// What a ticket was for.
enum Asked {
    Command,
    Edit,
}

thread_local! {
    static SESSIONS: RefCell<Map<RoomId, Weak<Session>>> = const { RefCell::new(Map::new()) };
}

impl Session {
    /// The session of a room on this page; it is started if it does not run.
    pub(crate) fn of(room: RoomId) -> Rc<Session> {
        let running = SESSIONS.with(|all| all.borrow().get(&room).and_then(Weak::upgrade));
        if let Some(session) = running {
            return session;
        }
        let session = Rc::new_cyclic(|this| Session {
            this: this.clone(),
            room,
            state: RefCell::default(),
            typing: RefCell::default(),
            places: RefCell::default(),
            text_changes: Cell::default(),
            notices: RefCell::default(),
            document: RefCell::default(),
            panels: RefCell::default(),
            discussion: RefCell::default(),
            outdated: Cell::default(),
            phase: RefCell::new(Phase::Loading),
            link: RefCell::new(Link::Relays(Rc::default())),
            refresh: Cell::default(),
            goes_on: Cell::default(),
            refresh_at: Cell::new(u64::MAX),
            drawn_for: Cell::default(),
            waiting_for_ready: RefCell::default(),
        });
        SESSIONS.with(|all| all.borrow_mut().insert(room, Rc::downgrade(&session)));
        session.start();
        session
    }

    /// Asks the peer something, or tells it something without effects.
    fn peer<R>(&self, ask: impl FnOnce(&mut Peer) -> R) -> Option<R> {
        self.state.borrow_mut().peer.as_mut().map(ask)
    }

    /// Tells the peer something that happened, and does what follows.
    fn input(&self, tell: impl FnOnce(&mut Peer)) {
        // What was typed comes before what happened since.
        self.flush_typing();
        self.peer(tell);
        self.pump();
    }

    /// Carries out what the person asked for.
    fn command(&self, command: &Command) {
        self.flush_typing();
        let asked = self.peer(|peer| peer.command(command, random(), now()));
        match asked {
            Some(Ok(ticket)) => {
                self.state.borrow_mut().asked.insert(ticket, Asked::Command);
                self.ask_to_persist();
            }
            Some(Err(error)) => self.notices.borrow_mut().command_failed(&error),
            None => {}
        }
        self.pump();
        // Also while more comes.
        self.refresh_within(0);
    }

    /// Asks the browser once not to throw away what is kept, when the person
    /// has written something of their own.
    fn ask_to_persist(&self) {
        if std::mem::replace(&mut self.state.borrow_mut().persisted, true) {
            return;
        }
        if let Some(window) = crate::platform::window() {
            let storage = window.navigator().storage();
            if !storage.is_undefined()
                && let Ok(promise) = storage.persist()
            {
                spawn_local(async move {
                    // A refusal changes nothing: relays and peers hold it too.
                    let _ = JsFuture::from(promise).await;
                });
            }
        }
    }

    /// The thread that a permalink names, if it is here: that of the comment,
    /// if it names a comment.
    pub(crate) fn find(&self, name: &str) -> Option<postil_core::id::EventId> {
        let name = EventRef::parse(name)?;
        let discussion = self.discussion();
        let is_it = |id: &postil_core::id::EventId| id.seq == name.seq && name.is_of(&id.device);
        let has = |thread: &&Rc<postil_core::discussion::Thread>| {
            thread.comments.iter().any(|comment| is_it(&comment.id))
        };
        discussion.threads.iter().find(has).map(|thread| thread.id)
    }

    fn document(&self) -> Option<Rc<DocumentHalf>> {
        self.document.borrow().upgrade()
    }

    fn panels(&self) -> Vec<Rc<PanelHalf>> {
        self.panels
            .borrow()
            .iter()
            .filter_map(Weak::upgrade)
            .collect()
    }

    /// Draws anew within `wait` milliseconds, once for all that asked.
    fn refresh_within(&self, wait: u32) {
        let at = now() + u64::from(wait);
        if at >= self.refresh_at.get() {
            return;
        }
        self.refresh_at.set(at);
        let this = self.this.clone();
        let timer = Timeout::new(wait, move || {
            if let Some(session) = this.upgrade() {
                session.refresh_at.set(u64::MAX);
                if session.is_looking() {
                    return session.refresh_within(RETRY);
                }
                let since = uptime();
                session.draw();
                spawn_local(async move {
                    // The panels' elements are made until then.
                    breathe().await;
                    session.drawn_for.set((uptime() - since) as u32);
                });
            }
        });
        drop(self.refresh.replace(Some(timer)));
    }

    /// Whether it will be known soon where threads are that are to be drawn.
    fn is_looking(&self) -> bool {
        let panels = self.panels.borrow();
        panels
            .iter()
            .filter_map(Weak::upgrade)
            .any(|panel| panel.is_looking())
    }

    /// The threads as they are now.
    fn discussion(&self) -> Rc<Discussion> {
        if self.outdated.take()
            && let Some(discussion) = self.peer(|peer| peer.replica_mut().discussion())
        {
            *self.discussion.borrow_mut() = Rc::new(discussion);
        }
        self.discussion.borrow().clone()
    }

    /// Hands the newest state to everything that shows it.
    fn draw(&self) {
        self.discussion();
        self.resolve_places();
        if let Some(document) = self.document() {
            self.paint(&document);
        }
        for panel in self.panels() {
            panel.paint_page();
            self.show(&panel);
        }
    }

    /// Where the threads are, exactly, and the threads, as plain JSON.
    pub(crate) fn threads_json(&self) -> String {
        self.flush_typing();
        self.pump();
        let discussion = self.discussion();
        let mut state = self.state.borrow_mut();
        let Some(peer) = &mut state.peer else {
            return "[]".into();
        };
        let places = places::exact(peer.replica().projection(), &discussion);
        postil_core::json::threads_json(&discussion, &places)
    }
}

impl Session {
    /// Other versions of the text that were edited here.
    pub(crate) fn versions(&self) -> Vec<(BaseId, String)> {
        let versions = self.peer(|peer| peer.replica().projection().documents().versions());
        versions.unwrap_or_default()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        SESSIONS.with(|all| {
            let mut all = all.borrow_mut();
            if all
                .get(&self.room)
                .is_some_and(|session| session.strong_count() == 0)
            {
                all.remove(&self.room);
            }
        });
    }
}
