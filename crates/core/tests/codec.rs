//! What is written is read again as the same, and any bytes are read or
//! refused.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and benchmarks may stop at what must not happen"
)]

mod common;

use common::{Writer, replica, room};
use postil_core::coverage::Coverage;
use postil_core::draft::Draft;
use postil_core::event::payload::{Payload, Writer as Fields};
use postil_core::event::{Header, MAX_DEPS, thread};
use postil_core::id::{DeviceId, EventId};
use postil_core::replica::Span;
use postil_core::tabs::Frame;
use postil_core::text::writer::BaseId;
use postil_core::wire::bytes::Reader;
use postil_core::wire::record::{pack, unpack};
use postil_core::wire::segment::Segment;
use proptest::collection::vec;
use proptest::prelude::*;

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..most)
}

fn device() -> impl Strategy<Value = DeviceId> {
    (0..5u8).prop_map(|n| DeviceId([n; 32]))
}

fn event() -> impl Strategy<Value = (Header, Box<[u8]>)> {
    let dep = (device(), 1..1u32 << 20).prop_map(|(device, seq)| EventId { device, seq });
    let deps = vec(dep, 0..=MAX_DEPS);
    let at = prop_oneof![Just(0), Just((1u64 << 53) - 1), 0..1u64 << 53];
    (0..1u64 << 40, at, any::<u32>(), deps, bytes(200)).prop_map(
        |(lamport, at, kind, deps, payload)| {
            let deps = deps.into();
            (
                Header {
                    lamport,
                    at,
                    kind,
                    deps,
                },
                payload.into(),
            )
        },
    )
}

fn segment() -> impl Strategy<Value = Segment> {
    let previous = any::<[u8; 32]>();
    let signature = vec(any::<u8>(), 64).prop_map(|s| s.try_into().unwrap());
    (1..1u32 << 19, previous, vec(event(), 1..20), signature).prop_map(
        |(first, previous, mut events, signature)| {
            let mut lamport = 0;
            for (header, _) in &mut events {
                lamport += 1 + header.lamport % 1_000_000;
                header.lamport = lamport;
            }
            let device = DeviceId([9; 32]);
            let start = postil_core::event::chain_start(&room(), &device);
            let previous = if first == 1 { start } else { previous };
            Segment {
                device,
                first,
                previous,
                events,
                signature,
            }
        },
    )
}

fn frame() -> impl Strategy<Value = Frame> {
    let heads = || vec((device(), any::<u32>()), 0..5);
    let event =
        (any::<u32>(), bytes(50)).prop_map(|(kind, payload)| Draft::Event { kind, payload });
    let edit =
        (any::<[u8; 16]>(), any::<u32>(), bytes(50)).prop_map(|(base, tab, update)| Draft::Edit {
            base: BaseId(base),
            tab,
            update,
        });
    let draft = prop_oneof![event, edit];
    let result = prop_oneof![(1..u32::MAX).prop_map(Ok), any::<String>().prop_map(Err)];
    let runs = vec(
        (0..1u32 << 19, 0..1u32 << 18).prop_map(|(a, n)| (a, a + n)),
        0..5,
    );
    prop_oneof![
        heads().prop_map(Frame::Have),
        bytes(100).prop_map(Frame::Record),
        (any::<u64>(), any::<u64>(), any::<u64>(), draft).prop_map(
            |(leader, tab, number, draft)| Frame::Submit {
                leader,
                tab,
                number,
                draft
            }
        ),
        (any::<u64>(), any::<u64>(), result).prop_map(|(tab, number, result)| Frame::Done {
            tab,
            number,
            result
        }),
        (any::<u64>(), heads()).prop_map(|(tab, heads)| Frame::Lead { tab, heads }),
        (bytes(50), runs).prop_map(|(connection, outbox)| Frame::State {
            connection,
            outbox,
            earlier: Coverage::default(),
        }),
    ]
}

