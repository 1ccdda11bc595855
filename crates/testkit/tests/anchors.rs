//! How well anchors hold when texts are changed: every kind of change, many
//! times, against the truth. `cargo test -p postil-testkit --test anchors --
//! --nocapture` prints the table.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use std::sync::Mutex;

use postil_core::anchor::Anchor;
use postil_core::anchor::index::TextIndex;
use postil_core::anchor::search::Search;
use postil_core::discussion::Placement;
use postil_core::text::SharedText;
use postil_testkit::prose::{Change, Later, Prose};
use postil_testkit::random::Random;
use postil_testkit::seeds::for_each_seed;

const TRIALS: u64 = 300;
const CHANGES: [(&str, Change); 6] = [
    ("10 % of its words", Change::Words(10)),
    ("35 % of its words", Change::Words(35)),
    ("70 % of its words", Change::Words(70)),
    ("two sentences inserted", Change::Inserted),
    ("cut and pasted", Change::Moved),
    ("deleted", Change::Deleted),
];
const COPIES: [u64; 2] = [0, 15];

/// What became of the anchors of one cell.
#[derive(Debug, Default, Clone, Copy)]
struct Cell {
    placed: u32,
    misplaced: u32,
    proposed: u32,
    wrongly_proposed: u32,
    detached: u32,
}

fn units(text: &str, byte: usize) -> u32 {
    text[..byte].encode_utf16().count() as u32
}

/// What two ranges have in common, of what they have together, in percent.
fn overlap(a: (u32, u32), b: (u32, u32)) -> u32 {
    let common = a.1.min(b.1).saturating_sub(a.0.max(b.0));
    let together = a.1.max(b.1) - a.0.min(b.0);
    common * 100 / together.max(1)
}

impl Cell {
    fn count(&mut self, later: &Later, placement: Placement, sticky: bool) {
        let truth = later.truth;
        let truth = truth.map(|(from, to)| (units(&later.text, from), units(&later.text, to)));
        let right = |start, end| truth.is_some_and(|truth| overlap(truth, (start, end)) >= 50);
        // An anchor that follows its characters has what is left of them, which may be little.
        let left = |start, end| truth.is_some_and(|truth| truth.0 <= start && end <= truth.1);
        match placement {
            Placement::Placed { start, end } if right(start, end) => self.placed += 1,
            Placement::Placed { start, end } if sticky && left(start, end) => self.placed += 1,
            Placement::Placed { .. } => self.misplaced += 1,
            Placement::Proposed { start, end, .. } if right(start, end) => self.proposed += 1,
            Placement::Proposed { .. } => self.wrongly_proposed += 1,
            _ => self.detached += 1,
        }
    }
}

/// Where an anchor is in a page, with the search for what the index misses.
fn in_page(anchor: &Anchor, text: &str) -> Placement {
    let index = TextIndex::new(text.into());
    let placement = index.resolve(anchor);
    let search = (placement == Placement::Detached).then(|| Search::new(anchor));
    let Some(mut search) = search.flatten() else {
        return placement;
    };
    loop {
        if let Some(found) = search.step(&index, 1000) {
            return found;
        }
    }
}

#[test]
fn anchors_hold_and_never_move_silently() {
    for sticky in [false, true] {
        println!(
            "\n{}",
            if sticky {
                "in a shared text"
            } else {
                "in a page"
            }
        );
        println!("change                  copies  placed wrong  proposed wrong  detached");
        for (name, change) in CHANGES {
            for copies in COPIES {
                let cell = trials(change, copies, sticky);
                let Cell {
                    placed,
                    misplaced,
                    proposed,
                    wrongly_proposed,
                    detached,
                } = cell;
                println!(
                    "{name:23} {copies:4} % {placed:7} {misplaced:5} {proposed:9} \
                     {wrongly_proposed:5} {detached:9}"
                );
                judge(name, change, copies, cell);
            }
        }
    }
}

/// Single words come again by chance, in new sentences and in place of others.
#[test]
fn single_words_never_move_silently() {
    // There is no room inside of a word for two sentences.
    let changes = CHANGES
        .iter()
        .filter(|(_, change)| *change != Change::Inserted);
    for (name, change) in changes {
        let cell = Mutex::new(Cell::default());
        for_each_seed("anchors", 4 * TRIALS, |seed| {
            let random = &mut Random::new(seed);
            let prose = Prose::new(random, 60, 0);
            let (sentence, word, _) = prose.passage(random);
            let passage = (sentence, word, word);
            let (from, to) = prose.bytes(passage);
            let (start, end) = (units(&prose.text, from), units(&prose.text, to));
            let later = prose.later(random, passage, *change);
            let anchor = Anchor::describe_text(&prose.text, start, end).unwrap();
            let placement = in_page(&anchor, &later.text);
            cell.lock().unwrap().count(&later, placement, false);
        });
        let cell = cell.into_inner().unwrap();
        println!("one word, {name}: {cell:?}");
        assert_eq!(cell.misplaced, 0, "{name}: placed where they are not");
        assert!(cell.wrongly_proposed * 20 <= 4 * TRIALS as u32, "{name}");
    }
}

fn trials(change: Change, copies: u64, sticky: bool) -> Cell {
    let cell = Mutex::new(Cell::default());
    for_each_seed("anchors", TRIALS, |seed| {
        let random = &mut Random::new(seed);
        let prose = Prose::new(random, 60, copies);
        let passage = prose.passage(random);
        let (from, to) = prose.bytes(passage);
        let (start, end) = (units(&prose.text, from), units(&prose.text, to));
        let later = prose.later(random, passage, change);
        let placement = match sticky {
            false => {
                let anchor = Anchor::describe_text(&prose.text, start, end).unwrap();
                in_page(&anchor, &later.text)
            }
            true => {
                let mut shared = SharedText::new(&prose.text, 1);
                let anchor = Anchor::describe(&shared, &prose.text, start, end).unwrap();
                for edit in later.edits.iter().rev() {
                    let at = units(&prose.text, edit.from);
                    let deleted = units(&prose.text, edit.to) - at;
                    shared.edit(at, deleted, &edit.with).unwrap();
                }
                assert_eq!(shared.text(), later.text);
                anchor.resolve(&shared, &later.text)
            }
        };
        cell.lock().unwrap().count(&later, placement, sticky);
    });
    cell.into_inner().unwrap()
}

/// What each cell must keep.
#[track_caller]
fn judge(name: &str, change: Change, copies: u64, cell: Cell) {
    let at_least = |count: u32, percent: u32| {
        let least = TRIALS as u32 * percent / 100;
        assert!(count >= least, "{name}: {count} of {least}");
    };
    assert_eq!(cell.misplaced, 0, "{name}: placed where they are not");
    let right = cell.placed + cell.proposed;
    match change {
        Change::Words(10) => at_least(right, 95),
        Change::Words(35) => at_least(right, 90),
        Change::Words(_) => at_least(right, 75),
        Change::Inserted => at_least(right, 90),
        Change::Moved => at_least(cell.placed, if copies == 0 { 99 } else { 70 }),
        Change::Deleted => {
            assert_eq!(right, 0, "{name}: placed though it is gone");
            at_least(cell.detached, if copies == 0 { 97 } else { 90 });
        }
    }
    at_least(TRIALS as u32 - cell.wrongly_proposed, 90);
}
