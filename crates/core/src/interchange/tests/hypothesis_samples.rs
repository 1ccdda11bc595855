//! Annotations as Hypothesis exports them and answers with them.

use super::super::notes::{Note, Notes, Page};
use super::super::read;
use crate::text::units;

const TEXT: &str = "Hills\nThe hills are steep 😀 and the valleys are deep.\nWalk slowly.";

fn imported(json: &str) -> Notes {
    let page = Page {
        address: "https://example.org/hills".into(),
        text: TEXT.into(),
        ..Page::default()
    };
    read(&page, json).unwrap()
}

/// An annotation with everything that Hypothesis says of one.
fn annotation(id: &str, more: &str) -> String {
    format!(
        r#"{{"id":"{id}","created":"2023-04-01T10:00:00.123456+00:00",
            "updated":"2023-04-01T10:00:00.123456+00:00",
            "user":"acct:ada@hypothes.is","user_info":{{"display_name":null}},
            "uri":"https://example.org/hills","group":"__world__",
            "permissions":{{"read":["group:__world__"],"admin":["acct:ada@hypothes.is"]}},
            "document":{{"title":["Hills"]}},"hidden":false,"flagged":false,"links":{{}},{more}}}"#
    )
}

const WORDS: &str = r#""text":"Really?","tags":[],"target":[{"source":"https://example.org/hills","selector":[
    {"type":"RangeSelector","startContainer":"/main[1]/p[1]","startOffset":10,"endContainer":"/main[1]/p[1]","endOffset":22},
    {"type":"TextPositionSelector","start":412,"end":424},
    {"type":"TextQuoteSelector","exact":"are\n   steep \ud83d","prefix":"\n      The hills ","suffix":"\ude00 and the"}]}]"#;

#[test]
fn an_annotation_is_read() {
    let json = format!(r#"{{"total":1,"rows":[{}]}}"#, annotation("XyZ-1", WORDS));
    let [note] = &imported(&json).notes[..] else {
        panic!()
    };
    let expected = Note {
        id: "XyZ-1".into(),
        name: "ada".into(),
        at: 1_680_343_200_123,
        body: "Really?".into(),
        anchor: note.anchor.clone(),
        place: note.place,
        ..Note::default()
    };
    assert_eq!(*note, expected);
}

#[test]
fn words_are_found_on_the_page() {
    #[track_caller]
    fn check(selectors: &str, expected: Option<&str>) {
        let target = format!(r#""text":"x","target":[{{"selector":[{selectors}]}}]"#);
        let imported = imported(&format!("[{}]", annotation("1", &target)));
        let place = imported.notes[0].place;
        let words = place.map(|place| units::slice(TEXT, place.start, place.end));
        assert_eq!(words, expected);
    }
    let quote = |exact: &str, prefix: &str| {
        format!(r#"{{"type":"TextQuoteSelector","exact":"{exact}","prefix":"{prefix}"}}"#)
    };
    check(&quote("steep", "hills are "), Some("steep"));
    check(&quote("HillsThe\\n  hills", ""), Some("Hills\nThe hills"));
    check(&quote("are", "the\\nvalleys "), Some("are"));
    check(&quote("are", ""), None);
    check(&quote("flat and dull", ""), None);
    // Offsets of another text prove nothing.
    check(
        r#"{"type":"TextPositionSelector","start":10,"end":15}"#,
        None,
    );
}

#[test]
fn answers_tags_and_statuses_are_read() {
    let rows = [
        annotation("a", r#""text":"One","tags":["to do","postil:resolved"],"target":[]"#),
        annotation("b", r#""text":"Two","references":["a"],"target":[{"source":"x"}],"user_info":{"display_name":"Ben B."}"#)
            .replace(r#""user_info":{"display_name":null},"#, ""),
        annotation("c", r#""text":"Three","references":["a","b"],"target":[]"#),
        annotation("d", r#""text":"","tags":["only"],"target":[]"#),
    ];
    let json = format!(
        r#"{{"export_date":"2024-01-01T00:00:00.000Z","export_userid":"acct:x@hypothes.is",
            "client_version":"1.2","annotations":[{}]}}"#,
        rows.join(",")
    );
    let notes = imported(&json).notes;
    let parts: Vec<(&str, &str, &str, &str, bool)> = notes
        .iter()
        .map(|n| (&*n.id, &*n.parent, &*n.name, &*n.body, n.resolved))
        .collect();
    assert_eq!(
        parts,
        [
            ("a", "", "ada", "One\n\n#to do", true),
            ("b", "a", "Ben B.", "Two", false),
            ("c", "b", "ada", "Three", false),
            ("d", "", "ada", "#only", false),
        ]
    );
}

#[test]
fn what_is_not_for_everybody_is_left_out() {
    let private = annotation("a", r#""text":"Mine","target":[]"#)
        .replace("group:__world__", "acct:ada@hypothes.is");
    let hidden = annotation("b", r#""text":"Bad","target":[]"#)
        .replace(r#""hidden":false"#, r#""hidden":true"#);
    let group = annotation("c", r#""text":"Ours","target":[]"#).replace("__world__", "b7Xq");
    let highlight = annotation("d", r#""text":"","target":[]"#);
    let json = format!("[{group},{private},{hidden},{highlight},7]");
    let imported = imported(&json);
    let ids: Vec<&str> = imported.notes.iter().map(|note| &*note.id).collect();
    assert_eq!((&ids[..], imported.left_out), (&["c"][..], 4));
    assert!(self::imported(r#"{"annotations":[]}"#).notes.is_empty());
}
