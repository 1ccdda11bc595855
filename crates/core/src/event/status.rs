//! Resolve or reopen a thread. A resolve holds only for what its author had
//! seen: a reply or a reopening that it did not see opens the thread again.

use super::comment::NONCE;
use super::payload::{Payload, Writer};
use super::{EventError, Kind};
use crate::id::{DeviceId, EventId};
use crate::projection::{Issued, Projection};

/// How threads are resolved and reopened.
pub const KIND: Kind = Kind {
    code: 6,
    name: "status",
    targets: &[THREAD],
    fold,
};

const THREAD: u64 = 0;
const RESOLVED: u64 = 1;
const REASON: u64 = 2;
/// Most UTF-8 bytes of a reason.
pub const MAX_REASON: usize = 1024;

/// The payload of a change of status.
pub fn payload(
    thread: &EventId,
    resolved: bool,
    reason: Option<&str>,
    nonce: &[u8],
    issuer: &DeviceId,
) -> Vec<u8> {
    let writer = Writer::new()
        .event(THREAD, thread, issuer)
        .flag(RESOLVED, resolved);
    let writer = match reason {
        Some(reason) => writer.text(REASON, reason),
        None => writer,
    };
    writer.bytes(NONCE, nonce).finish()
}

fn fold(
    payload: &Payload<'_>,
    issued: &Issued<'_>,
    projection: &mut Projection,
) -> Result<(), EventError> {
    let thread = issued.target(payload.event(THREAD, &issued.id().device)?, "a thread")?;
    let resolved = payload.flag(RESOLVED)?;
    let reason = if payload.has(REASON) {
        Some(payload.text(REASON, MAX_REASON, "the reason")?)
    } else {
        None
    };
    projection.set_status(issued, thread, resolved, reason)
}
