//! Hears what changes in the root, and what people do there.

use std::rc::{Rc, Weak};

use js_sys::Array;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Element, EventTarget, KeyboardEvent, MouseEvent, MutationObserver, MutationObserverInit,
    MutationRecord, Node, ResizeObserver,
};

use super::{Event, Inner, PAUSE};
use crate::listener::Listener;

/// Attributes that decide whether and how text is displayed, and what is shown.
const ATTRIBUTES: [&str; 9] = [
    "class",
    "style",
    "hidden",
    "aria-hidden",
    "data-postil",
    "slot",
    "dir",
    "src",
    "alt",
];

/// Watches until it is dropped.
pub(super) struct Watch {
    _listeners: Vec<Listener>,
    sizes: Option<ResizeObserver>,
    _sized: Closure<dyn FnMut()>,
}

impl Watch {
    pub(super) fn start(inner: &Rc<Inner>) -> Result<Self, JsValue> {
        let this = Rc::downgrade(inner);
        let changed = Closure::<dyn FnMut(Array)>::new(move |records: Array| {
            if let Some(inner) = this.upgrade() {
                if inner.note(&records) {
                    inner.read_within(PAUSE);
                } else {
                    // A picture may have become another one.
                    (inner.on)(Event::Moved);
                }
            }
        });
        let observer = MutationObserver::new(changed.as_ref().unchecked_ref())?;
        *inner.observer.borrow_mut() = Some(observer);
        *inner.observe.borrow_mut() = Some(changed);
        inner.observe(&inner.root)?;
        let this = Rc::downgrade(inner);
        let sized = Closure::<dyn FnMut()>::new(move || {
            if let Some(inner) = this.upgrade() {
                inner.moved();
                (inner.on)(Event::Moved);
            }
        });
        let sizes = ResizeObserver::new(sized.as_ref().unchecked_ref()).ok();
        if let Some(sizes) = &sizes {
            sizes.observe(&inner.root);
        }
        Ok(Watch {
            _listeners: listen(inner),
            sizes,
            _sized: sized,
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(sizes) = &self.sizes {
            sizes.disconnect();
        }
    }
}

impl Inner {
    fn observe(&self, node: &Node) -> Result<(), JsValue> {
        let what = MutationObserverInit::new();
        what.set_child_list(true);
        what.set_character_data(true);
        what.set_subtree(true);
        what.set_attribute_filter(
            &ATTRIBUTES
                .iter()
                .map(|name| JsValue::from(*name))
                .collect::<Array>(),
        );
        match &*self.observer.borrow() {
            Some(observer) => observer.observe_with_options(node, &what),
            None => Ok(()),
        }
    }

    /// Something changed. Says whether there is something to read.
    fn note(&self, records: &Array) -> bool {
        self.changes.set(self.changes.get().wrapping_add(1));
        let mut parts = self.parts.borrow_mut();
        for record in records.iter() {
            parts.note(record.unchecked_ref::<MutationRecord>());
        }
        parts.is_stale()
    }

    /// Notes what has changed until now and was not heard of yet.
    pub(super) fn catch_up(&self) {
        let records = self
            .observer
            .borrow()
            .as_ref()
            .map(MutationObserver::take_records);
        if let Some(records) = records {
            self.note(records.unchecked_ref());
        }
    }

    /// Watches also what reading came upon.
    pub(super) fn watch_found(&self) {
        let (found, undefined) = {
            let mut parts = self.parts.borrow_mut();
            (
                std::mem::take(&mut parts.found),
                std::mem::take(&mut parts.undefined),
            )
        };
        for shadow in found {
            // Observing a node of the page does not fail.
            let _ = self.observe(&shadow);
            self.painting.borrow_mut().dress(&shadow);
            let mut shadows = self.shadows.borrow_mut();
            shadows.retain(|shadow| shadow.is_connected());
            shadows.push(shadow);
        }
        for element in undefined {
            self.await_definition(element);
        }
    }

    /// An element that is defined later may get a shadow root then.
    fn await_definition(&self, element: Element) {
        let elements = self.window.custom_elements();
        let Ok(defined) = elements.when_defined(&element.local_name()) else {
            return;
        };
        let this = self.this.clone();
        spawn_local(async move {
            if JsFuture::from(defined).await.is_ok()
                && let Some(inner) = this.upgrade()
            {
                inner.parts.borrow_mut().note_defined(&element);
                inner.read_within(PAUSE);
            }
        });
    }

    /// Everything may look different.
    fn reread(&self) {
        self.parts.borrow_mut().note_all(super::parts::ROOT);
        self.read_within(PAUSE);
    }

    fn clicked(&self, event: &MouseEvent) {
        if event.default_prevented() || event.button() != 0 || self.selects() {
            return;
        }
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        if is_for_the_page(&event.composed_path()) {
            return;
        }
        self.read_rest_of_painted();
        if let Some(at) = self.offset_at(x, y) {
            (self.on)(Event::Clicked { at, x, y });
        }
    }

    /// What is highlighted leads to its threads, also while it is read again.
    fn read_rest_of_painted(&self) {
        let is_painted = self.painting.borrow().is_painted();
        if is_painted {
            self.read_rest();
        }
    }

    /// The pointer moves over the root. Browsers tell of it once a frame.
    fn hovered(&self, event: &MouseEvent) {
        let is_busy = event.buttons() != 0 || !self.painting.borrow().is_painted();
        let at = if is_busy || event.type_() == "pointerleave" {
            None
        } else {
            self.offset_at(f64::from(event.client_x()), f64::from(event.client_y()))
        };
        if self.over.replace(at) != at {
            (self.on)(Event::Over(at));
        }
    }

    /// Enter opens the thread at the caret, where one reads with a caret.
    fn struck(&self, event: &KeyboardEvent) {
        let is_plain = event.key() == "Enter"
            && !(event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key());
        if !is_plain || event.default_prevented() || is_for_the_page(&event.composed_path()) {
            return;
        }
        self.read_rest_of_painted();
        if let Some((at, x, y)) = self.caret() {
            (self.on)(Event::Clicked { at, x, y });
        }
    }
}

/// Whether what was clicked or struck has a use of its own for that.
fn is_for_the_page(path: &Array) -> bool {
    path.iter().any(|target| {
        target.dyn_ref::<Element>().is_some_and(|element| {
            element.matches("a[href], button, input, select, textarea, summary, label, video, audio, [contenteditable], [role=button], [role=link]") == Ok(true)
                || super::kind::is_own(&element.local_name())
        })
    })
}

fn listen(inner: &Rc<Inner>) -> Vec<Listener> {
    let on = |target: &EventTarget, kind, handle: fn(&Inner, web_sys::Event)| {
        let this: Weak<Inner> = Rc::downgrade(inner);
        Listener::new(target, kind, move |event| {
            if let Some(inner) = this.upgrade() {
                handle(&inner, event);
            }
        })
    };
    let (document, window, root) = (&inner.document, &inner.window, &inner.root);
    let mut listeners = vec![
        on(document, "selectionchange", |inner, _| {
            (inner.on)(Event::Selected)
        }),
        on(document, "scroll", |inner, event| inner.scrolled(&event)),
        on(window, "resize", |inner, _| inner.reread()),
        on(root, "toggle", |inner, _| {
            inner.moved();
            (inner.on)(Event::Moved);
        }),
        // A stylesheet that has just arrived may hide or show something.
        on(window, "load", |inner, _| inner.reread()),
    ];
    // Not captured: what the page does with a click comes first.
    let this = Rc::downgrade(inner);
    listeners.push(Listener::bubbling(root, "click", move |event| {
        let this = this.clone();
        if let (Some(inner), Ok(event)) = (this.upgrade(), event.dyn_into::<MouseEvent>()) {
            inner.clicked(&event);
        }
    }));
    for kind in ["pointermove", "pointerleave"] {
        let this = Rc::downgrade(inner);
        listeners.push(Listener::bubbling(root, kind, move |event| {
            if let (Some(inner), Ok(event)) = (this.upgrade(), event.dyn_into::<MouseEvent>()) {
                inner.hovered(&event);
            }
        }));
    }
    let this = Rc::downgrade(inner);
    listeners.push(Listener::bubbling(document, "keydown", move |event| {
        if let (Some(inner), Ok(event)) = (this.upgrade(), event.dyn_into::<KeyboardEvent>()) {
            inner.struck(&event);
        }
    }));
    listeners
}

impl Inner {
    /// Something scrolled: what is near the window is another thing, and in a
    /// part that scrolls by itself the text stands elsewhere.
    fn scrolled(&self, event: &web_sys::Event) {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(target) = target {
            let is_inside = self.root.contains(Some(&target));
            if is_inside {
                self.moved();
            }
            if is_inside || target.contains(Some(&self.root)) {
                (self.on)(Event::Moved);
            }
        }
        // Browsers tell of scrolling once a frame, before they draw it.
        self.paint_in_view(true);
    }
}
