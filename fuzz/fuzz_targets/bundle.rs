//! Copies from strangers: they are read as far as they can be, or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postil_core::id::RoomId;
use postil_core::wire::bundle;

fuzz_target!(|bytes: &[u8]| {
    let room = RoomId::named("fuzz");
    if let Ok(contents) = bundle::read(bytes, &room) {
        let records: Vec<Vec<u8>> = contents.records.iter().map(|it| it.to_vec()).collect();
        let again = bundle::write(&room, &records);
        let rest = contents.damaged.map_or(&[][..], |(_, rest)| rest);
        assert_eq!([&again, rest].concat(), bytes);
    }
});
