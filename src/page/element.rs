//! The element that a part of the text is in, described so that it can be found
//! again, also by other programs.

use js_sys::Array;
use postil_core::anchor::element::{Element as Described, is_path};
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

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
            let place = 1 + Array::from(alike.ok()?.as_ref()).index_of(&at, 0);
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
    let all = root.query_selector_all("h1, h2, h3, h4, h5, h6").ok()?;
    let before = |heading: &Node| {
        let order = node.compare_document_position(heading);
        order & Node::DOCUMENT_POSITION_PRECEDING != 0
    };
    let mut headings = (0..all.length()).rev().filter_map(|at| all.item(at));
    headings.find(before)?.text_content()
}
