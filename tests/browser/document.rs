//! The editor on real elements.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use postil::document::{Editor, TextPort};
use postil_core::text::Delta;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, Event, HtmlElement, Node, Selection};

/// A port that is a string, and writes down what it was asked.
#[derive(Default)]
struct Plain {
    text: RefCell<Vec<u16>>,
    calls: RefCell<Vec<String>>,
}

impl Plain {
    fn change(&self, at: u32, delete: u32, insert: &str) {
        let (at, end) = (at as usize, (at + delete) as usize);
        self.text
            .borrow_mut()
            .splice(at..end, insert.encode_utf16());
    }
}

impl TextPort for Plain {
    fn text(&self) -> String {
        String::from_utf16(&self.text.borrow()).unwrap()
    }

    fn splice(&self, at: u32, delete: u32, insert: &str) {
        self.calls
            .borrow_mut()
            .push(format!("{at} -{delete} +{insert:?}"));
        self.change(at, delete, insert);
    }

    fn undo(&self) {
        self.calls.borrow_mut().push("undo".into());
    }

    fn redo(&self) {
        self.calls.borrow_mut().push("redo".into());
    }
}

/// An editor on a host in the page, and its port.
struct Bench {
    host: HtmlElement,
    port: Rc<Plain>,
    editor: Editor,
}

impl Bench {
    fn new(text: &str) -> Self {
        Self::with(text, false)
    }

    fn with(text: &str, readonly: bool) -> Self {
        let document = document();
        let host: HtmlElement = document
            .create_element("postil-document")
            .unwrap()
            .unchecked_into();
        document.body().unwrap().append_child(&host).unwrap();
        let port = Rc::new(Plain::default());
        *port.text.borrow_mut() = text.encode_utf16().collect();
        let editor = Editor::mount(host.clone(), port.clone(), readonly).unwrap();
        editor.focus();
        Self { host, port, editor }
    }

    /// What is on screen, a line for each element.
    fn shown(&self) -> String {
        let children = self.host.children();
        let lines: Vec<String> = (0..children.length())
            .map(|index| children.item(index).unwrap().text_content().unwrap())
            .collect();
        lines.join("\n")
    }

    /// Checks that screen and port hold `expected`.
    fn expect(&self, expected: &str) {
        assert_eq!(self.port.text(), expected, "the port");
        assert_eq!(self.shown(), expected, "the screen");
        assert_eq!(
            self.host.text_content().unwrap(),
            expected,
            "the text content"
        );
    }

    fn calls(&self) -> Vec<String> {
        self.port.calls.take()
    }

    fn line(&self, index: u32) -> Element {
        self.host.children().item(index).unwrap()
    }

    /// An edit by somebody else.
    fn remote(&self, at: u32, deleted: u32, inserted: &str) {
        self.port.change(at, deleted, inserted);
        self.editor.apply(&[Delta {
            at,
            deleted,
            inserted: inserted.into(),
        }]);
    }

    /// Sends `beforeinput` for the selection, as the browser would.
    fn input(&self, kind: &str, data: Option<&str>) -> Event {
        let options = Object::new();
        set(&options, "inputType", &kind.into());
        set(&options, "data", &data.map_or(JsValue::NULL, JsValue::from));
        self.send("InputEvent", "beforeinput", &options)
    }

    fn key(&self, key: &str, shift: bool) -> Event {
        let options = Object::new();
        set(&options, "key", &key.into());
        set(&options, "ctrlKey", &true.into());
        set(&options, "shiftKey", &shift.into());
        self.send("KeyboardEvent", "keydown", &options)
    }

    fn clipboard(&self, kind: &str, text: &str) -> JsValue {
        let data = construct("DataTransfer", &Array::new());
        let method: Function = get(&data, "setData").unchecked_into();
        method
            .call2(&data, &"text/plain".into(), &text.into())
            .unwrap();
        let options = Object::new();
        set(&options, "clipboardData", &data);
        self.send("ClipboardEvent", kind, &options);
        let method: Function = get(&data, "getData").unchecked_into();
        method.call1(&data, &"text/plain".into()).unwrap()
    }

    fn send(&self, class: &str, kind: &str, options: &Object) -> Event {
        set(options, "bubbles", &true.into());
        set(options, "cancelable", &true.into());
        let event: Event = construct(class, &Array::of2(&kind.into(), options)).unchecked_into();
        self.host.dispatch_event(&event).unwrap();
        event
    }

