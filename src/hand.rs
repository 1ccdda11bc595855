//! What goes from hand to hand on a screen: `packages/element/hand.js`, a
//! script that is loaded when somebody asks for something of it.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

thread_local! {
    static CALLER: RefCell<Option<Function>> = const { RefCell::new(None) };
    static SHARES: Cell<bool> = const { Cell::new(false) };
}

/// Says how the script is called, by a function that loads it first and gives a
/// promise, and whether the browser has a share sheet for files.
pub(crate) fn call_with(caller: Function, shares: bool) {
    CALLER.set(Some(caller));
    SHARES.set(shares);
}

/// Whether the browser has a share sheet for files.
pub(crate) fn can_share() -> bool {
    SHARES.get()
}

/// Calls the script. What it promises is an error when it, or something that it
/// needs, can not be had.
///
/// # Errors
/// When nobody has said how.
pub(crate) fn call(arguments: &Array) -> Result<JsFuture, JsValue> {
    let caller = CALLER.with_borrow(Clone::clone).ok_or(JsValue::NULL)?;
    let promise: Promise = caller.apply(&JsValue::NULL, arguments)?.dyn_into()?;
    Ok(promise.into())
}
