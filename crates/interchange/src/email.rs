//! Copies of a discussion as e-mails.

use postil_core::interchange::eml::{self, Email};
use postil_core::wire::bytes::put_bytes;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// Writes an e-mail, which is given as the bytes of an [`Email`].
///
/// # Errors
/// When these are anything else.
#[wasm_bindgen(js_name = writeEmail)]
pub fn write_email(email: &[u8]) -> Result<String, JsError> {
    Ok(Email::decode(email)?.write())
}

/// The bundles that are attached to an e-mail, each with its length before it.
///
/// # Errors
/// When there is none.
#[wasm_bindgen(js_name = readEmail)]
pub fn read_email(file: &[u8]) -> Result<Vec<u8>, JsError> {
    let mut found = Vec::new();
    for bundle in eml::read(file)? {
        put_bytes(&mut found, &bundle);
    }
    Ok(found)
}
