//! Where a likely place begins and ends: there where a person would have set
//! its ends.
//!
//! The fewest errors say where words are, but not to the letter: which letters
//! of a changed first or last word belong to it is all the same to them. So the
//! ends near those are compared, each by the words on its one side and by the
//! context on its other, and by whether the same kinds of characters meet there
//! as at the ends of the quote.

use super::super::grapheme;
use super::matcher::Pattern;

/// So many bytes before and after are looked at.
const NEAR: usize = 24;
/// So many bytes of the words and of the context are compared.
const COMPARED: usize = 32;
/// What it costs when another kind of character is on one side, in bytes that
/// differ.
const OTHER_KIND: u32 = 2;

/// Which side of an end the words are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// After it: where they begin.
    After,
    /// Before it: where they end.
    Before,
}

/// What stands beside an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// White space, or the end of the text.
    Space,
    /// A part of a word in a script that has spaces between words.
    Letter,
    /// A word by itself, or a part of one that nothing marks the ends of.
    Glyph,
    /// Anything else.
    Mark,
}

impl Kind {
    fn of(letter: Option<char>) -> Self {
        match letter {
            None => Kind::Space,
            Some(letter) if letter.is_whitespace() => Kind::Space,
            // Thai, Lao, Burmese, Khmer; ideographs and kana.
            Some('\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}') => {
                Kind::Glyph
            }
            Some('\u{2e80}'..='\u{2fff}' | '\u{3005}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}') => {
                Kind::Glyph
            }
            Some('\u{20000}'..='\u{3ffff}') => Kind::Glyph,
            Some(letter) if letter.is_alphanumeric() => Kind::Letter,
            Some(_) => Kind::Mark,
        }
    }

    fn around(before: &str, after: &str) -> (Self, Self) {
        let last = before.chars().next_back();
        (Kind::of(last), Kind::of(after.chars().next()))
    }
}

/// The end near `at` that fits best. `words` is the quote, `context` what stood
/// on the other side of this end of it. Offsets are in bytes.
pub(super) fn fitted(text: &str, at: usize, words: &str, context: &str, side: Side) -> usize {
    let (before, after) = match side {
        Side::After => (context, words),
        Side::Before => (words, context),
    };
    let wanted = Kind::around(before, after);
    let inside_word = (Kind::Letter, Kind::Letter);
    let (from, to) = (at.saturating_sub(NEAR), (at + NEAR).min(text.len()));
    let reach = COMPARED + NEAR;
    let (first, last) = (from.saturating_sub(reach), (to + reach).min(text.len()));
    let part = |from: usize, to: usize| text.as_bytes().get(from..to).unwrap_or_default();
    let tail = before.as_bytes();
    let tail = tail.get(tail.len().saturating_sub(COMPARED)..);
    let tail = tail.unwrap_or_default();
    let head = after.as_bytes();
    let head = head.get(..COMPARED.min(head.len())).unwrap_or_default();
    if part(first, at).ends_with(tail) && part(at, last).starts_with(head) {
        return at;
    }
    // Of what comes before the first byte, the second, and so on; and from behind.
    let tails = Pattern::new(tail).errors(part(first, to));
    let heads = Pattern::reversed(head).errors(part(from, last));
    let cost = |end: usize| {
        let (left, right) = text.split_at_checked(end)?;
        let kinds = Kind::around(left, right);
        let edge = match side {
            Side::After => kinds.1,
            Side::Before => kinds.0,
        };
        let cuts_word = kinds == inside_word && wanted != inside_word;
        if edge == Kind::Space || cuts_word || !grapheme::is_boundary(text, end) {
            return None;
        }
        let errors = tails.get(end - first)? + heads.get(last - end)?;
        let others = u32::from(kinds.0 != wanted.0) + u32::from(kinds.1 != wanted.1);
        Some((errors + OTHER_KIND * others, end.abs_diff(at)))
    };
    let best = (from..=to).filter_map(|end| Some((cost(end)?, end))).min();
    best.map_or(at, |(_, end)| end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_where_a_person_would_set_them() {
        /// `|` marks the ends of the quote, where they are thought to be, and
        /// where they are.
        #[track_caller]
        fn check(quoted: &str, thought: &str, expected: &str) {
            let parts = |marked: &str| -> [String; 3] {
                let parts: Vec<String> = marked.split('|').map(String::from).collect();
                parts.try_into().unwrap()
            };
            let [prefix, words, suffix] = parts(quoted);
            let [before, place, _] = parts(thought);
            let text = thought.replace('|', "");
            let (from, to) = (before.len(), before.len() + place.len());
            let from = fitted(&text, from, &words, &prefix, Side::After);
            let to = fitted(&text, to, &words, &suffix, Side::Before);
            let found = [&text[..from], "|", &text[from..to], "|", &text[to..]];
            assert_eq!(found.concat(), expected);
        }
        check(
            "Wait. |Answers take two days|, and no more.",
            "Wait. |Answers take two wee|ks, and no more.",
            "Wait. |Answers take two weeks|, and no more.",
        );
        check(
            "the |old house by the river| stood",
            "the ol|der house by the riverside| stood",
            "the |older house by the riverside| stood",
        );
        check(
            "|\"Never trust a map\"| -- she said",
            "“|Never trust a map|” — she said",
            "|“Never trust a map”| — she said",
        );
        check(
            "sie sagte: |„Karten lügen immer“|.",
            "sie sagte: «|Karten lügen immer|».",
            "sie sagte: |«Karten lügen immer»|.",
        );
        check(
            "。|掌柜每天清早烧水|，从来",
            "。掌|柜每天清晨烧|水，从来",
            "。|掌柜每天清晨烧水|，从来",
        );
        check(
            "عند الفجر، و|تصل أول الشاحنات| قبل",
            "عند الفجر، وت|صل أوائل الشاحنا|ت قبل",
            "عند الفجر، و|تصل أوائل الشاحنات| قبل",
        );
        check(
            "|fn area(w: u32) -> u32| {",
            "|fn area(w: u64) -> u|64 {",
            "|fn area(w: u64) -> u64| {",
        );
        check(
            "a |cafe\u{301}| b",
            "a caf|e\u{301}s| b",
            "a |cafe\u{301}s| b",
        );
        // Where there is nothing to choose from, it stays.
        check("|x|", "||", "||");
    }
}
