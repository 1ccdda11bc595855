//! What is refused, what only has no effect, and that neither harms what is
//! held already.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and benchmarks may stop at what must not happen"
)]

mod common;

use common::{Writer, replica, room};
use postil_core::event::{
    EventError, MAX_BODY, MAX_DEPS, MAX_PAYLOAD, comment, profile, react, thread,
};
use postil_core::id::{EventId, RoomId};
use postil_core::replica::{Refusal, Replica};
use postil_core::wire::bytes::BytesError;
use postil_core::wire::record::{MAX_RECORD, RecordError, pack};
use postil_core::wire::segment::{MAX_SEGMENT, Segment, SegmentError};

/// A replica that holds one thread, and who opened it.
fn with_thread() -> (Replica, Writer) {
    let mut ada = Writer::new(1);
    let mut replica = replica();
    let opened = ada.write(
        thread::KIND.code,
        thread::payload(None, "first", b"nonce"),
        None,
    );
    admit(&mut replica, &[opened]);
    (replica, ada)
}

fn admit(replica: &mut Replica, segments: &[Segment]) -> Vec<Refusal> {
    let records = pack(segments.iter().map(Segment::encode));
    records
        .iter()
        .flat_map(|record| replica.admit(record).refused)
        .collect()
}

/// Something bad arrives: it is refused for this reason, what is held stays,
/// and what is good is still taken.
#[track_caller]
fn check(record: &[u8], expected: &str) {
    let (mut replica, mut ada) = with_thread();
    let before = replica.discussion();
    let admitted = replica.admit(record);
    let reasons: Vec<String> = admitted.refused.iter().map(Refusal::to_string).collect();
    assert!(
        reasons.iter().any(|reason| reason.contains(expected)),
        "{reasons:?}"
    );
    assert!(admitted.fresh.is_empty());
    assert_eq!(replica.discussion(), before);
    let (id, _) = ada.last();
    let reply = comment::payload(&id, &id, "second", b"nonce", &ada.id());
    let reply = ada.write(comment::KIND.code, reply, None);
    assert_eq!(admit(&mut replica, &[reply]), []);
    assert_eq!(replica.discussion().threads[0].comments.len(), 2);
}

fn record(segment: &Segment) -> Vec<u8> {
    pack([segment.encode()]).remove(0)
}

#[test]
fn damaged_records_are_refused() {
    let good = record(&Writer::new(2).write(profile::KIND.code, profile::payload("Ben"), None));
    check(&[], "the data ends in the middle of a value");
    check(&[1], "the data ends in the middle of a value");
    check(&vec![1; MAX_RECORD + 1], "larger than allowed");
    check(
        &good[..good.len() - 1],
        "the data ends in the middle of a value",
    );
    check(&[1, 3, 9, 9, 9], "a newer version");
    // One bit anywhere in it.
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1;
        let (mut replica, _) = with_thread();
        let admitted = replica.admit(&bad);
        assert!(
            !admitted.refused.is_empty() && admitted.fresh.is_empty(),
            "bit {at}"
        );
    }
}

#[test]
fn a_damaged_segment_does_not_take_the_others_of_its_record_with_it() {
    let good = Writer::new(2).write(9, profile::payload("Ben"), None);
    let also = Writer::new(3).write(9, profile::payload("Eve"), None);
    let bad = vec![1, 2, 3];
    let record = pack([good.encode(), bad, also.encode()]).remove(0);
    let mut replica = replica();
    let admitted = replica.admit(&record);
    assert_eq!(admitted.fresh, [good, also]);
    assert_eq!(admitted.refused.len(), 1);
    assert_eq!(replica.discussion().authors.len(), 2);
}

#[test]
fn newer_versions_are_refused_and_say_so() {
    check(&[2, 0], "a newer version of Postil");
    let mut segment = Writer::new(2)
        .write(9, profile::payload("Ben"), None)
        .encode();
    segment[0] = 2;
    check(&pack([segment])[0], "a newer version of Postil");
}

