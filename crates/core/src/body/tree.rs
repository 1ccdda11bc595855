//! The tree of inline elements, made of the pieces of the inline scanner.

use super::Inline;
use crate::markup::inline::{Kind, Piece, Weight, part, scan};

/// The inline elements of `text`.
pub(super) fn inlines(text: &str) -> Vec<Inline> {
    // The scanner bounds how deep elements nest, and so this stack and the tree.
    let mut open: Vec<(Frame, Vec<Inline>)> = Vec::new();
    let mut content = Vec::new();
    for Piece { kind, start, end } in scan(text) {
        let own = part(text, start, end);
        match kind {
            Kind::Text => push_text(&mut content, own),
            Kind::Escape | Kind::CodeMark => {}
            Kind::Code => content.push(Inline::Code(code_text(own))),
            Kind::Url => content.push(Inline::Link {
                href: own.into(),
                content: vec![Inline::Text(own.into())],
            }),
            Kind::Open(weight) => open.push((Frame::Weight(weight), std::mem::take(&mut content))),
            Kind::LinkOpen { from, to } => {
                let href = part(text, from, to).into();
                open.push((Frame::Link(href), std::mem::take(&mut content)));
            }
            Kind::Close(_) | Kind::LinkClose => {
                if let Some((frame, outer)) = open.pop() {
                    let inner = std::mem::replace(&mut content, outer);
                    content.push(frame.close(inner));
                }
            }
        }
    }
    while let Some((frame, outer)) = open.pop() {
        let inner = std::mem::replace(&mut content, outer);
        content.push(frame.close(inner));
    }
    content
}

/// An element whose end has not been seen.
enum Frame {
    Weight(Weight),
    Link(String),
}

impl Frame {
    fn close(self, mut content: Vec<Inline>) -> Inline {
        match self {
            Self::Weight(Weight::Strong) => Inline::Strong(content),
            Self::Weight(Weight::Emphasis) => Inline::Emphasis(content),
            Self::Link(href) => {
                if content.is_empty() {
                    content.push(Inline::Text(href.clone()));
                }
                Inline::Link { href, content }
            }
        }
    }
}

/// Adds text, with a break for each line feed. A backslash that escaped what
/// follows is gone, so text before and after it grows together again.
fn push_text(content: &mut Vec<Inline>, text: &str) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            content.push(Inline::Break);
        }
        match content.last_mut() {
            _ if line.is_empty() => {}
            Some(Inline::Text(last)) => last.push_str(line),
            _ => content.push(Inline::Text(line.into())),
        }
    }
}

/// The content of a code span: line feeds become spaces, and one space on each
/// side is dropped so that a backtick can stand at the edge.
fn code_text(source: &str) -> String {
    let text = source.replace('\n', " ");
    match text
        .strip_prefix(' ')
        .and_then(|inner| inner.strip_suffix(' '))
    {
        Some(inner) if !inner.trim().is_empty() => inner.into(),
        _ => text,
    }
}
