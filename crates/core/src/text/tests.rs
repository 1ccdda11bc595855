mod hostile;
mod replicas;
mod vectors;

use proptest::prelude::*;

use super::admit::check;
use super::sticky::{Located, StickyRange};
use super::*;

/// Hands an edit of one replica to another, as the outside world would.
fn deliver(edit: &Edit, from: u64, to: &mut SharedText) {
    let known = |client, end| end <= to.next_clock(client);
    let checked = check(&edit.update, from, to.next_clock(from), &known).unwrap();
    let mut text = to.text();
    let deltas = to.apply(&checked).unwrap();
    apply_deltas(&mut text, &deltas);
    assert_eq!(text, to.text());
}

fn apply_deltas(text: &mut String, deltas: &[Delta]) {
    for delta in deltas {
        let start = units::to_bytes(text, delta.at);
        let end = units::to_bytes(text, delta.at + delta.deleted);
        text.replace_range(start..end, &delta.inserted);
    }
}

/// Our own account of the text must be what yrs has.
fn assert_sound(text: &SharedText) {
    let content = text.text();
    assert_eq!(text.len(), units::len(&content));
    assert_eq!(text.crdt_len(), text.len());
    for at in 0..text.len() {
        let id = text.runs.id_at(at).unwrap();
        assert_eq!(text.crdt_offset(id), at);
        assert_eq!(text.runs.offset_of(id), Some(at));
    }
    let mut at = 0;
    for c in content.chars() {
        assert!(!text.is_inside(at));
        assert!(c.len_utf16() == 1 || text.is_inside(at + 1));
        at += c.len_utf16() as u32;
    }
}

/// Short texts with everything that is more than one byte or one code unit.
fn any_text() -> impl Strategy<Value = String> {
    let character = prop::sample::select(vec![
        'a',
        'b',
        'c',
        ' ',
        '\n',
        'ñ',
        '中',
        'e',
        '\u{301}',
        '😀',
        '👍',
        '\u{1f3fd}',
        '\u{200d}',
        '🇩',
        '🇪',
    ]);
    prop::collection::vec(character, 0..8).prop_map(String::from_iter)
}

/// Maps any number to an offset in a text.
fn within(text: &SharedText, number: u16) -> u32 {
    u32::from(number) % (text.len() + 1)
}

#[test]
fn two_replicas_merge() {
    let mut ada = SharedText::new("Hello world", 7);
    let mut ben = SharedText::new("Hello world", 3);
    assert_eq!(ada.base_id(), ben.base_id());
    let a = ada.splice(5, 0, ", dear").unwrap();
    let b = ben.splice(6, 5, "all").unwrap();
    deliver(&a, 7, &mut ben);
    deliver(&b, 3, &mut ada);
    assert_eq!(ada.text(), "Hello, dear all");
    assert_eq!(ada.digest(), ben.digest());
}

#[test]
fn an_empty_base_can_be_written_into() {
    let mut ada = SharedText::new("", 7);
    let mut ben = SharedText::new("", 3);
    let a = ada.splice(0, 0, "Hi").unwrap();
    let b = ben.splice(0, 0, "Ho").unwrap();
    deliver(&a, 7, &mut ben);
    deliver(&b, 3, &mut ada);
    assert_eq!(ada.text(), ben.text());
    assert_eq!(ada.len(), 4);
    assert_sound(&ada);
}

#[test]
fn what_can_not_be_done_changes_nothing() {
    fn check(at: u32, delete: u32, insert: &str, error: TextError) {
        let mut text = SharedText::new("a😀b", 1);
        assert_eq!(text.splice(at, delete, insert), Err(error));
        assert_eq!(text.text(), "a😀b");
        assert_sound(&text);
    }
    check(5, 0, "x", TextError::OutOfRange);
    check(3, 2, "", TextError::OutOfRange);
    check(1, u32::MAX, "", TextError::OutOfRange);
    check(1, 0, "", TextError::Empty);
    check(0, 1, &"x".repeat(MAX_INSERT + 1), TextError::TooLarge);
}

#[test]
fn characters_are_never_cut() {
    fn check(at: u32, delete: u32, insert: &str, delta: (u32, u32), after: &str) {
        let mut text = SharedText::new("a😀😁b", 1);
        let edit = text.splice(at, delete, insert).unwrap();
        let made = edit.deltas.first().unwrap();
        assert_eq!((made.at, made.deleted), delta);
        assert_eq!(text.text(), after);
        assert_sound(&text);
    }
    check(2, 0, "x", (1, 0), "ax😀😁b");
    check(2, 1, "", (1, 2), "a😁b");
    check(1, 1, "", (1, 2), "a😁b");
    check(2, 2, "x", (1, 4), "axb");
    check(1, 2, "", (1, 2), "a😁b");
}

