//! The text of the page, block by block: what was read from each, and which
//! have to be read again. A block's own text is in its runs; blocks inside of it
//! stand between them.

use js_sys::{WeakMap, WeakSet};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CharacterData, Element, MutationRecord, Node, ShadowRoot, Window};

use super::collapse::{Line, Span};
use super::flat::{self, Children};
use super::kind::{self, Kind, Look};

/// Index of a block.
pub(super) type PartId = usize;

/// One block.
#[derive(Debug)]
pub(super) struct Part {
    element: Element,
    parent: Option<PartId>,
    pub(super) items: Vec<Item>,
    /// Whether it has to be read again.
    stale: bool,
    /// In which reading it was found in its parent.
    round: u32,
}

/// What stands in a block.
#[derive(Debug)]
pub(super) enum Item {
    Run(Run),
    Part(PartId),
}

/// Text without a block boundary in it.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) text: String,
    /// Its length in UTF-16 code units.
    pub(super) units: u32,
    pub(super) spans: Vec<Span>,
    /// The text nodes it is from.
    pub(super) nodes: Vec<Node>,
    /// Where it begins in the text of the page; `u32::MAX` until that is known.
    pub(super) start: u32,
}

/// All blocks of a commented root.
pub(super) struct Parts {
    window: Window,
    all: Vec<Option<Part>>,
    free: Vec<PartId>,
    /// Blocks to read, and some that were read since.
    stale: Vec<PartId>,
    /// From elements to their blocks.
    known: WeakMap,
    /// Counts the readings of blocks.
    round: u32,
    /// Shadow roots that were met for the first time since somebody looked.
    pub(super) found: Vec<ShadowRoot>,
    /// All that were met.
    met: WeakSet,
    shadowed: bool,
    /// Elements that are not defined yet and may get a shadow root.
    pub(super) undefined: Vec<Element>,
}

/// The block that stands for the root.
pub(super) const ROOT: PartId = 0;

/// A node that is still to be read, and how text is displayed there.
struct Next {
    node: Node,
    look: Look,
    /// Whether its siblings follow.
    chain: bool,
}

impl Parts {
    /// Nothing has been read of `root` yet.
    pub(super) fn new(root: &Element, window: Window) -> Self {
        let mut parts = Parts {
            window,
            all: Vec::new(),
            free: Vec::new(),
            stale: Vec::new(),
            known: WeakMap::new(),
            round: 0,
            found: Vec::new(),
            met: WeakSet::new(),
            shadowed: false,
            undefined: Vec::new(),
        };
        parts.make(root, None);
        parts
    }

    pub(super) fn get(&self, id: PartId) -> Option<&Part> {
        self.all.get(id)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, id: PartId) -> Option<&mut Part> {
        self.all.get_mut(id)?.as_mut()
    }

    /// Reads blocks until `enough` or until there is nothing left to read, and
    /// says whether that is so.
    pub(super) fn read(&mut self, mut enough: impl FnMut() -> bool) -> bool {
        while let Some(id) = self.stale.pop() {
            if self.get(id).is_some_and(|part| part.stale) {
                self.read_part(id);
                if enough() {
                    return self.stale.is_empty();
                }
            }
        }
        true
    }

    fn read_part(&mut self, id: PartId) {
        let Some(part) = self.get_mut(id) else { return };
        part.stale = false;
        let element = part.element.clone();
        let old = std::mem::take(&mut part.items);
        let mut items = Vec::new();
        let (mut line, mut nodes) = (Line::default(), Vec::new());
        self.round = self.round.wrapping_add(1);
        let look = kind::look(&element, &self.window);
        let mut stack = Vec::new();
        self.push_children(&mut stack, &element, look);
        // A stack of its own: how deep pages nest is up to them.
        while let Some(next) = stack.pop() {
            let Next { node, look, chain } = next;
            if chain && let Some(node) = node.next_sibling() {
                stack.push(Next { node, look, chain });
            }
            if node.node_type() == Node::TEXT_NODE {
                if let (true, Some(data)) = (look.visible, node.dyn_ref::<CharacterData>()) {
                    line.add(&data.data(), look.space);
                    nodes.push(node);
                }
                continue;
            }
            let Ok(element) = node.dyn_into::<Element>() else {
                continue;
            };
            if let Some(child) = self.id_of(&element)
                && !self.get(child).is_some_and(|part| part.stale)
            {
                // It was read before and nothing has changed about it.
                end_run(&mut items, &mut line, &mut nodes);
                self.adopt(child, id);
                items.push(Item::Part(child));
                continue;
            }
            match kind::of(&element, &self.window) {
                Kind::Out => {}
                Kind::Break => line.feed(),
                Kind::Inline(look) => self.push_children(&mut stack, &element, look),
                Kind::Block => {
                    end_run(&mut items, &mut line, &mut nodes);
                    let child = match self.id_of(&element) {
                        Some(child) => child,
                        None => self.make(&element, Some(id)),
                    };
                    self.adopt(child, id);
                    items.push(Item::Part(child));
                }
            }
        }
        end_run(&mut items, &mut line, &mut nodes);
        if let Some(part) = self.get_mut(id) {
            part.items = items;
        }
        self.drop_orphans(&old, id);
    }

    fn push_children(&mut self, stack: &mut Vec<Next>, of: &Element, look: Look) {
        let (children, shadow) = flat::children(of);
        if let Some(shadow) = shadow {
            if !self.met.has(&shadow) {
                self.met.add(&shadow);
                self.shadowed = true;
                self.found.push(shadow);
            }
        } else if of.local_name().contains('-') && of.matches(":not(:defined)") == Ok(true) {
            self.undefined.push(of.clone());
        }
        let next = |chain| move |node| Next { node, look, chain };
        match children {
            Children::Chain(first) => stack.extend(first.map(next(true))),
            Children::Assigned(nodes) => stack.extend(nodes.into_iter().rev().map(next(false))),
        }
    }