#[test]
fn signatures_are_checked() {
    let mut unsigned = Writer::new(2).write(9, profile::payload("Ben"), None);
    unsigned.signature = [0; 64];
    check(&record(&unsigned), "the signature does not fit");

    let mut other = Writer::new(2).write(9, profile::payload("Ben"), None);
    Writer::new(3).sign(&mut other);
    check(&record(&other), "the signature does not fit");

    let mut forged = Writer::new(3).write(9, profile::payload("Ada"), None);
    forged.device = Writer::new(1).id();
    check(&record(&forged), "the signature does not fit");

    // Small order keys verify anything where they are not refused.
    for device in [[0; 32], [1; 32], {
        let mut one = [0; 32];
        one[0] = 1;
        one
    }] {
        let mut weak = Writer::new(2).write(9, profile::payload("Ben"), None);
        weak.device.0 = device;
        weak.signature = [0; 64];
        weak.signature[..32].copy_from_slice(&device);
        check(&record(&weak), "the signature does not fit");
    }
}

#[test]
fn another_room_is_another_room() {
    let mut ben = Writer::new(2);
    let first = ben.write(9, profile::payload("Ben"), None);
    let second = ben.write(9, profile::payload("Benjamin"), None);
    for segment in [first, second] {
        let mut elsewhere = Replica::new(RoomId::named("elsewhere"), ben.id(), 0, None);
        let admitted = elsewhere.admit(&record(&segment));
        assert_eq!(admitted.refused, [SegmentError::Signature.into()]);
        assert_eq!(elsewhere.logs().iter().count(), 0);
    }
}

#[test]
fn segments_keep_to_their_limits() {
    fn refused(change: impl FnOnce(&mut Segment), expected: SegmentError) {
        let ben = Writer::new(2);
        let mut segment = ben.segment(vec![(ben.header(9, None), profile::payload("Ben"))]);
        change(&mut segment);
        ben.sign(&mut segment);
        assert_eq!(Segment::decode(&segment.encode(), &room()), Err(expected));
    }
    let dep = |seq| EventId {
        device: Writer::new(1).id(),
        seq,
    };
    refused(
        |s| s.events[0].1 = vec![0; MAX_PAYLOAD + 1].into(),
        SegmentError::Limit,
    );
    refused(|s| s.events[0].0.lamport = 1 << 53, SegmentError::Limit);
    refused(|s| s.events[0].0.at = 1 << 53, SegmentError::Limit);
    refused(
        |s| s.events[0].0.deps = vec![dep(1); MAX_DEPS + 1].into(),
        SegmentError::Limit,
    );
    refused(
        |s| s.events[0].0.deps = [dep(0)].into(),
        SegmentError::Limit,
    );
    refused(
        |s| s.events[0].0.deps = [dep(1 << 20)].into(),
        SegmentError::Limit,
    );
    refused(
        |s| {
            s.events[0].0.deps = [EventId {
                device: Writer::new(2).id(),
                seq: 1,
            }]
            .into()
        },
        SegmentError::Limit,
    );
    refused(|s| s.first = 1 << 20, SegmentError::Limit);
    refused(|s| s.first = 0, BytesError::Range.into());
    assert_eq!(
        Segment::decode(&vec![1; MAX_SEGMENT + 1], &room()),
        Err(SegmentError::Limit)
    );
}

#[test]
fn a_record_is_refused_by_its_size_before_anything_is_read() {
    let mut replica = replica();
    let admitted = replica.admit(&vec![1; MAX_RECORD + 1]);
    assert_eq!(
        admitted.refused,
        [RecordError::TooLarge(MAX_RECORD + 1).into()]
    );
}

