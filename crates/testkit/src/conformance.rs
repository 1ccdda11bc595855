//! What every implementation of a contract must pass, as functions that panic
//! with what went wrong.

#[cfg(not(target_family = "wasm"))]
pub mod live;
#[cfg(not(target_family = "wasm"))]
pub mod relay;
pub mod store;
