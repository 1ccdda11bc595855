//! What shared text costs: typing, merging others' edits, placing anchors.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and benchmarks may stop at what must not happen"
)]

use divan::{Bencher, black_box};
use postil_core::anchor::Anchor;
use postil_core::text::admit::check;
use postil_core::text::{Edit, SharedText};

fn main() {
    divan::main();
}

/// A text of about 6,000 words.
fn base() -> String {
    "Write down what you decided, and why. ".repeat(900)
}

/// Two texts that were edited in a thousand places, and the edits that made
/// the second from the first one's base.
fn edited() -> (SharedText, Vec<Edit>) {
    let mut text = SharedText::new(&base(), 1);
    let mut edits = Vec::new();
    let mut at = 1;
    for i in 0..1000 {
        // A walk over the text that hits every part of it.
        at = (at + 7919) % text.len();
        let edit = match i % 4 {
            0 => text.splice(at.min(text.len() - 3), 3, ""),
            _ => text.splice(at, 0, "word "),
        };
        edits.extend(edit);
    }
    (text, edits)
}

/// One keystroke at the end of a text with a thousand edits.
#[divan::bench]
fn keystroke(bencher: Bencher<'_, '_>) {
    bencher
        .with_inputs(|| edited().0)
        .bench_local_values(|mut text| {
            let edit = text.splice(text.len(), 0, "x");
            (edit, text)
        });
}

/// Checking and merging a thousand edits of somebody else.
#[divan::bench]
fn merge_1000_edits(bencher: Bencher<'_, '_>) {
    let (_, edits) = edited();
    bencher
        .with_inputs(|| SharedText::new(&base(), 2))
        .bench_local_values(|mut text| {
            for edit in &edits {
                let known = |client, end| end <= text.next_clock(client);
                let checked = check(&edit.update, 1, text.next_clock(1), &known);
                let _ = black_box(checked.map(|checked| text.apply(&checked)));
            }
            text
        });
}

/// Placing ten thousand anchors in a text with a thousand edits.
#[divan::bench]
fn place_10000_anchors(bencher: Bencher<'_, '_>) {
    let text = edited().0;
    let ranges: Vec<_> = (0..10_000)
        .filter_map(|i| text.capture(i * 3, i * 3 + 20))
        .collect();
    bencher.bench_local(|| text.locate_all(black_box(&ranges)));
}

/// The same when a tenth of the anchored text has been deleted.
#[divan::bench]
fn place_10000_anchors_after_deletions(bencher: Bencher<'_, '_>) {
    let mut text = edited().0;
    let ranges: Vec<_> = (0..10_000)
        .filter_map(|i| text.capture(i * 3, i * 3 + 20))
        .collect();
    for at in (0..text.len()).step_by(100).rev() {
        let _ = text.edit(at, 10.min(text.len() - at), "");
    }
    bencher.bench_local(|| text.locate_all(black_box(&ranges)));
}

/// Describing a selection of a text of 6,000 words whose sentences repeat.
#[divan::bench]
fn describe(bencher: Bencher<'_, '_>) {
    let shared = SharedText::new(&base(), 1);
    let text = shared.text();
    bencher.bench_local(|| Anchor::describe(&shared, &text, 17_000, 17_040));
}
