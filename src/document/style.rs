//! The look of the document, as style sheets that a strict policy allows.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleSheet, Document};

const SHEETS: [&str; 2] = [
    include_str!(concat!(env!("OUT_DIR"), "/document.css")),
    crate::highlight::RULES,
];

thread_local! {
    static ADOPTED: std::cell::RefCell<Vec<CssStyleSheet>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Gives `document` the look, once.
pub(super) fn adopt(document: &Document) -> Result<(), JsValue> {
    ADOPTED.with_borrow_mut(|sheets| {
        if sheets.is_empty() {
            for text in SHEETS {
                let sheet = CssStyleSheet::new()?;
                sheet.replace_sync(text)?;
                sheets.push(sheet);
            }
        }
        let adopted = document.adopted_style_sheets();
        for sheet in sheets.iter() {
            let known = adopted
                .iter()
                .any(|other| other.unchecked_ref::<CssStyleSheet>() == sheet);
            if !known {
                adopted.push(sheet);
            }
        }
        Ok(())
    })
}
