//! The packets of MQTT 3.1.1 that a client needs. They are a stream of bytes:
//! messages of the socket may end anywhere within it.

use crate::relay::mailbox::MAX_RECORD;
use crate::wire::bytes::{BytesError, Reader};

/// The longest topic, with its length before it and the number of the packet
/// after it, in bytes.
const MAX_HEAD: usize = 2 + 65_535 + 2;
/// The longest packet of which all is kept, in bytes.
const MAX_PACKET: usize = MAX_HEAD + MAX_RECORD;

/// A message that a server passes on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) topic: String,
    /// The number to acknowledge it by.
    pub(super) number: Option<u16>,
    /// Empty when it was too large to be kept.
    pub(super) payload: Vec<u8>,
}

/// What a server says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Packet {
    /// Whether it lets us in: 0, or why not.
    Welcome(u8),
    Message(Message),
    /// It took the message of this number.
    Taken(u16),
    /// What it makes of each topic that was asked for: 128 means no.
    Subscribed(Vec<u8>),
    Pong,
    /// Something that means nothing here.
    Other,
}

/// Bytes that are no packet yet.
#[derive(Debug, Default)]
pub(super) struct Stream {
    rest: Vec<u8>,
    /// How much of what comes belongs to a packet that is too large.
    skip: usize,
}

impl Stream {
    /// Takes the next bytes apart. `Err`: it is not this protocol.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Vec<Packet>, &'static str> {
        let mut packets = Vec::new();
        let carried = std::mem::take(&mut self.rest);
        let joined = [&carried[..], bytes].concat();
        let mut rest = &joined[..];
        loop {
            let skipped = self.skip.min(rest.len());
            self.skip -= skipped;
            rest = rest.get(skipped..).unwrap_or_default();
            match self.packet(rest).map_err(|_| "it is not MQTT")? {
                Some((packet, length)) => {
                    packets.push(packet);
                    self.skip = length;
                }
                None => break,
            }
        }
        self.rest = rest.to_vec();
        Ok(packets)
    }

    /// The first packet, if enough of it is there, and its length.
    fn packet(&self, bytes: &[u8]) -> Result<Option<(Packet, usize)>, BytesError> {
        let mut reader = Reader::new(bytes);
        let Ok(first) = reader.byte() else {
            return Ok(None);
        };
        // Only messages have flags, and some kinds only clients send.
        if !matches!(first, 0x20 | 0x30..=0x3f | 0x40 | 0x90 | 0xb0 | 0xd0) {
            return Err(BytesError::Range);
        }
        let Some(length) = length(&mut reader)? else {
            return Ok(None);
        };
        let head = bytes.len() - reader.rest().len();
        let is_too_large = length > MAX_PACKET;
        let wanted = if is_too_large { MAX_HEAD } else { length };
        let Ok(body) = reader.take(wanted) else {
            return Ok(None);
        };
        let packet = read(first, body, is_too_large)?;
        Ok(Some((packet, head + length)))
    }
}

/// The length of a packet; `None` when it is not all there.
fn length(reader: &mut Reader<'_>) -> Result<Option<usize>, BytesError> {
    let mut length = 0;
    for shift in [0, 7, 14, 21] {
        let Ok(byte) = reader.byte() else {
            return Ok(None);
        };
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(Some(length));
        }
    }
    Err(BytesError::Varint)
}

fn read(first: u8, body: &[u8], is_too_large: bool) -> Result<Packet, BytesError> {
    let mut reader = Reader::new(body);
    Ok(match first >> 4 {
        2 => {
            reader.byte()?;
            Packet::Welcome(reader.byte()?)
        }
        3 => {
            let length = number(&mut reader)?;
            let topic = reader.take(length.into())?;
            let topic = String::from_utf8_lossy(topic).into_owned();
            let number = match first & 0b110 {
                0 => None,
                _ => Some(number(&mut reader)?),
            };
            let payload = match is_too_large {
                true => Vec::new(),
                false => reader.rest().to_vec(),
            };
            Packet::Message(Message {
                topic,
                number,
                payload,
            })
        }
        4 => Packet::Taken(number(&mut reader)?),
        9 => {
            number(&mut reader)?;
            Packet::Subscribed(reader.rest().to_vec())
        }
        11 => Packet::Other,
        13 => Packet::Pong,
        _ => return Err(BytesError::Range),
    })
}

fn number(reader: &mut Reader<'_>) -> Result<u16, BytesError> {
    reader.array().map(u16::from_be_bytes)
}

fn packet(first: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut packet = vec![first];
    let mut length: usize = parts.iter().map(|it| it.len()).sum();
    while length >= 0x80 {
        packet.push(length as u8 | 0x80);
        length >>= 7;
    }
    packet.push(length as u8);
    parts.iter().for_each(|part| packet.extend_from_slice(part));
    packet
}

/// A text with its length before it.
fn text(text: &str) -> Vec<u8> {
    let length = text.len().min(usize::from(u16::MAX)) as u16;
    [&length.to_be_bytes(), text.as_bytes()].concat()
}

