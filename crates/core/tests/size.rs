//! How much the log adds to what people write.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and benchmarks may stop at what must not happen"
)]

mod common;

use common::Writer;
use postil_core::event::comment;
use postil_core::id::EventId;
use postil_core::wire::segment::Segment;

/// Bytes that one event of a long segment takes besides its payload.
fn overhead(events: u32, answers_another: bool) -> f64 {
    let mut ben = Writer::new(2);
    let ada = Writer::new(1).id();
    let mut all = Vec::new();
    let mut payloads = 0;
    for number in 1..=events {
        let opening = EventId {
            device: ada,
            seq: 1,
        };
        let payload = comment::payload(&opening, &opening, "Some words.", b"12345678", &ben.id());
        payloads += payload.len();
        let seen = EventId {
            device: ada,
            seq: number,
        };
        let dep = answers_another.then_some((seen, ben.lamport + 1));
        let header = ben.header(comment::KIND.code, dep);
        ben.lamport = header.lamport;
        ben.head += 1;
        all.push((header, payload));
    }
    ben.head = 0;
    let segment: Segment = ben.segment(all);
    (segment.encode().len() - payloads) as f64 / f64::from(events)
}

#[test]
fn an_event_adds_at_most_thirty_bytes_in_a_long_segment() {
    let alone = overhead(500, false);
    let in_turns = overhead(500, true);
    println!("bytes for each event besides its payload: {alone:.1} alone, {in_turns:.1} in turns");
    assert!(alone <= 30.0 && in_turns <= 30.0);
    assert!(overhead(1, true) <= 160.0, "an event by itself");
}
