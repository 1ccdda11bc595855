//! What a relay must do that keeps nothing and carries between two who are there
//! at once. [`run`] puts a kind of machine through every case, over a channel in
//! memory.

#![allow(clippy::panic, reason = "a conformance suite fails by panicking")]

use std::collections::{BTreeSet, VecDeque};

use postil_core::relay::{In, Out, RecordId, Relay, Status, Stores, Trouble};

use crate::driver::Seen;

/// The most bytes that every channel takes in one message.
const MAX_MESSAGE: usize = 16 * 1024;
const MAILBOX: &str = "aaaaaaaaaaaaaaaaaaaaaaaaa";
/// As a channel says that it has ended.
const CLOSED: In = In::SocketClosed { code: 1006 };

/// Makes a machine for a mailbox.
type Make<'a> = &'a dyn Fn(&str) -> Box<dyn Relay>;

/// One case.
type Case = fn(Make<'_>);

const CASES: &[(&str, Case)] = &[
    ("what is published arrives at the other", publishing),
    ("who talks about something else is left alone", apart),
    ("any bytes survive", any_bytes),
    ("what both have goes nowhere", duplicates),
    ("two writers at once lose nothing", two_writers),
    (
        "the largest record passes, a larger one is rejected",
        large_record,
    ),
    ("many records arrive", many_records),
    (
        "a channel that breaks ends it, until it is asked for",
        breaking,
    ),
    ("silence is noticed, and quiet is none", quiet),
    ("who is told to be silent is silent", silence),
];

/// Puts a kind of machine through every case.
///
/// # Panics
/// When a case fails; the case's name is printed before.
pub fn run(make: impl Fn(&str) -> Box<dyn Relay>) {
    for (name, case) in CASES {
        println!("{name}");
        case(&make);
    }
}

struct End {
    machine: Box<dyn Relay>,
    seen: Seen,
    alarm: Option<u64>,
    /// What is on its way to it.
    inbox: VecDeque<In>,
    /// Whether it wants the channel.
    wants: bool,
}

/// Two machines, and the channel between them.
struct Wire {
    ends: [End; 2],
    now: u64,
    is_open: bool,
    /// Whether everything that is sent gets lost.
    is_deaf: bool,
    /// How many bytes went over it.
    carried: usize,
}

impl Wire {
    fn new(make: Make<'_>, mailboxes: [&str; 2]) -> Self {
        let ends = mailboxes.map(|mailbox| End {
            machine: make(mailbox),
            seen: Seen::default(),
            alarm: None,
            inbox: VecDeque::new(),
            wants: false,
        });
        Wire {
            ends,
            now: 1_000_000,
            is_open: false,
            is_deaf: false,
            carried: 0,
        }
    }

    /// Both are there, and have greeted.
    fn online(make: Make<'_>) -> Self {
        let mut wire = Wire::new(make, [MAILBOX; 2]);
        wire.tell(0, In::Online);
        wire.tell(1, In::Online);
        for end in &wire.ends {
            assert_eq!(end.seen.status, Some(Status::Online));
            assert!(end.seen.caught_up > 0);
        }
        wire
    }

    /// Tells one of them something, and goes on until nothing is on its way.
    fn tell(&mut self, end: usize, input: In) {
        self.step(end, input);
        while let Some(end) = (0..2).find(|end| !self.ends[*end].inbox.is_empty()) {
            if let Some(input) = self.ends[end].inbox.pop_front() {
                self.step(end, input);
            }
        }
    }

    fn step(&mut self, at: usize, input: In) {
        let mut outs = Vec::new();
        self.ends[at].machine.step(input, self.now, &mut outs);
        for out in outs {
            let end = &mut self.ends[at];
            match out {
                Out::OpenSocket { .. } => {
                    end.wants = true;
                    end.seen.requests += 1;
                    if self.ends.iter().all(|end| end.wants) {
                        self.is_open = true;
                        let opened = In::SocketOpened;
                        self.ends
                            .iter_mut()
                            .for_each(|end| end.inbox.push_back(opened.clone()));
                    }
                }
                Out::SendBytes(bytes) => {
                    assert!(bytes.len() <= MAX_MESSAGE, "a message is too long");
                    end.seen.requests += 1;
                    self.carried += bytes.len();
                    if self.is_open && !self.is_deaf {
                        self.ends[1 - at].inbox.push_back(In::SocketBytes(bytes));
                    }
                }
                Out::CloseSocket => {
                    end.wants = false;
                    end.inbox.clear();
                    self.close(1 - at);
                }
                Out::WakeAt(at) => end.alarm = at,
                Out::Record { bytes, .. } => end.seen.records.push(bytes),
                Out::StartOver => end.seen.started_over += 1,
                Out::CaughtUp => end.seen.caught_up += 1,
                Out::Acked(ids) => end.seen.acked.extend(ids),
                Out::Rejected { id, why } => end.seen.rejected.push((id, why)),
                Out::Status(status) => end.seen.status = Some(status),
                other => panic!("nobody does this: {other:?}"),
            }
        }
    }

    fn close(&mut self, end: usize) {
        if self.is_open && self.ends[end].wants {
            self.ends[end].wants = false;
            self.ends[end].inbox.push_back(CLOSED);
        }
        self.is_open = false;
    }

    /// Breaks the channel.
    fn cut(&mut self) {
        for end in 0..2 {
            self.ends[end].wants = false;
            self.ends[end].inbox.clear();
        }
        self.is_open = false;
        self.tell(0, CLOSED);
        self.tell(1, CLOSED);
    }

    /// Lets time pass.
    fn pass(&mut self, milliseconds: u64) {
        let until = self.now + milliseconds;
        while let Some(at) = self.ends.iter().filter_map(|end| end.alarm).min()
            && at <= until
        {
            self.now = self.now.max(at);
            for end in 0..2 {
                if self.ends[end].alarm.is_some_and(|at| at <= self.now) {
                    self.tell(end, In::Tick);
                }
            }
        }
        self.now = until;
    }

    fn publish(&mut self, end: usize, records: impl IntoIterator<Item = Vec<u8>>) {
        for record in records {
            let id = RecordId::of(&record);
            self.ends[end].seen.acked.remove(&id);
            self.tell(end, In::Publish(record));
            assert!(self.ends[end].seen.acked.contains(&id));
        }
    }

    fn held(&self, end: usize) -> BTreeSet<Vec<u8>> {
        self.ends[end].seen.records.iter().cloned().collect()
    }
}

fn record(writer: &str, number: usize) -> Vec<u8> {
    format!("record {number} of {writer}").into_bytes()
}

fn records(writer: &str, count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|n| record(writer, n)).collect()
}

