//! The protocol's test vectors: made anew here and compared with the ones in
//! `tests/vectors/protocol.txt`. `POSTIL_WRITE_VECTORS=1` writes them, when
//! the protocol was changed on purpose.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use std::fmt::Write as _;

use ed25519_dalek::{Signer as _, SigningKey};
use postil_core::anchor::Anchor;
use postil_core::anchor::content::Content;
use postil_core::anchor::element::Element;
use postil_core::anchor::region::Region;
use postil_core::anchor::time::Time;
use postil_core::event::origin::Origin;
use postil_core::event::{
    Header, base, chain_next, chain_start, close, comment, device, edit, profile, react, redact,
    relink, revise, seen, signed_message, status, thread,
};
use postil_core::id::{DeviceId, EventId, EventRef, RoomId};
use postil_core::relay::framing::Position;
use postil_core::replica::Replica;
use postil_core::text::SharedText;
use postil_core::text::writer::client_id;
use postil_core::wire::bundle;
use postil_core::wire::record::pack;
use postil_core::wire::segment::Segment;
use sha2::{Digest as _, Sha256};

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/vectors/protocol.txt"
);
const NONCE: [u8; 8] = *b"nonce-08";

struct Vectors(String);

impl Vectors {
    fn text(&mut self, name: &str, value: &str) {
        writeln!(self.0, "{name}: {value}").unwrap();
    }

    fn bytes(&mut self, name: &str, bytes: &[u8]) {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.text(name, &hex);
    }
}

#[test]
fn the_vectors_are_what_this_version_makes() {
    let made = make();
    if std::env::var_os("POSTIL_WRITE_VECTORS").is_some() {
        std::fs::write(FILE, &made).unwrap();
    }
    let kept = std::fs::read_to_string(FILE).unwrap();
    for (made, kept) in made.lines().zip(kept.lines()) {
        assert_eq!(made, kept);
    }
    assert_eq!(made.lines().count(), kept.lines().count());
}

fn make() -> String {
    let mut out = Vectors(String::new());
    let room = RoomId::named("guide");
    let (ada_key, ben_key) = (
        SigningKey::from_bytes(&[1; 32]),
        SigningKey::from_bytes(&[2; 32]),
    );
    let ada = DeviceId(ada_key.verifying_key().to_bytes());
    let ben = DeviceId(ben_key.verifying_key().to_bytes());
    out.bytes("room \"guide\"", &room.0);
    out.text("mailbox", &room.mailbox());
    out.bytes("device of seed 01×32", &ada.0);
    out.bytes("device of seed 02×32", &ben.0);
    let opened = EventId {
        device: ada,
        seq: 1,
    };
    out.text("event 1 written out", &opened.to_string());
    assert!(EventRef::parse(&opened.to_string()).unwrap().is_of(&ada));

    let mut text = SharedText::new(
        "Hello 😀 world",
        client_id(&ada, &SharedText::new("Hello 😀 world", 1).base_id(), 7),
    );
    let base_id = text.base_id();
    let anchor = Anchor::describe(&text, &text.text(), 0, 5).unwrap();
    let update = text.splice(5, 0, ",").unwrap().update;
    let payloads = payloads(&ada, &ben, &anchor, &base_id, &update);
    for (name, _, payload) in &payloads {
        out.bytes(&format!("payload {name}"), payload);
    }

    let origin = Origin::new("urn:example:7", "Cem", 1_700_000_000_000).unwrap();
    let brought = origin.mark(&thread::payload(None, "From elsewhere.", &NONCE));
    out.bytes("payload thread brought from elsewhere", &brought);

    let certificate = ada_key.sign(&device::message(&room, &ben)).to_bytes();
    let accepted = device::accept_certified(&ada, &certificate);
    out.bytes("payload device of seed 02×32 for seed 01×32", &accepted);
    let closing = ada_key.sign(&close::message(&room, &ben, 3)).to_bytes();
    let closed = close::payload(&ada, 3, &closing);
    out.bytes("payload close of seed 01×32 at 3 by seed 02×32", &closed);

    let start = chain_start(&room, &ada);
    out.bytes("h(0) of seed 01×32", &start);
    let mut events = Vec::new();
    let mut hash = start;
    for ((name, kind, payload), seq) in payloads.into_iter().zip(1u32..) {
        let header = Header {
            lamport: u64::from(seq),
            at: 1_795_000_000_000 + 1000 * u64::from(seq),
            kind,
            deps: Box::default(),
        };
        hash = chain_next(&hash, seq, &header, &payload);
        out.bytes(&format!("h({seq}) {name}"), &hash);
        events.push((header, payload.into_boxed_slice()));
    }
    let signature = ada_key.sign(&signed_message(&room, &hash)).to_bytes();
    let segment = Segment {
        device: ada,
        first: 1,
        previous: start,
        events,
        signature,
    };
    out.bytes("segment of seed 01×32", &segment.encode());

    // One event of another device, which depends on the last of the first.
    let last = EventId {
        device: ada,
        seq: segment.last(),
    };
    let header = Header {
        lamport: u64::from(last.seq) + 1,
        at: 1_795_000_100_000,
        kind: comment::KIND.code,
        deps: Box::new([last]),
    };
    let payload = comment::payload(&opened, &opened, "Yes.", &NONCE, &ben);
    out.bytes("payload comment of another device", &payload);
    let start = chain_start(&room, &ben);
    let hash = chain_next(&start, 1, &header, &payload);
    let signature = ben_key.sign(&signed_message(&room, &hash)).to_bytes();
    let events = vec![(header, payload.into_boxed_slice())];
    let answer = Segment {
        device: ben,
        first: 1,
        previous: start,
        events,
        signature,
    };
    out.bytes("segment of seed 02×32", &answer.encode());
    let records = pack([segment.encode(), answer.encode()]);
    let [record] = &records[..] else {
        panic!("one record was expected")
    };
    out.bytes("record of both", record);
    let copy = bundle::write(&room, std::slice::from_ref(record));
    out.bytes("bundle of the record", &copy);
    let mut position = Position::default();
    position.push(&Sha256::digest(record).into());
    out.bytes("mailbox digest after it", &position.digest);

    let mut replica = Replica::new(room, ben, 1, None);
    let admitted = replica.admit(record);
    assert!(admitted.refused.is_empty(), "{:?}", admitted.refused);
    assert_eq!(replica.discussion().threads.len(), 1);
    out.text(
        "document after it",
        &replica
            .projection()
            .documents()
            .current()
            .unwrap()
            .text
            .text(),
    );
    out.0
}

