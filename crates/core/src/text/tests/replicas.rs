//! Several people write at once and hear of each other late.

use super::*;
use crate::sorted::Map;
use crate::text::history::History;
use crate::text::sticky::{Shifted, shift};

/// An edit on its way, with what its writer had seen.
struct Sent {
    client: u64,
    update: Vec<u8>,
    seen: Map<u64, u32>,
    clock: u32,
    /// How many edits of each replica the writer had.
    had: Vec<usize>,
}

/// People, what each of them has sent and how much of it each has received.
pub(super) struct Room {
    pub(super) texts: Vec<SharedText>,
    pub(super) histories: Vec<History>,
    sent: Vec<Vec<Sent>>,
    received: Vec<Vec<usize>>,
    now: u64,
}

impl Room {
    pub(super) fn new(base: &str, people: usize) -> Self {
        Room {
            // Numbers that are not in the order in which people write.
            texts: (0..people)
                .map(|i| SharedText::new(base, (i as u64 * 7 + 3) % 11))
                .collect(),
            histories: (0..people).map(|_| History::default()).collect(),
            sent: (0..people).map(|_| Vec::new()).collect(),
            received: vec![vec![0; people]; people],
            now: 0,
        }
    }

    /// Somebody changes the text: keeps what they send for the others.
    pub(super) fn act(
        &mut self,
        who: usize,
        change: impl FnOnce(&mut SharedText, &mut History, u64) -> Vec<Edit>,
    ) {
        self.now += 200;
        let text = &mut self.texts[who];
        let mut before = text.text();
        let mut seen: Map<u64, u32> = text.writers.iter().map(|(c, w)| (*c, w.next)).collect();
        let client = text.client();
        let mut clock = text.next_clock(client);
        let edits = change(text, &mut self.histories[who], self.now);
        for edit in edits {
            apply_deltas(&mut before, &edit.deltas);
            let mut had = self.received[who].clone();
            had[who] = self.sent[who].len();
            let known = |c: u64, end: u32| end <= seen.get(&c).copied().unwrap_or(0);
            let checked = check(&edit.update, client, clock, &known).unwrap();
            let next = clock + checked.inserted_len();
            self.sent[who].push(Sent {
                client,
                update: edit.update,
                seen: seen.clone(),
                clock,
                had,
            });
            clock = next;
            seen.insert(client, clock);
        }
        self.received[who][who] = self.sent[who].len();
        assert_eq!(before, self.texts[who].text());
    }

    /// Somebody receives the next edit of somebody else, if there is one and
    /// everything it builds on is there.
    pub(super) fn receive(&mut self, who: usize, from: usize) -> bool {
        let next = self.received[who][from];
        let Some(sent) = self.sent[from].get(next) else {
            return false;
        };
        if who == from || sent.had.iter().zip(&self.received[who]).any(|(a, b)| a > b) {
            return false;
        }
        let known = |c: u64, end: u32| end <= sent.seen.get(&c).copied().unwrap_or(0);
        let checked = check(&sent.update, sent.client, sent.clock, &known).unwrap();
        let text = &mut self.texts[who];
        let mut content = text.text();
        let deltas = text.apply(&checked).unwrap();
        apply_deltas(&mut content, &deltas);
        assert_eq!(content, text.text());
        self.received[who][from] += 1;
        true
    }

    /// Everybody receives everything.
    pub(super) fn settle(&mut self) {
        let people = self.texts.len();
        let mut moved = true;
        while moved {
            moved = false;
            for who in 0..people {
                for from in 0..people {
                    moved |= self.receive(who, from);
                }
            }
        }
        for who in 0..people {
            for from in 0..people {
                assert_eq!(self.received[who][from], self.sent[from].len());
            }
        }
    }
}

/// What happens in a room.
#[derive(Debug, Clone)]
enum Happening {
    Splice(usize, u16, u16, String),
    Undo(usize),
    Redo(usize),
    Receive(usize, usize),
}

