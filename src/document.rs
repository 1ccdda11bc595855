//! The editor of the shared document.
//!
//! What is on screen is the text itself: one element for each line, styled in
//! place, with every marker there and dimmed. Typing changes the elements and
//! tells the [`TextPort`]; what others do arrives through [`Editor::apply`].
//!
//! ```ignore
//! let editor = Editor::mount(host, Rc::new(port), false);
//! editor.on_select(|selection| show_comment_button(selection));
//! editor.apply(&deltas);
//! ```

mod caret;
mod composition;
mod host;
mod input;
mod lines;
mod paint;
mod place;
mod reader;
mod row;
mod screen;
mod style;
mod surface;

use std::cell::{Cell, OnceCell, RefCell};
use std::fmt;
use std::rc::Rc;

use postil_core::markup::utf16_length;
use postil_core::sorted::Map;
use postil_core::text::Delta;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use web_sys::{Document, HtmlElement, MutationObserver, MutationRecord, Range, Window};

use self::caret::Span;
use self::paint::Painting;
use self::surface::Surface;
use crate::listener::Listener;
pub(crate) use lines::difference;

/// The text behind an editor. All offsets are UTF-16 code units.
pub trait TextPort {
    /// The whole text as it is now.
    fn text(&self) -> String;

    /// Replaces `delete` units from `at` by `insert`. The editor already shows
    /// this, so the port does not bring it back through [`Editor::apply`].
    fn splice(&self, at: u32, delete: u32, insert: &str);

    /// Takes back the last own edit and brings the result to [`Editor::apply`],
    /// before it returns if it can: then the caret follows.
    fn undo(&self);

    /// Does again what was taken back; like [`TextPort::undo`].
    fn redo(&self);
}

/// An editor on an element, until it is ended or dropped.
pub struct Editor {
    inner: Rc<Inner>,
    listeners: RefCell<Vec<Listener>>,
    _observe: Closure<dyn FnMut(js_sys::Array)>,
}

impl fmt::Debug for Editor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Editor")
    }
}

struct Inner {
    window: Window,
    document: Document,
    host: HtmlElement,
    port: Rc<dyn TextPort>,
    surface: RefCell<Surface>,
    painting: RefCell<Painting>,
    readonly: Cell<bool>,
    label: RefCell<String>,
    /// Whether an input method owns the line with the caret.
    composing: Cell<bool>,
    /// What others did while text was composed.
    queue: RefCell<Vec<Delta>>,
    /// Whether meanwhile the port's text became another altogether.
    behind: Cell<bool>,
    /// Changes of the elements that are not ours and not dealt with.
    pending: RefCell<Vec<MutationRecord>>,
    observer: OnceCell<MutationObserver>,
    /// Whether what is applied now is the answer to undo or redo.
    follows_edit: Cell<bool>,
    dragged: Cell<Option<Span>>,
    /// Measures; see [`Inner::rect`].
    ruler: Range,
    /// Whether the caret is to be scrolled into view.
    revealing: Cell<bool>,
    /// The call of `frame` that was asked for and has not come.
    scheduled: Cell<Option<i32>>,
    frame: OnceCell<Closure<dyn FnMut()>>,
    on_select: RefCell<Option<OnSelect>>,
    selected: Cell<Option<Span>>,
}

type OnSelect = Rc<dyn Fn(Option<(u32, u32)>)>;

/// The accessible name of the document in English.
pub const LABEL: &str = "Shared document";

