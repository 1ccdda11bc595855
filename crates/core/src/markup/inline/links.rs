//! Brackets and parentheses that make a link.

use super::lex::{Lexeme, Token};
use super::{Kind, part};
use crate::markup::link;

/// Finds `[text](address)`; the innermost wins, and links never nest.
pub(super) fn pair_links(source: &str, tokens: &mut [Token]) {
    let closing = matching_parens(tokens);
    let mut open: Vec<usize> = Vec::new();
    let mut resume = 0;
    for index in 0..tokens.len() {
        let Some(token) = tokens.get(index).copied() else {
            break;
        };
        if index < resume {
            continue;
        }
        match token.lexeme {
            Lexeme::Bracket => open.push(index),
            Lexeme::BracketEnd => {
                let Some(start) = open.pop() else { continue };
                let Some(close) = address_after(source, tokens, &closing, index) else {
                    continue;
                };
                let end = tokens.get(close).map_or(token.end, |paren| paren.end);
                let link = Kind::LinkOpen {
                    from: token.end + 1,
                    to: end - 1,
                };
                decide(tokens, start, link, None);
                decide(tokens, index, Kind::LinkClose, Some(end));
                for inner in tokens.iter_mut().take(close + 1).skip(index + 1) {
                    inner.lexeme = Lexeme::Void;
                }
                // An address in the text of a link is part of that text.
                for inner in tokens.iter_mut().take(index).skip(start) {
                    if inner.lexeme == Lexeme::Done(Kind::Url) {
                        inner.lexeme = Lexeme::Void;
                    }
                }
                open.clear();
                resume = close + 1;
            }
            _ => {}
        }
    }
}

fn decide(tokens: &mut [Token], index: usize, kind: Kind, end: Option<usize>) {
    if let Some(token) = tokens.get_mut(index) {
        token.lexeme = Lexeme::Done(kind);
        token.end = end.unwrap_or(token.end);
    }
}

/// The token that closes the address after the bracket at `index`, if an
/// acceptable address follows it.
fn address_after(
    source: &str,
    tokens: &[Token],
    closing: &[Option<usize>],
    index: usize,
) -> Option<usize> {
    let bracket = tokens.get(index)?;
    let paren = tokens
        .get(index + 1)
        .filter(|token| token.start == bracket.end)?;
    let close = (*closing.get(index + 1)?)?;
    let end = tokens.get(close)?.start;
    link::is_allowed(part(source, paren.end, end)).then_some(close)
}

/// For each `(` the index of its `)`. White space and code end an address.
fn matching_parens(tokens: &[Token]) -> Vec<Option<usize>> {
    let mut closing = vec![None; tokens.len()];
    let mut open = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.lexeme {
            Lexeme::Paren => open.push(index),
            Lexeme::ParenEnd => {
                if let Some(slot) = open.pop().and_then(|start| closing.get_mut(start)) {
                    *slot = Some(index);
                }
            }
            Lexeme::Space | Lexeme::Done(Kind::Code) => open.clear(),
            _ => {}
        }
    }
    closing
}
