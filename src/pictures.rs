//! Pictures, sounds and films of a page: `packages/element/pictures.js`, a
//! script that is loaded when there are any.

use std::cell::RefCell;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement};

#[wasm_bindgen]
extern "C" {
    /// The pictures of one commented root, until [`Pictures::end`].
    #[derive(Clone)]
    pub(crate) type Pictures;

    #[wasm_bindgen(method)]
    pub(crate) fn all(this: &Pictures) -> Array;

    #[wasm_bindgen(method)]
    pub(crate) fn source(this: &Pictures, element: &Element) -> String;

    #[wasm_bindgen(method)]
    pub(crate) fn name(this: &Pictures, element: &Element) -> String;

    #[wasm_bindgen(method)]
    pub(crate) fn path(this: &Pictures, element: &Element) -> String;

    #[wasm_bindgen(method)]
    pub(crate) fn heading(this: &Pictures, element: &Element) -> String;

    #[wasm_bindgen(method)]
    pub(crate) fn stands(this: &Pictures, id: &str, path: &str) -> Option<Element>;

    #[wasm_bindgen(method)]
    pub(crate) fn begin(this: &Pictures, element: &JsValue) -> bool;

    #[wasm_bindgen(method)]
    pub(crate) fn draw(this: &Pictures, pieces: &Array, words: &Object, free: bool);

    #[wasm_bindgen(method)]
    pub(crate) fn end(this: &Pictures);
}

thread_local! {
    static LOADER: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Says how the script is loaded: a function that gives a promise of it.
pub(crate) fn load_with(loader: Function) {
    LOADER.set(Some(loader));
}

/// Loads the script if it is not there, and begins.
///
/// # Errors
/// When it can not be had.
pub(crate) async fn open(
    root: Element,
    host: HtmlElement,
    on: JsValue,
) -> Result<Pictures, JsValue> {
    let loader = LOADER.with_borrow(Clone::clone).ok_or(JsValue::NULL)?;
    let promise: Promise = loader.call0(&JsValue::NULL)?.dyn_into()?;
    let module = JsFuture::from(promise).await?;
    let open: Function = Reflect::get(&module, &"open".into())?.dyn_into()?;
    let pictures = open.call3(&module, &root, &host, &on)?;
    Ok(pictures.unchecked_into())
}
