//! A client of any relay: one of Postil's own machines and what it asks for, on
//! tokio, so that thousands of them fit into one process.

use std::time::{Duration, Instant, UNIX_EPOCH};

use futures_util::{SinkExt, StreamExt};
use postil_core::relay::{In, Opening, Out, RecordId, Relay, open};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::{AbortHandle, spawn_local};
use tokio_tungstenite::tungstenite::Message;

use crate::Failure;
use crate::http::{self, Connection};

/// How long a condition may take to come true before the measure fails.
const PATIENCE: Duration = Duration::from_secs(60);
/// The close code of a connection that ended without one.
const NONE: u16 = 1006;

/// What comes back from a task: for a stream or a socket, with its number.
enum News {
    /// An answer, and the connection that the next request can use.
    Answer(In, Option<Connection>),
    Stream(u64, In),
    Socket(u64, In),
}

/// Something open, until it is dropped.
struct Task(u64, AbortHandle);

impl Drop for Task {
    fn drop(&mut self) {
        self.1.abort();
    }
}

/// A client of one relay in one room.
pub(crate) struct Client {
    machine: Box<dyn Relay>,
    /// For messages.
    place: String,
    started: Instant,
    began: u64,
    alarm: Option<u64>,
    sender: UnboundedSender<News>,
    news: UnboundedReceiver<News>,
    stream: Option<Task>,
    socket: Option<(Task, UnboundedSender<Message>)>,
    /// Connections that no request uses.
    idle: Vec<Connection>,
    opened: u64,
    /// How many records were acknowledged.
    pub(crate) acked: usize,
    /// Records that arrived and have not been looked at.
    pub(crate) arrived: Vec<Vec<u8>>,
    /// How often the end was reached.
    pub(crate) caught_up: usize,
    /// Bytes that are looked for in what comes, and whether they came.
    pub(crate) needle: Option<Vec<u8>>,
    pub(crate) found: bool,
}

impl Client {
    /// A client that is told nothing yet.
    pub(crate) fn new(url: &str, room: &str, seed: u64) -> Result<Self, Failure> {
        let machine = open(Opening {
            url,
            mailbox: room,
            cursor: None,
            seed,
        })?;
        let (sender, news) = unbounded_channel();
        Ok(Client {
            machine,
            place: format!("{url}, {room}"),
            started: Instant::now(),
            began: milliseconds(UNIX_EPOCH.elapsed()?),
            alarm: None,
            sender,
            news,
            stream: None,
            socket: None,
            idle: Vec::new(),
            opened: 0,
            acked: 0,
            arrived: Vec::new(),
            caught_up: 0,
            needle: None,
            found: false,
        })
    }

    /// A client that has read everything there is.
    pub(crate) async fn connect(url: &str, room: &str, seed: u64) -> Result<Self, Failure> {
        let mut client = Client::new(url, room, seed)?;
        client.tell(In::Online);
        client.until(|it| it.caught_up > 0).await?;
        Ok(client)
    }

    /// Publishes a record and waits until the relay has acknowledged it.
    pub(crate) async fn publish(&mut self, record: Vec<u8>) -> Result<(), Failure> {
        let goal = self.acked + 1;
        self.tell(In::Publish(record));
        self.until(|it| it.acked >= goal).await
    }

    /// Closes the connections that wait for another request, as the server
    /// itself does after half a minute.
    pub(crate) fn rest(&mut self) {
        self.idle.clear();
    }

    fn now(&self) -> u64 {
        self.began + milliseconds(self.started.elapsed())
    }

    /// Tells the machine something and begins what it wants done.
    pub(crate) fn tell(&mut self, input: In) {
        let mut out = Vec::new();
        let now = self.now();
        self.machine.step(input, now, &mut out);
        for out in out {
            self.perform(out);
        }
    }

    fn perform(&mut self, out: Out) {
        match out {
            Out::Request {
                req,
                method,
                url,
                body,
                ..
            } => {
                let (sender, idle) = (self.sender.clone(), self.idle.pop());
                spawn_local(async move {
                    let (answer, connection) =
                        match http::exchange(idle, method.name(), &url, &body).await {
                            Ok((status, body, connection)) => {
                                let retry_after = None;
                                let answer = In::Response {
                                    req,
                                    status,
                                    retry_after,
                                    body,
                                };
                                (answer, Some(connection))
                            }
                            Err(_) => (In::Failed { req }, None),
                        };
                    // The client may be gone.
                    let _ = sender.send(News::Answer(answer, connection));
                });
            }
            Out::OpenStream { url } => {
                let (sender, number) = self.open();
                let task = spawn_local(async move {
                    let event = |data| {
                        let _ = sender.send(News::Stream(number, In::StreamEvent(data)));
                    };
                    let _ = http::events(&url, event).await;
                    let _ = sender.send(News::Stream(number, In::StreamClosed));
                });
                self.stream = Some(Task(number, task.abort_handle()));
            }
            Out::CloseStream => self.stream = None,
            Out::OpenSocket { url, .. } => {
                let (sender, number) = self.open();
                let (outgoing, messages) = unbounded_channel();
                let task = spawn_local(async move {
                    let event = |input| {
                        let _ = sender.send(News::Socket(number, input));
                    };
                    let _ = socket(&url, messages, event).await;
                    event(In::SocketClosed { code: NONE });
                });
                self.socket = Some((Task(number, task.abort_handle()), outgoing));
            }
            Out::SendBytes(bytes) => self.send(Message::Binary(bytes.into())),
            Out::SendText(text) => self.send(Message::Text(text.into())),
            Out::CloseSocket => self.socket = None,
            Out::WakeAt(at) => self.alarm = at,
            Out::Record { bytes, .. } => self.arrived.push(bytes),
            Out::CaughtUp => self.caught_up += 1,
            Out::Acked(ids) => self.acked += ids.len(),
            Out::Rejected { id, why } => eprintln!("{id:?} is refused: {why:?}"),
            Out::Abort { .. } | Out::At(_) | Out::Cursor(_) | Out::StartOver | Out::Status(_) => {}
        }
    }

