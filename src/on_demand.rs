//! The WebAssembly modules with what few pages need: `crates/relays` and
//! `crates/interchange`. Each is loaded when something asks for it, once a page.

use std::cell::RefCell;

use js_sys::{Function, Promise, Reflect};
use postil_core::relay::OpenError;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::platform::message;

#[wasm_bindgen]
extern "C" {
    /// Relays that speak other protocols than the mailbox's.
    #[derive(Clone)]
    pub(crate) type Relays;

    /// A relay's machine; none when that is no address of one.
    #[wasm_bindgen(method, js_name = openRelay)]
    pub(crate) fn open_relay(
        this: &Relays,
        url: &str,
        mailbox: &str,
        cursor: &[u8],
        seed: u64,
    ) -> Option<Machine>;

    /// A relay's machine.
    pub(crate) type Machine;

    #[wasm_bindgen(method, catch)]
    pub(crate) fn step(this: &Machine, input: &[u8], now: f64) -> Result<Vec<u8>, JsValue>;

    #[wasm_bindgen(method)]
    pub(crate) fn caps(this: &Machine) -> Vec<u8>;

    /// Discussions in the forms of other programs.
    pub(crate) type Interchange;

    /// A discussion in a form of other programs.
    #[wasm_bindgen(method, catch, js_name = writeDiscussion)]
    pub(crate) fn write_discussion(
        this: &Interchange,
        form: &str,
        discussion: &[u8],
    ) -> Result<String, JsValue>;

    /// What a file of another program says, for a page.
    #[wasm_bindgen(method, catch, js_name = readDiscussion)]
    pub(crate) fn read_discussion(
        this: &Interchange,
        page: &[u8],
        file: &str,
    ) -> Result<Vec<u8>, JsValue>;

    /// A copy as an e-mail, from the bytes of an `Email`.
    #[wasm_bindgen(method, catch, js_name = writeEmail)]
    pub(crate) fn write_email(this: &Interchange, email: &[u8]) -> Result<String, JsValue>;

    /// The copies attached to an e-mail, one after the other.
    #[wasm_bindgen(method, catch, js_name = readEmail)]
    pub(crate) fn read_email(this: &Interchange, file: &[u8]) -> Result<Vec<u8>, JsValue>;

    /// Where the text is that the fragment of an address names: its start and
    /// end, nothing, or one number when it is in several places.
    #[wasm_bindgen(method, catch, js_name = findFragment)]
    pub(crate) fn find_fragment(
        this: &Interchange,
        fragment: &str,
        text: &str,
    ) -> Result<Vec<u32>, JsValue>;
}

/// Why a module is not there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Missing {
    /// It may be there another time.
    Unreachable,
    /// The page has to be changed first. In words for the person who runs it.
    Broken(String),
}

impl Missing {
    /// The meaning of what the loader says.
    pub(crate) fn of(error: &JsValue) -> Self {
        let kind = Reflect::get(error, &"kind".into()).ok();
        let kind = kind.and_then(|kind| kind.as_string());
        match kind.as_deref() {
            None | Some("network") => Missing::Unreachable,
            Some(_) => Missing::Broken(message(error)),
        }
    }
}

thread_local! {
    static LOADER: RefCell<Option<Function>> = const { RefCell::new(None) };
    static RELAYS: RefCell<Option<Relays>> = const { RefCell::new(None) };
}

/// Says how they are loaded: a function that gives a promise of the exports of
/// the module of that name.
pub(crate) fn load_with(loader: Function) {
    LOADER.set(Some(loader));
}

/// The module with relays, if it was loaded.
pub(crate) fn relays() -> Result<Relays, OpenError> {
    let module = RELAYS.with_borrow(Clone::clone);
    module.ok_or(OpenError::UnknownScheme)
}

/// Loads the module with relays if it is not there.
///
/// # Errors
/// What the loader says when it can not be had.
pub(crate) async fn load_relays() -> Result<(), JsValue> {
    RELAYS.set(Some(load("relays").await?.unchecked_into()));
    Ok(())
}

/// The module with the forms of other programs, loaded if it is not there.
///
/// # Errors
/// What the loader says when it can not be had.
pub(crate) async fn interchange() -> Result<Interchange, JsValue> {
    Ok(load("interchange").await?.unchecked_into())
}

async fn load(name: &str) -> Result<JsValue, JsValue> {
    let loader = LOADER.with_borrow(Clone::clone).ok_or(JsValue::NULL)?;
    let promise = loader.call1(&JsValue::NULL, &name.into())?;
    JsFuture::from(promise.dyn_into::<Promise>()?).await
}
