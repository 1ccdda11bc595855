//! Annotations from elsewhere: what is read is an anchor that can be sent, and
//! comes back from what is written of it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postil_core::anchor::Anchor;
use postil_core::anchor::index::TextIndex;
use postil_core::interchange::{fragment, hypothesis, w3c};

fuzz_target!(|input: &str| {
    let index = TextIndex::new("one two three two 😀 one".into());
    let read = [
        w3c::read(input, Some(&index)).ok().flatten(),
        hypothesis::read(input, None).ok().flatten(),
        fragment::read(input, Some(&index)).ok(),
    ];
    for anchor in read.into_iter().flatten() {
        assert_eq!(Anchor::decode(&anchor.encode()).as_ref(), Ok(&anchor));
        let again = hypothesis::read(&hypothesis::write(&anchor, None), None);
        assert!(again.is_ok());
        index.resolve(&anchor);
    }
});
