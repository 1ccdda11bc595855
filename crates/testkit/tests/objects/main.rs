//! The machine of objects over HTTP against real servers of files and objects.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "everything here is a test or helps one"
)]

mod gate;
mod real;

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use postil_core::relay::{In, Opening, Relay, Status, Trouble, open};
use postil_testkit::conformance::relay::{Subject, run};
use postil_testkit::driver::Driver;
use postil_testkit::servers;

use self::gate::{Gate, Mode};
use self::real::{Real, dav, moto, nginx};

/// A server behind a gate that can be closed, at one address all the time.
struct Objects {
    gate: Gate,
    real: Real,
}

impl Objects {
    fn new(start: fn() -> Real) -> Self {
        let real = start();
        Objects {
            gate: Gate::new(real.port),
            real,
        }
    }
}

fn machine(url: &str, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
    open(Opening {
        url,
        mailbox,
        cursor,
        seed: 1,
    })
    .unwrap()
}

impl Subject for Objects {
    fn connect(&self, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
        machine(&self.real.url(self.gate.port), mailbox, cursor)
    }

    fn stop(&mut self) {
        self.gate.set(Mode::Closed);
    }

    fn start(&mut self) {
        self.gate.set(Mode::Open);
    }

    fn wipe(&mut self) {
        self.real.wipe();
        self.gate.set(Mode::Open);
    }

    fn deny(&mut self) {
        self.gate.set(Mode::Deny);
    }
}

#[test]
fn wsgidav_conforms() {
    run(|| Box::new(Objects::new(dav)));
}

#[test]
fn nginx_conforms() {
    run(|| Box::new(Objects::new(nginx)));
}

#[test]
fn moto_conforms() {
    run(|| Box::new(Objects::new(moto)));
}

const ROOM: &str = "aaaaaaaaaaaaaaaaaaaaaa";

/// A folder as somebody puts it on a web server.
fn folder(root: &Path, records: &[&[u8]]) {
    let own = root.join(ROOM);
    std::fs::create_dir_all(&own).unwrap();
    let mut manifest = String::new();
    for record in records {
        let id = postil_core::relay::RecordId::of(record);
        let name = postil_core::id::base64url(&id.0);
        std::fs::write(own.join(&name), record).unwrap();
        manifest.push_str(&name);
        manifest.push('\n');
    }
    std::fs::write(own.join("manifest"), manifest).unwrap();
}

#[test]
fn a_folder_of_files_is_read() {
    let root = tempfile::tempdir().unwrap();
    folder(root.path(), &[b"one", b"two"]);
    let port = servers::free_port();
    let mut command = Command::new("python3");
    command.args([
        "-m",
        "http.server",
        "--bind",
        "127.0.0.1",
        &port.to_string(),
    ]);
    let _server = servers::Server::start(command.current_dir(root.path()), port);
    let url = format!("http+folder://127.0.0.1:{port}/");
    let mut reader = Driver::new(machine(&url, ROOM, None)).online();
    assert_eq!(reader.seen.records.len(), 2);
    assert!(reader.seen.has(b"one") && reader.seen.has(b"two"));
    reader.tell(In::Publish(b"three".to_vec()));
    reader.until("the refusal", |seen| {
        seen.rejected
            .iter()
            .any(|(_, why)| *why == Trouble::NotTaken(405))
    });
    // A file that is not what its name says is not taken, and nothing that is
    // not there stops the rest.
    let name = postil_core::id::base64url(&postil_core::relay::RecordId::of(b"two").0);
    std::fs::write(root.path().join(ROOM).join(name), "another").unwrap();
    let again = Driver::new(machine(&url, ROOM, None)).online();
    assert_eq!(again.seen.records, [b"one"]);
    let cursor = reader.seen.cursor.clone();
    let later = Driver::new(machine(&url, ROOM, cursor.as_deref())).online();
    assert!(later.seen.records.is_empty() && later.seen.started_over == 0);
    let other = Driver::new(machine(&url, &"b".repeat(22), None)).online();
    assert!(other.seen.records.is_empty(), "a room without an archive");
}

#[test]
fn what_others_write_arrives_by_asking_again() {
    let objects = Objects::new(dav);
    let mut reader = Driver::new(objects.connect(ROOM, None)).online();
    let mut writer = Driver::new(objects.connect(ROOM, None)).online();
    writer.publish([b"news".to_vec()]);
    reader.until("the news", |seen| seen.has(b"news"));
}

#[test]
fn who_may_not_write_reads() {
    let objects = Objects::new(dav);
    let url = objects.real.url(objects.gate.port);
    let mut writer = Driver::new(machine(&url, ROOM, None)).online();
    writer.publish([b"one".to_vec()]);
    objects.gate.set(Mode::ReadOnly);
    let mut reader = Driver::new(machine(&url, ROOM, None)).online();
    assert!(reader.seen.has(b"one"));
    reader.tell(In::Publish(b"two".to_vec()));
    reader.until("the refusal", |seen| {
        seen.rejected.iter().any(|(_, why)| *why == Trouble::Denied)
    });
    assert_eq!(reader.seen.status, Some(Status::Online));
}

/// Python with the servers that are written in it.
fn python() -> &'static Path {
    static PYTHON: OnceLock<std::path::PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let packages = [
            "wsgidav==4.3.3",
            "cheroot==11.1.2",
            "moto[s3,server]==5.2.5",
        ];
        servers::python("objects", &packages)
    })
}
