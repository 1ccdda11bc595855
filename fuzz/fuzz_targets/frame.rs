//! What another tab says, to a peer: it is understood or ignored.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postil_core::id::{DeviceId, RoomId};
use postil_core::peer::Peer;
use postil_core::store::Loaded;
use postil_core::tabs::Frame;

fuzz_target!(|frames: Vec<Vec<u8>>| {
    for leads in [false, true] {
        let room = RoomId::named("fuzz");
        let mut peer = Peer::new(room, DeviceId([1; 32]), 7, Some("one two 😀"));
        if leads {
            peer.lead();
        }
        peer.loaded(Loaded::default(), 0);
        for frame in &frames {
            if let Ok(read) = Frame::decode(frame) {
                assert_eq!(Frame::decode(&read.encode()), Ok(read));
            }
            peer.heard(frame, 0);
            while peer.effect().is_some() {}
        }
        peer.replica_mut().discussion();
    }
});
