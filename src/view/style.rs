//! The style sheet of the panel, adopted by its shadow root. Constructed style
//! sheets work where the page's policy forbids style elements.

use web_sys::{CssStyleSheet, Node};

use crate::sheets;

/// The sheets that `build.rs` joins.
const RULES: &str = include_str!(concat!(env!("OUT_DIR"), "/panel.css"));

thread_local! {
    /// One sheet for all panels of the page.
    static SHEET: Option<CssStyleSheet> = CssStyleSheet::new().ok().inspect(|sheet| {
        let _ = sheet.replace_sync(RULES);
    });
}

/// Styles everything in the tree that `node` is in. Doing so again changes
/// nothing.
pub(super) fn adopt(node: &Node) {
    SHEET.with(|sheet| {
        if let Some(sheet) = sheet {
            sheets::adopt(node, sheet);
        }
    });
}
