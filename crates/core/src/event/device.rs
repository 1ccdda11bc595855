//! Two devices of one person: the author's key certifies a device, and the
//! device accepts the author. Only both together join them, so that nobody is
//! made to speak for another.

use super::payload::{Payload, Writer};
use super::{EventError, Kind};
use crate::id::DeviceId;
use crate::projection::{Issued, Projection};

/// How devices are joined to an author.
pub const KIND: Kind = Kind {
    code: 10,
    name: "device",
    targets: &[],
    fold,
};

const KEY: u64 = 0;
const ACCEPTS: u64 = 1;

/// The payload by which an author's first device certifies another.
pub fn certify(device: &DeviceId) -> Vec<u8> {
    Writer::new()
        .bytes(KEY, &device.0)
        .flag(ACCEPTS, false)
        .finish()
}

/// The payload by which a device accepts the author that certified it.
pub fn accept(author: &DeviceId) -> Vec<u8> {
    Writer::new()
        .bytes(KEY, &author.0)
        .flag(ACCEPTS, true)
        .finish()
}

fn fold(
    payload: &Payload<'_>,
    issued: &Issued<'_>,
    projection: &mut Projection,
) -> Result<(), EventError> {
    let key = payload
        .bytes(KEY)?
        .try_into()
        .map_err(|_| EventError::Malformed)?;
    projection.join_device(issued, DeviceId(key), payload.flag(ACCEPTS)?);
    Ok(())
}
