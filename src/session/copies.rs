//! Copies that go by hand: saved to a file, opened from one, or carried by a
//! link in its fragment.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Array, Uint8Array};
use postil_core::id::{base64url, from_base64url};
use postil_core::wire::bundle::{self, BundleError, MAX_BUNDLE};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, File, HtmlElement, Url};

use super::email::copies_in;
use super::panel::PanelHalf;
use super::{SESSIONS, Session};
use crate::i18n::Text;
use crate::platform::{Pace, now, rest, window};
use crate::view::action::Way;

/// Prefix of the URL fragment that carries a copy.
const FRAGMENT: &str = "#postil-bundle=";
/// The largest copy that a link carries, in bytes: what programs that pass
/// links on leave alone.
const MAX_LINKED: usize = 6 * 1024;
/// The largest file that is opened, in bytes: an e-mail is larger than what it
/// carries.
const MAX_OPENED: usize = MAX_BUNDLE / 2 * 3;
/// How long a copy waits for what was just written, in milliseconds.
pub(super) const PATIENCE: u64 = 5_000;
/// How long the browser may take to begin reading a file that is saved.
const SAVED_WITHIN: u32 = 60_000;

impl Session {
    /// Everything that is here, with what was just written.
    pub(crate) async fn bundle(&self) -> Vec<u8> {
        self.settle().await;
        self.peer(|peer| peer.bundle()).unwrap_or_default()
    }

    /// Waits until what was just written is kept, as long as that is bearable.
    pub(super) async fn settle(&self) {
        self.flush_typing();
        self.pump();
        let end = now() + PATIENCE;
        while self.peer(|peer| peer.is_settled()) == Some(false) && now() < end {
            rest(20).await;
        }
    }

    /// Takes a copy. Says whether anything in it was new.
    ///
    /// # Errors
    /// When it is none of this room.
    pub(crate) async fn bring(&self, copy: &[u8]) -> Result<bool, BundleError> {
        let contents = bundle::read(copy, &self.room)?;
        let (mut pace, mut is_new) = (Pace::new(), false);
        for record in contents.records {
            self.input(|peer| is_new |= peer.bring("file", record, now()));
            pace.step().await;
        }
        if let Some((why, rest)) = contents.damaged {
            self.input(|peer| peer.bring_damaged("file", why, rest));
        }
        Ok(is_new)
    }

    /// Takes several copies, as far as they are of this room. Says whether
    /// anything in them was new.
    ///
    /// # Errors
    /// When none is.
    pub(crate) async fn bring_all(&self, copies: &[Vec<u8>]) -> Result<bool, BundleError> {
        let mut taken = Err(BundleError::NotABundle);
        for copy in copies {
            taken = match (self.bring(copy).await, taken) {
                (Ok(new), Ok(before)) => Ok(new || before),
                (Err(_), Ok(before)) => Ok(before),
                (one, Err(_)) => one,
            };
        }
        taken
    }

    fn copy_refused(&self, why: BundleError) {
        self.notices.borrow_mut().copy_refused(why);
        self.refresh_within(0);
    }
}

impl PanelHalf {
    /// Makes a copy and gives it out in the way that was asked for.
    pub(super) fn give_copy(self: &Rc<Self>, how: Way) {
        match how {
            Way::Form(form) => return self.give_form(form),
            Way::Email => return self.give_email(),
            Way::Share => return self.ask_hand("share", ""),
            Way::Code => return self.ask_hand("code", ""),
            Way::File | Way::Link | Way::Letter => {}
        }
        let this = self.clone();
        spawn_local(async move {
            let copy = this.session().bundle().await;
            if how == Way::File {
                // A browser that does not let files be saved says so itself.
                let _ = this.save(&copy, ".postil");
                return;
            }
            let Some(link) = link_with(&copy) else {
                this.announce(Text::CopyTooLarge);
                return;
            };
            if how == Way::Link {
                this.put_on_clipboard(link);
                return;
            }
            let subject = encode(&title());
            let letter = ["mailto:?subject=", &subject, "&body=", &encode(&link)].concat();
            let _ = this.press(&letter, None);
        });
    }

