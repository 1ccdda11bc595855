//! What must not get through, and that what gets through does no harm.

use super::*;
use crate::text::admit::{AdmitError, Checked};
use crate::text::runs::Span;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).unwrap());
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).unwrap())
        .collect()
}

/// Updates that are known to crash yrs 0.28.1, to make it take all memory, to
/// make it unable to encode ever again, or to delete what is yet to be
/// written. yrs must never see any of them.
#[test]
fn known_killers_are_refused() {
    for hex in [
        "010101ffffffff0f000100",
        "0101000200ffffffff0f00",
        "0101e707fcffffff0f000f00",
        "020103000001010337a100000100",
        "0101e707ffffffff0f00ffffffff0f00",
        "010100009200000003000000000000",
        "0101000082000000070000000000000000",
        "0101010100010100010000",
        "010401ffffffff07a902000467756900770501f09f9880000500ffffffff070a0100ff000001000000",
        "00010b010101ffffffff0f000100",
        // Block and client counts far beyond what follows.
        "01808099381e00",
        "8088890d",
        // A deletion of everything that client 1 will ever write.
        "00010101018080808004",
    ] {
        for client in [0, 1, 2, 999] {
            let known = |_, end| end <= 10;
            for clock in [0, 1, 7] {
                assert!(check(&bytes(hex), client, clock, &known).is_err(), "{hex}");
            }
        }
    }
}

/// Three updates of one writer that yrs 0.28.1 merges wrongly, and without an
/// error, when they arrive in the order 3, 2, 1. The check lets only the next
/// one of a writer through.
#[test]
fn reordered_updates_are_refused() {
    let updates = [
        "01010100040101780364656600",
        "010102008401020364656600",
        "010301038402020264658401040166c40104010502626300",
    ];
    let text = SharedText::new("", 9);
    let known = |client, end| end <= text.next_clock(client);
    for (hex, error) in updates.iter().zip([
        // These were made in another root.
        AdmitError::Unsupported,
        AdmitError::WrongWriter,
        AdmitError::Unsupported,
    ]) {
        assert_eq!(check(&bytes(hex), 1, 0, &known).unwrap_err(), error);
    }
    // The same by our own means: only in order.
    let mut ada = SharedText::new("", 1);
    let edits: Vec<Edit> = ["def", "def", "bc"]
        .iter()
        .map(|insert| ada.splice(0, 0, insert).unwrap())
        .collect();
    let mut ben = SharedText::new("", 2);
    for edit in edits.iter().skip(1) {
        let known = |client, end| end <= ben.next_clock(client);
        let refused = check(&edit.update, 1, ben.next_clock(1), &known);
        assert_eq!(refused.unwrap_err(), AdmitError::WrongClock);
    }
    for edit in &edits {
        deliver(edit, 1, &mut ben);
    }
    assert_eq!(ben.text(), "bcdefdef");
}

#[test]
fn only_the_one_form_of_an_edit_is_let_in() {
    /// Checks bytes for writer 1 at clock 3, who has seen 5 characters of
    /// writer 2.
    #[track_caller]
    fn check(hex: &str, expected: Result<u32, AdmitError>) {
        let update = bytes(hex);
        let known = |client: u64, end: u32| client == 2 && end <= 5;
        let found = admit::check(&update, 1, 3, &known);
        assert_eq!(found.map(|checked| checked.inserted_len()), expected);
    }
    use AdmitError::*;
    // One string after a character of writer 2.
    check("0101 0103 84 0204 0161 00", Ok(1));
    check("0101 0103 c4 0204 0100 03e4b8ad 00", Ok(1));
    check("0101 0103 44 0102 04f09f9880 00", Ok(2));
    check("0101 0103 04 01 0474657874 0161 00", Ok(1));
    // The same and a deletion; a deletion alone.
    check("0101 0103 84 0204 0161 01 02 01 0003", Ok(1));
    check("00 02 01 01 0001 02 02 0001 0203", Ok(0));
    // Wrong writer, clock, count.
    check("0101 0203 84 0204 0161 00", Err(WrongWriter));
    check("0101 0102 84 0204 0161 00", Err(WrongClock));
    check("0102 0103 84 0204 0161 84 0103 0162 00", Err(Unsupported));
    check("0201 0103 84 0204 0161 0101 0200 0161 00", Err(Unsupported));
    // Not a string: garbage, deleted, JSON, binary, embed, format, type, any,
    // document, skip, a map entry, an unknown flag.
    for info in [
        "80", "81", "82", "83", "85", "86", "87", "88", "89", "8a", "a4", "94",
    ] {
        check(&format!("0101 0103 {info} 0204 0161 00"), Err(Unsupported));
    }
    // Another root, a parent by name of a block, no text.
    check("0101 0103 04 01 0474657875 0161 00", Err(Unsupported));
    check("0101 0103 04 00 0200 0161 00", Err(Unsupported));
    check("0101 0103 84 0204 00 00", Err(Unsupported));
    check("00 00", Err(Unsupported));
    // Not seen: by the writer, or not yet written by the writer itself.
    check("0101 0103 84 0205 0161 00", Err(NotSeen));
    check("0101 0103 84 0103 0161 00", Err(NotSeen));
    check("0101 0103 84 0300 0161 00", Err(NotSeen));
    check("00 01 02 01 0303", Err(NotSeen));
    check("00 01 01 01 0301", Err(NotSeen));
    check("0101 0103 84 0204 0161 01 01 01 0301", Err(NotSeen));
    // Not canonical: long numbers, order, overlap, adjacency, emptiness.
    check("0101 0103 84 8200 04 0161 00", Err(Malformed));
    check("00 02 02 01 0001 01 01 0001", Err(Malformed));
    check("00 02 01 01 0001 01 01 0201", Err(Malformed));
    check("00 01 02 02 0203 0001", Err(Malformed));
    check("00 01 02 02 0001 0101", Err(Malformed));
    check("00 01 02 01 0000", Err(Malformed));
    check("00 01 02 00", Err(Malformed));
    check("00 01 02 01 ffffffff0f 02", Err(Malformed));
    // Cut short, trailing, not UTF-8, numbers too large.
    check("0101 0103 84 0204 0261 00", Err(Malformed));
    check("0101 0103 84 0204 0161", Err(Malformed));
    check("0101 0103 84 0204 0161 00 00", Err(Malformed));
    check("0101 0103 84 0204 01ff 00", Err(Malformed));
    check("0101 0103 84 02 8080808010 0161 00", Err(Malformed));
    check("0101 0103 84 ffffffffffffffff7f 04 0161 00", Err(Malformed));
    check("", Err(Malformed));
}

