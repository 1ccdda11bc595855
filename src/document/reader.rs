//! Reads text back from elements that a browser or an input method changed.

use postil_core::markup::utf16_length;
use wasm_bindgen::JsCast;
use web_sys::{CharacterData, Node};

use super::surface::is_line_feed;

/// Reads nodes one after another, as lines, and notes where some places are.
///
/// Browsers split and merge blocks, add line breaks to keep empty ones open
/// and leave text between them; all of it is read as a person sees it.
pub(super) struct Reader {
    /// What was read.
    pub(super) text: String,
    /// Its length in UTF-16 code units.
    units: u32,
    /// Whether a block has just ended, so that what follows is a new line.
    ended: bool,
    /// Whether the current line already has something on it.
    begun: bool,
    places: Vec<(Node, u32, Option<u32>)>,
}

impl Reader {
    /// A reader that looks for `places`: nodes with an offset in each.
    pub(super) fn new(places: Vec<(Node, u32)>) -> Self {
        let places = places
            .into_iter()
            .map(|(node, place)| (node, place, None))
            .collect();
        Self {
            text: String::new(),
            units: 0,
            ended: false,
            begun: false,
            places,
        }
    }

    /// Where the places are in the text, in UTF-16 code units.
    pub(super) fn found(&self) -> Vec<Option<u32>> {
        self.places.iter().map(|(_, _, found)| *found).collect()
    }

    /// Reads the children of the host, without the line feeds between lines.
    pub(super) fn host(&mut self, host: &Node) {
        self.children(host, is_line_feed);
    }

    fn children(&mut self, node: &Node, skip: fn(&Node) -> bool) {
        let mut child = node.first_child();
        let mut index = 0;
        while let Some(this) = child {
            self.note(node, index, u32::from(self.ended));
            if !skip(&this) {
                self.node(&this);
            }
            index += 1;
            child = this.next_sibling();
        }
        self.note(node, index, 0);
    }

    /// Reads `node`.
    pub(super) fn node(&mut self, node: &Node) {
        if let Some(data) = node.dyn_ref::<CharacterData>() {
            if node.node_type() == Node::TEXT_NODE {
                self.data(node, &data.data());
            }
            return;
        }
        let name = node.node_name();
        if name == "BR" {
            // The last one in a block only keeps the block open.
            let filler = node.next_sibling().is_none();
            self.push(if filler { "" } else { "\n" });
        } else if is_block(&name) {
            if self.ended || self.begun {
                self.line_feed();
            }
            self.children(node, |_| false);
            self.ended = true;
            self.begun = false;
        } else {
            self.children(node, |_| false);
        }
    }

    fn data(&mut self, node: &Node, text: &str) {
        self.push("");
        for (wanted, place, found) in &mut self.places {
            if wanted == node {
                *found = Some(self.units + (*place).min(utf16_length(text)));
            }
        }
        self.push(text);
    }

    fn note(&mut self, node: &Node, index: u32, add: u32) {
        for (wanted, place, found) in &mut self.places {
            if *place == index && wanted == node {
                *found = Some(self.units + add);
            }
        }
    }

    fn push(&mut self, text: &str) {
        if self.ended {
            self.line_feed();
        }
        self.begun = true;
        self.text.push_str(text);
        self.units += utf16_length(text);
    }

    fn line_feed(&mut self) {
        self.ended = false;
        self.begun = false;
        self.text.push('\n');
        self.units += 1;
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "DIV"
            | "P"
            | "LI"
            | "UL"
            | "OL"
            | "PRE"
            | "BLOCKQUOTE"
            | "H1"
            | "H2"
            | "H3"
            | "H4"
            | "H5"
            | "H6"
    )
}
