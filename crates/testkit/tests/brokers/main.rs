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
