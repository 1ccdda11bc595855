//! Edits of a shared text: what passes the check is merged or refused whole,
//! and the text goes on working.
//!
//! The input is a list of edits: writer (one byte), length (two bytes,
//! little-endian), that many bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postil_core::text::SharedText;
use postil_core::text::admit::check;

fuzz_target!(|input: &[u8]| {
    let mut text = SharedText::new("a shared 😀 text", 1);
    let mut rest = input;
    while let [writer, low, high, bytes @ ..] = rest {
        let len = usize::from(u16::from_le_bytes([*low, *high]));
        let (update, after) = bytes.split_at(len.min(bytes.len()));
        rest = after;
        let writer = u64::from(*writer);
        let known = |client, end| end <= text.next_clock(client);
        if let Ok(checked) = check(update, writer, text.next_clock(writer), &known) {
            let _ = text.apply(&checked);
        }
    }
    let edit = text
        .splice(text.len(), 0, "end")
        .expect("the text still works");
    assert_eq!(edit.deltas.len(), 1);
    assert!(text.text().ends_with("end"));
});
