//! The text of the page as one string, and the map between offsets in it and
//! places in the tree.

use std::rc::Rc;

use postil_core::text::units;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Node, Range};

use super::flat;
use super::parts::{Item, PartId, Parts, ROOT, Run};

/// The text as it was when everything was last read.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) text: Rc<str>,
    /// Every run, in the order of the text.
    runs: Vec<Place>,
}

/// Where a run is.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: u32,
    /// The same in bytes.
    byte: usize,
    part: PartId,
    item: usize,
}

/// Which way to go from a place that has no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// To the text after it.
    After,
    /// To the text before it.
    Before,
}

impl Text {
    /// Puts together what was read.
    pub(super) fn of(parts: &mut Parts) -> Self {
        let mut text = String::new();
        let mut runs = Vec::new();
        let mut units = 0;
        let mut stack = vec![(ROOT, 0)];
        while let Some((part, item)) = stack.pop() {
            let Some(items) = parts.get_mut(part).map(|part| &mut part.items) else {
                continue;
            };
            match items.get_mut(item) {
                Some(Item::Run(run)) => {
                    if units > 0 {
                        text.push('\n');
                        units += 1;
                    }
                    run.start = units;
                    runs.push(Place {
                        start: units,
                        byte: text.len(),
                        part,
                        item,
                    });
                    text.push_str(&run.text);
                    units += run.units;
                    stack.push((part, item + 1));
                }
                Some(Item::Part(child)) => {
                    let child = *child;
                    stack.push((part, item + 1));
                    stack.push((child, 0));
                }
                None => {}
            }
        }
        Text {
            text: text.into(),
            runs,
        }
    }

    /// A part of the text.
    pub(super) fn slice(&self, start: u32, end: u32) -> &str {
        let byte = |offset: u32| {
            let index = self.runs.partition_point(|place| place.start <= offset);
            let Some(place) = index.checked_sub(1).and_then(|index| self.runs.get(index)) else {
                return 0;
            };
            let rest = self.text.get(place.byte..).unwrap_or_default();
            place.byte + units::to_bytes(rest, offset - place.start)
        };
        self.text.get(byte(start)..byte(end)).unwrap_or_default()
    }