fn set(records: &[Vec<u8>]) -> BTreeSet<Vec<u8>> {
    records.iter().cloned().collect()
}

fn publishing(make: Make<'_>) {
    let mut wire = Wire::online(make);
    assert!(wire.ends[0].machine.caps().live);
    assert_eq!(wire.ends[0].machine.caps().stores, Stores::No);
    for n in 0..3 {
        let caught_up = wire.ends[1].seen.caught_up;
        wire.publish(0, [record("a", n)]);
        assert!(wire.ends[1].seen.has(&record("a", n)));
        assert_eq!(wire.ends[1].seen.caught_up, caught_up + 1);
        // The other holds it, so the relay does.
        assert!(wire.ends[0].seen.has(&record("a", n)));
    }
    wire.publish(1, records("b", 3));
    assert_eq!(wire.held(0), wire.held(1));
    assert_eq!(wire.held(0).len(), 6);
}

fn apart(make: Make<'_>) {
    let other: String = MAILBOX.replace('a', "b");
    let mut wire = Wire::new(make, [MAILBOX, &other]);
    wire.tell(0, In::Publish(record("a", 1)));
    wire.tell(0, In::Online);
    wire.tell(1, In::Online);
    for end in 0..2 {
        let status = wire.ends[end].seen.status;
        assert!(matches!(status, Some(Status::Offline { .. })), "{status:?}");
    }
    assert!(wire.held(1).is_empty() && wire.ends[0].seen.acked.is_empty());
}

fn any_bytes(make: Make<'_>) {
    let mut wire = Wire::online(make);
    let records: Vec<Vec<u8>> = (0..=255u8)
        .map(|byte| vec![byte; usize::from(byte) + 1])
        .collect();
    wire.publish(0, records.clone());
    assert_eq!(wire.held(1), set(&records));
}

fn duplicates(make: Make<'_>) {
    let mut wire = Wire::new(make, [MAILBOX; 2]);
    let large: Vec<Vec<u8>> = (0..40u8).map(|n| vec![n; 10_000]).collect();
    for end in [0, 1, 0] {
        for record in &large {
            wire.tell(end, In::Publish(record.clone()));
        }
    }
    wire.tell(0, In::Online);
    wire.tell(1, In::Online);
    for end in &wire.ends {
        assert_eq!((end.seen.acked.len(), end.seen.records.len()), (40, 40));
    }
    assert!(wire.carried < 10_000, "{} bytes", wire.carried);
    wire.publish(1, large);
    assert!(wire.carried < 10_000, "{} bytes", wire.carried);
}

