//! Everything that needs a real browser, in one binary: `cargo xtask test wasm`.
#![cfg(target_arch = "wasm32")]
// Clippy knows its own `#[test]` only; these are tests all the same.
#![allow(
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod document;
mod identity;
mod page;
mod reading;
mod room;
mod store;
mod view;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
