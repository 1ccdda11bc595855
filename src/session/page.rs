//! An ordinary part of the page that a panel is about: where the threads are in
//! its text, and what people do there.

mod finding;
mod media;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use postil_core::anchor::Anchor;
use postil_core::anchor::index::TextIndex;
use postil_core::discussion::{Discussion, Placement, Status};
use postil_core::id::EventId;
use postil_core::sorted::{self, Map, Set};
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::Session;
use super::panel::PanelHalf;
use crate::page::{Event, Page};
use crate::plan::Plan;
use crate::platform;
use finding::Finding;
use media::Media;
pub(super) use media::{edges, scroll_to_medium};

/// A commented root and the threads in it.
pub(super) struct PageHalf {
    this: Weak<PageHalf>,
    pub(super) page: Page,
    session: Weak<Session>,
    panel: Weak<PanelHalf>,
    /// Where the threads are, as far as that is known.
    known: RefCell<Map<EventId, Placement>>,
    /// Threads that have to be looked for.
    stale: RefCell<Set<EventId>>,
    /// The text that `known` is about, prepared.
    index: RefCell<Option<Rc<TextIndex>>>,
    finding: RefCell<Finding>,
    /// Whether there is something new to be shown.
    unshown: Cell<bool>,
    /// Since when panels wait for threads that are looked for, by the page's clock.
    since: Cell<f64>,
    plan: Plan,
    /// A thread whose text is to be shown when it is found.
    awaited: Cell<Option<(EventId, bool)>>,
    media: Media,
}

impl PageHalf {
    /// Starts to read `root` for a panel.
    ///
    /// # Errors
    /// When the page refuses what this needs.
    pub(super) fn mount(root: &Element, panel: &Rc<PanelHalf>) -> Result<Rc<Self>, JsValue> {
        let slot: Rc<RefCell<Weak<PageHalf>>> = Rc::default();
        let heard = slot.clone();
        let page = Page::mount(root, move |event| {
            let half = heard.borrow().upgrade();
            if let Some(half) = half {
                half.heard(event);
            }
        })?;
        let half = Rc::new_cyclic(|this| PageHalf {
            this: this.clone(),
            page,
            session: Rc::downgrade(panel.session()),
            panel: Rc::downgrade(panel),
            known: RefCell::default(),
            stale: RefCell::default(),
            index: RefCell::default(),
            finding: RefCell::default(),
            unshown: Cell::default(),
            since: Cell::default(),
            plan: Plan::default(),
            awaited: Cell::default(),
            media: Media::default(),
        });
        *slot.borrow_mut() = Rc::downgrade(&half);
        Ok(half)
    }

    fn heard(&self, event: Event) {
        let Some((session, panel)) = self.session.upgrade().zip(self.panel.upgrade()) else {
            return;
        };
        match event {
            Event::Read(changed) => {
                if changed {
                    self.reread(&panel);
                    panel.seek_text();
                }
                self.unshown.set(true);
                self.plan(0);
            }
            Event::Moved => session.refresh_within(40),
            Event::Selected => session.refresh_within(60),
            Event::Over(at) => {
                let threads = at.map(|at| self.threads_at(&session.discussion.borrow(), at));
                panel.glow(threads.and_then(|threads| threads.first().copied()));
            }
            Event::Clicked { at, x, y } => {
                let threads = self.threads_at(&session.discussion.borrow(), at);
                panel.choose(threads, (x, y));
            }
        }
    }

    /// Where a thread is.
    pub(super) fn of(&self, thread: &EventId) -> Placement {
        match self.known.borrow().get(thread) {
            Some(Placement::OnElement { .. }) => self.media.of(thread),
            Some(place) => *place,
            None => Placement::Waiting,
        }
    }

    /// The threads whose text is at an offset, shortest first: the others can
    /// be reached beside it.
    fn threads_at(&self, discussion: &Discussion, at: u32) -> Vec<EventId> {
        let known = self.known.borrow();
        let threads = discussion.threads.iter();
        let mut there: Vec<(u32, EventId)> = threads
            .filter_map(|thread| match known.get(&thread.id) {
                Some(Placement::Placed { start, end }) if *start <= at && at < *end => {
                    Some((end - start, thread.id))
                }
                _ => None,
            })
            .collect();
        sorted::sort(&mut there);
        there.into_iter().map(|(_, id)| id).collect()
    }

    /// What to remember of a part of the text.
    pub(super) fn describe(&self, (start, end): (u32, u32)) -> Option<Anchor> {
        let since = platform::uptime();
        let index = self.index.borrow().clone();
        let text = self.page.text();
        // To compare all that they say would take longer than everything else here.
        let is_current = |index: &Rc<TextIndex>| std::ptr::eq(&*text, index.text());
        let anchor = match index.filter(is_current) {
            Some(index) => index.describe(start, end),
            None => Anchor::describe_text(&text, start, end),
        };
        let anchor = anchor.map(|anchor| Anchor {
            element: self.page.describe_element((start, end)),
            ..anchor
        });
        let took = (platform::uptime() - since) * 1000.0;
        platform::mark(platform::CAPTURED, took as usize);
        anchor
    }

    /// Highlights the threads' texts.
    pub(super) fn paint(&self, discussion: &Discussion, panel: &PanelHalf) {
        let known = self.known.borrow();
        let active = panel.active();
        let pointed = panel.pointed();
        let mut wanted: [Vec<(u32, u32)>; 4] = Default::default();
        let [resolved, open, on, draft] = &mut wanted;
        for thread in &discussion.threads {
            let part = match known.get(&thread.id) {
                Some(Placement::Placed { start, end }) => (*start, *end),
                // A proposal is shown while one thinks about it.
                Some(Placement::Proposed { start, end, .. }) if active == Some(thread.id) => {
                    draft.push((*start, *end));
                    continue;
                }
                _ => continue,
            };
            if active == Some(thread.id) || pointed == Some(thread.id) {
                on.push(part);
            } else if thread.status == Status::Open {
                open.push(part);
            } else {
                resolved.push(part);
            }
        }
        on.extend(panel.linked());
        draft.extend(panel.composing());
        self.page.paint(wanted);
        drop(known);
        self.draw_media(panel, &discussion.threads);
    }

    /// Shows a thread's text: now, or as soon as it is found.
    pub(super) fn reveal(&self, thread: EventId, focus: bool) {
        let part = match self.of(&thread) {
            Placement::Proposed { start, end, .. } if start == end => {
                self.reveal_medium(&thread, false);
                return;
            }
            Placement::Placed { start, end } | Placement::Proposed { start, end, .. } => {
                (start, end)
            }
            Placement::OnElement { .. } if self.reveal_medium(&thread, focus) => return,
            Placement::Waiting => {
                self.awaited.set(Some((thread, focus)));
                return;
            }
            _ => return,
        };
        self.awaited.set(None);
        self.show(part, focus);
    }

    /// Brings a part of the text into view, with `focus` also the caret to it.
    pub(super) fn show(&self, part: (u32, u32), focus: bool) {
        self.page.open(part);
        if focus {
            self.page.put_caret(part);
        }
        self.scroll_to(part);
    }

    /// Scrolls to a part of the text.
    pub(super) fn scroll_to(&self, part: (u32, u32)) {
        let this = self.this.clone();
        super::reveal::scroll_to(Box::new(move || {
            let place = this.upgrade()?.page.place(part)?;
            Some((place.top, place.bottom))
        }));
    }
}
