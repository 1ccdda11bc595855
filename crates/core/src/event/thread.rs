//! Open a thread: an anchor and the opening comment.

use super::origin::Origin;
use super::payload::{Payload, Writer};
use super::{EventError, Kind, MAX_BODY};
use crate::anchor::Anchor;
use crate::projection::{Issued, Projection};

/// How threads are opened.
pub const KIND: Kind = Kind {
    code: 1,
    name: "thread",
    targets: &[],
    fold,
};

const ANCHOR: u64 = 0;
const BODY: u64 = 1;
/// Tells two submissions of equal contents apart, see `comment::NONCE`.
const NONCE: u64 = super::comment::NONCE;

/// The payload that opens a thread; no anchor means the document as a whole.
pub fn payload(anchor: Option<&Anchor>, body: &str, nonce: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    if let Some(anchor) = anchor {
        writer = writer.bytes(ANCHOR, &anchor.encode());
    }
    writer.text(BODY, body).bytes(NONCE, nonce).finish()
}

fn fold(
    payload: &Payload<'_>,
    issued: &Issued<'_>,
    projection: &mut Projection,
) -> Result<(), EventError> {
    let body = payload.text(BODY, MAX_BODY, "the comment")?;
    let anchor = anchor(payload, ANCHOR)?;
    projection.open_thread(issued, anchor, body, Origin::read(payload)?);
    Ok(())
}

/// The anchor in a field, if the field is there.
pub(super) fn anchor(payload: &Payload<'_>, key: u64) -> Result<Option<Anchor>, EventError> {
    if !payload.has(key) {
        return Ok(None);
    }
    let anchor = Anchor::decode(payload.bytes(key)?);
    anchor.map(Some).map_err(|_| EventError::Malformed)
}
