//! Simulated networks and conformance suites.
//!
//! [`world::World`] runs real [`postil_core::peer::Peer`]s and the real machines
//! against modelled relays, stores and clocks, all drawn from one
//! seed: the same seed gives the same history.

// This crate only runs in tests, where a wrong index is a failed test.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

pub mod clock;
pub mod conformance;
pub mod covers;
pub mod device;
pub mod document;
#[cfg(not(target_family = "wasm"))]
pub mod driver;
pub mod history;
pub mod hostile;
pub mod mailbox;
pub mod net;
pub mod prose;
pub mod random;
pub mod seeds;
#[cfg(not(target_family = "wasm"))]
pub mod servers;
pub mod world;
