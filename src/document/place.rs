//! From places in the elements to offsets in the text, and back.

use postil_core::markup::utf16_length;
use wasm_bindgen::JsCast;
use web_sys::{CharacterData, Node};

use super::row::Row;
use super::surface::Surface;

impl Surface {
    /// The line whose element, or the element around whose content, is `node`.
    pub(super) fn row_of(&self, node: &Node) -> Option<usize> {
        let host: &Node = &self.host;
        let mut child = node.clone();
        loop {
            let parent = child.parent_node()?;
            if &parent == host {
                break;
            }
            child = parent;
        }
        let is_it = |index: usize| {
            let element: Option<&Node> = self.element(index).map(AsRef::as_ref);
            element == Some(&child)
        };
        let hint = self.hint.get();
        let near = [hint, hint + 1, hint.wrapping_sub(1)];
        let index = near.into_iter().find(|index| is_it(*index)).or_else(|| {
            // Browsers walk all siblings to compare two, so this is dear in a long text.
            let found = self.rows.partition_point(|row| {
                let element: &Node = &row.element;
                let order = element.compare_document_position(&child);
                *element == child || order & Node::DOCUMENT_POSITION_FOLLOWING != 0
            });
            found.checked_sub(1).filter(|index| is_it(*index))
        })?;
        self.hint.set(index);
        Some(index)
    }

    /// The part of the text between two heights in the window, in CSS pixels,
    /// rounded up to whole lines.
    pub(super) fn between(&self, top: f64, bottom: f64) -> (u32, u32) {
        let rect = |row: &Row| row.element.get_bounding_client_rect();
        let first = self.rows.partition_point(|row| rect(row).bottom() < top);
        let after = self.rows.partition_point(|row| rect(row).top() <= bottom);
        (
            self.lines.start(first),
            self.lines.end(after.max(first + 1) - 1),
        )
    }

    /// The node and the place in it for an offset; see [`Row::point`].
    pub(super) fn point(&self, offset: u32, forward: bool) -> (Node, u32) {
        let (index, column) = self.lines.locate(offset);
        match self.rows.get(index) {
            Some(row) => row.point(column, forward),
            None => (self.host.clone().into(), 0),
        }
    }

    /// The offset of a place in the host, whose rows are intact.
    pub(super) fn offset_of(&self, node: &Node, place: u32) -> Option<u32> {
        let host: &Node = &self.host;
        if node == host {
            // Every other child is a line feed, which ends the line before it.
            let index = usize::try_from(place.div_ceil(2)).ok()?;
            return Some(self.lines.start(index));
        }
        let Some(index) = self.row_of(node) else {
            let index = self.row_of(&node.previous_sibling()?)?;
            return Some(
                self.lines
                    .start(index + usize::from(place > 0))
                    .max(self.lines.end(index)),
            );
        };
        let row: &Node = self.element(index)?;
        let offset = self.lines.start(index) + units_before(row, node, place);
        Some(offset.min(self.lines.end(index)))
    }
}

/// How many UTF-16 code units of `row` come before a place in it.
fn units_before(row: &Node, node: &Node, place: u32) -> u32 {
    let mut units = 0;
    let mut child = if node.node_type() == Node::ELEMENT_NODE {
        match node.child_nodes().get(place) {
            Some(child) => child,
            None => {
                units = units_in(node);
                node.clone()
            }
        }
    } else {
        units = place.min(units_in(node));
        node.clone()
    };
    while &child != row {
        let mut sibling = child.previous_sibling();
        while let Some(node) = sibling {
            units += units_in(&node);
            sibling = node.previous_sibling();
        }
        match child.parent_node() {
            Some(parent) => child = parent,
            None => break,
        }
    }
    units
}

fn units_in(node: &Node) -> u32 {
    if let Some(data) = node.dyn_ref::<CharacterData>() {
        return data.length();
    }
    utf16_length(&node.text_content().unwrap_or_default())
}
