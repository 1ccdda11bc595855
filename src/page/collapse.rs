//! White space as CSS treats it: the text of one run of inline content, and
//! where each stretch of it comes from.
//!
//! See <https://www.w3.org/TR/css-text-3/#white-space-processing>. Line feeds at
//! the ends of a run and repeated line breaks are left out, so that two line
//! breaks and a new paragraph read the same.

/// How white space is treated where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// Any amount of it is one space.
    Collapse,
    /// The same, but line feeds stay.
    Lines,
    /// It stays as it is.
    Keep,
}

impl Space {
    /// What a computed value of `white-space` means.
    pub(super) fn of(white_space: &str) -> Self {
        match white_space {
            "pre" | "pre-wrap" | "break-spaces" => Space::Keep,
            "pre-line" => Space::Lines,
            // Later versions of CSS spell it in two words.
            other if other.starts_with("preserve-breaks") => Space::Lines,
            other if other.starts_with("preserve") => Space::Keep,
            _ => Space::Collapse,
        }
    }
}

/// A stretch that is the same in the run and in a text node. All lengths are in
/// UTF-16 code units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// Where it begins in the run.
    pub(super) at: u32,
    /// Which of the run's text nodes it is from.
    pub(super) node: u32,
    /// Where it begins in that text node.
    pub(super) from: u32,
    /// How long it is.
    pub(super) length: u32,
}

impl Span {
    /// One past its last code unit in the run.
    pub(super) fn end(&self) -> u32 {
        self.at + self.length
    }
}

/// A run while it is read.
#[derive(Debug, Default)]
pub(super) struct Line {
    text: String,
    units: u32,
    spans: Vec<Span>,
    /// Whether the text ends in a space that goes when the line ends here.
    loose: bool,
    /// How many text nodes were added.
    nodes: u32,
}

impl Line {
    /// Adds the next text node.
    pub(super) fn add(&mut self, data: &str, space: Space) {
        let mut from = 0;
        for letter in data.chars() {
            let length = letter.len_utf16() as u32;
            let is_space = matches!(letter, ' ' | '\t' | '\n' | '\r' | '\u{c}');
            let is_feed = matches!(letter, '\n' | '\r');
            match space {
                Space::Keep if is_feed && self.text.is_empty() => {}
                Space::Keep => {
                    self.loose = false;
                    self.push(letter, from, length);
                }
                Space::Lines if is_feed => self.feed(),
                _ if is_space => {
                    if !self.loose && !self.is_fresh() {
                        self.push(' ', from, length);
                        self.loose = true;
                    }
                }
                _ => {
                    self.loose = false;
                    self.push(letter, from, length);
                }
            }
            from += length;
        }
        self.nodes += 1;
    }

    /// Adds a line break.
    pub(super) fn feed(&mut self) {
        self.trim(false);
        if !self.is_fresh() {
            self.text.push('\n');
            self.units += 1;
        }
    }

    /// The text, its length in code units and its spans.
    pub(super) fn finish(mut self) -> (String, u32, Vec<Span>) {
        self.trim(true);
        (self.text, self.units, self.spans)
    }

    /// Whether nothing stands on the current line.
    fn is_fresh(&self) -> bool {
        self.text.is_empty() || self.text.ends_with('\n')
    }

    fn push(&mut self, letter: char, from: u32, length: u32) {
        self.text.push(letter);
        match self.spans.last_mut() {
            Some(last)
                if last.node == self.nodes
                    && last.from + last.length == from
                    && last.end() == self.units =>
            {
                last.length += length;
            }
            _ => self.spans.push(Span {
                at: self.units,
                node: self.nodes,
                from,
                length,
            }),
        }
        self.units += length;
    }

