//! A server of pycrdt-websocket, with its documents in a folder.

use std::process::Command;

use postil_core::relay::Relay;
use postil_testkit::conformance::relay::{Subject, run};
use postil_testkit::servers::{self, Server};
use tempfile::TempDir;

use super::{beside, empty, machine};

const PACKAGES: &[&str] = &["pycrdt-websocket==0.16.5", "hypercorn==0.18.0"];

struct Pycrdt {
    folder: TempDir,
    port: u16,
    running: Option<Server>,
}

impl Pycrdt {
    fn new() -> Self {
        let mut server = Pycrdt {
            folder: TempDir::new().unwrap(),
            port: servers::free_port(),
            running: None,
        };
        server.start();
        server
    }

    fn start_with(&mut self, more: &[&str]) {
        self.stop();
        let mut command = Command::new(servers::python("pycrdt", PACKAGES));
        command
            .arg(beside("pycrdt_server.py"))
            .arg(self.port.to_string())
            .arg(self.folder.path())
            .args(more);
        self.running = Some(Server::start(&mut command, self.port));
    }
}

impl Subject for Pycrdt {
    fn connect(&self, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
        machine(
            &format!("ws+yjs://127.0.0.1:{}/rooms/", self.port),
            mailbox,
            cursor,
        )
    }

    fn stop(&mut self) {
        self.running = None;
    }

    fn start(&mut self) {
        self.start_with(&[]);
    }

    fn wipe(&mut self) {
        self.stop();
        empty(&self.folder);
        self.start();
    }

    fn deny(&mut self) {
        self.start_with(&["deny"]);
    }
}

#[test]
fn conforms() {
    run(|| Box::new(Pycrdt::new()));
}
