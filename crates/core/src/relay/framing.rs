//! How records are laid out in a body, and the running digest of a mailbox.
//! Shared by the client's machine and the server.

use std::fmt;

use sha2::{Digest, Sha256};
use thiserror::Error;

/// Version of a persisted position.
const CURSOR: u8 = 1;

/// Why bytes are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The bytes end within a number, a digest or a record.
    #[error("it ends too early")]
    Truncated,
    /// A number is over 64 bits or not in its shortest form.
    #[error("a length is malformed")]
    BadNumber,
    /// A record of no bytes.
    #[error("it holds an empty record")]
    Empty,
}

/// Appends a number as LEB128, seven bits a byte, least significant first.
pub fn put_number(mut n: u64, to: &mut Vec<u8>) {
    while n >= 0x80 {
        to.push((n as u8 & 0x7f) | 0x80);
        n >>= 7;
    }
    to.push(n as u8);
}

/// Takes a number off the front. Only the shortest form is accepted.
///
/// # Errors
/// [`FrameError::Truncated`] or [`FrameError::BadNumber`].
pub fn take_number(from: &mut &[u8]) -> Result<u64, FrameError> {
    let mut n = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = from.split_first().ok_or(FrameError::Truncated)?;
        *from = rest;
        let bits = u64::from(byte & 0x7f);
        if shift == 63 && *byte > 1 || shift > 0 && *byte == 0 {
            return Err(FrameError::BadNumber);
        }
        n |= bits << shift;
        if byte & 0x80 == 0 {
            return Ok(n);
        }
    }
    Err(FrameError::BadNumber)
}

/// How many bytes a record takes in a body, with its length before it.
pub fn framed_len(record: &[u8]) -> usize {
    let mut prefix = Vec::with_capacity(10);
    put_number(record.len() as u64, &mut prefix);
    prefix.len() + record.len()
}

/// Appends a record with its length before it.
pub fn put_record(record: &[u8], to: &mut Vec<u8>) {
    put_number(record.len() as u64, to);
    to.extend_from_slice(record);
}

/// Reads records up to the end. Allocates nothing by what a length claims.
///
/// # Errors
/// When a length is malformed or zero, or goes past the end.
pub fn take_records(mut from: &[u8]) -> Result<Vec<&[u8]>, FrameError> {
    let mut records = Vec::new();
    while !from.is_empty() {
        match take_framed(&mut from)? {
            [] => return Err(FrameError::Empty),
            record => records.push(record),
        }
    }
    Ok(records)
}

/// Takes bytes with their length before them off the front.
fn take_framed<'a>(from: &mut &'a [u8]) -> Result<&'a [u8], FrameError> {
    let len = usize::try_from(take_number(from)?).map_err(|_| FrameError::Truncated)?;
    let (framed, rest) = from.split_at_checked(len).ok_or(FrameError::Truncated)?;
    *from = rest;
    Ok(framed)
}

/// The most bytes of a gap.
pub const MAX_GAP: usize = 1 + 10 + 16;

/// Appends a gap, where records are left out: a zero byte, with which no record
/// begins, how many, and the running digest after them.
pub fn put_gap(gap: &Position, to: &mut Vec<u8>) {
    to.push(0);
    put_number(gap.count, to);
    to.extend_from_slice(&gap.digest);
}

/// What a page holds, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    /// A record.
    Record(&'a [u8]),
    /// So many records are left out; the digest is that after them.
    Gap(Position),
}

/// Reads records and gaps up to the end.
///
/// # Errors
/// When a number is malformed, or something ends too early.
pub fn take_entries(mut from: &[u8]) -> Result<Vec<Entry<'_>>, FrameError> {
    let mut entries = Vec::new();
    while !from.is_empty() {
        entries.push(match take_framed(&mut from)? {
            [] => {
                let count = take_number(&mut from)?;
                if count == 0 {
                    return Err(FrameError::Empty);
                }
                let (digest, rest) = from.split_first_chunk().ok_or(FrameError::Truncated)?;
                from = rest;
                let digest = *digest;
                Entry::Gap(Position { count, digest })
            }
            record => Entry::Record(record),
        });
    }
    Ok(entries)
}

