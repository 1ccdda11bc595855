//! Comment markup from strangers: always read, never deeper than allowed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postil_core::body::{Block, Inline, parse};

/// Deeper than any body that is read, by far.
const DEEP: usize = 200;

fn blocks(blocks: &[Block], depth: usize) {
    assert!(depth < DEEP);
    for block in blocks {
        match block {
            Block::Paragraph(content) => inlines(content, depth + 1),
            Block::Quote(content) => self::blocks(content, depth + 1),
            Block::List { items, .. } => {
                items.iter().for_each(|item| self::blocks(item, depth + 1));
            }
            Block::Code(_) => {}
        }
    }
}

fn inlines(content: &[Inline], depth: usize) {
    assert!(depth < DEEP);
    for inline in content {
        match inline {
            Inline::Strong(content) | Inline::Emphasis(content) => inlines(content, depth + 1),
            Inline::Link { href, content } => {
                let allowed = ["http://", "https://", "mailto:"];
                let lower = href.to_ascii_lowercase();
                assert!(
                    allowed.iter().any(|scheme| lower.starts_with(scheme)),
                    "{href}"
                );
                inlines(content, depth + 1);
            }
            Inline::Text(_) | Inline::Code(_) | Inline::Break => {}
        }
    }
}

fuzz_target!(|source: &str| blocks(&parse(source), 0));
