//! `POST /m/<mailbox>`: append records, answered once they are on disk.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use postil_core::relay::framing::{take_records, take_token};
use postil_core::relay::is_mailbox;
use postil_core::relay::mailbox::MAX_TOKEN;

use super::{Refusal, Shared};
use crate::log::{Appended, Batch};
use crate::messages::short;

/// Bodies up to this many bytes never wait for large ones.
const SMALL: u64 = 16 << 10;
/// The most bytes before the records: a zero, a length and a token.
const LOGIN: usize = 2 + MAX_TOKEN;
/// How long a body may take to arrive.
const ARRIVE: Duration = Duration::from_secs(60);

pub(super) async fn append(
    State(shared): State<Arc<Shared>>,
    Path(mailbox): Path<String>,
    body: Body,
) -> Result<Response, Refusal> {
    if !is_mailbox(&mailbox) {
        return Err(Refusal::BadName);
    }
    let limits = &shared.limits;
    // Held until the answer, so that large bodies in memory are bounded.
    let small = body.size_hint().upper().is_some_and(|most| most <= SMALL);
    let _permit = match small {
        true => None,
        false => shared.large_bodies.acquire().await.ok(),
    };
    let body = tokio::time::timeout(ARRIVE, to_bytes(body, limits.batch + LOGIN))
        .await
        .map_err(|_| Refusal::SlowBody)?
        .map_err(|error| match error.source() {
            Some(source) if source.to_string().contains("length limit") => {
                Refusal::LargeBody(limits.batch)
            }
            _ => Refusal::LostBody,
        })?;
    let mut listed = &body[..];
    let token = take_token(&mut listed).map_err(Refusal::BadBody)?;
    if let Some(tokens) = &shared.write_tokens
        && !tokens.has(token.ok_or(Refusal::NoToken)?)
    {
        tracing::info!(mailbox = short(&mailbox), "refused a wrong write token");
        return Err(Refusal::WrongToken);
    }
    if listed.len() > limits.batch {
        return Err(Refusal::LargeBody(limits.batch));
    }
    let records = records(&body.slice_ref(listed))?;
    if records.len() > limits.batch_records {
        return Err(Refusal::ManyRecords(limits.batch_records));
    }
    if records.iter().any(|record| record.len() > limits.record) {
        return Err(Refusal::LargeRecord(limits.record));
    }
    let (count, bytes) = (records.len() as u64, listed.len() as u64);
    let batch = Batch { mailbox, records };
    match shared.appends.append(batch).await {
        Some(Appended::Kept(at)) => {
            shared.metrics.records.fetch_add(count, Ordering::Relaxed);
            shared.metrics.bytes.fetch_add(bytes, Ordering::Relaxed);
            let mut answer = Vec::with_capacity(26);
            at.put(&mut answer);
            Ok(([(header::CONTENT_TYPE, "application/octet-stream")], answer).into_response())
        }
        Some(Appended::MailboxFull) => Err(Refusal::MailboxFull(limits.mailbox)),
        Some(Appended::ServerFull) => Err(Refusal::ServerFull(limits.total)),
        None => Err(Refusal::Storage),
    }
}

fn records(body: &Bytes) -> Result<Vec<Bytes>, Refusal> {
    let records = take_records(body).map_err(Refusal::BadBody)?;
    if records.is_empty() {
        return Err(Refusal::NoRecord);
    }
    Ok(records.into_iter().map(|r| body.slice_ref(r)).collect())
}
