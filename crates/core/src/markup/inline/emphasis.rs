//! Delimiter runs that belong together.

use super::lex::{Lexeme, Token};
use super::{Kind, Piece, Weight, part};

/// A delimiter run that waits for its partner.
struct Opener {
    byte: u8,
    /// How many of its characters are still unmatched: 1 to 3.
    left: usize,
    /// Index in the output of the first of its characters.
    first: usize,
}

/// How many runs wait, by character and length, so that looking for one that
/// does not exist costs nothing.
#[derive(Clone, Copy, Default)]
struct Waiting([usize; 8]);

impl Waiting {
    fn slot(byte: u8, left: usize) -> usize {
        (left & 3) | if byte == b'*' { 4 } else { 0 }
    }

    fn count(self, byte: u8, left: usize) -> usize {
        self.0.get(Self::slot(byte, left)).copied().unwrap_or(0)
    }

    fn add(&mut self, byte: u8, left: usize) {
        if let Some(count) = self.0.get_mut(Self::slot(byte, left)) {
            *count += 1;
        }
    }

    fn remove(&mut self, byte: u8, left: usize) {
        if let Some(count) = self.0.get_mut(Self::slot(byte, left)) {
            *count = count.saturating_sub(1);
        }
    }

    fn has_partner(self, byte: u8, wanted: usize) -> bool {
        (1..=3).any(|left| fits(left, wanted) && self.count(byte, left) > 0)
    }
}

/// Whether what is left of two runs may be paired.
fn fits(left: usize, wanted: usize) -> bool {
    left == wanted || left == 3 || wanted == 3
}

struct Pairing<'a> {
    source: &'a str,
    pieces: Vec<Piece>,
    openers: Vec<Opener>,
    waiting: Waiting,
    /// Where the openers inside the current link start, and what waits outside.
    link: Option<(usize, Waiting)>,
}

pub(super) fn pair_emphasis(source: &str, tokens: &[Token]) -> Vec<Piece> {
    let mut pairing = Pairing {
        source,
        pieces: Vec::new(),
        openers: Vec::new(),
        waiting: Waiting::default(),
        link: None,
    };
    let mut at = 0;
    for token in tokens {
        if token.lexeme == Lexeme::Void {
            continue;
        }
        pairing.push(Kind::Text, at, token.start);
        match token.lexeme {
            Lexeme::Run(byte) => pairing.run(byte, token.start, token.end),
            Lexeme::Done(kind) => {
                pairing.boundary(kind);
                pairing.push(kind, token.start, token.end);
            }
            _ => pairing.push(Kind::Text, token.start, token.end),
        }
        at = token.end;
    }
    pairing.push(Kind::Text, at, source.len());
    pairing.pieces
}

impl Pairing<'_> {
    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        if start < end {
            self.pieces.push(Piece { kind, start, end });
        }
    }

    /// Emphasis does not cross the edge of a link.
    fn boundary(&mut self, kind: Kind) {
        match kind {
            Kind::LinkOpen { .. } => {
                self.link = Some((self.openers.len(), std::mem::take(&mut self.waiting)));
            }
            Kind::LinkClose => {
                if let Some((floor, waiting)) = self.link.take() {
                    self.openers.truncate(floor);
                    self.waiting = waiting;
                }
            }
            _ => {}
        }
    }

    fn run(&mut self, byte: u8, start: usize, end: usize) {
        let before = part(self.source, 0, start).chars().next_back();
        let after = part(self.source, end, self.source.len()).chars().next();
        let touches = |side: Option<char>| side.is_some_and(|c| !c.is_whitespace());
        // An underscore inside a word is a letter of that word.
        let in_word = |side: Option<char>| byte == b'_' && side.is_some_and(char::is_alphanumeric);
        let can_close = touches(before) && !in_word(after);
        let can_open = touches(after) && !in_word(before);

        let mut at = start;
        while can_close && at < end && self.waiting.has_partner(byte, end - at) {
            at = self.close(byte, at, end);
        }
        if at == end {
            return;
        }
        let first = self.pieces.len();
        for one in at..end {
            self.push(Kind::Text, one, one + 1);
        }
        if can_open {
            self.waiting.add(byte, end - at);
            self.openers.push(Opener {
                byte,
                left: end - at,
                first,
            });
        }
    }

    /// Pairs the run from `at` with the nearest fitting opener, which exists,
    /// and gives how far the run is used up.
    fn close(&mut self, byte: u8, at: usize, end: usize) -> usize {
        while let Some(mut opener) = self.openers.pop() {
            self.waiting.remove(opener.byte, opener.left);
            if opener.byte != byte || !fits(opener.left, end - at) {
                continue;
            }
            let taken = opener.left.min(end - at).min(2);
            let weight = if taken == 2 {
                Weight::Strong
            } else {
                Weight::Emphasis
            };
            opener.left -= taken;
            // The characters nearest to the text are used first.
            if let Some(piece) = self.pieces.get_mut(opener.first + opener.left) {
                piece.kind = Kind::Open(weight);
                piece.end = piece.start + taken;
            }
            if taken == 2
                && let Some(second) = self.pieces.get_mut(opener.first + opener.left + 1)
            {
                second.start = second.end;
            }
            if opener.left > 0 {
                self.waiting.add(opener.byte, opener.left);
                self.openers.push(opener);
            }
            self.push(Kind::Close(weight), at, at + taken);
            return at + taken;
        }
        end
    }
}
