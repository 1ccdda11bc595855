use proptest::prelude::*;

use super::*;
use crate::text::history::History;
use crate::text::units;
use crate::text::writer::CharId;

fn placed(start: u32, end: u32) -> Placement {
    Placement::Placed { start, end }
}

/// An anchor on the first place of some words, and the text they are in.
fn anchored(text: &str, words: &str) -> (SharedText, Anchor) {
    let shared = SharedText::new(text, 1);
    let start = units::from_bytes(text, text.find(words).unwrap());
    let end = start + units::len(words);
    let anchor = Anchor::describe(&shared, text, start, end).unwrap();
    (shared, anchor)
}

/// The words of an anchor.
fn quote_of(anchor: &Anchor) -> &Quote {
    anchor.quote.as_ref().unwrap()
}

fn quoted(anchor: &mut Anchor) -> &mut Quote {
    anchor.quote.as_mut().unwrap()
}

/// Where words surely are in a text.
fn certain(anchor: &Anchor, text: &str) -> Option<(u32, u32)> {
    match TextIndex::new(text.into()).resolve(anchor) {
        Placement::Placed { start, end } => Some((start, end)),
        _ => None,
    }
}

/// What an anchor stands on now.
fn found<'a>(anchor: &Anchor, shared: &SharedText, text: &'a str) -> Option<&'a str> {
    match anchor.resolve(shared, text) {
        Placement::Placed { start, end } => Some(units::slice(text, start, end)),
        _ => None,
    }
}

#[test]
fn selections_are_trimmed_to_whole_characters() {
    #[track_caller]
    fn check(text: &str, start: u32, end: u32, quote: Option<&str>) {
        let shared = SharedText::new(text, 1);
        let anchor = Anchor::describe(&shared, text, start, end);
        assert_eq!(anchor.as_ref().map(|a| &*quote_of(a).exact), quote);
        if let Some(anchor) = anchor {
            let Position { start, end } = anchor.position.unwrap();
            assert_eq!(units::slice(text, start, end), quote_of(&anchor).exact);
            assert_eq!(anchor.resolve(&shared, text), placed(start, end));
        }
    }
    check("one two three", 4, 7, Some("two"));
    check("one two three", 3, 8, Some("two"));
    check("one two three", 0, 13, Some("one two three"));
    check("one two three", 3, 4, None);
    check("one two three", 4, 4, None);
    check("one two three", 7, 4, None);
    check("one two three", 4, 14, None);
    check("a😀b", 2, 3, Some("😀"));
    check("a😀b", 0, 2, Some("a😀"));
    check("cafe\u{301} x", 0, 4, Some("cafe\u{301}"));
    check("cafe\u{301} x", 4, 7, Some("e\u{301} x"));
    check("x👩\u{200d}👧y", 3, 4, Some("👩\u{200d}👧"));
    check("x👍\u{1f3fd}y", 1, 3, Some("👍\u{1f3fd}"));
    check("🇩🇪🇫🇷", 2, 4, Some("🇩🇪"));
    check("中文字", 1, 2, Some("文"));
    check("\u{3000}中文\u{3000}", 0, 4, Some("中文"));
}

#[test]
fn context_grows_until_the_quote_is_unique() {
    #[track_caller]
    fn check(text: &str, words: &str, hits: u32, unique: bool) {
        let (_, anchor) = anchored(text, words);
        let quote = quote_of(&anchor);
        assert_eq!((quote.hits, quote.unique), (hits, unique));
        assert!(units::len(&quote.prefix) <= quote::MAX_CONTEXT);
        assert!(units::len(&quote.suffix) <= quote::MAX_CONTEXT);
        assert!(text.contains(&[&*quote.prefix, &quote.exact, &quote.suffix].concat()));
        assert_eq!(certain(&anchor, text).is_some(), unique);
    }
    check("one two three", "two", 1, true);
    check("bananas", "ana", 2, true);
    check("one two one two", "two", 2, true);
    check(&"the same line\n".repeat(20), "same", 20, false);
    let long = "word ".repeat(30);
    check(&format!("{long}here {long}here {long}"), "here", 2, false);
    check(&format!("so {long} here"), "here", 1, true);
    check(&"中".repeat(200), "中中", 199, false);
    check(&"😀".repeat(200), "😀", 200, false);
}

#[test]
fn context_ends_between_words() {
    let text = "It was the best of times, it was the worst of times, it was the age of wisdom";
    let (_, anchor) = anchored(text, "worst");
    assert_eq!(
        quote_of(&anchor).prefix,
        "was the best of times, it was the "
    );
    assert_eq!(
        quote_of(&anchor).suffix,
        " of times, it was the age of wisdom"
    );
}

