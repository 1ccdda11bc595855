//! The text of ordinary pages, and the way between it and the tree.

use std::cell::RefCell;
use std::rc::Rc;

use postil::page::{Event, Page};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Document, Element, ShadowRootInit, ShadowRootMode};

use crate::page::{paint, until};

fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

/// An element on the page that goes with the test.
struct Root(Element);

impl Root {
    fn new(html: &str) -> Self {
        let root = document().create_element("article").unwrap();
        root.set_inner_html(html);
        document().body().unwrap().append_child(&root).unwrap();
        Root(root)
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        self.0.remove();
    }
}

struct Reading {
    page: Page,
    events: Rc<RefCell<Vec<Event>>>,
}

impl Reading {
    async fn of(root: &Element) -> Self {
        let events: Rc<RefCell<Vec<Event>>> = Rc::default();
        let heard = events.clone();
        let page = Page::mount(root, move |event| heard.borrow_mut().push(event)).unwrap();
        until("the page is read", || page.is_read()).await;
        Reading { page, events }
    }

    fn text(&self) -> String {
        self.page.text().to_string()
    }

    async fn becomes(&self, text: &str) {
        let start = js_sys::Date::now();
        while self.text() != text {
            assert!(
                js_sys::Date::now() - start < 5000.0,
                "still {:?}, not {text:?}",
                self.text()
            );
            paint().await;
        }
    }
}

/// Whether all letters of `words` are in `text` in their order, the first and
/// the last one at its ends: what a range goes through may be hidden.
fn frames(text: &str, words: &str) -> bool {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let (text, words) = (squeezed(text), squeezed(words));
    let mut rest = text.chars();
    words
        .chars()
        .all(|letter| rest.any(|other| other == letter))
        && text.chars().next() == words.chars().next()
        && text.chars().last() == words.chars().last()
}

/// Every stretch of the text is found in the tree, selected, and found again.
fn check_map(page: &Page) {
    let text: Vec<u16> = page.text().encode_utf16().collect();
    let selection = web_sys::window().unwrap().get_selection().unwrap().unwrap();
    let is_edge = |at: usize| {
        let low = |unit: &u16| (0xdc00..0xe000).contains(unit);
        !text.get(at).is_some_and(low)
    };
    let is_space = |at: usize| [10, 32].contains(&text[at]);
    let length = text.len();
    for start in 0..length {
        for end in [start + 1, start + 2, start + 7, length] {
            if end > length
                || !is_edge(start)
                || !is_edge(end)
                || is_space(start)
                || is_space(end - 1)
            {
                continue;
            }
            let ranges = page.ranges((start as u32, end as u32));
            let words = String::from_utf16(&text[start..end]).unwrap();
            if ranges.len() == 1 {
                selection.remove_all_ranges().unwrap();
                selection.add_range(&ranges[0]).unwrap();
                assert_eq!(
                    page.selection(),
                    Some((start as u32, end as u32)),
                    "{words:?}"
                );
            }
            let found: String = ranges
                .iter()
                .map(|range| String::from(range.to_string()))
                .collect();
            assert!(frames(&found, &words), "{words:?} in {found:?}");
        }
    }
    selection.remove_all_ranges().unwrap();
}

#[wasm_bindgen_test]
async fn pages_read_as_people_hear_them() {
    async fn check(html: &str, expected: &str) {
        let root = Root::new(html);
        let reading = Reading::of(&root.0).await;
        assert_eq!(reading.text(), expected, "{html}");
        check_map(&reading.page);
    }
    check("", "").await;
    check("just text", "just text").await;
    check(
        "<p>One <b>bold</b>,\n two.</p> <p>Three</p>",
        "One bold, two.\nThree",
    )
    .await;
    check("a<div>b</div>c", "a\nb\nc").await;
    check("<span>a<p>b</p>c</span>d", "a\nb\ncd").await;
    check("one<br>two<br><br>three<br>", "one\ntwo\nthree").await;
    check(
        "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
        "a\nb\nc",
    )
    .await;
    check(
        "<table><caption>t</caption><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></table>",
        "t\na\nb\nc",
    )
    .await;
    check(
        "<pre>\n  let a = 1;\n\n  let b;\n</pre>x",
        "  let a = 1;\n\n  let b;\nx",
    )
    .await;
    check("<p>a <code> b </code> c</p>", "a b c").await;
    check(
        "a<script>b</script><style>c</style><template>d</template><textarea>e</textarea>f",
        "af",
    )
    .await;
    check(
        "a<span hidden>b</span><span style='display:none'>c</span><i aria-hidden=true>d</i>e",
        "ae",
    )
    .await;
    check(
        "a<span style='visibility:hidden'>b<b style='visibility:visible'>c</b></span>",
        "ac",
    )
    .await;
    check(
        "a<aside data-postil=off>b</aside>c",
        "a\nc".replace("a\nc", "ac").as_str(),
    )
    .await;
    check("a<postil-comments>b</postil-comments>c", "ac").await;
    check("<details><summary>s</summary>inside</details>", "s\ninside").await;
    check("<p>日本<ruby>語<rt>ご</rt></ruby>です</p>", "日本語です").await;
    check("<p dir=rtl>שלום <b>עולם</b></p>", "שלום עולם").await;
    check("<p>👩‍👩‍👧 e\u{301} 🇩🇪</p>", "👩‍👩‍👧 e\u{301} 🇩🇪").await;
    check(
        "<div style='display:flex'><span>a</span><span>b</span></div>",
        "a\nb",
    )
    .await;
    check("<div style='white-space:pre-line'> a \n b </div>", "a\nb").await;
    check("<div style='display:contents'>a</div><p>b</p>", "a\nb").await;
}

