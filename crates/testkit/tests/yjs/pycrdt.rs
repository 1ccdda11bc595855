//! A server of pycrdt-websocket, with its documents in a folder.

use std::process::Command;

use postil_core::relay::Relay;
use postil_testkit::conformance::relay::{Subject, run};
use postil_testkit::driver::machine;
use postil_testkit::servers::{self, Kept};

use super::beside;

const PACKAGES: &[&str] = &["pycrdt-websocket==0.16.5", "hypercorn==0.18.0"];

struct Pycrdt(Kept);

impl Pycrdt {
    fn new() -> Self {
        let mut server = Pycrdt(Kept::default());
        server.start();
        server
    }

    fn start_with(&mut self, more: &[&str]) {
        self.stop();
        let mut command = Command::new(servers::python("pycrdt", PACKAGES));
        command
            .arg(beside("pycrdt_server.py"))
            .arg(self.0.port.to_string())
            .arg(self.0.folder())
            .args(more);
        self.0.run(&mut command);
    }
}

impl Subject for Pycrdt {
    fn connect(&self, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
        let url = format!("ws+yjs://127.0.0.1:{}/rooms/", self.0.port);
        machine(&url, mailbox, cursor)
    }

    fn stop(&mut self) {
        self.0.kill();
    }

    fn start(&mut self) {
        self.start_with(&[]);
    }

    fn wipe(&mut self) {
        self.stop();
        self.0.empty();
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
