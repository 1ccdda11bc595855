//! What anchors cost on a page of 1 MB with 1,000 of them, where one word in
//! twenty-five was changed since they were made.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and benchmarks may stop at what must not happen"
)]

use divan::{Bencher, black_box};
use postil_core::anchor::Anchor;
use postil_core::anchor::index::TextIndex;
use postil_core::anchor::search::Search;
use postil_core::discussion::Placement;

fn main() {
    outcome();
    divan::main();
}

/// Numbers that look drawn by lot (Knuth's linear congruence).
struct Lot(u64);

impl Lot {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Words of two to ten letters, the short ones more often.
fn word(lot: &mut Lot) -> String {
    let mut number = lot.below(90) * lot.below(90);
    let mut word = String::new();
    for _ in 0..1 + number / 2000 {
        word.push_str(
            [
                "ta", "re", "son", "li", "mar", "o", "ken", "du", "pi", "vel",
            ][(number % 10) as usize],
        );
        number = number / 7 + 3;
    }
    word + ["", "n", "s", "t"][(number % 4) as usize]
}

/// A page of 1 MB, 1,000 anchors on 40 to 120 characters of it, and the page
/// after one word in so many was changed.
fn page(changed: u64) -> (Vec<Anchor>, String) {
    let lot = &mut Lot(7);
    let mut words: Vec<String> = Vec::new();
    let mut len = 0;
    while len < 1_000_000 {
        let word = word(lot);
        len += word.len() + 1;
        words.push(word);
    }
    let text = words.join(" ");
    let index = TextIndex::new(text.as_str().into());
    let anchors = (0..1000).filter_map(|_| {
        let start = lot.below(text.len() as u64 - 200) as u32;
        index.describe(start, start + 40 + lot.below(80) as u32)
    });
    let anchors = anchors.collect();
    for word in &mut words {
        if lot.below(changed) == 0 {
            *word = self::word(lot);
        }
    }
    (anchors, words.join(" "))
}

#[divan::bench]
fn index_1_mb(bencher: Bencher<'_, '_>) {
    let (_, text) = page(25);
    bencher.bench_local(|| TextIndex::new(black_box(text.as_str().into())));
}

#[divan::bench]
fn resolve_1000_anchors(bencher: Bencher<'_, '_>) {
    let (anchors, text) = page(25);
    let anchors: Vec<&Anchor> = anchors.iter().collect();
    let index = TextIndex::new(text.into());
    bencher.bench_local(|| black_box(index.resolve_all(black_box(&anchors))));
}

/// Of a page that did not change.
#[divan::bench]
fn resolve_1000_exact_anchors(bencher: Bencher<'_, '_>) {
    let (anchors, text) = page(u64::MAX);
    let anchors: Vec<&Anchor> = anchors.iter().collect();
    let index = TextIndex::new(text.into());
    bencher.bench_local(|| black_box(index.resolve_all(black_box(&anchors))));
}

/// Nothing of the anchors is on this page.
#[divan::bench]
fn resolve_1000_orphans(bencher: Bencher<'_, '_>) {
    let (anchors, _) = page(25);
    let (_, text) = page(1);
    let anchors: Vec<&Anchor> = anchors.iter().collect();
    let index = TextIndex::new(text.into());
    bencher.bench_local(|| black_box(index.resolve_all(black_box(&anchors))));
}

#[divan::bench]
fn describe_in_1_mb(bencher: Bencher<'_, '_>) {
    let (_, text) = page(25);
    let index = TextIndex::new(text.into());
    bencher.bench_local(|| index.describe(black_box(700_000), 700_080));
}

/// One anchor in all of the text, with what the index can not find.
#[divan::bench]
fn search_1_mb(bencher: Bencher<'_, '_>) {
    let (anchors, text) = page(2);
    let index = TextIndex::new(text.into());
    bencher.bench_local(|| {
        let mut search = Search::new(&anchors[0]).unwrap();
        loop {
            if let Some(found) = search.step(&index, 1_000_000) {
                return found;
            }
        }
    });
}

/// How many are placed, proposed and detached: what the times are for.
fn outcome() {
    for changed in [u64::MAX, 25, 8, 2] {
        let (anchors, text) = page(changed);
        let index = TextIndex::new(text.into());
        let anchors: Vec<&Anchor> = anchors.iter().collect();
        let mut counts = [0; 3];
        for placement in index.resolve_all(&anchors) {
            counts[match placement {
                Placement::Placed { .. } => 0,
                Placement::Proposed { .. } => 1,
                _ => 2,
            }] += 1;
        }
        println!("one word in {changed} changed: placed, proposed, detached {counts:?}");
    }
}