    fn make(&mut self, element: &Element, parent: Option<PartId>) -> PartId {
        let part = Part {
            element: element.clone(),
            parent,
            items: Vec::new(),
            stale: true,
            round: self.round,
        };
        let id = match self.free.pop() {
            Some(id) => id,
            None => {
                self.all.push(None);
                self.all.len() - 1
            }
        };
        if let Some(place) = self.all.get_mut(id) {
            *place = Some(part);
        }
        self.known.set(element, &JsValue::from_f64(id as f64));
        self.stale.push(id);
        id
    }

    fn adopt(&mut self, child: PartId, parent: PartId) {
        let round = self.round;
        if let Some(part) = self.get_mut(child) {
            part.parent = Some(parent);
            part.round = round;
        }
    }

    /// Forgets the blocks among `items`, which were in `parent`, that were not
    /// found there now, with all that is in them.
    fn drop_orphans(&mut self, items: &[Item], parent: PartId) {
        let mut gone = vec![(parent, parts_in(items).collect::<Vec<_>>())];
        let mut round = Some(self.round);
        while let Some((parent, ids)) = gone.pop() {
            for id in ids {
                let is_orphan = self
                    .get(id)
                    .is_some_and(|part| part.parent == Some(parent) && Some(part.round) != round);
                if is_orphan && let Some(part) = self.all.get_mut(id).and_then(Option::take) {
                    self.free.push(id);
                    self.known.delete(&part.element);
                    gone.push((id, part.parts().collect()));
                }
            }
            // All that is in a block that is gone is gone.
            round = None;
        }
    }

    fn id_of(&self, element: &Element) -> Option<PartId> {
        let id = self.known.get(element).as_f64()? as PartId;
        self.get(id).map(|_| id)
    }

    /// The block whose text a node is part of, if it is in the root.
    pub(super) fn part_of(&self, node: &Node) -> Option<PartId> {
        let mut node = node.clone();
        loop {
            if let Some(element) = node.dyn_ref::<Element>()
                && let Some(id) = self.id_of(element)
            {
                return Some(id);
            }
            node = flat::parent(&node)?;
        }
    }

    /// Something changed: notes what has to be read again.
    pub(super) fn note(&mut self, record: &MutationRecord) {
        let Some(target) = record.target() else {
            return;
        };
        let element = target.dyn_ref::<Element>();
        if element.is_some_and(|element| kind::is_own(&element.local_name())) {
            return;
        }
        if record.type_() == "attributes" {
            if matches!(record.attribute_name().as_deref(), Some("src" | "alt")) {
                return;
            }
            if let Some(element) = element {
                self.note_style(element);
            }
            return;
        }
        let Some(id) = self.part_of(&target) else {
            return;
        };
        match element.and_then(Element::shadow_root) {
            // What is assigned to a slot somewhere inside is another thing now.
            Some(_) => self.note_all(id),
            None => self.touch(id),
        }
    }

    /// How an element looks may have changed, and with it all that is in it.
    fn note_style(&mut self, element: &Element) {
        if let Some(own) = self.id_of(element) {
            self.note_all(own);
        }
        let Some(id) = flat::parent(element).and_then(|parent| self.part_of(&parent)) else {
            return;
        };
        self.touch(id);
        let inside: Vec<PartId> = match self.get(id) {
            Some(part) => part
                .parts()
                .filter(|child| {
                    let child = self.get(*child).map(|part| &part.element);
                    child.is_some_and(|child| element.contains(Some(child)))
                })
                .collect(),
            None => Vec::new(),
        };
        inside.into_iter().for_each(|child| self.note_all(child));
        if element
            .parent_element()
            .is_some_and(|it| it.shadow_root().is_some())
        {
            self.note_all(id);
        }
    }

    /// A block and all that is in it have to be read again.
    pub(super) fn note_all(&mut self, id: PartId) {
        let mut all = vec![id];
        while let Some(id) = all.pop() {
            self.touch(id);
            all.extend(self.get(id).into_iter().flat_map(Part::parts));
        }
    }

    /// An element that now is defined has to be read again.
    pub(super) fn note_defined(&mut self, element: &Element) {
        if let Some(id) = self.part_of(element) {
            self.note_all(id);
        }
    }

    fn touch(&mut self, id: PartId) {
        if let Some(part) = self.get_mut(id)
            && !std::mem::replace(&mut part.stale, true)
        {
            self.stale.push(id);
        }
    }

    /// Whether there is something to read.
    pub(super) fn is_stale(&self) -> bool {
        !self.stale.is_empty()
    }

    /// Whether a shadow root was met.
    pub(super) fn has_shadow(&self) -> bool {
        self.shadowed
    }
}

impl Part {
    fn parts(&self) -> impl Iterator<Item = PartId> {
        parts_in(&self.items)
    }
}

fn parts_in(items: &[Item]) -> impl Iterator<Item = PartId> {
    items.iter().filter_map(|item| match item {
        Item::Part(id) => Some(*id),
        Item::Run(_) => None,
    })
}

fn end_run(items: &mut Vec<Item>, line: &mut Line, nodes: &mut Vec<Node>) {
    let (text, units, spans) = std::mem::take(line).finish();
    let nodes = std::mem::take(nodes);
    if !spans.is_empty() {
        items.push(Item::Run(Run {
            text,
            units,
            spans,
            nodes,
            start: u32::MAX,
        }));
    }
}
