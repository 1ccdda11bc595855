//! Events: the small immutable facts a discussion is made of.
//!
//! A header says where the event stands (device, sequence, Lamport time,
//! dependencies); a payload says what happened. [`KINDS`] is the registry:
//! a new kind of event is one file and one line here. Kinds that this version
//! does not know are kept and carried, and have no effect.

pub mod base;
pub mod close;
pub mod comment;
pub mod device;
pub mod edit;
pub mod origin;
pub mod payload;
pub mod profile;
pub mod react;
pub mod redact;
pub mod relink;
pub mod revise;
pub mod seen;
pub mod status;
pub mod thread;

use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::id::{DeviceId, EventId, Millis, RoomId, hash};
use crate::projection::{Issued, Projection};
use crate::wire::segment::SignatureBytes;
use payload::Payload;

/// Most bytes a payload may have.
pub const MAX_PAYLOAD: usize = 64 * 1024;
/// Most UTF-8 bytes a comment body may have.
pub const MAX_BODY: usize = 16 * 1024;
/// Most dependencies an event may name.
pub const MAX_DEPS: usize = 8;
/// Lamport times stay below this, so that they are exact in every number type.
pub const MAX_LAMPORT: u64 = 1 << 53;

/// One kind of event.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// The number on the wire.
    pub code: u32,
    /// The name in documents and messages.
    pub name: &'static str,
    /// The payload's fields that name events. Those have to be here first,
    /// like dependencies.
    pub targets: &'static [u64],
    /// Checks a payload and folds it into the projection. An error voids the
    /// event: it stays in its log and has no effect, on every replica alike.
    pub fold: fn(&Payload<'_>, &Issued<'_>, &mut Projection) -> Result<(), EventError>,
}

/// Every kind this version understands.
pub const KINDS: &[Kind] = &[
    thread::KIND,
    comment::KIND,
    revise::KIND,
    redact::KIND,
    react::KIND,
    status::KIND,
    base::KIND,
    edit::KIND,
    profile::KIND,
    device::KIND,
    seen::KIND,
    relink::KIND,
    close::KIND,
];

/// Why an event has no effect.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EventError {
    /// The payload is not a CBOR map with the fields its kind needs.
    #[error("the event's contents are damaged")]
    Malformed,
    /// A field is larger than its limit.
    #[error("{0} is longer than allowed")]
    TooLong(&'static str),
    /// The event speaks of something that is not there, or does not count.
    #[error("the event speaks of {0} that is not there")]
    Unknown(&'static str),
    /// A text update that would not have come from an honest editor.
    #[error("the text change was refused: {0}")]
    Text(String),
}

/// Where an event stands in its log and in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// One more than the greatest Lamport time among the event before it in
    /// the same log and its dependencies.
    pub lamport: u64,
    /// When it happened, as the device claims.
    pub at: Millis,
    /// The kind's number, see [`KINDS`].
    pub kind: u32,
    /// Heads of other logs that the device had applied, at most [`MAX_DEPS`].
    pub deps: Box<[EventId]>,
}

/// A hash in a log's chain.
pub type ChainHash = [u8; 32];

/// The hash before the first event of a log.
pub fn chain_start(room: &RoomId, device: &DeviceId) -> ChainHash {
    hash(b"postil/1/log\0", &[&room.0, &device.0])
}

/// The hash after one more event:
/// `SHA-256(previous ‖ seq ‖ lamport ‖ at ‖ kind ‖ number of deps ‖ deps ‖ SHA-256(payload))`,
/// integers big-endian (`u32`, `u64`, `u64`, `u32`, `u8`), a dependency as its
/// device key and its sequence number (`u32`). The payload enters by its hash,
/// so that a chain can be checked without it.
pub fn chain_next(previous: &ChainHash, seq: u32, header: &Header, payload: &[u8]) -> ChainHash {
    let mut sha = Sha256::new();
    sha.update(previous);
    sha.update(seq.to_be_bytes());
    sha.update(header.lamport.to_be_bytes());
    sha.update(header.at.to_be_bytes());
    sha.update(header.kind.to_be_bytes());
    sha.update([header.deps.len() as u8]);
    for dep in &header.deps {
        sha.update(dep.device.0);
        sha.update(dep.seq.to_be_bytes());
    }
    sha.update(Sha256::digest(payload));
    sha.finalize().into()
}

/// The message that a segment's signature covers. The room is in it so that a
/// segment from the middle of a log can not be replayed into another room.
pub fn signed_message(room: &RoomId, last: &ChainHash) -> Vec<u8> {
    [b"postil/1/segment\0".as_slice(), &room.0, last].concat()
}

/// Whether a device signed a message, by the strict rules.
pub fn is_signed(device: &DeviceId, message: &[u8], signature: &SignatureBytes) -> bool {
    let key = VerifyingKey::from_bytes(&device.0);
    key.and_then(|key| key.verify_strict(message, &Signature::from_bytes(signature)))
        .is_ok()
}
