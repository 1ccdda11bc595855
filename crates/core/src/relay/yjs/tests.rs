//! What a server of the family may say, byte by byte. Whole exchanges run
//! against the real server (`crates/testkit/tests/yjs.rs`).

mod hocuspocus;

use super::*;
use crate::relay::{In, Out, Status, open};

const MAILBOX: &str = "aaaaaaaaaaaaaaaaaaaaaa";

/// A machine and the time.
struct Rig {
    machine: Box<dyn Relay>,
    now: u64,
}

impl Rig {
    fn new() -> Self {
        let opening = Opening {
            url: "ws+yjs://relay.example/some/",
            mailbox: MAILBOX,
            cursor: None,
            seed: 7,
        };
        Rig {
            machine: open(opening).unwrap(),
            now: 1_000,
        }
    }

    fn tell(&mut self, input: In) -> Vec<Out> {
        let mut out = Vec::new();
        self.machine.step(input, self.now, &mut out);
        out.retain(|it| !matches!(it, Out::WakeAt(_)));
        out
    }

    fn hear(&mut self, bytes: &[u8]) -> Vec<Out> {
        self.tell(In::SocketBytes(bytes.to_vec()))
    }

    /// Lets time pass, with the ticks that were asked for or not.
    fn pass(&mut self, time: u64) -> Vec<Out> {
        let mut out = Vec::new();
        for _ in 0..time / 100 {
            self.now += 100;
            out.extend(self.tell(In::Tick));
        }
        out
    }

    /// Connected to a server that holds this.
    fn online(held: &[u8]) -> (Self, Vec<Out>) {
        let mut rig = Rig::new();
        rig.tell(In::Online);
        rig.tell(In::SocketOpened);
        rig.hear(&[0, 0, 1, 0]);
        let out = rig.hear(&message(1, held));
        (rig, out)
    }
}

fn message(kind: u8, update: &[u8]) -> Vec<u8> {
    let mut message = vec![0, kind];
    crate::wire::bytes::put_bytes(&mut message, update);
    message
}

fn update(client: u32, clock: u64, records: &[&[u8]]) -> Vec<u8> {
    let records = records.iter().map(|it| (RecordId::of(it), *it));
    super::update::write(client, clock, records)
}

fn record(bytes: &[u8]) -> Out {
    Out::Record {
        id: RecordId::of(bytes),
        bytes: bytes.into(),
    }
}

#[test]
fn addresses() {
    fn check(url: &str, expected: Result<&str, OpenError>) {
        let opening = Opening {
            url,
            mailbox: MAILBOX,
            cursor: None,
            seed: 0,
        };
        let found = document(&opening).map(|url| url.replace(MAILBOX, "M"));
        assert_eq!(found.as_deref().map_err(|error| *error), expected, "{url}");
    }
    check("ws+yjs://a.example", Ok("ws://a.example/M"));
    check("wss+yjs://a.example/b/", Ok("wss://a.example/b/M"));
    check(
        "wss://a.example/b?key=1/2",
        Ok("wss://a.example/b/M?key=1/2"),
    );
    check("ws://127.0.0.1:1234", Ok("ws://127.0.0.1:1234/M"));
    check("ws+yjs:a.example", Err(OpenError::BadUrl));
    check("ws:///path", Err(OpenError::BadUrl));
    check("ws://?key", Err(OpenError::BadUrl));
    check("ws://a.example/#b", Err(OpenError::BadUrl));
    check("ws://a example", Err(OpenError::BadUrl));
}

