//! What goes from hand to hand on a screen: `packages/element/hand.js`, a
//! script that is loaded when somebody asks for something of it.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

thread_local! {
    static LOADER: RefCell<Option<Function>> = const { RefCell::new(None) };
    static SHARES: Cell<bool> = const { Cell::new(false) };
}

/// Says how the script is loaded, by a function that gives a promise of it, and
/// whether the browser has a share sheet for files.
pub(crate) fn load_with(loader: Function, shares: bool) {
    LOADER.set(Some(loader));
    SHARES.set(shares);
}

/// Whether the browser has a share sheet for files.
pub(crate) fn can_share() -> bool {
    SHARES.get()
}

/// Calls a function of the script, and waits for what it promises.
///
/// # Errors
/// When the script can not be had, or the function fails.
pub(crate) async fn call(name: &str, arguments: &Array) -> Result<(), JsValue> {
    let loader = LOADER.with_borrow(Clone::clone).ok_or(JsValue::NULL)?;
    let promise: Promise = loader.call0(&JsValue::NULL)?.dyn_into()?;
    let script = JsFuture::from(promise).await?;
    let function: Function = Reflect::get(&script, &name.into())?.dyn_into()?;
    let promised = function.apply(&script, arguments)?;
    JsFuture::from(Promise::resolve(&promised)).await?;
    Ok(())
}
