//! The machine against a model of an honest relay, and against lies.

mod bench;
mod gaps;
mod lies;
mod token;

use self::bench::{Bench, Model};
use super::*;
use crate::relay::RecordId;

fn record(n: usize) -> Vec<u8> {
    format!("record {n}").into_bytes()
}

#[test]
fn nothing_is_sent_before_online() {
    let mut bench = Bench::new();
    bench.step(In::Publish(record(1)));
    bench.pass(100_000);
    assert_eq!((bench.gets, bench.posts), (0, 0));
    let bench = bench.online();
    assert_eq!(bench.relay.records, [record(1)]);
    assert_eq!(bench.acked, [RecordId::of(&record(1))]);
}

#[test]
fn records_are_published_once_and_not_read_back() {
    let mut bench = Bench::new().online();
    let gets = bench.gets;
    for n in 0..50 {
        bench.give(In::Publish(record(n)));
        bench.step(In::Publish(record(n)));
    }
    bench.pass(60_000);
    assert_eq!(bench.relay.records, (0..50).map(record).collect::<Vec<_>>());
    assert_eq!(bench.acked.len(), 50);
    assert_eq!(bench.gets, gets, "own records need not be read");
    assert_eq!(bench.arrived, bench.relay.records, "but are handed over");
    assert_eq!(bench.started_over, 0);
    let resumed = Bench::from(bench.cursor, bench.relay).online();
    assert!(resumed.arrived.is_empty());
    assert_eq!(resumed.started_over, 0);
}

#[test]
fn what_waits_goes_in_batches() {
    let mut bench = Bench::new().online();
    for n in 0..600 {
        bench.give(In::Publish(record(n)));
    }
    bench.settle();
    // One that went at once, then two full batches and the rest.
    assert_eq!(bench.posts, 4);
    assert_eq!(bench.acked.len(), 600);
    let mut bench = Bench::new().online();
    for n in 0..6 {
        bench.give(In::Publish(vec![n; MAX_RECORD]));
    }
    bench.settle();
    assert_eq!(bench.acked.len(), 6);
    assert_eq!(bench.posts, 3, "three of this size fit a batch");
}

#[test]
fn others_records_arrive_by_wake_up_and_by_polling() {
    fn check(streams_work: bool, within: u64) {
        let mut bench = Bench::new();
        bench.streams_work = streams_work;
        let mut bench = bench.online();
        bench.pass(5_000);
        for n in 0..25 {
            bench.relay.records.push(record(n));
        }
        bench.wake();
        bench.settle();
        bench.pass(within);
        assert_eq!(bench.arrived, bench.relay.records);
        assert_eq!(bench.caught_up, 2);
    }
    check(true, 0);
    check(false, 20_000);
}

#[test]
fn a_reconnect_with_nothing_new_is_cheap() {
    let records = (0..5_000).map(record).collect();
    let relay = Model {
        records,
        ..Model::default()
    };
    let cursor = relay.position(5_000).to_cursor();
    let bench = Bench::from(Some(cursor), relay).online();
    assert_eq!((bench.caught_up, bench.started_over), (1, 0));
    assert!(bench.stream);
    assert!(bench.bytes <= 256, "{} bytes", bench.bytes);
}

#[test]
fn a_wiped_or_restored_relay_is_noticed() {
    fn check(change: fn(&mut Vec<Vec<u8>>)) {
        let mut bench = Bench::new().online();
        bench.relay.records = (0..30).map(record).collect();
        bench.wake();
        bench.settle();
        bench.pass(100_000);
        assert_eq!(bench.started_over, 0);
        change(&mut bench.relay.records);
        bench.arrived.clear();
        bench.step(In::Online);
        bench.pass(1_000);
        assert_eq!(bench.started_over, 1);
        assert_eq!(bench.arrived, bench.relay.records);
        assert_eq!(bench.status, Some(Status::Online));
        let caught_up = bench.caught_up;
        assert_eq!(caught_up, 3);
        bench.step(In::Publish(record(99)));
        assert_eq!(bench.relay.records.last(), Some(&record(99)));
    }
    check(|records| records.clear());
    check(|records| records.truncate(12));
    check(|records| records.swap(3, 4));
    check(|records| {
        records.truncate(3);
        records.extend((100..140).map(record));
    });
}

#[test]
fn statuses_of_a_read() {
    fn check(fault: (u16, Option<u64>), expected: Trouble, terminal: bool) {
        let mut bench = Bench::new();
        bench.relay.fault = Some(fault);
        bench.step(In::Publish(record(1)));
        bench.step(In::Online);
        match bench.status {
            Some(Status::Refused { why }) => assert!(terminal && why == expected),
            Some(Status::Offline { retry_at, why }) => {
                assert!(!terminal && why == expected, "{fault:?} {why:?}");
                let wait = retry_at.unwrap() - bench.now;
                let least = fault.1.unwrap_or(0).min(300_000);
                assert!((least..=least + 1_000).contains(&wait), "{fault:?} {wait}");
            }
            other => panic!("{fault:?} {other:?}"),
        }
        let gets = bench.gets;
        bench.pass(400_000);
        assert_eq!(bench.gets == gets, terminal, "{fault:?}");
        bench.relay.fault = None;
        bench.step(In::RetryNow);
        assert_eq!(bench.status, Some(Status::Online));
        assert_eq!(bench.acked.len(), 1);
    }
    check((401, None), Trouble::Denied, true);
    check((403, None), Trouble::Denied, true);
    check((404, None), Trouble::NotARelay(404), false);
    check((405, None), Trouble::NotARelay(405), false);
    check((302, None), Trouble::NotARelay(302), false);
    check((204, None), Trouble::NotARelay(204), false);
    check((429, Some(7_000)), Trouble::SlowDown, false);
    check((429, Some(u64::MAX)), Trouble::SlowDown, false);
    check((429, None), Trouble::SlowDown, false);
    check((500, None), Trouble::Server(500), false);
    check((503, Some(2_000)), Trouble::Server(503), false);
    check((0, None), Trouble::Unreachable, false);
    // A body that is not a page, with the status of one.
    let lie = Trouble::BadAnswer("it is not a page of records");
    check((200, None), lie, false);
}

