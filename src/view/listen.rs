//! Event listeners, timers and observers that end with their owner.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AddEventListenerOptions, Element, Event, EventTarget, ResizeObserver};

/// A listener that is removed when this is dropped.
pub(super) struct Listener {
    target: EventTarget,
    name: &'static str,
    capture: bool,
    call: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Listens while events rise from inner to outer elements. The listener
    /// may prevent the event's default action.
    pub(super) fn new(
        target: &EventTarget,
        name: &'static str,
        call: impl FnMut(Event) + 'static,
    ) -> Self {
        Self::with(target, name, false, call)
    }

    /// Listens on the way down, so that events that do not rise are heard too,
    /// and promises not to prevent their default action.
    pub(super) fn capturing(
        target: &EventTarget,
        name: &'static str,
        call: impl FnMut(Event) + 'static,
    ) -> Self {
        Self::with(target, name, true, call)
    }

    fn with(
        target: &EventTarget,
        name: &'static str,
        capture: bool,
        call: impl FnMut(Event) + 'static,
    ) -> Self {
        let call: Closure<dyn FnMut(Event)> = Closure::new(call);
        let options = AddEventListenerOptions::new();
        options.set_capture(capture);
        options.set_passive(capture);
        // Adding a listener fails for no argument that is possible here.
        let _ = target.add_event_listener_with_callback_and_add_event_listener_options(
            name,
            call.as_ref().unchecked_ref(),
            &options,
        );
        Listener {
            target: target.clone(),
            name,
            capture,
            call,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback_and_bool(
            self.name,
            self.call.as_ref().unchecked_ref(),
            self.capture,
        );
    }
}

/// A timer that goes off again and again until this is dropped.
pub(super) struct Interval {
    id: i32,
    _call: Closure<dyn FnMut()>,
}

impl Interval {
    /// Calls every `millis` milliseconds.
    pub(super) fn new(millis: i32, call: impl FnMut() + 'static) -> Option<Self> {
        let call: Closure<dyn FnMut()> = Closure::new(call);
        let id = web_sys::window()?
            .set_interval_with_callback_and_timeout_and_arguments_0(
                call.as_ref().unchecked_ref(),
                millis,
            )
            .ok()?;
        Some(Interval { id, _call: call })
    }
}

impl Drop for Interval {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_interval_with_handle(self.id);
        }
    }
}

/// Calls once before the next paint.
pub(super) fn before_paint(call: impl FnOnce() + 'static) {
    let call = Closure::once_into_js(call);
    if let Some(window) = web_sys::window() {
        let _ = window.request_animation_frame(call.unchecked_ref());
    }
}

/// Watches the sizes of elements until it is dropped.
pub(super) struct Sizes {
    observer: Option<ResizeObserver>,
    _call: Closure<dyn FnMut(JsValue)>,
}

impl Sizes {
    /// Calls whenever the size of a watched element changed, before the paint.
    pub(super) fn new(mut call: impl FnMut() + 'static) -> Self {
        let call: Closure<dyn FnMut(JsValue)> = Closure::new(move |_| call());
        Sizes {
            observer: ResizeObserver::new(call.as_ref().unchecked_ref()).ok(),
            _call: call,
        }
    }

    /// Watches one more element. Watching it again changes nothing but reports
    /// its size once more.
    pub(super) fn watch(&self, element: &Element) {
        if let Some(observer) = &self.observer {
            observer.observe(element);
        }
    }

    /// Watches an element no longer.
    pub(super) fn forget(&self, element: &Element) {
        if let Some(observer) = &self.observer {
            observer.unobserve(element);
        }
    }
}

impl Drop for Sizes {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}
