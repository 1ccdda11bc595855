//! Where a comment is from that somebody brought along from elsewhere.
//!
//! It is the word of whoever brought it, who signed it and is its author here:
//! nobody can make an event of another person's.

use super::payload::{Payload, Writer, merged};
use super::{EventError, MAX_LAMPORT};
use crate::event::profile::MAX_NAME;
use crate::id::{Millis, hash};
use crate::projection::authors::clean_name;

/// Most UTF-8 bytes of an id from elsewhere.
pub const MAX_ID: usize = 512;

const ID: u64 = 10;
const NAME: u64 = 11;
const AT: u64 = 12;

/// What is known of a comment that was written elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// What it is called there: 1 to [`MAX_ID`] bytes. Two comments with the
    /// same id are the same one.
    pub id: Box<str>,
    /// Who is said to have written it, cleaned; empty when nobody is named.
    pub name: Box<str>,
    /// When it is said to have been written; 0 when that is not known.
    pub at: Millis,
}

impl Origin {
    /// An origin within the limits: a longer name is cut, a time beyond what
    /// numbers express is unknown. `None` when the id is over its limit.
    pub fn new(id: &str, name: &str, at: Millis) -> Option<Self> {
        let name: String = clean_name(name).chars().take(MAX_NAME).collect();
        (1..=MAX_ID).contains(&id.len()).then(|| Origin {
            id: id.into(),
            name: name.trim_end().into(),
            at: if at < MAX_LAMPORT { at } else { 0 },
        })
    }

    /// The payload of a thread or comment, marked as being from elsewhere.
    pub fn mark(&self, payload: &[u8]) -> Vec<u8> {
        let marks = Writer::new().text(ID, &self.id).text(NAME, &self.name);
        merged(payload, &marks.millis(AT, self.at).finish())
    }

    /// The origin in a payload, if there is one.
    pub(super) fn read(payload: &Payload<'_>) -> Result<Option<Self>, EventError> {
        if !payload.has(ID) {
            return Ok(None);
        }
        let id = payload.text(ID, MAX_ID, "the id of what was brought")?;
        let name = payload.text(NAME, 4 * MAX_NAME, "the name")?;
        let origin = Origin::new(id, name, payload.millis(AT)?);
        origin.map(Some).ok_or(EventError::Malformed)
    }

    /// The nonce of the event that brings it: whoever brings it twice at once
    /// brings it once.
    pub(crate) fn nonce(&self) -> [u8; 8] {
        let mut nonce = [0; 8];
        let hash = hash(b"postil/1/origin\0", &[self.id.as_bytes()]);
        nonce.copy_from_slice(&hash[..8]);
        nonce
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_come_back_and_keep_to_the_limits() {
        #[track_caller]
        fn check(id: &str, name: &str, at: Millis, expected: Option<(&str, Millis)>) {
            let origin = Origin::new(id, name, at);
            let parts = origin.as_ref().map(|origin| (&*origin.name, origin.at));
            assert_eq!(parts, expected);
            let Some(origin) = origin else { return };
            let plain = Writer::new().text(1, "words").bytes(15, b"nonce").finish();
            let marked = origin.mark(&plain);
            let payload = Payload::parse(&marked).unwrap();
            assert_eq!(payload.text(1, 10, ""), Ok("words"));
            assert_eq!(Origin::read(&payload), Ok(Some(origin)));
        }
        check("x", "Ada", 7, Some(("Ada", 7)));
        check("x", " Ada\n\u{202e}L. ", 7, Some(("Ada L.", 7)));
        check("x", &"é".repeat(80), 0, Some((&"é".repeat(64), 0)));
        check("x", "", u64::MAX, Some(("", 0)));
        check(&"x".repeat(512), "", 1, Some(("", 1)));
        check(&"x".repeat(513), "", 1, None);
        check("", "Ada", 1, None);
    }

    #[test]
    fn hostile_origins_void_their_event() {
        #[track_caller]
        fn check(fields: Writer, expected: EventError) {
            let bytes = fields.finish();
            let payload = Payload::parse(&bytes).unwrap();
            assert_eq!(Origin::read(&payload), Err(expected));
        }
        let id = || Writer::new().text(ID, "x");
        check(id(), EventError::Malformed);
        check(id().text(NAME, "Ada"), EventError::Malformed);
        check(id().number(NAME, 7).millis(AT, 7), EventError::Malformed);
        check(id().text(NAME, "").text(AT, "7"), EventError::Malformed);
        let empty = Writer::new().text(ID, "");
        check(empty.text(NAME, "").millis(AT, 7), EventError::Malformed);
        check(
            Writer::new().text(ID, &"x".repeat(513)),
            EventError::TooLong("the id of what was brought"),
        );
        check(
            id().text(NAME, &"x".repeat(257)),
            EventError::TooLong("the name"),
        );
    }
}
