//! A WebSocket on a thread of its own, until it is dropped.

use std::net::TcpStream;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;
use std::time::Duration;

use postil_core::relay::In;
use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderValue;
use tungstenite::protocol::CloseFrame;
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Error, Message, WebSocket, connect};

/// How long the thread listens before it looks whether there is something to
/// send.
const TURN: Duration = Duration::from_millis(5);
/// The close code of a connection that ended without one.
const NONE: u16 = 1006;

pub(super) struct Socket(Sender<Message>);

impl Socket {
    pub(super) fn open(
        url: String,
        protocols: Vec<String>,
        event: impl Fn(In) + Send + 'static,
    ) -> Self {
        let (sender, outgoing) = channel();
        thread::spawn(move || {
            let code = run(&url, &protocols, &outgoing, &event).unwrap_or(NONE);
            event(In::SocketClosed { code });
        });
        Socket(sender)
    }

    pub(super) fn send(&self, message: Message) {
        // The connection may be gone, and that is reported.
        let _ = self.0.send(message);
    }
}

fn run(
    url: &str,
    protocols: &[String],
    outgoing: &Receiver<Message>,
    event: &impl Fn(In),
) -> Result<u16, Error> {
    let mut request = url.into_client_request()?;
    if !protocols.is_empty() {
        let offer = HeaderValue::from_str(&protocols.join(", "));
        let offer = offer.map_err(|error| Error::HttpFormat(error.into()))?;
        request
            .headers_mut()
            .insert("Sec-WebSocket-Protocol", offer);
    }
    let (mut socket, _) = connect(request)?;
    if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
        stream.set_read_timeout(Some(TURN))?;
    }
    event(In::SocketOpened);
    loop {
        if !send(&mut socket, outgoing)? {
            return Ok(NONE);
        }
        match socket.read() {
            Ok(Message::Binary(bytes)) => event(In::SocketBytes(bytes.to_vec())),
            Ok(Message::Text(text)) => event(In::SocketText(text.to_string())),
            Ok(Message::Close(frame)) => return Ok(frame.map_or(NONE, code)),
            Ok(_) => {}
            Err(Error::Io(error))
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                ) => {}
            Err(error) => return Err(error),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed over by value")]
fn code(frame: CloseFrame) -> u16 {
    frame.code.into()
}

/// Sends what waits. Says whether there may be more.
fn send(
    socket: &mut WebSocket<MaybeTlsStream<TcpStream>>,
    outgoing: &Receiver<Message>,
) -> Result<bool, Error> {
    loop {
        match outgoing.try_recv() {
            Ok(message) => socket.send(message)?,
            Err(TryRecvError::Empty) => return Ok(true),
            Err(TryRecvError::Disconnected) => return Ok(false),
        }
    }
}
