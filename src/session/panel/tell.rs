//! What a panel tells the page around it.

use js_sys::{Array, Object, Reflect};
use postil_core::id::EventId;
use postil_core::sorted::Set;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit};

use super::PanelHalf;
use crate::view::snapshot::Connection;

impl PanelHalf {
    /// Tells the page which threads changed.
    pub(in crate::session) fn tell_changed(&self, threads: &Set<EventId>) {
        if !threads.is_empty() {
            let ids: Array = threads
                .iter()
                .map(|id| JsValue::from(id.to_string()))
                .collect();
            self.dispatch("postil-change", &[("threads", ids.into())]);
        }
    }

    /// Tells the page how things stand with the relays, if that is news.
    pub(in crate::session) fn tell_sync(&self, connection: &Connection, pending: u32) {
        let word = connection.word();
        let now = Some((word, pending));
        if self.last_sync.replace(now) != now {
            let state = word.into();
            self.dispatch(
                "postil-sync",
                &[("state", state), ("pending", pending.into())],
            );
        }
    }

    /// Tells the page that what is kept is shown.
    pub(crate) fn tell_ready(&self) {
        self.dispatch("postil-ready", &[]);
    }

    fn dispatch(&self, name: &str, detail: &[(&str, JsValue)]) {
        let object = Object::new();
        for (key, value) in detail {
            // Setting a field of a plain object does not fail.
            let _ = Reflect::set(&object, &(*key).into(), value);
        }
        let init = CustomEventInit::new();
        init.set_bubbles(true);
        init.set_composed(true);
        init.set_detail(&object);
        if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
            let _ = self.host.dispatch_event(&event);
        }
    }
}
