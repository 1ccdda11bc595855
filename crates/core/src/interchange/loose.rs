//! Finds quotes whose white space is not that of the page's text. Others quote
//! the source of a page, with its indentation and without a break between
//! blocks; here the text is as people see it.

use crate::anchor::Anchor;
use crate::anchor::index::TextIndex;
use crate::anchor::quote::Quote;
use crate::discussion::Placement;

/// A text without its white space.
pub(super) struct Loose {
    index: TextIndex,
    /// Where each code unit of it is in the text.
    places: Vec<u32>,
}

impl Loose {
    pub(super) fn new(text: &str) -> Self {
        let mut places = Vec::new();
        let mut units = 0;
        for c in text.chars() {
            let len = c.len_utf16() as u32;
            if shows(c) {
                places.extend(units..units + len);
            }
            units += len;
        }
        Loose {
            index: TextIndex::new(strip(text).into()),
            places,
        }
    }

    /// The stretch that surely is the quote's, in UTF-16 code units.
    pub(super) fn find(&self, quote: &Quote) -> Option<(u32, u32)> {
        let [exact, prefix, suffix] =
            [&quote.exact, &quote.prefix, &quote.suffix].map(|t| strip(t));
        let mut quote = Quote::given(&exact, &prefix, &suffix)?;
        quote.count_in(&self.index);
        let quote = Some(quote);
        let anchor = Anchor {
            quote,
            ..Anchor::default()
        };
        let Placement::Placed { start, end } = self.index.resolve(&anchor) else {
            return None;
        };
        let first = self.places.get(start as usize)?;
        let last = self.places.get((end as usize).checked_sub(1)?)?;
        Some((*first, last + 1))
    }
}

/// What can be seen of a text.
fn strip(text: &str) -> String {
    text.chars().filter(|c| shows(*c)).collect()
}

fn shows(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::units;

    #[test]
    fn quotes_are_found_whatever_their_spaces() {
        #[track_caller]
        fn check(text: &str, exact: &str, prefix: &str, expected: Option<&str>) {
            let quote = Quote::given(exact, prefix, "").unwrap();
            let found = Loose::new(text).find(&quote);
            let found = found.map(|(start, end)| units::slice(text, start, end));
            assert_eq!(found, expected);
        }
        let text = "A heading\nThe first 😀 paragraph.\nThe second paragraph.";
        check(
            text,
            "The\n      second\n   paragraph",
            "",
            Some("The second paragraph"),
        );
        check(
            text,
            "headingThe first 😀",
            "",
            Some("heading\nThe first 😀"),
        );
        check(
            text,
            "first\u{a0}😀 para\u{ad}graph",
            "",
            Some("first 😀 paragraph"),
        );
        check(text, "paragraph", "The\tsecond ", Some("paragraph"));
        check(text, "paragraph", "", None);
        check(text, "the third", "", None);
        check(text, " \n ", "", None);
    }
}
