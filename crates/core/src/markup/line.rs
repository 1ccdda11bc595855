//! How a line starts: fences, quotes, bullets, headings.
//!
//! A sign may be indented by up to three spaces, as in CommonMark.

/// The line that opens fenced code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fence {
    /// The backtick or tilde it is made of.
    sign: u8,
    /// How many of them.
    length: usize,
}

impl Fence {
    /// Whether `line` ends the code: at least as many of the same sign, alone.
    pub(crate) fn is_closed_by(&self, line: &str) -> bool {
        fence(line).is_some_and(|other| {
            other.sign == self.sign
                && other.length >= self.length
                && line.trim().bytes().all(|byte| byte == self.sign)
        })
    }
}

/// The fence that `line` is.
pub(crate) fn fence(line: &str) -> Option<Fence> {
    let text = line.get(indent(line)?..)?;
    let sign = text
        .bytes()
        .next()
        .filter(|byte| matches!(byte, b'`' | b'~'))?;
    let length = text.bytes().take_while(|byte| *byte == sign).count();
    // With a backtick after it, it is a code span that starts the line.
    let info = text.get(length..)?;
    (length >= 3 && !(sign == b'`' && info.contains('`'))).then_some(Fence { sign, length })
}

/// Where the content of a quoted line starts, in bytes.
pub(crate) fn quote(line: &str) -> Option<usize> {
    let start = indent(line)?;
    let rest = line.get(start..)?.strip_prefix('>')?;
    Some(start + if rest.starts_with(' ') { 2 } else { 1 })
}

/// The content of a quoted line.
pub(crate) fn after_quote(line: &str) -> Option<&str> {
    quote(line).and_then(|start| line.get(start..))
}

/// A bullet or a number at the start of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Item {
    /// `-`, `*`, `+`, or the `.` or `)` after a number.
    pub(crate) sign: u8,
    /// The number, when there is one.
    pub(crate) ordered: Option<u32>,
    /// Where the content starts, in bytes.
    pub(crate) content: usize,
    /// Whether nothing follows on the line.
    pub(crate) empty: bool,
}

/// The item that `line` starts.
pub(crate) fn item(line: &str) -> Option<Item> {
    let start = indent(line)?;
    let text = line.get(start..)?;
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let sign = text.as_bytes().get(digits).copied()?;
    let ordered = match (digits, sign) {
        (0, b'-' | b'*' | b'+') => None,
        // Nine digits always fit.
        (1..=9, b'.' | b')') => Some(text.get(..digits)?.parse().ok()?),
        _ => return None,
    };
    let rest = text.get(digits + 1..)?;
    let spaces = rest.bytes().take_while(|byte| *byte == b' ').count();
    let empty = rest.trim().is_empty();
    if !empty && spaces == 0 {
        return None;
    }
    let spaces = if empty || spaces > 4 {
        spaces.min(1)
    } else {
        spaces
    };
    Some(Item {
        sign,
        ordered,
        content: start + digits + 1 + spaces,
        empty,
    })
}

/// The level of a heading, 1 to 6, and where its text starts, in bytes.
pub(crate) fn heading(line: &str) -> Option<(u8, usize)> {
    let start = indent(line)?;
    let text = line.get(start..)?;
    let level = text.bytes().take_while(|byte| *byte == b'#').count();
    let rest = text.get(level..)?;
    if !(1..=6).contains(&level) || !(rest.is_empty() || rest.starts_with(' ')) {
        return None;
    }
    let spaces = rest.bytes().take_while(|byte| *byte == b' ').count();
    Some((u8::try_from(level).ok()?, start + level + spaces))
}

/// Whether `line` is a rule: three or more `-`, `*` or `_` and nothing else.
pub(crate) fn is_rule(line: &str) -> bool {
    let mut signs = line.bytes().filter(|byte| *byte != b' ');
    let Some(first) = signs
        .next()
        .filter(|byte| matches!(byte, b'-' | b'*' | b'_'))
    else {
        return false;
    };
    let others = signs.clone().count();
    indent(line).is_some() && others >= 2 && signs.all(|byte| byte == first)
}

/// `line` without `width` spaces of indentation, or with a tab for them. Two
/// spaces do, because that is what people type under a number too.
pub(crate) fn unindent(line: &str, width: usize) -> Option<&str> {
    if let Some(rest) = line.strip_prefix('\t') {
        return Some(rest);
    }
    let spaces = line.bytes().take_while(|byte| *byte == b' ').count();
    (spaces >= width.min(2)).then(|| line.get(spaces.min(width)..).unwrap_or_default())
}

/// How many spaces `line` starts with, if that is at most three.
fn indent(line: &str) -> Option<usize> {
    let spaces = line
        .bytes()
        .take(4)
        .take_while(|byte| *byte == b' ')
        .count();
    (spaces <= 3).then_some(spaces)
}
