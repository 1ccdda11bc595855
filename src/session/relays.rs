//! The relays of a session: which are wanted, and which run.

use std::rc::Rc;

use postil_core::peer::relay_key;
use postil_core::relay::{In, Url};
use wasm_bindgen_futures::spawn_local;

use super::direct::{SCHEME, direct_number};
use super::{Session, link};
use crate::i18n::{Text, Words};
use crate::on_demand::{self, Missing};
use crate::platform::{now, rest, window};
use crate::relay::{self, Driver, is_at_hand};
use crate::view::snapshot::{Connection, RelayRow};

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
    /// Makes these the relays that an element of the page asks for, by their
    /// addresses, relative to the page. Elements of one room share a session: what
    /// one no longer asks for goes on while another does. Elements are told
    /// apart by `owner`.
    pub(crate) fn set_relays(&self, owner: usize, addresses: &str) {
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
        // Other tabs always hear of everything; people connect directly, which the
        // servers for that are for.
        let wanted = wanted.filter(|url| {
            let others = ["broadcast:", "stun:", "stuns:", SCHEME];
            !others.iter().any(|it| url.starts_with(it))
        });
        let wanted: Vec<_> = wanted.map(|url| (owner, Url::new(url))).collect();
        let relays = &mut self.state.borrow_mut().relays;
        relays.retain(|(other, _)| *other != owner);
        relays.extend(wanted);
    }

    /// Closes the relays that nobody asks for any longer, and opens those that
    /// are asked for, if this tab leads.
    pub(crate) fn open_relays(&self) {
        if self.peer(|peer| peer.leads()) != Some(true) {
            self.update_link();
            return;
        }
        self.close_relays();
        for url in self.missing_relays() {
            if !is_at_hand(url.whole()) && on_demand::relays().is_err() {
                self.load_more();
                continue;
            }
            self.open_relay(&url);
        }
        self.update_link();
    }

    fn close_relays(&self) {
        let count = self.state.borrow().drivers.len();
        for index in 0..count {
            let unwanted = {
                let state = self.state.borrow();
                let url = state.drivers.get(index).and_then(Option::as_ref);
                url.is_some_and(|(url, _)| state.relays.iter().all(|(_, it)| it != url))
            };
            if unwanted {
                self.input(|peer| peer.remove_relay(index, now()));
                self.forget_driver(index);
            }
        }
    }

    fn forget_driver(&self, index: usize) {
        if let Some(place) = self.state.borrow_mut().drivers.get_mut(index) {
            *place = None;
        }
    }

    /// The addresses that are asked for and have no driver.
    fn missing_relays(&self) -> Vec<Url> {
        let state = self.state.borrow();
        let mut missing: Vec<Url> = Vec::new();
        for (_, url) in &state.relays {
            let mut running = state.drivers.iter().flatten();
            if !missing.contains(url) && !running.any(|(it, _)| it == url) {
                missing.push(url.clone());
            }
        }
        missing
    }

    fn open_relay(&self, url: &Url) {
        // The peer counts in the same way.
        let index = {
            let drivers = &self.state.borrow().drivers;
            let free = drivers.iter().position(Option::is_none);
            free.unwrap_or(drivers.len())
        };
        let this = self.this.clone();
        let driver = Driver::new(Rc::new(move |input| {
            if let Some(session) = this.upgrade() {
                session.input(|peer| peer.relay(index, input, now()));
            }
        }));
        let kept = {
            let mut state = self.state.borrow_mut();
            let driver = Some((url.clone(), driver));
            match state.drivers.get_mut(index) {
                Some(place) => *place = driver,
                None => state.drivers.push(driver),
            }
            state.values.get(&relay_key(url)).cloned()
        };
        let is_direct = direct_number(url.whole()).is_some();
        let first = if is_offline() && !is_direct {
            In::GoOffline
        } else {
            In::Online
        };
        let added = self.peer(|peer| {
            let kept = kept.as_deref();
            peer.add_relay(url, kept, relay::open, first, now())
        });
        if let Some(Err(_)) = added {
            self.forget_driver(index);
            let relays = &mut self.state.borrow_mut().relays;
            relays.retain(|(_, wanted)| wanted != url);
            self.notices.borrow_mut().bad_address(url.public());
        }
        self.pump();
    }

    /// Each relay as it is; those without a driver wait for the module.
    pub(super) fn relay_rows(&self, words: &Words) -> Vec<RelayRow> {
        let states: Vec<_> = self
            .peer(|peer| peer.relays().collect())
            .unwrap_or_default();
        let missing = self.missing_relays();
        let state = self.state.borrow();
        let running = states.into_iter().filter_map(|(index, now)| {
            let (url, _) = state.drivers.get(index)?.as_ref()?;
            let mut row = link::row(url, now, words);
            row.direct = direct_number(url.whole());
            if let Some(number) = row.direct {
                let number = words.number(number as usize);
                row.name = words.with(Text::DirectName, &[("n", &number)]).into();
            }
            Some(row)
        });
        let waiting = missing.iter().map(|url| RelayRow {
            name: url.name().into(),
            connection: match &state.loading {
                Some(Loading::Failed(Missing::Unreachable)) => Connection::Offline,
                Some(Loading::Failed(Missing::Broken(why))) => Connection::Refused {
                    reason: why.as_str().into(),
                },
                _ => Connection::Connecting,
            },
            trouble: Rc::default(),
            contact: None,
            waiting: 0,
            direct: None,
        });
        running.chain(waiting).collect()
    }

    /// Loads the module that an address asks for, and goes on when it is there.
    fn load_more(&self) {
        if self.state.borrow().loading.is_some() {
            return;
        }
        self.state.borrow_mut().loading = Some(Loading::Begun);
        let this = self.this.clone();
        spawn_local(async move {
            let loaded = on_demand::load_relays().await;
            let loaded = loaded.map_err(|error| Missing::of(&error));
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
    pub(super) fn load_again(&self, input: &In) {
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

    /// The person asks to try again at once.
    pub(super) fn retry(&self) {
        self.load_again(&In::RetryNow);
        self.input(|peer| peer.retry(now()));
    }

    /// Tells every relay the same.
    pub(super) fn tell_relays(&self, input: &In) {
        self.load_again(input);
        let count = self.state.borrow().drivers.len();
        for relay in 0..count {
            let is_direct = match self.state.borrow().drivers.get(relay) {
                Some(Some((url, _))) => direct_number(url.whole()).is_some(),
                _ => false,
            };
            // It may outlast a short time without a network, and nothing brings it back.
            if !is_direct || *input != In::GoOffline {
                self.input(|peer| peer.relay(relay, input.clone(), now()));
            }
        }
    }
}

fn is_offline() -> bool {
    window().is_some_and(|window| !window.navigator().on_line())
}
