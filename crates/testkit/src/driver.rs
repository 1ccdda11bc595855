//! Drives a relay machine over a real network, with blocking requests on
//! threads of their own. For tests: it panics when what is waited for does not
//! come.

#![allow(clippy::panic, reason = "a test helper fails by panicking")]

mod http;
mod socket;

use std::collections::BTreeSet;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant, UNIX_EPOCH};

use postil_core::relay::framing::Position;
use postil_core::relay::{In, Opening, Out, RecordId, Relay, Status, Trouble, open};
use tungstenite::Message;

use self::http::Stream;
use self::socket::Socket;

/// How long nothing may happen while a condition is waited for, before a test
/// fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a condition is waited for at most, whatever happens meanwhile.
const LONGEST: Duration = Duration::from_secs(300);

/// A machine for this address, as a session opens it.
///
/// # Panics
/// When that is no address of a relay.
pub fn machine(url: &str, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
    let opened = open(Opening {
        url,
        mailbox,
        cursor,
        seed: RandomState::new().build_hasher().finish(),
    });
    opened.unwrap_or_else(|why| panic!("{url}: {why}"))
}

/// What a machine has told so far.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Every record that arrived, with repetitions.
    pub records: Vec<Vec<u8>>,
    /// Where each of them stands, if the relay's list can be joined.
    pub places: Vec<Position>,
    /// What the relay acknowledged.
    pub acked: BTreeSet<RecordId>,
    /// What the relay did not take.
    pub rejected: Vec<(RecordId, Trouble)>,
    /// How often the end was reached.
    pub caught_up: usize,
    /// How often the relay turned out to be another than before.
    pub started_over: usize,
    /// The last cursor.
    pub cursor: Option<Vec<u8>>,
    /// The last status.
    pub status: Option<Status>,
    /// Every status.
    pub statuses: Vec<Status>,
    /// Requests made and streams opened.
    pub requests: usize,
}

impl Seen {
    /// Whether a record arrived.
    pub fn has(&self, record: &[u8]) -> bool {
        self.records.iter().any(|r| r == record)
    }

    /// Whether a record was acknowledged.
    pub fn is_acked(&self, record: &[u8]) -> bool {
        self.acked.contains(&RecordId::of(record))
    }
}

/// What comes back from a thread: for a stream or a socket, with its number.
enum News {
    Request(In),
    Stream(u64, In),
    Socket(u64, In),
}

/// A machine and its connection to the world.
pub struct Driver {
    machine: Box<dyn Relay>,
    /// When it began, by the clock that runs on and by that of the calendar.
    started: Instant,
    began: u64,
    alarm: Option<u64>,
    sender: Sender<News>,
    news: Receiver<News>,
    /// What is open, each with its number.
    stream: Option<(u64, Stream)>,
    socket: Option<(u64, Socket)>,
    /// How many streams and sockets there were.
    opened: u64,
    /// What the machine has told so far.
    pub seen: Seen,
}

impl std::fmt::Debug for Driver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Driver").field("seen", &self.seen).finish()
    }
}

impl Driver {
    /// A driver for this machine, which is told nothing yet.
    pub fn new(machine: Box<dyn Relay>) -> Self {
        let (sender, news) = channel();
        Driver {
            machine,
            started: Instant::now(),
            began: milliseconds(UNIX_EPOCH.elapsed().unwrap_or_default()),
            alarm: None,
            sender,
            news,
            stream: None,
            socket: None,
            opened: 0,
            seen: Seen::default(),
        }
    }

    /// What the relay can do.
    pub fn caps(&self) -> postil_core::relay::Caps {
        self.machine.caps()
    }

    fn now(&self) -> u64 {
        self.began + milliseconds(self.started.elapsed())
    }

