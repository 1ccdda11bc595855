//! The text of the page, block by block: what was read from each, and which
//! have to be read again. A block's own text is in its runs; blocks inside of it
//! stand between them.

mod walk;

use js_sys::{WeakMap, WeakSet};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, MutationRecord, Node, ShadowRoot, Window};

use super::collapse::Span;
use super::flat;
use super::kind;
use walk::Walk;

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
    /// A block of which some was read.
    walk: Option<Walk>,
    /// How often in a row that was in vain.
    restarts: u32,
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

impl Parts {
    /// Nothing has been read of `root` yet.
    pub(super) fn new(root: &Element, window: Window) -> Self {
        let mut parts = Parts {
            window,
            all: Vec::new(),
            free: Vec::new(),
            stale: Vec::new(),
            walk: None,
            restarts: 0,
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
        !self.stale.is_empty() || self.walk.is_some()
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
