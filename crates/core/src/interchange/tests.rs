mod hypothesis_samples;
mod round;
mod w3c_samples;

use proptest::prelude::*;

use super::fragment::Found;
use super::{InterchangeError, Place, fragment, hypothesis, w3c};
use crate::anchor::Anchor;
use crate::anchor::element::Element;
use crate::anchor::index::TextIndex;
use crate::anchor::position::Position;
use crate::anchor::region::Region;
use crate::anchor::time::Time;
use crate::discussion::Placement;
use crate::text::units;

const TEXT: &str =
    "Grüße 😀 an alle: wir treffen uns am 👩\u{200d}👧 Montag, nicht am Dienstag. 中文也行。";

fn index() -> TextIndex {
    TextIndex::new(TEXT.into())
}

/// An anchor on the first place of some words, and where it is.
fn anchored<'a>(index: &'a TextIndex, words: &str) -> (Anchor, Place<'a>) {
    let start = units::from_bytes(TEXT, TEXT.find(words).unwrap());
    let anchor = index.describe(start, start + units::len(words)).unwrap();
    let position = anchor.position.unwrap();
    (anchor, Place { index, position })
}

fn element() -> Element {
    Element::new("fig-1", "#main > figure:nth-of-type(2)", "").unwrap()
}

#[test]
fn anchors_come_back_from_both_forms() {
    #[track_caller]
    fn check(index: &TextIndex, anchor: &Anchor, place: Option<Place<'_>>) {
        let json = w3c::write(anchor, place);
        assert_eq!(
            w3c::read(&json, Some(index)),
            Ok(Some(anchor.clone())),
            "{json}"
        );
        let target = format!(r#"{{"target":[{{"source":"x","selector":{json}}}]}}"#);
        assert_eq!(w3c::read(&target, Some(index)), Ok(Some(anchor.clone())));
        let json = hypothesis::write(anchor, place);
        assert_eq!(
            hypothesis::read(&json, Some(index)),
            Ok(Some(anchor.clone())),
            "{json}"
        );
        serde_json::from_str::<serde_json::Value>(&json).unwrap();
    }
    let index = index();
    for words in [
        "😀",
        "wir treffen",
        "👩\u{200d}👧 Montag",
        "中文",
        "am",
        TEXT,
    ] {
        let (anchor, place) = anchored(&index, words);
        check(&index, &anchor, Some(place));
        check(&index, &anchor.with_element(element()), Some(place));
    }
    let region = Region::new(1_250, 5, 5_000, 9_995).unwrap();
    let time = Time::new(30_000, Some(60_050)).unwrap();
    let moment = Time::new(1, None).unwrap();
    let on = || Anchor::on(element());
    check(&index, &on(), None);
    check(&index, &on().with_region(region), None);
    check(&index, &on().with_time(time).with_region(region), None);
    check(&index, &on().with_time(moment), None);
    let bare = Anchor::default();
    check(&index, &bare.with_time(moment).with_region(region), None);
}

#[test]
fn offsets_are_code_points_or_code_units() {
    let index = index();
    let (anchor, place) = anchored(&index, "Montag");
    let written = w3c::write(&anchor, Some(place));
    assert!(
        written.contains(r#"{"type":"TextPositionSelector","start":40,"end":46}"#),
        "{written}"
    );
    let written = hypothesis::write(&anchor, Some(place));
    assert!(
        written.contains(r#"{"type":"TextPositionSelector","start":43,"end":49}"#),
        "{written}"
    );
}

#[test]
fn what_others_write_is_read() {
    #[track_caller]
    fn check(json: &str, expected: Option<&str>) {
        let index = index();
        let anchor = w3c::read(json, Some(&index)).unwrap();
        let found = anchor.map(|anchor| match index.resolve(&anchor) {
            Placement::Placed { start, end } => units::slice(TEXT, start, end),
            other => panic!("{other:?}"),
        });
        assert_eq!(found, expected);
    }
    check(
        r#"{"type":"TextQuoteSelector","exact":"Montag"}"#,
        Some("Montag"),
    );
    check(
        r#"{"selector":{"type":"TextQuoteSelector","exact":"am","prefix":"nicht "}}"#,
        Some("am"),
    );
    check(
        r#"{"type":"RangeSelector",
            "startSelector":{"type":"TextQuoteSelector","exact":"wir"},
            "endSelector":{"type":"TextQuoteSelector","exact":", nicht"}}"#,
        Some("wir treffen uns am 👩\u{200d}👧 Montag"),
    );
    check(
        r#"[{"type":"XPathSelector","value":"/p[1]"},
            {"type":"CssSelector","value":"p","refinedBy":
                {"type":"TextQuoteSelector","exact":"Dienstag"}}]"#,
        Some("Dienstag"),
    );
    check(
        r#"{"type":"Annotation","target":"https://example.org/"}"#,
        None,
    );
    check(r#"{"target":{"source":"https://example.org/"}}"#, None);
}

#[test]
fn what_says_nothing_here_is_refused() {
    #[track_caller]
    fn check(json: &str, reason: Option<&str>) {
        let expected = match reason {
            Some(reason) => InterchangeError::Unsupported(reason.into()),
            None => InterchangeError::Malformed,
        };
        for read in [w3c::read, hypothesis::read] {
            assert_eq!(read(json, None), Err(expected.clone()));
        }
    }
    check("", None);
    check("[", None);
    check(&format!(r#"{{"exact":"{}"}}"#, "x".repeat(70_000)), None);
    check("[]", Some("nothing"));
    check("7", Some("something unknown"));
    check(
        r#"{"type":"XPathSelector","value":"//p"}"#,
        Some("XPathSelector"),
    );
    check(
        r#"{"type":"CssSelector","value":"p:has(p:has(p))"}"#,
        Some("CssSelector"),
    );
    check(
        r#"{"type":"TextQuoteSelector","exact":""}"#,
        Some("TextQuoteSelector"),
    );
    check(
        r#"{"type":"TextPositionSelector","start":9,"end":3}"#,
        Some("TextPositionSelector"),
    );
    check(
        r#"{"type":"FragmentSelector","value":"xywh=1,2,3,4"}"#,
        Some("FragmentSelector"),
    );
    check(
        r#"{"type":"FragmentSelector","value":"xywh=percent:50,0,60,1"}"#,
        Some("FragmentSelector"),
    );
    check(
        r#"{"type":"FragmentSelector","value":"t=9,3"}"#,
        Some("FragmentSelector"),
    );
    check(
        r#"{"type":"RangeSelector","startContainer":"/p[1]","startOffset":0}"#,
        Some("RangeSelector"),
    );
}

#[test]
fn long_quotes_are_cut_to_the_limits() {
    let long = "ab😀".repeat(400);
    let json = format!(
        r#"{{"type":"TextQuoteSelector","exact":"{long}","prefix":"{long}","suffix":"{long}"}}"#
    );
    let quote = w3c::read(&json, None).unwrap().unwrap().quote.unwrap();
    assert!(quote.cut && quote.suffix.is_empty());
    assert!(long.starts_with(&quote.exact) && long.ends_with(&quote.prefix));
    assert_eq!(
        (units::len(&quote.exact), units::len(&quote.prefix)),
        (1000, 64)
    );
}

#[test]
fn times_are_read_in_all_notations() {
    #[track_caller]
    fn check(value: &str, start: u32, end: Option<u32>) {
        let json = format!(r#"{{"type":"FragmentSelector","value":"{value}"}}"#);
        let time = w3c::read(&json, None).unwrap().unwrap().time;
        assert_eq!(time, Time::new(start, end));
    }
    check("t=10", 10_000, None);
    check("t=10.25,20", 10_250, Some(20_000));
    check("t=npt:10,20", 10_000, Some(20_000));
    check("t=,20", 0, Some(20_000));
    check("t=0:02:00,1:00:00.5", 120_000, Some(3_600_500));
    check("track=x&t=1", 1_000, None);
    let json = r#"{"type":"MediaTimeSelector","start":1.5,"end":1.5}"#;
    let time = hypothesis::read(json, None).unwrap().unwrap().time;
    assert_eq!(time, Time::new(1_500, None));
}

#[test]
fn fragments_of_addresses_are_read() {
    #[track_caller]
    fn check(fragment: &str, expected: Result<Option<&str>, ()>) {
        let index = index();
        let found = fragment::read(fragment, Some(&index)).map_err(|_| ());
        let found = found.map(|anchor| match index.resolve(&anchor) {
            Placement::Placed { start, end } => Some(units::slice(TEXT, start, end)),
            _ => None,
        });
        assert_eq!(found, expected, "{fragment}");
    }
    check(
        "#selector(type=TextQuoteSelector,exact=Montag)",
        Ok(Some("Montag")),
    );
    check(
        "selector(type=TextQuoteSelector,exact=%F0%9F%98%80%20an)",
        Ok(Some("😀 an")),
    );
    check(
        "#selector(type=TextQuoteSelector,exact=am,prefix=nicht%20)",
        Ok(Some("am")),
    );
    check(
        "#selector(type=CssSelector,value=p,refinedBy=selector(type=TextQuoteSelector,exact=wir))",
        Ok(Some("wir")),
    );
    check(
        "#selector(type=TextPositionSelector,start=6,end=7)",
        Ok(None),
    );
    check("#selector(type=TextQuoteSelector,exact=)", Err(()));
    check("#selector(type=TextQuoteSelector,exact=%zz)", Err(()));
    check("#selector(type=TextQuoteSelector,exact=%ff)", Err(()));
    check("#selector(type=TextQuoteSelector,exact=x", Err(()));
    check("#selector(type=TextQuoteSelector,exact=x)y", Err(()));
    check("#introduction", Err(()));
    check(&"selector(a=".repeat(9_000), Err(()));
}

#[test]
fn texts_that_addresses_name_are_found() {
    #[track_caller]
    fn check(fragment: &str, expected: Result<Option<&str>, ()>) {
        let found = fragment::find(fragment, &index()).map_err(|_| ());
        let found = found.map(|found| match found {
            Found::At { start, end } => Some(units::slice(TEXT, start, end)),
            Found::Nowhere => None,
            Found::Several => Some("several"),
        });
        assert_eq!(found, expected, "{fragment}");
    }
    let quote = |exact: &str| format!("#selector(type=TextQuoteSelector,exact={exact})");
    check(&quote("Montag"), Ok(Some("Montag")));
    check(&quote("Mittwoch"), Ok(None));
    check(&quote("am"), Ok(Some("several")));
    check(
        "#selector(type=TextQuoteSelector,exact=am,prefix=nicht%20)",
        Ok(Some("am")),
    );
    check(
        "#selector(type=TextPositionSelector,start=6,end=7)",
        Ok(Some("😀")),
    );
    check(
        "#selector(type=TextPositionSelector,start=6,end=70000)",
        Err(()),
    );
    check("#selector(type=CssSelector,value=p)", Err(()));
    check("#introduction", Err(()));
    check(":~:text=Montag", Ok(Some("Montag")));
    check("#top:~:text=nicht-,am", Ok(Some("am")));
    check("#:~:text=am", Ok(Some("several")));
    check("#:~:text=Mittwoch&text=Montag", Ok(None));
    check("#:~:text=", Err(()));
    check("#:~:text=a,b,c,d", Err(()));
    check("#:~:text=%ff", Err(()));
    check(&["#:~:text=", &"a,".repeat(60_000)].concat(), Err(()));
}

proptest! {
    #[test]
    fn any_selection_comes_back(
        text in "[ab 中\u{301}😀\n,)%\"\\\\]{1,60}",
        (start, len) in (0u32..60, 1u32..30),
    ) {
        let index = TextIndex::new(text.as_str().into());
        if let Some(anchor) = index.describe(start, start + len) {
            let position = anchor.position.unwrap_or(Position { start: 0, end: 1 });
            let place = Some(Place { index: &index, position });
            let json = w3c::write(&anchor, place);
            prop_assert_eq!(w3c::read(&json, Some(&index)), Ok(Some(anchor.clone())));
            let json = hypothesis::write(&anchor, place);
            prop_assert_eq!(hypothesis::read(&json, Some(&index)), Ok(Some(anchor)));
        }
    }

    #[test]
    fn anything_is_survived(text in "(selector|\\(|\\)|type|=|,|Text(Quote|Position)Selector|exact|%|é|[\\[\\]{}\":0-9]){0,40}") {
        let index = index();
        let _ = fragment::read(&text, Some(&index));
        let _ = fragment::find(&text, &index);
        let _ = fragment::find(&[":~:text=", &text].concat(), &index);
        let _ = w3c::read(&text, Some(&index));
    }
}
