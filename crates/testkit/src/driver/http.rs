//! Requests by ureq, and a small reader of event streams.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use postil_core::relay::{In, Method};
use ureq::Agent;

/// Makes a request on a thread of its own.
pub(super) fn request(
    req: u32,
    method: Method,
    url: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    max_body: usize,
    answer: impl FnOnce(In) + Send + 'static,
) {
    thread::spawn(move || {
        let response = exchange(req, method, &url, &headers, &body, max_body);
        answer(response.unwrap_or(In::Failed { req }));
    });
}

fn exchange(
    req: u32,
    method: Method,
    url: &str,
    headers: &[(String, String)],
    body: &[u8],
    max_body: usize,
) -> Result<In, ureq::Error> {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .timeout_global(Some(Duration::from_secs(60)))
        .build();
    let agent = Agent::new_with_config(config);
    let mut request = ureq::http::Request::builder()
        .method(method.name())
        .uri(url);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let response = match method {
        Method::Get | Method::Delete | Method::MkCol => agent.run(request.body(())?)?,
        Method::Post | Method::Put | Method::PropFind => agent.run(request.body(body)?)?,
    };
    let (head, mut body) = response.into_parts();
    let seconds = head.headers.get("retry-after");
    let seconds = seconds.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    // ureq counts up to the limit, not past it.
    let limit = max_body as u64 + 1;
    Ok(In::Response {
        req,
        status: head.status.as_u16(),
        retry_after: seconds.map(|s| s.saturating_mul(1_000)),
        body: body.with_config().limit(limit).read_to_vec()?,
    })
}

/// An event stream that is read on a thread of its own, until it is dropped.
pub(super) struct Stream {
    /// Filled in once connected; `None` for good after the stream was dropped.
    connection: Arc<Mutex<Connection>>,
}

enum Connection {
    Opening,
    Open(TcpStream),
    Dropped,
}

impl Stream {
    pub(super) fn open(url: String, event: impl Fn(In) + Send + 'static) -> Self {
        let connection = Arc::new(Mutex::new(Connection::Opening));
        let shared = Arc::clone(&connection);
        thread::spawn(move || {
            let _ = read(&url, &shared, &event);
            event(In::StreamClosed);
        });
        Stream { connection }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut connection = lock(&self.connection);
        if let Connection::Open(stream) = &*connection {
            // Wakes the thread that reads; it may be over already.
            let _ = stream.shutdown(Shutdown::Both);
        }
        *connection = Connection::Dropped;
    }
}

fn lock(connection: &Mutex<Connection>) -> std::sync::MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(url: &str, shared: &Mutex<Connection>, event: &impl Fn(In)) -> std::io::Result<()> {
    let bad = || std::io::Error::other("not an http: URL");
    let rest = url.strip_prefix("http://").ok_or_else(bad)?;
    let (host, path) = rest.split_once('/').ok_or_else(bad)?;
    let mut stream = TcpStream::connect(host)?;
    {
        let mut connection = lock(shared);
        if matches!(*connection, Connection::Dropped) {
            return Ok(());
        }
        *connection = Connection::Open(stream.try_clone()?);
    }
    write!(
        stream,
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n\r\n"
    )?;
    let mut lines = BufReader::new(stream).lines();
    let status = lines.next().transpose()?.unwrap_or_default();
    if !status.starts_with("HTTP/1.1 200") {
        return Ok(());
    }
    // Everything but `data:` lines (the head, the sizes of chunks) is of no
    // interest here: the server sends each event in one chunk.
    for line in lines {
        if let Some(data) = line?.strip_prefix("data: ") {
            event(In::StreamEvent(data.to_owned()));
        }
    }
    Ok(())
}