    fn send(&self, message: Message) {
        if let Some((_, outgoing)) = &self.socket {
            // The connection may be gone, and that is reported.
            let _ = outgoing.send(message);
        }
    }

    fn open(&mut self) -> (UnboundedSender<News>, u64) {
        self.opened += 1;
        (self.sender.clone(), self.opened)
    }

    /// Takes one thing that happened.
    pub(crate) async fn turn(&mut self) {
        let alarm = self.alarm;
        let wait = async {
            match alarm {
                Some(at) => {
                    let at = Duration::from_millis(at.saturating_sub(self.began));
                    tokio::time::sleep_until((self.started + at).into()).await;
                }
                None => std::future::pending().await,
            }
        };
        let news = tokio::select! {
            news = self.news.recv() => news,
            () = wait => None,
        };
        match news {
            Some(News::Answer(answer, connection)) => {
                self.idle.extend(connection);
                if let In::Response { body, .. } = &answer {
                    self.look_into(body);
                }
                self.tell(answer);
            }
            Some(News::Stream(number, event)) => {
                if self.stream.as_ref().is_some_and(|it| it.0 == number) {
                    self.tell(event);
                }
            }
            Some(News::Socket(number, event)) => {
                if self.socket.as_ref().is_some_and(|it| it.0.0 == number) {
                    if let In::SocketBytes(bytes) = &event {
                        self.look_into(bytes);
                    }
                    self.tell(event);
                }
            }
            None => self.tell(In::Tick),
        }
    }

    fn look_into(&mut self, bytes: &[u8]) {
        if let Some(needle) = &self.needle {
            self.found |= bytes.windows(needle.len()).any(|it| it == needle);
        }
    }

    /// Runs until the condition holds.
    pub(crate) async fn until(
        &mut self,
        condition: impl Fn(&Client) -> bool,
    ) -> Result<(), Failure> {
        let waiting = async {
            while !condition(self) {
                self.turn().await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, waiting).await;
        in_time.map_err(|_| format!("{} did not answer within a minute", self.place).into())
    }

    /// Runs until this time.
    pub(crate) async fn pass(&mut self, end: Instant) {
        let running = async {
            loop {
                self.turn().await;
            }
        };
        // It ends by the time only.
        let _ = tokio::time::timeout_at(end.into(), running).await;
    }
}

async fn socket(
    url: &str,
    mut messages: UnboundedReceiver<Message>,
    event: impl Fn(In),
) -> Result<(), Failure> {
    let (socket, _) = tokio_tungstenite::connect_async_with_config(url, None, true).await?;
    let (mut outgoing, mut incoming) = socket.split();
    event(In::SocketOpened);
    loop {
        tokio::select! {
            message = messages.recv() => match message {
                Some(message) => outgoing.send(message).await?,
                None => return Ok(()),
            },
            message = incoming.next() => match message {
                Some(Ok(Message::Binary(bytes))) => event(In::SocketBytes(bytes.into())),
                Some(Ok(Message::Text(text))) => event(In::SocketText(text.to_string())),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
                None => return Ok(()),
            },
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A record of the size of a signed comment. It begins with when it was made, in
/// nanoseconds, by whom, and which of theirs it is.
pub(crate) fn comment(made: Duration, by: usize, number: usize) -> Vec<u8> {
    let made = u64::try_from(made.as_nanos()).unwrap_or(u64::MAX);
    let (by, number) = (by as u64, number as u64);
    let mut bytes = [made.to_le_bytes(), by.to_le_bytes(), number.to_le_bytes()].concat();
    let mut hash = RecordId::of(&bytes).0;
    // Nothing that could be compressed, as in a sealed room.
    while bytes.len() < COMMENT {
        bytes.extend_from_slice(&hash);
        hash = RecordId::of(&bytes).0;
    }
    bytes.truncate(COMMENT);
    bytes
}

/// Bytes of a record: what a comment of a few sentences has, with its signature.
const COMMENT: usize = 330;
