//! The check that every edit passes before the text CRDT sees its bytes.
//!
//! yrs trusts what it decodes: a few bytes can make it panic, hang, take all
//! memory or refuse to encode for ever. An edit of a shared text needs very
//! little of its update format, so only that little is let in: at most one
//! insertion of a string, and deletions of characters that the writer had
//! seen. `docs/protocol/text.md` gives every byte.

use thiserror::Error;

use super::runs::Span;
use super::units;
use super::writer::CharId;

/// The most bytes that one edit may insert, in UTF-8.
pub const MAX_INSERT: usize = 32 * 1024;
/// The most bytes that the update of one edit may have.
pub const MAX_UPDATE: usize = 60 * 1024;
/// The most ranges of characters that one edit may delete.
pub const MAX_RANGES: usize = 1000;
/// The most code units that one writer may insert into one text.
pub const MAX_CLOCK: u32 = 1 << 28;
/// The one root that shared texts use.
pub(super) const ROOT: &str = "text";

const HAS_ORIGIN: u8 = 0x80;
const HAS_RIGHT: u8 = 0x40;
const STRING: u8 = 0x04;

/// Why an edit is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AdmitError {
    /// More bytes, more inserted text or more deleted ranges than allowed.
    #[error("The edit is larger than one edit may be.")]
    TooLarge,
    /// The bytes end too early, go on too long or are not in the one form that
    /// a value has.
    #[error("The edit is not in canonical form.")]
    Malformed,
    /// Something other than one insertion and deletions.
    #[error("The edit holds something that a shared text can not hold.")]
    Unsupported,
    /// The insertion is filed under another writer.
    #[error("The edit claims to be from another writer.")]
    WrongWriter,
    /// The insertion does not follow the writer's previous one.
    #[error("The edit does not follow the writer's previous one.")]
    WrongClock,
    /// It refers to characters that the writer can not have seen.
    #[error("The edit refers to text that its writer had not seen.")]
    NotSeen,
}

/// What an edit inserts.
#[derive(Debug)]
pub(super) struct Insert<'a> {
    pub(super) text: &'a str,
    /// Length of `text` in UTF-16 code units.
    pub(super) len: u32,
    /// The character before it, when it was written.
    pub(super) left: Option<CharId>,
    /// The character after it, when it was written.
    pub(super) right: Option<CharId>,
}

/// An edit that passed the check. There is no other way to make one.
#[derive(Debug)]
pub struct Checked<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) client: u64,
    pub(super) clock: u32,
    pub(super) insert: Option<Insert<'a>>,
    /// In ascending order, without overlap.
    pub(super) deletes: Vec<Span>,
}

impl Checked<'_> {
    /// How many UTF-16 code units the edit inserts: the writer's next clock
    /// is that much greater.
    pub fn inserted_len(&self) -> u32 {
        self.insert.as_ref().map_or(0, |insert| insert.len)
    }
}

/// Checks the bytes of one edit of `client`, whose next clock is
/// `next_clock`. `known(client, end)` says whether the writer had seen all
/// characters of `client` below clock `end` when making the edit; it is asked
/// for other writers only, never for the edit's own.
///
/// # Errors
/// Says what is wrong; the text is not concerned.
pub fn check<'a>(
    update: &'a [u8],
    client: u64,
    next_clock: u32,
    known: &dyn Fn(u64, u32) -> bool,
) -> Result<Checked<'a>, AdmitError> {
    if update.len() > MAX_UPDATE {
        return Err(AdmitError::TooLarge);
    }
    let mut reader = Reader { rest: update };
    let insert = match reader.number(1)? {
        0 => None,
        1 => Some(reader.insertion(client, next_clock)?),
        _ => return Err(AdmitError::Unsupported),
    };
    let deletes = reader.deletions()?;
    if !reader.rest.is_empty() {
        return Err(AdmitError::Malformed);
    }
    if insert.is_none() && deletes.is_empty() {
        return Err(AdmitError::Unsupported);
    }
    let seen = |writer: u64, end: u32| match writer == client {
        true => end <= next_clock,
        false => known(writer, end),
    };
    let neighbours = insert.iter().flat_map(|i| [i.left, i.right]).flatten();
    let mut ends = neighbours
        .map(|id| (id.client, id.clock.saturating_add(1)))
        .chain(deletes.iter().map(|span| (span.client, span.end())));
    if !ends.all(|(writer, end)| seen(writer, end)) {
        return Err(AdmitError::NotSeen);
    }
    Ok(Checked {
        bytes: update,
        client,
        clock: next_clock,
        insert,
        deletes,
    })
}

