//! Finds the threads in the text of a page, a little at a time: what a change
//! moved follows by arithmetic at once, what it may have touched is looked for
//! again, and for what the index misses all of the text is searched when there
//! is nothing better to do.

use std::rc::Rc;

use postil_core::anchor::Anchor;
use postil_core::anchor::change::Change;
use postil_core::anchor::index::{Builder, TextIndex};
use postil_core::anchor::search::Search;
use postil_core::discussion::Placement;
use postil_core::id::EventId;
use postil_core::text::{Delta, units};

use super::PageHalf;
use crate::platform::{self, uptime as now};
use crate::session::panel::PanelHalf;
use crate::session::places::bounded;
use crate::session::show::part_of;
use postil_core::text::sticky::{Shifted, shift};

/// How long to work at a time, in milliseconds.
const SLICE: f64 = 10.0;
/// Bytes of text that are prepared at a time.
const STEP: usize = 64 * 1024;
/// Threads that are looked for at a time.
const SOME: usize = 16;
/// How long to leave the page alone between two slices of searching, in
/// milliseconds.
const REST: u32 = 30;
/// How long panels may wait to be drawn until threads have been looked for, in
/// milliseconds.
const HOLD: f64 = 100.0;
/// See [`Search::step`].
const BUDGET: usize = 800_000;

/// Work that is not done yet.
#[derive(Default)]
pub(super) struct Finding {
    builder: Option<Builder>,
    /// The text that the places are about.
    text: Rc<str>,
    /// Threads that only a search through everything could find.
    missed: Vec<EventId>,
    search: Option<(EventId, Search)>,
    /// How many threads were looked for since it was told.
    found: usize,
}

impl PageHalf {
    /// The text is another one: everything that stands in it moves along.
    pub(super) fn reread(&self, panel: &PanelHalf) {
        let text = self.page.text();
        let old = std::mem::replace(&mut self.finding.borrow_mut().text, text.clone());
        self.begin_to_look(old.is_empty());
        let (at, deleted, inserted) = crate::document::difference(&old, &text);
        let delta = Delta {
            at,
            deleted,
            inserted: inserted.into(),
        };
        let change = Change::new(&old, &text, at, deleted, units::len(inserted));
        self.move_along(&delta, &change);
        panel.shift_ranges(std::slice::from_ref(&delta));
        if let Some(session) = self.session.upgrade() {
            let known = self.known.borrow();
            let threads = &session.discussion.borrow().threads;
            let new = threads
                .iter()
                .filter(|thread| !known.contains_key(&thread.id));
            self.stale.borrow_mut().extend(new.map(|thread| thread.id));
        }
        let mut finding = self.finding.borrow_mut();
        // What was searched for last comes last now.
        if let Some((id, _)) = finding.search.take() {
            finding.missed.insert(0, id);
        }
        finding.builder = Some(Builder::new(text));
        *self.index.borrow_mut() = None;
        drop(finding);
        self.plan(0);
    }

    /// Moves what is known by arithmetic, and notes what the change may have to
    /// do with.
    fn move_along(&self, delta: &Delta, change: &Change) {
        let Some(session) = self.session.upgrade() else {
            return;
        };
        let state = session.state.borrow();
        let Some(peer) = &state.peer else { return };
        let projection = peer.replica().projection();
        let mut stale = self.stale.borrow_mut();
        for (id, place) in self.known.borrow_mut().iter_mut() {
            let quote = projection.anchor(id).and_then(|it| it.quote.as_ref());
            let concerned = match place {
                Placement::Placed { .. } => quote.is_some_and(|quote| change.may_repeat(quote)),
                Placement::Waiting => true,
                _ => {
                    projection.suggestion(id).is_some()
                        || quote.is_some_and(|quote| change.may_concern(quote))
                }
            };
            let touched = match place {
                Placement::Placed { start, end } | Placement::Proposed { start, end, .. } => {
                    match shift(*start, *end, delta) {
                        Shifted::To(from, to) => {
                            (*start, *end) = (from, to);
                            false
                        }
                        Shifted::Touched => {
                            let about = bounded(*start, *end, delta);
                            match (&mut *place, about) {
                                // It stays a question.
                                (
                                    Placement::Proposed { start, end, .. },
                                    Placement::Placed {
                                        start: from,
                                        end: to,
                                    },
                                ) => (*start, *end) = (from, to),
                                (place, about) => *place = about,
                            }
                            true
                        }
                    }
                }
                _ => false,
            };
            if concerned || touched {
                stale.insert(*id);
            }
        }
    }

    /// A thread changed, or with `relinked` is about something else now.
    pub(in crate::session) fn touch(&self, thread: EventId, relinked: bool) {
        if relinked || !self.known.borrow().contains_key(&thread) {
            // Whenever there are some, it is planned to look for them.
            if self.stale.borrow().is_empty() {
                self.begin_to_look(false);
                self.plan(0);
            }
            self.stale.borrow_mut().insert(thread);
        }
    }

