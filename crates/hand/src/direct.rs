//! What two people hand over for a direct connection, from what their browsers
//! say and into what these understand.

use postil_core::relay::direct::code::{self, CodeError};
use postil_core::relay::direct::sdp::Session;
use wasm_bindgen::prelude::wasm_bindgen;

/// The code of this side, from its browser's description of the session. `about`
/// is the offer that it answers; empty when it is one. Nothing when the
/// description lacks something.
#[wasm_bindgen(js_name = writeCode)]
pub fn write_code(sdp: &str, mailbox: &str, about: &str) -> Option<String> {
    let about = Some(about).filter(|it| !it.is_empty());
    code::write(&Session::read(sdp)?, mailbox, about).ok()
}

/// The description of the other side's session, from the code in a text: an
/// answer to `offer`, or an offer when that is empty. If there is none, one of
/// `none`, `elsewhere` and `unwanted`.
#[wasm_bindgen(js_name = readCode)]
pub fn read_code(text: &str, mailbox: &str, offer: &str) -> String {
    let offer = Some(offer).filter(|it| !it.is_empty());
    match code::read(text, mailbox, offer) {
        Ok(code) => code.session.write(code.part),
        Err(CodeError::None) => "none".into(),
        Err(CodeError::OtherRoom) => "elsewhere".into(),
        Err(CodeError::NotWanted) => "unwanted".into(),
    }
}
