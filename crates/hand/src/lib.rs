//! Codes that go from hand to hand: a WebAssembly module that the first one loads
//! when somebody asks for one (`src/on_demand.rs` there). A script shows them
//! (`packages/element/hand.js`).
//!
//! - [`direct`]: codes for connections between two people.
//! - [`qr`]: codes for cameras.

pub mod direct;
pub mod qr;
