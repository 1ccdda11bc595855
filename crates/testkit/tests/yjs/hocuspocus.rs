//! A Hocuspocus server, with its documents in a folder.

use postil_core::relay::{In, RecordId, Relay, Status, Trouble};
use postil_testkit::conformance::relay::{Subject, run};
use postil_testkit::driver::Driver;
use postil_testkit::servers::{self, Server};
use tempfile::TempDir;

use super::{beside, empty, machine, node};

struct Hocuspocus {
    folder: TempDir,
    port: u16,
    running: Option<Server>,
}

impl Hocuspocus {
    fn new() -> Self {
        let mut server = Hocuspocus {
            folder: TempDir::new().unwrap(),
            port: servers::free_port(),
            running: None,
        };
        server.start();
        server
    }

    fn start_with(&mut self, more: &[&str]) {
        self.stop();
        let mut command = node(beside("hocuspocus_server.mjs"));
        command
            .arg(self.port.to_string())
            .arg(self.folder.path())
            .args(more);
        self.running = Some(Server::start(&mut command, self.port));
    }

    fn connect_with(&self, token: &str, mailbox: &str) -> Box<dyn Relay> {
        let url = format!("ws+hocuspocus://{token}@127.0.0.1:{}/", self.port);
        machine(&url, mailbox, None)
    }
}

impl Subject for Hocuspocus {
    fn connect(&self, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
        let url = format!("ws+hocuspocus://127.0.0.1:{}/?token=may%20write", self.port);
        machine(&url, mailbox, cursor)
    }

    fn stop(&mut self) {
        if let Some(server) = self.running.take() {
            // It writes what it has when it is asked to end.
            server.end();
        }
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
    run(|| Box::new(Hocuspocus::new()));
}

#[test]
fn a_token_says_what_one_may_do() {
    const MAILBOX: &str = "token-00000000000000000000";
    let server = Hocuspocus::new();
    let mut writer = Driver::new(server.connect(MAILBOX, None)).online();
    writer.publish([b"a".to_vec()]);

    let mut reader = Driver::new(server.connect_with("may%20read", MAILBOX)).online();
    assert!(reader.seen.has(b"a"));
    reader.tell(In::Publish(b"b".to_vec()));
    let rejected = (RecordId::of(b"b"), Trouble::Denied);
    reader.until("the rejection", |seen| seen.rejected == [rejected]);
    writer.publish([b"c".to_vec()]);
    reader.until("the other's", |seen| seen.has(b"c"));
    let again = Driver::new(server.connect(MAILBOX, None)).online();
    assert_eq!(again.seen.records.len(), 2, "nothing of who may only read");

    for token in ["wrong", "", "may%20write%20"] {
        let mut nobody = Driver::new(server.connect_with(token, MAILBOX));
        nobody.tell(In::Online);
        let why = Trouble::Denied;
        let refused = Status::Refused { why };
        nobody.until("the refusal", |seen| seen.status == Some(refused));
        assert_eq!(nobody.seen.records.len(), 0);
    }
}
