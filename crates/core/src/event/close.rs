//! The end of another log of the same person. A device whose own log can not
//! be continued takes a new key. The old key then signs how far its log counts,
//! because the new one says once more what came after.

use super::payload::{Payload, Writer};
use super::{EventError, Kind, is_signed};
use crate::id::{DeviceId, RoomId};
use crate::projection::{Issued, Projection};
use crate::wire::segment::SignatureBytes;

/// How logs are ended.
pub const KIND: Kind = Kind {
    code: 13,
    name: "close",
    targets: &[],
    fold,
};

const DEVICE: u64 = 0;
const UNTIL: u64 = 1;
const SIGNATURE: u64 = 2;

/// What the device whose log ends at `until` signs for its successor.
pub fn message(room: &RoomId, successor: &DeviceId, until: u32) -> Vec<u8> {
    let until = until.to_be_bytes();
    [
        b"postil/1/close\0".as_slice(),
        &room.0,
        &successor.0,
        &until,
    ]
    .concat()
}

/// The payload by which the successor says it.
pub fn payload(device: &DeviceId, until: u32, signature: &SignatureBytes) -> Vec<u8> {
    let writer = Writer::new().bytes(DEVICE, &device.0).number(UNTIL, until);
    writer.bytes(SIGNATURE, signature).finish()
}

/// The device whose log a payload ends.
pub(crate) fn device(payload: &[u8]) -> Option<DeviceId> {
    let payload = Payload::parse(payload).ok()?;
    payload.bytes(DEVICE).ok()?.try_into().ok().map(DeviceId)
}

fn fold(
    payload: &Payload<'_>,
    issued: &Issued<'_>,
    projection: &mut Projection,
) -> Result<(), EventError> {
    let malformed = |_| EventError::Malformed;
    let device = DeviceId(payload.bytes(DEVICE)?.try_into().map_err(malformed)?);
    let until = payload.number(UNTIL)?;
    let signature = payload.bytes(SIGNATURE)?.try_into().map_err(malformed)?;
    let message = message(&issued.logs.room, &issued.id().device, until);
    if !is_signed(&device, &message, signature) {
        return Err(EventError::Malformed);
    }
    projection.close(device, until);
    Ok(())
}
