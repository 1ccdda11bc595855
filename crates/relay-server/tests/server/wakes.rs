//! Wake-up streams as they are on the wire, and what is left of them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::support::{ROOM, Server, anywhere, append, connect, get, in_memory};

/// Sends a request and reads until what has come ends so.
fn ask(stream: &mut TcpStream, request: &str, end: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    read(stream, end)
}

/// Reads until what has come ends so, or the connection does.
fn read(stream: &mut TcpStream, end: &str) -> String {
    let (mut come, mut byte) = (Vec::new(), [0]);
    while !come.ends_with(end.as_bytes()) || end.is_empty() {
        if stream.read(&mut byte).unwrap() == 0 {
            break;
        }
        come.extend(byte);
    }
    String::from_utf8(come).unwrap()
}

/// The value of a gauge.
fn gauge(metrics: SocketAddr, name: &str) -> Option<String> {
    let page = get(metrics, "/metrics");
    let line = page.text().lines().find(|line| line.starts_with(name))?;
    Some(line.split(' ').nth(1)?.to_owned())
}

#[test]
fn events_come_in_the_form_that_the_client_reads() {
    fn check(version: &str, events: [&str; 3], end: &str) {
        let mut server = Server::start(in_memory());
        let mut stream = connect(server.address);
        // A connection may have had other uses before.
        let path = format!("/m/{ROOM}");
        let head = ask(
            &mut stream,
            &format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n"),
            "\r\n\r\n",
        );
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let length = head.split("content-length: ").nth(1).unwrap();
        let length = length.split('\r').next().unwrap().parse().unwrap();
        stream.read_exact(&mut vec![0; length]).unwrap();
        let wake = format!("{path}/wake HTTP/{version}\r\nhost: x\r\n\r\n");
        if version == "1.1" {
            let head = ask(&mut stream, &format!("HEAD {wake}"), "\r\n\r\n");
            assert!(head.contains("text/event-stream"), "{head}");
        }
        let head = ask(&mut stream, &format!("GET {wake}"), "\r\n\r\n");
        assert!(head.contains("text/event-stream"), "{head}");
        assert_eq!(read(&mut stream, events[0]), events[0]);
        append(server.address, ROOM, &[b"one"]);
        assert_eq!(read(&mut stream, events[1]), events[1]);
        append(server.address, ROOM, &[b"two"]);
        append(server.address, ROOM, &[b"three"]);
        assert!(read(&mut stream, events[2]).ends_with(events[2]));
        server.begin_stop();
        assert_eq!(read(&mut stream, ""), end);
    }
    let event = ["data: 0\n\n", "data: 1\n\n", "data: 3\n\n"];
    check("1.0", event, "");
    let chunks = [
        "9\r\ndata: 0\n\n\r\n",
        "9\r\ndata: 1\n\n\r\n",
        "9\r\ndata: 3\n\n\r\n",
    ];
    check("1.1", chunks, "0\r\n\r\n");
}

#[test]
fn who_has_gone_costs_nothing() {
    let config = postil_relay_server::Config {
        metrics: Some(anywhere()),
        ..in_memory()
    };
    let server = Server::start(config);
    let metrics = server.metrics.unwrap();
    let streams: Vec<_> = (0..20)
        .map(|_| {
            let mut stream = connect(server.address);
            let request = format!("GET /m/{ROOM}/wake HTTP/1.1\r\nhost: x\r\n\r\n");
            ask(&mut stream, &request, "data: 0\n\n\r\n");
            stream
        })
        .collect();
    assert_eq!(gauge(metrics, "postil_wake_streams").as_deref(), Some("20"));
    assert_eq!(gauge(metrics, "postil_connections").as_deref(), Some("20"));
    for mut stream in streams {
        // Who says something while it is waiting is sent away as well.
        let _ = stream.write_all(b"x");
    }
    let end = Instant::now() + Duration::from_secs(30);
    for name in ["postil_wake_streams", "postil_connections"] {
        while gauge(metrics, name).as_deref() != Some("0") {
            assert!(Instant::now() < end, "{name}: {:?}", gauge(metrics, name));
        }
    }
}
