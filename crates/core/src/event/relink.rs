//! Relink a thread: say what it is about from now on, usually because its text
//! was changed or moved. The thread's author decides; what others say is a
//! suggestion, shown as a proposal to everyone.

use super::comment::NONCE;
use super::payload::{Payload, Writer};
use super::{EventError, Kind};
use crate::anchor::Anchor;
use crate::id::{DeviceId, EventId};
use crate::projection::{Issued, Projection};

/// How threads are relinked.
pub const KIND: Kind = Kind {
    code: 12,
    name: "relink",
    targets: &[THREAD],
    fold,
};

const THREAD: u64 = 0;
const ANCHOR: u64 = 1;

/// The payload that relinks a thread; no anchor means the document as a whole.
pub fn payload(
    thread: &EventId,
    anchor: Option<&Anchor>,
    nonce: &[u8],
    issuer: &DeviceId,
) -> Vec<u8> {
    let writer = Writer::new().event(THREAD, thread, issuer);
    let writer = match anchor {
        Some(anchor) => writer.bytes(ANCHOR, &anchor.encode()),
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
    let anchor = super::thread::anchor(payload, ANCHOR)?;
    projection.relink(issued, thread, anchor)
}
