//! The machines for message brokers and Nostr against the real servers.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

mod mqtt;
mod nats;
mod nostr;

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use postil_core::relay::{Opening, Relay, open};

/// A machine for this address, as a session opens it.
fn machine(url: &str, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
    let seed = RandomState::new().build_hasher().finish();
    open(Opening {
        url,
        mailbox,
        cursor,
        seed,
    })
    .unwrap()
}
