//! Whole discussions, there and back.

use proptest::prelude::*;

use super::super::notes::{Note, Page};
use super::super::{FORMATS, MAX_FILE, read, write};
use super::{InterchangeError, TEXT, anchored, element, index};
use crate::anchor::Anchor;
use crate::anchor::index::TextIndex;
use crate::anchor::region::Region;
use crate::anchor::time::Time;
use crate::body;

const ADDRESS: &str = "https://example.org/page";

fn page(text: &str) -> Page {
    Page {
        address: ADDRESS.into(),
        title: "A \"page\"".into(),
        text: text.into(),
        at: 1_795_000_000_000,
    }
}

fn opening(id: &str, at: u64, anchor: Option<Anchor>) -> Note {
    Note {
        id: id.into(),
        name: "Ada 😀".into(),
        author: "AQEBAQEBAQEBAQEB".into(),
        at,
        body: "Why?".into(),
        anchor,
        ..Note::default()
    }
}

fn answer(id: &str, parent: &str, at: u64) -> Note {
    Note {
        parent: parent.into(),
        body: "*So.*\nAnd `so`.".into(),
        ..opening(id, at, None)
    }
}

/// What is left of notes in a form: who wrote is known there by name only.
fn come_back(notes: &[Note]) -> Vec<Note> {
    let all = notes.iter().cloned();
    all.map(|note| Note {
        author: String::new(),
        ..note
    })
    .collect()
}

#[test]
fn discussions_come_back_from_every_form() {
    let index = index();
    let (mut words, place) = anchored(&index, "👩\u{200d}👧 Montag");
    words.element = Some(element());
    let region = Region::new(1_250, 5, 5_000, 9_995).unwrap();
    let time = Time::new(30_000, Some(60_050)).unwrap();
    let film = Anchor::on(element()).with_region(region).with_time(time);
    let notes = vec![
        Note {
            place: Some(place.position),
            resolved: true,
            changed: 2_000,
            ..opening("AQEBAQEBAQEBAQEBAQ", 1_000, Some(words))
        },
        answer("AQEBAQEBAQEBAQEBAg", "AQEBAQEBAQEBAQEBAQ", 1_001),
        answer("https://other.example/7", "AQEBAQEBAQEBAQEBAg", 1_002),
        opening("AQEBAQEBAQEBAQEBBA", 1_003, Some(film)),
        opening("AQEBAQEBAQEBAQEBBQ", 1_004, None),
        Note {
            name: String::new(),
            ..answer("AQEBAQEBAQEBAQEBBg", "elsewhere", 1_005)
        },
    ];
    for format in FORMATS.iter().filter(|format| format.is_read()) {
        let file = write(format.name, &page(TEXT), &notes).unwrap();
        let read = read(&page(TEXT), &file).unwrap();
        assert_eq!(read.notes, come_back(&notes), "{file}");
        assert_eq!(read.left_out, 0);
        // Others read it as well.
        serde_json::from_str::<serde_json::Value>(&file).unwrap();
    }
    assert_eq!(write("pdf", &page(TEXT), &notes), None);
}

