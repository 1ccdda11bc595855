//! Who may end a log, and who may speak for an author: only who holds the key,
//! and always with the same result, whatever arrives first.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and benchmarks may stop at what must not happen"
)]

mod common;

use common::{Writer, replica, room};
use ed25519_dalek::Signer;
use postil_core::event::{close, comment, device, thread};
use postil_core::id::{AuthorId, DeviceId};
use postil_core::replica::Replica;
use postil_core::wire::record::pack;
use postil_core::wire::segment::Segment;

fn closing(by: &Writer, successor: &DeviceId, until: u32) -> [u8; 64] {
    by.key
        .sign(&close::message(&room(), successor, until))
        .to_bytes()
}

fn certificate(by: &Writer, of: &DeviceId) -> [u8; 64] {
    by.key.sign(&device::message(&room(), of)).to_bytes()
}

fn say(by: &mut Writer, body: &str) -> Segment {
    by.write(
        thread::KIND.code,
        thread::payload(None, body, b"nonce"),
        None,
    )
}

/// What is seen when segments arrive in this order: the texts of all comments.
fn seen(segments: &[&Segment]) -> (Vec<String>, Replica) {
    let mut replica = replica();
    for segment in segments {
        for record in pack([segment.encode()]) {
            replica.admit(&record);
        }
    }
    let discussion = replica.discussion();
    let comments = discussion.threads.iter().flat_map(|t| &t.comments);
    let mut bodies: Vec<String> = comments.map(|c| c.body.to_string()).collect();
    bodies.sort();
    (bodies, replica)
}

/// In every order, these texts are seen.
#[track_caller]
fn check(segments: &[&Segment], expected: &[&str]) {
    let mut orders = vec![Vec::new()];
    for segment in segments {
        let longer = orders.iter().flat_map(|order: &Vec<&Segment>| {
            (0..=order.len()).map(|at| {
                let mut order = order.clone();
                order.insert(at, *segment);
                order
            })
        });
        orders = longer.collect();
    }
    for order in orders {
        assert_eq!(seen(&order).0, expected);
    }
}

#[test]
fn a_log_counts_up_to_where_its_key_ended_it() {
    let (mut old, mut new) = (Writer::new(1), Writer::new(2));
    let (one, two, three) = (
        say(&mut old, "one"),
        say(&mut old, "two"),
        say(&mut old, "three"),
    );
    let end = close::payload(&old.id(), 2, &closing(&old, &new.id(), 2));
    let end = new.write(close::KIND.code, end, None);
    let four = say(&mut new, "four");
    check(&[&one, &two, &three, &end, &four], &["four", "one", "two"]);
    check(&[&one, &end, &four], &["four", "one"]);
    check(&[&two, &three, &end], &[]);
}

#[test]
fn nobody_ends_the_log_of_another() {
    let (mut old, mut new, eve) = (Writer::new(1), Writer::new(2), Writer::new(3));
    let one = say(&mut old, "one");
    let forged = closing(&eve, &new.id(), 0);
    let elsewhere = closing(&old, &eve.id(), 0);
    let other = closing(&old, &new.id(), 1);
    for signature in [forged, elsewhere, other, [0; 64]] {
        let payload = close::payload(&old.id(), 0, &signature);
        let end = Writer::new(2).write(close::KIND.code, payload, None);
        check(&[&one, &end], &["one"]);
    }
    let true_end = close::payload(&old.id(), 0, &closing(&old, &new.id(), 0));
    let end = new.write(close::KIND.code, true_end, None);
    check(&[&one, &end], &[]);
}

#[test]
fn two_logs_that_end_each_other_are_the_same_for_everyone() {
    let (mut one, mut other) = (Writer::new(1), Writer::new(2));
    let first = close::payload(&other.id(), 0, &closing(&other, &one.id(), 0));
    let second = close::payload(&one.id(), 0, &closing(&one, &other.id(), 0));
    let first = one.write(close::KIND.code, first, None);
    let second = other.write(close::KIND.code, second, None);
    let (a, b) = (say(&mut one, "a"), say(&mut other, "b"));
    check(&[&first, &second, &a, &b], &[]);
}

#[test]
fn an_answer_to_what_no_longer_counts_stays_out_and_harms_nobody() {
    let (mut old, mut new, mut ben) = (Writer::new(1), Writer::new(2), Writer::new(3));
    let one = say(&mut old, "one");
    let (id, lamport) = old.last();
    let answer = comment::payload(&id, &id, "answer", b"nonce", &ben.id());
    let answer = ben.write(comment::KIND.code, answer, Some((id, lamport)));
    let more = say(&mut ben, "more");
    let end = close::payload(&old.id(), 0, &closing(&old, &new.id(), 0));
    let end = new.write(close::KIND.code, end, None);
    check(&[&one, &answer, &more, &end], &["more"]);
}

#[test]
fn a_key_speaks_for_an_author_who_certified_it() {
    let (mut ada, mut new, eve) = (Writer::new(1), Writer::new(2), Writer::new(3));
    let one = say(&mut ada, "one");
    let author = |certificate: [u8; 64]| {
        let mut new = Writer::new(2);
        let accepts = device::accept_certified(&ada.id(), &certificate);
        let accepts = new.write(device::KIND.code, accepts, None);
        seen(&[&accepts, &one]).1.projection().author(&new.id())
    };
    assert_eq!(author(certificate(&ada, &new.id())), AuthorId(ada.id().0));
    let itself = AuthorId(new.id().0);
    assert_eq!(author(certificate(&eve, &new.id())), itself);
    assert_eq!(author(certificate(&ada, &eve.id())), itself);
    let accepts = new.write(device::KIND.code, device::accept(&ada.id()), None);
    let replica = seen(&[&accepts, &one]).1;
    assert_eq!(
        replica.projection().author(&new.id()),
        itself,
        "uncertified"
    );
}
