//! The tree as it is displayed: the content of open shadow roots in place of
//! that of their hosts, and in slots what is assigned to them.
//!
//! See <https://dom.spec.whatwg.org/#find-flattened-slotables>.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlSlotElement, Node, ShadowRoot, Text};

/// Where the children of a node come from.
pub(super) enum Children {
    /// The first of a chain of siblings.
    Chain(Option<Node>),
    /// These, assigned to a slot.
    Assigned(Vec<Node>),
}

/// The displayed children of `element`, and the shadow root they are in, if
/// they are in one.
pub(super) fn children(element: &Element) -> (Children, Option<ShadowRoot>) {
    if let Some(root) = element.shadow_root() {
        return (Children::Chain(root.first_child()), Some(root));
    }
    if let Some(slot) = element.dyn_ref::<HtmlSlotElement>() {
        let assigned = slot.assigned_nodes();
        if assigned.length() > 0 {
            let nodes = assigned.iter().map(JsCast::unchecked_into).collect();
            return (Children::Assigned(nodes), None);
        }
    }
    (Children::Chain(element.first_child()), None)
}

/// What a node is displayed in.
pub(super) fn parent(node: &Node) -> Option<Node> {
    let slot = match node.dyn_ref::<Element>() {
        Some(element) => element.assigned_slot(),
        None => node.dyn_ref::<Text>().and_then(Text::assigned_slot),
    };
    if let Some(slot) = slot {
        return Some(slot.into());
    }
    let parent = node.parent_node()?;
    match parent.dyn_ref::<ShadowRoot>() {
        Some(root) => Some(root.host().into()),
        None => Some(parent),
    }
}

/// The place of `node` seen from the tree that `other` is in: itself, or the
/// host of the shadow root it is in.
pub(super) fn lifted(node: &Node, other: &Node) -> Node {
    let tree = other.get_root_node();
    let mut node = node.clone();
    loop {
        let root = node.get_root_node();
        match root.dyn_ref::<ShadowRoot>() {
            Some(shadow) if root != tree => node = shadow.host().into(),
            _ => return node,
        }
    }
}
