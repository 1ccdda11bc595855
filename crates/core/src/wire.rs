//! The bytes that leave a device: [`segment`]s of logs, packed into
//! [`record`]s for relays. `docs/protocol.md` gives every byte.

pub mod bytes;
pub mod record;
pub mod segment;
