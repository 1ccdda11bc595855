//! The mailbox machine of the clients against the real server.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use postil_core::relay::{Opening, Relay, open};
use postil_testkit::conformance::relay::{Subject, run};
use postil_testkit::driver::Driver;
use tempfile::TempDir;

use crate::support::{Server, anywhere, config};

/// A server with a data folder, at one address all the time.
struct Mailboxes {
    folder: TempDir,
    address: SocketAddr,
    server: Option<Server>,
    denier: Option<Denier>,
}

impl Mailboxes {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let server = Server::start(config(folder.path()));
        Mailboxes {
            folder,
            address: server.address,
            server: Some(server),
            denier: None,
        }
    }
}

impl Subject for Mailboxes {
    fn connect(&self, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
        let url = format!("http://{}/", self.address);
        let opening = Opening {
            url: &url,
            mailbox,
            cursor,
            seed: 1,
        };
        open(opening).unwrap()
    }

    fn stop(&mut self) {
        self.server = None;
        self.denier = None;
    }

    fn start(&mut self) {
        self.stop();
        let mut config = config(self.folder.path());
        config.listen = self.address;
        self.server = Some(Server::start(config));
    }

    fn wipe(&mut self) {
        self.stop();
        std::fs::remove_dir_all(self.folder.path()).unwrap();
        self.start();
    }

    fn deny(&mut self) {
        self.stop();
        self.denier = Some(Denier::start(self.address));
    }
}

/// Something in front of a relay that says no to everything.
pub(crate) struct Denier {
    address: SocketAddr,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Denier {
    pub(crate) fn start(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let over = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&over);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if seen.load(Ordering::SeqCst) {
                    return;
                }
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 4096]);
                let answer =
                    "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Denier {
            address,
            over,
            thread: Some(thread),
        }
    }
}

impl Drop for Denier {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        self.thread.take().unwrap().join().unwrap();
    }
}

#[test]
fn the_mailbox_relay_conforms() {
    run(|| Box::new(Mailboxes::new()));
}

#[test]
fn a_site_and_its_relay_may_be_below_a_path() {
    let url = format!("http://{}/nowhere", anywhere());
    let opening = |url| Opening {
        url,
        mailbox: "aaaaaaaaaaaaaaaaaaaaaa",
        cursor: None,
        seed: 1,
    };
    assert!(open(opening(&url)).is_ok());
    // Nothing lives below this path, and the machine says so.
    let relay = Mailboxes::new();
    let url = format!("http://{}/below", relay.address);
    let mut driver = Driver::new(open(opening(&url)).unwrap());
    driver.tell(postil_core::relay::In::Online);
    driver.until("the explanation", |seen| {
        use postil_core::relay::{Status, Trouble};
        let why = Trouble::NotARelay(404);
        matches!(seen.status, Some(Status::Offline { why: found, .. }) if found == why)
    });
}
