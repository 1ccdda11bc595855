use proptest::prelude::*;

use super::*;

/// The tree written as brackets, so that a table of cases can be read.
fn show(blocks: &[Block]) -> String {
    blocks.iter().map(show_block).collect()
}

fn show_block(block: &Block) -> String {
    match block {
        Block::Paragraph(content) => format!("(p {})", show_inlines(content)),
        Block::Quote(content) => format!("(q {})", show(content)),
        Block::Code(text) => format!("(code {text:?})"),
        Block::List {
            ordered,
            start,
            items,
        } => {
            let items: Vec<_> = items
                .iter()
                .map(|item| format!("- {}", show(item)))
                .collect();
            let sign = if *ordered {
                format!("ol {start}")
            } else {
                "ul".into()
            };
            format!("({sign} {})", items.join(" "))
        }
    }
}

fn show_inlines(content: &[Inline]) -> String {
    content
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) => text.clone(),
            Inline::Strong(content) => format!("<b>{}</b>", show_inlines(content)),
            Inline::Emphasis(content) => format!("<i>{}</i>", show_inlines(content)),
            Inline::Code(text) => format!("`{text}`"),
            Inline::Link { href, content } => format!("<a {href}>{}</a>", show_inlines(content)),
            Inline::Break => "↵".into(),
        })
        .collect()
}

#[test]
fn markup_becomes_a_tree() {
    let check =
        |source: &str, expected: &str| assert_eq!(show(&parse(source)), expected, "{source:?}");
    check("", "");
    check(" \n\t\n", "");
    check("one\ntwo\n\nthree", "(p one↵two)(p three)");
    check("**a *b* c**", "(p <b>a <i>b</i> c</b>)");
    check("a \\*b\\* c", "(p a *b* c)");
    check("`` a`b ``", "(p `a`b`)");
    check("`a\nb`", "(p `a b`)");
    check(
        "[t](https://x.org) https://y.org.",
        "(p <a https://x.org>t</a> <a https://y.org>https://y.org</a>.)",
    );
    check(
        "[](https://x.org)",
        "(p <a https://x.org>https://x.org</a>)",
    );
    check("[t](javascript:alert(1))", "(p [t](javascript:alert(1)))");
    check("[t](java\u{0}script:x)", "(p [t](javascript:x))");
    check("[t](java\nscript:x)", "(p [t](java↵script:x))");
    check("[t](java\tscript:x)", "(p [t](java\tscript:x))");
    check("[t](&#106;avascript:x)", "(p [t](&#106;avascript:x))");
    check("[t](h\u{202e}ttps://x.org)", "(p <a https://x.org>t</a>)");
    check(
        "<img src=x onerror=alert(1)>",
        "(p <img src=x onerror=alert(1)>)",
    );
    check("> a\n>b\n\nc", "(q (p a↵b))(p c)");
    check("> a\n> > b\n> c", "(q (p a)(q (p b))(p c))");
    check("a\n> b\nc", "(p a)(q (p b))(p c)");
    check("- a\n- b", "(ul - (p a) - (p b))");
    check("why:\n- a\n\n- b\nc", "(p why:)(ul - (p a) - (p b))(p c)");
    check("- a\n  b\n\n  c\n- d", "(ul - (p a↵b)(p c) - (p d))");
    check(
        "- a\n  - b\n    - c\n- d",
        "(ul - (p a)(ul - (p b)(ul - (p c))) - (p d))",
    );
    check(
        "1. a\n2. b\n   ```\n   x\n   ```",
        "(ol 1 - (p a) - (p b)(code \"x\"))",
    );
    check("7) a\n8) b", "(ol 7 - (p a) - (p b))");
    check("in\n1986. b", "(p in↵1986. b)");
    check("1. a\n- b", "(ol 1 - (p a))(ul - (p b))");
    check("-a\n1.b\n*c*", "(p -a↵1.b↵<i>c</i>)");
    check("-", "(ul - )");
    check("1234567890. a", "(p 1234567890. a)");
    check(
        "```rust\n**a**\n\n  b\n```\nc",
        "(code \"**a**\\n\\n  b\")(p c)",
    );
    check("~~~\n```\n~~~", "(code \"```\")");
    check("````\n```\n````", "(code \"```\")");
    check("```\nopen", "(code \"open\")");
    check("```\n```", "(code \"\")");
    check("```a``` b", "(p `a` b)");
    check("# a", "(p # a)");
    check("שלום **עולם**", "(p שלום <b>עולם</b>)");
    check("a\u{202e}b\u{7}c\r\nd", "(p abc↵d)");
}

