//! What pages hold, and what becomes of it.

use proptest::prelude::*;

use super::*;

#[test]
fn html_becomes_markup() {
    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(to_markup(html), expected);
    }
    check("just words", "just words");
    check("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree");
    check(
        "a <b>bold </b>word and <i>this</i>.",
        "a **bold** word and *this*.",
    );
    check("<b></b>none <em> a</em>", "none *a*");
    check("use <code>x</code>", "use `x`");
    check(
        r#"see <a title="a > b" href='https://example.org/?a=1&amp;b=2'>this</a>!"#,
        "see [this](https://example.org/?a=1&b=2)!",
    );
    check(r#"<a href="javascript:alert(1)">x</a>"#, "x");
    check("<ul><li>a<li><p>b</p></ul>c", "- a\n- b\n\nc");
    check("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b");
    check("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b");
    check("<blockquote><p>a<p>b</blockquote>c", "> a\n>\n> b\n\nc");
    check("<pre>a\n  *b*</pre>c", "```\na\n  *b*\n```\n\nc");
    check("a<script>b()</script><!-- c -->d", "ad");
    check("1 &lt; 2 &amp; &#x1F600; &nope; &", "1 < 2 & 😀 &nope; &");
    check("1 < 2", "1 < 2");
    check("*no* emphasis - at all", "\\*no\\* emphasis - at all");
    check("<p>- no item</p>", "\\- no item");
    check(
        r#"<img src=x alt="A cat"> <unknown>text</unknown>"#,
        "A cat text",
    );
    check("a <b", "a");
    check("", "");
}

proptest! {
    #[test]
    fn anything_is_survived(html in "(<|>|/|b|a href=|\"|'|&|;|#x1|li|ul|pre|blockquote|p|é|[ \n]){0,60}") {
        crate::body::parse(&to_markup(&html));
    }
}
