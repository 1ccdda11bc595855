//! What goes on the clipboard.

use std::rc::Rc;

use postil_core::id::EventId;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{FRAGMENT, PanelHalf};
use crate::i18n::Text;
use crate::platform::window;
use crate::session::copies::page_address;

impl PanelHalf {
    pub(super) fn copy_link(self: &Rc<Self>, thread: &EventId) {
        self.put_on_clipboard([&page_address(), FRAGMENT, &thread.to_string()].concat());
    }

    /// Puts a link on the clipboard and says whether it is there.
    pub(in crate::session) fn put_on_clipboard(self: &Rc<Self>, link: String) {
        self.copy(link, Text::LinkCopied, Text::LinkNotCopied);
    }

    pub(super) fn copy_detail(self: &Rc<Self>, index: usize) {
        let words = self.words.borrow().clone();
        let notices = self.session.notices.borrow_mut().shown(&words);
        if let Some(detail) = notices.get(index).and_then(|notice| notice.detail.clone()) {
            self.copy(detail.to_string(), Text::TextCopied, Text::TextNotCopied);
        }
    }

    /// Puts something on the clipboard and says whether it is there.
    fn copy(self: &Rc<Self>, text: String, done: Text, failed: Text) {
        let Some(window) = window() else { return };
        let clipboard = window.navigator().clipboard();
        let this = self.clone();
        spawn_local(async move {
            let copied = if clipboard.is_undefined() {
                Err(JsValue::NULL)
            } else {
                JsFuture::from(clipboard.write_text(&text)).await
            };
            let words = this.words.borrow().clone();
            let said = match copied {
                Ok(_) => words.t(done).into(),
                Err(_) => words.with(failed, &[("link", &text)]),
            };
            if let Some(panel) = &*this.panel.borrow() {
                panel.announce(&said);
            }
        });
    }
}