impl Editor {
    /// Shows the text of `port` in `host`, in place of what is in it, and lets
    /// people edit it. With `readonly` it can be read and selected, also with
    /// the keyboard, but not changed.
    ///
    /// # Errors
    ///
    /// When the page has no window, or refuses constructed style sheets.
    pub fn mount(
        host: HtmlElement,
        port: Rc<dyn TextPort>,
        readonly: bool,
    ) -> Result<Self, JsValue> {
        let window = web_sys::window().ok_or("The page has no window to edit in.")?;
        let document = window
            .document()
            .ok_or("The window has no document to edit in.")?;
        style::adopt(&document)?;
        let ruler = document.create_range()?;
        let surface = Surface::new(host.clone(), document.clone(), &port.text());
        let inner = Rc::new(Inner {
            window,
            document,
            host,
            port,
            surface: RefCell::new(surface),
            painting: RefCell::new(Painting::new()),
            readonly: Cell::new(readonly),
            label: RefCell::new(LABEL.into()),
            composing: Cell::default(),
            queue: RefCell::default(),
            behind: Cell::default(),
            pending: RefCell::default(),
            observer: OnceCell::new(),
            follows_edit: Cell::default(),
            dragged: Cell::default(),
            ruler,
            revealing: Cell::default(),
            scheduled: Cell::default(),
            frame: OnceCell::new(),
            on_select: RefCell::default(),
            selected: Cell::default(),
        });
        inner.dress()?;
        let weak = Rc::downgrade(&inner);
        let _ = inner.frame.set(Closure::new(move || {
            if let Some(inner) = weak.upgrade() {
                inner.frame();
            }
        }));
        let observe = inner.observe()?;
        Ok(Self {
            listeners: RefCell::new(host::listen(&inner)),
            _observe: observe,
            inner,
        })
    }

    /// Shows edits that were made elsewhere, one after another. The caret and
    /// the selection stay on their characters. While text is composed with an
    /// input method they wait.
    pub fn apply(&self, deltas: &[Delta]) {
        self.inner.apply(deltas);
    }

    /// Shows the text of the port, whatever was shown before, and changes as
    /// little as it can.
    pub fn refresh(&self) {
        self.inner.refresh();
    }

    /// Allows or forbids editing.
    pub fn set_readonly(&self, readonly: bool) {
        self.inner.readonly.set(readonly);
        // Setting attributes of an element that exists does not fail.
        let _ = self.inner.dress();
    }

    /// Names the document for assistive technology; [`LABEL`] until then.
    pub fn set_label(&self, label: &str) {
        *self.inner.label.borrow_mut() = label.into();
        let _ = self.inner.dress();
    }

    /// The selected part of the text, first offset first, if the selection is
    /// in the document; equal offsets are a caret.
    pub fn selection(&self) -> Option<(u32, u32)> {
        self.inner.span().map(|span| (span.start(), span.end()))
    }

    /// Has `handle` called when the selection changed; `None` when it is no
    /// longer in the document.
    pub fn on_select(&self, handle: impl Fn(Option<(u32, u32)>) + 'static) {
        *self.inner.on_select.borrow_mut() = Some(Rc::new(handle));
    }

    /// Selects a part of the text.
    pub fn select(&self, start: u32, end: u32) {
        if !self.inner.composing.get() {
            self.inner.put_span(Span {
                anchor: start,
                focus: end,
            });
        }
    }

    /// A live range over a part of the text. It is good until the next edit.
    pub fn range(&self, start: u32, end: u32) -> Option<Range> {
        self.inner.range(start, end)
    }

    /// How far below the top of the host the character at `offset` is, in CSS
    /// pixels. Asks for layout; use [`Editor::tops`] for many.
    pub fn top(&self, offset: u32) -> f64 {
        self.tops(&[offset]).first().copied().unwrap_or(0.0)
    }

    /// [`Editor::top`] of each of `offsets`, with one layout.
    pub fn tops(&self, offsets: &[u32]) -> Vec<f64> {
        let zero = self.inner.host.get_bounding_client_rect().top();
        // Many threads are about few words, and measuring takes long.
        let mut known: Map<u32, f64> = Map::new();
        let mut top = |offset: &u32| {
            *known.entry(*offset).or_insert_with(|| {
                let rect = self.inner.rect(*offset);
                rect.map_or(0.0, |rect| rect.top() - zero)
            })
        };
        offsets.iter().map(&mut top).collect()
    }

