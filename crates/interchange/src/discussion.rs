//! Discussions in the forms of other programs.

use postil_core::interchange::collect::collect;
use postil_core::interchange::notes::Page;
use postil_core::interchange::{FORMATS, eml, read, write};
use postil_core::wire::bytes::Reader;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// Writes a discussion in the form of that name. It is given as the bytes of a
/// [`Page`], the JSON of its threads, and the anchor of each.
///
/// # Errors
/// When there is no such form.
#[wasm_bindgen(js_name = writeDiscussion)]
pub fn write_discussion(form: &str, discussion: &[u8]) -> Result<String, JsError> {
    let mut reader = Reader::new(discussion);
    let page = Page::decode(&mut reader)?;
    let threads = std::str::from_utf8(reader.bytes()?)?;
    let mut anchors = Vec::new();
    while reader.end().is_err() {
        anchors.push(reader.bytes()?);
    }
    let notes = collect(threads, &anchors).unwrap_or_default();
    write(form, &page, &notes).ok_or_else(|| {
        let names = FORMATS.iter().map(|format| format.name);
        let names: Vec<&str> = names.chain([eml::NAME]).collect();
        let names = names.join("\", \"");
        JsError::new(&format!(
            "There is no format \"{form}\"; there are \"bundle\", \"{names}\"."
        ))
    })
}

/// Reads a file in any of the forms for a page, which is given as the bytes of a
/// [`Page`]. Gives the bytes of what it says, as
/// [`Notes`](postil_core::interchange::notes::Notes).
///
/// # Errors
/// When it is in none of them.
#[wasm_bindgen(js_name = readDiscussion)]
pub fn read_discussion(page: &[u8], file: &str) -> Result<Vec<u8>, JsError> {
    let page = Page::decode(&mut Reader::new(page))?;
    Ok(read(&page, file)?.encode())
}