#[wasm_bindgen_test]
async fn shadow_roots_and_slots_are_read_in_place() {
    let root =
        Root::new("<p>before</p><div id=h><b>light</b><i slot=s>named</i></div><p>after</p>");
    let host = root.0.query_selector("#h").unwrap().unwrap();
    let shadow = host
        .attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))
        .unwrap();
    shadow.set_inner_html(
        "<p>first <slot name=s></slot></p><p><slot></slot> last</p><slot name=none>fallback</slot>",
    );
    let reading = Reading::of(&root.0).await;
    let text = "before\nfirst named\nlight last\nfallback\nafter";
    assert_eq!(reading.text(), text);
    check_map(&reading.page);
    // Inside, outside, and what goes into which slot.
    shadow
        .query_selector("p")
        .unwrap()
        .unwrap()
        .first_child()
        .unwrap()
        .set_node_value(Some("1st "));
    reading
        .becomes("before\n1st named\nlight last\nfallback\nafter")
        .await;
    root.0
        .query_selector("b")
        .unwrap()
        .unwrap()
        .first_child()
        .unwrap()
        .set_node_value(Some("dark"));
    reading
        .becomes("before\n1st named\ndark last\nfallback\nafter")
        .await;
    root.0
        .query_selector("i")
        .unwrap()
        .unwrap()
        .set_attribute("slot", "none")
        .unwrap();
    reading
        .becomes("before\n1st\ndark last\nnamed\nafter")
        .await;
}

#[wasm_bindgen_test]
async fn words_are_in_an_element_that_can_be_found_again() {
    /// The id, the path and the heading's words of what `words` are in.
    async fn check(html: &str, words: &str, expected: Option<(&str, &str, &str)>) {
        let root = Root::new(html);
        if let Some(host) = root.0.query_selector(".host").unwrap() {
            let mode = ShadowRootInit::new(ShadowRootMode::Open);
            let shadow = host.attach_shadow(&mode).unwrap();
            shadow.set_inner_html("<h5>In there</h5><p>It is dark</p>");
        }
        let reading = Reading::of(&root.0).await;
        let text = reading.text();
        let (before, _) = text.split_once(words).unwrap();
        let units = |text: &str| text.encode_utf16().count() as u32;
        let part = (units(before), units(before) + units(words));
        let found = reading.page.describe_element(part);
        let found = found.as_ref();
        let found = found.map(|it| (&*it.id, &*it.path, &*it.heading));
        assert_eq!(found, expected, "{words} in {html}");
    }
    let page = "<p>Before.</p><h1>The Pond</h1><p>Of <b>old frogs</b> and toads</p>\
        <section id=rules><h2>Its rules</h2><p>No nets.</p><p>👩‍👩‍👧 may swim.</p></section>\
        <div><ul><li>Bread</li><li>is bad</li></ul></div><div class=host></div>";
    let first = Some(("", "p:nth-of-type(1)", ""));
    check(page, "Before", first).await;
    let bold = "p:nth-of-type(2) > b:nth-of-type(1)";
    check(page, "old frogs", Some(("", bold, "the-pond"))).await;
    let around = Some(("", "p:nth-of-type(2)", "the-pond"));
    check(page, "frogs and", around).await;
    let by_id = Some(("", "#rules > p:nth-of-type(2)", "its-rules"));
    check(page, "may swim", by_id).await;
    let several = Some(("rules", "section:nth-of-type(1)", "its-rules"));
    check(page, "No nets.\n👩‍👩‍👧 may", several).await;
    let item = "div:nth-of-type(1) > ul:nth-of-type(1) > li:nth-of-type(2)";
    check(page, "is bad", Some(("", item, "its-rules"))).await;
    // The heading that they are in is theirs.
    let heading = Some(("", "h1:nth-of-type(1)", "the-pond"));
    check(page, "Pond", heading).await;
    // What is in a shadow root is found by its host, from outside.
    let host = Some(("", "div:nth-of-type(2)", "its-rules"));
    check(page, "is dark", host).await;
    // Of all of the page there is only the heading, or nothing.
    let all = Some(("", "", "the-pond"));
    check(page, "frogs and toads\nIts rules", all).await;
    check("<p>One</p><p>Two</p>", "One\nTwo", None).await;
}

