//! What people do to the text: each kind of input becomes a splice.

use wasm_bindgen::JsCast;
use web_sys::{
    ClipboardEvent, DataTransfer, DragEvent, Event, InputEvent, KeyboardEvent, MouseEvent,
    StaticRange,
};

use super::Inner;
use super::caret::Span;

impl Inner {
    pub(super) fn before_input(&self, event: &InputEvent) {
        let kind = event.input_type();
        if self.readonly.get() {
            event.prevent_default();
            return;
        }
        // Input methods change the elements themselves, and may not be stopped.
        if self.composing.get() || !event.cancelable() || kind.contains("omposition") {
            return;
        }
        event.prevent_default();
        self.settle(false);
        match kind.as_str() {
            "historyUndo" => self.history(false),
            "historyRedo" => self.history(true),
            "insertParagraph" | "insertLineBreak" => self.replace_target(event, "\n"),
            "formatBold" => self.wrap(2),
            "formatItalic" => self.wrap(1),
            _ if kind.starts_with("delete") => self.delete_target(event, &kind),
            _ if kind.starts_with("insert") => {
                let text = event
                    .data()
                    .or_else(|| event.data_transfer().and_then(|data| plain(&data)));
                if let Some(text) = text {
                    self.replace_target(event, &text);
                }
            }
            // Other formats have no meaning in a plain text.
            _ => {}
        }
    }

    pub(super) fn key_down(&self, event: &KeyboardEvent) {
        let command = (event.ctrl_key() || event.meta_key()) && !event.alt_key();
        if !command || event.is_composing() {
            return;
        }
        // Not every browser asks for what these keys stand for: none has a
        // history of its own for us, and Firefox makes nothing bold.
        // With a layout without Latin letters the place of the key decides.
        let key = event.key();
        let is = |letter: &str, code: &str| {
            key.eq_ignore_ascii_case(letter) || (!key.is_ascii() && event.code() == code)
        };
        let act: fn(&Self) = match event.shift_key() {
            false if is("z", "KeyZ") => |this| this.history(false),
            true if is("z", "KeyZ") => |this| this.history(true),
            false if is("y", "KeyY") => |this| this.history(true),
            false if is("b", "KeyB") => |this| this.wrap(2),
            false if is("i", "KeyI") => |this| this.wrap(1),
            _ => return,
        };
        event.prevent_default();
        if self.may_edit() {
            act(self);
        }
    }

    pub(super) fn copy(&self, event: &ClipboardEvent, cut: bool) {
        let Some(span) = self.span().filter(|span| span.anchor != span.focus) else {
            return;
        };
        let Some(clipboard) = event.clipboard_data() else {
            return;
        };
        let text = self
            .surface
            .borrow()
            .lines()
            .slice(span.start(), span.end());
        if clipboard.set_data("text/plain", &text).is_err() {
            return;
        }
        event.prevent_default();
        if cut && self.may_edit() {
            self.replace(span.start(), span.end(), "");
        }
    }

    pub(super) fn paste(&self, event: &ClipboardEvent) {
        event.prevent_default();
        let text = event.clipboard_data().and_then(|data| plain(&data));
        if let (Some(text), Some(span), true) = (text, self.span(), self.may_edit()) {
            self.replace(span.start(), span.end(), &text);
        }
    }

    /// Remembers what is dragged, because a drop may have to move it.
    pub(super) fn drag_start(&self) {
        self.dragged
            .set(self.span().filter(|span| span.anchor != span.focus));
    }

    pub(super) fn drop_text(&self, event: &DragEvent) {
        // The default would open a dropped file in place of the page.
        event.prevent_default();
        let dragged = self.dragged.take();
        let Some(data) = event.data_transfer() else {
            return;
        };
        let point = self.offset_at_point(f64::from(event.client_x()), f64::from(event.client_y()));
        let (Some(text), Some(at), true) = (plain(&data), point, self.may_edit()) else {
            return;
        };
        let copies = event.ctrl_key() || event.alt_key();
        match dragged.filter(|_| !copies) {
            Some(span) if (span.start()..=span.end()).contains(&at) => {}
            Some(span) => {
                let length = span.end() - span.start();
                self.replace(span.start(), span.end(), "");
                let at = if at > span.start() { at - length } else { at };
                self.drop_at(at, &text);
            }
            None => self.drop_at(at, &text),
        }
    }

    fn drop_at(&self, at: u32, text: &str) {
        self.replace(at, at, text);
        if let Some(end) = self.span() {
            self.put_span(Span {
                anchor: at,
                focus: end.focus,
            });
        }
    }

