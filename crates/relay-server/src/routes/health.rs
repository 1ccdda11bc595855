//! `GET /health`: whether the server works, for whoever watches it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Shared;

pub(super) async fn health(State(shared): State<Arc<Shared>>) -> Response {
    let totals = shared.ask(|log| log.totals()).await;
    let (status, json) = match totals {
        Ok(t) => (
            StatusCode::OK,
            format!(
                r#"{{"ok":true,"mailboxes":{},"records":{}}}"#,
                t.mailboxes, t.records
            ),
        ),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, r#"{"ok":false}"#.into()),
    };
    (status, [(header::CONTENT_TYPE, "application/json")], json).into_response()
}

pub(super) async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    let totals = shared.ask(|log| log.totals()).await.ok();
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], shared.metrics.text(totals)).into_response()
}
