//! Drives a relay's state machine in the browser: requests, the wake-up
//! stream, the socket and the timer. What the protocol is, only the machine
//! knows.

mod far;
mod socket;

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Reflect, Uint8Array};
use postil_core::relay::{In, Method, Out};
use postil_core::sorted::Map;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AbortController, EventSource, Headers, MessageEvent, ReadableStreamDefaultReader, RequestCache,
    RequestCredentials, RequestInit, Response,
};

use crate::platform::{now, window};
pub(crate) use far::{is_at_hand, open};
use socket::Socket;
pub(crate) use socket::keep_channel;

/// Performs what a machine asks for and reports what came of it.
pub(crate) struct Driver {
    report: Rc<dyn Fn(In)>,
    state: Rc<RefCell<State>>,
}

#[derive(Default)]
struct State {
    requests: Map<u32, AbortController>,
    stream: Option<Stream>,
    socket: Option<Socket>,
    timer: Option<Timeout>,
}

/// The wake-up stream; dropping it closes it.
struct Stream {
    source: EventSource,
    _listeners: [EventListener; 2],
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

impl Driver {
    /// A driver that reports to `report`.
    pub(crate) fn new(report: Rc<dyn Fn(In)>) -> Self {
        Driver {
            report,
            state: Rc::default(),
        }
    }

    /// Does one thing.
    pub(crate) fn perform(&self, out: Out) {
        match out {
            Out::Request {
                req,
                method,
                url,
                headers,
                body,
                max_body,
            } => match request(method, &headers, &body) {
                Ok((controller, init)) => self.request(req, controller, init, url, max_body),
                Err(_) => self.report_soon(In::Failed { req }),
            },
            Out::Abort { req } => {
                if let Some(controller) = self.state.borrow_mut().requests.remove(&req) {
                    controller.abort();
                }
            }
            Out::OpenStream { url } => self.open_stream(&url),
            Out::CloseStream => self.state.borrow_mut().stream = None,
            Out::OpenSocket { url, protocols } => self.open_socket(&url, &protocols),
            Out::SendBytes(bytes) => {
                if let Some(socket) = &self.state.borrow().socket {
                    socket.send_bytes(&bytes);
                }
            }
            Out::SendText(text) => {
                if let Some(socket) = &self.state.borrow().socket {
                    socket.send_text(&text);
                }
            }
            Out::CloseSocket => {
                // Not while one of its listeners runs.
                let socket = self.state.borrow_mut().socket.take();
                spawn_local(async move { drop(socket) });
            }
            Out::WakeAt(at) => {
                let report = self.report.clone();
                let timer = at.map(|at| {
                    let wait = at.saturating_sub(now()).min(u64::from(u32::MAX / 2));
                    Timeout::new(wait as u32, move || report(In::Tick))
                });
                self.state.borrow_mut().timer = timer;
            }
            // Everything else is for the peer and needs no I/O.
            _ => {}
        }
    }

    /// Reports something, but not while the machine is being asked.
    fn report_soon(&self, input: In) {
        let report = self.report.clone();
        spawn_local(async move { report(input) });
    }

    fn request(
        &self,
        req: u32,
        controller: AbortController,
        init: RequestInit,
        url: String,
        max_body: usize,
    ) {
        self.state
            .borrow_mut()
            .requests
            .insert(req, controller.clone());
        let (report, state) = (self.report.clone(), self.state.clone());
        spawn_local(async move {
            let answer = fetch(&controller, &init, &url, max_body).await;
            // A request that was given up has no answer.
            if state.borrow_mut().requests.remove(&req).is_none() {
                return;
            }
            report(match answer {
                Ok((status, retry_after, body)) => In::Response {
                    req,
                    status,
                    retry_after,
                    body,
                },
                Err(_) => In::Failed { req },
            });
        });
    }

    fn open_socket(&self, url: &str, protocols: &[String]) {
        // What an earlier one still has to say is not heard any more.
        self.perform(Out::CloseSocket);
        match Socket::open(url, protocols, &self.report) {
            Ok(socket) => self.state.borrow_mut().socket = Some(socket),
            Err(_) => self.report_soon(In::SocketClosed { code: socket::NONE }),
        }
    }

    fn open_stream(&self, url: &str) {
        let Ok(source) = EventSource::new(url) else {
            return self.report_soon(In::StreamClosed);
        };
        let report = self.report.clone();
        let message = EventListener::new(&source, "message", move |event| {
            if let Some(data) = event
                .dyn_ref::<MessageEvent>()
                .and_then(|event| event.data().as_string())
            {
                report(In::StreamEvent(data));
            }
        });
        let report = self.report.clone();
        let state = Rc::downgrade(&self.state);
        let error = EventListener::new(&source, "error", move |_| {
            // The machine decides when to open it again, not the browser. The
            // listener must not drop itself while it runs.
            if let Some(state) = state.upgrade() {
                if let Some(stream) = &state.borrow().stream {
                    stream.source.close();
                }
                spawn_local(async move { drop(state.borrow_mut().stream.take()) });
            }
            report(In::StreamClosed);
        });
        self.state.borrow_mut().stream = Some(Stream {
            source,
            _listeners: [message, error],
        });
    }
}

type Answer = (u16, Option<u64>, Vec<u8>);

/// One request, without credentials and never from a cache.
fn request(
    method: Method,
    headers: &[(String, String)],
    body: &[u8],
) -> Result<(AbortController, RequestInit), JsValue> {
    let controller = AbortController::new()?;
    let init = RequestInit::new();
    init.set_method(method.name());
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    init.set_signal(Some(&controller.signal()));
    if !headers.is_empty() {
        let list = Headers::new()?;
        for (name, value) in headers {
            list.append(name, value)?;
        }
        init.set_headers(&list);
    }
    if !matches!(method, Method::Get | Method::Delete | Method::MkCol) {
        init.set_body(&Uint8Array::from(body));
    }
    Ok((controller, init))
}

/// Makes a request. The body is read up to `max_body` bytes and no further.
async fn fetch(
    controller: &AbortController,
    init: &RequestInit,
    url: &str,
    max_body: usize,
) -> Result<Answer, JsValue> {
    let window = window().ok_or("no window")?;
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(url, init))
        .await?
        .dyn_into()?;
    let retry_after = response.headers().get("retry-after").ok().flatten();
    let retry_after = retry_after.and_then(|seconds| seconds.parse::<u64>().ok());
    let retry_after = retry_after.map(|seconds| seconds.saturating_mul(1000));
    let mut bytes = Vec::new();
    if let Some(stream) = response.body() {
        let reader: ReadableStreamDefaultReader = stream.get_reader().dyn_into()?;
        loop {
            let chunk = JsFuture::from(reader.read()).await?;
            if Reflect::get(&chunk, &"done".into())?.is_truthy() {
                break;
            }
            let chunk: Uint8Array = Reflect::get(&chunk, &"value".into())?.dyn_into()?;
            if bytes.len() + chunk.length() as usize > max_body {
                controller.abort();
                return Err("the answer is too long".into());
            }
            bytes.extend(chunk.to_vec());
        }
    }
    Ok((response.status(), retry_after, bytes))
}
