//! Whatever a relay says, the machine of its protocol lives, hands over what it
//! says it does, and acknowledges nothing that it was not given.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and benchmarks may stop at what must not happen"
)]

use std::collections::BTreeSet;

use postil_core::relay::{AT_HAND, In, ON_DEMAND, Opening, Out, RecordId, open};
use proptest::collection::vec;
use proptest::prelude::*;

const MAILBOX: &str = "aaaaaaaaaaaaaaaaaaaaaa";

/// Bytes as protocols have them: small numbers mostly, sometimes behind the
/// mailbox's name, and sometimes a line of text.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let small = || vec(prop_oneof![8 => 0..12u8, 1 => any::<u8>()], 0..40);
    let named = |it: Vec<u8>| [&[MAILBOX.len() as u8], MAILBOX.as_bytes(), &it].concat();
    let lines = prop_oneof![
        Just("INFO {\"max_payload\":99}\r\n"),
        Just("PING\r\nPONG\r\n+OK\r\n"),
        Just("-ERR 'Authorization Violation'\r\n"),
        Just("MSG a 1 18446744073709551615\r\n"),
        Just("HMSG a 1 b 9 3\r\nxxx\r\n"),
        Just("NATS/1.0 100\r\n\r\n"),
    ];
    prop_oneof![
        3 => small(),
        2 => small().prop_map(named),
        1 => Just(named(b"\x02\x02\x0aread-write".to_vec())),
        1 => vec(any::<u8>(), 0..60),
        1 => lines.prop_map(|it| it.as_bytes().to_vec()),
    ]
}

fn inputs() -> impl Strategy<Value = In> {
    prop_oneof![
        2 => Just(In::Online),
        1 => Just(In::GoOffline),
        1 => Just(In::RetryNow),
        3 => Just(In::Tick),
        3 => Just(In::SocketOpened),
        8 => bytes().prop_map(In::SocketBytes),
        2 => bytes().prop_map(|it| In::SocketText(String::from_utf8_lossy(&it).into_owned())),
        1 => prop_oneof![Just(1006), Just(4403), any::<u16>()]
            .prop_map(|code| In::SocketClosed { code }),
        3 => vec(any::<u8>(), 0..9).prop_map(In::Publish),
        1 => any::<String>().prop_map(In::StreamEvent),
        1 => Just(In::StreamClosed),
        1 => (0..4u32).prop_map(|req| In::Failed { req }),
        3 => (0..4u32, prop_oneof![Just(200), Just(401), any::<u16>()], bytes()).prop_map(
            |(req, status, body)| In::Response {
                req,
                status,
                retry_after: None,
                body,
            }
        ),
    ]
}

fn run(scheme: &str, steps: Vec<(u64, In)>) {
    let mut machine = open(Opening {
        url: &format!("{scheme}://relay.example/some"),
        mailbox: MAILBOX,
        cursor: Some(&[1, 2, 3]),
        seed: 7,
    })
    .unwrap_or_else(|why| panic!("{scheme}: {why}"));
    let (mut now, mut given) = (1_000_000, BTreeSet::new());
    let connected = [In::Online, In::SocketOpened].map(|it| (0, it));
    for (later, input) in connected.into_iter().chain(steps) {
        now += later;
        if let In::Publish(record) = &input {
            given.insert(RecordId::of(record));
        }
        let mut outs = Vec::new();
        machine.step(input, now, &mut outs);
        for out in outs {
            match out {
                Out::Record { id, bytes } => assert_eq!(id, RecordId::of(&bytes), "{scheme}"),
                Out::Acked(ids) => {
                    assert!(ids.iter().all(|id| given.contains(id)), "{scheme}");
                }
                Out::Rejected { id, .. } => assert!(given.contains(&id), "{scheme}"),
                _ => {}
            }
        }
    }
}

proptest! {
    #[test]
    fn machines_stand_whatever_is_said(
        steps in vec((prop_oneof![0..50u64, 0..40_000u64, Just(1u64 << 40)], inputs()), 0..40),
    ) {
        for protocol in AT_HAND.iter().chain(ON_DEMAND) {
            run(protocol.schemes[0], steps.clone());
        }
    }
}
