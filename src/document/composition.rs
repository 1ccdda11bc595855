//! Input methods, and everything else that changes the elements without asking.
//!
//! While text is composed the browser owns the line: it is not touched, and
//! what others do waits. When the composition ends the text is read back and
//! becomes one splice. The same reading serves keyboards that report no
//! composition at all, and repairs what scripts and extensions do to the
//! elements: a change counts as typing only when the browser says it was input.

use wasm_bindgen::JsCast;
use web_sys::{MutationRecord, Node};

use super::Inner;
use super::caret::{Span, shift};
use super::lines::{difference, is_ambiguous};
use super::reader::Reader;
use super::surface::Damage;
use postil_core::markup::utf16_length;
use postil_core::text::Delta;

/// A change that has happened on screen.
struct Foreign {
    at: u32,
    deleted: u32,
    inserted: String,
}

impl Inner {
    pub(super) fn composition_start(&self) {
        if !self.composing.get() {
            self.settle(false);
            self.composing.set(true);
        }
    }

    pub(super) fn composition_end(&self) {
        if !self.composing.replace(false) {
            return;
        }
        let mut queue = self.queue.take();
        if self.behind.take() {
            queue = vec![self.distance()];
        }
        let change = self.take_in(!self.readonly.get());
        if queue.is_empty() {
            self.publish(change);
            return;
        }
        let caret = self.span();
        match change {
            Some(change) => self.merge(&change, &queue, caret),
            None => self.apply(&queue),
        }
    }

    /// Deals with changes of the elements that are not ours: takes them over as
    /// typed text when they came with an input event, else undoes them.
    pub(super) fn settle(&self, typed: bool) {
        if !self.composing.get() {
            let change = self.take_in(typed && !self.readonly.get());
            self.publish(change);
        }
    }

    /// Notes changes for later.
    pub(super) fn mutated(&self, records: &js_sys::Array) {
        let mut pending = self.pending.borrow_mut();
        pending.extend(records.iter().filter_map(|record| record.dyn_into().ok()));
    }

    fn publish(&self, change: Option<Foreign>) {
        if let Some(Foreign {
            at,
            deleted,
            inserted,
        }) = change
        {
            self.port.splice(at, deleted, &inserted);
        }
    }

    /// Brings text and elements together again. Gives what changed in the text.
    fn take_in(&self, accept: bool) -> Option<Foreign> {
        if let Some(observer) = self.observer.get() {
            self.mutated(&observer.take_records());
        }
        let records = self.pending.take();
        let rows = self.rows_of(&records)?;

        let places = self.places();
        let mut reader = Reader::new(places.map(Vec::from).unwrap_or_default());
        let (old, base, first, last, everywhere) = {
            let surface = self.surface.borrow();
            let lines = surface.lines();
            let (first, last) = rows.unwrap_or((0, lines.count().saturating_sub(1)));
            if rows.is_none() {
                reader.host(&self.host);
            } else {
                for index in first..=last {
                    if let Some(element) = surface.element(index) {
                        reader.node(element);
                    }
                }
            }
            let (base, end) = (lines.start(first), lines.end(last));
            (lines.slice(base, end), base, first, last, rows.is_none())
        };
        let new = if accept {
            reader.text.as_str()
        } else {
            old.as_str()
        };
        let (at, deleted, inserted) = difference(&old, new);
        let splits = inserted.contains('\n');
        let unsure = is_ambiguous(&old, (at, deleted, inserted)).then(|| Damage {
            start: base,
            end: base + utf16_length(new),
        });
        let at = base + at;
        let damage = self.surface.borrow_mut().absorb(
            (at, deleted, inserted),
            (first, last),
            everywhere || splits,
        );
        self.forget_own_mutations();
        self.moved(at, deleted, utf16_length(inserted), damage.or(unsure));
        if let [Some(anchor), Some(focus)] = reader.found()[..] {
            self.put_span(Span {
                anchor: base + anchor,
                focus: base + focus,
            });
        }
        (deleted > 0 || !inserted.is_empty()).then(|| Foreign {
            at,
            deleted,
            inserted: inserted.to_owned(),
        })
    }

    /// The rows, first and last, that hold all the changes; an inner `None`
    /// when rows themselves came or went, an outer one when nothing happened.
    fn rows_of(&self, records: &[MutationRecord]) -> Option<Option<(usize, usize)>> {
        let host: &Node = &self.host;
        let surface = self.surface.borrow();
        let mut found: Option<(usize, usize)> = None;
        for target in records.iter().filter_map(MutationRecord::target) {
            if &target == host {
                return Some(None);
            }
            // What is no longer in the host is reported by the host too.
            if let Some(row) = surface.row_of(&target) {
                let (first, last) = found.unwrap_or((row, row));
                found = Some((first.min(row), last.max(row)));
            }
        }
        found.map(Some)
    }

    /// Joins what was composed with what others did meanwhile. The composed
    /// text is known by offsets in the text before both.
    fn merge(&self, change: &Foreign, queue: &[Delta], caret: Option<Span>) {
        let inserted = utf16_length(&change.inserted);
        // What others left of the replaced text, in pieces between their insertions.
        let mut gone = vec![(change.at, change.at + change.deleted)];
        let mut at = change.at;
        for delta in queue {
            at = shift(at, delta, false);
            gone = gone.iter().flat_map(|range| cut(*range, delta)).collect();
        }
        for (start, end) in gone.iter().rev().filter(|(start, end)| start < end) {
            self.port.splice(*start, end - start, "");
        }
        if inserted > 0 {
            self.port.splice(at, 0, &change.inserted);
        }
        self.refresh();
        let in_composed = |offset: u32| {
            (change.at..=change.at + inserted)
                .contains(&offset)
                .then(|| at + (offset - change.at))
        };
        if let Some(Span { anchor, focus }) = caret
            && let (Some(anchor), Some(focus)) = (in_composed(anchor), in_composed(focus))
        {
            self.put_span(Span { anchor, focus });
        }
    }
}

/// What is left of a range after somebody else's edit, without what they
/// inserted into it.
fn cut((start, end): (u32, u32), delta: &Delta) -> Vec<(u32, u32)> {
    let from = shift(start, delta, true);
    let to = shift(end, delta, false);
    let edit_end = delta.at + delta.deleted;
    if delta.at > start && edit_end < end && !delta.inserted.is_empty() {
        let inserted = utf16_length(&delta.inserted);
        return vec![(start, delta.at), (delta.at + inserted, to)];
    }
    // An insertion that replaced the start or the end of the range is not ours.
    vec![(from.min(to), to)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_keeps_only_its_own_characters() {
        let check = |range, (at, deleted, inserted): (u32, u32, &str), expected: &[(u32, u32)]| {
            let delta = Delta {
                at,
                deleted,
                inserted: inserted.into(),
            };
            assert_eq!(cut(range, &delta), expected, "{delta:?}");
        };
        check((2, 6), (0, 0, "ab"), &[(4, 8)]);
        check((2, 6), (2, 0, "ab"), &[(4, 8)]);
        check((2, 6), (6, 0, "ab"), &[(2, 6)]);
        check((2, 6), (4, 0, "ab"), &[(2, 4), (6, 8)]);
        check((2, 6), (3, 1, ""), &[(2, 5)]);
        check((2, 6), (3, 1, "x"), &[(2, 3), (4, 6)]);
        check((2, 6), (0, 4, "x"), &[(1, 3)]);
        check((2, 6), (4, 9, "x"), &[(2, 4)]);
        check((2, 6), (0, 9, ""), &[(0, 0)]);
    }
}
