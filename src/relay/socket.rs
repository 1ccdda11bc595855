//! A WebSocket of a relay's machine.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::{Array, Uint8Array};
use postil_core::relay::In;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{BinaryType, CloseEvent, Event, MessageEvent, WebSocket};

/// The close code of a connection that ended without one.
pub(super) const NONE: u16 = 1006;

thread_local! {
    /// Channels that were opened before a machine asks for them.
    static CHANNELS: RefCell<Vec<(Box<str>, WebSocket)>> = const { RefCell::new(Vec::new()) };
}

#[wasm_bindgen]
extern "C" {
    /// What such a channel has beside what a socket has.
    type Channel;

    /// Somebody listens now.
    #[wasm_bindgen(method)]
    fn start(this: &Channel);
}

/// Keeps a channel for the machine that opens this address. It is to be used
/// like a socket.
pub(crate) fn keep_channel(url: &str, channel: WebSocket) {
    CHANNELS.with_borrow_mut(|all| all.push((url.into(), channel)));
}

/// An open or opening socket; dropping it closes it and ends its reports.
pub(super) struct Socket {
    socket: WebSocket,
    _listeners: [EventListener; 4],
}

impl Drop for Socket {
    fn drop(&mut self) {
        // It may be closed already.
        let _ = self.socket.close();
    }
}

impl Socket {
    /// Opens a socket that reports what happens to it.
    ///
    /// # Errors
    /// When the page's policy or the address does not allow it.
    pub(super) fn open(
        url: &str,
        protocols: &[String],
        report: &Rc<dyn Fn(In)>,
    ) -> Result<Self, JsValue> {
        let channel = CHANNELS.with_borrow_mut(|all| {
            let at = all.iter().position(|(kept, _)| **kept == *url)?;
            Some(all.swap_remove(at).1)
        });
        let socket = match &channel {
            Some(channel) => channel.clone(),
            None => {
                let offered: Array = protocols.iter().map(JsValue::from).collect();
                WebSocket::new_with_str_sequence(url, &offered)?
            }
        };
        socket.set_binary_type(BinaryType::Arraybuffer);
        let listeners = ["open", "message", "close", "error"].map(|kind| {
            let report = report.clone();
            EventListener::new(&socket, kind, move |event| report(said(event)))
        });
        if let Some(channel) = channel {
            // Not while the machine is being asked.
            spawn_local(async move { channel.unchecked_into::<Channel>().start() });
        }
        Ok(Socket {
            socket,
            _listeners: listeners,
        })
    }

    /// Sends one message. One that can not be sent is lost with the connection.
    pub(super) fn send_bytes(&self, bytes: &[u8]) {
        let _ = self.socket.send_with_u8_array(bytes);
    }

    /// Sends one message of text.
    pub(super) fn send_text(&self, text: &str) {
        let _ = self.socket.send_with_str(text);
    }
}

/// What an event says.
fn said(event: &Event) -> In {
    if let Some(message) = event.dyn_ref::<MessageEvent>() {
        let data = message.data();
        return match data.as_string() {
            Some(text) => In::SocketText(text),
            None => In::SocketBytes(Uint8Array::new(&data).to_vec()),
        };
    }
    if event.type_() == "open" {
        return In::SocketOpened;
    }
    // One that the page's policy forbids only fails; it is never closed.
    let code = event.dyn_ref::<CloseEvent>().map_or(NONE, CloseEvent::code);
    In::SocketClosed { code }
}
