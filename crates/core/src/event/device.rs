//! Two devices of one person: the author's key certifies a device, and the
//! device accepts the author. Only both together join them, so that nobody is
//! made to speak for another. A certificate is an event of the author's, or
//! comes with the acceptance, signed by the author's key: that key's own log
//! may be what can not be continued.

use super::payload::{Payload, Writer};
use super::{EventError, Kind, is_signed};
use crate::id::{DeviceId, RoomId};
use crate::projection::{Issued, Projection};
use crate::wire::segment::SignatureBytes;

/// How devices are joined to an author.
pub const KIND: Kind = Kind {
    code: 10,
    name: "device",
    targets: &[],
    fold,
};

const KEY: u64 = 0;
const ACCEPTS: u64 = 1;
const CERTIFICATE: u64 = 2;

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

/// What the author's key signs for a device.
pub fn message(room: &RoomId, device: &DeviceId) -> Vec<u8> {
    [b"postil/1/device\0".as_slice(), &room.0, &device.0].concat()
}

/// The payload by which a device accepts the author and shows the certificate:
/// the author's signature over [`message`].
pub fn accept_certified(author: &DeviceId, certificate: &SignatureBytes) -> Vec<u8> {
    let writer = Writer::new().bytes(KEY, &author.0).flag(ACCEPTS, true);
    writer.bytes(CERTIFICATE, certificate).finish()
}

fn fold(
    payload: &Payload<'_>,
    issued: &Issued<'_>,
    projection: &mut Projection,
) -> Result<(), EventError> {
    let malformed = |_| EventError::Malformed;
    let key = DeviceId(payload.bytes(KEY)?.try_into().map_err(malformed)?);
    let accepts = payload.flag(ACCEPTS)?;
    let certified = if payload.has(CERTIFICATE) {
        let certificate = payload.bytes(CERTIFICATE)?.try_into().map_err(malformed)?;
        let message = message(&issued.logs.room, &issued.id().device);
        if !accepts || !is_signed(&key, &message, certificate) {
            return Err(EventError::Malformed);
        }
        true
    } else {
        false
    };
    projection.join_device(issued, key, accepts, certified);
    Ok(())
}