fn any_happening(people: usize) -> impl Strategy<Value = Happening> {
    let splice = (0..people, any::<u16>(), 0u16..6, any_text());
    prop_oneof![
        4 => splice.prop_map(|(who, at, del, ins)| Happening::Splice(who, at, del, ins)),
        1 => (0..people).prop_map(Happening::Undo),
        1 => (0..people).prop_map(Happening::Redo),
        4 => (0..people, 0..people).prop_map(|(who, from)| Happening::Receive(who, from)),
    ]
}

fn happen(room: &mut Room, happening: Happening) {
    match happening {
        Happening::Splice(who, at, delete, insert) => room.act(who, |text, history, now| {
            let at = within(text, at);
            let delete = u32::from(delete).min(text.len() - at);
            match history.edit(text, at, delete, &insert, now) {
                Err(TextError::Empty) => Vec::new(),
                edits => edits.unwrap(),
            }
        }),
        Happening::Undo(who) => room.act(who, |text, history, _| history.undo(text).unwrap()),
        Happening::Redo(who) => room.act(who, |text, history, _| history.redo(text).unwrap()),
        Happening::Receive(who, from) => {
            room.receive(who, from);
        }
    }
}

proptest! {
    #[test]
    fn replicas_converge(
        base in any_text(),
        happenings in prop::collection::vec(any_happening(3), 1..60),
    ) {
        let mut room = Room::new(&base, 3);
        for happening in happenings {
            happen(&mut room, happening);
        }
        room.settle();
        let first = &room.texts[0];
        assert_sound(first);
        for other in &room.texts {
            prop_assert_eq!(first.text(), other.text());
            prop_assert_eq!(first.digest(), other.digest());
        }
        // Replaying everything in one order gives the same again.
        let (rebuilt, refused) = replay(&room, &base);
        prop_assert_eq!(refused.len(), 0);
        prop_assert_eq!(rebuilt.digest(), first.digest());
    }

    #[test]
    fn places_stay_with_their_characters(
        base in "[abc ]{4,20}",
        (start, len) in (any::<u16>(), 1u16..8),
        happenings in prop::collection::vec(any_happening(3), 1..40),
    ) {
        let mut room = Room::new(&base, 3);
        let start = within(&room.texts[0], start).min(room.texts[0].len() - 1);
        let end = (start + u32::from(len)).min(room.texts[0].len());
        let range = room.texts[0].capture(start, end).unwrap();
        let named = room.texts[0].runs.between(start, end);
        for happening in happenings {
            happen(&mut room, happening);
            for text in &room.texts {
                assert_holds(text, &range, &named);
            }
        }
        room.settle();
        let places: Vec<Located> = room.texts.iter().map(|t| t.locate(&range)).collect();
        prop_assert!(places.iter().all(|place| *place == places[0]));
    }

    #[test]
    fn arithmetic_agrees_with_the_characters(
        base in "[abc]{6,20}",
        (start, end) in (0u32..6, 1u32..6),
        (at, delete, insert) in (any::<u16>(), 0u32..4, "[xy]{0,3}"),
    ) {
        let mut text = SharedText::new(&base, 1);
        let end = start + end.min(text.len() - start);
        let range = text.capture(start, end).unwrap();
        let at = within(&text, at);
        let delete = delete.min(text.len() - at);
        let Ok(edit) = text.splice(at, delete, &insert) else {
            return Ok(());
        };
        if let Shifted::To(start, end) = shift(start, end, &edit.deltas[0]) {
            prop_assert_eq!(text.locate(&range), Located::At { start, end, whole: true });
        }
    }

    #[test]
    fn undoing_everything_restores_the_base(
        base in any_text(),
        splices in prop::collection::vec((any::<u16>(), 0u16..6, any_text(), 0u64..1000), 1..30),
    ) {
        let mut text = SharedText::new(&base, 1);
        let mut history = History::default();
        let mut now = 0;
        for (at, delete, insert, pause) in splices {
            now += pause;
            let at = within(&text, at);
            let delete = u32::from(delete).min(text.len() - at);
            let _ = history.edit(&mut text, at, delete, &insert, now);
        }
        let written = text.text();
        let mut states = vec![];
        loop {
            states.push(text.text());
            if history.undo(&mut text).unwrap().is_empty() {
                break;
            }
        }
        prop_assert_eq!(text.text(), &*base);
        for state in states.iter().rev().skip(1) {
            prop_assert!(!history.redo(&mut text).unwrap().is_empty());
            prop_assert_eq!(text.text(), &**state);
        }
        prop_assert_eq!(text.text(), written);
        assert_sound(&text);
    }

    #[test]
    fn undoing_leaves_what_others_wrote(
        base in any_text(),
        happenings in prop::collection::vec(any_happening(2), 1..40),
        inserts in prop::collection::vec((any::<u16>(), any::<prop::sample::Index>()), 1..5),
    ) {
        // The second person only writes, in capitals, and the first does
        // anything but delete capitals, and undoes and redoes.
        let mut room = Room::new(&base, 2);
        let mut capitals = 0;
        let mut inserts = inserts.into_iter();
        for happening in happenings {
            match happening {
                Happening::Splice(1, ..) => {
                    let Some((at, _)) = inserts.next() else {
                        continue;
                    };
                    capitals += 1;
                    let at = within(&room.texts[1], at);
                    room.act(1, |text, _, _| text.edit(at, 0, "X").unwrap());
                }
                Happening::Undo(1) | Happening::Redo(1) => {}
                Happening::Splice(0, at, delete, insert) => {
                    let at = within(&room.texts[0], at);
                    let end = (at + u32::from(delete)).min(room.texts[0].len());
                    let content = room.texts[0].text();
                    if !units::slice(&content, at.saturating_sub(1), end + 1).contains('X') {
                        happen(&mut room, Happening::Splice(0, at as u16, delete, insert));
                    }
                }
                other => happen(&mut room, other),
            }
        }
        room.act(0, |text, history, _| {
            let mut edits = Vec::new();
            loop {
                let more = history.undo(text).unwrap();
                if more.is_empty() {
                    return edits;
                }
                edits.extend(more);
            }
        });
        room.settle();
        let text = room.texts[0].text();
        prop_assert_eq!(text.matches('X').count(), capitals);
        prop_assert_eq!(text.replace('X', ""), base);
        prop_assert_eq!(&text, &room.texts[1].text());
    }
}

