//! What is around a panel: finds the commented root, and hears when the page
//! may show another one, for it was rendered anew or went to another view.

use gloo_timers::callback::Timeout;
use js_sys::Array;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, MutationObserver, MutationObserverInit, ShadowRoot};

use crate::listener::Listener;

/// How long to wait after a change, for more of them, in milliseconds.
const PAUSE: u32 = 30;

/// The first element that `selector` names, in the tree that `host` is in or
/// else in the document.
pub fn find(host: &Element, selector: &str) -> Option<Element> {
    let near = host.get_root_node();
    let near = near.dyn_ref::<ShadowRoot>();
    let near = near.and_then(|tree| tree.query_selector(selector).ok().flatten());
    near.or_else(|| {
        host.owner_document()?
            .query_selector(selector)
            .ok()
            .flatten()
    })
}

/// Hears of changes of the page until it is dropped.
pub struct Around {
    observer: MutationObserver,
    _changed: Closure<dyn FnMut(Array)>,
    _listeners: Vec<Listener>,
    _timer: Rc<Cell<Option<Timeout>>>,
}

impl std::fmt::Debug for Around {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Around")
    }
}

impl Around {
    /// Calls `on` soon after elements came or went, got another name, or the
    /// page went to another place in its history.
    ///
    /// # Errors
    /// When the browser cannot observe the page.
    pub fn watch(document: &Document, on: impl Fn() + 'static) -> Result<Self, JsValue> {
        let timer: Rc<Cell<Option<Timeout>>> = Rc::default();
        let on: Rc<dyn Fn()> = Rc::new(on);
        let soon = {
            let timer = Rc::downgrade(&timer);
            Rc::new(move || {
                let Some(timer) = timer.upgrade() else { return };
                // The first change decides when, so that a page that never
                // rests is looked at all the same.
                let waiting = timer.take();
                if waiting.is_some() {
                    timer.set(waiting);
                    return;
                }
                let (on, slot) = (on.clone(), Rc::downgrade(&timer));
                timer.set(Some(Timeout::new(PAUSE, move || {
                    if let Some(slot) = slot.upgrade() {
                        drop(slot.take());
                    }
                    on();
                })));
            })
        };
        let changed = {
            let soon = soon.clone();
            Closure::<dyn FnMut(Array)>::new(move |_| soon())
        };
        let observer = MutationObserver::new(changed.as_ref().unchecked_ref())?;
        let what = MutationObserverInit::new();
        what.set_child_list(true);
        what.set_subtree(true);
        let names = ["id", "class", "href", "rel"];
        what.set_attribute_filter(&names.into_iter().map(JsValue::from).collect::<Array>());
        observer.observe_with_options(document, &what)?;
        let mut listeners = Vec::new();
        if let Some(window) = document.default_view() {
            for kind in ["popstate", "hashchange"] {
                let soon = soon.clone();
                listeners.push(Listener::new(&window, kind, move |_| soon()));
            }
        }
        Ok(Around {
            observer,
            _changed: changed,
            _listeners: listeners,
            _timer: timer,
        })
    }
}

impl Drop for Around {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
