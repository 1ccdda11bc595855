//! The clock and the randomness of the browser.

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;

/// Milliseconds since the Unix epoch.
pub(crate) fn now() -> u64 {
    js_sys::Date::now() as u64
}

/// The window, which a page always has.
pub(crate) fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

/// `N` random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let bytes = Uint8Array::new_with_length(N as u32);
    let filled = window()
        .and_then(|window| window.crypto().ok())
        .is_some_and(|crypto| {
            crypto
                .get_random_values_with_array_buffer_view(&bytes)
                .is_ok()
        });
    let mut out = [0; N];
    if filled {
        bytes.copy_to(&mut out);
    }
    out
}

/// The message of whatever JavaScript threw.
pub(crate) fn message(error: &JsValue) -> String {
    let field = |name: &str| js_sys::Reflect::get(error, &name.into()).ok()?.as_string();
    field("message")
        .filter(|m| !m.is_empty())
        .or_else(|| field("name"))
        .unwrap_or_else(|| error.as_string().unwrap_or_else(|| "unknown error".into()))
}

/// The `name` of whatever JavaScript threw, such as `QuotaExceededError`.
pub(crate) fn error_name(error: &JsValue) -> String {
    js_sys::Reflect::get(error, &"name".into())
        .ok()
        .and_then(|n| n.as_string())
        .unwrap_or_default()
}
