//! The text as lines, and where each of them starts.

use postil_core::markup::utf16_length;

/// A text without its line feeds: never empty, since no text is one empty line.
///
/// Offsets are UTF-16 code units. An offset past the end means the end, and
/// one inside a surrogate pair means the start of its character.
#[derive(Debug)]
pub(super) struct Lines {
    texts: Vec<String>,
    /// Offset of the first character of each line.
    starts: Vec<u32>,
    length: u32,
}

/// Which lines an edit replaced.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// The first line that changed.
    pub(super) first: usize,
    /// The lines that were there.
    pub(super) old: Vec<String>,
    /// How many lines are there now.
    pub(super) added: usize,
    /// Whether the edit began at the very start of the first line.
    pub(super) at_start: bool,
}

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        let texts: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let mut lines = Self {
            starts: Vec::with_capacity(texts.len()),
            texts,
            length: 0,
        };
        lines.measure(0);
        lines
    }

    /// Length of the whole text, line feeds included.
    pub(super) fn length(&self) -> u32 {
        self.length
    }

    pub(super) fn count(&self) -> usize {
        self.texts.len()
    }

    pub(super) fn line(&self, index: usize) -> &str {
        self.texts
            .get(index)
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// Offset of the first character of a line; the end for a line too many.
    pub(super) fn start(&self, index: usize) -> u32 {
        self.starts.get(index).copied().unwrap_or(self.length)
    }

    /// Offset of the end of a line, before its line feed.
    pub(super) fn end(&self, index: usize) -> u32 {
        self.starts
            .get(index + 1)
            .map_or(self.length, |next| next - 1)
    }

    /// The line that holds `offset`, and how far into it that is.
    pub(super) fn locate(&self, offset: u32) -> (usize, u32) {
        let offset = offset.min(self.length);
        let index = self
            .starts
            .partition_point(|start| *start <= offset)
            .saturating_sub(1);
        (index, offset - self.start(index))
    }

    /// The text between two offsets.
    pub(super) fn slice(&self, start: u32, end: u32) -> String {
        let ((first, from), (last, to)) = (self.locate(start), self.locate(end.max(start)));
        if first == last {
            let line = self.line(first);
            return line
                .get(byte_at(line, from)..byte_at(line, to))
                .unwrap_or_default()
                .to_owned();
        }
        let mut text = split_at(self.line(first), from).1.to_owned();
        for index in first + 1..last {
            text.push('\n');
            text.push_str(self.line(index));
        }
        text.push('\n');
        text.push_str(split_at(self.line(last), to).0);
        text
    }

    /// Replaces `delete` units from `at` by `insert`.
    pub(super) fn splice(&mut self, at: u32, delete: u32, insert: &str) -> Change {
        let (first, from) = self.locate(at);
        let (last, to) = self.locate(at.saturating_add(delete));
        let head = split_at(self.line(first), from).0;
        let tail = split_at(self.line(last), to).1;
        let mut whole = String::with_capacity(head.len() + insert.len() + tail.len());
        whole.push_str(head);
        whole.push_str(insert);
        whole.push_str(tail);
        let new: Vec<String> = whole.split('\n').map(str::to_owned).collect();
        let added = new.len();
        let old: Vec<String> = self.texts.splice(first..=last, new).collect();
        self.measure(first);
        Change {
            first,
            old,
            added,
            at_start: from == 0,
        }
    }

    /// Puts the starts right from line `first` on.
    fn measure(&mut self, first: usize) {
        self.starts.truncate(first + 1);
        let mut next = self.starts.pop().unwrap_or_default();
        for text in self.texts.iter().skip(first) {
            self.starts.push(next);
            next += utf16_length(text) + 1;
        }
        self.length = next.saturating_sub(1);
    }
}

/// Splits a line at a column in UTF-16 code units.
pub(super) fn split_at(line: &str, column: u32) -> (&str, &str) {
    line.split_at_checked(byte_at(line, column))
        .unwrap_or((line, ""))
}

/// The byte that a column in UTF-16 code units falls on.
pub(super) fn byte_at(line: &str, column: u32) -> usize {
    let column = usize::try_from(column).unwrap_or(usize::MAX);
    if line.is_ascii() {
        return column.min(line.len());
    }
    let mut units = 0;
    for (index, c) in line.char_indices() {
        units += c.len_utf16();
        if units > column {
            return index;
        }
    }
    line.len()
}

/// So many bytes are compared at a time.
const MANY: usize = 1024;

