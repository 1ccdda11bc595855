//! Listening to an event for as long as a value lives.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Event, EventTarget};

/// Stops listening when it is dropped.
pub(crate) struct Listener {
    target: EventTarget,
    kind: &'static str,
    capture: bool,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Listens on the way down: a scroll inside the target does not bubble up
    /// to it.
    pub(crate) fn new(
        target: &EventTarget,
        kind: &'static str,
        handle: impl FnMut(Event) + 'static,
    ) -> Self {
        Self::with(target, kind, true, handle)
    }

    /// Listens on the way up, after whatever is inside of the target.
    pub(crate) fn bubbling(
        target: &EventTarget,
        kind: &'static str,
        handle: impl FnMut(Event) + 'static,
    ) -> Self {
        Self::with(target, kind, false, handle)
    }

    fn with(
        target: &EventTarget,
        kind: &'static str,
        capture: bool,
        handle: impl FnMut(Event) + 'static,
    ) -> Self {
        let closure = Closure::<dyn FnMut(Event)>::new(handle);
        // Adding a listener fails for no target that exists.
        let _ = target.add_event_listener_with_callback_and_bool(
            kind,
            closure.as_ref().unchecked_ref(),
            capture,
        );
        Self {
            target: target.clone(),
            kind,
            capture,
            closure,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.closure.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback_and_bool(
            self.kind,
            callback,
            self.capture,
        );
    }
}