    /// Tells the machine something and begins what it wants done.
    pub fn tell(&mut self, input: In) {
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
                headers,
                body,
                max_body,
            } => {
                self.seen.requests += 1;
                let sender = self.sender.clone();
                http::request(req, method, url, headers, body, max_body, move |answer| {
                    // The driver may be gone, and nobody wants the answer.
                    let _ = sender.send(News::Request(answer));
                });
            }
            // An answer that comes all the same is ignored by the machine.
            Out::Abort { .. } => {}
            Out::OpenStream { url } => {
                self.seen.requests += 1;
                let (sender, number) = self.open();
                let stream = Stream::open(url, move |event| {
                    let _ = sender.send(News::Stream(number, event));
                });
                self.stream = Some((number, stream));
            }
            Out::CloseStream => self.stream = None,
            Out::OpenSocket { url, protocols } => {
                self.seen.requests += 1;
                let (sender, number) = self.open();
                let socket = Socket::open(url, protocols, move |event| {
                    let _ = sender.send(News::Socket(number, event));
                });
                self.socket = Some((number, socket));
            }
            Out::SendBytes(bytes) => self.send(Message::Binary(bytes.into())),
            Out::SendText(text) => self.send(Message::Text(text.into())),
            Out::CloseSocket => self.socket = None,
            Out::WakeAt(at) => self.alarm = at,
            Out::At(position) => self.seen.places.push(position),
            Out::Record { bytes, .. } => self.seen.records.push(bytes),
            Out::Cursor(bytes) => self.seen.cursor = Some(bytes),
            Out::StartOver => self.seen.started_over += 1,
            Out::CaughtUp => self.seen.caught_up += 1,
            Out::Acked(ids) => self.seen.acked.extend(ids),
            Out::Rejected { id, why } => self.seen.rejected.push((id, why)),
            Out::Status(status) => {
                self.seen.status = Some(status);
                self.seen.statuses.push(status);
            }
        }
    }

    fn send(&self, message: Message) {
        if let Some((_, socket)) = &self.socket {
            socket.send(message);
        }
    }

    fn open(&mut self) -> (Sender<News>, u64) {
        self.opened += 1;
        (self.sender.clone(), self.opened)
    }

    /// Takes one thing that happened, waiting for it until `end` at the latest.
    fn turn(&mut self, end: Instant) {
        let alarm = self.alarm.map_or(end, |at| {
            self.started + Duration::from_millis(at.saturating_sub(self.began))
        });
        let wait = alarm.min(end).saturating_duration_since(Instant::now());
        match self.news.recv_timeout(wait) {
            Ok(News::Request(answer)) => self.tell(answer),
            Ok(News::Stream(number, event)) => {
                if self.stream.as_ref().is_some_and(|(it, _)| *it == number) {
                    if event == In::StreamClosed {
                        self.stream = None;
                    }
                    self.tell(event);
                }
            }
            Ok(News::Socket(number, event)) => {
                if self.socket.as_ref().is_some_and(|(it, _)| *it == number) {
                    if matches!(event, In::SocketClosed { .. }) {
                        self.socket = None;
                    }
                    self.tell(event);
                }
            }
            Err(_) => {
                if self.alarm.is_some_and(|at| at <= self.now()) {
                    self.tell(In::Tick);
                }
            }
        }
    }

    /// Runs until the condition holds.
    ///
    /// # Panics
    /// When nothing has arrived and nothing was acknowledged for half a minute, or
    /// it does not hold after five minutes; with `what` and the state.
    pub fn until(&mut self, what: &str, condition: impl Fn(&Seen) -> bool) {
        let progress = |seen: &Seen| (seen.records.len(), seen.acked.len());
        let last = Instant::now() + LONGEST;
        let (mut before, mut end) = (progress(&self.seen), Instant::now() + PATIENCE);
        while !condition(&self.seen) {
            if progress(&self.seen) != before {
                before = progress(&self.seen);
                end = last.min(Instant::now() + PATIENCE);
            }
            assert!(
                Instant::now() < end,
                "waited in vain for: {what}; {} records, {:?}",
                self.seen.records.len(),
                Seen {
                    records: Vec::new(),
                    ..self.seen.clone()
                }
            );
            self.turn(end);
        }
    }

    /// Runs until the condition holds or the time has come. Returns whether it
    /// holds.
    pub fn pass(&mut self, end: Instant, condition: impl Fn(&Seen) -> bool) -> bool {
        while !condition(&self.seen) {
            if Instant::now() >= end {
                return false;
            }
            self.turn(end);
        }
        true
    }

    /// Publishes records and runs until all are acknowledged.
    ///
    /// # Panics
    /// When that takes too long.
    pub fn publish(&mut self, records: impl IntoIterator<Item = Vec<u8>>) {
        let mut ids = Vec::new();
        for record in records {
            let id = RecordId::of(&record);
            // An acknowledgement from before does not count.
            self.seen.acked.remove(&id);
            ids.push(id);
            self.tell(In::Publish(record));
        }
        self.until("acknowledgements", |seen| {
            ids.iter().all(|id| seen.acked.contains(id))
        });
    }

    /// Connects and runs until everything there is has arrived.
    ///
    /// # Panics
    /// When that takes too long.
    pub fn online(mut self) -> Self {
        self.tell(In::Online);
        self.until("catching up", |seen| seen.caught_up > 0);
        self
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
