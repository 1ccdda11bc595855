//! Between the text and the screen: what is selected, where characters are, and
//! which character is at a point.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbstractRange, DomRect, Element, Node, Range, StaticRange};

use super::text::Side;
use super::{Inner, Page};

/// Where something is in the window, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// The left edge.
    pub left: f64,
    /// The upper edge.
    pub top: f64,
    /// The right edge.
    pub right: f64,
    /// The lower edge.
    pub bottom: f64,
}

impl Place {
    fn of(rect: &DomRect) -> Self {
        Place {
            left: rect.left(),
            top: rect.top(),
            right: rect.right(),
            bottom: rect.bottom(),
        }
    }
}

impl Page {
    /// The part of the text that is selected, if any is.
    pub fn selection(&self) -> Option<(u32, u32)> {
        self.inner.selection()
    }

    /// How far below the root's upper edge each of these parts of the text is, in
    /// CSS pixels, with one layout; `NaN` for what is not displayed. Of what was
    /// not measured before, only as many are as `enough` allows.
    pub fn tops(&self, parts: &[(u32, u32)], enough: &dyn Fn() -> bool) -> Vec<f64> {
        let zero = self.inner.root.get_bounding_client_rect().top();
        let mut painting = self.inner.painting.borrow_mut();
        let parts = parts.iter().take_while(|_| !enough());
        let top = |part: &(u32, u32)| painting.edges(&self.inner, *part, zero).0;
        parts.map(top).collect()
    }

    /// Where a part of the text is in the window: its first line, and all of it.
    pub fn place(&self, part: (u32, u32)) -> Option<Place> {
        self.inner.place(part)
    }

    /// Where the last line of a part of the text is in the window.
    pub fn last_line(&self, part: (u32, u32)) -> Option<Place> {
        let ranges = self.inner.ranges(part);
        let rects = ranges.last()?.get_client_rects()?;
        let last = rects.item(rects.length().checked_sub(1)?)?;
        Some(Place::of(&last))
    }

    /// Moves the caret to a part of the text, so that reading goes on there.
    pub fn put_caret(&self, part: (u32, u32)) {
        let ranges = self.inner.ranges(part);
        let selection = self.inner.window.get_selection().ok().flatten();
        if let (Some(range), Some(selection)) = (ranges.first(), selection)
            && let Ok(node) = range.start_container()
        {
            let at = range.start_offset().unwrap_or(0);
            let _ = selection.collapse_with_offset(Some(&node), at);
        }
    }

    /// Opens what is closed around a part of the text, as finding in the page
    /// does.
    pub fn open(&self, part: (u32, u32)) {
        let ranges = self.inner.ranges(part);
        let first = ranges.first();
        if let Some(node) = first.and_then(|range| range.start_container().ok()) {
            self.open_around(&node);
        }
    }

    /// Where in the text an element stands: the offset of what follows it.
    pub fn offset_of_element(&self, element: &Element) -> u32 {
        let mut at = 0;
        let mut before = element.previous_sibling();
        while let Some(node) = before {
            at += 1;
            before = node.previous_sibling();
        }
        let parent = element.parent_node();
        let found = parent.and_then(|parent| self.inner.offset_of(&parent, at));
        found.unwrap_or_else(|| postil_core::markup::utf16_length(&self.text()))
    }

    /// Opens what is closed around a node.
    pub fn open_around(&self, node: &Node) {
        let mut node = Some(node.clone());
        while let Some(inside) = node {
            node = super::flat::parent(&inside);
            if let Some(element) = node.as_ref().and_then(|node| node.dyn_ref::<Element>())
                && element.local_name() == "details"
                && !element.has_attribute("open")
                && inside
                    .dyn_ref::<Element>()
                    .is_none_or(|it| it.local_name() != "summary")
            {
                // Setting an attribute of this name does not fail.
                let _ = element.set_attribute("open", "");
            }
        }
    }
}

