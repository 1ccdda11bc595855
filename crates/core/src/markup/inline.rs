//! The inline scanner: emphasis, code spans, links and bare addresses.
//!
//! It serves two readers. [`crate::body`] makes a tree of its pieces and drops
//! the markers; [`crate::markup`] keeps every character and only colours it.
//! Both therefore always agree on what is bold.
//!
//! Time and memory are linear in the length of the input: every character is
//! looked at a bounded number of times and every delimiter is pushed and
//! popped at most once. The rules are a simplification of CommonMark's (see
//! <https://spec.commonmark.org/0.31.2/#inlines>): a delimiter run is one to
//! three characters long, it matches a run of its own length (or a run of
//! three), and only white space decides whether it may open or close, which
//! is kinder to scripts that do not put spaces around punctuation.

mod emphasis;
mod lex;
mod links;

/// A part of the source. The pieces of a source follow one another without
/// gaps, and openings and closings are well nested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// What the part is.
    pub kind: Kind,
    /// Where it starts, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
}

/// What a part of the source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text as it stands.
    Text,
    /// A backslash that takes the meaning from the next character.
    Escape,
    /// The backticks around a code span.
    CodeMark,
    /// The content of a code span.
    Code,
    /// `*`, `_`, `**` or `__` before emphasised text.
    Open(Weight),
    /// The same after it.
    Close(Weight),
    /// The `[` of a link, with the place of its address in bytes.
    LinkOpen {
        /// Start of the address.
        from: usize,
        /// End of the address.
        to: usize,
    },
    /// The `](address)` of a link.
    LinkClose,
    /// An address that stands in the text by itself; never inside a link.
    Url,
}

/// How strongly something is emphasised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// One marker: italic.
    Emphasis,
    /// Two markers: bold.
    Strong,
}

/// Emphasis and links nested deeper than this are left as text.
pub const MAX_DEPTH: usize = 16;

/// Splits `source` into pieces.
pub fn scan(source: &str) -> Vec<Piece> {
    let mut tokens = lex::Lexer::new(source).run();
    links::pair_links(source, &mut tokens);
    let mut pieces = emphasis::pair_emphasis(source, &tokens);
    flatten_deep(&mut pieces);
    merge_text(&pieces)
}

/// The part of `source` between two byte offsets.
pub(crate) fn part(source: &str, start: usize, end: usize) -> &str {
    source.get(start..end).unwrap_or_default()
}

/// Turns what is nested too deep back into text.
fn flatten_deep(pieces: &mut [Piece]) {
    let mut kept = Vec::new();
    for piece in pieces {
        match piece.kind {
            Kind::Open(_) | Kind::LinkOpen { .. } => {
                let keep = kept.len() < MAX_DEPTH;
                kept.push(keep);
                if !keep {
                    piece.kind = Kind::Text;
                }
            }
            Kind::Close(_) | Kind::LinkClose if kept.pop() == Some(false) => {
                piece.kind = Kind::Text;
            }
            _ => {}
        }
    }
}

fn merge_text(pieces: &[Piece]) -> Vec<Piece> {
    let mut merged: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces.iter().filter(|piece| piece.start < piece.end) {
        match merged.last_mut() {
            Some(last) if last.kind == Kind::Text && piece.kind == Kind::Text => {
                last.end = piece.end;
            }
            _ => merged.push(*piece),
        }
    }
    merged
}

#[cfg(test)]
mod tests;
