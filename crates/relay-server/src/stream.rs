//! Wake-up streams that have begun, without what hyper keeps for a connection.
//!
//! Hyper holds 16 KiB of buffers for as long as an answer goes on, which is most
//! of what somebody who only waits would cost. So it writes the head of the
//! answer and the first event, and then the socket is taken from it. Hyper itself
//! hands sockets over for upgrades alone, which have another status; so the
//! connection watches when everything that hyper was given has been sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes};
use hyper::body::Frame;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;

use crate::metrics::Gauge;
use crate::wake::Listener;

/// The longest silence. The number is said again, since browsers do not show
/// comments of a stream, and so could not tell a silent one from a dead one.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The least time between two events: whoever is woken reads everything there
/// is, and in a busy room would otherwise do little else.
const PAUSE: Duration = Duration::from_millis(20);

/// What somebody is told who waits for records.
pub(crate) struct Waking {
    pub(crate) listener: Listener,
    pub(crate) stopping: watch::Receiver<bool>,
    /// The number that was said last.
    pub(crate) head: u64,
    /// Whether events are sent as chunks (HTTP/1.1) or as they are.
    pub(crate) chunked: bool,
    /// Counts it among the open ones.
    pub(crate) _open: Gauge,
}

impl Waking {
    /// Waits for the next number to say; false when the server stops.
    async fn next(&mut self) -> bool {
        tokio::select! {
            changed = timeout(HEARTBEAT, self.listener.heads.changed()) => {
                if let Ok(Err(_)) = changed {
                    return false;
                }
            }
            _ = self.stopping.wait_for(|stop| *stop) => return false,
        }
        let heard = *self.listener.heads.borrow_and_update();
        self.head = self.head.max(heard);
        true
    }

    /// The event that says the number.
    fn event(&self) -> String {
        format!("data: {}\n\n", self.head)
    }
}

/// What a connection and the answers on it know of each other.
#[derive(Default)]
pub(crate) struct Handover {
    /// The stream whose beginning hyper has.
    waking: Mutex<Option<Waking>>,
    /// Whether hyper holds bytes that are not sent yet.
    unsent: AtomicBool,
}

impl Handover {
    /// The stream that is to go on without hyper, once all before it is sent.
    pub(crate) fn take(&self) -> Option<Waking> {
        if self.unsent.load(Ordering::Relaxed) {
            return None;
        }
        let mut waking = self.waking.lock().unwrap_or_else(PoisonError::into_inner);
        waking.take()
    }
}

/// The body of an answer that goes on as a stream.
pub(crate) fn begin(waking: Waking, handover: Arc<Handover>) -> Body {
    Body::new(Beginning {
        waking: Some(waking),
        said: false,
        handover,
    })
}

/// Gives hyper the first event, and whatever comes then to the connection.
struct Beginning {
    waking: Option<Waking>,
    said: bool,
    handover: Arc<Handover>,
}

impl hyper::body::Body for Beginning {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(waking) = &self.waking
            && !self.said
        {
            let event = Bytes::from(waking.event());
            self.said = true;
            return Poll::Ready(Some(Ok(Frame::data(event))));
        }
        if let Some(waking) = self.waking.take() {
            let taker = &self.handover.waking;
            *taker.lock().unwrap_or_else(PoisonError::into_inner) = Some(waking);
        }
        // Nothing wakes this: the connection looks as soon as hyper has returned.
        Poll::Pending
    }
}

/// A socket that notes whether hyper still has something for it.
pub(crate) struct Noting {
    pub(crate) socket: Pin<Box<TimeoutStream<TcpStream>>>,
    pub(crate) handover: Arc<Handover>,
}

impl AsyncRead for Noting {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        self.socket.as_mut().poll_read(cx, into)
    }
}

impl AsyncWrite for Noting {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.handover.unsent.store(true, Ordering::Relaxed);
        self.socket.as_mut().poll_write(cx, bytes)
    }

    /// Hyper flushes once it has written all that it has.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        ready!(self.socket.as_mut().poll_flush(cx))?;
        self.handover.unsent.store(false, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        self.socket.as_mut().poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        self.handover.unsent.store(true, Ordering::Relaxed);
        self.socket.as_mut().poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }
}

/// A stream that goes on without hyper. `T` is held for as long as it does.
pub(crate) struct Stream<T> {
    pub(crate) socket: Pin<Box<TimeoutStream<TcpStream>>>,
    pub(crate) waking: Waking,
    pub(crate) held: T,
}

impl<T> Stream<T> {
    /// Says numbers until the client has gone or the server stops.
    pub(crate) async fn run(self) {
        let Stream {
            mut socket,
            mut waking,
            held: _held,
        } = self;
        // Whoever waits has nothing to say: what comes is the end, or the
        // client's error.
        let mut byte = [0];
        loop {
            tokio::select! {
                next = waking.next() => {
                    if !next {
                        break;
                    }
                }
                _ = socket.read(&mut byte) => return,
            }
            let event = waking.event();
            let event = if waking.chunked {
                format!("{:x}\r\n{event}\r\n", event.len())
            } else {
                event
            };
            if socket.write_all(event.as_bytes()).await.is_err() {
                return;
            }
            sleep(PAUSE).await;
        }
        if waking.chunked {
            // A client that has gone needs no end.
            let _ = socket.write_all(b"0\r\n\r\n").await;
        }
    }
}
