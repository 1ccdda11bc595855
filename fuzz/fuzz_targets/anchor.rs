//! Anchors from strangers: what is read can be placed, and is written again as
//! the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postil_core::anchor::Anchor;
use postil_core::anchor::index::TextIndex;
use postil_core::anchor::search::Search;
use postil_core::discussion::Placement;
use postil_core::text::SharedText;

fuzz_target!(|input: &[u8]| {
    let Ok(anchor) = Anchor::decode(input) else {
        return;
    };
    assert_eq!(Anchor::decode(&anchor.encode()).as_ref(), Ok(&anchor));
    let shared = SharedText::new("one two three two 😀 one", 1);
    let text = shared.text();
    let placement = anchor.resolve(&shared, &text);
    if let Placement::Placed { start, end } | Placement::Proposed { start, end, .. } = placement {
        assert!(start < end && end <= shared.len());
    }
    let index = TextIndex::new(text.as_str().into());
    if let Some(mut search) = Search::new(&anchor) {
        while search.step(&index, 1).is_none() {}
    }
});