/// Appends a write token, as it stands before the records of an append: a zero
/// byte, with which no record begins, and the token with its length before it.
pub fn put_token(token: &[u8], to: &mut Vec<u8>) {
    to.push(0);
    put_record(token, to);
}

/// Takes a write token off the front, if there is one.
///
/// # Errors
/// When there is one and it ends too early or its length is malformed.
pub fn take_token<'a>(from: &mut &'a [u8]) -> Result<Option<&'a [u8]>, FrameError> {
    let Some((0, mut rest)) = from.split_first() else {
        return Ok(None);
    };
    let token = take_framed(&mut rest)?;
    *from = rest;
    Ok(Some(token))
}

/// A position in a mailbox: how many records, and the running digest of
/// exactly those. `d(0)` is 16 zero bytes, `d(n)` the first 16 bytes of
/// `SHA-256(d(n-1) ‖ SHA-256(record n))`. Two sides with equal positions have
/// seen the same records in the same order.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Position {
    /// How many records.
    pub count: u64,
    /// Their running digest.
    pub digest: [u8; 16],
}

impl Position {
    /// Goes past one more record, given by its SHA-256.
    pub fn push(&mut self, hash: &[u8; 32]) {
        let mut sha = Sha256::new();
        sha.update(self.digest);
        sha.update(hash);
        let full: [u8; 32] = sha.finalize().into();
        self.digest
            .iter_mut()
            .zip(full)
            .for_each(|(to, from)| *to = from);
        self.count = self.count.saturating_add(1);
    }

