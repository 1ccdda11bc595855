//! Moving the keyboard focus to what may not be there yet.

use std::cell::Cell;

use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};

use super::listen::before_paint;

/// How many paints to wait for the element.
const PATIENCE: u32 = 40;

thread_local! {
    /// Counts what was asked for: only the latest is followed.
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

/// Focuses the element of this id under `root`, at once or as soon as it is
/// there and takes the focus. Gives up after some paints, for what was removed
/// in the meantime, and when the person has moved the focus themselves: keys
/// must never land where nobody put them.
pub(super) fn soon(root: HtmlElement, id: String) {
    let asked = ASKED.get().wrapping_add(1);
    ASKED.set(asked);
    let from = focused();
    attempt(root, id, Wish { asked, from }, PATIENCE);
}

/// A move of the focus that was asked for.
struct Wish {
    /// Which one it is.
    asked: u32,
    /// What had the focus then.
    from: Option<Element>,
}

impl Wish {
    /// Whether nothing has come between: what had the focus has it still, or
    /// was removed and left it to nobody.
    fn stands(&self) -> bool {
        let now = focused();
        ASKED.get() == self.asked && (now.is_none() || now == self.from)
    }
}

fn attempt(root: HtmlElement, id: String, wish: Wish, left: u32) {
    let selector = ["[id=\"", &id, "\"]"].concat();
    let found = root.query_selector(&selector).ok().flatten();
    if let Some(element) = found {
        let _ = element.unchecked_ref::<HtmlElement>().focus();
        if focused().as_ref() == Some(&element) {
            return;
        }
    }
    if left > 0 {
        before_paint(move || {
            if wish.stands() {
                attempt(root, id, wish, left - 1);
            }
        });
    }
}

/// Takes the focus from whatever has it: then the page as a whole has it.
pub(crate) fn release() {
    // Not of the element around a shadow tree: Firefox leaves it inside then.
    if let Some(element) = focused()
        && let Some(element) = element.dyn_ref::<HtmlElement>()
    {
        let _ = element.blur();
    }
}

/// Gives the focus back to what had it, where that has lost it by being put
/// elsewhere in the tree.
pub(super) fn regain(held: Option<Element>) {
    if let Some(element) = held
        && focused().is_none()
    {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        // What has left the tree does not take it.
        let _ = element
            .unchecked_ref::<HtmlElement>()
            .focus_with_options(&options);
    }
}

/// The element that has the keyboard focus, also within shadow trees; `None`
/// when only the page as a whole has it.
pub(super) fn focused() -> Option<Element> {
    let document = web_sys::window()?.document()?;
    let mut focused = document.active_element()?;
    while let Some(inner) = focused.shadow_root().and_then(|root| root.active_element()) {
        focused = inner;
    }
    let nobody =
        document.body().is_some_and(|body| *body == focused) || focused.shadow_root().is_some();
    (!nobody).then_some(focused)
}
