//! The commented part of an ordinary page: its text, kept up to date, and what
//! people select and point at in it.
//!
//! Nothing of the page is changed, except where a browser has no other way to
//! show a highlight (see [`mark`]). Reading is done in slices, so that the page
//! stays quick, and only what a change touched is read again.

pub mod around;
mod collapse;
mod element;
mod flat;
mod kind;
mod mark;
mod paint;
mod parts;
mod point;
mod text;
mod watch;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::{Rc, Weak};

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;
use web_sys::{Document, Element, MutationObserver, Range, ShadowRoot, Window};

pub use point::Place;

use crate::plan::Plan;
use crate::platform::uptime;
use paint::Painting;
use parts::Parts;
use text::Text;

/// What a page tells whoever mounted it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event {
    /// Everything has been read again; whether the text is another one.
    Read(bool),
    /// The selection may be another one.
    Selected,
    /// The root or something in it may stand elsewhere.
    Moved,
    /// The pointer is over another character, or over none: its offset.
    Over(Option<u32>),
    /// Somebody clicked on the text.
    Clicked {
        /// The offset of the character, in UTF-16 code units.
        at: u32,
        /// The place in the window, in CSS pixels.
        x: f64,
        /// The same from the top.
        y: f64,
    },
}

/// A commented root, until it is dropped.
pub struct Page {
    inner: Rc<Inner>,
    _watch: watch::Watch,
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Page")
    }
}

struct Inner {
    this: Weak<Inner>,
    window: Window,
    document: Document,
    root: Element,
    parts: RefCell<Parts>,
    text: RefCell<Rc<Text>>,
    /// Whether everything has been read at least once.
    read: Cell<bool>,
    /// Whether the text is another one than was told of.
    changed: Cell<bool>,
    /// Counts readings and moves.
    version: Cell<u32>,
    painting: RefCell<Painting>,
    /// Counts changes of the tree.
    changes: Cell<u32>,
    /// The character that the pointer is over.
    over: Cell<Option<u32>>,
    observer: RefCell<Option<MutationObserver>>,
    observe: RefCell<Option<Observe>>,
    /// Shadow roots in the root.
    shadows: RefCell<Vec<ShadowRoot>>,
    plan: Plan,
    /// Whether `plan` is to read.
    reading: Cell<bool>,
    on: Box<dyn Fn(Event)>,
}

type Observe = Closure<dyn FnMut(js_sys::Array)>;

/// For how long to read at a time, in milliseconds.
const SLICE: f64 = 10.0;

/// How long the browser needs until it has drawn, in milliseconds.
const FRAME: u32 = 20;

/// How long to wait after a change, for more of them, in milliseconds.
const PAUSE: u32 = 40;

impl Page {
    /// Starts to read `root`, and to watch it. `on` hears what happens, from the
    /// next task on.
    ///
    /// # Errors
    /// When the page refuses what this needs.
    pub fn mount(root: &Element, on: impl Fn(Event) + 'static) -> Result<Self, JsValue> {
        let window = web_sys::window().ok_or("The page has no window.")?;
        let document = root
            .owner_document()
            .ok_or("The element is in no document.")?;
        let inner = Rc::new_cyclic(|this| Inner {
            this: this.clone(),
            document,
            root: root.clone(),
            parts: RefCell::new(Parts::new(root, window.clone())),
            window,
            text: RefCell::default(),
            read: Cell::default(),
            changed: Cell::default(),
            version: Cell::default(),
            painting: RefCell::default(),
            changes: Cell::default(),
            over: Cell::default(),
            observer: RefCell::default(),
            observe: RefCell::default(),
            shadows: RefCell::default(),
            plan: Plan::default(),
            reading: Cell::default(),
            on: Box::new(on),
        });
        let watch = watch::Watch::start(&inner)?;
        // A new style sheet makes the browser look at the whole page again. It
        // does that by itself before it draws; reading would make it wait.
        let look = inner.window.get_computed_style(root).ok().flatten();
        inner.painting.borrow_mut().prepare(&inner.document, look);
        inner.read_within(FRAME);
        Ok(Page {
            inner,
            _watch: watch,
        })
    }

