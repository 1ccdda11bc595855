//! The text a shared document starts from, in parts. It is issued once, before
//! the first edit, so that the edits can be read without the page they were
//! made on.

use super::payload::{Payload, Writer};
use super::{EventError, Kind};
use crate::projection::{Issued, Projection};
use crate::text::writer::BaseId;

/// How the text before the first edit is shared.
pub const KIND: Kind = Kind {
    code: 7,
    name: "base",
    targets: &[],
    fold,
};

const BASE: u64 = 0;
const PART: u64 = 1;
const PARTS: u64 = 2;
const TEXT: u64 = 3;
/// Most UTF-8 bytes of one part.
pub const MAX_PART: usize = 48 * 1024;
/// Most parts of one text.
pub const MAX_PARTS: u32 = 64;

/// The payloads that share a text, in order.
pub fn payloads(base: &BaseId, text: &str) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while parts.is_empty() || !rest.is_empty() {
        let mut cut = rest.len().min(MAX_PART);
        while !rest.is_char_boundary(cut) {
            cut -= 1;
        }
        let (part, after) = rest.split_at(cut);
        parts.push(part);
        rest = after;
    }
    let count = parts.len() as u32;
    let write = |(part, index): (&str, u32)| {
        Writer::new()
            .bytes(BASE, &base.0)
            .number(PART, index)
            .number(PARTS, count)
            .text(TEXT, part)
            .finish()
    };
    parts.into_iter().zip(0..).map(write).collect()
}

fn fold(
    payload: &Payload<'_>,
    issued: &Issued<'_>,
    projection: &mut Projection,
) -> Result<(), EventError> {
    let base = BaseId(
        payload
            .bytes(BASE)?
            .try_into()
            .map_err(|_| EventError::Malformed)?,
    );
    let (part, parts) = (payload.number(PART)?, payload.number(PARTS)?);
    if parts > MAX_PARTS || part >= parts {
        return Err(EventError::TooLong("the document"));
    }
    let text = payload.text(TEXT, MAX_PART, "a part of the document")?;
    projection.add_base(issued, base, part, parts, text)
}
