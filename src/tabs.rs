//! The tabs of this device: who leads, and the channel on which they talk.

use gloo_events::EventListener;
use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use postil_core::id::RoomId;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::platform::window;

/// A lock that this tab holds until it is dropped.
pub(crate) struct Lock {
    release: Function,
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::NULL);
    }
}

/// The browser's `LockManager`, which web-sys does not bind without unstable
/// flags; pages that were not loaded securely have none.
fn locks() -> Option<JsValue> {
    let locks = Reflect::get(&window()?.navigator(), &"locks".into()).ok()?;
    locks.is_object().then_some(locks)
}

fn ask(manager: &JsValue, name: &str, wait: bool, held: &JsValue) -> Result<JsValue, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &(!wait).into())?;
    let method: Function = Reflect::get(manager, &"request".into())?.dyn_into()?;
    method.call3(manager, &name.into(), &options, held)
}

/// Asks for a lock. `granted` is called with it; with `None` when it is taken
/// and `wait` is not set.
fn request(
    manager: &JsValue,
    name: &str,
    wait: bool,
    granted: impl FnOnce(Option<Lock>) + 'static,
) {
    let mut granted = Some(granted);
    // The lock is held for as long as the promise that this gives is pending.
    let held = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let Some(granted) = granted.take() else {
            return JsValue::UNDEFINED;
        };
        if lock.is_null() || lock.is_undefined() {
            granted(None);
            return JsValue::UNDEFINED;
        }
        let mut release = None;
        let promise = Promise::new(&mut |resolve, _| release = Some(resolve));
        granted(release.map(|release| Lock { release }));
        promise.into()
    });
    let asked = ask(manager, name, wait, &held);
    if let Ok(promise) = asked.and_then(|promise| promise.dyn_into::<Promise>()) {
        wasm_bindgen_futures::spawn_local(async move {
            // A page that is being left refuses; nothing follows from that.
            let _ = JsFuture::from(promise).await;
        });
    }
}

/// Calls `lead` when no other tab leads the room: at once, or when the one
/// that does is closed.
pub(crate) fn await_lead(room: &RoomId, lead: impl FnOnce(Option<Lock>) + 'static) {
    match locks() {
        Some(manager) => request(
            &manager,
            &format!("postil lead {}", room.mailbox()),
            true,
            lead,
        ),
        None => wasm_bindgen_futures::spawn_local(async move { lead(None) }),
    }
}

/// The channel between the tabs of a room.
pub(crate) struct Channel {
    channel: BroadcastChannel,
    _listener: EventListener,
}

impl Channel {
    /// Opens it; `None` where the browser has none.
    pub(crate) fn open(room: &RoomId, heard: impl Fn(Vec<u8>) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(&["postil ", &room.mailbox()].concat()).ok()?;
        let listener = EventListener::new(&channel, "message", move |event| {
            let data = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
            if let Some(bytes) = data.and_then(|data| data.dyn_into::<Uint8Array>().ok()) {
                heard(bytes.to_vec());
            }
        });
        Some(Channel {
            channel,
            _listener: listener,
        })
    }

    /// Says something to all other tabs.
    pub(crate) fn tell(&self, bytes: &[u8]) {
        // A closed channel has nobody to hear it.
        let _ = self.channel.post_message(&Uint8Array::from(bytes));
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.close();
    }
}