    pub(super) fn save(&self, contents: &[u8], extension: &str) -> Result<(), JsValue> {
        let parts = Array::of1(&Uint8Array::from(contents));
        let blob = Blob::new_with_u8_array_sequence(&parts)?;
        let url = Url::create_object_url_with_blob(&blob)?;
        let pressed = self.press(&url, Some(&[&title(), extension].concat()));
        Timeout::new(SAVED_WITHIN, move || {
            // It ends with the page at the latest.
            let _ = Url::revoke_object_url(&url);
        })
        .forget();
        pressed
    }

    /// Follows a link as if the person had pressed it.
    fn press(&self, address: &str, file_name: Option<&str>) -> Result<(), JsValue> {
        let place = self.host().shadow_root().ok_or("no panel")?;
        let document = self.host().owner_document().ok_or("no document")?;
        let link: HtmlElement = document.create_element("a")?.dyn_into()?;
        link.set_attribute("href", address)?;
        if let Some(name) = file_name {
            link.set_attribute("download", name)?;
        }
        link.set_hidden(true);
        place.append_child(&link)?;
        link.click();
        link.remove();
        Ok(())
    }

    /// Opens a file that the person chose or dropped here.
    pub(super) fn open_copy(self: &Rc<Self>, file: File) {
        let this = self.clone();
        spawn_local(async move {
            let size = file.size();
            if size > MAX_OPENED as f64 {
                let too_large = BundleError::TooLarge(size as usize);
                this.session().copy_refused(too_large);
                return;
            }
            match JsFuture::from(file.array_buffer()).await {
                Ok(bytes) => this.take_copy(Uint8Array::new(&bytes).to_vec()).await,
                Err(error) => this.not_done(&error),
            }
        });
    }

    async fn take_copy(&self, file: Vec<u8>) {
        if let Some(file) = foreign(&file) {
            return self.open_foreign(file).await;
        }
        let copies = match copies_in(file).await {
            Ok(copies) => copies,
            Err(error) => return self.not_done(&error),
        };
        match self.session().bring_all(&copies).await {
            Ok(true) => self.announce(Text::CopyOpened),
            Ok(false) => self.announce(Text::CopyHeldNothing),
            Err(why) => self.session().copy_refused(why),
        }
    }

    /// Opens the copy that the page's address carries, and takes it out of
    /// there, so that it is not opened again and does not end up in bookmarks.
    pub(super) fn follow_copy(self: &Rc<Self>, hash: &str) -> bool {
        let Some(text) = hash.strip_prefix(FRAGMENT) else {
            return false;
        };
        let copy = from_base64url(text).unwrap_or_default();
        let is_ours = bundle::check(&copy, &self.session().room);
        if is_ours == Err(BundleError::OtherRoom) && is_of_another_here(&copy) {
            return false;
        }
        if let Some(window) = window()
            && let Ok(history) = window.history()
        {
            let state = history.state().unwrap_or_default();
            let bare = page_address();
            let _ = history.replace_state_with_url(&state, "", Some(&bare));
        }
        let this = self.clone();
        spawn_local(async move { this.take_copy(copy).await });
        true
    }
}

/// The page's address with a copy in its fragment; `None` when that is too long
/// for one.
pub(super) fn link_with(copy: &[u8]) -> Option<String> {
    let small = copy.len() <= MAX_LINKED;
    small.then(|| [&page_address(), FRAGMENT, &base64url(copy)].concat())
}

/// The text of a copy that is a file of another program.
pub(crate) fn foreign(copy: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(copy).ok()?;
    let begins = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    begins.starts_with(['{', '[']).then_some(text)
}

/// Whether another discussion on this page is the one that a copy is of.
fn is_of_another_here(copy: &[u8]) -> bool {
    SESSIONS.with(|all| {
        let all = all.borrow();
        all.keys().any(|room| bundle::check(copy, room).is_ok())
    })
}

/// The page's address without its fragment.
pub(super) fn page_address() -> String {
    let href = window().and_then(|window| window.location().href().ok());
    let href = href.unwrap_or_default();
    href.split('#').next().unwrap_or_default().into()
}

/// The page's title, or another word for it.
pub(super) fn title() -> String {
    let title = window().and_then(|window| window.document());
    let title = title.map(|document| document.title());
    title
        .filter(|title| !title.trim().is_empty())
        .unwrap_or_else(|| "discussion".into())
}

fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}
