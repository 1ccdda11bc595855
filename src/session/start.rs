//! How a session comes to life: store, key, the log that is kept, the
//! other tabs, and then the lead.

use std::rc::Rc;

use gloo_events::EventListener;
use postil_core::draft::Draft;
use postil_core::id::{base64url, from_base64url};
use postil_core::peer::Peer;
use postil_core::relay::In;
use postil_core::store::{Loaded, Store, StoreError};
use postil_core::wire::bytes::Reader;
use wasm_bindgen_futures::spawn_local;

use super::{Session, saver};
use crate::i18n::{Text, Words};
use crate::identity::{Identity, IdentityError};
use crate::platform::{Pace, breathe, is_hidden, now, random, storage, window};
use crate::store::AnyStore;
use crate::store::indexed_db::Database;
use crate::tabs::{Channel, Lead, ask_lead, await_lead};
use crate::view::snapshot::Phase;

impl Session {
    pub(super) fn start(&self) {
        let (this, room) = (self.this.clone(), self.room);
        let (lead, opening) = (ask_lead(&room), Database::open());
        spawn_local(async move {
            let opened = opening.await;
            let identity = Identity::load(opened.as_ref().ok()).await;
            let store = Rc::new(AnyStore::new(opened.as_ref().ok(), &room));
            // Who leads reads what the tab that led before has written last.
            let lead = lead.await;
            let loaded = store.load().await;
            let Some(session) = this.upgrade() else {
                return;
            };
            match identity {
                Ok(identity) => {
                    {
                        let mut state = session.state.borrow_mut();
                        state.store = Some(store);
                        let text = session.document().map(|document| document.source.clone());
                        let tab = u64::from_be_bytes(random());
                        state.peer = Some(Peer::new(room, identity.device, tab, text.as_deref()));
                        state.keys.push(Rc::new(identity));
                        state.database = opened.as_ref().ok().cloned();
                    }
                    session.run(loaded, opened.err(), lead).await;
                }
                Err(error) => session.fail(&error),
            }
        });
    }

    /// There can be no session: nobody could sign.
    fn fail(&self, error: &IdentityError) {
        let (IdentityError::Unavailable(why) | IdentityError::Sign(why)) = error;
        let words = self
            .panels()
            .first()
            .map(|panel| panel.words.borrow().clone());
        let words = words.unwrap_or_else(Words::fallback);
        let reason = words.with(Text::IdentityUnavailable, &[("why", why)]);
        *self.phase.borrow_mut() = Phase::Failed(reason.into());
        self.ready();
    }

    /// The session has its peer; now it gets what is kept.
    async fn run(
        &self,
        loaded: Result<Loaded, StoreError>,
        unavailable: Option<StoreError>,
        lead: Lead,
    ) {
        let (loaded, error) = match loaded {
            Ok(loaded) => (loaded, unavailable),
            Err(error) => (Loaded::default(), Some(error)),
        };
        if let Some(error) = &error {
            self.notices.borrow_mut().store_failed(error);
        }
        self.state.borrow_mut().values = loaded.values.iter().cloned().collect();
        let leads = matches!(lead, Lead::Here(_));
        if let Lead::Here(lock) = lead {
            self.state.borrow_mut().lead = lock;
            self.peer(Peer::lead_from_start);
        }
        let mut pace = Pace::new();
        self.take_in(loaded, &mut pace).await;
        // Each of these takes longer the more threads there are.
        self.pump();
        pace.step().await;
        self.resolve_places();
        pace.step().await;
        *self.phase.borrow_mut() = Phase::Ready;
        self.listen();
        self.set_pace();
        self.peer(Peer::greet);
        self.pump();
        while self.is_looking() {
            breathe().await;
        }
        self.ready();
        if leads {
            self.led();
            return;
        }
        let this = self.this.clone();
        await_lead(&self.room, move |lock| {
            if let Some(session) = this.upgrade() {
                session.state.borrow_mut().lead = lock;
                session.peer(Peer::lead);
                session.led();
            }
        });
    }

