//! Texts as QR codes, for cameras.

use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};
use wasm_bindgen::prelude::wasm_bindgen;

/// The largest code: 145 modules a side, which on a phone are two pixels each.
/// It holds 1,952 bytes.
const LARGEST: u8 = 32;

/// The code of a text: how many modules a side has, then each of them, row by
/// row, 1 for a dark one. Nothing when the text is too long for a code that a
/// camera reads easily.
#[wasm_bindgen(js_name = qrCode)]
pub fn qr_code(text: &str) -> Option<Vec<u8>> {
    let segments = QrSegment::make_segments(text);
    let (least, most) = (Version::MIN, Version::new(LARGEST));
    let code = QrCode::encode_segments_advanced(&segments, QrCodeEcc::Low, least, most, None, true);
    let code = code.ok()?;
    let size = code.size();
    let mut modules = vec![u8::try_from(size).ok()?];
    for y in 0..size {
        modules.extend((0..size).map(|x| u8::from(code.get_module(x, y))));
    }
    Some(modules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_as_large_as_they_have_to_be() {
        fn check(text: &str, side: Option<usize>) {
            let code = qr_code(text);
            assert_eq!(code.as_ref().map(|it| usize::from(it[0])), side);
            if let Some(code) = code {
                let side = usize::from(code[0]);
                assert_eq!(code.len(), 1 + side * side);
                // The square in the corner by which a camera finds it.
                assert!(code[1..8].iter().all(|it| *it == 1));
            }
        }
        check("https://a.example/", Some(25));
        check(&"a".repeat(1_952), Some(145));
        check(&"a".repeat(1_953), None);
        check("", Some(21));
    }
}
