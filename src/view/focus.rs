//! Moving the keyboard focus to what is not there yet.

use web_sys::HtmlElement;

use super::listen::before_paint;

/// How many paints to wait for the element.
const PATIENCE: u32 = 40;

/// Focuses the element of this id under `root` as soon as there is one; gives
/// up after some paints, for what was removed again in the meantime.
pub(super) fn soon(root: HtmlElement, id: String) {
    attempt(root, id, PATIENCE);
}

fn attempt(root: HtmlElement, id: String, left: u32) {
    before_paint(move || {
        let selector = ["[id=\"", &id, "\"]"].concat();
        let found = root.query_selector(&selector).ok().flatten();
        match found.map(wasm_bindgen::JsCast::unchecked_into::<HtmlElement>) {
            Some(element) => {
                let _ = element.focus();
            }
            None if left > 0 => attempt(root, id, left - 1),
            None => {}
        }
    });
}
