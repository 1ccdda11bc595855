//! Highlights as `<mark>` elements, for browsers that have no other way.
//!
//! Text nodes are split and wrapped. The first part of a text node stays the
//! node that it was, since frameworks hold on to theirs, and everything is put
//! back as it was when highlights change.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, Node, Text};

/// What is marked, and what is to be.
#[derive(Default)]
pub(super) struct Marks {
    wanted: Vec<Wanted>,
    made: Vec<Made>,
}

struct Wanted {
    node: Node,
    from: u32,
    to: u32,
    layer: usize,
    name: &'static str,
}

/// A text node that was split.
struct Made {
    node: Text,
    /// What is left in it.
    rest: String,
    /// What was split off, in order.
    pieces: Vec<Text>,
    marks: Vec<Element>,
}

impl Marks {
    /// Asks for a mark around a stretch of a text node. Of overlapping ones the
    /// one asked for last is made.
    pub(super) fn want(
        &mut self,
        node: Node,
        (from, to): (u32, u32),
        layer: usize,
        name: &'static str,
    ) {
        self.wanted.push(Wanted {
            node,
            from,
            to,
            layer,
            name,
        });
    }

    /// Makes the marks that were asked for.
    pub(super) fn make(&mut self, document: &Document) {
        let mut wanted = std::mem::take(&mut self.wanted);
        while let Some(first) = wanted.first() {
            let node = first.node.clone();
            let mut own = Vec::new();
            let mut others = Vec::new();
            for it in wanted {
                if it.node == node {
                    own.push(it);
                } else {
                    others.push(it);
                }
            }
            wanted = others;
            if let Ok(node) = node.dyn_into::<Text>() {
                self.made.extend(split(document, &node, &own));
            }
        }
    }

    /// Takes all marks away.
    pub(super) fn clear(&mut self) {
        for made in self.made.drain(..) {
            for mark in &made.marks {
                while let Some(child) = mark.first_child() {
                    mark.before_with_node_1(&child).ok();
                }
                mark.remove();
            }
            // Otherwise somebody has written another text there meanwhile.
            let is_ours = made.node.data() == made.rest;
            for piece in &made.pieces {
                if is_ours {
                    made.node.append_data(&piece.data()).ok();
                }
                piece.remove();
            }
        }
    }
}

/// Splits a text node into what is marked and what is not, from its end.
fn split(document: &Document, node: &Text, wanted: &[Wanted]) -> Option<Made> {
    let mut edges: Vec<u32> = wanted.iter().flat_map(|it| [it.from, it.to]).collect();
    edges.extend([0, node.length()]);
    postil_core::sorted::sort(&mut edges);
    edges.dedup();
    let mut made = Made {
        node: node.clone(),
        rest: String::new(),
        pieces: Vec::new(),
        marks: Vec::new(),
    };
    let stretches = edges.iter().zip(edges.iter().skip(1));
    for (from, to) in stretches.rev() {
        let covers = |it: &&Wanted| it.from <= *from && it.to >= *to;
        let top = wanted.iter().filter(covers).max_by_key(|it| it.layer);
        let piece = match from {
            0 => node.clone(),
            at => {
                let piece = node.split_text(*at).ok()?;
                made.pieces.insert(0, piece.clone());
                piece
            }
        };
        if let Some(top) = top {
            let mark = document.create_element("mark").ok()?;
            mark.set_attribute("data-postil-mark", top.name).ok()?;
            piece.before_with_node_1(&mark).ok()?;
            mark.append_child(&piece).ok()?;
            made.marks.push(mark);
        }
    }
    made.rest = node.data();
    Some(made)
}
