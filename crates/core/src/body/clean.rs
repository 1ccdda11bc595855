//! Characters that are taken out of what other people wrote before it is shown.

/// The most combining marks that may follow one another.
const MAX_MARKS: usize = 4;

/// `source` without the characters that could change how the text around it
/// is read: control characters except line feed and tab, the embedding,
/// override and isolate controls of the bidirectional algorithm (see
/// <https://trojansource.codes>), and every combining mark after the fourth in
/// a row. The marks U+200E and U+200F, which honest right-to-left text uses,
/// stay.
pub fn clean(source: &str) -> String {
    let mut marks = 0;
    source
        .chars()
        .filter(|&c| {
            marks = if is_mark(c) { marks + 1 } else { 0 };
            marks <= MAX_MARKS && !is_unwanted(c)
        })
        .collect()
}

fn is_unwanted(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The combining marks that stack on a letter. A full table of the Unicode
/// category would cost more bytes than the rest of the parser; these blocks
/// hold the ones that are used to pile marks over neighbouring lines.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{489}'
        | '\u{591}'..='\u{5bd}'
        | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}'
        | '\u{6d6}'..='\u{6dc}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmful_characters_go() {
        let check =
            |source: &str, expected: &str| assert_eq!(clean(source), expected, "{source:?}");
        check("a\tb\nc", "a\tb\nc");
        check("a\r\nb\u{0}\u{7f}\u{9b}c", "a\nbc");
        check("a\u{202e}b\u{2066}c\u{2069}\u{202c}d", "abcd");
        check("א\u{200f}ב", "א\u{200f}ב");
        check(
            "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}x",
            "e\u{301}\u{301}\u{301}\u{301}x",
        );
        check(
            "\u{300}\u{e31}\u{300}\u{e31}\u{300}",
            "\u{300}\u{e31}\u{300}\u{e31}",
        );
        check("👩‍👩‍👧 é ü", "👩‍👩‍👧 é ü");
    }
}
