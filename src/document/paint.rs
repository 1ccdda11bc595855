//! Highlights: which parts of the text have threads.
//!
//! The elements are left alone; the browser paints ranges. It keeps a range in
//! place while the data of its text nodes changes, so after a keystroke only
//! the ranges in lines whose nodes were replaced are made again.

use web_sys::Range;

use super::Inner;
use super::surface::Damage;
use crate::highlight::{Highlight, NAMES, joined};
use postil_core::sorted;

/// What is painted now.
#[derive(Default)]
pub(super) struct Painting {
    layers: Vec<Layer>,
    /// The part of the text, by offsets, in which ranges are kept.
    view: Option<(u32, u32)>,
}

struct Layer {
    highlight: Highlight,
    /// What is to be highlighted, sorted.
    wanted: Vec<(u32, u32)>,
    /// What is highlighted of it, because it is in view; sorted.
    marks: Vec<Mark>,
}

struct Mark {
    start: u32,
    end: u32,
    range: Range,
    /// Whether the nodes under the range may have been replaced.
    stale: bool,
}

impl Painting {
    pub(super) fn new() -> Self {
        let layers = NAMES
            .iter()
            .filter_map(|(name, priority)| Highlight::named(name, *priority))
            .map(|highlight| Layer {
                highlight,
                wanted: Vec::new(),
                marks: Vec::new(),
            })
            .collect();
        Self { layers, view: None }
    }

    /// Takes every highlight away, for good.
    pub(super) fn end(&mut self) {
        self.layers.clear();
    }

    /// Follows an edit as the browser does with its ranges.
    pub(super) fn moved(&mut self, at: u32, deleted: u32, inserted: u32, damage: Option<Damage>) {
        let end = at + deleted;
        let shift = |offset: u32| {
            if offset <= at {
                offset
            } else if offset > end {
                offset - deleted + inserted
            } else {
                at
            }
        };
        // What is wanted stays on its characters: an insertion at its start is
        // not part of it.
        for range in self.layers.iter_mut().flat_map(|layer| &mut layer.wanted) {
            let pushed = if range.0 == at && range.1 > end {
                inserted
            } else {
                0
            };
            *range = (shift(range.0) + pushed, shift(range.1));
        }
        // What is added at the end of the view is in view.
        self.view = self.view.map(|(start, end_of_view)| {
            (
                shift(start),
                shift(end_of_view) + if end_of_view == at { inserted } else { 0 },
            )
        });
        for mark in self.layers.iter_mut().flat_map(|layer| &mut layer.marks) {
            // At the edge of an edit it depends on the nodes which side a range
            // stays on, and so it is not relied upon.
            let touches = mark.start <= end && mark.end >= at;
            mark.stale |= touches && (deleted > 0 || mark.start == at || mark.end == at);
            (mark.start, mark.end) = (shift(mark.start), shift(mark.end));
            mark.stale |=
                damage.is_some_and(|damage| mark.start <= damage.end && mark.end >= damage.start);
        }
    }
}

impl Drop for Layer {
    fn drop(&mut self) {
        for mark in &self.marks {
            self.highlight.remove(&mark.range);
        }
    }
}

impl Layer {
    /// Makes ranges for all that is wanted in `view`, and changes only those
    /// that are not there yet.
    fn show(&mut self, view: (u32, u32), inner: &Inner) {
        let near = self.wanted.partition_point(|(start, _)| *start <= view.1);
        let wanted = || {
            let before = self.wanted.iter().take(near);
            before
                .copied()
                .filter(|(start, end)| start < end && *end >= view.0)
        };
        if wanted().eq(self
            .marks
            .iter()
            .filter(|mark| !mark.stale)
            .map(|mark| (mark.start, mark.end)))
            && self.marks.iter().all(|mark| !mark.stale)
        {
            return;
        }
        let mut old = std::mem::take(&mut self.marks).into_iter().peekable();
        let mut free: Vec<Range> = Vec::new();
        let mut missing = Vec::new();
        for at in wanted() {
            while let Some(mark) = old.next_if(|mark| (mark.start, mark.end) < at || mark.stale) {
                free.push(mark.range);
            }
            match old.next_if(|mark| mark.is_at(at)) {
                Some(mark) => self.marks.push(mark),
                None => missing.push(at),
            }
        }
        free.extend(old.map(|mark| mark.range));
        for (start, end) in missing {
            if let Some(range) = inner.range(start, end) {
                self.highlight.add(&range);
                self.marks.push(Mark {
                    start,
                    end,
                    range,
                    stale: false,
                });
            }
        }
        free.iter().for_each(|range| self.highlight.remove(range));
        sorted::sort_by_key(&mut self.marks, |mark| (mark.start, mark.end));
    }
}

impl Mark {
    fn is_at(&self, at: (u32, u32)) -> bool {
        !self.stale && (self.start, self.end) == at
    }
}

impl Inner {
    /// Sets what is to be highlighted: resolved, open, active and draft.
    pub(super) fn paint(&self, wanted: [Vec<(u32, u32)>; 4]) {
        {
            let mut painting = self.painting.borrow_mut();
            for (layer, wanted) in painting.layers.iter_mut().zip(wanted) {
                layer.wanted = joined(wanted);
            }
            if let Painting {
                layers,
                view: Some(view),
            } = &mut *painting
            {
                layers.iter_mut().for_each(|layer| layer.show(*view, self));
                return;
            }
        }
        self.paint_in_view();
    }

    /// Highlights what is near the window. Browsers lay every range out again
    /// when anything on the page changes, so those far off are left out.
    pub(super) fn paint_in_view(&self) {
        if self
            .painting
            .borrow()
            .layers
            .iter()
            .all(|layer| layer.wanted.is_empty())
        {
            return;
        }
        let (near, around) = self.view();
        let mut painting = self.painting.borrow_mut();
        let view = match painting.view {
            Some(view) if view.0 <= near.0 && view.1 >= near.1 => view,
            _ => around,
        };
        painting.view = Some(view);
        painting
            .layers
            .iter_mut()
            .for_each(|layer| layer.show(view, self));
    }

    /// Tells the painting about an edit.
    pub(super) fn moved(&self, at: u32, deleted: u32, inserted: u32, damage: Option<Damage>) {
        self.painting
            .borrow_mut()
            .moved(at, deleted, inserted, damage);
        self.schedule();
    }
}
