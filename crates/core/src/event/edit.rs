//! Edit the shared document: one update of the text CRDT.

use super::payload::{Payload, Target, Writer};
use super::{EventError, Kind};
use crate::id::{DeviceId, EventId};
use crate::projection::{Issued, Projection};

/// How the document is edited.
pub const KIND: Kind = Kind {
    code: 8,
    name: "edit",
    targets: &[BASE],
    fold,
};

const BASE: u64 = 0;
const TAB: u64 = 1;
const UPDATE: u64 = 2;

/// The payload of an edit to the document that the base event `base` (its last
/// part) started.
pub fn payload(base: &EventId, tab: u32, update: &[u8], issuer: &DeviceId) -> Vec<u8> {
    let writer = Writer::new().event(BASE, base, issuer);
    writer.number(TAB, tab).bytes(UPDATE, update).finish()
}

/// Whether a payload is one of this update, made in this tab.
pub(crate) fn is_of(payload: &[u8], tab: u32, update: &[u8]) -> bool {
    let Ok(payload) = Payload::parse(payload) else {
        return false;
    };
    payload.number(TAB) == Ok(tab) && payload.bytes(UPDATE) == Ok(update)
}

/// The base event that a payload names, the tab, and the update.
pub(crate) fn parts<'a>(payload: &'a [u8], issuer: &DeviceId) -> Option<(Target, u32, &'a [u8])> {
    let payload = Payload::parse(payload).ok()?;
    let base = payload.event(BASE, issuer).ok()?;
    Some((base, payload.number(TAB).ok()?, payload.bytes(UPDATE).ok()?))
}

/// The update in a payload.
pub(crate) fn update(payload: &[u8]) -> Option<&[u8]> {
    Payload::parse(payload).ok()?.bytes(UPDATE).ok()
}

fn fold(
    payload: &Payload<'_>,
    issued: &Issued<'_>,
    projection: &mut Projection,
) -> Result<(), EventError> {
    let base = issued.target(payload.event(BASE, &issued.id().device)?, "a document")?;
    let tab = payload.number(TAB)?;
    projection.edit(issued, base, tab, payload.bytes(UPDATE)?)
}
