//! How Markdown source looks while it is edited: every character stays where
//! it is, and markers are dimmed instead of hidden.
//!
//! The source is styled a line at a time. The only thing that one line tells
//! the next is whether it is inside fenced code, so after an edit only the
//! changed lines, and those whose [`State`] changed, are styled again.

pub mod inline;
pub(crate) mod line;
pub(crate) mod link;

use self::inline::{Kind, Piece, Weight, part};

/// What a line needs to know about the lines before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct State(Option<line::Fence>);

/// What a line is as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Nothing but white space.
    Blank,
    /// Running text.
    Text,
    /// A heading of this level, 1 to 6.
    Heading(u8),
    /// A line that starts with `>`.
    Quote,
    /// A line that starts with a bullet or a number.
    Item,
    /// A line inside fenced code.
    Code,
    /// The line that opens or closes fenced code.
    Fence,
    /// A thematic break such as `---`.
    Rule,
}

/// How a run of text looks: a set of the constants below.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style(u8);

impl Style {
    /// A character that marks something up; dimmed.
    pub const MARKER: Self = Self(1);
    /// Bold.
    pub const STRONG: Self = Self(2);
    /// Italic.
    pub const EMPHASIS: Self = Self(4);
    /// Program text.
    pub const CODE: Self = Self(8);
    /// The words of a link.
    pub const LINK: Self = Self(16);
    /// The address of a link.
    pub const URL: Self = Self(32);

    /// Whether all of `other` is in this set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the run looks like the line it is in.
    pub fn is_plain(self) -> bool {
        self.0 == 0
    }

    fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Characters next to one another that look the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Where it starts in the line, in UTF-16 code units.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// How it looks.
    pub style: Style,
}

/// A line with its looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What the line is.
    pub shape: Shape,
    /// Runs that follow one another from the start of the line to its end.
    pub runs: Vec<Run>,
}

/// Longer lines are not looked into for emphasis and links, only for their
/// start: a line as long as a book is data, and each run costs an element.
const MAX_LINE: usize = 20_000;

/// Styles `line`, which holds no line feed, and says what the next line needs
/// to know. Linear in the length of the line.
pub fn style(line: &str, state: State) -> (Line, State) {
    let mut runs = Runs::default();
    let (shape, next) = match (state.0, line::fence(line)) {
        (Some(open), _) if open.is_closed_by(line) => {
            runs.push(line, Style::MARKER);
            (Shape::Fence, State(None))
        }
        (Some(_), _) => {
            runs.push(line, Style::CODE);
            (Shape::Code, state)
        }
        (None, Some(fence)) => {
            runs.push(line, Style::MARKER);
            (Shape::Fence, State(Some(fence)))
        }
        (None, None) => (styled(line, &mut runs), State(None)),
    };
    (
        Line {
            shape,
            runs: runs.done,
        },
        next,
    )
}

/// Styles a line outside fenced code.
fn styled(line: &str, runs: &mut Runs) -> Shape {
    if line.trim().is_empty() {
        runs.push(line, Style::default());
        return Shape::Blank;
    }
    if line::is_rule(line) {
        runs.push(line, Style::MARKER);
        return Shape::Rule;
    }
    let mut shape = Shape::Text;
    let mut rest = line;
    // Quotes and lists hold one another; a heading ends the search.
    loop {
        let (found, length) = if let Some(length) = line::quote(rest) {
            (Shape::Quote, length)
        } else if let Some(item) = line::item(rest) {
            (Shape::Item, item.content)
        } else if let Some((level, length)) = line::heading(rest) {
            (Shape::Heading(level), length)
        } else {
            break;
        };
        if shape == Shape::Text || matches!(found, Shape::Heading(_)) {
            shape = found;
        }
        let (marker, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        runs.push(marker, Style::MARKER);
        rest = after;
        if matches!(found, Shape::Heading(_)) || rest.is_empty() {
            break;
        }
    }
    // The body of an item may be indented further than a sign may be.
    if shape == Shape::Text
        && let Some(item) = line::item(rest.trim_start())
    {
        let indent = rest.len() - rest.trim_start().len();
        let (marker, after) = rest
            .split_at_checked(indent + item.content)
            .unwrap_or((rest, ""));
        runs.push(marker, Style::MARKER);
        shape = Shape::Item;
        rest = after;
    }
    inlines(rest, runs);
    shape
}

fn inlines(text: &str, runs: &mut Runs) {
    if text.len() > MAX_LINE {
        runs.push(text, Style::default());
        return;
    }
    // The scanner bounds how deep these nest.
    let mut outer = Vec::new();
    let mut now = Style::default();
    for Piece { kind, start, end } in inline::scan(text) {
        let own = part(text, start, end);
        match kind {
            Kind::Text => runs.push(own, now),
            Kind::Escape | Kind::CodeMark => runs.push(own, now.with(Style::MARKER)),
            Kind::Code => runs.push(own, now.with(Style::CODE)),
            Kind::Url => runs.push(own, now.with(Style::LINK)),
            Kind::Open(weight) => {
                outer.push(now);
                now = now.with(match weight {
                    Weight::Strong => Style::STRONG,
                    Weight::Emphasis => Style::EMPHASIS,
                });
                runs.push(own, now.with(Style::MARKER));
            }
            Kind::LinkOpen { .. } => {
                outer.push(now);
                runs.push(own, now.with(Style::MARKER));
                now = now.with(Style::LINK);
            }
            Kind::Close(_) => {
                runs.push(own, now.with(Style::MARKER));
                now = outer.pop().unwrap_or_default();
            }
            Kind::LinkClose => {
                now = outer.pop().unwrap_or_default();
                let (bracket, address) = own.split_at_checked(2).unwrap_or((own, ""));
                let (address, paren) = address
                    .split_at_checked(address.len().saturating_sub(1))
                    .unwrap_or((address, ""));
                runs.push(bracket, now.with(Style::MARKER));
                runs.push(address, now.with(Style::URL));
                runs.push(paren, now.with(Style::MARKER));
            }
        }
    }
}

/// Runs as they are put together; neighbours that look the same are joined.
#[derive(Default)]
struct Runs {
    done: Vec<Run>,
    at: u32,
}

impl Runs {
    fn push(&mut self, text: &str, style: Style) {
        let start = self.at;
        self.at += utf16_length(text);
        match self.done.last_mut() {
            _ if start == self.at => {}
            Some(last) if last.style == style => last.end = self.at,
            _ => self.done.push(Run {
                start,
                end: self.at,
                style,
            }),
        }
    }
}

/// Length of `text` in UTF-16 code units.
pub fn utf16_length(text: &str) -> u32 {
    // A code unit for each character but the ones of four bytes, which have two.
    let units = text.bytes().filter(|byte| (byte & 0xc0) != 0x80).count()
        + text.bytes().filter(|byte| *byte >= 0xf0).count();
    u32::try_from(units).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
