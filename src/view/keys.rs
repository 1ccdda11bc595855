//! Keyboard shortcuts that work everywhere on the page, and the keys that end
//! writing. All of the former need modifier keys, so none gets in the way of
//! typing.

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

/// How a key ends what is being written, if it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Enter, where there are several `lines` with Ctrl or Cmd.
    Done,
    /// Escape.
    Left,
}

impl Ending {
    /// What a key means in a field. The event is stopped at once: messages are
    /// taken later, when it would have gone on to the panel.
    pub(super) fn of(event: &KeyboardEvent, lines: bool) -> Option<Self> {
        // Both keys belong to the input method while it composes.
        if event.is_composing() {
            return None;
        }
        let ending = match event.key().as_str() {
            "Enter" if !lines || event.ctrl_key() || event.meta_key() => Ending::Done,
            "Escape" => Ending::Left,
            _ => return None,
        };
        event.prevent_default();
        event.stop_propagation();
        Some(ending)
    }
}
