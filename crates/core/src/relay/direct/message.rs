//! What goes over the channel: messages of at most 16 KiB, which every
//! implementation of data channels takes (RFC 8831, section 6.6).

use crate::relay::{RecordId, Trouble};

/// The most bytes of a message.
pub(super) const MAX_MESSAGE: usize = 16 * 1024;
/// The most bytes of a record that are in one.
pub(super) const PIECE: usize = MAX_MESSAGE - 64;
/// The most names that are in one.
pub(super) const NAMES: usize = 512;
/// The version of all this, which is greeted with.
const VERSION: u8 = 1;

const HELLO: u8 = 0;
const HAVE: u8 = 1;
const WANT: u8 = 2;
const GOT: u8 = 3;
const BEGIN: u8 = 4;
const MORE: u8 = 5;
const PING: u8 = 6;
const PONG: u8 = 7;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Message<'a> {
    /// The first one: which mailbox this is about.
    Hello(&'a [u8]),
    /// These records are to be had.
    Have(Vec<RecordId>),
    /// These are wanted.
    Want(Vec<RecordId>),
    /// These are here.
    Got(Vec<RecordId>),
    /// The first bytes of a record, and how many it has.
    Begin {
        id: RecordId,
        len: usize,
        piece: &'a [u8],
    },
    /// The next bytes of it.
    More(&'a [u8]),
    /// Is anybody there?
    Ping,
    /// Yes.
    Pong,
}

impl<'a> Message<'a> {
    pub(super) fn encode(&self) -> Vec<u8> {
        let names = |kind: u8, ids: &[RecordId]| {
            let mut out = vec![kind];
            ids.iter().for_each(|id| out.extend_from_slice(&id.0));
            out
        };
        match self {
            Message::Hello(mailbox) => [&[HELLO, VERSION], *mailbox].concat(),
            Message::Have(ids) => names(HAVE, ids),
            Message::Want(ids) => names(WANT, ids),
            Message::Got(ids) => names(GOT, ids),
            Message::Begin { id, len, piece } => {
                [&[BEGIN], &id.0[..], &(*len as u32).to_be_bytes(), piece].concat()
            }
            Message::More(piece) => [&[MORE], *piece].concat(),
            Message::Ping => vec![PING],
            Message::Pong => vec![PONG],
        }
    }

    /// # Errors
    /// When nobody who speaks this protocol says such a thing.
    pub(super) fn decode(bytes: &'a [u8]) -> Result<Self, Trouble> {
        const NONSENSE: Trouble = Trouble::BadAnswer("a message is malformed");
        if bytes.len() > MAX_MESSAGE {
            return Err(Trouble::BadAnswer("a message is too long"));
        }
        let (kind, rest) = bytes.split_first().ok_or(NONSENSE)?;
        Ok(match (*kind, rest) {
            (HELLO, [VERSION, mailbox @ ..]) => Message::Hello(mailbox),
            (HELLO, _) => return Err(Trouble::BadAnswer("it speaks another version")),
            (HAVE, _) => Message::Have(names(rest).ok_or(NONSENSE)?),
            (WANT, _) => Message::Want(names(rest).ok_or(NONSENSE)?),
            (GOT, _) => Message::Got(names(rest).ok_or(NONSENSE)?),
            (BEGIN, _) => {
                let (id, rest) = rest.split_first_chunk().ok_or(NONSENSE)?;
                let (len, piece) = rest.split_first_chunk().ok_or(NONSENSE)?;
                Message::Begin {
                    id: RecordId(*id),
                    len: u32::from_be_bytes(*len) as usize,
                    piece,
                }
            }
            (MORE, [_, ..]) => Message::More(rest),
            (PING, []) => Message::Ping,
            (PONG, []) => Message::Pong,
            _ => return Err(NONSENSE),
        })
    }
}

fn names(bytes: &[u8]) -> Option<Vec<RecordId>> {
    let (names, rest) = bytes.as_chunks();
    let sound = rest.is_empty() && (1..=NAMES).contains(&names.len());
    sound.then(|| names.iter().map(|id| RecordId(*id)).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn messages_come_back() {
        #[track_caller]
        fn check(message: &Message<'_>, expected: &[u8]) {
            assert_eq!(message.encode(), expected);
            assert_eq!(Message::decode(expected).as_ref(), Ok(message));
        }
        let id = RecordId([7; 16]);
        check(&Message::Hello(b"abc"), b"\0\x01abc");
        check(&Message::Have(vec![id]), &[&[1][..], &[7; 16]].concat());
        check(&Message::Want(vec![id; 2]), &[&[2][..], &[7; 32]].concat());
        check(&Message::Got(vec![id]), &[&[3][..], &[7; 16]].concat());
        let begin = Message::Begin {
            id,
            len: 258,
            piece: b"x",
        };
        check(&begin, &[&[4][..], &[7; 16], &[0, 0, 1, 2], b"x"].concat());
        check(&Message::More(b"x"), b"\x05x");
        check(&Message::Ping, &[6]);
        check(&Message::Pong, &[7]);
    }

    #[test]
    fn nonsense_is_refused() {
        #[track_caller]
        fn check(bytes: &[u8]) {
            assert!(Message::decode(bytes).is_err(), "{bytes:?}");
        }
        check(b"");
        check(&[0]);
        check(&[0, 2, b'a']);
        check(&[1]);
        check(&[1; 16]);
        check(&[&[1][..], &[0; 16 * 513]].concat());
        check(&[4; 20]);
        check(&[5]);
        check(&[6, 0]);
        check(&[8]);
        check(&[5; 16 * 1024 + 1]);
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_written(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(message) = Message::decode(&bytes) {
                prop_assert_eq!(message.encode(), bytes);
            }
        }
    }
}