/// An anchor with all that a page of ordinary HTML has.
fn on_picture() -> Anchor {
    let text = "Figure 1: the harbour 😀 by night";
    let anchor = Anchor::describe_text(text, 14, 24).unwrap();
    let element = Element::new("fig-1", "#main > figure:nth-of-type(2)", "The harbour");
    anchor
        .with_element(element.unwrap())
        .with_region(Region::new(1_250, 0, 5_000, 10_000).unwrap())
        .with_time(Time::new(30_000, Some(60_500)).unwrap())
        .with_content(Content::new("The harbour by night", "harbour.webp"))
}

fn payloads(
    ada: &DeviceId,
    ben: &DeviceId,
    anchor: &Anchor,
    base_id: &postil_core::text::writer::BaseId,
    update: &[u8],
) -> Vec<(&'static str, u32, Vec<u8>)> {
    let own = |seq| EventId { device: *ada, seq };
    let (opened, answer) = (own(1), own(2));
    let mut list = vec![
        (
            "thread",
            thread::KIND.code,
            thread::payload(Some(anchor), "Why *this* word?", &NONCE),
        ),
        (
            "comment",
            comment::KIND.code,
            comment::payload(&opened, &opened, "Because.", &NONCE, ada),
        ),
        (
            "revise",
            revise::KIND.code,
            revise::payload(&answer, "Because it is short.", &NONCE, ada),
        ),
        (
            "react",
            react::KIND.code,
            react::payload(&opened, "👍", true, ada),
        ),
        (
            "status",
            status::KIND.code,
            status::payload(&opened, true, Some("Said it"), &NONCE, ada),
        ),
        ("redact", redact::KIND.code, redact::payload(&answer, ada)),
        (
            "relink",
            relink::KIND.code,
            relink::payload(&opened, Some(&on_picture()), &NONCE, ada),
        ),
        (
            "profile",
            profile::KIND.code,
            profile::payload("Ada Lovelace"),
        ),
        ("device", device::KIND.code, device::certify(ben)),
        ("seen", seen::KIND.code, seen::payload()),
    ];
    for part in base::payloads(base_id, "Hello 😀 world") {
        list.push(("base", base::KIND.code, part));
    }
    let shared = own(list.len() as u32);
    list.push((
        "edit",
        edit::KIND.code,
        edit::payload(&shared, 7, update, ada),
    ));
    list
}