    /// Takes off what does not count at the end of a line, or of the run.
    fn trim(&mut self, all: bool) {
        while self.loose || (all && self.text.ends_with(['\n', '\r'])) {
            self.loose = false;
            self.text.pop();
            self.units -= 1;
            // A line feed of a line break has no span.
            if let Some(last) = self.spans.last_mut()
                && last.end() > self.units
            {
                last.length -= 1;
                if last.length == 0 {
                    self.spans.pop();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Space::{Collapse, Keep, Lines};
    use super::*;

    fn read(nodes: &[(&str, Space)]) -> (String, u32, Vec<Span>) {
        let mut line = Line::default();
        for (data, space) in nodes {
            if *data == "<br>" {
                line.feed();
            } else {
                line.add(data, *space);
            }
        }
        line.finish()
    }

    #[test]
    fn white_space_collapses_as_in_css() {
        fn check(nodes: &[(&str, Space)], expected: &str) {
            assert_eq!(read(nodes).0, expected, "{nodes:?}");
        }
        check(&[], "");
        check(&[(" \n ", Collapse)], "");
        check(&[("  a\n\t b  ", Collapse)], "a b");
        check(&[("a ", Collapse), (" b", Collapse)], "a b");
        check(&[("a", Collapse), (" ", Collapse), (" b", Collapse)], "a b");
        check(
            &[("a ", Collapse), ("<br>", Collapse), (" b", Collapse)],
            "a\nb",
        );
        check(
            &[
                ("a", Collapse),
                ("<br>", Collapse),
                ("<br>", Collapse),
                ("b", Collapse),
            ],
            "a\nb",
        );
        check(
            &[("<br>", Collapse), ("a", Collapse), ("<br>", Collapse)],
            "a",
        );
        check(&[("\n  a\n\n  b\n", Keep)], "  a\n\n  b");
        check(&[(" a \n b ", Lines)], "a\nb");
        check(&[("a\u{a0} b", Collapse)], "a\u{a0} b");
        check(&[("a ", Collapse), (" b ", Keep)], "a  b ");
        check(&[("😀 \n e\u{301}", Collapse)], "😀 e\u{301}");
    }

    #[test]
    fn spans_say_where_everything_is_from() {
        fn check(nodes: &[(&str, Space)]) {
            let (text, units, spans) = read(nodes);
            let text: Vec<u16> = text.encode_utf16().collect();
            assert_eq!(text.len() as u32, units);
            let mut covered = 0;
            for span in &spans {
                assert!(span.at >= covered, "{spans:?}");
                // What no span covers is a line break.
                assert!(
                    text[covered as usize..span.at as usize]
                        .iter()
                        .all(|u| *u == 10)
                );
                let data: Vec<u16> = nodes
                    .iter()
                    .filter(|(data, _)| *data != "<br>")
                    .nth(span.node as usize)
                    .map(|(data, _)| data.encode_utf16().collect())
                    .unwrap();
                let data = &data[span.from as usize..(span.from + span.length) as usize];
                let mine = &text[span.at as usize..span.end() as usize];
                let is_space = |unit: &u16| [9, 10, 12, 13, 32].contains(unit);
                let same = |(a, b): (&u16, &u16)| a == b || (is_space(a) && is_space(b));
                assert!(data.iter().zip(mine).all(same), "{data:?} {mine:?}");
                covered = span.end();
            }
            assert_eq!(covered, units);
        }
        check(&[
            ("  a\n\t b  ", Collapse),
            (" c", Collapse),
            ("<br>", Collapse),
            (" d ", Collapse),
        ]);
        check(&[("😀 \n e\u{301}", Collapse), ("x", Keep), (" y\n", Keep)]);
        check(&[("a \n b", Lines), ("", Collapse), ("c", Collapse)]);
    }

    #[test]
    fn values_of_white_space_are_known() {
        fn check(value: &str, expected: Space) {
            assert_eq!(Space::of(value), expected, "{value}");
        }
        check("normal", Collapse);
        check("nowrap", Collapse);
        check("pre", Keep);
        check("pre-wrap", Keep);
        check("break-spaces", Keep);
        check("pre-line", Lines);
        check("preserve nowrap", Keep);
        check("preserve-breaks", Lines);
        check("", Collapse);
    }
}
