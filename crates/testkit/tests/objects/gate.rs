//! What stands before a server: passes connections on, closes them, or says no.

use std::io::{BufRead, BufReader, Read, Write, copy};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Open,
    Closed,
    /// Answers everything with 403.
    Deny,
    /// Answers with 403 what would change something.
    ReadOnly,
}

pub(crate) struct Gate {
    pub(crate) port: u16,
    mode: Arc<Mutex<Mode>>,
}

impl Gate {
    pub(crate) fn new(behind: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let mode = Arc::new(Mutex::new(Mode::Open));
        let seen = Arc::clone(&mode);
        // It ends with the test.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mode = Arc::clone(&seen);
                thread::spawn(move || pass(stream, behind, &mode));
            }
        });
        Gate { port, mode }
    }

    pub(crate) fn set(&self, mode: Mode) {
        *self.mode.lock().unwrap() = mode;
    }
}

/// Each connection carries one request: the client makes a new one for each.
fn pass(client: TcpStream, behind: u16, mode: &Mutex<Mode>) -> Option<()> {
    let mode = *mode.lock().unwrap();
    if mode == Mode::Closed {
        return None;
    }
    let mut reader = BufReader::new(client.try_clone().ok()?);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let reads = first.starts_with("GET ") || first.starts_with("PROPFIND ");
    let mut client = client;
    if mode == Mode::Deny || mode == Mode::ReadOnly && !reads {
        client
            .write_all(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            .ok()?;
        // What it still sends is taken, so that it gets to read the answer.
        client.shutdown(Shutdown::Write).ok()?;
        let _ = reader.read_to_end(&mut Vec::new());
        return None;
    }
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, behind)).ok()?;
    server.write_all(first.as_bytes()).ok()?;
    let mut up = server.try_clone().ok()?;
    thread::spawn(move || {
        let _ = copy(&mut reader, &mut up);
        let _ = up.shutdown(Shutdown::Write);
    });
    let _ = copy(&mut server, &mut client);
    let _ = client.shutdown(Shutdown::Both);
    Some(())
}
