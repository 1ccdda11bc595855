use proptest::prelude::*;

use super::*;

const VERSIONS: [Version; 2] = [Version::Three, Version::Five];

fn message(topic: &str, number: Option<u16>, payload: &[u8]) -> Packet {
    Packet::Message(Message {
        topic: topic.into(),
        number,
        payload: payload.into(),
    })
}

/// What a server may say, and what it is.
fn talk(version: Version) -> (Vec<u8>, Vec<Packet>) {
    let large = vec![7; MAX_PACKET];
    let mut bytes = vec![
        publish(version, 9, "a/b", b"hello", true),
        publish(version, 10, "c", &large, false),
        taken(300),
        vec![0xd0, 0],
    ];
    let mut packets = vec![
        message("a/b", Some(9), b"hello"),
        message("c", Some(10), b""),
        Packet::Taken(300, 0),
        Packet::Pong,
    ];
    let limits = Limits {
        at_once: Some(20),
        ..Limits::default()
    };
    match version {
        Version::Three => {
            bytes.extend([
                vec![0x20, 2, 0, 5],
                vec![0x30, 4, 0, 1, b'x', b'y'],
                vec![0x90, 4, 0, 1, 1, 0x80],
                vec![0xb0, 2, 0, 1],
            ]);
            packets.extend([
                Packet::Welcome(5, Limits::default()),
                message("x", None, b"y"),
                Packet::Subscribed(vec![1, 0x80]),
                Packet::Other,
            ]);
        }
        Version::Five => {
            bytes.extend([
                b"\x20\x06\0\0\x03\x21\0\x14".to_vec(),
                // A server of MQTT 3.1.1 answers in its own way.
                vec![0x20, 2, 0, 1],
                b"\x30\x0a\0\x01x\x05\x02\0\0\0\x09y".to_vec(),
                b"\x90\x0a\0\x01\x05\x1f\0\x02no\x01\x87".to_vec(),
                b"\x40\x04\0\x07\x97\0".to_vec(),
                b"\xb0\x04\0\x01\0\0".to_vec(),
                vec![0xe0, 0],
                vec![0xe0, 2, 0x8b, 0],
            ]);
            packets.extend([
                Packet::Welcome(0, limits),
                Packet::Welcome(1, Limits::default()),
                message("x", None, b"y"),
                Packet::Subscribed(vec![1, 0x87]),
                Packet::Taken(7, 0x97),
                Packet::Other,
                Packet::Left(0),
                Packet::Left(0x8b),
            ]);
        }
    }
    (bytes.concat(), packets)
}

fn taken_in(version: Version, bytes: &[u8], cuts: &[usize]) -> Result<Vec<Packet>, &'static str> {
    let mut stream = Stream::new(version);
    let mut packets = Vec::new();
    let mut rest = bytes;
    for cut in cuts {
        let (piece, after) = rest.split_at(*cut.min(&rest.len()));
        packets.extend(stream.take(piece)?);
        rest = after;
    }
    packets.extend(stream.take(rest)?);
    Ok(packets)
}

proptest! {
    #[test]
    fn pieces_may_end_anywhere(cuts in prop::collection::vec(0_usize..30_000, 0..30)) {
        for version in VERSIONS {
            let (bytes, packets) = talk(version);
            prop_assert_eq!(taken_in(version, &bytes, &cuts), Ok(packets));
        }
    }

    #[test]
    fn small_pieces_too(cuts in prop::collection::vec(0_usize..4, 0..40)) {
        for version in VERSIONS {
            let (bytes, packets) = talk(version);
            prop_assert_eq!(taken_in(version, &bytes, &cuts), Ok(packets));
        }
    }

    #[test]
    fn no_bytes_do_harm(
        kind in prop::sample::select(vec![0x20_u8, 0x32, 0x40, 0x90, 0xb0, 0xe0]),
        body in prop::collection::vec(any::<u8>(), 0..120),
        pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..8),
    ) {
        for version in VERSIONS {
            // Whatever is in a packet that is one by its length.
            let _ = taken_in(version, &packet(kind, &[&body]), &[]);
            let mut stream = Stream::new(version);
            for piece in &pieces {
                if stream.take(piece).is_err() {
                    break;
                }
            }
        }
    }
}

#[test]
fn what_is_not_this_protocol_is_refused() {
    fn check(version: Version, bytes: &[u8]) {
        assert!(taken_in(version, bytes, &[]).is_err(), "{bytes:?}");
    }
    for version in VERSIONS {
        check(version, b"HTTP/1.1 200 OK\r\n\r\n and what follows, which is long enough to be all of it and more");
        check(version, &[0x30, 0xff, 0xff, 0xff, 0xff, 1]);
        check(version, &[0x30, 1, 0]);
        check(version, &[0x32, 3, 0, 1, b'a']);
        check(version, &[0x20, 1, 0]);
        check(version, &[0x40, 1, 0]);
        check(version, &[0x10, 0]);
    }
    check(Version::Three, &[0xe0, 0]);
    check(Version::Five, &[0x20, 3, 0, 0, 1]);
    check(Version::Five, &[0x30, 5, 0, 1, b'x', 1, 0x7f]);
    check(Version::Five, &[0xf0, 0]);
}

#[test]
fn what_is_asked_is_written_as_the_standards_say() {
    use Version::{Five, Three};
    fn check(packet: &[u8], expected: &[u8]) {
        assert_eq!(packet, expected);
    }
    check(
        &connect(Three, "c", 60, Some("ada"), Some("pw")),
        b"\x10\x16\0\x04MQTT\x04\xc2\0\x3c\0\x01c\0\x03ada\0\x02pw",
    );
    check(
        &connect(Three, "c", 60, None, None),
        b"\x10\x0d\0\x04MQTT\x04\x02\0\x3c\0\x01c",
    );
    check(
        &connect(Five, "c", 60, None, Some("pw")),
        b"\x10\x14\0\x04MQTT\x05\xc2\0\x3c\0\0\x01c\0\0\0\x02pw",
    );
    check(
        &subscribe(Three, 1, &["a", "b"]),
        b"\x82\x0a\0\x01\0\x01a\x01\0\x01b\x01",
    );
    check(&subscribe(Five, 1, &["a"]), b"\x82\x07\0\x01\0\0\x01a\x01");
    check(&unsubscribe(Three, 1, "a"), b"\xa2\x05\0\x01\0\x01a");
    check(&unsubscribe(Five, 1, "a"), b"\xa2\x06\0\x01\0\0\x01a");
    check(
        &publish(Three, 1, "a", b"x", true),
        b"\x33\x06\0\x01a\0\x01x",
    );
    check(
        &publish(Five, 1, "a", b"x", true),
        b"\x33\x07\0\x01a\0\x01\0x",
    );
    check(&ping(), b"\xc0\0");
    assert_eq!(
        publish(Three, 1, "a", &[0; 200], false)[..3],
        [0x32, 0xcd, 0x01]
    );
}