#[wasm_bindgen_test]
async fn what_changes_is_read_again() {
    let root = Root::new("<p>one</p><p class=x>two <b>bold</b></p><div><p>three</p></div>");
    let reading = Reading::of(&root.0).await;
    let query = |selector: &str| root.0.query_selector(selector).unwrap().unwrap();
    query("b")
        .first_child()
        .unwrap()
        .set_node_value(Some("brave"));
    reading.becomes("one\ntwo brave\nthree").await;
    query("div")
        .insert_adjacent_html("beforeend", "<p>four</p>")
        .unwrap();
    reading.becomes("one\ntwo brave\nthree\nfour").await;
    query(".x").set_attribute("hidden", "").unwrap();
    reading.becomes("one\nthree\nfour").await;
    query(".x").remove_attribute("hidden").unwrap();
    reading.becomes("one\ntwo brave\nthree\nfour").await;
    let div = query("div");
    root.0
        .insert_before(&div, root.0.first_child().as_ref())
        .unwrap();
    reading.becomes("three\nfour\none\ntwo brave").await;
    div.remove();
    reading.becomes("one\ntwo brave").await;
    root.0.set_inner_html("<p>all <i>new</i></p>");
    reading.becomes("all new").await;
    check_map(&reading.page);
    assert!(reading.events.borrow().contains(&Event::Read(true)));
    // The same text again, on other nodes.
    reading.events.borrow_mut().clear();
    root.0.set_inner_html("<p>all <i>new</i></p>");
    until("it is read", || {
        reading.events.borrow().contains(&Event::Read(false))
    })
    .await;
    check_map(&reading.page);
}

#[wasm_bindgen_test]
async fn a_selection_may_begin_and_end_anywhere() {
    let root = Root::new(
        "<h2>Head</h2><p>one <b>two</b></p><p>three</p><p data-postil=off>off</p><p>four</p>",
    );
    let reading = Reading::of(&root.0).await;
    let text: Vec<u16> = reading.text().encode_utf16().collect();
    let check = |start: (&str, u32), end: (&str, u32), expected: Option<&str>| {
        let selection = web_sys::window().unwrap().get_selection().unwrap().unwrap();
        let node = |selector: &str| match selector {
            "body" => document().body().unwrap().unchecked_into(),
            "" => root.0.clone(),
            _ => root.0.query_selector(selector).unwrap().unwrap(),
        };
        let (from, to) = (node(start.0), node(end.0));
        selection
            .set_base_and_extent(&from, start.1, &to, end.1)
            .unwrap();
        let found = reading
            .page
            .selection()
            .map(|(start, end)| String::from_utf16(&text[start as usize..end as usize]).unwrap());
        assert_eq!(found.as_deref(), expected, "{start:?} {end:?}");
        selection.remove_all_ranges().unwrap();
    };
    // As browsers make them for three clicks: up to the start of what follows.
    check(("p", 0), ("p:nth-of-type(2)", 0), Some("one two"));
    check(("", 0), ("", 1), Some("Head"));
    check(("", 0), ("", 5), Some("Head\none two\nthree\nfour"));
    check(("b", 0), ("[data-postil]", 1), Some("two\nthree"));
    check(("[data-postil]", 0), ("[data-postil]", 1), None);
    let all = document().body().unwrap().child_nodes().length();
    check(
        ("body", 0),
        ("body", all),
        Some("Head\none two\nthree\nfour"),
    );
    check(("body", 0), ("body", 0), None);
}

#[wasm_bindgen_test]
async fn a_long_page_is_read_in_slices() {
    let paragraph = "<p>Some <b>words</b> that are <i>here</i> only to be read.</p>";
    let root = Root::new(&paragraph.repeat(6000));
    let reading = Reading::of(&root.0).await;
    assert_eq!(reading.text().lines().count(), 6000);
    let last = root.0.last_element_child().unwrap();
    last.set_text_content(Some("The end."));
    until("it is read", || reading.text().ends_with("\nThe end.")).await;
}