#[test]
fn an_exchange_byte_by_byte() {
    let mut rig = Rig::new();
    let url = format!("ws://relay.example/some/{MAILBOX}");
    let opening = [
        Out::Status(Status::Connecting),
        Out::OpenSocket {
            url,
            protocols: Vec::new(),
        },
    ];
    assert_eq!(rig.tell(In::Online), opening);
    rig.tell(In::Publish(b"mine".to_vec()));
    assert_eq!(
        rig.tell(In::SocketOpened),
        [Out::SendBytes(vec![0, 0, 1, 0])]
    );
    // The server asks as well; there is nothing that it lacks.
    let nothing = [Out::SendBytes(vec![0, 1, 2, 0, 0])];
    assert_eq!(rig.hear(&[0, 0, 1, 0]), nothing);
    let out = rig.hear(&message(1, &update(5, 0, &[b"theirs"])));
    let [online, theirs, caught_up, Out::SendBytes(sent)] = &out[..] else {
        panic!("{out:?}")
    };
    assert_eq!(*online, Out::Status(Status::Online));
    assert_eq!((theirs, caught_up), (&record(b"theirs"), &Out::CaughtUp));
    assert_eq!(sent[..2], [0, 2]);
    // It comes back, and is acknowledged by that.
    let out = rig.hear(sent);
    let acked = Out::Acked(vec![RecordId::of(b"mine")]);
    assert_eq!(out, [record(b"mine"), acked.clone(), Out::CaughtUp]);
    assert_eq!(rig.tell(In::Publish(b"mine".to_vec())), [acked]);
}

#[test]
fn an_empty_answer_may_be_early() {
    let (mut rig, out) = Rig::online(&[0, 0]);
    assert_eq!(out, []);
    assert_eq!(rig.pass(500), []);
    let online = Out::Status(Status::Online);
    let out = rig.hear(&message(2, &update(5, 0, &[b"late"])));
    assert_eq!(out, [online.clone(), record(b"late"), Out::CaughtUp]);
    // It may be true as well.
    let (mut rig, _) = Rig::online(&[0, 0]);
    assert_eq!(rig.pass(1_000), [online, Out::CaughtUp]);
}

#[test]
fn refusals_are_final() {
    fn check(input: In) {
        let (mut rig, _) = Rig::online(&update(5, 0, &[b"a"]));
        let out = rig.tell(input);
        let why = Trouble::Denied;
        let refused = [Out::CloseSocket, Out::Status(Status::Refused { why })];
        assert_eq!(out, refused);
        assert_eq!(rig.pass(100_000), []);
        assert_eq!(rig.tell(In::Online), []);
        assert_eq!(rig.tell(In::RetryNow).len(), 2);
    }
    check(In::SocketClosed { code: 4403 });
    check(In::SocketBytes(vec![2, 0, 2, b'n', b'o']));
}

#[test]
fn what_makes_no_sense_ends_the_connection_for_a_while() {
    fn check(bytes: &[u8]) {
        let (mut rig, _) = Rig::online(&update(5, 0, &[b"a"]));
        let out = rig.hear(bytes);
        let why = Trouble::BadAnswer("it is no update");
        let [
            Out::CloseSocket,
            Out::Status(Status::Offline { why: said, .. }),
        ] = &out[..]
        else {
            panic!("{out:?}")
        };
        assert_eq!(*said, why);
        assert!(matches!(rig.pass(2_000)[..], [_, Out::OpenSocket { .. }]));
    }
    check(&[]);
    check(&[0]);
    check(&[0, 2]);
    check(&[0, 2, 9, 1]);
    check(&message(2, &[1, 1, 5, 0, 31]));
}

#[test]
fn what_others_say_to_each_other_is_let_pass() {
    fn check(bytes: &[u8]) {
        let (mut rig, _) = Rig::online(&update(5, 0, &[b"a"]));
        assert_eq!(rig.hear(bytes), []);
    }
    check(&[1, 2, 0, 0]);
    check(&[3]);
    check(&[2, 2, 0]);
    check(&[0x66, 1, 1]);
    check(&[0, 9]);
}

