//! How servers of the family differ: what frames a message, and what it takes to
//! be let in.

use crate::wire::bytes::{Reader, put_bytes};

/// Kinds of messages that more than one part of a connection needs.
pub(in crate::relay) const AUTH: u8 = 2;
/// In Hocuspocus: asks for a sign of life. It has no frame.
const PING: u8 = 9;
/// The answer to it.
const PONG: u8 = 10;

/// How a server is spoken to.
#[derive(Debug, Clone)]
pub(in crate::relay) enum Dialect {
    /// Plain messages; whoever may connect is in.
    Plain,
    /// Hocuspocus: the document's name before each message, and a token to be
    /// let in with.
    Named {
        /// The name, as it stands before a message.
        frame: Vec<u8>,
        /// The token; servers that want none get an empty one.
        token: String,
    },
}

/// What a message says about being let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// The token is wanted.
    Asked,
    /// Whoever knocks stays out.
    Denied,
    /// In, to read and write, or only to read.
    Granted { read_only: bool },
    /// Nothing that is known.
    Unclear,
}

impl Dialect {
    /// Hocuspocus, for a document of this name.
    pub(in crate::relay) fn named(name: &str, token: String) -> Self {
        let mut frame = Vec::new();
        put_bytes(&mut frame, name.as_bytes());
        Dialect::Named { frame, token }
    }

    pub(super) fn is_named(&self) -> bool {
        matches!(self, Dialect::Named { .. })
    }

    /// The beginning of a message of this kind.
    pub(super) fn message(&self, kind: u8) -> Vec<u8> {
        let mut message = match self {
            Dialect::Plain => Vec::new(),
            Dialect::Named { frame, .. } => frame.clone(),
        };
        message.push(kind);
        message
    }

    /// The message that asks to be let in, where that is needed.
    pub(super) fn knock(&self) -> Option<Vec<u8>> {
        let Dialect::Named { token, .. } = self else {
            return None;
        };
        let mut message = self.message(AUTH);
        message.push(0);
        put_bytes(&mut message, token.as_bytes());
        Some(message)
    }

    /// What is in the frame; nothing if the message is for another document.
    pub(super) fn unframe<'a>(&self, message: &'a [u8]) -> Option<&'a [u8]> {
        match self {
            Dialect::Plain => Some(message),
            Dialect::Named { frame, .. } => message.strip_prefix(&frame[..]),
        }
    }

    /// What to answer to a message that has no frame.
    pub(super) fn pong(&self, message: &[u8]) -> Option<Vec<u8>> {
        (self.is_named() && message == [PING]).then(|| vec![PONG])
    }

    /// What a message of kind [`AUTH`] says, behind its kind. The same bytes mean
    /// a refusal here and a question there, so nothing is a grant that is not
    /// spelled out.
    pub(super) fn entry(&self, mut reader: Reader<'_>) -> Entry {
        let kind = reader.byte();
        match (self, kind) {
            (Dialect::Plain, Ok(0)) | (Dialect::Named { .. }, Ok(1)) => Entry::Denied,
            (Dialect::Named { .. }, Ok(0)) => Entry::Asked,
            (Dialect::Named { .. }, Ok(2)) => match reader.bytes() {
                Ok(b"read-write") => Entry::Granted { read_only: false },
                Ok(b"readonly") => Entry::Granted { read_only: true },
                _ => Entry::Unclear,
            },
            _ => Entry::Unclear,
        }
    }

    /// Whether a close code says no for good.
    pub(super) fn refuses(&self, code: u16) -> bool {
        match self {
            Dialect::Plain => (4400..=4499).contains(&code),
            // Others say that time ran out, or that something went wrong.
            Dialect::Named { .. } => matches!(code, 4401 | 4403),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_no_grant() {
        fn check(dialect: &Dialect, message: &[u8], expected: Entry) {
            assert_eq!(dialect.entry(Reader::new(message)), expected, "{message:?}");
        }
        let named = Dialect::named("room", "secret".into());
        check(&Dialect::Plain, b"\x00\x02no", Entry::Denied);
        check(&Dialect::Plain, b"\x01\x02no", Entry::Unclear);
        check(&named, b"\x00", Entry::Asked);
        check(&named, b"\x01\x02no", Entry::Denied);
        check(&named, b"\x01", Entry::Denied);
        let read_only = false;
        check(&named, b"\x02\x0aread-write", Entry::Granted { read_only });
        let read_only = true;
        check(&named, b"\x02\x08readonly", Entry::Granted { read_only });
        check(&named, b"\x02\x05admin", Entry::Unclear);
        check(&named, b"\x02\x0aread", Entry::Unclear);
        check(&named, b"\x02", Entry::Unclear);
        check(&named, b"\x03", Entry::Unclear);
        check(&named, b"", Entry::Unclear);
    }
}
