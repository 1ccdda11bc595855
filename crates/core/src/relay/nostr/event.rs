//! Events of Nostr (NIP-01): how they are written and signed, and read.

use k256::schnorr::SigningKey;
use sha2::{Digest, Sha256};

use super::pieces::Label;
use crate::id::{base64url, from_base64url};
use crate::json::read::Value;
use crate::json::write::Json;
use crate::relay::RecordId;

/// The kind of event that carries a piece of a record: one of those that relays
/// keep.
pub(super) const KIND: u64 = 7_171;

/// Who writes: a key that is made for one connection to one relay, because
/// everything inside of a record is signed already.
pub(super) struct Writer {
    key: SigningKey,
    /// Its public half, as Nostr writes it.
    name: String,
}

impl Writer {
    /// Makes the key from randomness.
    pub(super) fn new(seed: u64, mailbox: &str) -> Option<Self> {
        let mut hash = Sha256::new();
        hash.update(b"postil nostr writer\0");
        hash.update(seed.to_le_bytes());
        hash.update(mailbox);
        let key = SigningKey::from_slice(&hash.finalize()).ok()?;
        let name = hex(&key.verifying_key().to_bytes());
        Some(Writer { key, name })
    }

    /// Writes and signs the event that carries a piece; also returns its name.
    pub(super) fn write(
        &self,
        topic: &str,
        at: u64,
        (name, index, count): (RecordId, usize, usize),
        piece: &[u8],
    ) -> Option<(String, [u8; 32])> {
        let content = base64url(piece);
        let part = [base64url(&name.0), index.to_string(), count.to_string()];
        let tags = |json: &mut Json| {
            let part = ["part", &part[0], &part[1], &part[2]];
            let tags: [&[&str]; 2] = [&["i", topic], &part];
            json.list(&tags, |json, tag| json.list(tag, |json, it| json.text(it)));
        };
        // What is hashed has no room for a field to be called anything.
        let mut json = Json::default();
        json.raw("[0,");
        json.text(&self.name);
        for number in [at, KIND] {
            json.raw(",");
            json.number(number);
        }
        json.raw(",");
        tags(&mut json);
        json.raw(",");
        json.text(&content);
        json.raw("]");
        let id: [u8; 32] = Sha256::digest(&json.out).into();
        // The other randomness only guards against faults in the device.
        let signature = self.key.sign_raw(&id, &id).ok()?;
        let mut json = Json::default();
        json.raw("[\"EVENT\",");
        json.object(|json| {
            json.field("id").text(&hex(&id));
            json.field("pubkey").text(&self.name);
            json.field("created_at").number(at);
            json.field("kind").number(KIND);
            tags(json.field("tags"));
            json.field("content").text(&content);
            json.field("sig").text(&hex(&signature.to_bytes()));
        });
        json.raw("]");
        Some((json.out, id))
    }
}

/// An event that carries a piece.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) id: [u8; 32],
    /// When it was written, in seconds since 1970, as its writer says.
    pub(super) at: u64,
    pub(super) label: Label,
    pub(super) piece: Vec<u8>,
}

impl Event {
    /// Reads an event. Its signature is not checked: who wrote it is not
    /// asked, and what is in it is checked by what is signed inside.
    pub(super) fn read(event: &Value) -> Option<Self> {
        let part = event.field("tags")?.items().iter().find_map(|tag| {
            let words: Vec<&str> = tag.items().iter().map_while(text_of).collect();
            match words[..] {
                ["part", name, index, count] => Some((name, index, count)),
                _ => None,
            }
        });
        let (name, index, count) = part?;
        Some(Event {
            id: unhex(event.text("id")?)?,
            at: event.number("created_at")?.into(),
            label: Label {
                writer: unhex(event.text("pubkey")?)?,
                name: RecordId(from_base64url(name)?.try_into().ok()?),
                index: index.parse().ok()?,
                count: count.parse().ok()?,
            },
            piece: from_base64url(event.text("content")?)?,
        })
    }
}

