//! What every relay must do. A [`Subject`] is one kind of relay with what a
//! test has to do to it; [`run`] puts it through every case.

#![allow(clippy::panic, reason = "a conformance suite fails by panicking")]

use std::collections::BTreeSet;

use postil_core::relay::cover::cover;
use postil_core::relay::{In, RecordId, Relay, Status, Stores, Trouble};

use crate::driver::Driver;

/// One relay under test.
pub trait Subject {
    /// A machine for this mailbox, with the cursor that it persisted last.
    fn connect(&self, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay>;

    /// Makes the relay unreachable.
    fn stop(&mut self);

    /// Makes it reachable again, with what it held.
    fn start(&mut self);

    /// Makes it lose everything, as if its disk had been replaced.
    fn wipe(&mut self);

    /// Makes it deny access, until [`Subject::start`].
    fn deny(&mut self);
}

/// One case: a relay, and a mailbox that nothing else uses.
type Case = fn(&mut dyn Subject, &str);

const CASES: &[(&str, Case)] = &[
    ("what is published arrives at others", publishing),
    ("any bytes survive", any_bytes),
    ("a cursor resumes where it was taken", resuming),
    ("a damaged cursor counts as none", damaged_cursor),
    ("duplicates are kept once", duplicates),
    ("two writers at once lose nothing", two_writers),
    (
        "the largest record passes, a larger one is rejected",
        large_record,
    ),
    ("many records arrive in pages", many_records),
    ("a late joiner gets everything", late_joiner),
    ("records are announced to who is online", announcing),
    ("an unreachable relay is tried again", reconnecting),
    ("a relay that denies is left alone", denying),
    ("a wiped relay is noticed and healed", wiped),
    ("what is covered is left out, and taken again", covering),
    ("who is told to be silent is silent", silence),
];

/// Puts a kind of relay through every case.
///
/// # Panics
/// When a case fails; the case's name is printed before.
pub fn run(mut make: impl FnMut() -> Box<dyn Subject>) {
    for (number, (name, case)) in CASES.iter().enumerate() {
        println!("{name}");
        case(&mut *make(), &format!("conformance-{number:022}"));
    }
}

fn record(writer: &str, number: usize) -> Vec<u8> {
    format!("record {number} of {writer}").into_bytes()
}

fn online(subject: &dyn Subject, mailbox: &str, cursor: Option<&[u8]>) -> Driver {
    Driver::new(subject.connect(mailbox, cursor)).online()
}

/// What a device without any memory finds.
fn contents(subject: &dyn Subject, mailbox: &str) -> Vec<Vec<u8>> {
    online(subject, mailbox, None).seen.records
}

fn set(records: &[Vec<u8>]) -> BTreeSet<Vec<u8>> {
    records.iter().cloned().collect()
}

fn publishing(subject: &mut dyn Subject, mailbox: &str) {
    let mut writer = online(subject, mailbox, None);
    assert_eq!(writer.seen.status, Some(Status::Online));
    writer.publish((0..3).map(|n| record("a", n)));
    let found = contents(subject, mailbox);
    assert_eq!(
        set(&found),
        set(&[record("a", 0), record("a", 1), record("a", 2)])
    );
    let other: String = mailbox.chars().rev().collect();
    assert!(contents(subject, &other).is_empty(), "mailboxes are apart");
}

fn any_bytes(subject: &mut dyn Subject, mailbox: &str) {
    let records: Vec<Vec<u8>> = (0..=255u8)
        .map(|byte| vec![byte; usize::from(byte) + 1])
        .collect();
    online(subject, mailbox, None).publish(records.clone());
    assert_eq!(set(&contents(subject, mailbox)), set(&records));
}

fn resuming(subject: &mut dyn Subject, mailbox: &str) {
    let mut writer = online(subject, mailbox, None);
    writer.publish((0..20).map(|n| record("a", n)));
    let reader = online(subject, mailbox, None);
    assert_eq!(reader.seen.records.len(), 20);
    writer.publish((20..23).map(|n| record("a", n)));
    let again = online(subject, mailbox, reader.seen.cursor.as_deref());
    assert_eq!(again.seen.started_over, 0);
    if again.caps().stores == Stores::Forever {
        assert_eq!(again.seen.records.len(), 3, "only what is new");
    }
    for n in 20..23 {
        assert!(again.seen.has(&record("a", n)));
    }
    // A cursor never goes past a record that was not handed over.
    writer.until("one's own records", |seen| {
        (0..23).all(|n| seen.has(&record("a", n)))
    });
    let writer = online(subject, mailbox, writer.seen.cursor.as_deref());
    assert_eq!(writer.seen.started_over, 0);
}

fn damaged_cursor(subject: &mut dyn Subject, mailbox: &str) {
    online(subject, mailbox, None).publish([record("a", 1)]);
    for cursor in [&[][..], &[1], &[255; 40], &[1; 18]] {
        let reader = online(subject, mailbox, Some(cursor));
        assert!(reader.seen.has(&record("a", 1)), "{cursor:?}");
    }
}

fn duplicates(subject: &mut dyn Subject, mailbox: &str) {
    let mut one = online(subject, mailbox, None);
    let mut two = online(subject, mailbox, None);
    one.publish([record("a", 1), record("a", 1)]);
    two.publish([record("a", 1)]);
    one.publish([record("a", 1)]);
    assert_eq!(contents(subject, mailbox), [record("a", 1)]);
}

fn two_writers(subject: &mut dyn Subject, mailbox: &str) {
    let mut one = online(subject, mailbox, None);
    let mut two = online(subject, mailbox, None);
    for n in 0..40 {
        one.tell(In::Publish(record("a", n)));
        two.tell(In::Publish(record("b", n)));
    }
    one.until("acknowledgements", |seen| seen.acked.len() == 40);
    two.until("acknowledgements", |seen| seen.acked.len() == 40);
    one.until("the other's", |seen| {
        (0..40).all(|n| seen.has(&record("b", n)))
    });
    two.until("the other's", |seen| {
        (0..40).all(|n| seen.has(&record("a", n)))
    });
    assert_eq!(contents(subject, mailbox).len(), 80);
    assert_eq!((one.seen.started_over, two.seen.started_over), (0, 0));
}

fn large_record(subject: &mut dyn Subject, mailbox: &str) {
    let mut writer = online(subject, mailbox, None);
    let most = writer.caps().max_record;
    let large: Vec<u8> = (0..most).map(|n| (n % 251) as u8).collect();
    let larger = vec![7; most + 1];
    writer.tell(In::Publish(larger.clone()));
    writer.publish([large.clone(), record("a", 1)]);
    assert_eq!(
        writer.seen.rejected,
        [(RecordId::of(&larger), Trouble::TooLarge)]
    );
    assert_eq!(
        set(&contents(subject, mailbox)),
        set(&[large, record("a", 1)])
    );
}

fn many_records(subject: &mut dyn Subject, mailbox: &str) {
    let records: Vec<_> = (0..1_500)
        .map(|n| [record("a", n), vec![b' '; n]].concat())
        .collect();
    online(subject, mailbox, None).publish(records.clone());
    let reader = online(subject, mailbox, None);
    assert_eq!(reader.seen.records.len(), records.len());
    assert_eq!(set(&reader.seen.records), set(&records));
    assert_eq!(reader.seen.caught_up, 1, "once, at the end");
}

fn late_joiner(subject: &mut dyn Subject, mailbox: &str) {
    let mut writer = online(subject, mailbox, None);
    writer.publish((0..30).map(|n| record("a", n)));
    writer.tell(In::GoOffline);
    drop(writer);
    subject.stop();
    subject.start();
    assert_eq!(contents(subject, mailbox).len(), 30);
}

fn announcing(subject: &mut dyn Subject, mailbox: &str) {
    let mut writer = online(subject, mailbox, None);
    let mut reader = online(subject, mailbox, None);
    if !reader.caps().live {
        return;
    }
    for n in 0..3 {
        writer.publish([record("a", n)]);
        reader.until("the announcement", |seen| seen.has(&record("a", n)));
    }
    reader.until("the end", |seen| seen.caught_up >= 2);
}

fn reconnecting(subject: &mut dyn Subject, mailbox: &str) {
    let mut writer = online(subject, mailbox, None);
    subject.stop();
    writer.tell(In::Publish(record("a", 1)));
    writer.until("being offline", |seen| {
        matches!(
            seen.status,
            Some(Status::Offline {
                retry_at: Some(_),
                ..
            })
        )
    });
    assert!(!writer.seen.is_acked(&record("a", 1)));
    subject.start();
    // By itself first, then because the network is said to be back.
    writer.until("reconnecting", |seen| seen.is_acked(&record("a", 1)));
    subject.stop();
    writer.tell(In::Publish(record("a", 2)));
    writer.until("being offline", |seen| {
        matches!(seen.status, Some(Status::Offline { .. }))
    });
    subject.start();
    writer.tell(In::Online);
    writer.until("reconnecting", |seen| seen.is_acked(&record("a", 2)));
    assert_eq!(writer.seen.started_over, 0);
    assert_eq!(contents(subject, mailbox).len(), 2);
}

fn denying(subject: &mut dyn Subject, mailbox: &str) {
    subject.deny();
    let mut writer = Driver::new(subject.connect(mailbox, None));
    writer.tell(In::Publish(record("a", 1)));
    writer.tell(In::Online);
    writer.until("the refusal", |seen| {
        let why = Trouble::Denied;
        seen.status == Some(Status::Refused { why })
    });
    let requests = writer.seen.requests;
    writer.tell(In::Tick);
    writer.tell(In::Online);
    assert_eq!(writer.seen.requests, requests, "it was told to stay away");
    subject.start();
    writer.tell(In::RetryNow);
    writer.until("acceptance", |seen| {
        seen.status == Some(Status::Online) && seen.is_acked(&record("a", 1))
    });
}

fn wiped(subject: &mut dyn Subject, mailbox: &str) {
    let mut writer = online(subject, mailbox, None);
    writer.publish((0..10).map(|n| record("a", n)));
    writer.tell(In::GoOffline);
    subject.wipe();
    // Another device has written since, so that the relay is not even empty.
    online(subject, mailbox, None).publish((0..10).map(|n| record("b", n)));
    let mut again = Driver::new(subject.connect(mailbox, writer.seen.cursor.as_deref()));
    again.tell(In::Online);
    again.until("catching up", |seen| seen.caught_up > 0);
    // Without a cursor nothing is believed that could be wrong.
    let over = usize::from(writer.seen.cursor.is_some());
    again.until("noticing", |seen| seen.started_over == over);
    let missing: Vec<_> = (0..10).map(|n| record("a", n)).collect();
    assert!(missing.iter().all(|record| !again.seen.has(record)));
    again.publish(missing);
    assert_eq!(contents(subject, mailbox).len(), 20);
    // Emptied while the device is online.
    subject.wipe();
    again.tell(In::Online);
    again.until("noticing", |seen| seen.started_over == over + 1);
    again.publish((0..10).map(|n| record("a", n)));
    assert_eq!(contents(subject, mailbox).len(), 10);
}

fn covering(subject: &mut dyn Subject, mailbox: &str) {
    let mut writer = online(subject, mailbox, None);
    writer.publish((1..=40).map(|n| record("a", n)));
    writer.until("one's own records", |seen| seen.records.len() == 40);
    if writer.seen.places.is_empty() {
        // Not every relay has a list that records can be left out of.
        return;
    }
    let counts: Vec<u64> = writer.seen.places.iter().map(|at| at.count).collect();
    assert_eq!(counts, (1..=40).collect::<Vec<_>>());
    let early = online(subject, mailbox, None).seen.cursor;
    let at = writer.seen.places.last().copied().unwrap();
    let said = cover(&at, (1..=20).chain(22..=39));
    writer.publish([said.clone()]);
    writer.until("what was said", |seen| seen.records.contains(&said));
    let left = [record("a", 21), record("a", 40)];
    assert_eq!(contents(subject, mailbox), left);
    subject.stop();
    subject.start();
    let mut late = online(subject, mailbox, None);
    assert_eq!(late.seen.records, left);
    // Who knows all of it hears of it; everybody knows where they are.
    let early = online(subject, mailbox, early.as_deref());
    assert_eq!(early.seen.records, [said]);
    let again = online(subject, mailbox, late.seen.cursor.as_deref());
    assert_eq!(again.seen.records.len(), 0);
    assert_eq!((early.seen.started_over, again.seen.started_over), (0, 0));
    // All of it is still there.
    late.tell(In::ReadAgain { all: true });
    late.until("what is covered", |seen| seen.records.len() == 42);
    // Covered, it is taken once more.
    let mut other = online(subject, mailbox, None);
    other.publish([record("a", 1), record("a", 40)]);
    let found = contents(subject, mailbox);
    let expected = [&left[..], &[record("a", 1)]].concat();
    assert_eq!(found, expected);
    // Nothing else is covered so soon, whoever says so.
    let at = other.seen.places.last().copied().unwrap();
    let said = cover(&at, [40]);
    other.publish([said.clone()]);
    other.until("what was said", |seen| seen.records.contains(&said));
    assert_eq!(contents(subject, mailbox), expected);
    assert_eq!(writer.seen.started_over, 0);
}

fn silence(subject: &mut dyn Subject, mailbox: &str) {
    let mut writer = Driver::new(subject.connect(mailbox, None));
    writer.tell(In::Publish(record("a", 1)));
    writer.tell(In::Tick);
    assert_eq!(
        writer.seen.requests, 0,
        "nothing before it is told to begin"
    );
    writer.tell(In::Online);
    writer.tell(In::GoOffline);
    let requests = writer.seen.requests;
    writer.tell(In::Publish(record("a", 2)));
    writer.tell(In::Tick);
    assert_eq!(writer.seen.requests, requests);
    let silent = Status::Offline {
        retry_at: None,
        why: Trouble::NoNetwork,
    };
    assert_eq!(writer.seen.status, Some(silent));
    writer.tell(In::RetryNow);
    writer.until("both records", |seen| {
        seen.is_acked(&record("a", 1)) && seen.is_acked(&record("a", 2))
    });
}