/// The text that an edit inserts, whoever made it and whether or not it fits.
pub(crate) fn inserted(update: &[u8]) -> Option<&str> {
    // Number of writers, number of blocks, then the writer and the clock.
    let mut claim = Reader {
        rest: update.get(2..)?,
    };
    let (client, clock) = (claim.number(53).ok()?, claim.clock().ok()?);
    let mut reader = Reader { rest: update };
    if reader.number(1) != Ok(1) {
        return None;
    }
    let insert = reader.insertion(client, clock).ok()?;
    Some(insert.text)
}

/// Reads the update format, version 1, as far as edits use it.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8, AdmitError> {
        let (first, rest) = self.rest.split_first().ok_or(AdmitError::Malformed)?;
        self.rest = rest;
        Ok(*first)
    }

    /// An unsigned LEB128 number of at most `bits` bits, in its shortest form.
    fn number(&mut self, bits: u32) -> Result<u64, AdmitError> {
        let mut value = 0u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                let longer_than_needed = byte == 0 && shift > 0;
                return match longer_than_needed || (value >> bits.max(7)) > 0 {
                    true => Err(AdmitError::Malformed),
                    false => Ok(value),
                };
            }
        }
        Err(AdmitError::Malformed)
    }

    fn clock(&mut self) -> Result<u32, AdmitError> {
        let clock = self.number(32)?;
        u32::try_from(clock).map_err(|_| AdmitError::Malformed)
    }

    fn id(&mut self) -> Result<CharId, AdmitError> {
        let client = self.number(53)?;
        let clock = self.clock()?;
        Ok(CharId { client, clock })
    }

    fn string(&mut self) -> Result<&'a str, AdmitError> {
        let len = self.clock()? as usize;
        let (text, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or(AdmitError::Malformed)?;
        self.rest = rest;
        std::str::from_utf8(text).map_err(|_| AdmitError::Malformed)
    }

    /// The one block of the one writer.
    fn insertion(&mut self, client: u64, next_clock: u32) -> Result<Insert<'a>, AdmitError> {
        if self.clock()? != 1 {
            return Err(AdmitError::Unsupported);
        }
        if self.number(53)? != client {
            return Err(AdmitError::WrongWriter);
        }
        if self.clock()? != next_clock {
            return Err(AdmitError::WrongClock);
        }
        let info = self.byte()?;
        if info & !(HAS_ORIGIN | HAS_RIGHT) != STRING {
            return Err(AdmitError::Unsupported);
        }
        let left = match info & HAS_ORIGIN {
            0 => None,
            _ => Some(self.id()?),
        };
        let right = match info & HAS_RIGHT {
            0 => None,
            _ => Some(self.id()?),
        };
        // Without a neighbour the block names its place: the known root.
        if left.is_none() && right.is_none() && (self.clock()? != 1 || self.string()? != ROOT) {
            return Err(AdmitError::Unsupported);
        }
        let text = self.string()?;
        let len = units::len(text);
        if text.is_empty() {
            return Err(AdmitError::Unsupported);
        }
        if text.len() > MAX_INSERT || len > MAX_CLOCK.saturating_sub(next_clock) {
            return Err(AdmitError::TooLarge);
        }
        Ok(Insert {
            text,
            len,
            left,
            right,
        })
    }

    /// The deleted ranges: writers ascending, ranges ascending and apart.
    fn deletions(&mut self) -> Result<Vec<Span>, AdmitError> {
        let mut deletes: Vec<Span> = Vec::new();
        for _ in 0..self.clock()? {
            let client = self.number(53)?;
            if deletes.last().is_some_and(|last| last.client >= client) {
                return Err(AdmitError::Malformed);
            }
            let ranges = self.clock()?;
            if ranges == 0 {
                return Err(AdmitError::Malformed);
            }
            for _ in 0..ranges {
                let (clock, len) = (self.clock()?, self.clock()?);
                let apart = match deletes.last() {
                    Some(last) if last.client == client => clock > last.end(),
                    _ => true,
                };
                if len == 0 || clock.checked_add(len).is_none() || !apart {
                    return Err(AdmitError::Malformed);
                }
                if deletes.len() == MAX_RANGES {
                    return Err(AdmitError::TooLarge);
                }
                deletes.push(Span { client, clock, len });
            }
        }
        Ok(deletes)
    }
}
