//! `nostr-relay`, with its events in a folder.

use std::cell::RefCell;
use std::process::Command;
use std::rc::Rc;

use postil_core::relay::{In, Relay};
use postil_testkit::conformance::relay::{Subject, run};
use postil_testkit::driver::{Driver, machine};
use postil_testkit::servers::{self, Kept};

struct Nostr(Kept);

impl Nostr {
    fn new() -> Self {
        let mut nostr = Nostr(Kept::default());
        nostr.start();
        nostr
    }

    /// Starts it anew with more in its configuration.
    fn start_with(&mut self, more: &str) {
        self.stop();
        let config = format!(
            "storage:\n  sqlalchemy.url: sqlite+aiosqlite:///{}\n  \
             validators: [nostr_relay.validators.is_not_too_large, \
             nostr_relay.validators.is_signed, nostr_relay.validators.is_recent]\n\
             purple: {{ host: 127.0.0.1, port: {}, workers: 1, disable_compression: true }}\n\
             gunicorn: {{ bind: \"127.0.0.1:{}\", workers: 1 }}\n{more}\n",
            self.0.file("events.db").display(),
            self.0.port,
            self.0.port,
        );
        let path = self.0.write("nostr.yaml", &config);
        let python = servers::python("nostr-relay", servers::NOSTR);
        let mut command = Command::new(python.with_file_name("nostr-relay"));
        command.arg("-c").arg(path).arg("serve");
        command.current_dir(self.0.folder());
        self.0.run(&mut command);
    }
}

impl Drop for Nostr {
    fn drop(&mut self) {
        // Its worker goes on alone if only the server itself is killed.
        self.stop();
    }
}

impl Subject for Nostr {
    fn connect(&self, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
        let url = format!("ws+nostr://127.0.0.1:{}", self.0.port);
        machine(&url, mailbox, cursor)
    }

    fn stop(&mut self) {
        self.0.end();
    }

    fn start(&mut self) {
        self.start_with("");
    }

    fn wipe(&mut self) {
        self.stop();
        self.0.empty();
        self.start();
    }

    fn deny(&mut self) {
        self.start_with("authentication: { enabled: true, actions: { save: w, query: w } }");
    }
}

/// One server for all cases, because it takes longer to start than most of
/// them.
struct Shared(Rc<RefCell<Nostr>>);

impl Subject for Shared {
    fn connect(&self, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
        self.0.borrow().connect(mailbox, cursor)
    }

    fn stop(&mut self) {
        self.0.borrow_mut().stop();
    }

    fn start(&mut self) {
        self.0.borrow_mut().start();
    }

    fn wipe(&mut self) {
        self.0.borrow_mut().wipe();
    }

    fn deny(&mut self) {
        self.0.borrow_mut().deny();
    }
}

#[test]
fn conforms() {
    let server = Rc::new(RefCell::new(Nostr::new()));
    run(|| Box::new(Shared(Rc::clone(&server))));
}

#[test]
fn a_relay_that_comes_back_as_it_was_before_is_noticed() {
    const MAILBOX: &str = "brokers-00000000000000000000";
    let mut nostr = Nostr::new();
    let mut writer = Driver::new(nostr.connect(MAILBOX, None)).online();
    writer.publish([b"early".to_vec()]);
    writer.tell(In::GoOffline);
    nostr.stop();
    let database = nostr.0.file("events.db");
    let backup = std::fs::read(&database).unwrap();
    nostr.start();
    writer.tell(In::Online);
    // Several pieces, and a small record after them.
    writer.publish([vec![7; 20_000], b"late".to_vec()]);
    writer.tell(In::GoOffline);
    nostr.stop();
    for file in ["events.db-wal", "events.db-shm"] {
        // There is none when it ended in order.
        let _ = std::fs::remove_file(nostr.0.file(file));
    }
    std::fs::write(&database, backup).unwrap();
    nostr.start();
    let mut again = Driver::new(nostr.connect(MAILBOX, writer.seen.cursor.as_deref()));
    again.tell(In::Online);
    writer.tell(In::Online);
    for driver in [&mut writer, &mut again] {
        driver.until("noticing", |seen| seen.started_over == 1);
        driver.until("what is left", |seen| seen.has(b"early"));
    }
    writer.publish([vec![7; 20_000], b"late".to_vec()]);
    again.until("what was lost", |seen| {
        seen.has(&[7; 20_000]) && seen.has(b"late")
    });
}
