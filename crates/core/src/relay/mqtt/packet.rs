//! The packets of MQTT 3.1.1 and 5 that a client needs. They are a stream of
//! bytes: messages of the socket may end anywhere within it.

use super::properties::{self, Limits};
use crate::relay::mailbox::MAX_RECORD;
use crate::wire::bytes::{BytesError, Reader};

/// The longest topic, with its length before it and the number of the packet
/// after it, in bytes.
const MAX_HEAD: usize = 2 + 65_535 + 2;
/// The longest packet of which all is kept, in bytes.
const MAX_PACKET: usize = MAX_HEAD + MAX_RECORD;

/// How both sides speak.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Version {
    /// MQTT 3.1.1.
    Three,
    /// MQTT 5.
    #[default]
    Five,
}

impl Version {
    /// As it is said to a server.
    fn level(self) -> u8 {
        match self {
            Version::Three => 4,
            Version::Five => 5,
        }
    }

    /// No properties, where there could be some.
    fn nothing(self) -> &'static [u8] {
        match self {
            Version::Three => &[],
            Version::Five => &[0],
        }
    }

    fn properties(self, reader: &mut Reader<'_>) -> Result<Limits, BytesError> {
        // What is left out at the end of a packet is as if it was nothing.
        if self == Version::Three || reader.rest().is_empty() {
            return Ok(Limits::default());
        }
        properties::read(reader)
    }
}

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
    /// Whether it lets us in: 0, or why not; and what it says of itself.
    Welcome(u8, Limits),
    Message(Message),
    /// It took the message of this number: below 128, or why not.
    Taken(u16, u8),
    /// It leaves, and says why.
    Left(u8),
    /// What it makes of each topic that was asked for: 128 means no.
    Subscribed(Vec<u8>),
    Pong,
    /// Something that means nothing here.
    Other,
}

/// Bytes that are no packet yet.
#[derive(Debug, Default)]
pub(super) struct Stream {
    version: Version,
    rest: Vec<u8>,
    /// How much of what comes belongs to a packet that is too large.
    skip: usize,
}

impl Stream {
    /// One that has only begun.
    pub(super) fn new(version: Version) -> Self {
        let (rest, skip) = (Vec::new(), 0);
        Stream {
            version,
            rest,
            skip,
        }
    }

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
        let leaves = first == 0xe0 && self.version == Version::Five;
        if !leaves && !matches!(first, 0x20 | 0x30..=0x3f | 0x40 | 0x90 | 0xb0 | 0xd0) {
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
        let packet = read(self.version, first, body, is_too_large)?;
        Ok(Some((packet, head + length)))
    }
}

/// The length of what follows; `None` when it is not all there.
pub(super) fn length(reader: &mut Reader<'_>) -> Result<Option<usize>, BytesError> {
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

fn read(
    version: Version,
    first: u8,
    body: &[u8],
    is_too_large: bool,
) -> Result<Packet, BytesError> {
    let mut reader = Reader::new(body);
    Ok(match first >> 4 {
        2 => {
            reader.byte()?;
            let code = reader.byte()?;
            Packet::Welcome(code, version.properties(&mut reader)?)
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
                false => {
                    version.properties(&mut reader)?;
                    reader.rest().to_vec()
                }
            };
            Packet::Message(Message {
                topic,
                number,
                payload,
            })
        }
        4 => {
            let number = number(&mut reader)?;
            // Without a code it is success.
            Packet::Taken(number, reader.byte().unwrap_or(0))
        }
        9 => {
            number(&mut reader)?;
            version.properties(&mut reader)?;
            Packet::Subscribed(reader.rest().to_vec())
        }
        11 => Packet::Other,
        13 => Packet::Pong,
        14 => Packet::Left(reader.byte().unwrap_or(0)),
        _ => return Err(BytesError::Range),
    })
}

/// A number of two bytes.
pub(super) fn number(reader: &mut Reader<'_>) -> Result<u16, BytesError> {
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
    version: Version,
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
        vec![version.level(), flags],
        keep_alive.to_be_bytes().into(),
        version.nothing().into(),
    ]
    .concat();
    packet(0x10, &[&head, &text(client), &login])
}

/// Asks for what is kept of topics, and for what comes.
pub(super) fn subscribe(version: Version, number: u16, topics: &[&str]) -> Vec<u8> {
    let topics = topics.iter().flat_map(|it| [text(it), vec![1]].concat());
    let topics: Vec<u8> = topics.collect();
    packet(0x82, &[&number.to_be_bytes(), version.nothing(), &topics])
}

/// Asks for a topic no more.
pub(super) fn unsubscribe(version: Version, number: u16, topic: &str) -> Vec<u8> {
    let number = number.to_be_bytes();
    packet(0xa2, &[&number, version.nothing(), &text(topic)])
}

/// Hands a message over. `is_kept`: whoever asks for the topic later gets it.
pub(super) fn publish(
    version: Version,
    number: u16,
    topic: &str,
    payload: &[u8],
    is_kept: bool,
) -> Vec<u8> {
    let first = 0x32 | u8::from(is_kept);
    let number = number.to_be_bytes();
    packet(first, &[&text(topic), &number, version.nothing(), payload])
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
mod tests;