    fn run<'a>(&self, parts: &'a Parts, place: &Place) -> Option<&'a Run> {
        match parts.get(place.part)?.items.get(place.item)? {
            Item::Run(run) if run.start == place.start => Some(run),
            _ => None,
        }
    }

    /// The text node and the offset in it for an offset in the text: of the code
    /// unit that begins there, or with [`Side::Before`] of the end of the one
    /// that ends there.
    pub(super) fn point(&self, parts: &Parts, offset: u32, side: Side) -> Option<(Node, u32)> {
        let index = match side {
            Side::After => self.runs.partition_point(|place| place.start <= offset),
            Side::Before => self.runs.partition_point(|place| place.start < offset),
        };
        let index = index.saturating_sub(1);
        let place = self.runs.get(index)?;
        let run = self.run(parts, place)?;
        let local = offset.saturating_sub(place.start);
        let (span, within) = match side {
            Side::After => {
                let at = run.spans.partition_point(|span| span.end() <= local);
                match run.spans.get(at) {
                    Some(span) => (span, local.saturating_sub(span.at)),
                    // Between two runs: the next one.
                    None => {
                        let run = self.run(parts, self.runs.get(index + 1)?)?;
                        let span = run.spans.first()?;
                        return node_of(run, span.node, span.from);
                    }
                }
            }
            Side::Before => {
                let at = run.spans.partition_point(|span| span.at < local);
                let span = run.spans.get(at.saturating_sub(1))?;
                (span, local.saturating_sub(span.at).min(span.length))
            }
        };
        node_of(run, span.node, span.from + within)
    }

    /// The offset in the text of a place in the tree. `None` when the text has
    /// nothing on that side of it.
    pub(super) fn offset(&self, parts: &Parts, node: &Node, at: u32, side: Side) -> Option<u32> {
        if let Some(offset) = self.in_text(parts, node, at, side) {
            return Some(offset);
        }
        // No text of the page: the nearest text that is.
        let child = match node.dyn_ref::<Element>() {
            Some(element) => element.child_nodes().get(at),
            None => None,
        };
        let is_before = |text: &Node| {
            if text == node {
                // There was nothing on that side in the node itself.
                return side == Side::After;
            }
            let from = child.as_ref().unwrap_or(node);
            let order = from.compare_document_position(&flat::lifted(text, from));
            let inside = child.is_none() && order & Node::DOCUMENT_POSITION_CONTAINED_BY != 0;
            order & Node::DOCUMENT_POSITION_PRECEDING != 0 || inside
        };
        let first = |place: &Place| {
            let run = self.run(parts, place)?;
            run.nodes.get(run.spans.first()?.node as usize)
        };
        let after = self
            .runs
            .partition_point(|place| first(place).is_some_and(is_before));
        let before = after.checked_sub(1).and_then(|index| self.runs.get(index));
        let end = before.and_then(|place| {
            let run = self.run(parts, place)?;
            let is_before = |node: u32| run.nodes.get(node as usize).is_some_and(is_before);
            let count = run.spans.partition_point(|span| is_before(span.node));
            Some((place.start, run, count))
        });
        match (side, end) {
            (Side::Before, Some((start, run, count))) => {
                Some(start + run.spans.get(count.checked_sub(1)?)?.end())
            }
            (Side::After, Some((start, run, count))) if count < run.spans.len() => {
                Some(start + run.spans.get(count)?.at)
            }
            (Side::After, _) => Some(self.runs.get(after)?.start),
            (Side::Before, None) => None,
        }
    }

    /// The offset of a place in a text node that is part of the text.
    fn in_text(&self, parts: &Parts, node: &Node, at: u32, side: Side) -> Option<u32> {
        if node.node_type() != Node::TEXT_NODE {
            return None;
        }
        let part = parts.get(parts.part_of(node)?)?;
        let run = part.items.iter().find_map(|item| match item {
            Item::Run(run) if run.nodes.contains(node) => Some(run),
            _ => None,
        })?;
        let index = run.nodes.iter().position(|known| known == node)? as u32;
        let mut own = run.spans.iter().filter(|span| span.node == index);
        let local = match side {
            Side::After => {
                let span = own.find(|span| at < span.from + span.length)?;
                span.at + at.saturating_sub(span.from)
            }
            Side::Before => {
                let span = own.rfind(|span| span.from < at)?;
                span.at + (at - span.from).min(span.length)
            }
        };
        (run.start != u32::MAX).then(|| run.start + local)
    }

    /// Ranges in the tree over a part of the text: one, or where the text goes
    /// through shadow roots one for each stretch of a text node.
    pub(super) fn ranges(
        &self,
        parts: &Parts,
        document: &Document,
        (start, end): (u32, u32),
    ) -> Vec<Range> {
        let make = |(from, at): (&Node, u32), (to, until): (&Node, u32)| {
            let range = document.create_range().ok()?;
            range.set_start(from, at).ok()?;
            range.set_end(to, until).ok()?;
            Some(range)
        };
        if parts.has_shadow() {
            let stretches = self.stretches(parts, (start, end));
            let ranges = stretches.iter();
            let ranges = ranges.filter_map(|(node, from, to)| make((node, *from), (node, *to)));
            return ranges.collect();
        }
        let from = self.point(parts, start, Side::After);
        let to = self.point(parts, end, Side::Before);
        let ends = from.zip(to).filter(|_| start < end);
        let range = ends.and_then(|((a, at), (b, until))| make((&a, at), (&b, until)));
        range.into_iter().collect()
    }

    /// The stretches of text nodes that make up a part of the text: each node,
    /// with first and one past the last offset in it.
    pub(super) fn stretches(
        &self,
        parts: &Parts,
        (start, end): (u32, u32),
    ) -> Vec<(Node, u32, u32)> {
        let first = self.runs.partition_point(|place| place.start <= start);
        let mut found: Vec<(Node, u32, u32)> = Vec::new();
        for place in self.runs.iter().skip(first.saturating_sub(1)) {
            if place.start >= end {
                break;
            }
            let Some(run) = self.run(parts, place) else {
                continue;
            };
            for span in &run.spans {
                let from = (place.start + span.at).max(start);
                let to = (place.start + span.end()).min(end);
                if let (true, Some(node)) = (from < to, run.nodes.get(span.node as usize)) {
                    let at = |offset: u32| span.from + offset - place.start - span.at;
                    match found.last_mut() {
                        // White space between two spans that was left out.
                        Some((last, _, until)) if last == node => *until = at(to),
                        _ => found.push((node.clone(), at(from), at(to))),
                    }
                }
            }
        }
        found
    }
}

fn node_of(run: &Run, node: u32, at: u32) -> Option<(Node, u32)> {
    Some((run.nodes.get(node as usize)?.clone(), at))
}
