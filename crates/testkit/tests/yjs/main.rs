//! The machines for servers of the y-websocket family against the real servers,
//! and a client of Yjs itself beside them. `npm ci` brings those for Node.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

mod hocuspocus;
mod pycrdt;
mod websocket;

use std::path::PathBuf;

use postil_testkit::servers;

/// A file beside this one.
fn beside(name: &str) -> PathBuf {
    servers::workspace()
        .join("crates/testkit/tests/yjs")
        .join(name)
}
