//! Delete a comment. A tombstone and the replies stay.

use super::payload::{Payload, Writer};
use super::{EventError, Kind};
use crate::id::{DeviceId, EventId};
use crate::projection::{Issued, Projection};

/// How comments are deleted.
pub const KIND: Kind = Kind {
    code: 4,
    name: "redact",
    targets: &[TARGET],
    fold,
};

const TARGET: u64 = 0;

/// The payload of a deletion.
pub fn payload(comment: &EventId, issuer: &DeviceId) -> Vec<u8> {
    Writer::new().event(TARGET, comment, issuer).finish()
}

fn fold(
    payload: &Payload<'_>,
    issued: &Issued<'_>,
    projection: &mut Projection,
) -> Result<(), EventError> {
    let comment = issued.target(payload.event(TARGET, &issued.id().device)?, "a comment")?;
    projection.with_comment(issued, comment, |facts| facts.redact(issued))
}