proptest! {
    #[test]
    fn segments_round_trip(segment in segment()) {
        prop_assert_eq!(Segment::decode(&segment.encode(), &room()), Ok(segment));
    }

    #[test]
    fn records_round_trip(segments in vec(bytes(60_000), 1..8)) {
        let records = pack(&segments);
        let unpacked = records.iter().flat_map(|record| unpack(record).unwrap());
        prop_assert_eq!(unpacked.collect::<Vec<_>>(), segments);
    }

    #[test]
    fn frames_round_trip(frame in frame()) {
        prop_assert_eq!(Frame::decode(&frame.encode()), Ok(frame));
    }

    #[test]
    fn coverage_is_a_set_of_events(steps in vec((0..3u8, 1..40u32, 0..8u32, any::<bool>()), 0..40)) {
        let mut coverage = Coverage::default();
        let mut model = std::collections::BTreeSet::new();
        for (device, first, more, add) in steps {
            let device = DeviceId([device; 32]);
            let span = Span { device, first, last: first + more };
            let events = (first..=first + more).map(|seq| (device, seq));
            if add {
                coverage.add(&span);
                model.extend(events);
            } else {
                coverage.remove(&span);
                events.for_each(|event| { model.remove(&event); });
            }
        }
        prop_assert_eq!(coverage.len() as usize, model.len());
        for device in (0..3).map(|n| DeviceId([n; 32])) {
            let has = |seq| model.contains(&(device, seq));
            prop_assert!((1..60).all(|seq| coverage.has(&device, seq) == has(seq)));
            prop_assert_eq!(coverage.first_gap(&device, 50), (1..=50).find(|seq| !has(*seq)));
        }
        let mut encoded = Vec::new();
        coverage.encode(&mut encoded);
        let mut reader = Reader::new(&encoded);
        let decoded = Coverage::decode(&mut reader).unwrap();
        prop_assert_eq!(reader.end(), Ok(()));
        prop_assert!(decoded.spans().eq(coverage.spans()));
    }

    #[test]
    fn any_bytes_are_read_or_refused(input in bytes(300)) {
        if let Ok(segment) = Segment::decode(&input, &room()) {
            // There is one way to write a segment, but for devices that no
            // event names.
            let again = Segment::decode(&segment.encode(), &room());
            prop_assert_eq!(again, Ok(segment));
        }
        let _ = Frame::decode(&input);
        let _ = Coverage::decode(&mut Reader::new(&input));
        let _ = Payload::parse(&input);
        let _ = Draft::decode(&mut Reader::new(&input));
    }

    /// Whatever arrives, nothing that is held is lost, and nothing panics.
    #[test]
    fn nothing_that_arrives_takes_anything_away(
        junk in vec(prop_oneof![bytes(300), segment().prop_map(|s| pack([s.encode()]).remove(0))], 1..6),
        payloads in vec((0..14u32, bytes(80)), 0..6),
    ) {
        let mut ada = Writer::new(1);
        let mut replica = replica();
        let opened = ada.write(thread::KIND.code, thread::payload(None, "kept", b"n"), None);
        replica.admit(&pack([opened.encode()])[0]);
        let before = replica.discussion();
        for record in junk {
            replica.admit(&record);
        }
        let mut ben = Writer::new(2);
        for (kind, payload) in payloads {
            let record = pack([ben.write(kind, payload, Some(ada.last())).encode()]).remove(0);
            replica.admit(&record);
        }
        prop_assert_eq!(&replica.discussion().threads, &before.threads);
        prop_assert_eq!(replica.logs().log(&ada.id()).unwrap().segments(1), [opened]);
    }

    #[test]
    fn fields_round_trip(text in any::<String>(), number in any::<u32>(), seq in 1..u32::MAX) {
        let (me, other) = (DeviceId([1; 32]), DeviceId([2; 32]));
        let id = EventId { device: other, seq };
        let payload = Fields::new().text(0, &text).number(1, number).event(20, &id, &me).finish();
        let payload = Payload::parse(&payload).unwrap();
        prop_assert_eq!(payload.text(0, usize::MAX, "it"), Ok(&*text));
        prop_assert_eq!(payload.number(1), Ok(number));
        prop_assert!(payload.event(20, &me).is_ok() && !payload.has(2));
    }
}
