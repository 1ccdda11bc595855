//! The element that is edited: its attributes and what is heard from it.

use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget, MutationObserver, MutationObserverInit};

use super::{Inner, input};
use crate::listener::Listener;

/// The attributes of the host that the editor sets.
pub(super) const ATTRIBUTES: [&str; 9] = [
    "contenteditable",
    "role",
    "aria-multiline",
    "aria-label",
    "aria-readonly",
    "inputmode",
    "spellcheck",
    "tabindex",
    "translate",
];

impl Inner {
    pub(super) fn dress(&self) -> Result<(), JsValue> {
        let readonly = self.readonly.get();
        let text = |value: bool| if value { "true" } else { "false" };
        let set = |name: &str, value: &str| self.host.set_attribute(name, value);
        // A document that cannot be changed is editable too, and every change
        // is refused: only so can its text be selected with the keyboard.
        set("contenteditable", "true")?;
        set("role", "textbox")?;
        set("aria-multiline", "true")?;
        set("aria-label", &self.label.borrow())?;
        set("aria-readonly", text(readonly))?;
        set("inputmode", if readonly { "none" } else { "text" })?;
        set("spellcheck", text(!readonly))?;
        set("tabindex", "0")?;
        // A translation would be taken for typing, and shared.
        set("translate", "no")
    }

    pub(super) fn observe(self: &Rc<Self>) -> Result<Closure<dyn FnMut(js_sys::Array)>, JsValue> {
        let weak = Rc::downgrade(self);
        let callback = Closure::<dyn FnMut(js_sys::Array)>::new(move |records: js_sys::Array| {
            if let Some(inner) = weak.upgrade() {
                inner.mutated(&records);
                inner.settle(false);
            }
        });
        let observer = MutationObserver::new(callback.as_ref().unchecked_ref())?;
        let what = MutationObserverInit::new();
        what.set_child_list(true);
        what.set_character_data(true);
        what.set_subtree(true);
        observer.observe_with_options(&self.host, &what)?;
        let _ = self.observer.set(observer);
        Ok(callback)
    }
}

/// Listens to everything people do in the host.
pub(super) fn listen(inner: &Rc<Inner>) -> Vec<Listener> {
    let host: &EventTarget = &inner.host;
    let on = |kind, handle: fn(&Inner, Event)| {
        let weak: Weak<Inner> = Rc::downgrade(inner);
        Listener::new(host, kind, move |event| {
            if let Some(inner) = weak.upgrade() {
                handle(&inner, event);
            }
        })
    };
    let weak = Rc::downgrade(inner);
    let selection = Listener::new(&inner.document, "selectionchange", move |_| {
        if let Some(inner) = weak.upgrade() {
            inner.selection_changed();
        }
    });
    let scrolled = |target: &EventTarget, kind| {
        let weak = Rc::downgrade(inner);
        Listener::new(target, kind, move |_| {
            if let Some(inner) = weak.upgrade() {
                inner.schedule();
            }
        })
    };
    vec![
        selection,
        scrolled(&inner.document, "scroll"),
        scrolled(&inner.window, "resize"),
        on("beforeinput", |inner, event| {
            input::of(event, |event| inner.before_input(event))
        }),
        on("input", |inner, _| inner.settle(true)),
        on("keydown", |inner, event| {
            input::of(event, |event| inner.key_down(event))
        }),
        on("click", |inner, event| {
            input::of(event, |event| inner.click(event));
        }),
        on("compositionstart", |inner, _| inner.composition_start()),
        on("compositionend", |inner, _| inner.composition_end()),
        on("copy", |inner, event| {
            input::of(event, |event| inner.copy(event, false))
        }),
        on("cut", |inner, event| {
            input::of(event, |event| inner.copy(event, true))
        }),
        on("paste", |inner, event| {
            input::of(event, |event| inner.paste(event))
        }),
        on("dragstart", |inner, _| inner.drag_start()),
        on("dragend", |inner, _| inner.dragged.set(None)),
        on("drop", |inner, event| {
            input::of(event, |event| inner.drop_text(event))
        }),
    ]
}