fn two_writers(make: Make<'_>) {
    let mut wire = Wire::online(make);
    for n in 0..40 {
        // Both say so before either has heard the other.
        wire.step(0, In::Publish(record("a", n)));
        wire.step(1, In::Publish(record("b", n)));
        wire.step(0, In::Publish(record("both", n)));
        wire.tell(1, In::Publish(record("both", n)));
    }
    for end in &wire.ends {
        assert_eq!(end.seen.acked.len(), 80);
    }
    assert_eq!(wire.held(0).len(), 120);
    assert_eq!(wire.held(0), wire.held(1));
}

fn large_record(make: Make<'_>) {
    let mut wire = Wire::online(make);
    let most = wire.ends[0].machine.caps().max_record;
    let large: Vec<u8> = (0..most).map(|n| (n % 251) as u8).collect();
    let larger = vec![7; most + 1];
    wire.tell(0, In::Publish(larger.clone()));
    wire.tell(0, In::Publish(Vec::new()));
    wire.publish(0, [large.clone(), record("a", 1)]);
    assert_eq!(
        wire.ends[0].seen.rejected,
        [
            (RecordId::of(&larger), Trouble::TooLarge),
            (RecordId::of(&[]), Trouble::NotTaken(400)),
        ]
    );
    assert_eq!(wire.held(1), set(&[large, record("a", 1)]));
}

fn many_records(make: Make<'_>) {
    let mut wire = Wire::new(make, [MAILBOX; 2]);
    let records: Vec<_> = (0..6_000)
        .map(|n| [record("a", n), vec![b' '; n % 1_500]].concat())
        .collect();
    for record in &records {
        wire.tell(0, In::Publish(record.clone()));
    }
    wire.tell(1, In::Online);
    wire.tell(0, In::Online);
    assert_eq!(wire.ends[1].seen.records.len(), records.len());
    assert_eq!(wire.held(1), set(&records));
    assert_eq!(wire.ends[0].seen.acked.len(), records.len());
}

fn breaking(make: Make<'_>) {
    let mut wire = Wire::online(make);
    wire.publish(0, records("a", 3));
    wire.cut();
    wire.tell(0, In::Publish(record("a", 3)));
    for end in &wire.ends {
        let status = end.seen.status;
        let ended = Status::Offline {
            retry_at: None,
            why: Trouble::Unreachable,
        };
        assert_eq!(status, Some(ended));
    }
    let asked = wire.ends[0].seen.requests;
    wire.tell(0, In::Online);
    wire.pass(600_000);
    assert_eq!(wire.ends[0].seen.requests, asked, "nothing is tried again");
    wire.tell(0, In::RetryNow);
    wire.tell(1, In::RetryNow);
    assert!(wire.ends[1].seen.has(&record("a", 3)));
    assert_eq!(wire.ends[0].seen.started_over, 1, "it may be somebody else");
}

fn quiet(make: Make<'_>) {
    let mut wire = Wire::online(make);
    wire.pass(3_600_000);
    assert_eq!(wire.ends[0].seen.status, Some(Status::Online));
    wire.publish(0, [record("a", 1)]);
    wire.is_deaf = true;
    wire.pass(60_000);
    for end in &wire.ends {
        let status = end.seen.status;
        assert!(matches!(status, Some(Status::Offline { .. })), "{status:?}");
    }
    // A channel that never opens is given up as well.
    let mut wire = Wire::new(make, [MAILBOX; 2]);
    wire.tell(0, In::Online);
    wire.pass(60_000);
    let late = Status::Offline {
        retry_at: None,
        why: Trouble::TimedOut,
    };
    assert_eq!(wire.ends[0].seen.status, Some(late));
}

fn silence(make: Make<'_>) {
    let mut wire = Wire::new(make, [MAILBOX; 2]);
    wire.tell(0, In::Publish(record("a", 1)));
    wire.tell(0, In::Tick);
    assert_eq!(wire.ends[0].seen.requests, 0);
    wire.tell(0, In::Online);
    wire.tell(0, In::GoOffline);
    let requests = wire.ends[0].seen.requests;
    wire.tell(0, In::Publish(record("a", 2)));
    wire.pass(100_000);
    assert_eq!(wire.ends[0].seen.requests, requests);
    let silent = Status::Offline {
        retry_at: None,
        why: Trouble::NoNetwork,
    };
    assert_eq!(wire.ends[0].seen.status, Some(silent));
    wire.tell(1, In::Online);
    wire.tell(0, In::RetryNow);
    assert_eq!(wire.held(1), set(&[record("a", 1), record("a", 2)]));
}