/// A value that is a text.
pub(super) fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|it| [it >> 4, it & 15]);
    digits
        .filter_map(|it| char::from_digit(it.into(), 16))
        .collect()
}

/// Thirty-two bytes in hexadecimal digits.
pub(super) fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits: Option<Vec<u32>> = text.chars().map(|it| it.to_digit(16)).collect();
    let bytes: Vec<u8> = digits?
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |sum, it| sum << 4 | *it) as u8)
        .collect();
    let is_whole = text.len() == 64;
    bytes.try_into().ok().filter(|_| is_whole)
}

#[cfg(test)]
mod tests {
    use k256::schnorr::{Signature, VerifyingKey};

    use super::*;

    #[test]
    fn what_is_written_is_read_and_signed() {
        let writer = Writer::new(7, "mailbox").unwrap();
        let name = RecordId([9; 16]);
        let (text, id) = writer
            .write("postil:mailbox", 1_700_000_000, (name, 2, 5), b"piece")
            .unwrap();
        let message = Value::parse(&text).unwrap();
        let event = &message.items()[1];
        let read = Event::read(event).unwrap();
        let key = writer.key.verifying_key().to_bytes();
        let label = Label {
            writer: key.into(),
            name,
            index: 2,
            count: 5,
        };
        let expected = Event {
            id,
            at: 1_700_000_000,
            label,
            piece: b"piece".to_vec(),
        };
        assert_eq!(read, expected);
        // As NIP-01 has it, by another reader and writer of JSON.
        let event: serde_json::Value = serde_json::from_str(&text).unwrap();
        let event = &event[1];
        let hashed = serde_json::json!([
            0,
            event["pubkey"],
            event["created_at"],
            event["kind"],
            event["tags"],
            event["content"]
        ]);
        assert_eq!(Sha256::digest(hashed.to_string()), id);
        let signature = event["sig"].as_str().unwrap();
        let halves = [
            unhex(&signature[..64]).unwrap(),
            unhex(&signature[64..]).unwrap(),
        ];
        let signature = Signature::try_from(&halves.concat()[..]).unwrap();
        let key = VerifyingKey::from_bytes(&key).unwrap();
        key.verify_raw(&id, &signature).unwrap();
        assert!(key.verify_raw(&[0; 32], &signature).is_err());
    }

    #[test]
    fn writers_are_apart() {
        let name = |seed, mailbox| Writer::new(seed, mailbox).unwrap().name;
        assert_eq!(name(1, "a"), name(1, "a"));
        assert_ne!(name(1, "a"), name(2, "a"));
        assert_ne!(name(1, "a"), name(1, "b"));
    }

    #[test]
    fn what_carries_no_piece_is_no_event() {
        fn check(tags: &str, content: &str, expected: bool) {
            let zeros = "0".repeat(64);
            let event = format!(
                r#"{{"id":"{zeros}","pubkey":"{zeros}","created_at":5,"tags":{tags},"content":"{content}"}}"#
            );
            let event = Value::parse(&event).unwrap();
            assert_eq!(Event::read(&event).is_some(), expected, "{tags} {content}");
        }
        let name = "AAAAAAAAAAAAAAAAAAAAAA";
        let part =
            |name: &str, index: &str| format!(r#"[["x"],[],7,["part","{name}","{index}","2"]]"#);
        check(&part(name, "1"), "AAAA", true);
        check(&part(name, "-1"), "AAAA", false);
        check(&part(name, "99999999999999999999999"), "AAAA", false);
        check(&part("AAAA", "1"), "AAAA", false);
        check(&part(name, "1"), "A A", false);
        check("[]", "AAAA", false);
        check(r#"[["part"]]"#, "AAAA", false);
        check("{}", "AAAA", false);
        for text in [
            "0".repeat(63),
            "0".repeat(65),
            "g".repeat(64),
            "é".repeat(32),
        ] {
            assert_eq!(unhex(&text), None, "{text}");
        }
    }
}
