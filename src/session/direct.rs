//! Direct connections to other people: each is one of the session's relays, as
//! long as it lasts.

use std::cell::Cell;

use gloo_events::EventListener;
use postil_core::relay::{In, Url};
use web_sys::WebSocket;

use super::Session;
use crate::i18n::Text;
use crate::relay::keep_channel;

/// Who asks for these relays; no element has this number.
const OWNER: usize = usize::MAX;
/// What their addresses begin with, before the number.
pub(super) const SCHEME: &str = "direct:";

thread_local! {
    static MADE: Cell<u32> = const { Cell::new(0) };
}

impl Session {
    /// Takes a channel to somebody as a relay, until it ends.
    pub(super) fn add_direct(&self, channel: WebSocket) {
        let number = MADE.get() + 1;
        MADE.set(number);
        let this = self.this.clone();
        EventListener::once(&channel, "ended", move |_| {
            if let Some(session) = this.upgrade() {
                session.end_direct(number);
                session.announce(Text::DirectEnded);
            }
        })
        .forget();
        let url = [SCHEME, &number.to_string()].concat();
        keep_channel(&url, channel);
        self.state.borrow_mut().relays.push((OWNER, Url::new(url)));
        self.open_relays();
        // What could not be had for another relay has come for this one.
        self.load_again(&In::RetryNow);
        self.announce(Text::DirectOpened);
    }

    /// Ends such a connection. Nothing is lost with it.
    pub(super) fn end_direct(&self, number: u32) {
        self.state
            .borrow_mut()
            .relays
            .retain(|(_, url)| direct_number(url.whole()) != Some(number));
        self.open_relays();
    }

    fn announce(&self, text: Text) {
        for panel in self.panels() {
            panel.announce(text);
        }
    }
}

/// The number of the direct connection that an address stands for.
pub(super) fn direct_number(url: &str) -> Option<u32> {
    url.strip_prefix(SCHEME)?.parse().ok()
}
