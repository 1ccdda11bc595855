//! Wake-ups, stopping, and clients that stall.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::{
    Program, ROOM, Server, answer, append, config, connect, contents, framed, get, in_memory,
};

/// A wake-up stream.
struct Wake(BufReader<TcpStream>);

impl Wake {
    fn open(address: SocketAddr, mailbox: &str) -> Self {
        let mut stream = connect(address);
        write!(stream, "GET /m/{mailbox}/wake HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            reader.read_line(&mut head).unwrap();
        }
        assert!(head.contains("content-type: text/event-stream"), "{head}");
        assert!(head.contains("access-control-allow-origin: *"), "{head}");
        Wake(reader)
    }

    /// The number in the next event; `None` at the end of the stream.
    fn next(&mut self) -> Option<u64> {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            if let Some(data) = line.strip_prefix("data: ") {
                return Some(data.trim().parse().unwrap());
            }
        }
    }
}

#[test]
fn everyone_who_waits_is_woken() {
    let server = Server::start(in_memory());
    append(server.address, ROOM, &[b"before"]);
    let mut waiting: Vec<_> = (0..20).map(|_| Wake::open(server.address, ROOM)).collect();
    let mut elsewhere = Wake::open(server.address, &"b".repeat(22));
    for wake in &mut waiting {
        assert_eq!(wake.next(), Some(1), "at once");
    }
    assert_eq!(elsewhere.next(), Some(0));
    let start = Instant::now();
    append(server.address, ROOM, &[b"one", b"two"]);
    for wake in &mut waiting {
        assert_eq!(wake.next(), Some(3));
    }
    let took = start.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    append(server.address, &"b".repeat(22), &[b"x"]);
    assert_eq!(elsewhere.next(), Some(1), "only about its own mailbox");
}

#[test]
fn stopping_ends_streams_and_finishes_requests() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(config(folder.path()));
    let mut wake = Wake::open(server.address, ROOM);
    assert_eq!(wake.next(), Some(0));
    // An append of which half has arrived when the server is told to stop.
    let body = framed(&[b"in the middle"]);
    let mut half = connect(server.address);
    let length = body.len();
    write!(
        half,
        "POST /m/{ROOM} HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n"
    )
    .unwrap();
    half.write_all(&body[..5]).unwrap();
    // A request on another connection shows that the half one was taken up.
    append(server.address, ROOM, &[b"before"]);
    assert_eq!(wake.next(), Some(1));
    server.begin_stop();
    assert_eq!(wake.next(), None);
    half.write_all(&body[5..]).unwrap();
    let answered = answer(half).unwrap();
    assert_eq!(answered.status, 200);
    let address = server.address;
    drop(server);
    assert!(TcpStream::connect(address).is_err());
    let server = Server::start(config(folder.path()));
    assert_eq!(contents(server.address, ROOM).len(), 2);
}

#[test]
fn stopping_does_not_wait_for_who_stalls() {
    let mut server = Server::start(in_memory());
    let mut stalled = connect(server.address);
    write!(
        stalled,
        "POST /m/{ROOM} HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n"
    )
    .unwrap();
    append(server.address, ROOM, &[b"taken up by now"]);
    let start = Instant::now();
    server.begin_stop();
    drop(server);
    assert!(start.elapsed() < Duration::from_secs(20));
    assert!(answer(stalled).is_none());
}

#[test]
#[cfg(target_os = "linux")]
fn slow_readers_hold_no_memory() {
    let folder = TempDir::new().unwrap();
    let program = Program::on(folder.path());
    for n in 0..16u8 {
        let large = vec![n; 250_000];
        assert_eq!(append(program.address, ROOM, &[&large]), 200);
    }
    assert_eq!(contents(program.address, ROOM).len(), 16);
    let resident = || {
        let status = format!("/proc/{}/status", program.child.id());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<usize>()
            .unwrap()
            / 1_024
    };
    let before = resident();
    // Each asks for thirty pages of 1 MiB and takes only the first bytes.
    let stalled: Vec<_> = (0..60)
        .map(|_| {
            let mut stream = connect(program.address);
            let request = format!("GET /m/{ROOM} HTTP/1.1\r\nhost: x\r\n\r\n").repeat(30);
            stream.write_all(request.as_bytes()).unwrap();
            let mut first = [0; 100];
            stream.read_exact(&mut first).unwrap();
            stream
        })
        .collect();
    assert_eq!(append(program.address, ROOM, &[b"others go on"]), 200);
    assert_eq!(get(program.address, "/health").status, 200);
    let grown = resident().saturating_sub(before);
    assert!(grown < 60, "{grown} MiB for {} slow readers", stalled.len());
}

#[test]
fn many_writers_at_once_are_all_kept() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(config(folder.path()));
    let address = server.address;
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            std::thread::spawn(move || {
                for n in 0..25 {
                    let record = format!("{writer} {n}").into_bytes();
                    assert_eq!(append(address, ROOM, &[&record]), 200);
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    let mut found = contents(address, ROOM);
    assert_eq!(found.len(), 400);
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 400);
}
