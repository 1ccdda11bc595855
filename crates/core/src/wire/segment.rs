//! A segment: a run of one log with one signature.
//!
//! ```text
//! segment  = 0x01  device[32]  first:varint  [previous hash[32] unless first = 1]
//!            n:varint  dependency device[32] × n  count:varint  event × count  signature[64]
//! event    = lamport:varint  at:zigzag  kind:varint  m:varint  (device index:varint  seq:varint) × m
//!            length:varint  payload
//! ```
//!
//! In the first event `lamport` and `at` are absolute; in later ones they are
//! the difference to the event before, `lamport` less one.

use ed25519_dalek::{Signature, VerifyingKey};
use thiserror::Error;

use super::bytes::{BytesError, Reader, put_bytes, put_signed, put_varint};
use crate::event::{
    ChainHash, Header, MAX_DEPS, MAX_LAMPORT, MAX_PAYLOAD, chain_next, chain_start, signed_message,
};
use crate::id::{DeviceId, EventId, RoomId};

/// The first byte of every segment of this version.
pub const VERSION: u8 = 1;
/// Most bytes of a segment: one alone always fits into a record.
pub const MAX_SEGMENT: usize = 192 * 1024;
/// Sequence numbers stay below this: a log of a million events.
pub const MAX_SEQ: u32 = 1 << 20;

/// An Ed25519 signature.
pub type SignatureBytes = [u8; 64];

/// Why a segment was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SegmentError {
    /// Its bytes are not of the form.
    #[error("the data is damaged: {0}")]
    Bytes(#[from] BytesError),
    /// It was written by a newer Postil.
    #[error("the data was written by a newer version of Postil")]
    Version,
    /// Something in it is larger than the protocol allows.
    #[error("the data is larger than allowed")]
    Limit,
    /// It does not stand after the event before it in time.
    #[error("the data claims to be from before what it continues")]
    Order,
    /// The signature does not belong to the device, the room or the contents.
    #[error("the signature does not fit: the data is damaged, forged or from another room")]
    Signature,
}

/// A decoded segment. Its signature has not been checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Whose log it is from.
    pub device: DeviceId,
    /// Sequence number of the first event.
    pub first: u32,
    /// The chain's hash before the first event.
    pub previous: ChainHash,
    /// Headers and payloads, in order; at least one.
    pub events: Vec<(Header, Box<[u8]>)>,
    /// The device's signature over the chain's hash after the last event.
    pub signature: SignatureBytes,
}

impl Segment {
    /// Sequence number of the last event.
    pub fn last(&self) -> u32 {
        self.first + self.events.len() as u32 - 1
    }

    /// The chain's hash after each event.
    pub fn hashes(&self) -> Vec<ChainHash> {
        let mut hash = self.previous;
        let numbered = self.events.iter().zip(self.first..);
        numbered
            .map(|((header, payload), seq)| {
                hash = chain_next(&hash, seq, header, payload);
                hash
            })
            .collect()
    }

    /// Checks the signature over `last`, the last of [`Segment::hashes`].
    pub fn verify(&self, room: &RoomId, last: &ChainHash) -> Result<(), SegmentError> {
        VerifyingKey::from_bytes(&self.device.0)
            .and_then(|key| {
                let signature = Signature::from_bytes(&self.signature);
                key.verify_strict(&signed_message(room, last), &signature)
            })
            .map_err(|_| SegmentError::Signature)
    }

    /// The bytes of the segment.
    pub fn encode(&self) -> Vec<u8> {
        let mut devices: Vec<DeviceId> = Vec::new();
        let mut events = Vec::new();
        let (mut lamport, mut at) = (None, 0i64);
        for (header, payload) in &self.events {
            let step = lamport.map_or(header.lamport, |before: u64| header.lamport - before - 1);
            put_varint(&mut events, step);
            put_signed(&mut events, header.at as i64 - at);
            (lamport, at) = (Some(header.lamport), header.at as i64);
            put_varint(&mut events, u64::from(header.kind));
            put_varint(&mut events, header.deps.len() as u64);
            for dep in &header.deps {
                let known = devices.iter().position(|d| *d == dep.device);
                let index = known.unwrap_or_else(|| {
                    devices.push(dep.device);
                    devices.len() - 1
                });
                put_varint(&mut events, index as u64);
                put_varint(&mut events, u64::from(dep.seq));
            }
            put_bytes(&mut events, payload);
        }
        let mut out = vec![VERSION];
        out.extend_from_slice(&self.device.0);
        put_varint(&mut out, u64::from(self.first));
        if self.first != 1 {
            out.extend_from_slice(&self.previous);
        }
        put_varint(&mut out, devices.len() as u64);
        for device in &devices {
            out.extend_from_slice(&device.0);
        }
        put_varint(&mut out, self.events.len() as u64);
        out.extend_from_slice(&events);
        out.extend_from_slice(&self.signature);
        out
    }