#[test]
fn large_changes_are_cut_into_edits() {
    let mut ada = SharedText::new("", 1);
    let mut ben = SharedText::new("", 2);
    // 2,400 runs, so that deleting everything takes three edits.
    for _ in 0..1200 {
        let edit = ada.splice(0, 0, "ab").unwrap();
        deliver(&edit, 1, &mut ben);
        let edit = ben.splice(1, 0, "x").unwrap();
        deliver(&edit, 2, &mut ada);
    }
    let paste = "😀".repeat(MAX_INSERT / 2);
    let edits = ada.edit(0, ada.len(), &paste).unwrap();
    assert_eq!(edits.len(), 5);
    assert_eq!(ada.text(), paste);
    for edit in &edits {
        assert!(edit.update.len() <= admit::MAX_UPDATE);
        deliver(edit, 1, &mut ben);
    }
    assert_eq!(ben.text(), paste);
}

#[test]
fn pieces_fit_and_lose_nothing() {
    fn check(text: &str, count: usize) {
        let parts: Vec<&str> = pieces(text).collect();
        assert_eq!(parts.concat(), text);
        assert_eq!(parts.len(), count);
        assert!(parts.iter().all(|part| part.len() <= MAX_INSERT));
    }
    check("", 0);
    check("abc", 1);
    check(&"x".repeat(MAX_INSERT), 1);
    check(&"x".repeat(MAX_INSERT + 1), 2);
    check(&format!("x{}", "😀".repeat(MAX_INSERT / 4)), 2);
}

#[test]
fn an_earlier_session_is_taken_up() {
    let mut before = SharedText::new("base", 5);
    let edits = [
        before.splice(4, 0, " and").unwrap(),
        before.splice(0, 1, "B").unwrap(),
    ];
    let updates: Vec<(u64, &[u8])> = edits.iter().map(|e| (5, &*e.update)).collect();
    let (mut after, refused) = SharedText::rebuild("base", 5, &updates);
    assert_eq!(refused, [0usize; 0]);
    assert_eq!(after.digest(), before.digest());
    assert_eq!(after.next_clock(5), 5);
    let more = after.splice(8, 0, " more").unwrap();
    before.take_ahead();
    deliver(&more, 5, &mut before);
    assert_eq!(before.text(), "Base and more");
}

#[test]
fn an_edit_made_here_comes_back() {
    let mut text = SharedText::new("base", 5);
    let made = [text.splice(0, 1, "B"), text.splice(1, 3, "")].map(Result::unwrap);
    let come_back = |text: &mut SharedText, update: &[u8], clock| {
        let checked = check(update, 5, clock, &|_, _| true).unwrap();
        text.apply(&checked)
    };
    let rest = made[1].update.clone();
    assert_eq!(come_back(&mut text, &rest, 0), Err(TextError::Overtaken));
    assert_eq!(come_back(&mut text, &made[0].update, 0), Ok(Vec::new()));
    assert_eq!(text.text(), "B");
    let ahead = text.take_ahead();
    assert_eq!(ahead, [rest]);

    let mut rebuilt = SharedText::new("base", 5);
    for update in ahead {
        rebuilt.make_again(update).unwrap();
    }
    assert_eq!(rebuilt.text(), "b");
    assert!(rebuilt.is_ahead());
}

#[test]
fn places_hold_whole_characters() {
    #[track_caller]
    fn check(start: u32, end: u32, expected: Located) {
        // The pair is at clocks 1 and 2 of the base's writer.
        let text = SharedText::new("a😀b", 1);
        let id = |clock| CharId {
            client: text.base_client(),
            clock,
        };
        let range = StickyRange {
            start: id(start),
            end: id(end),
        };
        assert_eq!(text.locate(&range), expected);
        assert_eq!(text.locate_all(&[range]), [expected]);
    }
    let at = |start, end| Located::At {
        start,
        end,
        whole: true,
    };
    check(0, 3, at(0, 4));
    check(1, 2, at(1, 3));
    check(1, 1, at(1, 3));
    check(2, 2, at(1, 3));
    check(3, 0, Located::Gone);
    check(3, 4, Located::Waiting);
}