#[test]
fn nesting_bombs_stay_shallow() {
    for source in [
        ">".repeat(16_384),
        "- ".repeat(8_192),
        "1. ".repeat(5_000),
        "> - ".repeat(4_096),
        "[".repeat(16_384),
        "*_".repeat(4_096) + "x" + &"_*".repeat(4_096),
        "```\n".repeat(4_096),
        (0..2_000)
            .map(|n| format!("{}- x\n", " ".repeat(n.min(64))))
            .collect(),
    ] {
        assert!(depth(&parse(&source)) <= 9 + 18, "{}", &source[..16]);
    }
}

fn depth(blocks: &[Block]) -> usize {
    fn inline(content: &[Inline]) -> usize {
        content
            .iter()
            .map(|inline_| match inline_ {
                Inline::Strong(content)
                | Inline::Emphasis(content)
                | Inline::Link { content, .. } => 1 + inline(content),
                _ => 1,
            })
            .max()
            .unwrap_or(0)
    }
    blocks
        .iter()
        .map(|block| match block {
            Block::Paragraph(content) => 1 + inline(content),
            Block::Quote(content) => 1 + depth(content),
            Block::Code(_) => 1,
            Block::List { items, .. } => {
                1 + items.iter().map(|item| depth(item)).max().unwrap_or(0)
            }
        })
        .max()
        .unwrap_or(0)
}

/// Everything that would be shown, addresses included.
fn text(blocks: &[Block]) -> String {
    fn inline(content: &[Inline], out: &mut String) {
        for part in content {
            match part {
                Inline::Text(text) | Inline::Code(text) => out.push_str(text),
                Inline::Strong(content) | Inline::Emphasis(content) => inline(content, out),
                Inline::Link { href, content } => {
                    inline(content, out);
                    if !matches!(&content[..], [Inline::Text(text)] if text == href) {
                        out.push_str(href);
                    }
                }
                Inline::Break => out.push('\n'),
            }
        }
    }
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Paragraph(content) => inline(content, &mut out),
            Block::Quote(content) => out.push_str(&text(content)),
            Block::Code(text) => out.push_str(text),
            Block::List {
                ordered,
                start,
                items,
            } => {
                if *ordered {
                    out.push_str(&start.to_string());
                }
                items.iter().for_each(|item| out.push_str(&text(item)));
            }
        }
        out.push('\n');
    }
    out
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).collect()
}

proptest! {
    /// No letter is lost, added or moved by parsing, whatever the markup. (Fence
    /// lines are left out: what follows the backticks is not shown.)
    #[test]
    fn every_letter_is_kept_in_order(source in "([a-zé中𝄞]|[ \n*_`>\\-+\\[\\]()\\\\:/!]|https://x\\.y|1\\. |> |- ){0,60}") {
        prop_assume!(!source.contains("```"));
        let tree = parse(&source);
        prop_assert_eq!(letters(&text(&tree)), letters(&source));
    }

    #[test]
    fn text_without_markup_is_kept_exactly(source in "[a-zA-Z0-9é中𝄞,;!? ]{0,60}") {
        let shown = text(&parse(&source));
        prop_assert_eq!(shown.trim_end_matches('\n'), source.trim());
    }

    #[test]
    fn nothing_panics(source in any::<String>()) {
        let tree = parse(&source);
        prop_assert!(depth(&tree) <= 27);
        let shown = text(&tree);
        let is_clean = !shown.contains(['\u{202e}', '\u{0}', '\r']);
        prop_assert!(is_clean);
    }
}
