//! The style sheet of the panel, adopted by its shadow root. Constructed style
//! sheets work where the page's policy forbids style elements.

use wasm_bindgen::JsCast;
use web_sys::{CssStyleSheet, Document, Node, ShadowRoot};

const RULES: &str = concat!(
    include_str!("../../styles/tokens.css"),
    include_str!("../../styles/panel/base.css"),
    include_str!("../../styles/panel/controls.css"),
    include_str!("../../styles/panel/bar.css"),
    include_str!("../../styles/panel/list.css"),
    include_str!("../../styles/panel/comment.css"),
    include_str!("../../styles/panel/sheet.css"),
    include_str!("../../styles/panel/hues.css"),
    include_str!("../../styles/panel/preferences.css"),
);

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
        let Some(sheet) = sheet else { return };
        let root = node.get_root_node();
        if let Some(root) = root.dyn_ref::<ShadowRoot>() {
            let sheets = root.adopted_style_sheets();
            if !sheets.includes(sheet, 0) {
                root.set_adopted_style_sheets(&sheets.concat(&js_sys::Array::of1(sheet)));
            }
        } else if let Some(root) = root.dyn_ref::<Document>() {
            let sheets = root.adopted_style_sheets();
            if !sheets.includes(sheet, 0) {
                root.set_adopted_style_sheets(&sheets.concat(&js_sys::Array::of1(sheet)));
            }
        }
    });
}
