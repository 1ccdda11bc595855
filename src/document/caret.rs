//! The caret and the selection: read, kept in place, and kept in view.

use postil_core::text::Delta;
use web_sys::{Node, Range, Selection};

use super::Inner;

/// A selection by offsets. The focus is where the caret blinks; it is before
/// the anchor when the selection was made backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) anchor: u32,
    pub(super) focus: u32,
}

impl Span {
    pub(super) fn caret(at: u32) -> Self {
        Self {
            anchor: at,
            focus: at,
        }
    }

    pub(super) fn start(self) -> u32 {
        self.anchor.min(self.focus)
    }

    pub(super) fn end(self) -> u32 {
        self.anchor.max(self.focus)
    }

    /// Where the selection is after somebody else's edit: on the same
    /// characters. What is inserted at an edge stays outside.
    pub(super) fn after(self, delta: &Delta) -> Self {
        if self.anchor == self.focus {
            return Self::caret(shift(self.anchor, delta, false));
        }
        let start = shift(self.start(), delta, true);
        let end = shift(self.end(), delta, false).max(start);
        if self.focus < self.anchor {
            Self {
                anchor: end,
                focus: start,
            }
        } else {
            Self {
                anchor: start,
                focus: end,
            }
        }
    }
}

/// Where the character at `offset` is after `delta`. An insertion right at the
/// offset goes after it, or before it with `push`.
pub(super) fn shift(offset: u32, delta: &Delta, push: bool) -> u32 {
    let inserted = postil_core::markup::utf16_length(&delta.inserted);
    let end = delta.at.saturating_add(delta.deleted);
    if offset < delta.at || (offset == delta.at && !push) {
        offset
    } else if offset >= end {
        offset - delta.deleted + inserted
    } else if push {
        delta.at + inserted
    } else {
        delta.at
    }
}

impl Inner {
    fn dom_selection(&self) -> Option<Selection> {
        self.window.get_selection().ok().flatten()
    }

    /// Both ends of the selection as places in the document's elements, if
    /// they are inside the host.
    pub(super) fn places(&self) -> Option<[(Node, u32); 2]> {
        let selection = self.dom_selection()?;
        let (anchor, focus) = (selection.anchor_node()?, selection.focus_node()?);
        let inside = |node: &Node| self.host.contains(Some(node));
        (inside(&anchor) && inside(&focus)).then(|| {
            [
                (anchor, selection.anchor_offset()),
                (focus, selection.focus_offset()),
            ]
        })
    }

    /// The selection, if it is inside the host.
    pub(super) fn span(&self) -> Option<Span> {
        let [(anchor, at), (focus, to)] = self.places()?;
        let surface = self.surface.borrow();
        Some(Span {
            anchor: surface.offset_of(&anchor, at)?,
            focus: surface.offset_of(&focus, to)?,
        })
    }

    /// Selects, unless exactly this is selected already.
    pub(super) fn put_span(&self, span: Span) {
        let (anchor, focus) = {
            let surface = self.surface.borrow();
            (
                surface.point(span.anchor, false),
                surface.point(span.focus, false),
            )
        };
        if self
            .places()
            .is_some_and(|now| now == [anchor.clone(), focus.clone()])
        {
            return;
        }
        if let Some(selection) = self.dom_selection() {
            let _ = selection.set_base_and_extent(&anchor.0, anchor.1, &focus.0, focus.1);
        }
    }

    /// The elements' range for two offsets.
    pub(super) fn range(&self, start: u32, end: u32) -> Option<Range> {
        let range = self.document.create_range().ok()?;
        self.put_range(&range, start, end)?;
        Some(range)
    }

    /// Moves a range to two offsets.
    pub(super) fn put_range(&self, range: &Range, start: u32, end: u32) -> Option<()> {
        let surface = self.surface.borrow();
        let end = end.min(surface.lines().length());
        if start > end {
            return None;
        }
        let from = surface.point(start, true);
        // An empty range must not end before it starts at the edge of two runs.
        let to = if start == end {
            from.clone()
        } else {
            surface.point(end, false)
        };
        range.set_start(&from.0, from.1).ok()?;
        range.set_end(&to.0, to.1).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_stays_on_its_characters() {
        let check = |(anchor, focus), (at, deleted, inserted): (u32, u32, &str), expected| {
            let delta = Delta {
                at,
                deleted,
                inserted: inserted.into(),
            };
            let Span { anchor, focus } = Span { anchor, focus }.after(&delta);
            assert_eq!((anchor, focus), expected, "{delta:?}");
        };
        check((5, 5), (5, 0, "abc"), (5, 5));
        check((5, 5), (4, 0, "abc"), (8, 8));
        check((5, 5), (2, 5, ""), (2, 2));
        check((5, 5), (2, 3, "x"), (3, 3));
        check((2, 6), (2, 0, "ab"), (4, 8));
        check((2, 6), (6, 0, "ab"), (2, 6));
        check((6, 2), (0, 1, ""), (5, 1));
        check((6, 2), (3, 9, ""), (3, 2));
        check((2, 6), (0, 9, ""), (0, 0));
        check((2, 6), (0, 9, "𝄞x"), (3, 3));
    }
}
