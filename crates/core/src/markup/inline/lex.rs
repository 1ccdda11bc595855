//! From characters to tokens: what can be told without looking far ahead.

use super::{Kind, part};
use crate::markup::link;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lexeme {
    /// Already decided.
    Done(Kind),
    /// One to three of this byte, `*` or `_`.
    Run(u8),
    Bracket,
    BracketEnd,
    Paren,
    ParenEnd,
    Space,
    /// Inside the address of a link: covered by its closing piece.
    Void,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) lexeme: Lexeme,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Backtick runs longer than this are text.
const MAX_TICKS: usize = 8;

pub(super) struct Lexer<'a> {
    source: &'a str,
    bytes: &'a [u8],
    tokens: Vec<Token>,
    /// Start of each backtick run and of the next run as long, from left to right.
    ticks: std::iter::Peekable<std::vec::IntoIter<(usize, Option<usize>)>>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let bytes = source.as_bytes();
        Self {
            source,
            bytes,
            tokens: Vec::new(),
            ticks: tick_runs(bytes).into_iter().peekable(),
        }
    }

    pub(super) fn run(mut self) -> Vec<Token> {
        let mut at = 0;
        while let Some(&byte) = self.bytes.get(at) {
            at = match byte {
                b'\\' => self.escape(at),
                b'`' => self.code(at),
                b'*' | b'_' => self.delimiters(at, byte),
                b'[' => self.push(Lexeme::Bracket, at, at + 1),
                b']' => self.push(Lexeme::BracketEnd, at, at + 1),
                b'(' => self.push(Lexeme::Paren, at, at + 1),
                b')' => self.push(Lexeme::ParenEnd, at, at + 1),
                b' ' | b'\t' | b'\n' => self.push(Lexeme::Space, at, at + 1),
                b'h' | b'H' | b'm' | b'M' => self.address(at),
                _ => at + 1,
            };
        }
        self.tokens
    }

    fn push(&mut self, lexeme: Lexeme, start: usize, end: usize) -> usize {
        self.tokens.push(Token { lexeme, start, end });
        end
    }

    fn escape(&mut self, at: usize) -> usize {
        match self.bytes.get(at + 1) {
            Some(next) if next.is_ascii_punctuation() => {
                self.push(Lexeme::Done(Kind::Escape), at, at + 1) + 1
            }
            _ => at + 1,
        }
    }

    fn code(&mut self, at: usize) -> usize {
        let length = run_length(self.bytes, at);
        while self.ticks.peek().is_some_and(|(start, _)| *start < at) {
            self.ticks.next();
        }
        // A run whose first backtick was escaped is not in the list, and is text.
        let close = match self.ticks.peek() {
            Some((start, Some(close))) if *start == at => *close,
            _ => return at + length,
        };
        self.push(Lexeme::Done(Kind::CodeMark), at, at + length);
        self.push(Lexeme::Done(Kind::Code), at + length, close);
        self.push(Lexeme::Done(Kind::CodeMark), close, close + length)
    }

    fn delimiters(&mut self, at: usize, byte: u8) -> usize {
        let end = at + run_length(self.bytes, at);
        if end - at <= 3 {
            self.push(Lexeme::Run(byte), at, end);
        }
        end
    }

    /// A bare address, unless it is the address of a bracketed link.
    fn address(&mut self, at: usize) -> usize {
        let before = at.checked_sub(1).and_then(|i| self.bytes.get(i));
        let after_bracket = before == Some(&b'(')
            && at.checked_sub(2).and_then(|i| self.bytes.get(i)) == Some(&b']');
        if after_bracket || before.is_some_and(u8::is_ascii_alphanumeric) {
            return at + 1;
        }
        let rest = self.source.get(at..).unwrap_or_default();
        let is_address = ["https://", "http://", "mailto:"]
            .iter()
            .any(|scheme| link::strip_scheme(rest, scheme).is_some());
        if !is_address {
            return at + 1;
        }
        let whole = rest.find(ends_address).unwrap_or(rest.len());
        let end = at + trim_address(rest.get(..whole).unwrap_or_default());
        if link::is_allowed(part(self.source, at, end)) {
            self.push(Lexeme::Done(Kind::Url), at, end)
        } else {
            // The whole is passed over as text, so that it is not read again.
            at + whole
        }
    }
}

fn run_length(bytes: &[u8], at: usize) -> usize {
    let first = bytes.get(at);
    bytes
        .iter()
        .skip(at)
        .take_while(|byte| Some(*byte) == first)
        .count()
}

/// Every run of backticks with the start of the next run of the same length.
fn tick_runs(bytes: &[u8]) -> Vec<(usize, Option<usize>)> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes.get(at) == Some(&b'`') {
            let length = run_length(bytes, at);
            runs.push((at, length));
            at += length;
        } else {
            at += 1;
        }
    }
    let mut next = [None; MAX_TICKS + 1];
    let mut paired: Vec<_> = runs
        .iter()
        .rev()
        .map(|&(start, length)| {
            let close = next.get_mut(length).and_then(|slot| slot.replace(start));
            (start, close)
        })
        .collect();
    paired.reverse();
    paired
}

fn ends_address(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '[' | ']' | '\\')
        // Ideographic and full-width punctuation ends a sentence, not an address.
        || matches!(c, '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff65}')
}

/// Length of `address` without the punctuation that belongs to the sentence
/// around it: closing marks, and `)` for which it has no `(`.
fn trim_address(address: &str) -> usize {
    let count = |wanted: u8| address.bytes().filter(|byte| *byte == wanted).count();
    let (opened, mut closed) = (count(b'('), count(b')'));
    let mut length = address.len();
    for byte in address.bytes().rev() {
        match byte {
            b'.' | b',' | b':' | b';' | b'!' | b'?' | b'\'' | b'*' | b'_' | b'~' => {}
            b')' if closed > opened => closed -= 1,
            _ => break,
        }
        length -= 1;
    }
    length
}
