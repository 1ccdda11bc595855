//! Say who one is.

use super::payload::{Payload, Writer};
use super::{EventError, Kind};
use crate::projection::{Issued, Projection};

/// How names are chosen.
pub const KIND: Kind = Kind {
    code: 9,
    name: "profile",
    targets: &[],
    fold,
};

const NAME: u64 = 0;
/// Most characters (Unicode scalar values) of a name.
pub const MAX_NAME: usize = 64;

/// The payload that sets a name.
pub fn payload(name: &str) -> Vec<u8> {
    Writer::new().text(NAME, name).finish()
}

fn fold(
    payload: &Payload<'_>,
    issued: &Issued<'_>,
    projection: &mut Projection,
) -> Result<(), EventError> {
    let name = payload.text(NAME, 4 * MAX_NAME, "the name")?;
    if name.chars().count() > MAX_NAME {
        return Err(EventError::TooLong("the name"));
    }
    projection.set_name(issued, name);
    Ok(())
}
