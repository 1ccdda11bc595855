//! Accepting connections, and letting go of those that stall.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutStream;
use tower_http::add_extension::AddExtension;

use crate::metrics::{Gauge, Metrics};
use crate::routes::Peer;

/// How long a client may leave what is sent to it untaken.
const STALLED: Duration = Duration::from_secs(30);
/// How long a request's head may take, and a connection be unused.
const IDLE: Duration = Duration::from_secs(30);
/// How long requests may go on after the server was told to stop.
const DRAIN: Duration = Duration::from_secs(5);
/// The most bytes of a connection that wait to be sent.
const BUFFER: usize = 64 << 10;

/// Serves until `stopping` becomes true, then lets requests finish.
pub(crate) async fn listen(
    listener: TcpListener,
    routes: Router,
    connections: usize,
    metrics: &Metrics,
    mut stopping: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(connections));
    let mut tasks = JoinSet::new();
    loop {
        tokio::select! {
            accepted = accept(&listener, &room) => {
                if let Some((stream, permit)) = accepted {
                    let held = (permit, Gauge::new(&metrics.connections));
                    connect(stream, held, routes.clone(), &graceful, &mut tasks);
                }
            }
            Some(_) = tasks.join_next() => {}
            _ = stopping.wait_for(|stop| *stop) => break,
        }
    }
    drop(listener);
    // Whoever is not done by then is cut off; nothing of theirs was acknowledged.
    let _ = tokio::time::timeout(DRAIN, graceful.shutdown()).await;
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
    stream: TcpStream,
    held: impl Send + 'static,
    routes: Router,
    graceful: &GracefulShutdown,
    tasks: &mut JoinSet<()>,
) {
    let Ok(address) = stream.peer_addr() else {
        return;
    };
    // Small answers must not wait for more; if it can not be set, they do.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(STALLED));
    let service = AddExtension::new(routes, Peer(address.ip()));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .max_buf_size(BUFFER)
        .serve_connection(
            TokioIo::new(Box::pin(stream)),
            TowerToHyperService::new(service),
        );
    let connection = graceful.watch(connection);
    tasks.spawn(async move {
        // An error here is the client's: it went away or stalled.
        let _ = connection.await;
        drop(held);
    });
}