/// Asks to be let in, without a session that outlives the connection.
/// `keep_alive`: after how many seconds of silence the server may leave.
pub(super) fn connect(
    client: &str,
    keep_alive: u16,
    user: Option<&str>,
    password: Option<&str>,
) -> Vec<u8> {
    let mut flags = 0b10;
    let mut login = Vec::new();
    // There is no password without a user.
    if user.or(password).is_some() {
        flags |= 0x80;
        login.extend(text(user.unwrap_or_default()));
    }
    if let Some(password) = password {
        flags |= 0x40;
        login.extend(text(password));
    }
    let head = [
        text("MQTT"),
        vec![4, flags],
        keep_alive.to_be_bytes().into(),
    ]
    .concat();
    packet(0x10, &[&head, &text(client), &login])
}

/// Asks for what is kept of topics, and for what comes.
pub(super) fn subscribe(number: u16, topics: &[&str]) -> Vec<u8> {
    let topics = topics.iter().flat_map(|it| [text(it), vec![1]].concat());
    packet(0x82, &[&number.to_be_bytes(), &topics.collect::<Vec<_>>()])
}

/// Asks for a topic no more.
pub(super) fn unsubscribe(number: u16, topic: &str) -> Vec<u8> {
    packet(0xa2, &[&number.to_be_bytes(), &text(topic)])
}

/// Hands a message over. `is_kept`: whoever asks for the topic later gets it.
pub(super) fn publish(number: u16, topic: &str, payload: &[u8], is_kept: bool) -> Vec<u8> {
    let first = 0x32 | u8::from(is_kept);
    packet(first, &[&text(topic), &number.to_be_bytes(), payload])
}

/// A message has arrived.
pub(super) fn taken(number: u16) -> Vec<u8> {
    packet(0x40, &[&number.to_be_bytes()])
}

/// Asks whether the server is there.
pub(super) fn ping() -> Vec<u8> {
    packet(0xc0, &[])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(topic: &str, number: Option<u16>, payload: &[u8]) -> Packet {
        Packet::Message(Message {
            topic: topic.into(),
            number,
            payload: payload.into(),
        })
    }

    fn talk() -> (Vec<u8>, Vec<Packet>) {
        let large = vec![7; MAX_PACKET];
        let bytes = [
            vec![0x20, 2, 0, 5],
            publish(9, "a/b", b"hello", true),
            vec![0x30, 4, 0, 1, b'x', b'y'],
            publish(10, "c", &large, false),
            vec![0x90, 4, 0, 1, 1, 0x80],
            taken(300),
            vec![0xd0, 0],
            vec![0xb0, 2, 0, 1],
        ];
        let packets = vec![
            Packet::Welcome(5),
            message("a/b", Some(9), b"hello"),
            message("x", None, b"y"),
            message("c", Some(10), b""),
            Packet::Subscribed(vec![1, 0x80]),
            Packet::Taken(300),
            Packet::Pong,
            Packet::Other,
        ];
        (bytes.concat(), packets)
    }

    fn taken_in(bytes: &[u8], cuts: &[usize]) -> Result<Vec<Packet>, &'static str> {
        let mut stream = Stream::default();
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
            let (bytes, packets) = talk();
            prop_assert_eq!(taken_in(&bytes, &cuts), Ok(packets));
        }

        #[test]
        fn small_pieces_too(cuts in prop::collection::vec(0_usize..4, 0..40)) {
            let (bytes, packets) = talk();
            prop_assert_eq!(taken_in(&bytes, &cuts), Ok(packets));
        }

        #[test]
        fn no_bytes_do_harm(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..8)) {
            let mut stream = Stream::default();
            for piece in pieces {
                if stream.take(&piece).is_err() {
                    break;
                }
            }
        }
    }

    #[test]
    fn what_is_not_this_protocol_is_refused() {
        fn check(bytes: &[u8]) {
            assert!(taken_in(bytes, &[]).is_err(), "{bytes:?}");
        }
        check(b"HTTP/1.1 200 OK\r\n\r\n and what follows, which is long enough to be all of it and more");
        check(&[0x30, 0xff, 0xff, 0xff, 0xff, 1]);
        check(&[0x30, 1, 0]);
        check(&[0x32, 3, 0, 1, b'a']);
        check(&[0x20, 1, 0]);
        check(&[0x40, 1, 0]);
        check(&[0x10, 0]);
    }

    #[test]
    fn what_is_asked_is_written_as_the_standard_says() {
        fn check(packet: &[u8], expected: &[u8]) {
            assert_eq!(packet, expected);
        }
        check(
            &connect("c", 60, Some("ada"), Some("pw")),
            b"\x10\x16\0\x04MQTT\x04\xc2\0\x3c\0\x01c\0\x03ada\0\x02pw",
        );
        check(
            &connect("c", 60, None, None),
            b"\x10\x0d\0\x04MQTT\x04\x02\0\x3c\0\x01c",
        );
        check(
            &subscribe(1, &["a", "b"]),
            b"\x82\x0a\0\x01\0\x01a\x01\0\x01b\x01",
        );
        check(&unsubscribe(1, "a"), b"\xa2\x05\0\x01\0\x01a");
        check(&publish(1, "a", b"x", true), b"\x33\x06\0\x01a\0\x01x");
        check(&ping(), b"\xc0\0");
        assert_eq!(publish(1, "a", &[0; 200], false)[..3], [0x32, 0xcd, 0x01]);
    }
}
