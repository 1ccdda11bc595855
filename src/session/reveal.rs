//! Brings a text into view.

use web_sys::Window;

use crate::platform::window;
use crate::view::is_wide;

/// Scrolls the page until what is between these heights in the window, in CSS
/// pixels, is where one reads: not under a sheet at the lower edge.
pub(super) fn scroll_to(top: f64, bottom: f64) {
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
