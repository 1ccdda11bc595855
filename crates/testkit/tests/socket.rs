//! The driver's sockets, against a server that sends back what it gets.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::result_large_err,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use std::net::TcpListener;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use postil_core::relay::{Ack, Caps, In, Out, Relay, Status, Stores};
use postil_testkit::driver::Driver;
use tungstenite::handshake::server::{Request, Response};

/// Says what happens to its socket, and is caught up when it is closed.
struct Machine {
    url: String,
    heard: Sender<In>,
}

impl Relay for Machine {
    fn caps(&self) -> Caps {
        Caps {
            stores: Stores::No,
            live: true,
            removes: false,
            max_record: 0,
            ack: Ack::Sent,
        }
    }

    fn step(&mut self, input: In, _: u64, out: &mut Vec<Out>) {
        self.heard.send(input.clone()).unwrap();
        match input {
            In::Online => out.push(Out::OpenSocket {
                url: self.url.clone(),
                protocols: vec!["mqtt".into()],
            }),
            In::SocketOpened => {
                out.push(Out::Status(Status::Online));
                out.push(Out::SendBytes(vec![0, 255]));
                out.push(Out::SendText("text, too".into()));
            }
            In::SocketClosed { .. } => out.push(Out::CaughtUp),
            _ => {}
        }
    }
}

/// A server for one connection that speaks `mqtt`: sends back two messages, then
/// closes.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let agree = |request: &Request, mut response: Response| {
            let offered = request.headers()["Sec-WebSocket-Protocol"].clone();
            assert_eq!(offered, "mqtt");
            let headers = response.headers_mut();
            headers.insert("Sec-WebSocket-Protocol", offered);
            Ok(response)
        };
        let mut socket = tungstenite::accept_hdr(stream, agree).unwrap();
        for _ in 0..2 {
            let message = socket.read().unwrap();
            socket.send(message).unwrap();
        }
        let frame = tungstenite::protocol::CloseFrame {
            code: 4403.into(),
            reason: "".into(),
        };
        socket.close(Some(frame)).unwrap();
        while socket.read().is_ok() {}
    });
    url
}

fn hear(url: String) -> Receiver<In> {
    let (heard, hearing) = channel();
    Driver::new(Box::new(Machine { url, heard })).online();
    hearing
}

#[test]
fn bytes_and_text_go_both_ways() {
    let heard: Vec<In> = hear(serve()).into_iter().collect();
    let expected = [
        In::Online,
        In::SocketOpened,
        In::SocketBytes(vec![0, 255]),
        In::SocketText("text, too".into()),
        In::SocketClosed { code: 4403 },
    ];
    assert_eq!(heard, expected);
}

#[test]
fn a_server_that_is_not_there_is_a_closed_socket() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let heard: Vec<In> = hear(format!("ws://{}/", free.unwrap()))
        .into_iter()
        .collect();
    assert_eq!(heard, [In::Online, In::SocketClosed { code: 1006 }]);
}
