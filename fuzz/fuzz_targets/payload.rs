//! Payloads from a member, rightly signed: each folds or says why not, and a
//! second replica that gets them in another order comes to the same.

#![no_main]

use ed25519_dalek::{Signer, SigningKey};
use libfuzzer_sys::fuzz_target;
use postil_core::event::{ChainHash, Header, chain_start, signed_message, thread};
use postil_core::id::{DeviceId, EventId, RoomId};
use postil_core::replica::Replica;
use postil_core::wire::record::pack;
use postil_core::wire::segment::Segment;

struct Writer {
    key: SigningKey,
    hash: ChainHash,
    head: u32,
}

impl Writer {
    fn new(seed: u8, room: &RoomId) -> Self {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let id = DeviceId(key.verifying_key().to_bytes());
        Writer {
            hash: chain_start(room, &id),
            key,
            head: 0,
        }
    }

    fn id(&self) -> DeviceId {
        DeviceId(self.key.verifying_key().to_bytes())
    }

    fn write(&mut self, room: &RoomId, header: Header, payload: Vec<u8>) -> Vec<u8> {
        let mut segment = Segment {
            device: self.id(),
            first: self.head + 1,
            previous: self.hash,
            events: vec![(header, payload.into())],
            signature: [0; 64],
        };
        self.hash = segment.hashes()[0];
        self.head += 1;
        segment.signature = self.key.sign(&signed_message(room, &self.hash)).to_bytes();
        pack([segment.encode()]).remove(0)
    }
}

fuzz_target!(|payloads: Vec<(u8, Vec<u8>)>| {
    let room = RoomId::named("fuzz");
    let (mut ada, mut eve) = (Writer::new(1, &room), Writer::new(2, &room));
    let header = |lamport, kind, deps: &[EventId]| Header {
        lamport,
        at: 0,
        kind,
        deps: deps.into(),
    };
    let opened = thread::payload(None, "kept", b"nonce");
    let mut records = vec![ada.write(&room, header(1, 1, &[]), opened)];
    let seen = EventId {
        device: ada.id(),
        seq: 1,
    };
    for (number, (kind, payload)) in payloads.into_iter().take(20).enumerate() {
        let deps: &[EventId] = if number == 0 { &[seen] } else { &[] };
        let header = header(2 + number as u64, u32::from(kind % 16), deps);
        records.push(eve.write(&room, header, payload));
    }
    let replica = || Replica::new(room, DeviceId([1; 32]), 0, Some("one two 😀"));
    let (mut forth, mut back) = (replica(), replica());
    records.iter().for_each(|record| drop(forth.admit(record)));
    records
        .iter()
        .rev()
        .for_each(|record| drop(back.admit(record)));
    let discussion = forth.discussion();
    assert_eq!(discussion, back.discussion());
    let kept = discussion.threads.iter().find(|thread| thread.id == seen);
    assert_eq!(kept.map(|thread| &*thread.comments[0].body), Some("kept"));
});