#[test]
fn sizes_are_limited() {
    fn insert(len: usize) -> Vec<u8> {
        let mut text = SharedText::new("", 1);
        let mut update = text.splice(0, 0, "x").unwrap().update;
        // Replace "\x01x" by a longer string.
        update.truncate(update.len() - 3);
        let mut rest = len;
        while rest >= 0x80 {
            update.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        update.push(rest as u8);
        update.extend(std::iter::repeat_n(b'x', len));
        update.push(0);
        update
    }
    let none = |_, _| false;
    let len = |update: &[u8], clock| check(update, 1, clock, &none).map(|c| c.inserted_len());
    assert_eq!(len(&insert(MAX_INSERT), 0), Ok(MAX_INSERT as u32));
    assert_eq!(len(&insert(MAX_INSERT + 1), 0), Err(AdmitError::TooLarge));
    assert_eq!(
        len(&insert(admit::MAX_UPDATE), 0),
        Err(AdmitError::TooLarge)
    );
    let ranges = |count: u32| {
        let mut update = vec![0, 1, 2, count as u8 | 0x80, (count >> 7) as u8];
        for _ in 0..count {
            update.extend([0x80, 0x80, 0x40, 1]);
        }
        // Ranges must ascend.
        for (i, range) in update[5..].chunks_mut(4).enumerate() {
            range[0] = 0x80 | (i as u8 & 0x3f) << 1;
            range[1] = 0x80 | (i >> 6) as u8;
        }
        update
    };
    let all = |_, _| true;
    assert!(check(&ranges(1000), 1, 0, &all).is_ok());
    assert_eq!(
        check(&ranges(1001), 1, 0, &all).unwrap_err(),
        AdmitError::TooLarge
    );
}

#[test]
fn the_halves_of_a_character_can_not_be_told_apart() {
    fn check(insert: Option<(Option<u32>, Option<u32>)>, delete: Option<(u32, u32)>, fits: bool) {
        // Writer 2 has written "a😀b": the pair is at clocks 1 and 2.
        let mut text = SharedText::new("", 1);
        let mut ben = SharedText::new("", 2);
        deliver(&ben.splice(0, 0, "a😀b").unwrap(), 2, &mut text);
        let id = |clock| CharId { client: 2, clock };
        let update = [0u8];
        let edit = Checked {
            bytes: &update,
            client: 3,
            clock: 0,
            insert: insert.map(|(left, right)| admit::Insert {
                text: "x",
                len: 1,
                left: left.map(id),
                right: right.map(id),
            }),
            deletes: delete
                .map(|(clock, len)| Span {
                    client: 2,
                    clock,
                    len,
                })
                .into_iter()
                .collect(),
        };
        let expected = match fits {
            true => Ok(()),
            false => Err(TextError::CutsCharacter),
        };
        assert_eq!(text.fits(&edit), expected);
    }
    check(Some((Some(0), Some(1))), None, true);
    check(Some((Some(1), Some(2))), None, false);
    check(Some((Some(1), None)), None, false);
    check(Some((None, Some(2))), None, false);
    check(Some((Some(2), Some(3))), None, true);
    check(None, Some((1, 2)), true);
    check(None, Some((0, 4)), true);
    check(None, Some((1, 1)), false);
    check(None, Some((2, 1)), false);
    check(None, Some((0, 2)), false);
}

/// An update as a hostile editor might make it: in form, but with neighbours
/// and deletions of its own choosing among what exists.
fn forged(text: &SharedText, client: u64, picks: &[u16], insert: &str) -> Vec<u8> {
    let ids: Vec<CharId> = text
        .writers
        .iter()
        .flat_map(|(client, writer)| {
            (0..writer.next).map(|clock| CharId {
                client: *client,
                clock,
            })
        })
        .collect();
    let pick = |i: usize| {
        let n = usize::from(*picks.get(i)?);
        ids.get(n % (ids.len() + 1)).copied()
    };
    let mut out = Vec::new();
    let number = |mut n: u64, out: &mut Vec<u8>| {
        while n >= 0x80 {
            out.push(n as u8 | 0x80);
            n >>= 7;
        }
        out.push(n as u8);
    };
    if insert.is_empty() {
        out.push(0);
    } else {
        let (left, right) = (pick(0), pick(1));
        out.extend([1, 1]);
        number(client, &mut out);
        number(text.next_clock(client).into(), &mut out);
        out.push(4 | (left.is_some() as u8) << 7 | (right.is_some() as u8) << 6);
        for id in [left, right].into_iter().flatten() {
            number(id.client, &mut out);
            number(id.clock.into(), &mut out);
        }
        if left.is_none() && right.is_none() {
            out.extend(*b"\x01\x04text");
        }
        number(insert.len() as u64, &mut out);
        out.extend(insert.as_bytes());
    }
    let mut gone: Vec<CharId> = (2..picks.len()).filter_map(pick).collect();
    gone.sort_unstable();
    gone.dedup();
    let mut spans: Vec<Span> = Vec::new();
    for CharId { client, clock } in gone {
        let one = Span {
            client,
            clock,
            len: 1,
        };
        if !spans.last_mut().is_some_and(|last| last.extend(&one)) {
            spans.push(one);
        }
    }
    let groups: Vec<&[Span]> = spans.chunk_by(|a, b| a.client == b.client).collect();
    number(groups.len() as u64, &mut out);
    for group in groups {
        number(group[0].client, &mut out);
        number(group.len() as u64, &mut out);
        for span in group {
            number(span.clock.into(), &mut out);
            number(span.len.into(), &mut out);
        }
    }
    out
}

/// Offers an update to a text. What is let in must be merged or refused whole,
/// and leave a text that goes on working.
fn offer(text: &mut SharedText, client: u64, update: &[u8]) -> bool {
    let known = |client, end| end <= text.next_clock(client);
    let Ok(checked) = check(update, client, text.next_clock(client), &known) else {
        return false;
    };
    let mut content = text.text();
    let merged = text.apply(&checked);
    match &merged {
        Ok(deltas) => apply_deltas(&mut content, deltas),
        Err(error) => assert_eq!(*error, TextError::CutsCharacter),
    }
    assert_eq!(text.text(), content);
    assert!(!text.doc.transact().has_missing_updates());
    merged.is_ok()
}

/// What a hostile editor does to good bytes.
#[derive(Debug, Clone)]
enum Damage {
    Set(prop::sample::Index, u8),
    Remove(prop::sample::Index),
    Insert(prop::sample::Index, u8),
    Truncate(prop::sample::Index),
}

fn any_damage() -> impl Strategy<Value = Damage> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        at().prop_map(Damage::Remove),
        (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        at().prop_map(Damage::Truncate),
    ]
}