    fn may_edit(&self) -> bool {
        if self.readonly.get() || self.composing.get() {
            return false;
        }
        self.settle(false);
        true
    }

    fn history(&self, redo: bool) {
        self.follows_edit.set(true);
        if redo {
            self.port.redo();
        } else {
            self.port.undo();
        }
        self.follows_edit.set(false);
    }

    fn replace_target(&self, event: &InputEvent, text: &str) {
        if let Some(span) = self.target(event).or_else(|| self.span()) {
            self.replace(span.start(), span.end(), text);
        }
    }

    fn delete_target(&self, event: &InputEvent, kind: &str) {
        let Some(span) = self.target(event).or_else(|| self.span()) else {
            return;
        };
        let (mut start, mut end) = (span.start(), span.end());
        if start == end {
            // Some browsers do not say which character a key would delete.
            let surface = self.surface.borrow();
            let lines = surface.lines();
            if kind.ends_with("Backward") && start > 0 {
                let before = lines.slice(start.saturating_sub(2), start);
                start -= before.chars().next_back().map_or(1, units);
            } else if kind.ends_with("Forward") {
                let after = lines.slice(start, start + 2);
                end += after.chars().next().map_or(0, units);
            }
        }
        self.replace(start, end, "");
    }

    /// What the input is about: often more than the selection, for example the
    /// word that a spelling suggestion replaces.
    fn target(&self, event: &InputEvent) -> Option<Span> {
        let range: StaticRange = event.get_target_ranges().get(0).dyn_into().ok()?;
        let surface = self.surface.borrow();
        Some(Span {
            anchor: surface.offset_of(&range.start_container(), range.start_offset())?,
            focus: surface.offset_of(&range.end_container(), range.end_offset())?,
        })
    }

    /// Makes the selection bold or italic with asterisks, or takes that away.
    fn wrap(&self, weight: u32) {
        let Some(span) = self.span() else { return };
        let (start, end) = (span.start(), span.end());
        let (before, inner, after) = {
            let surface = self.surface.borrow();
            let lines = surface.lines();
            (
                lines.slice(start.saturating_sub(3), start),
                lines.slice(start, end),
                lines.slice(end, end + 3),
            )
        };
        // Emphasis does not reach over a line feed.
        if inner.contains('\n') {
            return;
        }
        let is_star = |c: &char| *c == '*';
        let before = before.chars().rev().take_while(is_star).count();
        let after = after.chars().take_while(is_star).count();
        let stars = before.min(after);
        // One asterisk is italic, two are bold, three are both.
        let has = if weight == 2 {
            stars >= 2
        } else {
            stars % 2 == 1
        };
        let at = if has {
            self.replace(start - weight, end + weight, &inner);
            start - weight
        } else {
            let marker = if weight == 2 { "**" } else { "*" };
            self.replace(start, end, &[marker, &inner, marker].concat());
            start + weight
        };
        self.put_span(Span {
            anchor: at,
            focus: at + (end - start),
        });
    }

    /// A third click selects a line. Browsers add the start of the next one,
    /// and typing would then join the two.
    pub(super) fn click(&self, event: &MouseEvent) {
        let Some(span) = self.span().filter(|_| event.detail() == 3) else {
            return;
        };
        let line_feed = self
            .surface
            .borrow()
            .lines()
            .slice(span.end().saturating_sub(1), span.end());
        if line_feed == "\n" && span.start() < span.end() {
            self.put_span(Span {
                anchor: span.start(),
                focus: span.end() - 1,
            });
        }
    }

    /// Makes an edit: first on screen, then for everyone.
    pub(super) fn replace(&self, start: u32, end: u32, text: &str) {
        let text = normal(text);
        if start == end && text.is_empty() {
            return;
        }
        self.edit(start, end - start, &text);
        let caret = start + postil_core::markup::utf16_length(&text);
        self.put_span(Span::caret(caret));
        self.port.splice(start, end - start, &text);
        self.reveal_caret();
    }
}

fn units(c: char) -> u32 {
    if c.len_utf16() == 2 { 2 } else { 1 }
}

/// Line ends as line feeds.
fn normal(text: &str) -> String {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text.to_owned()
    }
}

fn plain(data: &DataTransfer) -> Option<String> {
    data.get_data("text/plain")
        .ok()
        .filter(|text| !text.is_empty())
}

/// The event as a kind of event, if it is one.
pub(super) fn of<T: JsCast>(event: Event, handle: impl FnOnce(&T)) {
    if let Ok(event) = event.dyn_into::<T>() {
        handle(&event);
    }
}
