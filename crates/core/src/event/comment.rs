//! Answer a comment.

use super::origin::Origin;
use super::payload::{Payload, Writer};
use super::{EventError, Kind, MAX_BODY};
use crate::id::{DeviceId, EventId};
use crate::projection::{Issued, Projection};

/// How comments are made.
pub const KIND: Kind = Kind {
    code: 2,
    name: "comment",
    targets: &[THREAD, PARENT],
    fold,
};

const THREAD: u64 = 0;
const PARENT: u64 = 1;
pub(crate) const BODY: u64 = 2;
/// Random bytes that tell two submissions of equal contents apart, so that a
/// tab may ask again without its words appearing twice.
pub(crate) const NONCE: u64 = 15;

/// The payload of a reply. The parent is left out when it is the opening
/// comment, which has the thread's own id.
pub fn payload(
    thread: &EventId,
    parent: &EventId,
    body: &str,
    nonce: &[u8],
    issuer: &DeviceId,
) -> Vec<u8> {
    let mut writer = Writer::new().event(THREAD, thread, issuer);
    if parent != thread {
        writer = writer.event(PARENT, parent, issuer);
    }
    writer.text(BODY, body).bytes(NONCE, nonce).finish()
}

fn fold(
    payload: &Payload<'_>,
    issued: &Issued<'_>,
    projection: &mut Projection,
) -> Result<(), EventError> {
    let thread = issued.target(payload.event(THREAD, &issued.id().device)?, "a thread")?;
    // What answers a comment that does not count is not lost with it: it stays
    // in the thread, as an answer to the opening comment.
    let parent = if payload.has(PARENT) {
        let parent = payload.event(PARENT, &issued.id().device)?;
        issued.target(parent, "a comment").unwrap_or(thread)
    } else {
        thread
    };
    let body = payload.text(BODY, MAX_BODY, "the comment")?;
    projection.add_comment(issued, thread, parent, body, Origin::read(payload)?)
}
