//! Web annotations as different programs write them.

use super::super::notes::{Note, Page};
use super::super::read;
use super::TEXT;
use crate::text::units;

fn notes(json: &str) -> Vec<Note> {
    let page = Page {
        address: "https://example.org/page".into(),
        text: TEXT.into(),
        ..Page::default()
    };
    read(&page, json).unwrap().notes
}

#[track_caller]
fn check_words(target: &str, expected: Option<&str>) {
    let json = format!(r#"{{"type":"Annotation","bodyValue":"x","target":{target}}}"#);
    let [note] = &notes(&json)[..] else { panic!() };
    let place = note
        .place
        .map(|place| units::slice(TEXT, place.start, place.end));
    assert_eq!(place, expected);
    assert_eq!(note.anchor.is_some(), expected.is_some());
}

#[test]
fn targets_are_found() {
    check_words(r#""https://example.org/page""#, None);
    check_words(r#"["https://example.org/page"]"#, None);
    check_words(r#"{"id":"https://example.org/page","type":"Text"}"#, None);
    let on = |selector: &str| {
        format!(r#"{{"source":"https://example.org/page","selector":{selector}}}"#)
    };
    let quote =
        r#"{"type":"TextQuoteSelector","exact":"Montag","prefix":"👧 ","suffix":", nicht"}"#;
    check_words(&on(quote), Some("Montag"));
    check_words(&on(&format!("[{quote}]")), Some("Montag"));
    check_words(&format!("[{}]", on(quote)), Some("Montag"));
    check_words(
        &on(&format!(
            r#"[{{"type":"TextPositionSelector","start":40,"end":46}},{quote}]"#
        )),
        Some("Montag"),
    );
    check_words(
        &on(&format!(
            r#"{{"type":"CssSelector","value":"p","refinedBy":{quote}}}"#
        )),
        Some("Montag"),
    );
    check_words(
        &on(&format!(
            r#"{{"type":"FragmentSelector","value":"main","conformsTo":"http://tools.ietf.org/rfc/rfc3236",
               "refinedBy":[{quote}]}}"#
        )),
        Some("Montag"),
    );
    // As the source of a page has it.
    check_words(
        &on(r#"{"type":"TextQuoteSelector","exact":"wir\n      treffen uns"}"#),
        Some("wir treffen uns"),
    );
    // Half an emoji at the end of the context.
    check_words(
        &on(r#"{"type":"TextQuoteSelector","exact":"an","prefix":"\ude00 ","suffix":" alle"}"#),
        Some("an"),
    );
    check_words(&on(r#"{"type":"XPathSelector","value":"/p[1]"}"#), None);
}

#[test]
fn bodies_become_markup() {
    #[track_caller]
    fn check(body: &str, expected: &str) {
        let json = format!(r#"{{"type":"Annotation",{body}}}"#);
        let bodies: Vec<String> = notes(&json).into_iter().map(|note| note.body).collect();
        assert_eq!(bodies.join("|"), expected);
    }
    check(r#""bodyValue":"Not *this*""#, "Not \\*this\\*");
    check(
        r#""body":"https://example.org/why""#,
        "https://example.org/why",
    );
    check(
        r#""body":{"type":"TextualBody","value":"1. no"}"#,
        "1\\. no",
    );
    check(
        r#""body":{"type":"TextualBody","value":"*so*  \nor so","format":"text/markdown"}"#,
        "*so*\nor so",
    );
    check(
        r#""body":{"type":"TextualBody","value":"<p>a <b>b</b></p>","format":"text/html; charset=utf-8"}"#,
        "a **b**",
    );
    check(
        r#""body":[{"type":"TextualBody","value":"one"},{"type":["TextualBody"],"value":"two"}]"#,
        "one\n\ntwo",
    );
    check(
        r#""body":[{"value":"one"},{"purpose":"tagging","value":"a_b"},{"type":"TextualBody","purpose":["tagging"],"value":"c"}]"#,
        "one\n\n#a\\_b #c",
    );
    check(
        r#""body":{"type":"Choice","items":[{"value":"one","language":"en"},{"value":"eins","language":"de"}]}"#,
        "one",
    );
    check(
        r#""body":{"type":"SpecificResource","source":"https://example.org/a","purpose":"describing"}"#,
        "https://example.org/a",
    );
    check(
        r#""body":{"id":"https://example.org/a.mp4","type":"Video"}"#,
        "https://example.org/a.mp4",
    );
    // Nothing is said.
    check(r#""body":[]"#, "");
    check(r#""body":{"id":"javascript:alert(1)"}"#, "");
}

#[test]
fn collections_of_all_kinds_are_read() {
    #[track_caller]
    fn check(json: &str, expected: &[&str]) {
        let ids: Vec<String> = notes(json).into_iter().map(|note| note.id).collect();
        assert_eq!(ids, expected);
    }
    let one = r#"{"id":"http://a.example/1","type":"Annotation","bodyValue":"x"}"#;
    let two = r#"{"@id":"http://a.example/2","@type":"oa:Annotation","bodyValue":"y"}"#;
    let both = ["http://a.example/1", "http://a.example/2"];
    check(one, &both[..1]);
    check(&format!("[{one},{two}]"), &both);
    check(
        &format!(r#"{{"type":"AnnotationPage","items":[{one},{two}]}}"#),
        &both,
    );
    check(
        &format!(
            r#"{{"type":["BasicContainer","AnnotationCollection"],"first":
               {{"type":"AnnotationPage","items":{one},"next":{{"items":[{two}]}}}}}}"#
        ),
        &both,
    );
    check(
        &format!(r#"{{"@graph":[{{"type":"Person"}},{one},{two}]}}"#),
        &both,
    );
    check(r#"{"type":"AnnotationCollection","total":0}"#, &[]);
    // Without an id it is called by what it says: always the same.
    let bare = r#"{"type":"Annotation","bodyValue":"x"}"#;
    let [first] = &notes(bare)[..] else { panic!() };
    assert!(first.id.starts_with("sha256:"));
    check(bare, &[&first.id]);
}

#[test]
fn answers_find_what_they_answer() {
    #[track_caller]
    fn check(json: &str, expected: &[(&str, &str, &str)]) {
        let notes = notes(json);
        let parts: Vec<(&str, &str, &str)> = notes
            .iter()
            .map(|note| (&*note.name, &*note.parent, &*note.body))
            .collect();
        assert_eq!(parts, expected);
    }
    check(
        r#"[{"id":"urn:x:1","type":"Annotation","creator":{"name":"Ada"},"bodyValue":"a"},
            {"id":"urn:x:2","type":"Annotation","creator":"acct:ben@example.org","bodyValue":"b",
             "motivation":"replying","target":"urn:x:1"},
            {"id":"urn:x:3","type":"Annotation","creator":["https://example.org/~cem"],"bodyValue":"c",
             "target":{"source":"urn:x:2"}},
            {"id":"urn:x:4","type":"Annotation","bodyValue":"d",
             "motivation":["replying"],"target":"https://example.org/page"}]"#,
        &[
            ("Ada", "", "a"),
            ("ben", "urn:x:1", "b"),
            ("~cem", "urn:x:2", "c"),
            ("", "", "d"),
        ],
    );
    // Answers as bodies, each with its author.
    check(
        r##"{"id":"#1","type":"Annotation","body":[
            {"purpose":"commenting","value":"a","creator":{"name":"Ada"},"created":"2020-05-01T10:00:00Z"},
            {"purpose":"replying","value":"b","creator":{"id":"x","name":"Ben"},"created":"2020-05-01T11:00:00Z"},
            {"purpose":"replying","value":"c"}]}"##,
        &[("", "#1", "c"), ("Ada", "", "a"), ("Ben", "#1", "b")],
    );
}
