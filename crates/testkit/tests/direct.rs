//! Direct connections keep the contract, and stand hostile people at the other
//! end.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use postil_core::relay::{In, Opening, Out, RecordId, Relay, Status, Trouble, open};
use postil_testkit::conformance::live;

const MAILBOX: &str = "aaaaaaaaaaaaaaaaaaaaaaaaa";

fn machine(mailbox: &str) -> Box<dyn Relay> {
    open(Opening {
        url: "direct:1",
        mailbox,
        cursor: None,
        seed: 1,
    })
    .unwrap()
}

#[test]
fn conforms() {
    live::run(machine);
}

fn step(machine: &mut dyn Relay, input: In) -> Vec<Out> {
    let mut outs = Vec::new();
    machine.step(input, 1_000_000, &mut outs);
    outs
}

fn hello() -> Vec<u8> {
    [&[0, 1], MAILBOX.as_bytes()].concat()
}

/// A machine that was greeted.
fn greeted() -> Box<dyn Relay> {
    let mut machine = machine(MAILBOX);
    for input in [In::Online, In::SocketOpened, In::SocketBytes(hello())] {
        step(&mut *machine, input);
    }
    machine
}

fn names(kind: u8, ids: &[RecordId]) -> Vec<u8> {
    let ids = ids.iter().flat_map(|id| id.0);
    [kind].into_iter().chain(ids).collect()
}

fn begin(id: RecordId, len: u32, piece: &[u8]) -> Vec<u8> {
    [&[4], &id.0[..], &len.to_be_bytes(), piece].concat()
}

#[test]
fn nonsense_ends_the_connection() {
    #[track_caller]
    fn check(messages: &[Vec<u8>], expected: &str) {
        let mut machine = greeted();
        let mut last = Vec::new();
        for message in messages {
            last = step(&mut *machine, In::SocketBytes(message.clone()));
        }
        let ended = last.iter().find_map(|out| match out {
            Out::Status(Status::Offline { retry_at, why }) => Some((*retry_at, *why)),
            _ => None,
        });
        assert_eq!(
            ended.map(|(at, why)| (at, why.to_string())),
            Some((
                None,
                format!("the relay's answer makes no sense: {expected}")
            ))
        );
        assert!(last.contains(&Out::CloseSocket));
        // Nothing that comes afterwards is heard.
        let outs = step(
            &mut *machine,
            In::SocketBytes(names(1, &[RecordId([1; 16])])),
        );
        assert_eq!(outs, []);
    }
    let id = RecordId::of(b"abc");
    let wanted = || names(1, &[id]);
    check(&[hello()], "it greets twice");
    check(&[vec![]], "a message is malformed");
    check(&[vec![9]], "a message is malformed");
    check(&[vec![5; 20_000]], "a message is too long");
    check(&[begin(id, 3, b"abc")], "it sends what nobody asked for");
    check(&[vec![5, 1]], "a piece belongs to no record");
    check(&[wanted(), begin(id, 0, b"")], "a record is too large");
    check(
        &[wanted(), begin(id, 300_000, b"")],
        "a record is too large",
    );
    check(
        &[wanted(), begin(id, 3, b"abcd")],
        "a piece belongs to no record",
    );
    check(
        &[wanted(), begin(id, 3, b"xyz")],
        "a record is not what its name says",
    );
    check(
        &[wanted(), begin(id, 3, b"a"), begin(id, 3, b"abc")],
        "it sends what nobody asked for",
    );
    check(
        &[wanted(), begin(id, 3, b"abc"), begin(id, 3, b"abc")],
        "it sends what nobody asked for",
    );
    let many: Vec<Vec<u8>> = (0..17u8)
        .map(|n| {
            let ids: Vec<RecordId> = (0..512u16)
                .map(|k| {
                    RecordId([
                        n,
                        k as u8,
                        (k >> 8) as u8,
                        9,
                        9,
                        9,
                        9,
                        9,
                        9,
                        9,
                        9,
                        9,
                        9,
                        9,
                        9,
                        9,
                    ])
                })
                .collect();
            names(1, &ids)
        })
        .collect();
    check(&many, "it offers too much at once");
}

#[test]
fn nothing_is_said_before_the_greeting() {
    let mut machine = machine(MAILBOX);
    step(&mut *machine, In::Publish(b"secret".to_vec()));
    step(&mut *machine, In::Online);
    let opened = step(&mut *machine, In::SocketOpened);
    let said: Vec<&Out> = opened
        .iter()
        .filter(|out| matches!(out, Out::SendBytes(_)))
        .collect();
    assert_eq!(said, [&Out::SendBytes(hello())]);
    let answer = step(
        &mut *machine,
        In::SocketBytes(names(2, &[RecordId::of(b"secret")])),
    );
    let why = Trouble::BadAnswer("the other side does not greet");
    let retry_at = None;
    assert!(answer.contains(&Out::Status(Status::Offline { retry_at, why })));
}

#[test]
fn what_is_wanted_is_sent_once_and_only_as_fast_as_it_arrives() {
    let mut machine = greeted();
    let records: Vec<Vec<u8>> = (0..10u8).map(|n| vec![n; 200_000]).collect();
    for record in &records {
        step(&mut *machine, In::Publish(record.clone()));
    }
    let ids: Vec<RecordId> = records.iter().map(|it| RecordId::of(it)).collect();
    let sent = |outs: &[Out]| -> usize {
        let bytes = outs.iter().filter_map(|out| match out {
            Out::SendBytes(bytes) if matches!(bytes[0], 4 | 5) => Some(bytes.len()),
            _ => None,
        });
        bytes.sum()
    };
    let outs = step(&mut *machine, In::SocketBytes(names(2, &ids)));
    assert!((400_000..500_000).contains(&sent(&outs)), "two at a time");
    let again = step(&mut *machine, In::SocketBytes(names(2, &ids)));
    assert_eq!(sent(&again), 0, "asking again changes nothing");
    let next = step(&mut *machine, In::SocketBytes(names(3, &ids[..1])));
    assert!((200_000..250_000).contains(&sent(&next)), "one more");
    // Nobody is asked for what is not here, and nothing of it is acknowledged.
    let outs = step(
        &mut *machine,
        In::SocketBytes(names(3, &[RecordId([7; 16])])),
    );
    assert!(!outs.iter().any(|out| matches!(out, Out::Acked(_))));
}
