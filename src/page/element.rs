//! The element that a part of the text is in, described so that it can be found
//! again, also by other programs.

use postil_core::anchor::element::{Element as Described, is_path};
use wasm_bindgen::JsCast;
use web_sys::{Element, Node, NodeList};

use super::{Page, flat};

impl Page {
    /// Describes the element that all of a part of the text is in: by its id, its
    /// path from the root and the heading before it.
    pub fn describe_element(&self, part: (u32, u32)) -> Option<Described> {
        let root = &self.inner.root;
        let ranges = self.inner.ranges(part);
        let start = ranges.first()?.start_container().ok()?;
        let start = flat::lifted(&start, root);
        let end = ranges.last()?.end_container().ok()?;
        let end = flat::lifted(&end, root);
        let heading = heading(&start, root);
        let mut around = start;
        let element = loop {
            if let (true, Some(element)) =
                (around.contains(Some(&end)), around.dyn_ref::<Element>())
            {
                break element.clone();
            }
            around = around.parent_node()?;
        };
        let (id, path) = match element == *root {
            true => Default::default(),
            false => (element.get_attribute("id"), path(&element, root)),
        };
        Described::new(
            &id.unwrap_or_default(),
            &path.unwrap_or_default(),
            &heading.unwrap_or_default(),
        )
    }
}

/// The steps from the root to an element, or from the nearest id.
fn path(element: &Element, root: &Element) -> Option<String> {
    let mut path = String::new();
    let mut at = element.clone();
    while at != *root {
        let named = ["#", &at.get_attribute("id").unwrap_or_default()].concat();
        let is_named = at != *element && is_path(&named);
        let parent = at.parent_element()?;
        let step = if is_named {
            named
        } else {
            let tag = at.local_name();
            if !is_path(&tag) {
                return None;
            }
            let alike = parent.query_selector_all(&[":scope > ", &tag].concat());
            let place = 1 + before(&alike.ok()?, &at);
            [&tag, ":nth-of-type(", &place.to_string(), ")"].concat()
        };
        let joint = if path.is_empty() { "" } else { " > " };
        path = [&step, joint, &path].concat();
        if is_named {
            break;
        }
        at = parent;
    }
    Some(path)
}

/// The text of the last heading before a node, or around it.
fn heading(node: &Node, root: &Element) -> Option<String> {
    // Browsers find elements of one tag much quicker than those of several.
    let last = |tag: &str| {
        let all = root.query_selector_all(tag).ok()?;
        all.item(before(&all, node).checked_sub(1)?)
    };
    let levels = ["h1", "h2", "h3", "h4", "h5", "h6"].into_iter();
    let later = |a: Node, b: Node| if is_before(&a, &b) { b } else { a };
    levels.filter_map(last).reduce(later)?.text_content()
}

/// How many of these nodes, in the order of the document, begin before another.
fn before(all: &NodeList, node: &Node) -> u32 {
    // To reach each of thousands of nodes takes longer than everything else here.
    let (mut from, mut to) = (0, all.length());
    while from < to {
        let middle = from.midpoint(to);
        match all.item(middle).is_some_and(|it| is_before(&it, node)) {
            true => from = middle + 1,
            false => to = middle,
        }
    }
    from
}

/// Whether a node begins before another.
fn is_before(node: &Node, other: &Node) -> bool {
    other.compare_document_position(node) & Node::DOCUMENT_POSITION_PRECEDING != 0
}
