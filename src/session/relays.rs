//! The relays of a session: which are wanted, and which run.

use std::rc::Rc;

use postil_core::peer::relay_key;
use postil_core::relay::In;
use wasm_bindgen_futures::spawn_local;

use super::Session;
use crate::on_demand::{self, Missing};
use crate::platform::{now, rest, window};
use crate::relay::{self, Driver, is_at_hand};

/// How long to wait before the module is asked for again, in milliseconds.
const LOAD_AGAIN: i32 = 10_000;

/// How it stands with the module that an address asks for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Loading {
    /// It is on its way.
    Begun,
    /// It did not arrive.
    Failed(Missing),
}

impl Session {
    /// Adds relays by their addresses, relative to the page.
    pub(crate) fn add_relays(&self, addresses: &str) {
        let base = window()
            .and_then(|w| w.document())
            .and_then(|d| d.base_uri().ok().flatten());
        let wanted = addresses.split_whitespace().map(|address| {
            let url = match &base {
                Some(base) => web_sys::Url::new_with_base(address, base),
                None => web_sys::Url::new(address),
            };
            url.map_or_else(|_| address.into(), |url| url.href())
        });
        {
            let mut state = self.state.borrow_mut();
            for url in wanted {
                // Other tabs always hear of everything.
                if !url.starts_with("broadcast:") && !state.relays.contains(&url) {
                    state.relays.push(url);
                }
            }
        }
        self.open_relays();
    }

    /// Opens the relays that are wanted, if this tab leads.
    pub(super) fn open_relays(&self) {
        if self.peer(|peer| peer.leads()) != Some(true) {
            self.update_link();
            return;
        }
        let wanted: Vec<String> = {
            let state = self.state.borrow();
            let runs = |url: &&String| state.drivers.iter().any(|(running, _)| running == *url);
            state
                .relays
                .iter()
                .filter(|url| !runs(url))
                .cloned()
                .collect()
        };
        for url in wanted {
            if !is_at_hand(&url) && on_demand::module().is_err() {
                self.load_more();
                continue;
            }
            let index = self.state.borrow().drivers.len();
            let this = self.this.clone();
            let driver = Driver::new(Rc::new(move |input| {
                if let Some(session) = this.upgrade() {
                    session.input(|peer| peer.relay(index, input, now()));
                }
            }));
            let kept = self.state.borrow().values.get(&relay_key(&url)).cloned();
            self.state.borrow_mut().drivers.push((url.clone(), driver));
            let first = if is_offline() {
                In::GoOffline
            } else {
                In::Online
            };
            let added = self.peer(|peer| {
                let kept = kept.as_deref();
                peer.add_relay(&url, kept, relay::open, first, now())
            });
            if let Some(Err(_)) = added {
                self.state.borrow_mut().drivers.pop();
                self.state
                    .borrow_mut()
                    .relays
                    .retain(|wanted| *wanted != url);
                self.notices.borrow_mut().bad_address(&url);
            }
            self.pump();
        }
        self.update_link();
    }

    /// Loads the module that an address asks for, and goes on when it is there.
    fn load_more(&self) {
        if self.state.borrow().loading.is_some() {
            return;
        }
        self.state.borrow_mut().loading = Some(Loading::Begun);
        let this = self.this.clone();
        spawn_local(async move {
            let loaded = on_demand::load().await;
            let lasts = loaded != Err(Missing::Unreachable);
            if let Some(session) = this.upgrade() {
                session.state.borrow_mut().loading = loaded.err().map(Loading::Failed);
                session.open_relays();
            }
            if !lasts {
                rest(LOAD_AGAIN).await;
                if let Some(session) = this.upgrade() {
                    session.load_again(&In::Online);
                }
            }
        });
    }

    /// Tries again what has failed: when the person asks for it, and when the
    /// network is back if that was missing.
    fn load_again(&self, input: &In) {
        let failed = match &self.state.borrow().loading {
            Some(Loading::Failed(why)) => why.clone(),
            _ => return,
        };
        let again = match input {
            In::RetryNow => true,
            In::Online => failed == Missing::Unreachable,
            _ => false,
        };
        if again {
            self.state.borrow_mut().loading = None;
            self.open_relays();
        }
    }

    /// Tells every relay the same.
    pub(super) fn tell_relays(&self, input: &In) {
        self.load_again(input);
        let count = self.state.borrow().drivers.len();
        for relay in 0..count {
            self.input(|peer| peer.relay(relay, input.clone(), now()));
        }
    }
}

fn is_offline() -> bool {
    window().is_some_and(|window| !window.navigator().on_line())
}
