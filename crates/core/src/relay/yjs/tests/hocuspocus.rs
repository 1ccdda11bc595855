//! What a Hocuspocus server may say, byte by byte.

use super::*;

/// A machine for a Hocuspocus server that was asked to let it in.
fn knocking() -> Rig {
    let opening = Opening {
        url: "wss+hocuspocus://s3cret@relay.example/",
        mailbox: MAILBOX,
        cursor: None,
        seed: 7,
    };
    let machine = open(opening).unwrap();
    let mut rig = Rig {
        machine,
        now: 1_000,
    };
    let out = rig.tell(In::Online);
    let url = "wss://relay.example/".to_owned();
    let protocols = Vec::new();
    assert_eq!(out[1..], [Out::OpenSocket { url, protocols }]);
    let out = rig.tell(In::SocketOpened);
    assert_eq!(out, [framed(b"\x02\x00\x06s3cret")]);
    rig
}

/// What the machine sends: a message behind the document's name.
fn framed(message: &[u8]) -> Out {
    Out::SendBytes(frame(message))
}

fn frame(message: &[u8]) -> Vec<u8> {
    [&[MAILBOX.len() as u8], MAILBOX.as_bytes(), message].concat()
}

#[test]
fn hocuspocus_byte_by_byte() {
    let mut rig = knocking();
    // Nothing counts before one is let in, nor what is for others.
    assert_eq!(rig.hear(&frame(&message(1, &update(5, 0, &[b"a"])))), []);
    assert_eq!(rig.hear(b"\x05other\x02\x02\x0aread-write"), []);
    assert_eq!(rig.hear(&frame(b"\x02\x02\x05admin")), []);
    let asks = framed(&[0, 0, 1, 0]);
    let out = rig.hear(&frame(b"\x02\x02\x0aread-write"));
    assert_eq!(out, [asks]);
    assert_eq!(rig.hear(&frame(&[0, 0, 1, 0])), [framed(&[0, 1, 2, 0, 0])]);
    let out = rig.hear(&frame(&message(1, &update(5, 0, &[b"a"]))));
    let online = Out::Status(Status::Online);
    assert_eq!(out, [online, record(b"a"), Out::CaughtUp]);
    // A sign of life has no frame, and the token may be asked for again.
    assert_eq!(rig.hear(&[9]), [Out::SendBytes(vec![10])]);
    let token = framed(b"\x02\x00\x06s3cret");
    assert_eq!(rig.hear(&frame(&[2, 0])), [token]);
    // The first answer is to what was said about having nothing.
    rig.tell(In::Publish(b"mine".to_vec()));
    rig.tell(In::Publish(b"later".to_vec()));
    assert_eq!(rig.hear(&frame(&[8, 1])), []);
    let out = rig.hear(&frame(&[8, 1]));
    assert_eq!(out[0], Out::Acked(vec![RecordId::of(b"mine")]));
    assert!(matches!(out[1], Out::SendBytes(_)), "the next is sent");
    let out = rig.hear(&frame(&[8, 1]));
    assert_eq!(out, [Out::Acked(vec![RecordId::of(b"later")])]);
    // Something is said before the server believes that nobody is there.
    for _ in 0..20 {
        rig.hear(&frame(&[1, 1, 0]));
        rig.pass(1_000);
    }
    rig.hear(&frame(&[1, 1, 0]));
    assert_eq!(rig.pass(6_000).len(), 1);
    // The server wants no more; it is tried again.
    let out = rig.hear(&frame(b"\x07\x03bye"));
    let why = Trouble::Unreachable;
    assert!(
        matches!(out[1], Out::Status(Status::Offline { why: it, retry_at: Some(_) }) if it == why)
    );
}

#[test]
fn who_may_only_read_is_told_so() {
    let why = Trouble::Denied;
    let rejected = |bytes: &[u8]| Out::Rejected {
        id: RecordId::of(bytes),
        why,
    };
    let mut rig = knocking();
    rig.tell(In::Publish(b"early".to_vec()));
    rig.hear(&frame(b"\x02\x02\x08readonly"));
    let out = rig.hear(&frame(&message(1, &update(5, 0, &[b"a"]))));
    assert_eq!(out[1..], [record(b"a"), Out::CaughtUp, rejected(b"early")]);
    assert_eq!(rig.tell(In::Publish(b"b".to_vec())), [rejected(b"b")]);
    let held = Out::Acked(vec![RecordId::of(b"a")]);
    assert_eq!(rig.tell(In::Publish(b"a".to_vec())), [held]);
    // Who asks for it is looked at again.
    let out = rig.tell(In::RetryNow);
    assert!(matches!(
        out[..],
        [Out::CloseSocket, _, Out::OpenSocket { .. }]
    ));
    rig.tell(In::SocketOpened);
    rig.hear(&frame(b"\x02\x02\x0aread-write"));
    rig.hear(&frame(&message(1, &update(5, 0, &[b"a"]))));
    // A server may say so only when it is given something.
    assert_eq!(rig.tell(In::Publish(b"c".to_vec())).len(), 1, "it is sent");
    assert_eq!(rig.hear(&frame(&[8, 0])), [rejected(b"c")]);
}

#[test]
fn hocuspocus_refuses_in_several_ways() {
    let refused = Out::Status(Status::Refused {
        why: Trouble::Denied,
    });
    let mut rig = knocking();
    let out = rig.hear(&frame(b"\x02\x01\x02no"));
    assert_eq!(out, [Out::CloseSocket, refused.clone()]);
    assert_eq!(rig.tell(In::Online), []);
    for (code, is_final) in [(4401, true), (4403, true), (4408, false), (4205, false)] {
        let mut rig = knocking();
        let out = rig.tell(In::SocketClosed { code });
        assert_eq!(out.contains(&refused), is_final, "{code}");
    }
}
