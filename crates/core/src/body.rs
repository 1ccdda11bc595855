//! The text of a comment: from the markup people type to a tree that can be
//! shown without ever being turned into HTML text.
//!
//! ```
//! use postil_core::body::{Block, Inline, parse};
//!
//! let tree = parse("**No.** See https://example.org");
//! let [Block::Paragraph(content)] = &tree[..] else { panic!() };
//! assert_eq!(content[0], Inline::Strong(vec![Inline::Text("No.".into())]));
//! ```

mod blocks;
mod clean;
mod tree;

pub use self::clean::clean;

/// A part of a comment that stands on its own lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Running text.
    Paragraph(Vec<Inline>),
    /// What somebody else said: lines that start with `>`.
    Quote(Vec<Block>),
    /// Lines that start with `-`, `*`, `+`, `1.` or `1)`.
    List {
        /// Whether the items are numbered.
        ordered: bool,
        /// The number of the first item.
        start: u32,
        /// The items, each a sequence of blocks.
        items: Vec<Vec<Block>>,
    },
    /// Text between two lines of three or more backticks or tildes, as it is.
    Code(String),
}

/// A part of running text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Characters to show.
    Text(String),
    /// Bold, from `**`.
    Strong(Vec<Inline>),
    /// Italic, from `*` or `_`.
    Emphasis(Vec<Inline>),
    /// Program text, from backticks.
    Code(String),
    /// A link, from `[text](address)` or a bare address.
    Link {
        /// The address: `http:`, `https:` or `mailto:`, checked.
        href: String,
        /// What is shown for it; holds no link.
        content: Vec<Inline>,
    },
    /// A new line within a paragraph.
    Break,
}

/// Reads the markup of a comment. Whatever is no markup is text: there is no
/// source for which this fails.
///
/// Characters named at [`clean`] are taken out first. Time and memory are
/// linear in the length of `source`; the depth of the tree is bounded.
pub fn parse(source: &str) -> Vec<Block> {
    let source = clean(source);
    let lines: Vec<&str> = source.split('\n').collect();
    blocks::blocks(&lines, 0)
}

#[cfg(test)]
mod tests;