    fn composition(&self, kind: &str) {
        self.send("CompositionEvent", kind, &Object::new());
    }

    fn input_happened(&self) {
        self.send("InputEvent", "input", &Object::new());
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.host.remove();
    }
}

fn document() -> web_sys::Document {
    web_sys::window().unwrap().document().unwrap()
}

fn selection() -> Selection {
    web_sys::window().unwrap().get_selection().unwrap().unwrap()
}

fn construct(class: &str, arguments: &Array) -> JsValue {
    let class: Function = get(&js_sys::global(), class).unchecked_into();
    Reflect::construct(&class, arguments).unwrap()
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

fn set(object: &Object, name: &str, value: &JsValue) {
    Reflect::set(object, &name.into(), value).unwrap();
}

/// Lets the browser deliver what it has: mutation records and selection changes.
async fn settled() {
    let frame = Promise::new(&mut |resolve, _| {
        web_sys::window()
            .unwrap()
            .request_animation_frame(&resolve)
            .unwrap();
    });
    JsFuture::from(frame).await.unwrap();
    let task = Promise::new(&mut |resolve, _| {
        let timer: Function = get(&js_sys::global(), "setTimeout").unchecked_into();
        timer
            .call2(&JsValue::UNDEFINED, &resolve, &0.into())
            .unwrap();
    });
    JsFuture::from(task).await.unwrap();
}

const GUIDE: &str = "# Title\n\nA *b* **c** `d` [e](https://x.org).\n- item\n\n```\ncode\n```\nend";

#[wasm_bindgen_test]
fn the_text_is_on_screen_as_it_is() {
    for text in [
        "",
        "\n",
        "a",
        "a\n",
        "\n\na",
        GUIDE,
        "שלום **עולם**\n👩‍👩‍👧 𝄞 e\u{301}",
    ] {
        Bench::new(text).expect(text);
    }
    let bench = Bench::new(GUIDE);
    assert_eq!(bench.line(0).class_name(), "pd-line pd-h1");
    assert_eq!(bench.host.get_attribute("role").as_deref(), Some("textbox"));
    assert_eq!(
        bench.host.get_attribute("aria-label").as_deref(),
        Some("Shared document")
    );
}

#[wasm_bindgen_test]
fn typing_reaches_the_screen_and_the_port() {
    let bench = Bench::new("ab");
    bench.editor.select(1, 1);
    assert!(bench.input("insertText", Some("x")).default_prevented());
    bench.expect("axb");
    assert_eq!(bench.editor.selection(), Some((2, 2)));
    bench.input("insertParagraph", None);
    bench.expect("ax\nb");
    assert_eq!(bench.editor.selection(), Some((3, 3)));
    bench.input("insertLineBreak", None);
    bench.input("insertText", Some("𝄞"));
    bench.expect("ax\n\n𝄞b");
    bench.input("deleteContentBackward", None);
    bench.input("deleteContentBackward", None);
    bench.expect("ax\nb");
    bench.input("deleteContentForward", None);
    bench.expect("ax\n");
    bench.editor.select(0, 3);
    bench.input("deleteByCut", None);
    bench.expect("");
    assert_eq!(bench.line(0).inner_html(), "<br>");
    bench.input("insertText", Some("# h"));
    assert_eq!(bench.line(0).class_name(), "pd-line pd-h1");
    assert_eq!(bench.calls().len(), 9);
}

#[wasm_bindgen_test]
fn an_edit_anywhere_leaves_what_a_new_editor_would_show() {
    let edits: [(u32, u32, &str); 14] = [
        (0, 0, "\n"),
        (0, 1, ""),
        (0, 2, ""),
        (5, 0, "**"),
        (8, 3, "\n\n\n"),
        (9, 2, ""),
        (3, 0, "```\n"),
        (3, 4, ""),
        (20, 6, "`x\ny` *z*"),
        (0, 0, "line\nline\nline\n"),
        (2, 9, "x"),
        (12, 0, "[a](https://y.org)"),
        (16, 4, "𝄞שלום"),
        (0, 99, "> q"),
    ];
    let bench = Bench::new(GUIDE);
    for (at, delete, insert) in edits {
        bench.editor.select(at, at + delete);
        if insert.is_empty() {
            bench.input("deleteContentBackward", None);
        } else {
            bench.input("insertText", Some(insert));
        }
        let fresh = Bench::new(&bench.port.text());
        assert_eq!(
            bench.host.inner_html(),
            fresh.host.inner_html(),
            "{at} -{delete} +{insert:?}"
        );
        drop(fresh);
        bench.editor.focus();
    }
}

#[wasm_bindgen_test]
fn a_keystroke_changes_one_text_node_only() {
    let bench = Bench::new("one **two** three\nfour");
    let node = bench.line(0).last_child().unwrap();
    bench.editor.select(13, 13);
    bench.input("insertText", Some("x"));
    bench.expect("one **two** txhree\nfour");
    assert!(node.is_connected());
    assert_eq!(node.text_content().unwrap(), " txhree");
}

#[wasm_bindgen_test]
fn others_edits_leave_caret_and_selection_on_their_characters() {
    let check = |before: (u32, u32), edit: (u32, u32, &str), after: (u32, u32)| {
        let bench = Bench::new("# one\ntwo *three* four\nfive");
        bench.editor.select(before.0, before.1);
        bench.remote(edit.0, edit.1, edit.2);
        let text = bench.port.text();
        bench.expect(&text);
        let selection = selection();
        let range = bench
            .editor
            .range(after.0.min(after.1), after.0.max(after.1))
            .unwrap();
        assert_eq!(
            bench.editor.selection(),
            Some((after.0.min(after.1), after.0.max(after.1))),
            "{before:?} {edit:?}"
        );
        if after.0 != after.1 {
            let now = selection.to_string().as_string().unwrap();
            assert_eq!(now, range.to_string().as_string().unwrap(), "{edit:?}");
            let direction = get(&selection, "direction");
            let backward = direction == "backward";
            assert_eq!(backward, after.0 > after.1, "{before:?} {edit:?}");
        }
        drop(bench);
    };
    check((12, 12), (0, 0, "xy"), (14, 14));
    check((12, 12), (12, 0, "xy"), (12, 12));
    check((12, 12), (20, 0, "xy"), (12, 12));
    check((12, 12), (2, 0, "\n"), (13, 13));
    check((12, 12), (5, 1, ""), (11, 11));
    check((12, 12), (10, 7, ""), (10, 10));
    check((12, 12), (0, 0, "```\n"), (16, 16));
    check((11, 16), (0, 0, "x"), (12, 17));
    check((16, 11), (0, 0, "x"), (17, 12));
    check((16, 11), (11, 0, "x"), (17, 12));
    check((16, 11), (16, 0, "x"), (16, 11));
    check((20, 3), (10, 1, ""), (19, 3));
    check((20, 3), (8, 0, "\n\n"), (22, 3));
}

#[wasm_bindgen_test]
fn pasted_text_is_plain_and_has_line_feeds() {
    let bench = Bench::new("ab");
    bench.editor.select(1, 1);
    bench.clipboard("paste", "x\r\n<b>y</b>\rz");
    bench.expect("ax\n<b>y</b>\nzb");
    assert_eq!(bench.line(1).children().length(), 0);
    bench.editor.select(0, 4);
    assert_eq!(bench.clipboard("copy", ""), "ax\n<");
    assert_eq!(bench.clipboard("cut", ""), "ax\n<");
    bench.expect("b>y</b>\nzb");
}

#[wasm_bindgen_test]
fn undo_and_redo_are_the_ports() {
    let bench = Bench::new("ab");
    assert!(bench.key("z", false).default_prevented());
    assert!(bench.key("Z", true).default_prevented());
    assert!(bench.key("y", false).default_prevented());
    bench.input("historyUndo", None);
    assert!(!bench.key("a", false).default_prevented());
    assert_eq!(bench.calls(), ["undo", "redo", "redo", "undo"]);
}

#[wasm_bindgen_test]
fn a_read_only_document_refuses_every_input() {
    let bench = Bench::with("ab", true);
    bench.editor.select(0, 1);
    assert!(bench.input("insertText", Some("x")).default_prevented());
    bench.clipboard("paste", "x");
    assert_eq!(bench.clipboard("cut", ""), "a");
    bench.key("z", false);
    bench.composition("compositionstart");
    bench
        .line(0)
        .first_child()
        .unwrap()
        .set_text_content(Some("axb"));
    bench.composition("compositionend");
    bench.expect("ab");
    assert!(bench.calls().is_empty());
    bench.editor.set_readonly(false);
    bench.editor.select(0, 1);
    bench.input("insertText", Some("x"));
    bench.expect("xb");
}

#[wasm_bindgen_test]
async fn a_composition_becomes_one_splice() {
    let bench = Bench::new("one\n\ntwo");
    bench.editor.select(4, 4);
    bench.composition("compositionstart");
    // As browsers do: the line break that held the line open goes.
    let line = bench.line(1);
    line.set_text_content(Some("に"));
    bench.input_happened();
    settled().await;
    line.first_child().unwrap().set_text_content(Some("日本"));
    bench.input_happened();
    assert!(bench.calls().is_empty());
    selection()
        .collapse_with_offset(Some(&line.first_child().unwrap()), 2)
        .unwrap();
    bench.composition("compositionend");
    assert_eq!(bench.calls(), ["4 -0 +\"日本\""]);
    bench.expect("one\n日本\ntwo");
    assert_eq!(bench.editor.selection(), Some((6, 6)));
}

#[wasm_bindgen_test]
fn others_edits_wait_for_a_composition() {
    // Before, after, and inside what is composed, and right where it is.
    let check = |edits: &[(u32, u32, &str)], expected: &str, caret: u32| {
        let bench = Bench::new("ab cd\nef");
        bench.editor.select(3, 5);
        bench.composition("compositionstart");
        let node = bench.line(0).first_child().unwrap();
        node.set_text_content(Some("ab 漢"));
        selection().collapse_with_offset(Some(&node), 4).unwrap();
        for (at, deleted, inserted) in edits {
            bench.remote(*at, *deleted, inserted);
        }
        assert_eq!(bench.shown(), "ab 漢\nef");
        bench.composition("compositionend");
        bench.expect(expected);
        assert_eq!(bench.editor.selection(), Some((caret, caret)), "{edits:?}");
    };
    check(&[], "ab 漢\nef", 4);
    check(&[(0, 0, "x\ny")], "x\nyab 漢\nef", 7);
    check(&[(8, 0, "xy")], "ab 漢\nefxy", 4);
    check(&[(4, 0, "x")], "ab 漢x\nef", 4);
    check(&[(3, 2, "")], "ab 漢\nef", 4);
    check(&[(2, 5, "Z")], "ab漢Zf", 3);
    check(&[(0, 8, "")], "漢", 1);
    check(&[(4, 0, "x"), (0, 1, ""), (4, 1, "yz")], "b 漢xyz\nef", 3);
}

#[wasm_bindgen_test]
fn a_new_text_waits_for_a_composition() {
    let bench = Bench::new("ab\ncd");
    bench.composition("compositionstart");
    bench
        .line(1)
        .first_child()
        .unwrap()
        .set_text_content(Some("cd漢"));
    bench.port.change(0, 2, "other");
    bench.editor.refresh();
    bench.composition("compositionend");
    bench.expect("other\ncd漢");
}

#[wasm_bindgen_test]
async fn typing_that_was_not_announced_is_taken_over() {
    let bench = Bench::new("one\ntwo\nthree");
    let node = bench.line(1).first_child().unwrap();
    node.set_text_content(Some("tw𝄞o"));
    selection().collapse_with_offset(Some(&node), 4).unwrap();
    bench.input_happened();
    bench.expect("one\ntw𝄞o\nthree");
    assert_eq!(bench.calls(), ["6 -0 +\"𝄞\""]);
    // The node an input method holds on to is not replaced.
    assert!(node.is_connected());
    assert_eq!(bench.editor.selection(), Some((8, 8)));

    // Two lines joined by the browser, with the rest of the second in a span.
    let span = document().create_element("span").unwrap();
    span.set_text_content(Some("three"));
    bench.line(1).append_child(&span).unwrap();
    bench.line(2).remove();
    selection().collapse_with_offset(Some(&span), 0).unwrap();
    bench.input_happened();
    bench.expect("one\ntw𝄞othree");
    assert_eq!(bench.calls(), ["9 -1 +\"\""]);
    assert_eq!(bench.editor.selection(), Some((9, 9)));

    // A line split with a break, and a paragraph of the browser's own.
    bench
        .line(0)
        .append_child(&document().create_element("br").unwrap())
        .unwrap();
    bench
        .line(0)
        .append_child(&document().create_text_node("x"))
        .unwrap();
    let own = document().create_element("p").unwrap();
    own.set_text_content(Some("y"));
    bench.host.append_child(&own).unwrap();
    bench.input_happened();
    bench.expect("one\nx\ntw𝄞othree\ny");
    assert_eq!(bench.line(3).class_name(), "pd-line");
    settled().await;
    bench.expect("one\nx\ntw𝄞othree\ny");
}

#[wasm_bindgen_test]
async fn changes_that_nobody_typed_are_undone() {
    let text = "one\n\ntwo *three*";
    let bench = Bench::new(text);
    let fresh = bench.host.inner_html();
    bench
        .line(2)
        .first_child()
        .unwrap()
        .set_text_content(Some("zwei "));
    settled().await;
    assert_eq!(bench.host.inner_html(), fresh);
    bench.line(0).remove();
    bench
        .host
        .append_child(&document().create_element("p").unwrap())
        .unwrap();
    bench.host.append_child(&bench.line(0)).unwrap();
    settled().await;
    assert_eq!(bench.host.inner_html(), fresh);
    bench.host.set_text_content(Some("gone"));
    settled().await;
    assert_eq!(bench.host.inner_html(), fresh);
    bench.line(2).set_text_content(Some("*three* two"));
    bench.remote(0, 0, "x");
    bench.expect("xone\n\ntwo *three*");
    assert!(bench.calls().is_empty());
}

#[wasm_bindgen_test]
async fn selections_are_reported_once() {
    let bench = Bench::new("שלום\n𝄞x");
    let seen = Rc::new(RefCell::new(Vec::new()));
    let sink = seen.clone();
    bench
        .editor
        .on_select(move |selection| sink.borrow_mut().push(selection));
    settled().await;
    seen.take();
    bench.editor.select(7, 1);
    settled().await;
    bench.editor.select(7, 1);
    settled().await;
    assert_eq!(seen.take(), [Some((1, 7))]);
    let outside = document().create_element("p").unwrap();
    document().body().unwrap().append_child(&outside).unwrap();
    selection().collapse(Some(&outside)).unwrap();
    settled().await;
    assert_eq!(seen.take(), [None]);
    outside.remove();
}

#[wasm_bindgen_test]
fn places_on_screen_and_offsets_agree() {
    let bench = Bench::new("# one\n\ntwo **𝄞** three\nשלום עולם");
    let tops = bench.editor.tops(&[0, 6, 7, 20, 24]);
    assert!(tops.is_sorted(), "{tops:?}");
    assert!(tops[1] > tops[0] && tops[2] > tops[1] && tops[4] > tops[3]);
    for offset in [2, 8, 13, 16, 20, 25, 29] {
        let rect = bench
            .editor
            .range(offset, offset + 1)
            .unwrap()
            .get_bounding_client_rect();
        // A point in the first half of a character, in reading direction.
        let part = if offset < 24 { 0.2 } else { 0.8 };
        let (x, y) = (
            rect.x() + rect.width() * part,
            rect.y() + rect.height() / 2.0,
        );
        assert_eq!(bench.editor.offset_at_point(x, y), Some(offset));
    }
    assert_eq!(bench.editor.range(3, 6).unwrap().to_string(), "ne\n");
    assert!(bench.editor.range(9, 3).is_none());
}

/// The texts under the ranges of a highlight, sorted.
fn words(name: &str) -> Vec<String> {
    let highlights = get(&get(&js_sys::global(), "CSS"), "highlights");
    let method: Function = get(&highlights, "get").unchecked_into();
    let highlight = method.call1(&highlights, &name.into()).unwrap();
    if highlight.is_undefined() {
        return vec!["absent".into()];
    }
    let mut words: Vec<String> = Array::from(&highlight)
        .iter()
        .map(|range| range.unchecked_into::<web_sys::Range>().to_string().into())
        .collect();
    words.sort();
    words
}

#[wasm_bindgen_test]
async fn highlights_are_kept_near_the_window() {
    let text: Vec<String> = (0..1000).map(|line| format!("{line:04}")).collect();
    let bench = Bench::new(&text.join("\n"));
    let ranges: Vec<(u32, u32)> = (0..1000).map(|line| (line * 5, line * 5 + 4)).collect();
    bench.editor.paint(&ranges, &[], &[], None);
    let near = words("postil-open");
    assert!((20..500).contains(&near.len()), "{}", near.len());
    assert!(near.contains(&"0000".to_owned()));
    bench.line(999).scroll_into_view();
    settled().await;
    settled().await;
    let near = words("postil-open");
    assert!((20..500).contains(&near.len()), "{}", near.len());
    assert!(near.contains(&"0999".to_owned()));
    // A line whose nodes were replaced gets its range back without being asked.
    bench.remote(4995, 0, "# ");
    settled().await;
    assert!(
        words("postil-open").contains(&"0999".to_owned()),
        "{:?}",
        words("postil-open")
    );
    web_sys::window().unwrap().scroll_to_with_x_and_y(0.0, 0.0);
}

#[wasm_bindgen_test]
fn highlights_follow_the_text() {
    let bench = Bench::new("one two three\nfour *five* six");
    bench
        .editor
        .paint(&[(4, 7), (20, 24)], &[(0, 3)], &[(4, 7)], None);
    assert_eq!(words("postil-open"), ["five", "two"]);
    assert_eq!(words("postil-resolved"), ["one"]);
    assert_eq!(words("postil-active"), ["two"]);
    // Others' edits before, inside and right at the edges of the ranges.
    let mut ranges = [(4, 7), (20, 24)];
    let edits = [
        (0, 0, "x"),
        (6, 0, "Y"),
        (23, 0, "**"),
        (9, 0, "\n"),
        (10, 1, ""),
        (5, 0, "z"),
        (28, 0, "z"),
    ];
    for (at, deleted, inserted) in edits {
        bench.remote(at, deleted, inserted);
        for (start, end) in &mut ranges {
            let length = inserted.encode_utf16().count() as u32;
            if at <= *start {
                *start = *start + length - deleted;
            }
            if at < *end {
                *end = *end + length - deleted;
            }
        }
        bench.editor.paint(&ranges, &[], &[], Some((0, 1)));
        let text: Vec<u16> = bench.port.text.borrow().clone();
        let mut expected: Vec<String> = ranges
            .iter()
            .map(|(start, end)| String::from_utf16(&text[*start as usize..*end as usize]).unwrap())
            .collect();
        expected.sort();
        assert_eq!(words("postil-open"), expected);
    }
    assert_eq!(words("postil-resolved"), Vec::<String>::new());
    assert_eq!(words("postil-draft"), ["x"]);
    drop(bench);
    assert_eq!(words("postil-open"), ["absent"]);
}

#[wasm_bindgen_test]
fn bold_and_italic_keys_wrap_the_selection() {
    let bench = Bench::new("a b c");
    bench.editor.select(2, 3);
    bench.input("formatBold", None);
    bench.expect("a **b** c");
    assert_eq!(bench.editor.selection(), Some((4, 5)));
    bench.input("formatBold", None);
    bench.expect("a b c");
    bench.input("formatItalic", None);
    bench.expect("a *b* c");
    bench.input("formatBold", None);
    bench.expect("a ***b*** c");
    bench.input("formatItalic", None);
    bench.expect("a **b** c");
    bench.editor.select(0, 0);
    bench.input("formatBold", None);
    bench.expect("****a **b** c");
    assert_eq!(bench.editor.selection(), Some((2, 2)));
}

/// Somebody else types while undo is answered: the caret goes where the text
/// changed.
struct Undoing {
    editor: RefCell<Option<Rc<Editor>>>,
    done: Cell<bool>,
}

impl TextPort for Undoing {
    fn text(&self) -> String {
        "one\ntwo".into()
    }

    fn splice(&self, _: u32, _: u32, _: &str) {}

    fn undo(&self) {
        let delta = Delta {
            at: 4,
            deleted: 0,
            inserted: "old ".into(),
        };
        self.editor.borrow().as_ref().unwrap().apply(&[delta]);
        self.done.set(true);
    }

    fn redo(&self) {}
}

#[wasm_bindgen_test]
fn the_caret_follows_undo() {
    let host: HtmlElement = document()
        .create_element("postil-document")
        .unwrap()
        .unchecked_into();
    document().body().unwrap().append_child(&host).unwrap();
    let port = Rc::new(Undoing {
        editor: RefCell::default(),
        done: Cell::new(false),
    });
    let editor = Rc::new(Editor::mount(host.clone(), port.clone(), false).unwrap());
    *port.editor.borrow_mut() = Some(editor.clone());
    editor.focus();
    editor.select(1, 1);
    let options = Object::new();
    set(&options, "key", &"z".into());
    set(&options, "metaKey", &true.into());
    let event: Event =
        construct("KeyboardEvent", &Array::of2(&"keydown".into(), &options)).unchecked_into();
    host.dispatch_event(&event).unwrap();
    assert!(port.done.get());
    assert_eq!(editor.selection(), Some((8, 8)));
    port.editor.take();
    drop(editor);
    assert!(!host.has_attribute("contenteditable"));
    let node: &Node = &host;
    assert_eq!(node.text_content().as_deref(), Some("one\nold two"));
    host.remove();
}
