//! Files with the comments of others: what is read keeps to the limits, and is
//! the same when it is written in any form and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postil_core::event::MAX_BODY;
use postil_core::interchange::notes::{Note, Notes, Page};
use postil_core::interchange::{FORMATS, read, write};

fuzz_target!(|input: &str| {
    let page = Page {
        address: "https://example.org/".into(),
        text: "one two three two 😀 one".into(),
        ..Page::default()
    };
    let Ok(notes) = read(&page, input) else {
        return;
    };
    for note in &notes.notes {
        assert!(!note.body.is_empty() && note.body.len() <= MAX_BODY);
        assert!(note.origin().is_some());
    }
    let bytes = notes.encode();
    assert_eq!(Notes::decode(&bytes).as_ref(), Ok(&notes));
    let known = |note: &Note| {
        (
            note.id.clone(),
            note.parent.clone(),
            note.place,
            note.resolved,
        )
    };
    for format in FORMATS {
        let file = write(format.name, &page, &notes.notes).unwrap();
        if !format.is_read() {
            continue;
        }
        // A little input never becomes a file over the limits.
        let again = read(&page, &file).unwrap();
        let left = |notes: &Notes| notes.notes.iter().map(known).collect::<Vec<_>>();
        assert_eq!(left(&again), left(&notes));
    }
});
