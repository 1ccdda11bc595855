//! Comment markup of HTML, for bodies that are HTML: its text with links,
//! emphasis, code, quotes and lists. Whatever else it has is passed over, and
//! nothing of it is ever given to a browser.

#[cfg(test)]
mod tests;

use super::markup::escape_line;

/// Quotes and lists are nested no deeper than this.
const MAX_DEPTH: usize = 6;
/// The longest name of a character reference that is looked at.
const MAX_NAME: usize = 10;

/// The markup that says what a piece of HTML says.
pub(super) fn to_markup(html: &str) -> String {
    let mut page = Page::default();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        page.text(before);
        rest = page.tag(after);
    }
    page.text(rest);
    page.finish()
}

#[derive(Default)]
struct Page {
    out: String,
    /// Text of the line that has not been written yet.
    words: String,
    /// What every line begins with, and the list each belongs to.
    open: Vec<Around>,
    /// Addresses of the links that are open.
    links: Vec<String>,
    /// Marks that stand before the next word.
    marks: String,
    /// What the next line begins with instead, once.
    bullet: Option<String>,
    preformatted: bool,
    /// The element whose text is not shown.
    hidden: Option<String>,
}

enum Around {
    Quote,
    /// The number of the next item; 0 for bullets.
    List(u32),
}

impl Page {
    fn text(&mut self, raw: &str) {
        if self.hidden.is_some() || raw.is_empty() {
            return;
        }
        let text = decode(raw);
        if self.preformatted {
            for (number, line) in text.split('\n').enumerate() {
                if number > 0 {
                    self.end_line();
                }
                self.words.push_str(line);
            }
            return;
        }
        let starts_apart = text.starts_with(char::is_whitespace);
        let mut space = starts_apart;
        for word in text.split_whitespace() {
            if space && !self.words.is_empty() && !self.words.ends_with(' ') {
                self.words.push(' ');
            }
            let marks = std::mem::take(&mut self.marks);
            self.words.push_str(&marks);
            let is_first = self.words.is_empty();
            let escaped = escape_line(word);
            // Signs only mean something where a line begins.
            self.words.push_str(match escaped.strip_prefix('\\') {
                Some(plain) if !is_first && plain.starts_with(['-', '+', '#', '>', '~']) => plain,
                _ => &escaped,
            });
            space = true;
        }
        let ends_apart = text.ends_with(char::is_whitespace);
        if ends_apart && !self.words.is_empty() && !self.words.ends_with(' ') {
            self.words.push(' ');
        }
    }

