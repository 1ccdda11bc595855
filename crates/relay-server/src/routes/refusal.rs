//! Every way to say no: a status and one plain sentence.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use postil_core::relay::framing::FrameError;
use thiserror::Error;

/// Why a request is not answered as hoped.
#[derive(Debug, Error)]
pub(crate) enum Refusal {
    #[error("This is a Postil relay; there is nothing at this path.")]
    Nowhere,
    #[error("A mailbox name is 22 to 43 characters of A-Z, a-z, 0-9, _ and -.")]
    BadName,
    #[error("A mailbox is read with GET and appended to with POST.")]
    Method,
    #[error("The query must be after= or listed=<number of records already read>.")]
    BadQuery,
    #[error("The body is not a list of records: {0}.")]
    BadBody(FrameError),
    #[error("The body holds no record.")]
    NoRecord,
    #[error("The body could not be read.")]
    LostBody,
    #[error("The body did not arrive in time.")]
    SlowBody,
    #[error("A record may have {0} bytes at most.")]
    LargeRecord(usize),
    #[error("A request may have {0} bytes at most.")]
    LargeBody(usize),
    #[error("A request may hold {0} records at most.")]
    ManyRecords(usize),
    #[error("Too many requests; try again later.")]
    SlowDown(Duration),
    #[error("This relay takes records only with a write token; its operator hands them out.")]
    NoToken,
    #[error("This write token is not one of this relay's.")]
    WrongToken,
    #[error("This mailbox is full: it may hold {0} bytes. Its records can still be read.")]
    MailboxFull(u64),
    #[error("This relay is full: it may hold {0} bytes. Its records can still be read.")]
    ServerFull(u64),
    #[error("The relay can not reach its data now; nothing was stored.")]
    Storage,
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Refusal::Nowhere | Refusal::BadName => StatusCode::NOT_FOUND,
            Refusal::Method => StatusCode::METHOD_NOT_ALLOWED,
            Refusal::BadQuery | Refusal::BadBody(_) | Refusal::NoRecord | Refusal::LostBody => {
                StatusCode::BAD_REQUEST
            }
            Refusal::SlowBody => StatusCode::REQUEST_TIMEOUT,
            Refusal::LargeRecord(_) | Refusal::LargeBody(_) | Refusal::ManyRecords(_) => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Refusal::SlowDown(_) => StatusCode::TOO_MANY_REQUESTS,
            Refusal::NoToken | Refusal::WrongToken => StatusCode::UNAUTHORIZED,
            Refusal::MailboxFull(_) | Refusal::ServerFull(_) => StatusCode::INSUFFICIENT_STORAGE,
            Refusal::Storage => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status(), self.to_string()).into_response();
        let wait = match &self {
            Refusal::SlowDown(wait) => Some(wait.as_secs() + 1),
            Refusal::Storage => Some(5),
            _ => None,
        };
        if let Some(seconds) = wait {
            let value = HeaderValue::from(seconds);
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        response
    }
}
