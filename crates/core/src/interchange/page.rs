//! A discussion as a part of a web page: plain HTML that can be read where
//! nothing runs, for whoever makes pages to put between the tags of the element.
//! It is written and never read: what a page says is no record of who said it.
//!
//! Every thread is an article, with its answers as articles in it, the newest
//! thread first, as a panel below a page has them. Whatever people wrote is text
//! between tags; the tags and attributes are those named here. Nothing has an id,
//! so that nothing collides with what the page has.

use super::notes::{Note, Page};
use super::{Format, calendar};
use crate::body::{Block, Inline, clean, parse};
use crate::markup::link::is_allowed;
use crate::sorted::Map;

/// The form, which goes one way only.
pub(super) const FORMAT: Format = Format {
    name: "html",
    media_type: "text/html",
    extension: "html",
    write,
    reads: None,
};

/// How deep the elements of a comment nest; what is deeper is text.
const MAX_DEPTH: u32 = 32;

fn write(_: &Page, notes: &[Note]) -> String {
    let mut threads: Vec<(&Note, Vec<&Note>)> = Vec::new();
    // The thread that every comment so far is in.
    let mut homes: Map<&str, usize> = Map::new();
    for note in notes {
        let home = homes.get(&*note.parent).copied();
        let home = home.filter(|_| !note.parent.is_empty());
        let home = match home.and_then(|home| Some((home, threads.get_mut(home)?))) {
            Some((home, (_, answers))) => {
                answers.push(note);
                home
            }
            None => {
                threads.push((note, Vec::new()));
                threads.len() - 1
            }
        };
        homes.insert(&note.id, home);
    }
    let mut html = Html::default();
    for (opening, answers) in threads.iter().rev() {
        html.article(opening, answers);
    }
    html.out
}

/// HTML text that grows.
#[derive(Default)]
struct Html {
    out: String,
}

impl Html {
    fn article(&mut self, note: &Note, answers: &[&Note]) {
        self.out.push_str("<article>\n");
        if !note.name.is_empty() || note.at > 0 {
            self.head(note);
        }
        let quote = note.anchor.as_ref().and_then(|it| it.quote.as_ref());
        if let Some(quote) = quote {
            self.out.push_str("<blockquote dir=\"auto\">");
            self.text(&clean(&quote.exact));
            self.out.push_str(if quote.cut { "…" } else { "" });
            self.out.push_str("</blockquote>\n");
        }
        self.out.push_str("<div dir=\"auto\">");
        self.blocks(&parse(&note.body), 0);
        self.out.push_str("</div>\n");
        for answer in answers {
            self.article(answer, &[]);
        }
        self.out.push_str("</article>\n");
    }

    /// Who wrote it, and on which day.
    fn head(&mut self, note: &Note) {
        self.out.push_str("<p>");
        if !note.name.is_empty() {
            self.out.push_str("<b><bdi>");
            self.text(&clean(&note.name));
            self.out.push_str("</bdi></b> ");
        }
        if note.at > 0 {
            let moment = calendar::write(note.at);
            let day = moment.split('T').next().unwrap_or_default();
            for part in ["<time datetime=\"", &moment, "\">", day, "</time>"] {
                self.out.push_str(part);
            }
        }
        self.out.push_str("</p>\n");
    }

    fn blocks(&mut self, blocks: &[Block], depth: u32) {
        if depth > MAX_DEPTH {
            return;
        }
        for block in blocks {
            match block {
                Block::Paragraph(content) => self.inside("p", content, depth),
                Block::Quote(content) => {
                    self.out.push_str("<blockquote>");
                    self.blocks(content, depth + 1);
                    self.out.push_str("</blockquote>");
                }
                Block::List {
                    ordered,
                    start,
                    items,
                } => self.list(*ordered, *start, items, depth),
                Block::Code(text) => {
                    self.out.push_str("<pre><code>");
                    self.text(text);
                    self.out.push_str("</code></pre>");
                }
            }
        }
    }

    fn list(&mut self, ordered: bool, start: u32, items: &[Vec<Block>], depth: u32) {
        let name = if ordered { "ol" } else { "ul" };
        self.out.push('<');
        self.out.push_str(name);
        if ordered && start != 1 {
            self.out.push_str(" start=\"");
            self.out.push_str(&start.to_string());
            self.out.push('"');
        }
        self.out.push('>');
        for item in items {
            self.out.push_str("<li>");
            self.blocks(item, depth + 1);
            self.out.push_str("</li>");
        }
        self.close(name);
    }

