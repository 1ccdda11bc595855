//! A Hocuspocus server, with its documents in a folder.

use postil_core::relay::{In, RecordId, Relay, Status, Trouble};
use postil_testkit::conformance::relay::{Subject, run};
use postil_testkit::driver::{Driver, machine};
use postil_testkit::servers::{Kept, node};

use super::beside;

struct Hocuspocus(Kept);

impl Hocuspocus {
    fn new() -> Self {
        let mut server = Hocuspocus(Kept::default());
        server.start();
        server
    }

    fn start_with(&mut self, more: &[&str]) {
        self.stop();
        let mut command = node(&beside("hocuspocus_server.mjs"));
        command
            .arg(self.0.port.to_string())
            .arg(self.0.folder())
            .args(more);
        self.0.run(&mut command);
    }

    fn connect_with(&self, token: &str, mailbox: &str) -> Box<dyn Relay> {
        let url = format!("ws+hocuspocus://{token}@127.0.0.1:{}/", self.0.port);
        machine(&url, mailbox, None)
    }
}

impl Subject for Hocuspocus {
    fn connect(&self, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
        let url = format!(
            "ws+hocuspocus://127.0.0.1:{}/?token=may%20write",
            self.0.port
        );
        machine(&url, mailbox, cursor)
    }

    fn stop(&mut self) {
        // It writes what it has when it is asked to end.
        self.0.end();
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
