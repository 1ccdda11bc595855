//! `GET /m/<mailbox>?after=<n>`: a page of records. With `?listed=<n>` without
//! those that are covered by others.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use postil_core::relay::framing::put_number;
use postil_core::relay::is_mailbox;

use super::{Refusal, Shared};
use crate::log::{Range, Which};

/// How much of a page is in memory at a time, unless one record is larger.
const CHUNK: usize = 64 << 10;

/// Where the sending of a page is.
struct Sending {
    shared: Arc<Shared>,
    mailbox: String,
    which: Which,
    next: u64,
    head: u64,
    /// How many more bytes the page may have.
    left: usize,
}

impl Sending {
    /// The next part of the page; empty at its end.
    async fn chunk(&mut self) -> Result<Vec<u8>, Refusal> {
        if self.next >= self.head {
            return Ok(Vec::new());
        }
        let mailbox = self.mailbox.clone();
        let range = Range {
            after: self.next,
            head: self.head,
            which: self.which,
        };
        let (chunk, left) = (CHUNK.min(self.left), self.left);
        let found = self.shared.ask(move |log| {
            let found = log.read(&mailbox, range, chunk)?;
            let head = range.after + 1;
            match found.count {
                // One record that is larger than a chunk goes by itself.
                0 => log.read(&mailbox, Range { head, ..range }, left),
                _ => Ok(found),
            }
        });
        let found = found.await?;
        self.next += found.count;
        self.left = self.left.saturating_sub(found.bytes.len());
        if found.count == 0 {
            self.next = self.head;
        }
        Ok(found.bytes)
    }
}

pub(super) async fn read(
    State(shared): State<Arc<Shared>>,
    Path(mailbox): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    if !is_mailbox(&mailbox) {
        return Err(Refusal::BadName);
    }
    let (which, after) = wanted(query.as_deref())?;
    let name = mailbox.clone();
    let place = shared.ask(move |log| log.place(&name, after)).await?;
    let mut first = place.at.digest.to_vec();
    put_number(place.head, &mut first);
    let mut sending = Sending {
        left: shared.limits.batch,
        shared,
        mailbox,
        which,
        next: place.at.count,
        head: place.head,
    };
    first.extend(sending.chunk().await?);
    // What is larger is read from disk as the client takes it, so that a slow
    // one does not hold a page in memory.
    let body = if sending.next >= sending.head {
        Body::from(first)
    } else {
        let start = (Some(first), sending);
        Body::from_stream(stream::try_unfold(start, |(first, mut sending)| async {
            let chunk = match first {
                Some(first) => first,
                None => sending.chunk().await.map_err(std::io::Error::other)?,
            };
            let more = !chunk.is_empty();
            Ok::<_, std::io::Error>(more.then(|| (Bytes::from(chunk), (None, sending))))
        }))
    };
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], body).into_response())
}

/// What is wanted, and after how many records; everything without a query.
fn wanted(query: Option<&str>) -> Result<(Which, u64), Refusal> {
    let (name, digits) = match query {
        None => return Ok((Which::All, 0)),
        Some(query) => query.split_once('=').ok_or(Refusal::BadQuery)?,
    };
    let which = match name {
        "after" => Which::All,
        "listed" => Which::Listed,
        _ => return Err(Refusal::BadQuery),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::BadQuery);
    }
    let after = digits.parse().map_err(|_| Refusal::BadQuery)?;
    Ok((which, after))
}
