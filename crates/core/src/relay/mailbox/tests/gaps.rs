//! What is left out of a list because others cover it.

use super::bench::{Bench, Model};
use super::*;
use crate::relay::cover::cover;

/// A relay with so many records, some of them covered.
fn relay(records: usize, covered: impl IntoIterator<Item = usize>) -> Model {
    Model {
        records: (1..=records).map(record).collect(),
        covered: covered.into_iter().collect(),
        ..Model::default()
    }
}

fn said(relay: &Model) -> Vec<u8> {
    cover(&relay.position(relay.records.len()), [1])
}

#[test]
fn what_is_covered_is_not_read() {
    let bench = Bench::from(None, relay(30, 5..=28)).online();
    let left: Vec<usize> = (1..=4).chain([29, 30]).collect();
    assert_eq!(
        bench.arrived,
        left.iter().map(|n| record(*n)).collect::<Vec<_>>()
    );
    assert_eq!(
        bench.places,
        left.iter().map(|n| *n as u64).collect::<Vec<_>>()
    );
    assert_eq!((bench.caught_up, bench.started_over), (1, 0));
    // Where it is in the list is known all the same.
    let mut relay = bench.relay;
    relay.records.push(record(31));
    let again = Bench::from(bench.cursor, relay).online();
    assert_eq!(again.arrived, [record(31)]);
    assert_eq!((again.places, again.started_over), (vec![31], 0));
}

#[test]
fn a_relay_of_before_lists_everything() {
    let mut relay = relay(30, 5..=28);
    relay.is_old = true;
    let mut bench = Bench::from(None, relay).online();
    assert_eq!(bench.arrived.len(), 30);
    assert!(bench.places.is_empty(), "nothing can be covered there");
    let gets = bench.gets;
    bench.relay.records.push(record(31));
    bench.wake();
    bench.settle();
    assert_eq!(bench.gets, gets + 1, "it is asked in its own words");
    assert_eq!(bench.arrived.len(), 31);
}

#[test]
fn only_what_is_said_later_is_told() {
    let mut relay = relay(12, 1..=3);
    let before = said(&relay);
    relay.records.push(before);
    let mut bench = Bench::from(None, relay).online();
    assert_eq!(bench.arrived.len(), 9, "without what was said before");
    let later = said(&bench.relay);
    bench.relay.records.push(later.clone());
    bench.wake();
    bench.settle();
    assert_eq!(bench.arrived.last(), Some(&later));
    // Who comes back is told as well.
    let again = said(&bench.relay);
    bench.relay.records.push(again.clone());
    let bench = Bench::from(bench.cursor, bench.relay).online();
    assert_eq!(bench.arrived, [again]);
}

#[test]
fn it_is_read_again_when_it_is_asked_for() {
    fn check(covered: usize, all: bool, arrive: usize) {
        let mut bench = Bench::from(None, relay(12, 1..=covered)).online();
        bench.arrived.clear();
        bench.places.clear();
        // Also while another page is on its way.
        bench.give(In::Online);
        bench.step(In::ReadAgain { all });
        bench.pass(1_000);
        assert_eq!(bench.arrived.len(), arrive, "{covered} {all}");
        assert_eq!(bench.places.len(), if all { 0 } else { arrive });
        assert_eq!(bench.status, Some(Status::Online));
        assert_eq!((bench.started_over, bench.caught_up), (1, 2));
        let again = Bench::from(bench.cursor, bench.relay).online();
        assert!(again.arrived.is_empty());
    }
    check(3, true, 12);
    check(0, true, 12);
    check(3, false, 9);
    check(0, false, 12);
}