    fn inside(&mut self, name: &str, content: &[Inline], depth: u32) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        self.inlines(content, depth + 1);
        self.close(name);
    }

    fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn inlines(&mut self, content: &[Inline], depth: u32) {
        if depth > MAX_DEPTH {
            return;
        }
        for inline in content {
            match inline {
                Inline::Text(text) => self.text(text),
                Inline::Strong(content) => self.inside("strong", content, depth),
                Inline::Emphasis(content) => self.inside("em", content, depth),
                Inline::Code(text) => {
                    self.out.push_str("<code>");
                    self.text(text);
                    self.out.push_str("</code>");
                }
                Inline::Link { href, content } if is_allowed(href) => {
                    self.out.push_str("<a href=\"");
                    self.text(href);
                    self.out.push_str("\" rel=\"nofollow ugc noopener\">");
                    self.inlines(content, depth + 1);
                    self.close("a");
                }
                Inline::Link { content, .. } => self.inlines(content, depth + 1),
                Inline::Break => self.out.push_str("<br>"),
            }
        }
    }

    /// Text that stays text, between tags and in quoted attributes.
    fn text(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                other => self.out.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::anchor::Anchor;

    fn said(body: &str) -> String {
        let note = Note {
            body: body.into(),
            ..Note::default()
        };
        let html = write(&Page::default(), &[note]);
        let (_, rest) = html.split_once("<div dir=\"auto\">").unwrap();
        rest.rsplit_once("</div>").unwrap().0.to_owned()
    }

    #[test]
    fn what_people_write_becomes_elements_and_text() {
        #[track_caller]
        fn check(body: &str, expected: &str) {
            assert_eq!(said(body), expected, "{body:?}");
        }
        check("", "");
        check("*Why?*\nSo.", "<p><em>Why?</em><br>So.</p>");
        check(
            "**No** `x < y`",
            "<p><strong>No</strong> <code>x &lt; y</code></p>",
        );
        check(
            "> said\n\nyes",
            "<blockquote><p>said</p></blockquote><p>yes</p>",
        );
        check("- a\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>");
        check("3. c", "<ol start=\"3\"><li><p>c</p></li></ol>");
        check("```\n</code>\n```", "<pre><code>&lt;/code&gt;</code></pre>");
        check(
            "[a](https://example.org/?a=1&b='2')",
            "<p><a href=\"https://example.org/?a=1&amp;b=&#39;2&#39;\" rel=\"nofollow ugc noopener\">a</a></p>",
        );
        check(
            "[a](javascript:alert(1))",
            "<p>[a](javascript:alert(1))</p>",
        );
        check(
            "</postil-comments><script>alert('&')</script>",
            "<p>&lt;/postil-comments&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;</p>",
        );
        check("a\u{202e}b", "<p>ab</p>");
    }

    #[test]
    fn a_thread_is_an_article_with_its_answers_in_it_newest_first() {
        let note = |id: &str, parent: &str, name: &str| Note {
            id: id.into(),
            parent: parent.into(),
            name: name.into(),
            at: 1_795_516_200_000,
            body: id.into(),
            ..Note::default()
        };
        let opening = Note {
            anchor: Anchor::describe_text("Some \"words\" here", 5, 12),
            ..note("1", "", "<Ada>")
        };
        let notes = [
            opening,
            note("2", "", ""),
            note("3", "1", "Ben"),
            note("4", "3", "Ada"),
        ];
        let time = "<time datetime=\"2026-11-24T10:30:00.000Z\">2026-11-24</time></p>\n";
        let answer = |id: &str, name: &str| {
            format!(
                "<article>\n<p><b><bdi>{name}</bdi></b> {time}<div dir=\"auto\"><p>{id}</p></div>\n</article>\n"
            )
        };
        let expected = [
            "<article>\n<p>",
            time,
            "<div dir=\"auto\"><p>2</p></div>\n</article>\n",
            "<article>\n<p><b><bdi>&lt;Ada&gt;</bdi></b> ",
            time,
            "<blockquote dir=\"auto\">&quot;words&quot;</blockquote>\n<div dir=\"auto\"><p>1</p></div>\n",
            &answer("3", "Ben"),
            &answer("4", "Ada"),
            "</article>\n",
        ];
        assert_eq!(write(&Page::default(), &notes), expected.concat());
    }

    proptest! {
        /// Whatever is written, no tag and no attribute comes of it.
        #[test]
        fn nothing_but_known_tags_is_written(body in r#"[a-z*_`<>&"'=/:#\[\]() \n-]{0,80}"#, name in r#"[<>&"'a-z ]{0,9}"#) {
            let note = Note { body, name, ..Note::default() };
            let html = write(&Page::default(), &[note]);
            for tag in html.split('<').skip(1) {
                let (tag, text) = tag.split_once('>').expect("a tag ends");
                let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
                prop_assert!("article p b bdi div a strong em code pre blockquote ul ol li br".split(' ').any(|it| it == name), "{tag}");
                prop_assert!(!text.contains(['>', '"', '\'']), "{text}");
                let is_plain = tag == name || tag == format!("/{name}") || tag == "div dir=\"auto\"";
                prop_assert!(is_plain || tag.starts_with("a href=\"http") || tag.starts_with("a href=\"mailto:") || tag.starts_with("ol start=\""), "{tag}");
            }
        }
    }
}
