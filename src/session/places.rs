//! Where the threads are in the text. While people type, places are moved by
//! arithmetic; what a change touched is resolved again when the typing pauses.

use gloo_timers::callback::Timeout;
use postil_core::anchor::Anchor;
use postil_core::discussion::{Discussion, Placement};
use postil_core::id::EventId;
use postil_core::projection::Projection;
use postil_core::sorted::{Map, Set};
use postil_core::text::Delta;
use postil_core::text::sticky::{Shifted, shift};

use super::Session;

/// How long the text must rest before places are resolved, in milliseconds.
const REST: u32 = 400;

/// What is known of the places.
#[derive(Default)]
pub(super) struct Places {
    known: Map<EventId, Placement>,
    /// Threads whose place has to be resolved.
    stale: Set<EventId>,
    all_stale: bool,
    timer: Option<Timeout>,
}

impl Places {
    /// Another text is shown: nothing is known.
    pub(super) fn forget(&mut self) {
        self.known.clear();
        self.all_stale = true;
    }

    /// A thread is new or was relinked.
    pub(super) fn touch(&mut self, thread: EventId, relinked: bool) {
        if relinked || !self.known.contains_key(&thread) {
            self.stale.insert(thread);
        }
    }

    /// The text changed.
    pub(super) fn shift(&mut self, deltas: &[Delta]) {
        for (id, place) in &mut self.known {
            for delta in deltas {
                let Placement::Placed { start, end } = *place else {
                    break;
                };
                match shift(start, end, delta) {
                    Shifted::To(start, end) => *place = Placement::Placed { start, end },
                    Shifted::Touched => {
                        *place = bounded(start, end, delta);
                        self.stale.insert(*id);
                    }
                }
            }
        }
    }

    /// The place of a thread, as far as it is known.
    pub(super) fn of(&self, thread: &EventId) -> Placement {
        self.known
            .get(thread)
            .copied()
            .unwrap_or(Placement::Waiting)
    }
}

/// About where a range is after a change that touched it, until it has been
/// resolved: never outside of the text.
pub(super) fn bounded(start: u32, end: u32, delta: &Delta) -> Placement {
    let (start, end) = moved(start, end, delta);
    if start < end {
        Placement::Placed { start, end }
    } else {
        Placement::Detached
    }
}

/// A range after a change: text that comes in at its ends stays outside.
pub(super) fn moved(start: u32, end: u32, delta: &Delta) -> (u32, u32) {
    let inserted = postil_core::markup::utf16_length(&delta.inserted);
    let until = delta.at + delta.deleted;
    let place = |offset: u32, stays: bool| {
        if offset < delta.at || (offset == delta.at && stays) {
            offset
        } else if offset < until {
            delta.at
        } else {
            offset - delta.deleted + inserted
        }
    };
    (place(start, false), place(end, true))
}

/// Where every thread is, derived from nothing but the events and the text.
pub(super) fn exact(projection: &Projection, discussion: &Discussion) -> Vec<Placement> {
    resolve(
        projection,
        discussion.threads.iter().map(|thread| thread.id),
    )
}

fn resolve(projection: &Projection, threads: impl Iterator<Item = EventId>) -> Vec<Placement> {
    let anchors: Vec<Option<&Anchor>> = threads.map(|id| projection.anchor(&id)).collect();
    let Some(document) = projection.documents().current() else {
        let detached = |anchor: &Option<&Anchor>| {
            if anchor.is_some() {
                Placement::Detached
            } else {
                Placement::Whole
            }
        };
        return anchors.iter().map(detached).collect();
    };
    let anchored: Vec<&Anchor> = anchors.iter().flatten().copied().collect();
    let text = document.text.text();
    let mut placed = Anchor::resolve_all(&anchored, &document.text, &text).into_iter();
    let place = |anchor: &Option<&Anchor>| match anchor {
        Some(_) => placed.next().unwrap_or(Placement::Detached),
        None => Placement::Whole,
    };
    anchors.iter().map(place).collect()
}

impl Session {
    /// The text changed: everything that stands in it moves along.
    pub(super) fn text_moved(&self, deltas: &[Delta]) {
        self.text_changes
            .set(self.text_changes.get().wrapping_add(1));
        self.places.borrow_mut().shift(deltas);
        for panel in self.panels() {
            panel.shift_ranges(deltas);
        }
        self.settle_places_later();
    }

    /// Resolves the places that are not known.
    pub(super) fn resolve_places(&self) {
        let mut places = self.places.borrow_mut();
        let discussion = self.discussion.borrow().clone();
        let stale: Vec<EventId> = if std::mem::take(&mut places.all_stale) {
            discussion.threads.iter().map(|thread| thread.id).collect()
        } else {
            let new = discussion.threads.iter().map(|thread| thread.id);
            let new = new.filter(|id| !places.known.contains_key(id));
            new.chain(places.stale.iter().copied()).collect()
        };
        places.stale.clear();
        if stale.is_empty() {
            return;
        }
        let state = self.state.borrow();
        let Some(peer) = &state.peer else { return };
        let resolved = resolve(peer.replica().projection(), stale.iter().copied());
        places.known.extend(stale.into_iter().zip(resolved));
    }

    /// Resolves every place once the text has rested: a quote may have become
    /// unique, or ambiguous, or have come back.
    pub(super) fn settle_places_later(&self) {
        let this = self.this.clone();
        let timer = Timeout::new(REST, move || {
            if let Some(session) = this.upgrade() {
                session.flush_typing();
                session.pump();
                session.places.borrow_mut().all_stale = true;
                session.draw();
            }
        });
        self.places.borrow_mut().timer = Some(timer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_move_with_the_text() {
        fn check((at, deleted, inserted): (u32, u32, &str), expected: (u32, u32)) {
            let delta = Delta {
                at,
                deleted,
                inserted: inserted.into(),
            };
            assert_eq!(moved(10, 20, &delta), expected);
        }
        check((0, 0, "ab"), (12, 22));
        check((10, 0, "ab"), (12, 22));
        check((15, 0, "ab"), (10, 22));
        check((20, 0, "ab"), (10, 20));
        check((25, 3, ""), (10, 20));
        check((5, 10, ""), (5, 10));
        check((15, 10, "x"), (10, 15));
        check((8, 20, "x"), (8, 8));
    }
}