impl Inner {
    pub(super) fn selection(&self) -> Option<(u32, u32)> {
        let range = self.selected()?;
        if range.collapsed() {
            return None;
        }
        let text = self.text.borrow().clone();
        let parts = self.parts.borrow();
        let (start, end) = (range.start_container(), range.end_container());
        let start = text.offset(&parts, &start, range.start_offset(), Side::After)?;
        let end = text.offset(&parts, &end, range.end_offset(), Side::Before)?;
        (start < end).then_some((start, end))
    }

    /// Whether something is selected, here or elsewhere.
    pub(super) fn selects(&self) -> bool {
        self.selected().is_some_and(|range| !range.collapsed())
    }

    /// The selected range, also one that reaches into shadow roots.
    fn selected(&self) -> Option<AbstractRange> {
        let selection = self.window.get_selection().ok().flatten()?;
        if selection.range_count() == 0 {
            return None;
        }
        let shadows = self.shadows.borrow();
        let within = self.root.get_root_node();
        let is_plain = shadows.is_empty() && within.node_type() == Node::DOCUMENT_NODE;
        if !is_plain {
            let roots: Array = shadows.iter().map(JsValue::from).collect();
            if within.node_type() != Node::DOCUMENT_NODE {
                roots.push(&within);
            }
            let options = Object::new();
            // Setting a field of a plain object does not fail.
            let _ = Reflect::set(&options, &"shadowRoots".into(), &roots);
            let method = Reflect::get(&selection, &"getComposedRanges".into()).ok();
            let method = method.and_then(|method| method.dyn_into::<Function>().ok());
            let ranges = method.and_then(|method| method.call1(&selection, &options).ok());
            let ranges = ranges.and_then(|ranges| ranges.dyn_into::<Array>().ok());
            if let Some(range) = ranges.map(|ranges| ranges.get(0))
                && let Ok(range) = range.dyn_into::<StaticRange>()
            {
                return Some(range.into());
            }
        }
        selection.get_range_at(0).ok().map(Into::into)
    }

    /// The character at a point of the window.
    pub(super) fn offset_at(&self, x: f64, y: f64) -> Option<u32> {
        let options = Object::new();
        let roots: Array = self.shadows.borrow().iter().map(JsValue::from).collect();
        let _ = Reflect::set(&options, &"shadowRoots".into(), &roots);
        // Reached by name: older bindings do not know of shadow roots.
        let method = Reflect::get(&self.document, &"caretPositionFromPoint".into()).ok()?;
        let method = method.dyn_into::<Function>().ok()?;
        let found = method
            .call3(&self.document, &x.into(), &y.into(), &options)
            .ok()?;
        let position = found.dyn_into::<web_sys::CaretPosition>().ok()?;
        let node = position.offset_node()?;
        let at = self.offset_of(&node, position.offset())?;
        // The nearest place is given, even where there is no text.
        [at, at.saturating_sub(1)].into_iter().find(|at| {
            self.place((*at, *at + 1)).is_some_and(|place| {
                (place.left - 1.0..=place.right + 1.0).contains(&x)
                    && (place.top - 1.0..=place.bottom + 1.0).contains(&y)
            })
        })
    }

    fn offset_of(&self, node: &Node, at: u32) -> Option<u32> {
        let text = self.text.borrow().clone();
        let parts = self.parts.borrow();
        text.offset(&parts, node, at, Side::After)
    }

    /// The character after the caret, and where it is in the window.
    pub(super) fn caret(&self) -> Option<(u32, f64, f64)> {
        let range = self.selected()?;
        let node = range.start_container();
        if !self
            .root
            .contains(Some(&super::flat::lifted(&node, &self.root)))
        {
            return None;
        }
        let at = self.offset_of(&node, range.start_offset())?;
        let place = self.place((at, at + 1))?;
        Some((at, place.left, place.bottom))
    }

    pub(super) fn place(&self, part: (u32, u32)) -> Option<Place> {
        let ranges = self.ranges(part);
        let shown = |range: &Range| {
            let place = Place::of(&range.get_bounding_client_rect());
            (place.bottom > place.top).then_some(place)
        };
        ranges.iter().filter_map(shown).reduce(|a, b| Place {
            left: a.left.min(b.left),
            top: a.top.min(b.top),
            right: a.right.max(b.right),
            bottom: a.bottom.max(b.bottom),
        })
    }
}
