//! Anchors from strangers: what is read can be placed, and is written again as
//! the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postil_core::anchor::Anchor;
use postil_core::discussion::Placement;
use postil_core::text::SharedText;

fuzz_target!(|input: &[u8]| {
    let Ok(anchor) = Anchor::decode(input) else {
        return;
    };
    assert_eq!(Anchor::decode(&anchor.encode()).as_ref(), Ok(&anchor));
    let shared = SharedText::new("one two three two 😀 one", 1);
    let text = shared.text();
    if let Placement::Placed { start, end } = anchor.resolve(&shared, &text) {
        assert!(start < end && end <= shared.len());
    }
});
