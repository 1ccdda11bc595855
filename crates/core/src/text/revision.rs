//! Concurrent versions of one comment, merged letter by letter.

use super::admit;
use super::writer::first_53_bits;
use super::{SharedText, units};
use crate::id;
use crate::sorted;

/// One change of the base: the words from `start` to `end` (bytes of the
/// base) replaced by `insert`.
#[derive(Clone, PartialEq, Eq)]
struct Change<'a> {
    start: usize,
    end: usize,
    insert: &'a str,
}

/// Merges versions that were all made from `base`: what any of them deleted is
/// gone, what any of them wrote is there, and a change that several made alike
/// is made once. The order of `versions` does not matter.
pub fn merge_revisions(base: &str, versions: &[&str]) -> String {
    let mut versions = versions.to_vec();
    sorted::sort(&mut versions);
    versions.dedup();
    match versions.as_slice() {
        [] => return base.to_owned(),
        [only] => return (*only).to_owned(),
        _ => {}
    }
    let mut merged = SharedText::new(base, 0);
    let mut made: Vec<Change<'_>> = Vec::new();
    for version in versions {
        let digest = id::hash(b"postil/1/text-revision\0", &[version.as_bytes()]);
        let client = first_53_bits(&digest);
        let mut own = SharedText::new(base, client);
        // From the last change to the first, so that none moves another.
        for change in changes(base, version).into_iter().rev() {
            if made.contains(&change) {
                continue;
            }
            let at = units::from_bytes(base, change.start);
            let delete = units::from_bytes(base, change.end) - at;
            let edits = own.edit(at, delete, change.insert).unwrap_or_default();
            for edit in edits {
                let known = |client, end| end <= merged.next_clock(client);
                let clock = merged.next_clock(client);
                if let Ok(checked) = admit::check(&edit.update, client, clock, &known) {
                    // Our own edits of the same base always fit.
                    let _ = merged.apply(&checked);
                }
            }
            made.push(change);
        }
    }
    merged.text()
}

/// What turns `base` into `version`, in order: the words that differ, and of
/// those only the letters that do.
fn changes<'a>(base: &str, version: &'a str) -> Vec<Change<'a>> {
    let (old, new) = (words(base), words(version));
    let kept = kept_words(&old, &new);
    let mut changes = Vec::new();
    let (mut i, mut j) = (0, 0);
    let (mut old_at, mut new_at) = (0, 0);
    for (next_i, next_j) in kept.into_iter().chain([(old.len(), new.len())]) {
        let old_end = old_at + length(&old, i, next_i);
        let new_end = new_at + length(&new, j, next_j);
        let before = base.get(old_at..old_end).unwrap_or("");
        let after = version.get(new_at..new_end).unwrap_or("");
        changes.extend(trimmed(old_at, before, after));
        let word = length(&old, next_i, next_i + 1);
        (old_at, new_at) = (old_end + word, new_end + word);
        (i, j) = (next_i + 1, next_j + 1);
    }
    changes
}

/// Total length of the words from `from` to `to`.
fn length(words: &[&str], from: usize, to: usize) -> usize {
    let words = words.iter().take(to).skip(from);
    words.map(|word| word.len()).sum()
}

/// The change from `before`, which starts at `at`, to `after`, without what
/// they have in common at their beginnings and ends.
fn trimmed<'a>(at: usize, before: &str, after: &'a str) -> Option<Change<'a>> {
    let same = |(a, b): &(char, char)| a == b;
    let bytes = |(c, _): (char, char)| c.len_utf8();
    let head = before.chars().zip(after.chars());
    let head: usize = head.take_while(same).map(bytes).sum();
    let (before, after) = (before.get(head..)?, after.get(head..)?);
    let tail = before.chars().rev().zip(after.chars().rev());
    let tail: usize = tail.take_while(same).map(bytes).sum();
    let change = Change {
        start: at + head,
        end: at + head + before.len() - tail,
        insert: after.get(..after.len() - tail)?,
    };
    (change.start < change.end || !change.insert.is_empty()).then_some(change)
}