/// An event without effect: it is kept and passed on, says why, and does not
/// keep the next one from counting.
#[track_caller]
fn has_no_effect(kind: u32, payload: Vec<u8>, expected: EventError) {
    let (mut replica, ada) = with_thread();
    let mut ben = Writer::new(2);
    let void = ben.write(kind, payload, Some(ada.last()));
    let id = ben.last().0;
    assert_eq!(admit(&mut replica, &[void]), [Refusal::Event(id, expected)]);
    assert!(replica.logs().entry(&id).is_some(), "it is kept");
    let reply = comment::payload(&ada.last().0, &ada.last().0, "still here", b"n", &ben.id());
    let reply = ben.write(comment::KIND.code, reply, None);
    assert_eq!(admit(&mut replica, &[reply]), []);
    assert_eq!(replica.discussion().threads[0].comments.len(), 2);
}

#[test]
fn fields_keep_to_their_limits() {
    let thread = Writer::new(1);
    let opening = EventId {
        device: thread.id(),
        seq: 1,
    };
    let me = Writer::new(2).id();
    let long = "x".repeat(MAX_BODY + 1);
    has_no_effect(
        1,
        thread::payload(None, &long, b"n"),
        EventError::TooLong("the comment"),
    );
    let reply = comment::payload(&opening, &opening, &long, b"n", &me);
    has_no_effect(2, reply, EventError::TooLong("the comment"));
    let emoji = react::payload(&opening, &"👍".repeat(11), true, &me);
    has_no_effect(5, emoji, EventError::TooLong("the emoji"));
    has_no_effect(
        9,
        profile::payload(&"n".repeat(65)),
        EventError::TooLong("the name"),
    );
    has_no_effect(9, vec![0xa1, 0x00, 0x01], EventError::Malformed);
    has_no_effect(9, Vec::new(), EventError::Malformed);
    has_no_effect(9, vec![0xff; 100], EventError::Malformed);
    let own_future = EventId { device: me, seq: 9 };
    let ahead = react::payload(&own_future, "👍", true, &me);
    has_no_effect(5, ahead, EventError::Unknown("a comment"));
}

#[test]
fn what_names_something_that_has_not_arrived_waits_for_it() {
    let (mut replica, mut ada) = with_thread();
    let mut ben = Writer::new(2);
    let to_come = EventId {
        device: ada.id(),
        seq: 2,
    };
    let opening = EventId {
        device: ada.id(),
        seq: 1,
    };
    let reply = comment::payload(&opening, &to_come, "an answer", b"n", &ben.id());
    let reply = ben.write(comment::KIND.code, reply, None);
    assert_eq!(admit(&mut replica, &[reply]), []);
    assert_eq!(replica.logs().waiting(), 1);
    let second = comment::payload(&opening, &opening, "a question", b"n", &ada.id());
    let second = ada.write(comment::KIND.code, second, None);
    assert_eq!(admit(&mut replica, &[second]), []);
    assert_eq!(replica.logs().waiting(), 0);
    assert_eq!(replica.discussion().threads[0].comments.len(), 3);
}

#[test]
fn unknown_kinds_and_fields_are_carried() {
    let (mut replica, ada) = with_thread();
    let mut ben = Writer::new(2);
    let unknown = ben.write(
        4_000_000,
        b"whatever comes to mind".to_vec(),
        Some(ada.last()),
    );
    // A profile with a field of the future: 7: [1, "x"].
    let mut payload = profile::payload("Ben");
    payload[0] = 0xa2;
    payload.extend([7, 0x82, 1, 0x61, b'x']);
    let named = ben.write(profile::KIND.code, payload, None);
    assert_eq!(admit(&mut replica, &[unknown, named]), []);
    let discussion = replica.discussion();
    assert_eq!(
        &*discussion.authors.get(&ben.id().into()).unwrap().name,
        "Ben"
    );
    let passed_on: Vec<Segment> = replica.logs().log(&ben.id()).unwrap().segments(1);
    let mut other = common::replica();
    let records = pack(passed_on.iter().map(Segment::encode));
    let ada = replica.logs().log(&ada.id()).unwrap().segments(1);
    admit(&mut other, &ada);
    assert!(
        records
            .iter()
            .all(|record| other.admit(record).refused.is_empty())
    );
    assert_eq!(other.discussion(), discussion);
}