#[test]
fn what_is_no_discussion_is_refused() {
    #[track_caller]
    fn check(file: &str, expected: &InterchangeError) {
        assert_eq!(
            read(&page(TEXT), file).as_ref(),
            Err(expected),
            "{file:.60}"
        );
    }
    let unknown = &InterchangeError::Unknown;
    check("", unknown);
    check("{", unknown);
    check("{}", unknown);
    check("[]", unknown);
    check("7", unknown);
    check(r#"{"type":"FeatureCollection","items":[]}"#, unknown);
    check(&"[".repeat(100_000), unknown);
    check(&format!("[{}7]", "7,".repeat(600_000)), unknown);
    check(&" ".repeat(MAX_FILE + 1), &InterchangeError::TooLarge);
    let many = r#"{"type":"Annotation","bodyValue":"x"},"#.repeat(5_001);
    let many = format!("[{}]", many.trim_end_matches(','));
    check(&many, &InterchangeError::TooLarge);
    let elsewhere = r#"{"type":"AnnotationCollection","first":"https://x.example/1"}"#;
    let reason = InterchangeError::Elsewhere("https://x.example/1".into());
    check(elsewhere, &reason);
}

#[test]
fn what_can_not_be_said_here_is_left_out() {
    /// Items are `id < parent: body`.
    #[track_caller]
    fn check(items: &[&str], expected: &[&str], left_out: u32) {
        let notes = items.iter().map(|item| {
            let (name, body) = item.split_once(": ").unwrap();
            let (id, parent) = name.split_once(" < ").unwrap_or((name, ""));
            Note {
                id: id.into(),
                parent: parent.into(),
                body: body.into(),
                ..Note::default()
            }
        });
        let notes: Vec<Note> = notes.collect();
        let file = write("hypothesis", &page(""), &notes).unwrap();
        let read = read(&page(""), &file).unwrap();
        let found: Vec<String> = read
            .notes
            .iter()
            .map(|note| [&*note.id, ": ", &note.body].concat())
            .collect();
        assert_eq!(
            (&found[..], read.left_out),
            (
                &expected.iter().map(|e| (*e).to_owned()).collect::<Vec<_>>()[..],
                left_out
            )
        );
    }
    check(&["a: x", "b < a: y"], &["a: x", "b: y"], 0);
    check(&["a: ", "c: x"], &["c: x"], 1);
    // What was answered stays, even without words.
    check(&["a: ", "b < a: y"], &["a: …", "b: y"], 0);
    check(&["a: x", "a: y"], &["a: x"], 1);
    check(&["a < b: x", "b < a: y", "c < a: z", "d: w"], &["d: w"], 3);
    check(&["a < a: x"], &[], 1);
    let long = "x".repeat(600);
    check(&[&format!("{long}: x"), &format!("b < {long}: y")], &[], 2);
    let body = "é".repeat(9_000);
    let cut = format!("a: {} […]", "é".repeat(8_189));
    check(&[&format!("a: {body}")], &[&cut], 0);
}

#[test]
fn files_of_other_pages_are_told_apart() {
    #[track_caller]
    fn check(addresses: &[&str], expected: &[&str], left_out: u32) {
        let items = addresses.iter().map(|address| {
            format!(
                r#"{{"type":"Annotation","id":"{address}#a","bodyValue":"x","target":"{address}"}}"#
            )
        });
        let file = format!("[{}]", items.collect::<Vec<_>>().join(","));
        let read = read(&page(TEXT), &file).unwrap();
        let ids = read
            .notes
            .iter()
            .map(|note| note.id.strip_suffix("#a").unwrap());
        assert_eq!(
            (ids.collect::<Vec<_>>(), read.left_out),
            (expected.to_vec(), left_out)
        );
    }
    check(&[ADDRESS, "https://example.org/"], &[ADDRESS], 1);
    check(
        &["http://www.example.org/page/#x"],
        &["http://www.example.org/page/#x"],
        0,
    );
    // A copy of the page at another address.
    check(
        &["http://localhost/a", "http://localhost/b"],
        &["http://localhost/a", "http://localhost/b"],
        0,
    );
}

proptest! {
    #[test]
    fn any_discussion_comes_back(
        text in "[ab 中\u{301}😀\n,.)%\"\\\\]{1,60}",
        ranges in proptest::collection::vec((0u32..60, 1u32..30), 0..4),
        body in "[ab*_`> \n\\\\😀-]{0,30}",
        at in 0u64..4_000_000_000_000,
    ) {
        let index = TextIndex::new(text.as_str().into());
        let mut notes = Vec::new();
        for (number, (start, len)) in ranges.into_iter().enumerate() {
            let anchor = index.describe(start, start + len);
            let place = match anchor.as_ref().map(|anchor| index.resolve(anchor)) {
                Some(crate::discussion::Placement::Placed { start, end }) => {
                    crate::anchor::position::Position::new(start, end)
                }
                _ => None,
            };
            let id = number.to_string();
            let mut note = Note { place, ..opening(&id, at, anchor) };
            note.body = format!("x{body}");
            notes.push(note);
        }
        for format in FORMATS.iter().filter(|format| format.is_read()) {
            let file = write(format.name, &page(&text), &notes).unwrap();
            let read = read(&page(&text), &file).unwrap();
            prop_assert_eq!(read.notes.len(), notes.len());
            for (there, here) in read.notes.iter().zip(&notes) {
                prop_assert_eq!((&there.id, there.at, there.place), (&here.id, here.at, here.place));
                let words = |note: &Note| note.anchor.as_ref().map(|a| a.quote.as_ref().map(|q| q.exact.clone()));
                prop_assert_eq!(words(there), words(here));
                // Spaces at the ends of lines can not be seen.
                let shown = |source: &str| {
                    let lines: Vec<&str> = source.lines().map(|line| line.trim_end_matches(' ')).collect();
                    body::parse(lines.join("\n").trim_end())
                };
                prop_assert_eq!(shown(&there.body), shown(&here.body));
            }
        }
    }

    #[test]
    fn any_file_is_survived(file in "(\\[|\\]|\\{|\\}|,|:|\"(type|Annotation|items|body|value|target|source|selector|id|user|text|uri|references|rows|x)\"|7|null){0,60}") {
        let _ = read(&page(TEXT), &file);
    }
}
