//! The update format of Yjs, version 1: as much of it as it takes to find byte
//! strings in a document that anybody may have written, and to write some.
//!
//! What comes from outside is read and never becomes part of a document here.

#[cfg(test)]
mod tests;

use crate::id::base64url;
use crate::relay::RecordId;
use crate::wire::bytes::{BytesError, Reader, put_bytes, put_varint};

/// The root that records are put under.
const ROOT: &str = "postil";
/// Content that is a byte string.
const BINARY: u8 = 3;
/// Content that is a list of plain values.
const ANY: u8 = 8;
/// In a plain value: a byte string.
const BUFFER: u8 = 116;
/// The struct names an entry of its parent.
const HAS_KEY: u8 = 0x20;
/// The struct names what stands right of it.
const HAS_RIGHT: u8 = 0x40;
/// The struct names what stands left of it.
const HAS_LEFT: u8 = 0x80;

/// A struct of one writer that is a byte string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found<'a> {
    pub(super) client: u64,
    pub(super) clock: u64,
    pub(super) bytes: &'a [u8],
}

/// A run of clocks of one writer; the end is not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) client: u64,
    pub(super) start: u64,
    pub(super) end: u64,
}

/// What is in an update.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Update<'a> {
    pub(super) found: Vec<Found<'a>>,
    /// Which structs are there, of whatever kind.
    pub(super) runs: Vec<Run>,
    /// Which are deleted.
    pub(super) deleted: Vec<Run>,
}

/// Reads an update. Nothing is taken on trust: what counts claim is read one by
/// one, and values may not be nested at will, because nothing recurs here.
pub(super) fn read(bytes: &[u8]) -> Result<Update<'_>, BytesError> {
    let mut reader = Reader::new(bytes);
    let mut update = Update::default();
    for _ in 0..reader.varint()? {
        let structs = reader.varint()?;
        let client = reader.varint()?;
        let mut clock = reader.varint()?;
        for _ in 0..structs {
            let (kind, len, bytes) = read_struct(&mut reader)?;
            let end = clock.checked_add(len).ok_or(BytesError::Range)?;
            if let Some(bytes) = bytes {
                update.found.push(Found {
                    client,
                    clock,
                    bytes,
                });
            }
            if kind != Kind::Skip {
                let start = clock;
                update.runs.push(Run { client, start, end });
            }
            clock = end;
        }
    }
    for _ in 0..reader.varint()? {
        let client = reader.varint()?;
        for _ in 0..reader.varint()? {
            let start = reader.varint()?;
            let end = start.checked_add(reader.varint()?);
            let end = end.ok_or(BytesError::Range)?;
            update.deleted.push(Run { client, start, end });
        }
    }
    reader.end()?;
    Ok(update)
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Item,
    Skip,
}

/// Reads a struct: what it is, how many clocks it takes, and its bytes if it is
/// a byte string.
fn read_struct<'a>(reader: &mut Reader<'a>) -> Result<(Kind, u64, Option<&'a [u8]>), BytesError> {
    let info = reader.byte()?;
    let content = info & 0x1f;
    match content {
        0 => return Ok((Kind::Item, reader.varint()?, None)),
        10 => return Ok((Kind::Skip, reader.varint()?, None)),
        _ => {}
    }
    for neighbour in [HAS_LEFT, HAS_RIGHT] {
        if info & neighbour != 0 {
            read_id(reader)?;
        }
    }
    if info & (HAS_LEFT | HAS_RIGHT) == 0 {
        match reader.varint()? {
            1 => drop(reader.bytes()?),
            0 => read_id(reader)?,
            _ => return Err(BytesError::Range),
        }
        if info & HAS_KEY != 0 {
            reader.bytes()?;
        }
    }
    let (len, bytes) = read_content(content, reader)?;
    Ok((Kind::Item, len, bytes))
}

fn read_id(reader: &mut Reader<'_>) -> Result<(), BytesError> {
    reader.varint()?;
    reader.varint()?;
    Ok(())
}

fn read_content<'a>(
    kind: u8,
    reader: &mut Reader<'a>,
) -> Result<(u64, Option<&'a [u8]>), BytesError> {
    let mut skip = |strings: u64| -> Result<(), BytesError> {
        for _ in 0..strings {
            reader.bytes()?;
        }
        Ok(())
    };
    let len = match kind {
        // Deleted.
        1 => reader.varint()?,
        // JSON, an early form of plain values.
        2 => {
            let n = reader.varint()?;
            for _ in 0..n {
                reader.bytes()?;
            }
            n
        }
        BINARY => return Ok((1, Some(reader.bytes()?))),
        // Text; it takes as many clocks as it has UTF-16 code units.
        4 => {
            let text = std::str::from_utf8(reader.bytes()?).map_err(|_| BytesError::Range)?;
            text.encode_utf16().count() as u64
        }
        // An embedded value, and a format with its value.
        5 => skip(1).map(|()| 1)?,
        6 => skip(2).map(|()| 1)?,
        // A type; an XML element and a hook have a name.
        7 => {
            let kind = reader.varint()?;
            match kind {
                3 | 5 => drop(reader.bytes()?),
                0..=6 => {}
                _ => return Err(BytesError::Range),
            }
            1
        }
        ANY => {
            let n = reader.varint()?;
            let mut rest = *reader;
            read_values(n, reader)?;
            let bytes = match (n, rest.byte()?) {
                (1, BUFFER) => Some(rest.bytes()?),
                _ => None,
            };
            return Ok((n, bytes));
        }
        // A document within the document.
        9 => {
            reader.bytes()?;
            read_values(1, reader)?;
            1
        }
        _ => return Err(BytesError::Range),
    };
    Ok((len, None))
}

/// Reads past so many plain values. What is open is kept in a list, so that
/// depth costs no stack: for each, how many are left and whether they have names.
fn read_values(n: u64, reader: &mut Reader<'_>) -> Result<(), BytesError> {
    let mut open = vec![(n, false)];
    while let Some((left, named)) = open.last_mut() {
        if *left == 0 {
            open.pop();
            continue;
        }
        *left -= 1;
        if *named {
            reader.bytes()?;
        }
        match reader.byte()? {
            // Undefined, null, true and false.
            127 | 126 | 121 | 120 => {}
            // An integer in its own varying length.
            125 => while reader.byte()? & 0x80 != 0 {},
            124 => drop(reader.take(4)?),
            123 | 122 => drop(reader.take(8)?),
            // Text, and bytes.
            119 | BUFFER => drop(reader.bytes()?),
            118 => open.push((reader.varint()?, true)),
            117 => open.push((reader.varint()?, false)),
            _ => return Err(BytesError::Range),
        }
    }
    Ok(())
}

/// Writes an update in which a writer, from this clock on, puts records into the
/// root map. It refers to nothing that others wrote. The keys are its own: of
/// several writers of one key only one would keep its entry, and anybody could
/// see to it that it is not this one.
pub(super) fn write<'a>(
    client: u32,
    clock: u64,
    records: impl ExactSizeIterator<Item = (RecordId, &'a [u8])>,
) -> Vec<u8> {
    let mut update = vec![1];
    put_varint(&mut update, records.len() as u64);
    put_varint(&mut update, client.into());
    put_varint(&mut update, clock);
    for (id, bytes) in records {
        update.push(BINARY | HAS_KEY);
        update.push(1);
        put_bytes(&mut update, ROOT.as_bytes());
        let key = [&base64url(&id.0), ".", &client.to_string()].concat();
        put_bytes(&mut update, key.as_bytes());
        put_bytes(&mut update, bytes);
    }
    update.push(0);
    update
}