#[test]
fn long_quotes_are_cut() {
    let text = "ab😀 ".repeat(400);
    let shared = SharedText::new(&text, 1);
    let len = units::len(&text);
    let anchor = Anchor::describe(&shared, &text, 0, len).unwrap();
    assert!(quote_of(&anchor).cut);
    assert!(units::len(&quote_of(&anchor).exact) <= quote::MAX_EXACT);
    assert_eq!(anchor.resolve(&shared, &text), placed(0, len - 1));
    let wide = "中".repeat(2000);
    let shared = SharedText::new(&wide, 1);
    let anchor = Anchor::describe(&shared, &wide, 500, 1999).unwrap();
    let path = ["p"; 64].join(" > ");
    let element = Element::new(&"中".repeat(42), &path, &"中".repeat(42)).unwrap();
    let anchor = anchor.with_element(element);
    assert!(anchor.encode().len() <= MAX_ENCODED);
    assert_eq!(Anchor::decode(&anchor.encode()), Ok(anchor));
}

#[test]
fn anchors_follow_their_characters() {
    #[track_caller]
    fn check(at: u32, delete: u32, insert: &str, now: Option<&str>) {
        let (mut shared, anchor) = anchored("We meet on Monday at noon.", "on Monday");
        shared.splice(at, delete, insert).unwrap();
        let text = shared.text();
        assert_eq!(found(&anchor, &shared, &text), now);
        let all = Anchor::resolve_all(&[&anchor, &anchor], &shared, &text);
        assert_eq!(all, [anchor.resolve(&shared, &text); 2]);
    }
    check(0, 2, "All of us", Some("on Monday"));
    check(26, 0, " Bye!", Some("on Monday"));
    check(8, 0, "up ", Some("on Monday"));
    check(17, 0, "s", Some("on Monday"));
    check(11, 0, "next ", Some("on next Monday"));
    check(11, 3, "Sun", Some("on Sunday"));
    check(8, 3, "", Some("Monday"));
    check(3, 6, "", Some("n Monday"));
    check(14, 12, "", Some("on Mon"));
    check(8, 9, "", None);
    check(8, 9, "at ten", None);
    check(0, 26, "", None);
    // Cut and pasted elsewhere, the words are still unique.
    check(
        0,
        26,
        "On Friday, not on Monday at noon.",
        Some("on Monday"),
    );
    // So few words may also have come again by chance.
    check(0, 26, "On Friday, not on Monday.", None);
    check(0, 26, "on Monday, yes, on Monday.", None);
}

#[test]
fn words_are_trusted_only_where_they_were_and_are_unique() {
    #[track_caller]
    fn check(before: &str, words: &str, after: &str, expected: Placement) {
        let (_, anchor) = anchored(before, words);
        // Another base: the characters say nothing.
        let other = SharedText::new(after, 1);
        assert_eq!(anchor.resolve(&other, after), expected);
    }
    let lines = "a red fox\na red cow\na red hen";
    check("one two three", "two", "1 two three", placed(2, 5));
    check("one two three", "two", "1 two 3", Placement::Detached);
    check("two", "two", "one two", placed(4, 7));
    check(
        "one two three, four",
        "two three, four",
        "1, two three, four: 5",
        placed(3, 18),
    );
    check("one two three", "two", "one three", Placement::Detached);
    check("one two three", "two", "two two", Placement::Detached);
    check("one two three", "two", "two, one two three", placed(9, 12));
    check(lines, "red", &format!("red! {lines}"), placed(7, 10));
    check(lines, "red", "a red hen", Placement::Detached);
    check("x x x x", "x", "x", Placement::Detached);
}

#[test]
fn an_anchor_waits_for_its_characters() {
    let mut ada = SharedText::new("base", 1);
    let edit = ada.splice(4, 0, " and more").unwrap();
    let anchor = Anchor::describe(&ada, &ada.text(), 5, 8).unwrap();
    let mut ben = SharedText::new("base", 2);
    assert_eq!(anchor.resolve(&ben, &ben.text()), Placement::Waiting);
    let checked = crate::text::admit::check(&edit.update, 1, 0, &|_, _| true).unwrap();
    ben.apply(&checked).unwrap();
    assert_eq!(anchor.resolve(&ben, &ben.text()), placed(5, 8));
}

