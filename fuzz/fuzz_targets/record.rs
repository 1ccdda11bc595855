//! Records from strangers, one after another: nothing that is held goes away.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postil_core::id::{DeviceId, RoomId};
use postil_core::replica::Replica;

fuzz_target!(|records: Vec<Vec<u8>>| {
    let room = RoomId::named("fuzz");
    let mut replica = Replica::new(room, DeviceId([1; 32]), 0, Some("one two 😀"));
    let mut held = 0;
    for record in &records {
        let admitted = replica.admit(record);
        assert!(admitted.fresh.len() <= admitted.spans.len());
        let now = replica.logs().iter().map(|log| log.head()).sum::<u32>();
        assert!(now >= held);
        held = now;
    }
    replica.discussion();
});
