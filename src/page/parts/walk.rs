//! Reads blocks, a little at a time.

use wasm_bindgen::JsCast;
use web_sys::{CharacterData, Element, Node};

use super::super::collapse::Line;
use super::super::flat::{self, Children};
use super::super::kind::{self, Kind, Look};
use super::{Item, PartId, Parts, Run, parts_in};

/// So many nodes are read without a look at the clock.
const STEPS: u32 = 8;
/// A block that changes more often while it is read is read in one go.
const MOST_RESTARTS: u32 = 3;

/// A block that is being read. What was known of it stays until all of it has
/// been.
pub(super) struct Walk {
    id: PartId,
    element: Element,
    /// Which reading this is.
    round: u32,
    /// What is still to be read.
    stack: Vec<Next>,
    items: Vec<Item>,
    line: Line,
    /// The text nodes in the line.
    nodes: Vec<Node>,
    may_stop: bool,
}

/// A node that is still to be read, and how text is displayed there.
struct Next {
    node: Node,
    look: Look,
    /// Whether its siblings follow.
    chain: bool,
}

impl Parts {
    /// Reads until `enough` or until there is nothing left to read, and says
    /// whether that is so. A block may be as large as the page, so reading
    /// stops inside of blocks as well.
    pub(in crate::page) fn read(&mut self, mut enough: impl FnMut() -> bool) -> bool {
        loop {
            let Some(mut walk) = self.resume() else {
                return true;
            };
            let mut steps = 0_u32;
            while self.step(&mut walk) {
                steps += 1;
                let stops = walk.may_stop && steps.is_multiple_of(STEPS);
                if stops && enough() {
                    self.walk = Some(walk);
                    return false;
                }
            }
            self.finish(walk);
            if enough() {
                return self.stale.is_empty();
            }
        }
    }

    /// The reading of a block that was begun, or of the next one.
    fn resume(&mut self) -> Option<Walk> {
        if let Some(walk) = self.walk.take() {
            let part = self.get(walk.id);
            let part = part.filter(|part| part.element == walk.element);
            if part.is_some_and(|part| !part.stale) {
                return Some(walk);
            }
            // What changed meanwhile is read from the beginning.
            self.restarts += 1;
            self.give_up(&walk);
        }
        loop {
            let id = self.stale.pop()?;
            if let Some(walk) = self.begin(id) {
                return Some(walk);
            }
        }
    }

    fn begin(&mut self, id: PartId) -> Option<Walk> {
        let part = self.get_mut(id).filter(|part| part.stale)?;
        part.stale = false;
        let element = part.element.clone();
        self.round = self.round.wrapping_add(1);
        let look = kind::look(&element, &self.window);
        let mut stack = Vec::new();
        self.push_children(&mut stack, &element, look);
        Some(Walk {
            id,
            element,
            round: self.round,
            stack,
            items: Vec::new(),
            line: Line::default(),
            nodes: Vec::new(),
            may_stop: self.restarts < MOST_RESTARTS,
        })
    }

    /// Reads the next node of a block; says whether there was one.
    fn step(&mut self, walk: &mut Walk) -> bool {
        // A stack of its own: how deep pages nest is up to them.
        let Some(Next { node, look, chain }) = walk.stack.pop() else {
            return false;
        };
        if chain && let Some(node) = node.next_sibling() {
            walk.stack.push(Next { node, look, chain });
        }
        if node.node_type() == Node::TEXT_NODE {
            if let (true, Some(data)) = (look.visible, node.dyn_ref::<CharacterData>()) {
                walk.line.add(&data.data(), look.space);
                walk.nodes.push(node);
            }
            return true;
        }
        let Ok(element) = node.dyn_into::<Element>() else {
            return true;
        };
        if let Some(child) = self.id_of(&element)
            && !self.get(child).is_some_and(|part| part.stale)
        {
            // It was read before and nothing has changed about it.
            self.adopt(child, walk);
            return true;
        }
        match kind::of(&element, &self.window) {
            Kind::Out => {}
            Kind::Break => walk.line.feed(),
            Kind::Inline(look) => self.push_children(&mut walk.stack, &element, look),
            Kind::Block => {
                let child = match self.id_of(&element) {
                    Some(child) => child,
                    None => self.make(&element, Some(walk.id)),
                };
                self.adopt(child, walk);
            }
        }
        true
    }

    /// A block is not read to its end. Blocks that were found in it are kept in
    /// mind, to be forgotten if they are not found again.
    fn give_up(&mut self, walk: &Walk) {
        let part = self.get_mut(walk.id);
        match part.filter(|part| part.element == walk.element) {
            Some(part) => part.items.extend(parts_in(&walk.items).map(Item::Part)),
            None => self.drop_orphans(&walk.items, walk.id, walk.round.wrapping_sub(1)),
        }
    }

    /// A block has been read.
    fn finish(&mut self, mut walk: Walk) {
        walk.end_run();
        self.restarts = 0;
        if let Some(part) = self.get_mut(walk.id) {
            let old = std::mem::replace(&mut part.items, walk.items);
            self.drop_orphans(&old, walk.id, walk.round);
        }
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

    /// The next thing in a block is another one.
    fn adopt(&mut self, child: PartId, walk: &mut Walk) {
        walk.end_run();
        walk.items.push(Item::Part(child));
        if let Some(part) = self.get_mut(child) {
            part.parent = Some(walk.id);
            part.round = walk.round;
        }
    }

    /// Forgets the blocks among `items`, which were in `parent`, that were not
    /// found there now, with all that is in them.
    fn drop_orphans(&mut self, items: &[Item], parent: PartId, round: u32) {
        let mut gone = vec![(parent, parts_in(items).collect::<Vec<_>>())];
        let mut round = Some(round);
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
}

impl Walk {
    /// What follows is on another line.
    fn end_run(&mut self) {
        let (text, units, spans) = std::mem::take(&mut self.line).finish();
        let nodes = std::mem::take(&mut self.nodes);
        if !spans.is_empty() {
            self.items.push(Item::Run(Run {
                text,
                units,
                spans,
                nodes,
                start: u32::MAX,
            }));
        }
    }
}
