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
