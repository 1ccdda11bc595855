//! Texts that addresses name, as other programs write such addresses.

use postil_core::anchor::index::TextIndex;
use postil_core::interchange::fragment::{self, Found};
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// Finds the text that the fragment of an address names. Gives where it starts
/// and ends in UTF-16 code units, nothing when it is not there, and one number
/// when it is in several places.
///
/// # Errors
/// When it names no text.
#[wasm_bindgen(js_name = findFragment)]
pub fn find_fragment(fragment: &str, text: &str) -> Result<Vec<u32>, JsError> {
    Ok(
        match fragment::find(fragment, &TextIndex::new(text.into()))? {
            Found::Nowhere => Vec::new(),
            Found::At { start, end } => vec![start, end],
            Found::Several => vec![2],
        },
    )
}