    /// Reads a tag; what is left follows it.
    fn tag<'a>(&mut self, rest: &'a str) -> &'a str {
        if let Some(comment) = rest.strip_prefix("!--") {
            return comment.split_once("-->").map_or("", |(_, after)| after);
        }
        let begins = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?');
        if !rest.starts_with(begins) {
            self.text("&lt;");
            return rest;
        }
        let Some((tag, after)) = end_of_tag(rest) else {
            return "";
        };
        let closes = tag.starts_with('/');
        let name = tag.trim_start_matches('/');
        let end = name.find(|c: char| !c.is_ascii_alphanumeric());
        let (name, attributes) = name
            .split_at_checked(end.unwrap_or(name.len()))
            .unwrap_or((name, ""));
        let name = name.to_ascii_lowercase();
        match &self.hidden {
            Some(hidden) if closes && *hidden == name => self.hidden = None,
            Some(_) => {}
            None if closes => self.close(&name),
            None => self.open(&name, attributes),
        }
        after
    }

    fn open(&mut self, name: &str, attributes: &str) {
        match name {
            "script" | "style" | "title" | "template" | "noscript" => {
                self.hidden = Some(name.into());
            }
            "br" => self.end_line(),
            "b" | "strong" => self.marks.push_str("**"),
            "i" | "em" => self.marks.push('*'),
            "code" | "tt" if !self.preformatted => self.marks.push('`'),
            "a" => {
                let href = attribute(attributes, "href").unwrap_or_default();
                let sound = !href.contains(['(', ')', ' ', '\\', '\n', '<', '>']);
                let is_link = sound && crate::markup::link::is_allowed(&href);
                self.links.push(if is_link { href } else { String::new() });
                if is_link {
                    self.marks.push('[');
                }
            }
            "img" => {
                let alt = attribute(attributes, "alt").unwrap_or_default();
                self.text(&alt.replace('&', "&amp;"));
            }
            "pre" if !self.preformatted => {
                self.end_block();
                self.words.push_str("```");
                self.end_line();
                self.preformatted = true;
            }
            "blockquote" => self.nest(Around::Quote),
            "ul" => self.nest(Around::List(0)),
            "ol" => self.nest(Around::List(1)),
            "li" => {
                self.end_words();
                let item = self.open.iter_mut().rev().find_map(|around| match around {
                    Around::List(next) => Some(next),
                    Around::Quote => None,
                });
                self.bullet = item.map(|next| match next {
                    0 => "- ".into(),
                    next => {
                        *next += 1;
                        [&(*next - 1).to_string(), ". "].concat()
                    }
                });
            }
            name if is_block(name) => self.end_block(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "b" | "strong" => self.mark_end("**"),
            "i" | "em" => self.mark_end("*"),
            "code" | "tt" if !self.preformatted => self.mark_end("`"),
            "a" => {
                if let Some(href) = self.links.pop().filter(|href| !href.is_empty()) {
                    self.mark_end(&["](", &href, ")"].concat());
                }
            }
            "pre" if self.preformatted => {
                if !self.words.is_empty() {
                    self.end_line();
                }
                self.preformatted = false;
                self.words.push_str("```");
                self.end_block();
            }
            "blockquote" | "ul" | "ol" => {
                self.end_words();
                self.open.pop();
                self.bullet = None;
                self.end_block();
            }
            name if is_block(name) => self.end_block(),
            _ => {}
        }
    }

    /// Ends emphasis, code or a link: right behind its last word.
    fn mark_end(&mut self, mark: &str) {
        let own = if mark.starts_with(']') { "[" } else { mark };
        if let Some(before) = self.marks.strip_suffix(own) {
            // There was nothing in it.
            self.marks.truncate(before.len());
            return;
        }
        let kept = self.words.trim_end_matches(' ').len();
        let spaces = self.words.split_off(kept);
        self.words.push_str(mark);
        self.words.push_str(&spaces);
    }

    fn nest(&mut self, around: Around) {
        self.end_block();
        if self.open.len() < MAX_DEPTH {
            self.open.push(around);
        } else {
            // So that its end does not end another one.
            self.open.push(Around::List(0));
        }
    }

    fn end_words(&mut self) {
        if !self.words.trim().is_empty() {
            self.end_line();
        }
    }

    /// Ends a line, and leaves a blank one.
    fn end_block(&mut self) {
        self.end_words();
        if self.preformatted {
            return;
        }
        let lists = self
            .open
            .iter()
            .any(|around| matches!(around, Around::List(_)));
        if !self.out.is_empty() && !self.out.ends_with("\n\n") && !lists {
            self.begin();
            let kept = self.out.trim_end_matches(' ').len();
            self.out.truncate(kept);
            self.out.push('\n');
        }
    }

    fn end_line(&mut self) {
        self.begin();
        let words = std::mem::take(&mut self.words);
        self.out.push_str(words.trim_end());
        self.out.push('\n');
    }

    /// What stands before the words of a line.
    fn begin(&mut self) {
        let depth = self.open.len();
        for (level, around) in self.open.iter().take(MAX_DEPTH).enumerate() {
            match around {
                Around::Quote => self.out.push_str("> "),
                Around::List(_) if level + 1 < depth || self.bullet.is_none() => {
                    self.out.push_str("  ");
                }
                Around::List(_) => {}
            }
        }
        let bullet = self.bullet.take();
        self.out.push_str(&bullet.unwrap_or_default());
    }

    fn finish(mut self) -> String {
        if self.preformatted {
            self.close("pre");
        }
        self.end_words();
        self.out.trim_end().trim_start_matches('\n').into()
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "table"
            | "tr"
            | "hr"
            | "dl"
            | "dt"
            | "dd"
            | "figure"
            | "figcaption"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
    )
}

/// The inside of a tag and what follows it; `>` in quoted values does not end it.
fn end_of_tag(rest: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some((rest.get(..at)?, rest.get(at + 1..)?)),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// The value of an attribute.
fn attribute(mut rest: &str, name: &str) -> Option<String> {
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let end = rest
            .find(|c: char| c.is_whitespace() || c == '=')
            .unwrap_or(rest.len());
        let (own, after) = rest.split_at_checked(end)?;
        if own.is_empty() && after.is_empty() {
            return None;
        }
        let after = after.trim_start();
        let Some(value) = after.strip_prefix('=') else {
            rest = after;
            continue;
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            Some(quote) => value.get(1..)?.split_once(quote)?,
            None => {
                value.split_at_checked(value.find(char::is_whitespace).unwrap_or(value.len()))?
            }
        };
        if own.eq_ignore_ascii_case(name) {
            return Some(decode(value).trim().to_owned());
        }
        rest = after;
    }
}

/// Resolves character references.
fn decode(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let name = after
            .split_once(';')
            .filter(|(name, _)| name.len() <= MAX_NAME);
        let found = name.and_then(|(name, after)| Some((character(name)?, after)));
        (rest, _) = match found {
            Some((c, after)) => (after, out.push(c)),
            None => (after, out.push('&')),
        };
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    let code = match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        "nbsp" => return Some('\u{a0}'),
        "ndash" => return Some('–'),
        "mdash" => return Some('—'),
        "hellip" => return Some('…'),
        name => name.strip_prefix('#')?,
    };
    let code = match code.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => code.parse(),
    };
    char::from_u32(code.ok()?).filter(|c| *c != '\0')
}
