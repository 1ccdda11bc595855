//! `GET /m/<mailbox>/wake`: a stream that says how many records there are.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Method, Version, header};
use axum::response::{IntoResponse, Response};
use postil_core::relay::is_mailbox;

use super::{Client, Refusal, Shared};
use crate::metrics::Gauge;
use crate::stream::{Waking, begin};

pub(super) async fn wake(
    State(shared): State<Arc<Shared>>,
    Path(mailbox): Path<String>,
    Extension(client): Extension<Client>,
    method: Method,
    version: Version,
) -> Result<Response, Refusal> {
    if !is_mailbox(&mailbox) {
        return Err(Refusal::BadName);
    }
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        // Tells nginx not to hold events back.
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    if method == Method::HEAD {
        return Ok((headers, Body::empty()).into_response());
    }
    // Listening begins before the log is asked, so that nothing falls between.
    let mut listener = shared.wakes.listen(&mailbox);
    let place = shared.ask(move |log| log.place(&mailbox, 0)).await?;
    let heard = *listener.heads.borrow_and_update();
    let waking = Waking {
        listener,
        stopping: shared.stopping.clone(),
        head: place.head.max(heard),
        chunked: version != Version::HTTP_10,
        _open: Gauge::new(&shared.metrics.streams),
    };
    Ok((headers, begin(waking, client.handover)).into_response())
}