    /// There will be threads to look for, for the `first` time or once more.
    fn begin_to_look(&self, first: bool) {
        // Panels of a page that changes all the time are drawn in between.
        if first || now() - self.since.get() > 2.0 * HOLD {
            self.since.set(now());
        }
    }

    /// Whether threads are looked for that will be found so soon that it is better
    /// to draw panels afterwards: where the cards are is known then.
    pub(in crate::session) fn is_looking(&self) -> bool {
        let is_pending = self.unshown.get() || !self.stale.borrow().is_empty();
        is_pending && self.page.is_read() && now() - self.since.get() < HOLD
    }

    /// Works on soon.
    pub(super) fn plan(&self, wait: u32) {
        let this = self.this.clone();
        self.plan.within(wait, move || {
            if let Some(half) = this.upgrade() {
                half.work();
            }
        });
    }

    fn work(&self) {
        if !self.page.is_read() {
            return;
        }
        let start = now();
        let builder = self.finding.borrow_mut().builder.take();
        if let Some(mut builder) = builder {
            loop {
                if !builder.step(STEP) {
                    *self.index.borrow_mut() = Some(Rc::new(builder.finish()));
                    break;
                }
                if now() - start > SLICE {
                    self.finding.borrow_mut().builder = Some(builder);
                    return self.plan(0);
                }
            }
        }
        let Some(index) = self.index.borrow().clone() else {
            return;
        };
        while !self.stale.borrow().is_empty() {
            if now() - start > SLICE {
                return self.plan(0);
            }
            self.find_some(&index);
        }
        let found = std::mem::take(&mut self.finding.borrow_mut().found);
        if found > 0 {
            platform::mark(platform::PLACES_FOUND, found);
            self.unshown.set(true);
        }
        if self.unshown.get() {
            if !self.measure(start) {
                return self.plan(0);
            }
            self.unshown.set(false);
            self.found();
        }
        if self.search_on(&index) {
            self.plan(REST);
        }
    }

    /// Measures where the threads' texts are, for cards and highlights, and says
    /// whether that is done.
    fn measure(&self, start: f64) -> bool {
        let parts: Vec<_> = self.known.borrow().values().filter_map(part_of).collect();
        let tops = self.page.tops(&parts, &|| now() - start > SLICE);
        tops.len() == parts.len()
    }

    /// Looks for some of the threads by the index.
    fn find_some(&self, index: &TextIndex) {
        let Some(session) = self.session.upgrade() else {
            return;
        };
        let some: Vec<EventId> = self.stale.borrow().iter().take(SOME).copied().collect();
        let state = session.state.borrow();
        let Some(peer) = &state.peer else {
            self.stale.borrow_mut().clear();
            return;
        };
        let projection = peer.replica().projection();
        let anchored: Vec<(EventId, &Anchor)> = some
            .iter()
            .filter_map(|id| Some((*id, projection.anchor(id)?)))
            .collect();
        let anchors: Vec<&Anchor> = anchored.iter().map(|(_, anchor)| *anchor).collect();
        let places = index.resolve_all(&anchors);
        self.finding.borrow_mut().found += some.len();
        let mut known = self.known.borrow_mut();
        for ((id, _), place) in anchored.iter().zip(places) {
            let suggested = projection.suggestion(id);
            let place = suggested.map_or(place, |anchor| place.or_suggested(index.resolve(anchor)));
            let missed = &mut self.finding.borrow_mut().missed;
            if place == Placement::Detached && !missed.contains(id) {
                missed.push(*id);
            }
            known.insert(*id, place);
            self.media.forget(id);
        }
        for id in &some {
            self.stale.borrow_mut().remove(id);
            if projection.anchor(id).is_none() {
                known.insert(*id, Placement::Whole);
            }
        }
    }

    /// Searches on for what the index missed. Says whether there is more to do.
    fn search_on(&self, index: &TextIndex) -> bool {
        let mut finding = self.finding.borrow_mut();
        let Some((id, mut search)) = finding
            .search
            .take()
            .or_else(|| self.next_search(&mut finding))
        else {
            return false;
        };
        match search.step(index, BUDGET) {
            None => finding.search = Some((id, search)),
            Some(place) => {
                drop(finding);
                let before = self.known.borrow_mut().insert(id, place);
                if before != Some(place) {
                    self.found();
                }
            }
        }
        true
    }

    fn next_search(&self, finding: &mut Finding) -> Option<(EventId, Search)> {
        let session = self.session.upgrade()?;
        let state = session.state.borrow();
        let peer = state.peer.as_ref()?;
        while let Some(id) = finding.missed.pop() {
            // It may have been found since.
            if self.of(&id) != Placement::Detached {
                continue;
            }
            let anchor = peer.replica().projection().anchor(&id);
            if let Some(search) = anchor.and_then(Search::new) {
                return Some((id, search));
            }
        }
        None
    }

    /// Places are known that were not.
    fn found(&self) {
        if let Some((thread, focus)) = self.awaited.take() {
            self.reveal(thread, focus);
        }
        if let Some(panel) = self.panel.upgrade() {
            panel.open_linked();
        }
        if let Some(session) = self.session.upgrade() {
            session.refresh_within(0);
        }
    }
}