#[test]
fn undone_deletions_bring_anchors_back() {
    #[track_caller]
    fn check(at: u32, delete: u32, meanwhile: Option<&str>) {
        let (mut shared, anchor) = anchored("We meet on Monday at noon.", "on Monday");
        let mut history = History::default();
        history.edit(&mut shared, at, delete, "", 0).unwrap();
        assert_eq!(found(&anchor, &shared, &shared.text()), meanwhile);
        history.undo(&mut shared).unwrap();
        assert_eq!(found(&anchor, &shared, &shared.text()), Some("on Monday"));
    }
    check(8, 9, None);
    check(0, 26, None);
    check(8, 3, Some("Monday"));
    check(3, 7, Some(" Monday"));
    check(12, 8, Some("on M"));
    check(11, 2, Some("on nday"));
}

#[test]
fn anchors_are_read_strictly() {
    let (_, anchor) = anchored("one two three", "two");
    let good = anchor.encode();
    assert_eq!(Anchor::decode(&good), Ok(anchor.clone()));
    // Later versions may add entries.
    let mut more = good.clone();
    more[0] += 1;
    more.extend([0x18, 0x63, 0x82, 0x01, 0xa1, 0x02, 0x03]);
    assert_eq!(Anchor::decode(&more), Ok(anchor.clone()));
    // Nothing may follow, nothing may be missing, no key may come twice.
    let mut trailing = good.clone();
    trailing.push(0);
    let mut missing = good.clone();
    missing[0] -= 1;
    let mut twice = good.clone();
    twice[0] += 1;
    twice.extend([0x06, 0x82, 0x01, 0x02]);
    for bad in [
        &trailing[..],
        &missing,
        &twice,
        &good[..9],
        b"",
        b"\xa0",
        b"\xff",
    ] {
        assert_eq!(Anchor::decode(bad), Err(AnchorError::Malformed));
    }
    let change = |change: &dyn Fn(&mut Anchor)| {
        let mut other = anchor.clone();
        change(&mut other);
        Anchor::decode(&other.encode())
    };
    let sticky = anchor.sticky.unwrap();
    let far = CharId {
        client: 1 << 53,
        clock: 0,
    };
    let far = StickyRange { end: far, ..sticky };
    let malformed = Err(AnchorError::Malformed);
    assert_eq!(change(&|a| a.sticky = Some(far)), malformed);
    assert_eq!(
        change(&|a| a.position = Some(Position { start: 7, end: 7 })),
        malformed
    );
    assert_eq!(change(&|a| quoted(a).exact.clear()), malformed);
    let too_large = Err(AnchorError::TooLarge);
    assert_eq!(change(&|a| quoted(a).exact = "x".repeat(1001)), too_large);
    assert_eq!(change(&|a| quoted(a).prefix = "x".repeat(65)), too_large);
    assert_eq!(change(&|a| quoted(a).suffix = "x".repeat(5000)), too_large);
    assert!(change(&|a| a.sticky = None).is_ok());
    let content = Content::new("Ice on the pond", "ice.webp");
    let shown = change(&|a| a.content = Some(content.clone())).unwrap();
    assert_eq!(shown.content, Some(content));
    let long = Content {
        name: "x".repeat(129).into(),
        digest: 0,
    };
    assert_eq!(change(&|a| a.content = Some(long.clone())), malformed);
}

proptest! {
    #[test]
    fn described_selections_are_found_again(
        text in "[ab 中\u{301}😀\n]{0,60}",
        (start, len) in (0u32..60, 0u32..30),
    ) {
        let shared = SharedText::new(&text, 1);
        if let Some(anchor) = Anchor::describe(&shared, &text, start, start + len) {
            let Position { start, end } = anchor.position.unwrap();
            prop_assert_eq!(anchor.resolve(&shared, &text), placed(start, end));
            prop_assert_eq!(units::slice(&text, start, end), &*quote_of(&anchor).exact);
            if let Some(found) = certain(&anchor, &text) {
                prop_assert_eq!(found, (start, end));
            }
            let bytes = anchor.encode();
            prop_assert!(bytes.len() <= MAX_ENCODED);
            prop_assert_eq!(Anchor::decode(&bytes), Ok(anchor));
        }
    }

    #[test]
    fn any_anchor_is_survived(
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        (at, byte) in (any::<prop::sample::Index>(), any::<u8>()),
    ) {
        let _ = Anchor::decode(&bytes);
        let (shared, anchor) = anchored("one 😀 two three", "😀 two");
        let mut damaged = anchor.encode();
        let at = at.index(damaged.len());
        damaged[at] = byte;
        if let Ok(anchor) = Anchor::decode(&damaged) {
            let text = shared.text();
            if let Placement::Placed { start, end } = anchor.resolve(&shared, &text) {
                prop_assert!(start < end && end <= shared.len());
            }
        }
    }
}
