//! What the server answers to which path.

mod append;
mod health;
mod read;
mod refusal;
mod wake;

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use tokio::sync::{Semaphore, watch};
use tower_http::cors::{Any, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use self::refusal::Refusal;
use crate::append::Appends;
use crate::limits::Limits;
use crate::log::{Log, LogError};
use crate::metrics::{Kind, Metrics};
use crate::rate::Rate;
use crate::site;
use crate::stream::Handover;
use crate::tokens::Tokens;
use crate::wake::Wakes;

/// What the routes share.
pub(crate) struct Shared {
    pub(crate) log: Arc<dyn Log>,
    pub(crate) appends: Appends,
    pub(crate) wakes: Arc<Wakes>,
    pub(crate) limits: Limits,
    pub(crate) rate: Rate,
    pub(crate) behind_proxy: bool,
    /// Who may append; `None`: everybody.
    pub(crate) write_tokens: Option<Tokens>,
    pub(crate) metrics: Arc<Metrics>,
    /// How many large bodies may be on their way in at a time.
    pub(crate) large_bodies: Semaphore,
    /// Becomes true when the server stops.
    pub(crate) stopping: watch::Receiver<bool>,
}

impl Shared {
    /// Asks the log on a thread where it may block.
    async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        question: impl FnOnce(&dyn Log) -> Result<T, LogError> + Send + 'static,
    ) -> Result<T, Refusal> {
        let log = Arc::clone(&self.log);
        let answer = tokio::task::spawn_blocking(move || question(&*log)).await;
        match answer {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                self.metrics.faults.fetch_add(1, Ordering::Relaxed);
                tracing::error!("{error}");
                Err(Refusal::Storage)
            }
            Err(_) => Err(Refusal::Storage),
        }
    }
}

/// The connection that a request comes by.
#[derive(Clone)]
pub(crate) struct Client {
    /// Where it comes from.
    pub(crate) address: IpAddr,
    /// Takes streams that have begun.
    pub(crate) handover: Arc<Handover>,
}

/// All routes.
pub(crate) fn routes(shared: &Arc<Shared>, site: Option<&Path>) -> Router {
    let mailboxes = Router::new()
        .route("/m/{mailbox}", get(read::read).post(append::append))
        .route("/m/{mailbox}/wake", get(wake::wake))
        .route_layer(middleware::from_fn_with_state(shared.clone(), slow_down))
        .route_layer(middleware::from_fn_with_state(shared.clone(), count));
    let api = mailboxes
        .route("/health", get(health::health))
        .method_not_allowed_fallback(|| async { Refusal::Method })
        .layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .layer(cors())
        .with_state(shared.clone());
    let all = match site {
        Some(folder) => api.merge(site::site(folder)),
        None => api.fallback(|| async { Refusal::Nowhere }),
    };
    all.layer(SetResponseHeaderLayer::overriding(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ))
}

/// The routes for who watches the server.
pub(crate) fn watched(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/metrics", get(health::metrics))
        .route("/health", get(health::health))
        .fallback(|| async { Refusal::Nowhere })
        .with_state(shared.clone())
}

/// Mailboxes are open to pages of every origin: their names are the secret.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE])
        .expose_headers([header::RETRY_AFTER])
        .max_age(Duration::from_secs(86_400))
}

/// Counts a request, and tells of it in what it cost.
async fn count(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let wake = request.uri().path().ends_with("/wake");
    let kind = match *request.method() {
        Method::POST => Kind::Append,
        Method::GET if wake => Kind::Wake,
        Method::GET => Kind::Read,
        _ => Kind::Other,
    };
    let start = Instant::now();
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), start.elapsed());
    shared.metrics.answered(kind, status, took);
    let micros = took.as_micros() as u64;
    tracing::debug!(kind = kind.name(), status, micros, "answered");
    response
}

async fn slow_down(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    if let Some(address) = address(&shared, &request) {
        shared
            .rate
            .count(address, Instant::now())
            .map_err(Refusal::SlowDown)?;
    }
    Ok(next.run(request).await)
}

fn address(shared: &Shared, request: &Request) -> Option<IpAddr> {
    let forwarded = || {
        let last = request
            .headers()
            .get_all("x-forwarded-for")
            .iter()
            .next_back()?;
        last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    };
    let peer = || request.extensions().get::<Client>().map(|it| it.address);
    if shared.behind_proxy {
        forwarded().or_else(peer)
    } else {
        peer()
    }
}
