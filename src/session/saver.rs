//! Whether data is to be saved: as the person chose on this device, or as its
//! connection says.

use js_sys::Reflect;
use wasm_bindgen::JsCast;
use web_sys::EventTarget;

use super::Session;
use crate::platform::{is_hidden, now, storage, window};

/// What the choice is kept under.
const KEY: &str = "postil saves data";

impl Session {
    /// Tells the peer how things stand with the screen and the connection.
    pub(super) fn set_pace(&self) {
        let saves = self.saves_data();
        self.peer(|peer| peer.set_shown(!is_hidden(), now()));
        self.input(|peer| peer.set_saves(saves, now()));
    }

    /// Whether data is to be saved.
    pub(super) fn saves_data(&self) -> bool {
        let kept = storage().and_then(|it| it.get_item(KEY).ok().flatten());
        let kept = kept.map(|it| it == "yes");
        // Where nothing can be kept, a choice is good for this page.
        let chosen = kept.or(self.state.borrow().saves_data);
        chosen.unwrap_or_else(is_metered)
    }

    /// The person chose.
    pub(super) fn choose_to_save(&self, saves: bool) {
        self.state.borrow_mut().saves_data = Some(saves);
        if let Some(storage) = storage() {
            let _ = storage.set_item(KEY, if saves { "yes" } else { "no" });
        }
        self.set_pace();
        self.draw();
    }
}

/// What tells how this device is connected, where the browser has it: web-sys
/// does not bind all of it (<https://wicg.github.io/netinfo/>).
pub(super) fn connection() -> Option<EventTarget> {
    let found = Reflect::get(&window()?.navigator(), &"connection".into()).ok()?;
    found.dyn_into().ok()
}

/// Whether the person asked the browser to save data, or pays for it.
fn is_metered() -> bool {
    connection().is_some_and(|it| {
        let value = |key: &str| Reflect::get(&it, &key.into());
        value("saveData").is_ok_and(|it| it.is_truthy())
            || value("type").is_ok_and(|it| it == "cellular")
    })
}
