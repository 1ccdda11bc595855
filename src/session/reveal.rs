//! Brings a text into view.

use wasm_bindgen_futures::spawn_local;
use web_sys::Window;

use crate::platform::{breathe, window};
use crate::view::is_wide;

/// Between which heights in the window something is, in CSS pixels.
pub(super) type Place = Box<dyn FnOnce() -> Option<(f64, f64)>>;

/// Scrolls the page until something is where one reads: not under a sheet at
/// the lower edge. First what was said to the panel is drawn, which may make
/// room for that.
pub(super) fn scroll_to(place: Place) {
    spawn_local(async move {
        breathe().await;
        if let Some((top, bottom)) = place() {
            scroll_between(top, bottom);
        }
    });
}

fn scroll_between(top: f64, bottom: f64) {
    let Some(window) = window() else { return };
    let height = window.inner_height().ok().and_then(|h| h.as_f64());
    let height = height.unwrap_or(0.0);
    let (first, last) = if is_wide() { (0.25, 0.6) } else { (0.15, 0.4) };
    if top < 80.0 || bottom > height * last {
        let options = web_sys::ScrollToOptions::new();
        let to = window.scroll_y().unwrap_or(0.0) + top - height * first;
        options.set_top(to.max(0.0));
        if !reduces_motion(&window) {
            options.set_behavior(web_sys::ScrollBehavior::Smooth);
        }
        window.scroll_to_with_scroll_to_options(&options);
    }
}

fn reduces_motion(window: &Window) -> bool {
    let query = window
        .match_media("(prefers-reduced-motion: reduce)")
        .ok()
        .flatten();
    query.is_some_and(|query| query.matches())
}