#[test]
fn a_server_that_does_not_echo_is_asked() {
    let (mut rig, _) = Rig::online(&update(5, 0, &[b"a"]));
    let out = rig.tell(In::Publish(b"mine".to_vec()));
    let [Out::SendBytes(sent)] = &out[..] else {
        panic!("{out:?}")
    };
    let out = rig.pass(3_000);
    // It has everything of writer 5 up to clock 1.
    assert_eq!(out, [Out::SendBytes(vec![0, 0, 3, 1, 5, 1])]);
    let mut answer = sent.clone();
    answer[1] = 1;
    let acked = Out::Acked(vec![RecordId::of(b"mine")]);
    assert_eq!(rig.hear(&answer), [record(b"mine"), acked, Out::CaughtUp]);
}

#[test]
fn what_the_server_did_not_take_is_written_anew() {
    let (mut rig, _) = Rig::online(&update(5, 0, &[b"a"]));
    let writer = |out: &[Out]| {
        let [Out::SendBytes(sent)] = out else {
            panic!("{out:?}")
        };
        let mut reader = crate::wire::bytes::Reader::new(sent.get(2..).unwrap());
        let update = super::update::read(reader.bytes().unwrap()).unwrap();
        assert_eq!(update.found[0].bytes, b"mine");
        update.found[0].client
    };
    let first = writer(&rig.tell(In::Publish(b"mine".to_vec())));
    assert_eq!(rig.pass(3_000).len(), 1, "it is asked");
    let second = writer(&rig.hear(&message(1, &[0, 0])));
    assert_ne!(first, second);
    assert_eq!(rig.pass(5_900), [], "it is given more time");
    assert_eq!(rig.pass(100).len(), 1);
    let third = writer(&rig.hear(&message(1, &[0, 0])));
    assert_ne!(second, third);
}

#[test]
fn silence_is_noticed() {
    let (mut rig, _) = Rig::online(&update(5, 0, &[b"a"]));
    assert_eq!(rig.pass(14_900), []);
    assert_eq!(rig.pass(100).len(), 1, "it is asked");
    assert_eq!(rig.pass(19_900), []);
    let out = rig.pass(100);
    assert!(matches!(
        out[..],
        [
            Out::CloseSocket,
            Out::Status(Status::Offline {
                why: Trouble::TimedOut,
                ..
            })
        ]
    ));
}

#[test]
fn what_somebody_deletes_is_missed() {
    let (mut rig, _) = Rig::online(&update(5, 0, &[b"a", b"b"]));
    rig.now += 20_000;
    // Writer 5's struct 1 is deleted: everything is read again.
    let out = rig.hear(&message(2, &[0, 1, 5, 1, 1, 1]));
    assert_eq!(out, [Out::SendBytes(vec![0, 0, 1, 0])]);
    let out = rig.hear(&message(1, &update(5, 0, &[b"a"])));
    assert_eq!(out, [Out::StartOver, record(b"a"), Out::CaughtUp]);
    // A second copy that goes is not.
    assert_eq!(rig.hear(&message(2, &update(6, 0, &[b"a"]))), []);
    assert_eq!(rig.hear(&message(2, &[0, 1, 6, 1, 0, 1])), []);
    // Nor is one that was there no more when it came.
    let mut deleted = update(7, 0, &[b"c"]);
    deleted.pop();
    deleted.extend([1, 7, 1, 0, 1]);
    assert_eq!(rig.hear(&message(2, &deleted)), []);
}

#[test]
fn a_reconnection_hands_over_only_what_is_new() {
    let (mut rig, _) = Rig::online(&update(5, 0, &[b"a"]));
    rig.tell(In::SocketClosed { code: 1006 });
    rig.tell(In::Online);
    rig.tell(In::SocketOpened);
    let out = rig.hear(&message(1, &update(5, 0, &[b"a", b"b"])));
    let online = Out::Status(Status::Online);
    assert_eq!(out, [online.clone(), record(b"b"), Out::CaughtUp]);
    // A server that lost something is given it again.
    rig.tell(In::SocketClosed { code: 1006 });
    rig.tell(In::Online);
    rig.tell(In::SocketOpened);
    let out = rig.hear(&message(1, &update(5, 0, &[b"b"])));
    assert_eq!(out, [online, Out::StartOver, record(b"b"), Out::CaughtUp]);
}
