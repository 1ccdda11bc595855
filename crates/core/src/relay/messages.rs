//! What is said to a machine, and what it says.

use thiserror::Error;

use super::RecordId;
use super::framing::Position;
#[cfg(doc)]
use super::{Caps, open};

/// What happened, told to a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum In {
    /// Start, or: the network came back, the page became visible. Connect at
    /// once, or check at once if connected.
    Online,
    /// The device lost its network, or the caller wants silence. Nothing is
    /// sent until [`In::Online`] or [`In::RetryNow`]; what waits, waits.
    GoOffline,
    /// The person asked to try again. Also leaves [`Status::Refused`].
    RetryNow,
    /// The timer of [`Out::WakeAt`] fired. Harmless at any time.
    Tick,
    /// Hand this record over. Publishing one that already waits does nothing.
    Publish(Vec<u8>),
    /// Begin again with the first record, as after [`Out::StartOver`]. Only for
    /// a relay of which [`Out::At`] was told.
    ReadAgain {
        /// Whether what the relay does not list any more is read as well.
        all: bool,
    },
    /// A request was answered, with any status.
    Response {
        /// The request's number.
        req: u32,
        /// The HTTP status.
        status: u16,
        /// The `Retry-After` header in milliseconds, if there was one.
        retry_after: Option<u64>,
        /// The body, at most `max_body` bytes.
        body: Vec<u8>,
    },
    /// A request got no answer, or one longer than its `max_body`.
    Failed {
        /// The request's number.
        req: u32,
    },
    /// The `data` of one event of the wake-up stream.
    StreamEvent(String),
    /// The wake-up stream ended or could not be opened. The driver does not
    /// open it again by itself.
    StreamClosed,
    /// The socket of [`Out::OpenSocket`] is open.
    SocketOpened,
    /// A binary message came over the socket.
    SocketBytes(Vec<u8>),
    /// A text message came over the socket.
    SocketText(String),
    /// The socket was closed, or could not be opened. Nothing more comes over
    /// it.
    SocketClosed {
        /// The close code; 1006 when there was none.
        code: u16,
    },
}

/// What kind of request to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads; no body.
    Get,
    /// Appends.
    Post,
    /// Writes an object.
    Put,
    /// Removes an object; no body.
    Delete,
    /// Lists a folder (WebDAV).
    PropFind,
    /// Makes a folder (WebDAV); no body.
    MkCol,
}

impl Method {
    /// As HTTP writes it.
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
            Method::PropFind => "PROPFIND",
            Method::MkCol => "MKCOL",
        }
    }
}

/// What a machine wants done, or has to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Out {
    /// Make this request and answer with [`In::Response`] or [`In::Failed`].
    Request {
        /// Number to answer with; never reused while it matters.
        req: u32,
        /// The method.
        method: Method,
        /// Absolute URL.
        url: String,
        /// Headers, by name. Without any, and with [`Method::Get`] or
        /// [`Method::Post`], a browser needs no preflight.
        headers: Vec<(String, String)>,
        /// The body; empty for [`Method::Get`] and [`Method::Delete`].
        body: Vec<u8>,
        /// Stop reading an answer past this many bytes and report
        /// [`In::Failed`].
        max_body: usize,
    },
    /// Give a request up. An answer that comes all the same is ignored.
    Abort {
        /// The request's number.
        req: u32,
    },
    /// Open the wake-up stream (`text/event-stream`). There is at most one.
    OpenStream {
        /// Absolute URL.
        url: String,
    },
    /// Close the wake-up stream; do not report [`In::StreamClosed`] for it.
    CloseStream,
    /// Open the socket (a WebSocket). There is at most one: one that is open is
    /// closed, and nothing more of it is reported.
    OpenSocket {
        /// Absolute URL, `ws:` or `wss:`.
        url: String,
        /// Names of protocols to offer to the server; often none.
        protocols: Vec<String>,
    },
    /// Send this over the socket as one binary message.
    SendBytes(Vec<u8>),
    /// Send this over the socket as one text message.
    SendText(String),
    /// Close the socket and report nothing more of it.
    CloseSocket,
    /// Feed [`In::Tick`] at this time. Replaces the time said before; `None`
    /// stops the timer.
    WakeAt(Option<u64>),
    /// The record that is told next stands here in the relay's list: it is the
    /// last that this position counts. Only told of a relay that leaves out
    /// what is covered, and while it does.
    At(Position),
    /// A record that the relay holds. It can be one that was seen before, or
    /// one's own: records may come any number of times, in any order.
    Record {
        /// Its name.
        id: RecordId,
        /// Its bytes, unchecked.
        bytes: Vec<u8>,
    },
    /// Bytes to persist for [`open`], once every record before is stored.
    Cursor(Vec<u8>),
    /// The relay is not what it was: wiped, restored, or another. Forget what
    /// it was believed to hold; everything is read again.
    StartOver,
    /// Everything that the relay admits to hold has been handed over, since
    /// the machine was opened (or from the cursor it was opened with).
    /// Comes once after each connect and after each arrival of records.
    CaughtUp,
    /// The relay holds these, as surely as [`Caps::ack`] says.
    Acked(Vec<RecordId>),
    /// The relay will not take this record. The machine has dropped it; it may
    /// be published again later (after [`In::RetryNow`], say).
    Rejected {
        /// The record.
        id: RecordId,
        /// Why.
        why: Trouble,
    },
    /// The connection's state changed.
    Status(Status),
}

/// The state of the connection to a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Trying, after a start, [`In::Online`] or [`In::RetryNow`].
    Connecting,
    /// The relay answers.
    Online,
    /// The relay can not be reached or makes no sense now.
    Offline {
        /// When the machine tries again; `None`: not before it is told to.
        retry_at: Option<u64>,
        /// Why.
        why: Trouble,
    },
    /// The relay said no. The machine waits for [`In::RetryNow`].
    Refused {
        /// Why.
        why: Trouble,
    },
}

/// What is wrong, in words for a person. Interfaces translate by the variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Trouble {
    /// The device has no network, or was told to be silent.
    #[error("this device is offline")]
    NoNetwork,
    /// No answer at all.
    #[error("the relay can not be reached")]
    Unreachable,
    /// No answer in time.
    #[error("the relay does not answer")]
    TimedOut,
    /// Status 401 or 403.
    #[error("the relay denies access")]
    Denied,
    /// Another client error: most likely no relay lives at this address.
    #[error("there is no Postil relay at this address (status {0})")]
    NotARelay(u16),
    /// An answer that no honest relay gives.
    #[error("the relay's answer makes no sense: {0}")]
    BadAnswer(&'static str),
    /// The record is larger than the relay takes (status 413).
    #[error("the relay does not take records this large")]
    TooLarge,
    /// The relay does not take this record, for a reason it did not make clear.
    #[error("the relay does not take this record (status {0})")]
    NotTaken(u16),
    /// Status 507.
    #[error("the relay has no room left for this discussion")]
    Full,
    /// Status 429.
    #[error("the relay asks to slow down")]
    SlowDown,
    /// A server error.
    #[error("the relay has trouble of its own (status {0})")]
    Server(u16),
    /// It only passes on what is said, to those who are there.
    #[error("this server keeps nothing for those who come later")]
    KeepsNothing,
}