    /// This tab leads: what waited for that goes on.
    fn led(&self) {
        self.resubmit_unsaved();
        self.pump();
        self.open_relays();
    }

    /// Takes what the store holds, in parts, so that the page stays alive.
    pub(super) async fn take_in(&self, loaded: Loaded, pace: &mut Pace) {
        self.peer(|peer| peer.load(loaded));
        while self.peer(|peer| peer.load_more(now()) || peer.replica_mut().build_part())
            == Some(true)
        {
            pace.step().await;
        }
    }

    /// Tells everyone who waits that there is something to see.
    fn ready(&self) {
        self.draw();
        for resolve in self.waiting_for_ready.take() {
            // A promise's resolve function does not throw.
            let _ = resolve.call0(&wasm_bindgen::JsValue::NULL);
        }
    }

    /// Calls `resolve` when what is kept is shown.
    pub(crate) fn when_ready(&self, resolve: js_sys::Function) {
        if *self.phase.borrow() == Phase::Loading {
            self.waiting_for_ready.borrow_mut().push(resolve);
        } else {
            let _ = resolve.call0(&wasm_bindgen::JsValue::NULL);
        }
    }

    /// Hears the other tabs, the network and the page.
    fn listen(&self) {
        let this = self.this.clone();
        let channel = Channel::open(&self.room, move |bytes| {
            if let Some(session) = this.upgrade() {
                session.input(|peer| peer.heard(&bytes, now()));
            }
        });
        let mut listeners = Vec::new();
        if let Some(window) = window() {
            let mut on = |target: &web_sys::EventTarget, name: &'static str, act: fn(&Session)| {
                let this = self.this.clone();
                listeners.push(EventListener::new(target, name, move |_| {
                    if let Some(session) = this.upgrade() {
                        act(&session);
                    }
                }));
            };
            on(&window, "online", |session| {
                session.tell_relays(&In::Online)
            });
            on(&window, "offline", |session| {
                session.tell_relays(&In::GoOffline)
            });
            on(&window, "pagehide", Session::stash_unsaved);
            if let Some(document) = window.document() {
                on(&document, "visibilitychange", |session| {
                    session.flush_typing();
                    session.pump();
                    session.set_pace();
                    if !is_hidden() {
                        session.tell_relays(&In::Online);
                    }
                });
            }
            on(&window, "storage", Session::set_pace);
            if let Some(connection) = saver::connection() {
                on(&connection, "change", Session::set_pace);
            }
        }
        let mut state = self.state.borrow_mut();
        state.channel = channel;
        state.listeners = listeners;
    }

    /// What would be lost if the page went away this instant is put where it
    /// can be put at once, and taken up again at the next start.
    fn stash_unsaved(&self) {
        self.flush_typing();
        self.pump();
        let drafts = self.peer(|peer| peer.unsaved()).unwrap_or_default();
        let Some(storage) = storage() else {
            return;
        };
        let mut bytes = Vec::new();
        for draft in &drafts {
            draft.encode(&mut bytes);
        }
        if !bytes.is_empty() {
            // Where there is no room, the store has none either and has said so.
            let _ = storage.set_item(&self.stash(), &base64url(&bytes));
        }
    }

    fn resubmit_unsaved(&self) {
        let Some(storage) = storage() else {
            return;
        };
        let Ok(Some(text)) = storage.get_item(&self.stash()) else {
            return;
        };
        let _ = storage.remove_item(&self.stash());
        let bytes = from_base64url(&text).unwrap_or_default();
        let mut reader = Reader::new(&bytes);
        while let Ok(draft) = Draft::decode(&mut reader) {
            self.peer(|peer| peer.submit(draft, now()));
        }
    }

    fn stash(&self) -> String {
        ["postil unsaved ", &self.room.mailbox()].concat()
    }
}
