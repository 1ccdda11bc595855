//! Where a text may be cut without tearing apart what people see as one
//! character.
//!
//! A small approximation of Unicode's extended grapheme clusters (UAX #29)
//! without its tables, which would weigh more than all of this module:
//! combining marks of the common blocks, joiners, variation selectors, skin
//! tones, tags, pairs of regional indicators, Hangul syllables in parts, and
//! CR LF. Marks of scripts outside those blocks may be cut off; that costs
//! looks, never text.

/// Whether a text may be cut at a byte offset.
pub(super) fn is_boundary(text: &str, at: usize) -> bool {
    let Some((before, after)) = text.split_at_checked(at) else {
        return false;
    };
    let (Some(left), Some(right)) = (before.chars().next_back(), after.chars().next()) else {
        return true;
    };
    if left == '\r' && right == '\n' {
        return false;
    }
    if left.is_control() || right.is_control() {
        return true;
    }
    if extends(right) || left == ZERO_WIDTH_JOINER && !right.is_ascii() {
        return false;
    }
    if is_regional(left) && is_regional(right) {
        let run = before.chars().rev().take_while(|c| is_regional(*c));
        return run.count() % 2 == 0;
    }
    !joins_hangul(left, right)
}

/// The nearest place at or before a byte offset where the text may be cut.
pub(super) fn floor(text: &str, mut at: usize) -> usize {
    while !is_boundary(text, at) {
        at = at.saturating_sub(1);
    }
    at
}

/// The nearest place at or after a byte offset where the text may be cut.
pub(super) fn ceil(text: &str, mut at: usize) -> usize {
    while at < text.len() && !is_boundary(text, at) {
        at += 1;
    }
    at.min(text.len())
}

const ZERO_WIDTH_JOINER: char = '\u{200d}';

/// Whether a character belongs to the one before it.
fn extends(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036f}' | '\u{0483}'..='\u{0489}' // Latin, Greek, Cyrillic marks
        | '\u{0591}'..='\u{05bd}' | '\u{05bf}' | '\u{05c1}'..='\u{05c7}' // Hebrew points
        | '\u{0610}'..='\u{061a}' | '\u{064b}'..='\u{065f}' | '\u{0670}' // Arabic marks
        | '\u{06d6}'..='\u{06dc}' | '\u{06df}'..='\u{06e4}'
        | '\u{0900}'..='\u{0903}' | '\u{093a}'..='\u{093c}' | '\u{093e}'..='\u{094f}' // Devanagari
        | '\u{0981}'..='\u{0983}' | '\u{09bc}' | '\u{09be}'..='\u{09cd}' // Bengali
        | '\u{0b82}' | '\u{0bbe}'..='\u{0bcd}' // Tamil
        | '\u{0e31}' | '\u{0e34}'..='\u{0e3a}' | '\u{0e47}'..='\u{0e4e}' // Thai
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{200c}' | ZERO_WIDTH_JOINER | '\u{20d0}'..='\u{20ff}'
        | '\u{3099}' | '\u{309a}' // kana voicing marks
        | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}'
        | '\u{1f3fb}'..='\u{1f3ff}' // skin tones
        | '\u{e0020}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}') // tags, selectors
}

fn is_regional(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

/// Hangul syllables written as consonants and vowels.
fn joins_hangul(left: char, right: char) -> bool {
    let lead = matches!(left, '\u{1100}'..='\u{115f}');
    let vowel = |c| matches!(c, '\u{1160}'..='\u{11a7}');
    let tail = |c| matches!(c, '\u{11a8}'..='\u{11ff}');
    let syllable = |c| matches!(c, '\u{ac00}'..='\u{d7a3}');
    let leads_on = matches!(right, '\u{1100}'..='\u{115f}') || vowel(right) || syllable(right);
    lead && leads_on
        || (vowel(left) || syllable(left)) && (vowel(right) || tail(right))
        || tail(left) && tail(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_stay_in_one_piece() {
        /// `|` marks the places where the text may be cut.
        fn check(marked: &str) {
            let text: String = marked.split('|').collect();
            let mut cuts = String::new();
            for (at, c) in text.char_indices() {
                if at > 0 && is_boundary(&text, at) {
                    cuts.push('|');
                }
                cuts.push(c);
            }
            assert_eq!(cuts, marked);
        }
        check("a|b");
        check("e\u{301}|a");
        check("👩\u{200d}👩\u{200d}👧|x");
        check("👍\u{1f3fd}|👍");
        check("🇩🇪|🇫🇷|🇩");
        check("❤\u{fe0f}|a");
        check("\r\n|\n|a");
        check("中|文");
        check("\u{1112}\u{1161}\u{11ab}|\u{1100}\u{1173}");
        check("한|국");
        check("न\u{93f}|क");
        check("か\u{3099}|b");
    }

    #[test]
    fn nearest_cuts_are_found() {
        let text = "ae\u{301}b";
        assert_eq!((floor(text, 2), ceil(text, 2)), (1, 4));
        assert_eq!((floor(text, 3), ceil(text, 3)), (1, 4));
        assert_eq!((floor(text, 5), ceil(text, 99)), (5, 5));
    }
}
