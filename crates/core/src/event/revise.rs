//! Replace the text of a comment. Earlier texts stay; texts that were written
//! at the same time in two places merge.

use super::comment::NONCE;
use super::payload::{Payload, Writer};
use super::{EventError, Kind, MAX_BODY};
use crate::id::{DeviceId, EventId};
use crate::projection::{Issued, Projection};

/// How comments are edited.
pub const KIND: Kind = Kind {
    code: 3,
    name: "revise",
    targets: &[TARGET],
    fold,
};

const TARGET: u64 = 0;
pub(crate) const BODY: u64 = 1;

/// The payload of an edit. What it is based on is every revision of the
/// comment in the event's causal past, so it need not be named.
pub fn payload(comment: &EventId, body: &str, nonce: &[u8], issuer: &DeviceId) -> Vec<u8> {
    Writer::new()
        .event(TARGET, comment, issuer)
        .text(BODY, body)
        .bytes(NONCE, nonce)
        .finish()
}

fn fold(
    payload: &Payload<'_>,
    issued: &Issued<'_>,
    projection: &mut Projection,
) -> Result<(), EventError> {
    let comment = issued.target(payload.event(TARGET, &issued.id().device)?, "a comment")?;
    let body = payload.text(BODY, MAX_BODY, "the comment")?;
    projection.with_comment(issued, comment, |facts| facts.revise(issued, body))
}
