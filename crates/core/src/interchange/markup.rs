//! What people wrote, between comment markup and the notations of others.
//! Comment markup is Markdown, but for lines: here every line stays one, there
//! lines flow together unless two spaces or a backslash end them.

use crate::markup::line;

/// The Markdown that others show as comment markup is shown here.
pub(super) fn to_markdown(markup: &str) -> String {
    let mut lines = lines(markup).peekable();
    let mut out = String::new();
    while let Some((line, in_code)) = lines.next() {
        out.push_str(line);
        let blank = |line: &str| line.trim().is_empty();
        let Some((next, _)) = lines.peek() else { break };
        if !in_code && !blank(line) && !blank(next) {
            out.push_str("  ");
        }
        out.push('\n');
    }
    out
}

/// Comment markup of Markdown.
pub(super) fn from_markdown(markdown: &str) -> String {
    let markdown = markdown.replace("\r\n", "\n");
    let mut out = String::new();
    let mut lines = lines(&markdown).peekable();
    while let Some((line, in_code)) = lines.next() {
        let goes_on = |next: &(&str, bool)| !next.0.trim().is_empty();
        out.push_str(match line.strip_suffix('\\') {
            _ if in_code => line,
            // An even number of them is text.
            Some(rest) if ends_in_escape(line) && lines.peek().is_some_and(goes_on) => rest,
            _ => line.trim_end_matches(' '),
        });
        if lines.peek().is_some() {
            out.push('\n');
        }
    }
    out
}

fn ends_in_escape(text: &str) -> bool {
    text.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// The lines, and whether each is one of fenced code.
fn lines(source: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut open: Option<line::Fence> = None;
    source.split('\n').map(move |line| {
        let fence = line::fence(line);
        let in_code = open.is_some() || fence.is_some();
        open = match open {
            Some(fence) if fence.is_closed_by(line) => None,
            Some(fence) => Some(fence),
            None => fence,
        };
        (line, in_code)
    })
}

/// Comment markup that shows a text as it is. Addresses stay links.
pub(super) fn from_plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut out = String::new();
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        out.push_str(&escape_line(line));
    }
    out
}

/// Tags as a line; `None` when there are none.
pub(super) fn tags(tags: &mut dyn Iterator<Item = &str>) -> Option<String> {
    let mut line = String::new();
    for tag in tags {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push('#');
        line.push_str(&escape_line(tag.trim()));
    }
    Some(line).filter(|line| !line.is_empty())
}

/// A line of which nothing is markup.
pub(super) fn escape_line(text: &str) -> String {
    let trimmed = text.trim_start();
    let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
    let mut out = String::new();
    // What would begin a quote, an item, a heading or code.
    let sign = match trimmed.as_bytes().get(digits) {
        Some(b'.' | b')') if digits > 0 => Some(digits),
        Some(b'>' | b'-' | b'+' | b'#' | b'~') if digits == 0 => Some(0),
        _ => None,
    };
    for (number, word) in trimmed.split_inclusive(char::is_whitespace).enumerate() {
        let is_address = ["http://", "https://", "mailto:"]
            .iter()
            .any(|scheme| word.starts_with(scheme));
        let is_tame = !word.contains(['*', '`', '[', ']', '\\']);
        for (at, c) in word.char_indices() {
            let is_sign = number == 0 && Some(at) == sign;
            let is_markup = matches!(c, '\\' | '*' | '_' | '`' | '[' | ']');
            if is_sign || is_markup && !(is_address && is_tame) {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::body::{Block, Inline, parse};

    /// What people read, without any of its looks.
    pub(super) fn text_of(source: &str) -> String {
        fn inlines(content: &[Inline], out: &mut String) {
            for inline in content {
                match inline {
                    Inline::Text(text) | Inline::Code(text) => out.push_str(text),
                    Inline::Strong(content)
                    | Inline::Emphasis(content)
                    | Inline::Link { content, .. } => inlines(content, out),
                    Inline::Break => out.push('\n'),
                }
            }
        }
        let mut out = String::new();
        for block in parse(source) {
            match block {
                Block::Paragraph(content) => inlines(&content, &mut out),
                Block::Code(text) => out.push_str(&text),
                Block::Quote(_) | Block::List { .. } => out.push_str("<block>"),
            }
            out.push('\n');
        }
        out
    }

    #[test]
    fn lines_stay_lines() {
        #[track_caller]
        fn check(markup: &str, markdown: &str) {
            assert_eq!(to_markdown(markup), markdown);
            assert_eq!(from_markdown(markdown), markup);
        }
        check("One line", "One line");
        check("One\ntwo\n\nthree", "One  \ntwo\n\nthree");
        check("- a\n- b", "- a  \n- b");
        check("> a\n> b", "> a  \n> b");
        check("```\na\nb\n```\nc\nd", "```\na\nb\n```\nc  \nd");
        check("**a**\n`b`", "**a**  \n`b`");
    }

    #[test]
    fn other_markdown_is_read() {
        #[track_caller]
        fn check(markdown: &str, markup: &str) {
            assert_eq!(from_markdown(markdown), markup);
        }
        check("a\\\nb", "a\nb");
        check("a\\\\\nb", "a\\\\\nb");
        check("a\\\n\nb\\", "a\\\n\nb\\");
        check("a   \r\nb", "a\nb");
        check("~~~\na  \n~~~", "~~~\na  \n~~~");
    }

    #[test]
    fn plain_text_looks_as_it_is() {
        #[track_caller]
        fn check(text: &str) {
            assert_eq!(text_of(&from_plain(text)), [text, "\n"].concat());
        }
        check("*a* _b_ `c` [d](https://example.org) \\e");
        check("- no item");
        check("1. no item\n> no quote\n# no heading");
        check("```\nno code");
        check("~~~\nno code");
        check("see https://example.org/a_b_c?d=e, and so on");
        check("https://example.org/*a*");
    }

    proptest! {
        #[test]
        fn any_markup_comes_back(source in "[ab*_`~> \n\\\\\\[\\]()1.-]{0,60}") {
            let back = from_markdown(&to_markdown(&source));
            // Spaces at the ends of lines can not be seen, but in code.
            let lines = lines(&source).map(|(line, in_code)| match in_code {
                true => line,
                false => line.trim_end_matches(' '),
            });
            prop_assert_eq!(back, lines.collect::<Vec<_>>().join("\n"));
        }

        #[test]
        fn any_plain_line_is_only_text(line in "[ab*_`~>+#1.)-]{1,12}( [ab*_`~>#(.)\\\\-]{1,12}){0,3}") {
            prop_assert_eq!(text_of(&from_plain(&line)), [&line, "\n"].concat());
        }
    }
}