/// Rebuilds the text from all edits, each person's after what it builds on.
fn replay(room: &Room, base: &str) -> (SharedText, Vec<usize>) {
    let people = room.sent.len();
    let mut taken = vec![0; people];
    let mut updates: Vec<(u64, &[u8])> = Vec::new();
    while let Some(from) = (0..people).find(|from| {
        let next = room.sent[*from].get(taken[*from]);
        next.is_some_and(|sent| sent.had.iter().zip(&taken).all(|(a, b)| a <= b))
    }) {
        let sent = &room.sent[from][taken[from]];
        updates.push((sent.client, &sent.update));
        taken[from] += 1;
    }
    SharedText::rebuild(base, 99, &updates)
}

/// A place begins at or after every character before it and ends likewise: it
/// holds exactly the named characters that are left, and what was written
/// between them.
fn assert_holds(text: &SharedText, range: &StickyRange, named: &[runs::Span]) {
    let left: Vec<(u32, u32)> = named
        .iter()
        .flat_map(|span| text.runs.present(span))
        .map(|(at, part)| (at, at + part.len))
        .collect();
    let first = left.iter().map(|(start, _)| *start).min();
    let last = left.iter().map(|(_, end)| *end).max();
    match text.locate(range) {
        Located::Waiting => panic!("the base is everywhere"),
        Located::Gone => assert_eq!(first, None),
        Located::At { start, end, whole } => {
            if whole {
                assert_eq!((Some(start), Some(end)), (first, last));
            }
            assert!(first.is_none_or(|first| start <= first));
            assert!(last.is_none_or(|last| last <= end));
        }
    }
    assert_eq!(text.locate_all(&[*range]), [text.locate(range)]);
}
