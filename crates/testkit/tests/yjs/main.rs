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

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::path::PathBuf;
use std::process::Command;

use postil_core::relay::{Opening, Relay, open};
use postil_testkit::servers;

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

/// A file beside this one.
fn beside(name: &str) -> PathBuf {
    servers::workspace()
        .join("crates/testkit/tests/yjs")
        .join(name)
}

/// Node with a program of its own.
fn node(program: PathBuf) -> Command {
    assert!(
        program.exists(),
        "run `npm ci` first: it brings {program:?}"
    );
    let mut command = Command::new("node");
    command.arg(program);
    command
}

fn empty(folder: &tempfile::TempDir) {
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => std::fs::remove_dir_all(path).unwrap(),
            false => std::fs::remove_file(path).unwrap(),
        }
    }
}
