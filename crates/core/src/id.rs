//! Names of rooms, devices, authors and events.

use std::fmt;

use sha2::{Digest, Sha256};

/// Milliseconds since the Unix epoch, as a device claims them. Display only:
/// no rule of the protocol depends on wall time.
pub type Millis = u64;

/// A room: the set of logs that belong to one discussion.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoomId(pub [u8; 32]);

impl RoomId {
    /// The open room that a plain name stands for: SHA-256 of
    /// `"postil/1/room\0"` and the name's UTF-8 bytes.
    pub fn named(name: &str) -> Self {
        RoomId(hash(b"postil/1/room\0", &[name.as_bytes()]))
    }

    /// What relays call this room: 43 characters of base64url, so that the
    /// room id itself never leaves the members.
    pub fn mailbox(&self) -> String {
        base64url(&self.mailbox_hash())
    }

    /// The bytes of the mailbox's name.
    pub(crate) fn mailbox_hash(&self) -> [u8; 32] {
        hash(b"postil/1/mailbox\0", &[&self.0])
    }
}

/// A device: its Ed25519 public key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub [u8; 32]);

/// An author: the root key that speaks for one or more devices. A device that
/// no other key has certified is its own author.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuthorId(pub [u8; 32]);

impl From<DeviceId> for AuthorId {
    fn from(device: DeviceId) -> Self {
        AuthorId(device.0)
    }
}

impl fmt::Display for AuthorId {
    /// Twelve bytes of the key in base64url: enough to tell authors apart in
    /// exported data, and short enough to read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url(&self.0[..12]))
    }
}

/// An event: the device that issued it and its sequence number in that
/// device's log, counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId {
    /// The device that issued the event.
    pub device: DeviceId,
    /// Position in the device's log, from 1.
    pub seq: u32,
}

/// How many bytes of a device key a written-out event id carries. 96 bits can
/// not be ground to collide with a chosen key.
const PREFIX: usize = 12;

impl fmt::Display for EventId {
    /// The form used in permalinks and exported data: base64url of the first
    /// 12 bytes of the device key and the sequence number, big-endian without
    /// leading zero bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.device.0[..PREFIX].to_vec();
        bytes.extend(self.seq.to_be_bytes().iter().skip_while(|b| **b == 0));
        f.write_str(&base64url(&bytes))
    }
}

/// The written-out form of an event id, before the full device key is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventRef {
    pub(crate) prefix: [u8; PREFIX],
    /// Position in the device's log, from 1.
    pub seq: u32,
}

impl EventRef {
    /// Reads what [`EventId`] writes. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 24 {
            return None;
        }
        let bytes = from_base64url(text)?;
        let (prefix, seq) = bytes.split_at_checked(PREFIX)?;
        if seq.is_empty() || seq.len() > 4 || seq.first() == Some(&0) {
            return None;
        }
        let seq = seq.iter().fold(0u32, |n, b| (n << 8) | u32::from(*b));
        Some(EventRef {
            prefix: prefix.try_into().ok()?,
            seq,
        })
    }

    /// Whether this names an event of `device`.
    pub fn is_of(&self, device: &DeviceId) -> bool {
        device.0.starts_with(&self.prefix)
    }
}

/// SHA-256 over a domain label and parts.
pub(crate) fn hash(domain: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut sha = Sha256::new();
    sha.update(domain);
    for part in parts {
        sha.update(part);
    }
    sha.finalize().into()
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Base64url without padding (RFC 4648 §5).
pub fn base64url(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut group = 0u32;
        for i in 0..3 {
            group = (group << 8) | u32::from(chunk.get(i).copied().unwrap_or(0));
        }
        for i in 0..=chunk.len() {
            let digit = (group >> (18 - 6 * i)) & 63;
            out.extend(ALPHABET.get(digit as usize).map(|c| char::from(*c)));
        }
    }
    out
}

/// The inverse of [`base64url`]; `None` for characters outside the alphabet or
/// a length that no input has.
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    if text.len() % 4 == 1 {
        return None;
    }
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut group, mut bits) = (0u32, 0u32);
    for c in text.bytes() {
        let digit = ALPHABET.iter().position(|a| *a == c)?;
        group = ((group << 6) | digit as u32) & 0x00ff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((group >> bits) as u8);
        }
    }
    Some(out)
}

macro_rules! debug_as_hex {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "("))?;
                for byte in &self.0[..4] {
                    write!(f, "{byte:02x}")?;
                }
                f.write_str("…)")
            }
        }
    )*};
}
debug_as_hex!(RoomId, DeviceId, AuthorId);

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}#{}", self.device, self.seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_round_trips() {
        fn check(bytes: &[u8], text: &str) {
            assert_eq!(base64url(bytes), text);
            assert_eq!(from_base64url(text).as_deref(), Some(bytes));
        }
        check(b"", "");
        check(b"f", "Zg");
        check(b"fo", "Zm8");
        check(b"foo", "Zm9v");
        check(&[0xfb, 0xff], "-_8");
        assert_eq!(from_base64url("a"), None);
        assert_eq!(from_base64url("a b="), None);
    }

    #[test]
    fn event_ids_are_written_and_read() {
        fn check(seq: u32) {
            let id = EventId {
                device: DeviceId([7; 32]),
                seq,
            };
            let found = EventRef::parse(&id.to_string()).unwrap();
            assert_eq!(found.seq, seq);
            assert!(found.is_of(&id.device));
            assert!(!found.is_of(&DeviceId([8; 32])));
        }
        check(1);
        check(255);
        check(256);
        check(u32::MAX);
        for bad in [
            "",
            "AAAA",
            "not an id",
            "BwcHBwcHBwcHBwcH",
            "BwcHBwcHBwcHBwcHAA",
        ] {
            assert_eq!(EventRef::parse(bad), None, "{bad}");
        }
    }
}
