//! Heads seen: an event whose only meaning is its dependencies. It is issued
//! before another event when there is more to depend on than one header holds.

use super::payload::{Payload, Writer};
use super::{EventError, Kind};
use crate::projection::{Issued, Projection};

/// How heads are acknowledged.
pub const KIND: Kind = Kind {
    code: 11,
    name: "seen",
    targets: &[],
    fold,
};

/// The payload: an empty map.
pub fn payload() -> Vec<u8> {
    Writer::new().finish()
}

fn fold(_: &Payload<'_>, _: &Issued<'_>, _: &mut Projection) -> Result<(), EventError> {
    Ok(())
}