    /// The offset of the character at a point of the window, in CSS pixels.
    pub fn offset_at_point(&self, x: f64, y: f64) -> Option<u32> {
        self.inner.offset_at_point(x, y)
    }

    /// Highlights parts of the text with threads: open, resolved, the one that
    /// is looked at, and the one that is being written. Replaces what was
    /// highlighted before; cheap when little of it changed. Does nothing in a
    /// browser without the CSS Custom Highlight API.
    pub fn paint(
        &self,
        open: &[(u32, u32)],
        resolved: &[(u32, u32)],
        active: &[(u32, u32)],
        draft: Option<(u32, u32)>,
    ) {
        self.inner.paint([
            resolved.to_vec(),
            open.to_vec(),
            active.to_vec(),
            Vec::from_iter(draft),
        ]);
    }

    /// Moves the keyboard focus into the document.
    pub fn focus(&self) {
        let _ = self.inner.host.focus();
    }

    /// Ends editing and leaves the text as it stands. From here on another
    /// editor may have the element, whoever still holds this one.
    pub fn end(&self) {
        if std::mem::take(&mut *self.listeners.borrow_mut()).is_empty() {
            return;
        }
        self.inner.composition_end();
        // Two that watch one element would put its lines right for ever, each
        // its own.
        if let Some(observer) = self.inner.observer.get() {
            observer.disconnect();
        }
        if let Some(id) = self.inner.scheduled.take() {
            let _ = self.inner.window.cancel_animation_frame(id);
        }
        self.inner.painting.borrow_mut().end();
        for name in host::ATTRIBUTES {
            let _ = self.inner.host.remove_attribute(name);
        }
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        self.end();
    }
}

impl Inner {
    /// Changes the text and the elements.
    fn edit(&self, at: u32, deleted: u32, inserted: &str) {
        let damage = self.surface.borrow_mut().splice(at, deleted, inserted);
        self.forget_own_mutations();
        self.moved(at, deleted, utf16_length(inserted), damage);
    }

    fn forget_own_mutations(&self) {
        if let Some(observer) = self.observer.get() {
            observer.take_records();
        }
    }

    fn apply(&self, deltas: &[Delta]) {
        if self.composing.get() {
            self.queue.borrow_mut().extend_from_slice(deltas);
            return;
        }
        self.settle(false);
        let mut span = self.span();
        for delta in deltas {
            self.edit(delta.at, delta.deleted, &delta.inserted);
            span = span.map(|span| span.after(delta));
        }
        if self.follows_edit.get()
            && let Some(last) = deltas.last()
        {
            span = Some(Span::caret(last.at + utf16_length(&last.inserted)));
            self.reveal_caret();
        }
        if let Some(span) = span {
            self.put_span(span);
        }
    }

    fn refresh(&self) {
        if self.composing.get() {
            self.behind.set(true);
            return;
        }
        let delta = self.distance();
        if delta.deleted > 0 || !delta.inserted.is_empty() {
            self.apply(&[delta]);
        }
    }

    /// The edit that makes the port's text of the text that is shown.
    fn distance(&self) -> Delta {
        let text = self.port.text();
        let surface = self.surface.borrow();
        let now = surface.lines().slice(0, surface.lines().length());
        let (at, deleted, inserted) = lines::difference(&now, &text);
        Delta {
            at,
            deleted,
            inserted: inserted.to_owned(),
        }
    }

    fn offset_at_point(&self, x: f64, y: f64) -> Option<u32> {
        // The interface takes CSS pixels as single precision.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "windows are smaller than 2^24 pixels"
        )]
        let position = self
            .document
            .caret_position_from_point(x as f32, y as f32)?;
        self.surface
            .borrow()
            .offset_of(&position.offset_node()?, position.offset())
    }

    fn selection_changed(&self) {
        if self.composing.get() {
            return;
        }
        let span = self.span();
        if self.selected.replace(span) == span {
            return;
        }
        let handle = self.on_select.borrow().clone();
        if let Some(handle) = handle {
            handle(span.map(|span| (span.start(), span.end())));
        }
    }
}
