//! Accepting connections, and letting go of those that stall.

use std::future::poll_fn;
use std::io::ErrorKind;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinError, JoinSet};
use tokio_io_timeout::TimeoutStream;
use tower_http::add_extension::AddExtension;

use crate::metrics::{Gauge, Metrics};
use crate::routes::Client;
use crate::stream::{Handover, Noting, Stream};

/// How long a client may leave what is sent to it untaken.
const STALLED: Duration = Duration::from_secs(30);
/// How long a request's head may take, and a connection be unused.
const IDLE: Duration = Duration::from_secs(30);
/// How long requests may go on after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(5);
/// The most bytes of a connection that wait to be sent.
const BUFFER: usize = 64 << 10;

/// What a connection holds until it ends: its share of the room, and its place
/// in the count of connections.
type Held = (OwnedSemaphorePermit, Gauge);

/// Connections; those on which a stream has begun end with it.
type Tasks = JoinSet<Option<Stream<Held>>>;

/// Serves until `stopping` becomes true, then lets requests finish.
pub(crate) async fn listen(
    listener: TcpListener,
    routes: Router,
    connections: usize,
    metrics: &Metrics,
    mut stopping: watch::Receiver<bool>,
) {
    let room = Arc::new(Semaphore::new(connections));
    let mut tasks = JoinSet::new();
    let until = stopping.clone();
    loop {
        tokio::select! {
            accepted = accept(&listener, &room) => {
                if let Some((stream, permit)) = accepted {
                    let held = (permit, Gauge::new(&metrics.connections));
                    connect(stream, held, routes.clone(), until.clone(), &mut tasks);
                }
            }
            Some(ended) = tasks.join_next() => go_on(ended, &mut tasks),
            _ = stopping.wait_for(|stop| *stop) => break,
        }
    }
    drop((listener, until));
    let drained = async {
        while let Some(ended) = tasks.join_next().await {
            go_on(ended, &mut tasks);
        }
    };
    // Whoever is not done by then is cut off; nothing of theirs was acknowledged.
    let _ = tokio::time::timeout(DRAIN, drained).await;
    tasks.shutdown().await;
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let permit = Arc::clone(room).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, permit)),
        Err(error) => {
            let gone = [ErrorKind::ConnectionAborted, ErrorKind::ConnectionReset];
            if !gone.contains(&error.kind()) {
                // Most likely out of file descriptors: some will be free soon.
                tracing::warn!("a connection could not be accepted: {error}");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            None
        }
    }
}

fn connect(
    socket: TcpStream,
    held: Held,
    routes: Router,
    mut stopping: watch::Receiver<bool>,
    tasks: &mut Tasks,
) {
    let Ok(address) = socket.peer_addr() else {
        return;
    };
    // Small answers must not wait for more; if it can not be set, they do.
    let _ = socket.set_nodelay(true);
    let mut socket = TimeoutStream::new(socket);
    socket.set_write_timeout(Some(STALLED));
    let handover = Arc::new(Handover::default());
    let client = Client {
        address: address.ip(),
        handover: handover.clone(),
    };
    let socket = Noting {
        socket: Box::pin(socket),
        handover: handover.clone(),
    };
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .max_buf_size(BUFFER)
        .serve_connection(
            TokioIo::new(socket),
            TowerToHyperService::new(AddExtension::new(routes, client)),
        );
    tasks.spawn(async move {
        let mut stopped = pin!(async move {
            let _ = stopping.wait_for(|stop| *stop).await;
        });
        let mut is_stopping = false;
        let waking = poll_fn(|cx| {
            if !is_stopping && stopped.as_mut().poll(cx).is_ready() {
                is_stopping = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
            // An error here is the client's: it went away or stalled.
            if Pin::new(&mut connection).poll(cx).is_ready() {
                return Poll::Ready(None);
            }
            handover
                .take()
                .map_or(Poll::Pending, |waking| Poll::Ready(Some(waking)))
        });
        let waking = waking.await?;
        Some(Stream {
            socket: connection.into_parts().io.into_inner().socket,
            waking,
            held,
        })
    });
}

/// Lets the stream that a connection ended with, if any, go on in a task of its
/// own, which is smaller than that of the connection was.
fn go_on(ended: Result<Option<Stream<Held>>, JoinError>, tasks: &mut Tasks) {
    if let Ok(Some(stream)) = ended {
        tasks.spawn(async move {
            stream.run().await;
            None
        });
    }
}
