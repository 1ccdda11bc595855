//! The bytes that leave a device: [`segment`]s of logs, packed into
//! [`record`]s for relays, and those into a [`bundle`] to be carried by hand.
//! `docs/protocol.md` gives every byte.

pub mod bundle;
pub mod bytes;
pub(crate) mod cbor;
pub mod record;
pub mod segment;