/// A text as words and the white space between them.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, c) in text.char_indices() {
        let space = c.is_whitespace();
        if last.is_some_and(|last| last != space) {
            words.extend(text.get(start..at));
            start = at;
        }
        last = Some(space);
    }
    words.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    words
}

/// The most words that are in both, in the same order: a longest common
/// subsequence, as pairs of positions. Texts of which too much differs count
/// as having nothing in common between their common beginning and end.
fn kept_words(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    const MOST_CELLS: usize = 1 << 20;
    let same = |(a, b): &(&&str, &&str)| a == b;
    let head = old.iter().zip(new).take_while(same).count();
    let (old_rest, new_rest) = (old.len() - head, new.len() - head);
    let tail = old.iter().rev().zip(new.iter().rev());
    let tail = tail.take(old_rest.min(new_rest)).take_while(same).count();
    let (rows, columns) = (old_rest - tail, new_rest - tail);
    let equal = |i: usize, j: usize| old.get(head + i) == new.get(head + j);

    let mut kept: Vec<(usize, usize)> = (0..head).map(|i| (i, i)).collect();
    if rows.saturating_mul(columns) <= MOST_CELLS {
        // longest[i][j]: how many words the rests from i and from j share.
        let width = columns + 1;
        let mut longest = vec![0u16; (rows + 1) * width];
        let cell =
            |longest: &[u16], i: usize, j: usize| longest.get(i * width + j).copied().unwrap_or(0);
        for i in (0..rows).rev() {
            for j in (0..columns).rev() {
                let most = match equal(i, j) {
                    true => cell(&longest, i + 1, j + 1).saturating_add(1),
                    false => cell(&longest, i + 1, j).max(cell(&longest, i, j + 1)),
                };
                if let Some(here) = longest.get_mut(i * width + j) {
                    *here = most;
                }
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < rows && j < columns {
            if equal(i, j) {
                kept.push((head + i, head + j));
                i += 1;
                j += 1;
            } else if cell(&longest, i + 1, j) >= cell(&longest, i, j + 1) {
                i += 1;
            } else {
                j += 1;
            }
        }
    }
    kept.extend((0..tail).map(|k| (old.len() - tail + k, new.len() - tail + k)));
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_turn_the_base_into_the_version() {
        fn check(base: &str, version: &str, count: usize) {
            let found = changes(base, version);
            assert_eq!(found.len(), count, "{base:?} {version:?}");
            let mut made = base.to_owned();
            for change in found.iter().rev() {
                made.replace_range(change.start..change.end, change.insert);
            }
            assert_eq!(made, version);
        }
        check("", "", 0);
        check("", "new", 1);
        check("old", "", 1);
        check("the same", "the same", 0);
        check("one two three", "one 2 three", 1);
        check("one two three four", "0ne two three for", 2);
        check("a b c d e", "a x c y e", 2);
        check("naïve café", "naive cafés", 2);
        check("a a a", "a a", 1);
        check("😀 x", "😁 x", 1);
    }

    #[test]
    fn versions_merge_letter_by_letter() {
        fn check(base: &str, versions: &[&str], merged: &str) {
            assert_eq!(merge_revisions(base, versions), merged);
            let mut other_way = versions.to_vec();
            other_way.reverse();
            assert_eq!(merge_revisions(base, &other_way), merged);
        }
        check("base", &[], "base");
        check("base", &["new"], "new");
        check("base", &["new", "new"], "new");
        check(
            "The color.",
            &["The colour.", "The colors."],
            "The colours.",
        );
        check(
            "We meet on Monday at noon.",
            &[
                "We meet on Tuesday at noon.",
                "We all meet on Monday at noon.",
            ],
            "We all meet on Tuesday at noon.",
        );
        check(
            "teh plan is teh plan",
            &["the plan is teh plan", "the plan is the plan"],
            "the plan is the plan",
        );
        check("Yes", &["", "Yes, but"], ", but");
        check("😀", &["😀 and 😁", "so 😀"], "so 😀 and 😁");
    }
}