    /// Appends the digest and then the count.
    pub fn put(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.digest);
        put_number(self.count, to);
    }

    /// Takes what [`Position::put`] appends off the front.
    ///
    /// # Errors
    /// [`FrameError::Truncated`] or [`FrameError::BadNumber`].
    pub fn take(from: &mut &[u8]) -> Result<Self, FrameError> {
        let (digest, rest) = from.split_first_chunk().ok_or(FrameError::Truncated)?;
        *from = rest;
        let count = take_number(from)?;
        Ok(Position {
            count,
            digest: *digest,
        })
    }

    /// The bytes to persist: a version, then [`Position::put`]. At most 27.
    pub fn to_cursor(&self) -> Vec<u8> {
        let mut bytes = vec![CURSOR];
        self.put(&mut bytes);
        bytes
    }

    /// Reads what [`Position::to_cursor`] writes; `None` for anything else.
    pub fn from_cursor(bytes: &[u8]) -> Option<Self> {
        let (version, mut rest) = bytes.split_first()?;
        let position = Position::take(&mut rest).ok()?;
        (*version == CURSOR && rest.is_empty()).then_some(position)
    }
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digest = 0u32;
        for byte in self.digest.iter().take(4) {
            digest = (digest << 8) | u32::from(*byte);
        }
        write!(f, "Position({} {digest:08x}…)", self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn write_tokens() {
        fn check(body: &[u8], expected: Result<Option<&[u8]>, FrameError>, rest: &[u8]) {
            let mut from = body;
            assert_eq!(take_token(&mut from), expected, "{body:?}");
            assert_eq!(from, rest, "{body:?}");
        }
        let mut body = Vec::new();
        put_token(b"secret", &mut body);
        assert_eq!(body, b"\0\x06secret");
        body.extend_from_slice(b"\x01a");
        check(&body, Ok(Some(b"secret")), b"\x01a");
        check(b"\x01a", Ok(None), b"\x01a");
        check(b"", Ok(None), b"");
        check(b"\0\0\x01a", Ok(Some(b"")), b"\x01a");
        check(b"\0", Err(FrameError::Truncated), b"\0");
        check(b"\0\x05ab", Err(FrameError::Truncated), b"\0\x05ab");
        check(b"\0\x80\0", Err(FrameError::BadNumber), b"\0\x80\0");
    }

    #[test]
    fn numbers() {
        fn check(n: u64, bytes: &[u8]) {
            let mut out = Vec::new();
            put_number(n, &mut out);
            assert_eq!(out, bytes);
            assert_eq!(take_number(&mut &bytes[..]), Ok(n));
        }
        check(0, &[0]);
        check(127, &[127]);
        check(128, &[0x80, 1]);
        check(300, &[0xac, 2]);
        check(
            u64::MAX,
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
        );
    }

    #[test]
    fn malformed_numbers() {
        fn check(bytes: &[u8], expected: FrameError) {
            assert_eq!(take_number(&mut &bytes[..]), Err(expected));
        }
        check(&[], FrameError::Truncated);
        check(&[0x80], FrameError::Truncated);
        check(&[0x80, 0], FrameError::BadNumber);
        check(&[0xff; 11], FrameError::BadNumber);
        check(
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
            FrameError::BadNumber,
        );
    }

    #[test]
    fn malformed_records() {
        fn check(bytes: &[u8], expected: FrameError) {
            assert_eq!(take_records(bytes), Err(expected));
        }
        check(&[0], FrameError::Empty);
        check(&[2, 1], FrameError::Truncated);
        check(&[1, 1, 0xff], FrameError::Truncated);
        check(
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 7],
            FrameError::Truncated,
        );
    }

    #[test]
    fn pages() {
        fn check(bytes: &[u8], expected: Result<&[Entry<'_>], FrameError>) {
            let found = take_entries(bytes);
            assert_eq!(found.as_deref().map_err(|error| *error), expected);
        }
        let gap = Position {
            count: 300,
            digest: [9; 16],
        };
        let mut page = vec![1, b'a'];
        put_gap(&gap, &mut page);
        page.extend([1, b'b']);
        let (a, b) = (Entry::Record(b"a"), Entry::Record(b"b"));
        check(&page, Ok(&[a, Entry::Gap(gap), b]));
        check(&[], Ok(&[]));
        check(&page[..12], Err(FrameError::Truncated));
        check(&[0], Err(FrameError::Truncated));
        check(&[&[0, 0][..], &[9; 16]].concat(), Err(FrameError::Empty));
    }

    #[test]
    fn the_digest_depends_on_order() {
        let (mut a, mut b) = (Position::default(), Position::default());
        a.push(&[1; 32]);
        a.push(&[2; 32]);
        b.push(&[2; 32]);
        b.push(&[1; 32]);
        assert_eq!(a.count, b.count);
        assert_ne!(a.digest, b.digest);
    }

    #[test]
    fn cursors() {
        fn check(bytes: &[u8], expected: Option<u64>) {
            let count = Position::from_cursor(bytes).map(|p| p.count);
            assert_eq!(count, expected, "{bytes:?}");
        }
        let mut position = Position::default();
        (0..300u16).for_each(|n| position.push(&[n as u8; 32]));
        let bytes = position.to_cursor();
        assert_eq!(Position::from_cursor(&bytes), Some(position));
        check(&bytes, Some(300));
        check(&[&bytes[..], &[0]].concat(), None);
        check(&bytes[..bytes.len() - 1], None);
        check(&[], None);
        check(&[2; 18], None);
    }

    proptest! {
        #[test]
        fn records_round_trip(
            records in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..300), 0..20),
        ) {
            let mut body = Vec::new();
            for record in &records {
                put_record(record, &mut body);
            }
            prop_assert_eq!(body.len(), records.iter().map(|r| framed_len(r)).sum::<usize>());
            prop_assert_eq!(take_records(&body).unwrap(), records);
        }

        #[test]
        fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(records) = take_records(&body) {
                let mut again = Vec::new();
                for record in records {
                    put_record(record, &mut again);
                }
                prop_assert_eq!(again, body);
            }
        }
    }
}
