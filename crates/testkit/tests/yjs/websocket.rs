//! The server of `@y/websocket-server`, with its documents in a folder.

use std::net::TcpListener;
use std::process::{ChildStdin, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use postil_core::relay::Relay;
use postil_testkit::conformance::relay::{Subject, run};
use postil_testkit::driver::{Driver, machine};
use postil_testkit::servers::{self, Kept, node};
use tungstenite::protocol::CloseFrame;

use super::beside;

/// How long somebody at the server may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The server of `@y/websocket-server` with its documents in a folder.
struct Server {
    kept: Kept,
    running: Option<(servers::Server, ChildStdin)>,
    denier: Option<Denier>,
}

impl Server {
    fn new() -> Self {
        let mut server = Server {
            kept: Kept::default(),
            running: None,
            denier: None,
        };
        server.start();
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Subject for Server {
    fn connect(&self, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
        let url = format!("ws+yjs://127.0.0.1:{}/rooms/", self.kept.port);
        machine(&url, mailbox, cursor)
    }

    fn stop(&mut self) {
        self.denier = None;
        if let Some((server, input)) = self.running.take() {
            drop(input);
            let status = server.ended();
            assert!(status.success(), "the server did not end in order");
        }
    }

    fn start(&mut self) {
        self.stop();
        let program = "node_modules/@y/websocket-server/src/server.js";
        let mut command = Command::new("node");
        command
            .arg("--import")
            .arg(beside("orderly.mjs"))
            .arg(servers::workspace().join(program))
            .env("HOST", "127.0.0.1")
            .env("PORT", self.kept.port.to_string())
            .env("YPERSISTENCE", self.kept.folder());
        let running = servers::Server::start_with_input(&mut command, self.kept.port);
        self.running = Some(running);
    }

    fn wipe(&mut self) {
        self.stop();
        self.kept.empty();
        self.start();
    }

    fn deny(&mut self) {
        self.stop();
        self.denier = Some(Denier::start(self.kept.port));
    }
}

/// Something at the server's address that says no to everyone.
struct Denier {
    port: u16,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Denier {
    fn start(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let over = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&over);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if seen.load(Ordering::SeqCst) {
                    return;
                }
                let stream = stream.unwrap();
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                let mut socket = tungstenite::accept(stream).unwrap();
                let reason = CloseFrame {
                    code: 4403.into(),
                    reason: "no".into(),
                };
                let _ = socket.close(Some(reason));
                while socket.read().is_ok() {}
            }
        });
        Denier {
            port,
            over,
            thread: Some(thread),
        }
    }
}

impl Drop for Denier {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let _ = std::net::TcpStream::connect(("127.0.0.1", self.port));
        self.thread.take().unwrap().join().unwrap();
    }
}

#[test]
fn conforms() {
    run(|| Box::new(Server::new()));
}

#[test]
fn a_client_of_yjs_reads_the_records_and_its_own_documents_are_untouched() {
    const MAILBOX: &str = "native-0000000000000000000";
    let server = Server::new();
    let mut writer = Driver::new(server.connect(MAILBOX, None)).online();
    let records: Vec<Vec<u8>> = (1..=20u8).map(|n| vec![n; usize::from(n) * 40]).collect();
    writer.publish(records.clone());
    let mut client = node(&beside("client.mjs"));
    client
        .arg(format!("ws://127.0.0.1:{}", server.kept.port))
        .arg(MAILBOX);
    let output = servers::output(&mut client, PATIENCE).unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{complaints}");
    let mut lines = told.lines();
    assert_eq!(
        lines.next(),
        Some("own document: Untouched, typed by hand.")
    );
    let mut seen: Vec<&str> = lines.collect();
    seen.sort_unstable();
    let mut expected: Vec<String> = records.iter().map(|it| line_of(it)).collect();
    expected.sort_unstable();
    assert_eq!(seen, expected);
    // What the client put beside them does no harm, and what it deleted is missed.
    writer.until("noticing", |seen| seen.started_over > 0);
    writer.publish([records[0].clone()]);
    let reader = Driver::new(server.connect(MAILBOX, None)).online();
    assert!(records.iter().all(|it| reader.seen.has(it)));
}

/// A record as the client prints it: name, length and first byte.
fn line_of(record: &[u8]) -> String {
    let id = postil_core::relay::RecordId::of(record);
    let name = postil_core::id::base64url(&id.0);
    format!("{name} {} {}", record.len(), record[0])
}
