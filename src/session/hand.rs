//! Ways for a copy, and for two people, that begin on a screen: the share sheet,
//! a code for cameras, and a direct connection. All that is shown of them is
//! made by a script.

use std::rc::Rc;

use js_sys::{Array, Object, Reflect};
use postil_core::relay::direct::code::FRAGMENT;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::SESSIONS;
use super::copies::{clear_fragment, link_with, page_address, title};
use super::panel::PanelHalf;
use crate::hand;
use crate::i18n::Text;
use crate::on_demand;
use crate::view::action::Way;

/// What the script says, by the name that it has for each.
const WORDS: [(&str, Text); 26] = [
    ("close", Text::Close),
    ("copyLink", Text::CopyLink),
    ("linkCopied", Text::LinkCopied),
    ("linkNotCopied", Text::LinkNotCopied),
    ("copyText", Text::CopyText),
    ("textCopied", Text::TextCopied),
    ("textNotCopied", Text::TextNotCopied),
    ("saveCopy", Text::SaveCopy),
    ("savePicture", Text::SavePicture),
    ("codeTitle", Text::CodeTitle),
    ("codeHint", Text::CodeHint),
    ("codeName", Text::CodeName),
    ("codeTooLarge", Text::CodeTooLarge),
    ("connect", Text::Connect),
    ("connectHint", Text::ConnectHint),
    ("connecting", Text::Connecting),
    ("connectFailed", Text::ConnectFailed),
    ("makeCode", Text::MakeCode),
    ("givenCode", Text::GivenCode),
    ("useCode", Text::UseCode),
    ("sendCode", Text::SendCode),
    ("codeBack", Text::CodeBack),
    ("sendBack", Text::SendBack),
    ("waiting", Text::WaitingForOther),
    ("codeIsNone", Text::ConnectCodeIsNone),
    ("codeNotWanted", Text::ConnectCodeNotWanted),
];

impl PanelHalf {
    /// Opens the system's share sheet with a copy.
    pub(super) fn share_copy(self: &Rc<Self>) {
        let this = self.clone();
        spawn_local(async move {
            let copy = this.session().bundle().await;
            let link = link_with(&copy);
            let shared = match this.email_with(&copy, link.as_deref()).await {
                Ok(email) => {
                    let link = link.unwrap_or_default();
                    let given = Array::of3(&email.into(), &title().into(), &link.into());
                    hand::call("share", &given).await
                }
                Err(error) => Err(error),
            };
            if let Err(error) = shared {
                this.not_done(&error);
            }
        });
    }

    /// Shows the link that carries a copy as a code for cameras.
    pub(super) fn show_code(self: &Rc<Self>) {
        let this = self.clone();
        spawn_local(async move {
            let link = link_with(&this.session().bundle().await);
            let more = [link.unwrap_or_default().into(), title().into()];
            this.ask_hand("code", more).await;
        });
    }

    /// Connects to another person. `given` is a text with the code that they made;
    /// empty when there is none.
    pub(super) fn connect(self: &Rc<Self>, given: String) {
        // Another tab talks to the relays, and a channel is in one tab.
        if self.session().peer(|peer| peer.leads()) != Some(true) {
            self.announce(Text::ConnectElsewhere);
            return;
        }
        let this = self.clone();
        spawn_local(async move {
            let session = this.session();
            let servers = session.servers();
            let servers: Array = servers.iter().map(JsValue::from).collect();
            let options = object([
                ("mailbox", session.room.mailbox().into()),
                ("servers", servers.into()),
                ("page", page_address().into()),
                ("given", given.into()),
            ]);
            this.ask_hand("connect", [options.into()]).await;
        });
    }

    /// Opens the offer of a connection that the page's address carries, and
    /// takes it out of there.
    pub(super) fn follow_code(self: &Rc<Self>, hash: &str) -> bool {
        if !hash.starts_with(FRAGMENT) {
            return false;
        }
        let (this, hash) = (self.clone(), hash.to_owned());
        spawn_local(async move {
            let several = SESSIONS.with(|all| all.borrow().len() > 1);
            if several {
                let mailbox = this.session().room.mailbox();
                match on_demand::need().await {
                    // It is for another discussion on this page.
                    Ok(module) if module.read_code(&hash, &mailbox, "") == "elsewhere" => return,
                    _ => {}
                }
            }
            clear_fragment();
            this.connect(hash);
        });
        true
    }

    /// Has the script show something. What it gives back comes by its name.
    async fn ask_hand<const N: usize>(self: &Rc<Self>, what: &str, more: [JsValue; N]) {
        let asked = async {
            let module = on_demand::need().await?;
            let words = self.words.borrow().clone();
            let said = WORDS.map(|(name, text)| (name, words.t(text).into()));
            let spoken = object(said);
            let other = [
                ("codeOfOther", words.t(Text::CopyOfOther)),
                ("lang", words.tag()),
                ("dir", words.dir()),
            ];
            for (name, value) in other {
                let _ = Reflect::set(&spoken, &name.into(), &value.into());
            }
            let this = Rc::downgrade(self);
            let on = Closure::<dyn FnMut(String, JsValue)>::new(move |what: String, value: JsValue| {
                if let Some(panel) = this.upgrade() {
                    match what.as_str() {
                        "file" => panel.give_copy(Way::File),
                        _ => panel.session().add_direct(value.unchecked_into()),
                    }
                }
            });
            let given = Array::of4(self.host(), &spoken, &module, &on.into_js_value());
            for it in &more {
                given.push(it);
            }
            hand::call(what, &given).await
        };
        if let Err(error) = asked.await {
            self.not_done(&error);
        }
    }
}

fn object<const N: usize>(fields: [(&str, JsValue); N]) -> Object {
    let made = Object::new();
    for (name, value) in fields {
        // Setting a field of a plain object does not fail.
        let _ = Reflect::set(&made, &name.into(), &value);
    }
    made
}
