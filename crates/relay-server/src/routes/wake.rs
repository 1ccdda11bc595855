//! `GET /m/<mailbox>/wake`: a stream that says how many records there are.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use postil_core::relay::is_mailbox;
use tokio::sync::watch;
use tokio::time::timeout;

use super::{Refusal, Shared};
use crate::metrics::Gauge;
use crate::wake::Listener;

/// The longest silence. The number is said again, since browsers do not show
/// comments of a stream, and so could not tell a silent one from a dead one.
const HEARTBEAT: Duration = Duration::from_secs(15);

struct Waking {
    listener: Listener,
    stopping: watch::Receiver<bool>,
    /// What the log said when the stream began.
    head: u64,
    begun: bool,
    _open: Gauge,
}

impl Waking {
    /// The next number to say; `None` when the server stops.
    async fn next(&mut self) -> Option<u64> {
        if self.begun {
            tokio::select! {
                changed = timeout(HEARTBEAT, self.listener.heads.changed()) => {
                    if let Ok(Err(_)) = changed {
                        return None;
                    }
                }
                _ = self.stopping.wait_for(|stop| *stop) => return None,
            }
        }
        self.begun = true;
        let heard = *self.listener.heads.borrow_and_update();
        self.head = self.head.max(heard);
        Some(self.head)
    }
}

pub(super) async fn wake(
    State(shared): State<Arc<Shared>>,
    Path(mailbox): Path<String>,
) -> Result<Response, Refusal> {
    if !is_mailbox(&mailbox) {
        return Err(Refusal::BadName);
    }
    // Listening begins before the log is asked, so that nothing falls between.
    let listener = shared.wakes.listen(&mailbox);
    let place = shared.ask(move |log| log.place(&mailbox, 0)).await?;
    let waking = Waking {
        listener,
        stopping: shared.stopping.clone(),
        head: place.head,
        begun: false,
        _open: Gauge::new(&shared.metrics.streams),
    };
    let events = stream::unfold(waking, |mut waking| async {
        let head = waking.next().await?;
        let event = Bytes::from(format!("data: {head}\n\n"));
        Some((Ok::<_, std::convert::Infallible>(event), waking))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        // Tells nginx not to hold events back.
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(events)).into_response())
}
