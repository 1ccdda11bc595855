//! Segments from strangers: what is read is written again and read as the
//! same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postil_core::id::RoomId;
use postil_core::wire::segment::Segment;

fuzz_target!(|input: &[u8]| {
    let room = RoomId::named("fuzz");
    let Ok(segment) = Segment::decode(input, &room) else {
        return;
    };
    assert_eq!(segment.hashes().len(), segment.events.len());
    assert_eq!(Segment::decode(&segment.encode(), &room), Ok(segment));
});
