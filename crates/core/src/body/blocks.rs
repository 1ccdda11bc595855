//! Paragraphs, quotes, lists and fenced code: the structure between lines.
//!
//! Each level of quotes and lists looks at its lines once, and levels are
//! bounded, so the time is linear in the length of the source.

use super::{Block, tree};
use crate::markup::line;

/// Quotes and lists nested deeper than this are paragraphs.
const MAX_DEPTH: usize = 8;

/// The blocks of `lines`, which are inside `depth` quotes and lists.
pub(super) fn blocks(lines: &[&str], depth: usize) -> Vec<Block> {
    let mut out = Vec::new();
    let mut rest = lines;
    while let Some((first, after)) = rest.split_first() {
        if is_blank(first) {
            rest = after;
            continue;
        }
        let (block, left) = match Start::of(first, depth) {
            Start::Fence(fence) => code(fence, after),
            Start::Quote => quote(rest, depth),
            Start::Item(item) => list(item, rest, depth),
            Start::Text => paragraph(rest, depth),
        };
        out.push(block);
        rest = left;
    }
    out
}

/// What the first line of a block says about it.
enum Start {
    Fence(line::Fence),
    Quote,
    Item(line::Item),
    Text,
}

impl Start {
    fn of(line: &str, depth: usize) -> Self {
        if let Some(fence) = line::fence(line) {
            return Self::Fence(fence);
        }
        if depth < MAX_DEPTH {
            if line::quote(line).is_some() {
                return Self::Quote;
            }
            if let Some(item) = line::item(line) {
                return Self::Item(item);
            }
        }
        Self::Text
    }

    /// Whether a line that starts so ends the paragraph before it. A number
    /// other than one is more likely a number at the start of a line.
    fn interrupts(&self) -> bool {
        match self {
            Self::Fence(_) | Self::Quote => true,
            Self::Item(item) => !item.empty && item.ordered.is_none_or(|start| start == 1),
            Self::Text => false,
        }
    }
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

fn paragraph<'a, 'b>(lines: &'b [&'a str], depth: usize) -> (Block, &'b [&'a str]) {
    let end = lines
        .iter()
        .skip(1)
        .position(|line| is_blank(line) || Start::of(line, depth).interrupts())
        .map_or(lines.len(), |index| index + 1);
    let (own, rest) = lines.split_at_checked(end).unwrap_or((lines, &[]));
    let mut text = String::new();
    for line in own {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line.trim());
    }
    (Block::Paragraph(tree::inlines(&text)), rest)
}

fn code<'a, 'b>(fence: line::Fence, lines: &'b [&'a str]) -> (Block, &'b [&'a str]) {
    let end = lines
        .iter()
        .position(|line| fence.is_closed_by(line))
        .unwrap_or(lines.len());
    let own = lines.get(..end).unwrap_or_default();
    (
        Block::Code(own.join("\n")),
        lines.get(end + 1..).unwrap_or_default(),
    )
}

fn quote<'a, 'b>(lines: &'b [&'a str], depth: usize) -> (Block, &'b [&'a str]) {
    let own: Vec<&str> = lines
        .iter()
        .map_while(|line| line::after_quote(line))
        .collect();
    let rest = lines.get(own.len()..).unwrap_or_default();
    (Block::Quote(blocks(&own, depth + 1)), rest)
}

fn list<'a, 'b>(first: line::Item, lines: &'b [&'a str], depth: usize) -> (Block, &'b [&'a str]) {
    let mut items = Vec::new();
    let mut rest = lines;
    while let Some(item) = rest.first().and_then(|line| line::item(line)) {
        if item.sign != first.sign {
            break;
        }
        let (own, after) = item_lines(&item, rest);
        items.push(blocks(&own, depth + 1));
        // Blank lines between two items belong to neither.
        let next = after
            .iter()
            .position(|line| !is_blank(line))
            .unwrap_or(after.len());
        rest = after.get(next..).unwrap_or_default();
    }
    let list = Block::List {
        ordered: first.ordered.is_some(),
        start: first.ordered.unwrap_or(1),
        items,
    };
    (list, rest)
}

/// The lines of one item without its bullet and indentation, and what follows.
fn item_lines<'a, 'b>(item: &line::Item, lines: &'b [&'a str]) -> (Vec<&'a str>, &'b [&'a str]) {
    let mut own = Vec::new();
    let mut kept = 0;
    for (index, line) in lines.iter().enumerate() {
        let inner = if index == 0 {
            line.get(item.content..).unwrap_or_default()
        } else if is_blank(line) {
            ""
        } else if let Some(inner) = line::unindent(line, item.content) {
            inner
        } else {
            break;
        };
        own.push(inner);
        if !is_blank(line) {
            kept = own.len();
        }
    }
    own.truncate(kept);
    (own, lines.get(kept..).unwrap_or_default())
}
