//! The clock and the randomness of the browser.

use js_sys::{Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;

/// Milliseconds since the Unix epoch.
pub(crate) fn now() -> u64 {
    js_sys::Date::now() as u64
}

/// The window, which a page always has.
pub(crate) fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

/// What is kept of this origin and can be read at once; none where pages keep
/// nothing.
pub(crate) fn storage() -> Option<web_sys::Storage> {
    window()?.local_storage().ok().flatten()
}

/// Whether the page is on no screen.
pub(crate) fn is_hidden() -> bool {
    let document = window().and_then(|window| window.document());
    document.is_some_and(|document| document.hidden())
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

/// Long work in slices: in between the browser can draw and hear the person.
pub(crate) struct Pace {
    since: f64,
}

impl Pace {
    /// How long to work in one go, in milliseconds.
    const SLICE: f64 = 12.0;

    /// The work begins.
    pub(crate) fn new() -> Self {
        Pace { since: uptime() }
    }

    /// Whether the slice is used up.
    pub(crate) fn is_over(&self) -> bool {
        uptime() - self.since > Self::SLICE
    }

    /// A step is done: rests if the slice is used up.
    pub(crate) async fn step(&mut self) {
        if self.is_over() {
            breathe().await;
            self.since = uptime();
        }
    }
}

/// Lets the browser do what else it has to.
pub(crate) async fn breathe() {
    // A timer would wait longer than it is told when this is called often.
    let Ok(channel) = MessageChannel::new() else {
        return;
    };
    let heard = Promise::new(&mut |resolve, _| channel.port1().set_onmessage(Some(&resolve)));
    if channel.port2().post_message(&JsValue::NULL).is_ok() {
        let _ = JsFuture::from(heard).await;
    }
    channel.port1().close();
}

/// Waits, in milliseconds.
pub(crate) async fn rest(time: i32) {
    let over = Promise::new(&mut |resolve, _| {
        if let Some(window) = window() {
            // Without timers there is no page either.
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, time);
        }
    });
    let _ = JsFuture::from(over).await;
}

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the page was opened, more exactly than [`now`]. Every
    /// page has this clock, and slices of work look at it often.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    pub(crate) fn uptime() -> f64;

    #[wasm_bindgen(js_namespace = performance, js_name = clearMarks)]
    fn clear_marks(name: &str);

    #[wasm_bindgen(js_namespace = performance, js_name = mark, catch)]
    fn leave_mark(name: &str, options: &Object) -> Result<JsValue, JsValue>;
}

/// Marks that the text of a page has been read.
pub(crate) const TEXT_READ: &str = "postil-text";
/// Marks that threads have been looked for in it.
pub(crate) const PLACES_FOUND: &str = "postil-places";

/// Marks that some words of it have been described for a thread: in how many
/// microseconds.
pub(crate) const CAPTURED: &str = "postil-capture";

/// Leaves a mark in the page's timeline of performance, in place of the last one
/// with this name. Its detail is how much was done.
pub(crate) fn mark(name: &str, count: usize) {
    clear_marks(name);
    let options = Object::new();
    // Without the mark nobody misses anything.
    let _ = Reflect::set(&options, &"detail".into(), &(count as f64).into());
    let _ = leave_mark(name, &options);
}

/// The message of whatever JavaScript threw.
pub(crate) fn message(error: &JsValue) -> String {
    let field = |name: &str| Reflect::get(error, &name.into()).ok()?.as_string();
    field("message")
        .filter(|m| !m.is_empty())
        .or_else(|| field("name"))
        .unwrap_or_else(|| error.as_string().unwrap_or_else(|| "unknown error".into()))
}

/// The `name` of whatever JavaScript threw, such as `QuotaExceededError`.
pub(crate) fn error_name(error: &JsValue) -> String {
    Reflect::get(error, &"name".into())
        .ok()
        .and_then(|n| n.as_string())
        .unwrap_or_default()
}