    /// The root.
    pub fn root(&self) -> &Element {
        &self.inner.root
    }

    /// The text, as it was when everything had last been read; empty before.
    /// As long as it says the same, it is the same one.
    pub fn text(&self) -> Rc<str> {
        self.inner.text.borrow().text.clone()
    }

    /// Some words of the text; offsets in UTF-16 code units.
    pub fn words(&self, (start, end): (u32, u32)) -> Rc<str> {
        let text = self.inner.text.borrow().clone();
        text.slice(start, end).into()
    }

    /// Whether everything has been read at least once.
    pub fn is_read(&self) -> bool {
        self.inner.read.get()
    }

    /// Reads at once what is left to read, if somebody is to do something with
    /// what is selected.
    pub fn read_rest(&self) {
        self.inner.read_rest();
    }

    /// Counts readings, and whatever else can move the text on screen.
    pub fn version(&self) -> u32 {
        self.inner.version.get()
    }

    /// Ranges over a part of the text, in UTF-16 code units; none when it is
    /// not there.
    pub fn ranges(&self, part: (u32, u32)) -> Vec<Range> {
        self.inner.ranges(part)
    }

    /// Counts changes of what is in the root.
    pub fn changes(&self) -> u32 {
        self.inner.changes.get()
    }

    /// Whether there are pictures or players in the root.
    pub fn has_media(&self) -> bool {
        let found = self.inner.root.query_selector("img, video, audio");
        found.is_ok_and(|found| found.is_some())
    }

    /// Highlights parts of the text: resolved, open, active and draft. Replaces
    /// what was highlighted before.
    pub fn paint(&self, wanted: [Vec<(u32, u32)>; 4]) {
        self.inner.paint(wanted);
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Some(observer) = self.inner.observer.take() {
            observer.disconnect();
        }
        self.inner.plan.forget();
        let document = &self.inner.document;
        self.inner.painting.borrow_mut().end(document);
        self.inner.observe.take();
    }
}

impl Inner {
    /// Reads what has to be read, soon.
    fn read_within(&self, wait: u32) {
        if self.reading.replace(true) {
            return;
        }
        self.plan(wait);
    }

    fn plan(&self, wait: u32) {
        let this = self.this.clone();
        self.plan.within(wait, move || {
            if let Some(inner) = this.upgrade() {
                inner.read_slice();
            }
        });
    }

    fn read_slice(&self) {
        let end = uptime() + SLICE;
        let done = self.parts.borrow_mut().read(|| uptime() > end);
        self.watch_found();
        if done {
            self.end_reading();
        } else {
            self.plan(0);
        }
    }

    /// Reads at once what is left to read: somebody asks what is where.
    fn read_rest(&self) {
        if self.reading.get() {
            self.plan.forget();
            self.parts.borrow_mut().read(|| false);
            self.watch_found();
            self.end_reading();
        }
    }

    fn end_reading(&self) {
        self.reading.set(false);
        let is_new = !self.read.replace(true) | self.changed.take();
        let changed = self.join() | is_new;
        crate::platform::mark(crate::platform::TEXT_READ, self.text.borrow().text.len());
        self.moved();
        (self.on)(Event::Read(changed));
    }

    /// Puts together what was read, and says whether the text is another one.
    fn join(&self) -> bool {
        let mut text = Text::of(&mut self.parts.borrow_mut());
        let mut known = self.text.borrow_mut();
        let changed = text.text != known.text;
        if !changed {
            text.text = known.text.clone();
        }
        *known = Rc::new(text);
        changed
    }

    /// What is on screen may stand elsewhere.
    fn moved(&self) {
        self.version.set(self.version.get().wrapping_add(1));
        self.painting.borrow_mut().forget();
    }

    fn ranges(&self, part: (u32, u32)) -> Vec<Range> {
        let text = self.text.borrow().clone();
        text.ranges(&self.parts.borrow(), &self.document, part)
    }
}
