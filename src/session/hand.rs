//! Ways for a copy, and for two people, that begin on a screen: the share sheet,
//! a code for cameras, and a direct connection. All that is shown of them is
//! made by a script.

use std::rc::Rc;

use js_sys::Array;
use postil_core::relay::direct::code::FRAGMENT;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::copies::link_with;
use super::panel::PanelHalf;
use crate::hand;
use crate::i18n::Text;
use crate::view::action::Way;

impl PanelHalf {
    /// Connects to another person. `given` is a text with the code that they made;
    /// empty when there is none.
    pub(super) fn connect(self: &Rc<Self>, given: &str) {
        // Another tab talks to the relays, and a channel is in one tab.
        if self.session().peer(|peer| peer.leads()) == Some(true) {
            self.ask_hand("connect", given);
        } else {
            self.announce(Text::ConnectElsewhere);
        }
    }

    /// Opens the offer of a connection that the page's address carries.
    pub(super) fn follow_code(self: &Rc<Self>, hash: &str) -> bool {
        let carries = hash.starts_with(FRAGMENT);
        if carries {
            self.connect(hash);
        }
        carries
    }

    /// Has the script do something: `code`, `share` or `connect`.
    pub(super) fn ask_hand(self: &Rc<Self>, what: &'static str, given: &str) {
        let (this, given) = (self.clone(), given.to_owned());
        spawn_local(async move {
            let session = this.session();
            let link = link_with(&session.bundle().await).unwrap_or_default();
            let panel = Rc::downgrade(&this);
            let on = Closure::<dyn FnMut(JsValue)>::new(move |channel: JsValue| {
                if let Some(panel) = panel.upgrade() {
                    match channel.is_null() {
                        true => panel.give_copy(Way::File),
                        false => panel.session().add_direct(channel.unchecked_into()),
                    }
                }
            });
            let arguments = Array::of2(this.host(), &on.into_js_value());
            for fact in [what, &given, &link, &session.room.mailbox()] {
                arguments.push(&fact.into());
            }
            let done = match hand::call(&arguments) {
                Ok(promise) => promise.await,
                Err(error) => Err(error),
            };
            if let Err(error) = done {
                this.not_done(&error);
            }
        });
    }
}
