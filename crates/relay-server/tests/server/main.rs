//! The relay server over real sockets and real files.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "everything here is a test or helps one"
)]

mod backup;
mod cluster;
mod conformance;
mod covers;
mod data;
mod example;
mod kill;
mod limits;
mod live;
mod nats;
mod operations;
mod scaleout;
mod site;
mod support;
mod wakes;