fn damaged(mut update: Vec<u8>, damage: &[Damage]) -> Vec<u8> {
    for one in damage {
        let len = update.len();
        if len == 0 {
            break;
        }
        match one {
            Damage::Set(at, byte) => update[at.index(len)] = *byte,
            Damage::Remove(at) => drop(update.remove(at.index(len))),
            Damage::Insert(at, byte) => update.insert(at.index(len), *byte),
            Damage::Truncate(at) => update.truncate(at.index(len)),
        }
    }
    update
}

proptest! {
    #[test]
    fn any_bytes_are_survived(update in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = check(&update, 1, 0, &|_, _| true);
    }

    #[test]
    fn forged_and_damaged_edits_do_no_harm(
        base in any_text(),
        edits in prop::collection::vec(
            (1u64..5, prop::collection::vec(any::<u16>(), 0..6), any_text(),
             prop::collection::vec(any_damage(), 0..3)),
            1..30,
        ),
    ) {
        let mut text = SharedText::new(&base, 1);
        let mut log: Vec<(u64, Vec<u8>)> = Vec::new();
        for (client, picks, insert, damage) in edits {
            let update = damaged(forged(&text, client, &picks, &insert), &damage);
            if offer(&mut text, client, &update) {
                log.push((client, update));
            }
        }
        assert_sound(&text);
        // The text still works, and replaying it gives the same.
        let edit = text.splice(text.len(), 0, "end").unwrap();
        log.push((1, edit.update));
        let updates: Vec<(u64, &[u8])> = log.iter().map(|(c, u)| (*c, &**u)).collect();
        let (rebuilt, refused) = SharedText::rebuild(&base, 1, &updates);
        prop_assert_eq!(refused.len(), 0);
        prop_assert_eq!(rebuilt.digest(), text.digest());
    }
}