#[test]
fn a_false_place_in_time_excludes_what_follows() {
    let (mut replica, ada) = with_thread();
    let mut ben = Writer::new(2);
    let fine = ben.write(9, profile::payload("Ben"), None);
    let mut header = ben.header(9, Some(ada.last()));
    header.lamport += 1;
    let false_one = ben.segment(vec![(header, profile::payload("Ahead"))]);
    ben.take(&false_one);
    let id = ben.last().0;
    let later = ben.write(9, profile::payload("Later"), None);
    assert_eq!(
        admit(&mut replica, &[fine, false_one, later]),
        [Refusal::Lamport(id)]
    );
    assert_eq!(
        &*replica
            .discussion()
            .authors
            .get(&ben.id().into())
            .unwrap()
            .name,
        "Ben"
    );
    assert_eq!(replica.logs().waiting(), 0);
}

#[test]
fn a_log_can_not_go_back_in_time() {
    let (mut replica, ada) = with_thread();
    let mut ben = Writer::new(2);
    let first = ben.write(9, profile::payload("Ben"), Some(ada.last()));
    let mut header = ben.header(9, None);
    header.lamport = 1;
    let back = ben.segment(vec![(header, profile::payload("Back"))]);
    assert_eq!(admit(&mut replica, &[first]), []);
    assert_eq!(admit(&mut replica, &[back]), [SegmentError::Order.into()]);
    let log = replica.logs().log(&ben.id()).unwrap();
    assert_eq!(log.segments(1).len(), 1);
}

#[test]
fn a_fork_excludes_from_where_it_begins_in_any_order() {
    let mut ben = Writer::new(2);
    let first = ben.write(9, profile::payload("Ben"), None);
    let before = Writer {
        key: ben.key.clone(),
        ..ben
    };
    let one = ben.write(1, thread::payload(None, "one", b"1"), None);
    let more = ben.write(1, thread::payload(None, "more", b"2"), None);
    let mut other = before;
    let two = other.write(1, thread::payload(None, "two", b"3"), None);
    let all = [first, one, more, two];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [0, 3, 1, 2], [2, 3, 0, 1]] {
        let (mut replica, mut ada) = with_thread();
        let refused: Vec<Refusal> = order
            .iter()
            .flat_map(|index| admit(&mut replica, std::slice::from_ref(&all[*index])))
            .collect();
        assert_eq!(refused, [Refusal::Fork(ben.id())], "{order:?}");
        let discussion = replica.discussion();
        assert_eq!(discussion.threads.len(), 1, "{order:?}");
        assert_eq!(
            &*discussion.authors.get(&ben.id().into()).unwrap().name,
            "Ben"
        );
        let log = replica.logs().log(&ben.id()).unwrap();
        assert_eq!((log.end(), log.proofs().len()), (2, 2), "{order:?}");
        assert_eq!(replica.logs().waiting(), 0);

        // Whoever had seen the excluded part still counts.
        let seen = EventId {
            device: ben.id(),
            seq: 3,
        };
        let reply = comment::payload(&ada.last().0, &seen, "my words", b"n", &ada.id());
        let reply = ada.write(comment::KIND.code, reply, Some((seen, 3)));
        assert_eq!(admit(&mut replica, &[reply]), []);
        assert_eq!(replica.discussion().threads[0].comments.len(), 2);

        // The proof convinces somebody who had one history only.
        let mut convinced = with_thread().0;
        admit(&mut convinced, &all[..3]);
        assert_eq!(convinced.discussion().threads.len(), 3);
        for proof in log_proofs(&replica, &ben) {
            convinced.admit(&pack([proof])[0]);
        }
        assert_eq!(convinced.discussion().threads.len(), 1);
    }
}

fn log_proofs(replica: &Replica, of: &Writer) -> Vec<Vec<u8>> {
    replica.logs().log(&of.id()).unwrap().proofs().to_vec()
}