    /// Whose log a segment is from and the sequence number of its first event,
    /// without looking at the rest. `None` for what is no segment.
    pub fn peek(bytes: &[u8]) -> Option<(DeviceId, u32)> {
        let mut reader = Reader::new(bytes);
        reader.byte().ok().filter(|version| *version == VERSION)?;
        let device = DeviceId(reader.array().ok()?);
        Some((device, reader.varint32().ok()?))
    }

    /// Reads a segment of `room`. Shape and limits are checked, the signature
    /// is not.
    pub fn decode(bytes: &[u8], room: &RoomId) -> Result<Self, SegmentError> {
        if bytes.len() > MAX_SEGMENT {
            return Err(SegmentError::Limit);
        }
        let mut reader = Reader::new(bytes);
        if reader.byte()? != VERSION {
            return Err(SegmentError::Version);
        }
        let device = DeviceId(reader.array()?);
        let first = reader.varint32()?;
        if first == 0 {
            return Err(BytesError::Range.into());
        }
        let previous = if first == 1 {
            chain_start(room, &device)
        } else {
            reader.array()?
        };
        let devices = read_devices(&mut reader)?;
        let count = reader.varint()?;
        // An event takes at least five bytes, so a false count fails here and
        // not in an allocation.
        if count == 0 || count > reader.rest().len() as u64 / 5 {
            return Err(BytesError::Truncated.into());
        }
        if u64::from(first) + count > u64::from(MAX_SEQ) {
            return Err(SegmentError::Limit);
        }
        let mut events: Vec<(Header, Box<[u8]>)> = Vec::with_capacity(count as usize);
        for _ in 0..count {
            let before = events.last().map(|(header, _)| header);
            let event = read_event(&mut reader, before, &devices, &device)?;
            events.push(event);
        }
        let signature = reader.array()?;
        reader.end()?;
        Ok(Segment {
            device,
            first,
            previous,
            events,
            signature,
        })
    }
}

fn read_devices(reader: &mut Reader<'_>) -> Result<Vec<DeviceId>, SegmentError> {
    let count = reader.varint()?;
    if count > reader.rest().len() as u64 / 32 {
        return Err(BytesError::Truncated.into());
    }
    (0..count).map(|_| Ok(DeviceId(reader.array()?))).collect()
}

fn read_event(
    reader: &mut Reader<'_>,
    before: Option<&Header>,
    devices: &[DeviceId],
    device: &DeviceId,
) -> Result<(Header, Box<[u8]>), SegmentError> {
    let step = reader.varint()?;
    let lamport = before.map_or(Some(step), |b| b.lamport.checked_add(step)?.checked_add(1));
    let lamport = lamport
        .filter(|l| *l < MAX_LAMPORT)
        .ok_or(SegmentError::Limit)?;
    let at = before
        .map_or(0, |b| b.at as i64)
        .checked_add(reader.signed()?);
    let at = at
        .filter(|at| (0..MAX_LAMPORT as i64).contains(at))
        .ok_or(SegmentError::Limit)? as u64;
    let kind = reader.varint32()?;
    let count = reader.varint()?;
    if count > MAX_DEPS as u64 {
        return Err(SegmentError::Limit);
    }
    let mut deps = Vec::with_capacity(count as usize);
    for _ in 0..count {
        let index = reader.varint()? as usize;
        let named = *devices.get(index).ok_or(BytesError::Range)?;
        let seq = reader.varint32()?;
        // A log's own past is implied; naming it, or the event before the
        // first, says nothing.
        if seq == 0 || seq >= MAX_SEQ || named == *device {
            return Err(SegmentError::Limit);
        }
        deps.push(EventId { device: named, seq });
    }
    let payload = reader.bytes()?;
    if payload.len() > MAX_PAYLOAD {
        return Err(SegmentError::Limit);
    }
    let header = Header {
        lamport,
        at,
        kind,
        deps: deps.into(),
    };
    Ok((header, payload.into()))
}