#[test]
fn statuses_of_a_write() {
    fn check(status: u16, bad: usize, expected: Option<Trouble>) {
        let mut bench = Bench::new().online();
        for n in 0..40 {
            bench.give(In::Publish(record(n)));
        }
        // The relay dislikes one record, for good or once.
        bench.relay.dislike = Some((record(bad), status, expected.is_none()));
        bench.settle();
        assert_eq!(bench.status, Some(Status::Online), "{status}");
        match expected {
            Some(why) => {
                let id = RecordId::of(&record(bad));
                assert!(bench.rejected.contains(&(id, why)), "{status}");
            }
            None => {
                assert!(bench.rejected.is_empty(), "{status}");
                bench.pass(2_000);
                assert_eq!(bench.acked.len(), 40, "{status}");
            }
        }
        if matches!(status, 400 | 413 | 422) {
            assert_eq!(bench.rejected.len(), 1);
            assert_eq!(bench.acked.len(), 39);
        }
        assert_eq!(bench.acked.len() + bench.rejected.len(), 40, "{status}");
    }
    check(413, 17, Some(Trouble::TooLarge));
    check(413, 0, Some(Trouble::TooLarge));
    check(400, 17, Some(Trouble::NotTaken(400)));
    check(422, 39, Some(Trouble::NotTaken(422)));
    check(507, 17, Some(Trouble::Full));
    check(403, 17, Some(Trouble::Denied));
    check(401, 17, Some(Trouble::Denied));
    for status in [404, 408, 429, 500, 503, 200] {
        check(status, 17, None);
    }
}

#[test]
fn records_that_no_relay_takes_are_refused_here() {
    let mut bench = Bench::new().online();
    bench.step(In::Publish(vec![1; MAX_RECORD + 1]));
    bench.step(In::Publish(vec![]));
    assert_eq!(bench.posts, 0);
    let why: Vec<_> = bench.rejected.iter().map(|(_, why)| *why).collect();
    assert_eq!(why, [Trouble::TooLarge, Trouble::NotTaken(400)]);
}

#[test]
fn a_hanging_request_is_given_up() {
    let mut bench = Bench::new();
    bench.give(In::Online);
    bench.waiting.clear();
    bench.pass(59_000);
    assert_eq!(bench.status, Some(Status::Connecting));
    bench.pass(1_000);
    let offline = matches!(
        bench.status,
        Some(Status::Offline {
            why: Trouble::TimedOut,
            ..
        })
    );
    assert!(offline, "{:?}", bench.status);
    bench.pass(1_000);
    assert_eq!(bench.status, Some(Status::Online));
}

#[test]
fn coming_online_does_not_wait_for_a_hanging_request() {
    let mut bench = Bench::new();
    bench.give(In::Online);
    bench.waiting.clear();
    bench.now += 5_000;
    bench.step(In::Online);
    assert_eq!(bench.status, Some(Status::Online));
}

#[test]
fn a_silent_stream_is_opened_again() {
    let mut bench = Bench::new().online();
    bench.stream = false;
    bench.relay.records.push(record(1));
    bench.pass(42_000);
    assert_eq!(bench.arrived, [record(1)]);
    assert!(bench.stream);
}

#[test]
fn false_wake_ups_cost_one_read_a_second() {
    let mut bench = Bench::new().online();
    let gets = bench.gets;
    for n in 0..1_000u64 {
        bench.now += 10;
        bench.step(In::StreamEvent((n + 5).to_string()));
    }
    assert!(bench.gets - gets <= 11, "{}", bench.gets - gets);
    bench.step(In::StreamEvent("many".into()));
    assert!(!bench.stream);
}

#[test]
fn going_offline_is_silent_and_keeps_what_waits() {
    let mut bench = Bench::new().online();
    bench.give(In::Publish(record(1)));
    bench.give(In::GoOffline);
    assert!(bench.waiting.is_empty() && !bench.stream);
    let (gets, posts) = (bench.gets, bench.posts);
    bench.pass(100_000);
    assert_eq!((bench.gets, bench.posts), (gets, posts));
    let bench = bench.online();
    assert_eq!(bench.relay.records, [record(1)]);
}

#[test]
fn a_lost_acknowledgement_is_healed_by_reading() {
    let mut bench = Bench::new().online();
    bench.give(In::Publish(record(1)));
    let Some(Out::Request { req, body, .. }) = bench.waiting.pop_front() else {
        panic!("no request");
    };
    bench.relay.post(&body);
    bench.give(In::Failed { req });
    bench.settle();
    assert_eq!(bench.acked, [RecordId::of(&record(1))]);
    bench.pass(60_000);
    assert_eq!(bench.posts, 0, "it is not sent twice");
    assert_eq!(bench.relay.records.len(), 1);
}

#[test]
fn a_clock_that_is_set_back_stops_nothing() {
    let mut bench = Bench::new();
    bench.relay.fault = Some((0, None));
    bench.step(In::Online);
    bench.relay.fault = None;
    bench.now -= 900_000;
    bench.step(In::Tick);
    bench.pass(2_000);
    assert_eq!(bench.status, Some(Status::Online));
}
