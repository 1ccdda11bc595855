//! Constructed style sheets, which work where the page's policy forbids style
//! elements.

use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{CssStyleSheet, Document, Node, ShadowRoot};

/// Gives the tree that `node` is in a style sheet. Doing so again changes
/// nothing.
pub(crate) fn adopt(node: &Node, sheet: &CssStyleSheet) {
    change(node, |sheets| match sheets.includes(sheet, 0) {
        true => None,
        false => Some(sheets.concat(&Array::of1(sheet))),
    });
}

/// Takes a style sheet away from the tree that `node` is in.
pub(crate) fn leave(node: &Node, sheet: &CssStyleSheet) {
    change(node, |sheets| {
        let is_other =
            |it: &wasm_bindgen::JsValue| it != AsRef::<wasm_bindgen::JsValue>::as_ref(sheet);
        Some(sheets.iter().filter(is_other).collect())
    });
}

fn change(node: &Node, new: impl Fn(&Array) -> Option<Array>) {
    let root = node.get_root_node();
    if let Some(root) = root.dyn_ref::<ShadowRoot>() {
        if let Some(sheets) = new(&root.adopted_style_sheets()) {
            root.set_adopted_style_sheets(&sheets);
        }
    } else if let Some(root) = root.dyn_ref::<Document>()
        && let Some(sheets) = new(&root.adopted_style_sheets())
    {
        root.set_adopted_style_sheets(&sheets);
    }
}
