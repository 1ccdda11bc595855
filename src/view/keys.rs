//! Keyboard shortcuts that work everywhere on the page. All of them need
//! modifier keys, so none gets in the way of typing.

use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};

/// What a shortcut asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shortcut {
    /// Ctrl+Alt+M or Cmd+Alt+M: write a comment on the selection.
    Comment,
    /// Alt+Page Down: the next thread.
    Next,
    /// Alt+Page Up: the thread before.
    Previous,
}

impl Shortcut {
    /// The shortcut an event stands for. Nothing when somebody else has acted
    /// on the event, or when the keys type a character (AltGr).
    pub(super) fn of(event: &Event) -> Option<Self> {
        let event = event.dyn_ref::<KeyboardEvent>()?;
        let types = event.get_modifier_state("AltGraph") || event.is_composing();
        if event.default_prevented() || types || !event.alt_key() {
            return None;
        }
        let command = event.ctrl_key() || event.meta_key();
        match event.code().as_str() {
            "KeyM" if command => Some(Shortcut::Comment),
            "PageDown" if !command => Some(Shortcut::Next),
            "PageUp" if !command => Some(Shortcut::Previous),
            _ => None,
        }
    }
}
