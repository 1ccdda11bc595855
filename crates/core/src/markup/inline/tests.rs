use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::markup::link;

/// The pieces written with tags, so that a table of cases can be read.
fn show(source: &str) -> String {
    let mut out = String::new();
    for piece in scan(source) {
        let text = part(source, piece.start, piece.end);
        match piece.kind {
            Kind::Text => out.push_str(text),
            Kind::Escape => out.push('^'),
            Kind::CodeMark => out.push('|'),
            Kind::Code => write!(out, "{text}").unwrap(),
            Kind::Open(Weight::Emphasis) => out.push_str("<i>"),
            Kind::Close(Weight::Emphasis) => out.push_str("</i>"),
            Kind::Open(Weight::Strong) => out.push_str("<b>"),
            Kind::Close(Weight::Strong) => out.push_str("</b>"),
            Kind::LinkOpen { from, to } => write!(out, "<a {}>", part(source, from, to)).unwrap(),
            Kind::LinkClose => out.push_str("</a>"),
            Kind::Url => write!(out, "<{text}>").unwrap(),
        }
    }
    out
}

#[test]
fn emphasis_code_and_links_are_found() {
    let check = |source: &str, expected: &str| assert_eq!(show(source), expected, "{source:?}");
    check("", "");
    check("plain", "plain");
    check("*a* _b_ **c** __d__", "<i>a</i> <i>b</i> <b>c</b> <b>d</b>");
    check("***a***", "<i><b>a</b></i>");
    check("***a** b*", "<i><b>a</b> b</i>");
    check("***a* b**", "<b><i>a</i> b</b>");
    check("**a *b***", "<b>a <i>b</i></b>");
    check("*a **b***", "<i>a <b>b</b></i>");
    check("**a*b**", "<b>a*b</b>");
    check("*a **b* c**", "<i>a **b</i> c**");
    check("snake_case_name and _x_", "snake_case_name and <i>x</i>");
    check("2 * 3 * 4", "2 * 3 * 4");
    check("**中文。**后面", "<b>中文。</b>后面");
    check("**unclosed", "**unclosed");
    check("****", "****");
    check("a ** b", "a ** b");
    check("`a*b*`", "|a*b*|");
    check("``a`b``", "|a`b|");
    check("`a``", "`a``");
    check("*a `b* c`", "*a |b* c|");
    check("\\*a\\* \\a", "^*a^* \\a");
    check("\\`a`", "^`a`");
    check("[a](https://x.org)", "<a https://x.org>a</a>");
    check(
        "[*a*](https://x.org/_b_)",
        "<a https://x.org/_b_><i>a</i></a>",
    );
    check("*[a*](https://x.org)", "*<a https://x.org>a*</a>");
    check("*[a](https://x.org)*", "<i><a https://x.org>a</a></i>");
    check("[a](https://x.org/b(c))", "<a https://x.org/b(c)>a</a>");
    check(
        "[a [b](https://x.org)](https://y.org)",
        "[a <a https://x.org>b</a>](https://y.org)",
    );
    check(
        "[https://x.org](https://y.org)",
        "<a https://y.org>https://x.org</a>",
    );
    check("[a](javascript:alert(1))", "[a](javascript:alert(1))");
    check("[a](java\nscript:x)", "[a](java\nscript:x)");
    check("[a] (https://x.org)", "[a] (<https://x.org>)");
    check("[a](https://x.org b)", "[a](https://x.org b)");
    check("see https://x.org/a_b_c.", "see <https://x.org/a_b_c>.");
    check("(https://x.org/b(c))", "(<https://x.org/b(c)>)");
    check("**https://x.org**", "<b><https://x.org></b>");
    check("看https://x.org。好", "看<https://x.org>。好");
    check("xhttps://x.org", "xhttps://x.org");
    check("https://a@b.org", "https://a@b.org");
    check("mailto:a@b.org", "<mailto:a@b.org>");
}

#[test]
fn nesting_is_bounded() {
    let bomb = format!("{}x{}", "*_".repeat(1000), "_*".repeat(1000));
    let mut depth = 0usize;
    for piece in scan(&bomb) {
        match piece.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth -= 1,
            _ => {}
        }
        assert!(depth <= MAX_DEPTH);
    }
    assert_eq!(depth, 0);
}

/// Sources that make careless scanners quadratic or worse. With a megabyte
/// each, anything but linear time would not end within the life of the test.
#[test]
fn hostile_sources_take_linear_time() {
    for unit in [
        "*a ",
        "**a*",
        "*a_",
        "[",
        "](",
        "[a](",
        "[a](x(",
        "`",
        "``a`",
        "http://@",
        "\\",
        "_",
        "***a",
        "[a](https://x.org)",
        "*a **b ",
        "(",
        "https://x.org/)",
    ] {
        let source = unit.repeat(1_000_000 / unit.len());
        assert!(!scan(&source).is_empty(), "{unit:?}");
    }
}

proptest! {
    #[test]
    fn pieces_cover_the_source_and_nest(source in "[a*_`\\[\\]()\\\\ \nhtps:/.é𝄞@!]{0,80}") {
        let mut at = 0;
        let mut open = Vec::new();
        for piece in scan(&source) {
            prop_assert_eq!(piece.start, at);
            prop_assert!(source.get(piece.start..piece.end).is_some());
            at = piece.end;
            match piece.kind {
                Kind::Open(weight) => open.push(Some(weight)),
                Kind::Close(weight) => prop_assert_eq!(open.pop(), Some(Some(weight))),
                Kind::LinkOpen { from, to } => {
                    prop_assert!(link::is_allowed(part(&source, from, to)));
                    open.push(None);
                }
                Kind::LinkClose => prop_assert_eq!(open.pop(), Some(None)),
                _ => {}
            }
        }
        prop_assert_eq!(at, source.len());
        prop_assert!(open.is_empty());
    }
}
