//! The tabs of this device: who leads, and the channel on which they talk.

use std::cell::Cell;
use std::rc::Rc;

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

/// Who leads a room.
pub(crate) enum Lead {
    /// This tab, for as long as it keeps the lock. Where there are no locks
    /// there is nothing to keep: the store sees to it that no log forks.
    Here(Option<Lock>),
    /// Another tab.
    Elsewhere,
}

/// Asks for the lock of a room, and calls `answer` once: when it is granted,
/// or, unless it is to `wait`, when another tab has it.
fn request(room: &RoomId, wait: bool, answer: impl FnOnce(Lead) + 'static) {
    let answer = Rc::new(Cell::new(Some(answer)));
    let tell = move |lead: Lead| {
        if let Some(answer) = answer.take() {
            answer(lead);
        }
    };
    let otherwise = tell.clone();
    // The lock is held for as long as the promise that this gives is pending.
    let held = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        if lock.is_null() || lock.is_undefined() {
            tell(Lead::Elsewhere);
            return JsValue::UNDEFINED;
        }
        let mut release = None;
        let promise = Promise::new(&mut |resolve, _| release = Some(resolve));
        tell(Lead::Here(release.map(|release| Lock { release })));
        promise.into()
    });
    let name = ["postil lead ", &room.mailbox()].concat();
    let asked = locks().map(|manager| ask(&manager, &name, wait, &held));
    let asked = asked.and_then(Result::ok);
    let asked = asked.and_then(|promise| promise.dyn_into::<Promise>().ok());
    wasm_bindgen_futures::spawn_local(async move {
        if let Some(promise) = asked {
            let _ = JsFuture::from(promise).await;
        }
        // Frames without an origin of their own have locks that refuse.
        otherwise(Lead::Here(None));
    });
}

/// Asks to lead the room, if no other tab does. It is asked at once, not when
/// the answer is waited for.
pub(crate) fn ask_lead(room: &RoomId) -> impl Future<Output = Lead> + use<> {
    let found = Rc::new(Cell::new(None));
    let answered = Promise::new(&mut |resolve, _| {
        let found = found.clone();
        request(room, false, move |lead| {
            found.set(Some(lead));
            // A promise's resolve function does not throw.
            let _ = resolve.call0(&JsValue::NULL);
        });
    });
    async move {
        let _ = JsFuture::from(answered).await;
        found.take().unwrap_or(Lead::Elsewhere)
    }
}

/// Calls `lead` when no other tab leads the room: at once, or when the one
/// that does is closed.
pub(crate) fn await_lead(room: &RoomId, lead: impl FnOnce(Option<Lock>) + 'static) {
    request(room, true, move |found| {
        if let Lead::Here(lock) = found {
            lead(lock);
        }
    });
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