/// The one splice that makes `new` of `old`: where in UTF-16 code units, how
/// many are deleted, and what is inserted.
pub(crate) fn difference<'a>(old: &str, new: &'a str) -> (u32, u32, &'a str) {
    // By bytes, many at a time: texts are long, and most of them stays.
    let (a, b) = (old.as_bytes(), new.as_bytes());
    let pairs = a.chunks_exact(MANY).zip(b.chunks_exact(MANY));
    let many = MANY * pairs.take_while(|(a, b)| a == b).count();
    let rest = a.iter().skip(many).zip(b.iter().skip(many));
    let mut head = many + rest.take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(head) {
        head -= 1;
    }
    let (before, old) = old.split_at_checked(head).unwrap_or((old, ""));
    let new = new.get(head..).unwrap_or_default();
    let (a, b) = (old.as_bytes(), new.as_bytes());
    let pairs = a.rchunks_exact(MANY).zip(b.rchunks_exact(MANY));
    let many = MANY * pairs.take_while(|(a, b)| a == b).count();
    let rest = a.iter().rev().skip(many).zip(b.iter().rev().skip(many));
    let mut tail = many + rest.take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(old.len() - tail) {
        tail -= 1;
    }
    let deleted = old.get(..old.len() - tail).unwrap_or_default();
    let inserted = new.get(..new.len() - tail).unwrap_or_default();
    (utf16_length(before), utf16_length(deleted), inserted)
}

/// Whether what [`difference`] says may really have happened further to the
/// front: the same letters stand there.
pub(super) fn is_ambiguous(old: &str, (at, deleted, inserted): (u32, u32, &str)) -> bool {
    let (before, rest) = split_at(old, at);
    let gone = split_at(rest, deleted).0;
    let last = |text: &str| text.chars().next_back();
    last(before).is_some_and(|letter| [last(gone), last(inserted)].contains(&Some(letter)))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(lines: &Lines) -> String {
        lines.slice(0, lines.length())
    }

    #[test]
    fn offsets_are_found_in_lines() {
        let lines = Lines::new("ab\n\n𝄞c\n");
        let check = |offset, expected| assert_eq!(lines.locate(offset), expected, "{offset}");
        check(0, (0, 0));
        check(2, (0, 2));
        check(3, (1, 0));
        check(4, (2, 0));
        check(7, (2, 3));
        check(8, (3, 0));
        check(99, (3, 0));
        assert_eq!((lines.length(), lines.count()), (8, 4));
        assert_eq!((lines.start(2), lines.end(2), lines.end(3)), (4, 7, 8));
    }

    #[test]
    fn an_offset_inside_a_pair_means_its_start() {
        let mut lines = Lines::new("𝄞𝄞");
        assert_eq!(lines.slice(1, 3), "𝄞");
        lines.splice(1, 0, "x");
        assert_eq!(whole(&lines), "x𝄞𝄞");
    }

    #[test]
    fn differences_are_one_splice() {
        let check = |old, new, expected| assert_eq!(difference(old, new), expected, "{old:?}");
        let ambiguous = |old, new| is_ambiguous(old, difference(old, new));
        assert!(ambiguous("Once more", "Once  more") && ambiguous("Once  more", "Once more"));
        assert!(!ambiguous("Once more", "Once xxmore") && !ambiguous("more", "xmore"));
        check("", "", (0, 0, ""));
        check("abc", "abc", (3, 0, ""));
        check("abc", "aXc", (1, 1, "X"));
        check("aa", "aaa", (2, 0, "a"));
        check("𝄞b", "𝄞", (2, 1, ""));
        check("𝄞", "𝄢", (0, 2, "𝄢"));
        let long = "é".repeat(MANY);
        let [without, before, after] = ["", "ê", "è"].map(|it| [&long, it, &long].concat());
        let at = MANY as u32;
        check(&without, &after, (at, 0, "è"));
        check(&before, &after, (at, 1, "è"));
    }

    proptest! {
        #[test]
        fn splices_do_what_they_do_to_a_string(
            text in "[ab\n𝄞]{0,20}",
            edits in proptest::collection::vec((0u32..30, 0u32..10, "[xy\né𝄞]{0,6}"), 0..8),
        ) {
            let mut lines = Lines::new(&text);
            let mut plain: Vec<u16> = text.encode_utf16().collect();
            for (at, delete, insert) in edits {
                let mut at = (at as usize).min(plain.len());
                let mut end = (at + delete as usize).min(plain.len());
                // Only offsets between characters have one answer.
                if plain.get(at).is_some_and(|unit| (0xdc00..0xe000).contains(unit)) { at -= 1; }
                if plain.get(end).is_some_and(|unit| (0xdc00..0xe000).contains(unit)) { end += 1; }
                plain.splice(at..end, insert.encode_utf16());
                lines.splice(at as u32, (end - at) as u32, &insert);
                let expected = String::from_utf16(&plain).unwrap();
                prop_assert_eq!(&whole(&lines), &expected);
                prop_assert_eq!(lines.length() as usize, plain.len());
                prop_assert_eq!(lines.count(), expected.split('\n').count());
                for offset in 0..=lines.length() {
                    let (line, column) = lines.locate(offset);
                    prop_assert_eq!(lines.start(line) + column, offset);
                    prop_assert!(offset <= lines.end(line));
                }
            }
        }

        #[test]
        fn a_difference_turns_old_into_new(old in "[ab𝄞é]{0,12}", new in "[ab𝄞é]{0,12}") {
            let (at, delete, insert) = difference(&old, &new);
            let mut lines = Lines::new(&old);
            lines.splice(at, delete, insert);
            prop_assert_eq!(whole(&lines), new);
        }
    }
}
