//! A change of a text, to know which quotes have to be looked for again: those
//! that may have come to be where it is, or to be there no more.

use super::index::seeds_of;
use super::quote::Quote;
use crate::sorted;
use crate::text::units;

/// So many bytes before and after what changed count as changed, too.
const AROUND: usize = 256;
/// Of the seeds of a quote one in so many must be near the change.
const ONE_IN: usize = 6;
/// However long the quote is, so many are enough.
const ENOUGH: usize = 8;
/// After a change of more bytes, everything is looked for again.
const LARGE: usize = 64 * 1024;

/// What stood where a text changed, and what stands there now.
#[derive(Debug, Clone)]
pub struct Change {
    before: String,
    after: String,
    /// Of both, ascending. `None` when too much changed.
    seeds: Option<Vec<u64>>,
}

impl Change {
    /// The change from `old` to `new`, which are the same but for `deleted` UTF-16
    /// code units at `at` in the old one and `inserted` there in the new one.
    pub fn new(old: &str, new: &str, at: u32, deleted: u32, inserted: u32) -> Self {
        let before = around(old, at, deleted);
        let after = around(new, at, inserted);
        let is_large = before.len() + after.len() > LARGE;
        let seeds = (!is_large).then(|| {
            let both = seeds_of(before.as_bytes()).chain(seeds_of(after.as_bytes()));
            let mut seeds: Vec<u64> = both.map(|(_, seed)| seed).collect();
            sorted::sort(&mut seeds);
            seeds.dedup();
            seeds
        });
        let kept = |text: &str| if is_large { String::new() } else { text.into() };
        Change {
            before: kept(before),
            after: kept(after),
            seeds,
        }
    }

    /// Whether a quote that surely stands elsewhere may stand here, too, now.
    pub fn may_repeat(&self, quote: &Quote) -> bool {
        self.seeds.is_none()
            || quote.exact.len() > AROUND && self.may_concern(quote)
            || self.after.contains(&*quote.exact)
    }

    /// Whether a quote without a sure place may be affected.
    pub fn may_concern(&self, quote: &Quote) -> bool {
        let Some(seeds) = &self.seeds else {
            return true;
        };
        let is_near = |words: &str| {
            let (mut all, mut near) = (0_usize, 0);
            for (_, seed) in seeds_of(words.as_bytes()) {
                all += 1;
                near += usize::from(seeds.binary_search(&seed).is_ok());
            }
            let enough = all.div_ceil(ONE_IN).min(ENOUGH);
            // Words without a seed may be anywhere.
            all == 0 || near >= enough
        };
        let there = |words: &str| self.before.contains(words) || self.after.contains(words);
        is_near(&quote.exact)
            || !quote.prefix.is_empty() && there(&quote.prefix)
            || !quote.suffix.is_empty() && there(&quote.suffix)
    }
}

/// What stands around a part of a text.
fn around(text: &str, at: u32, length: u32) -> &str {
    let from = units::to_bytes(text, at);
    let rest = text.get(from..).unwrap_or_default();
    let to = from + units::to_bytes(rest, length);
    let mut from = from.saturating_sub(AROUND);
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let mut to = (to + AROUND).min(text.len());
    while !text.is_char_boundary(to) {
        to += 1;
    }
    text.get(from..to).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::index::TextIndex;
    use super::*;
    use crate::discussion::Placement;

    const TEXT: &str = "The tide table hangs beside the door. Nobody reads it before the boats are out. \
        By noon the harbour is empty, and the gulls have the quay to themselves. ";

    fn quote(text: &str, words: &str) -> Quote {
        let start = units::from_bytes(text, text.find(words).unwrap());
        let index = TextIndex::new(text.into());
        let anchor = index.describe(start, start + units::len(words)).unwrap();
        anchor.quote.unwrap()
    }

    /// A long text in which the sentences above stand in the middle.
    fn page() -> String {
        let filler = |seed: u32| -> String {
            let words = (0..400).map(|n: u32| format!("word{} ", (n * 7919 + seed) % 9973));
            words.collect()
        };
        [filler(1), TEXT.into(), filler(5)].concat()
    }

    #[test]
    fn only_what_is_near_is_concerned() {
        fn check(words: &str, from: &str, to: &str, concerned: bool) {
            let old = page();
            let quote = quote(&old, words);
            let new = old.replacen(from, to, 1);
            let at = units::from_bytes(&old, old.find(from).unwrap());
            let change = Change::new(&old, &new, at, units::len(from), units::len(to));
            assert_eq!(
                change.may_concern(&quote),
                concerned,
                "{words}: {from} → {to}"
            );
        }
        check(
            "Nobody reads it before the boats are out",
            "reads",
            "sees",
            true,
        );
        check(
            "Nobody reads it before the boats are out",
            "boats are",
            "ships go",
            true,
        );
        check(
            "Nobody reads it before the boats are out",
            "word1 ",
            "other ",
            false,
        );
        check("it", "word1 ", "other ", true);
    }

    #[test]
    fn after_a_large_change_all_are() {
        let (old, new) = (page(), "x".repeat(LARGE + 1));
        let change = Change::new(&old, &new, 0, units::len(&old), units::len(&new));
        let quote = quote(&old, "By noon the harbour");
        assert!(change.may_concern(&quote) && change.may_repeat(&quote));
    }

    proptest! {
        /// What is certain before or after a change is the same as if everything
        /// had been looked for again.
        #[test]
        fn nothing_certain_is_missed(
            start in 0_usize..2000, length in 8_usize..200,
            at in 0_usize..4000, deleted in 0_usize..300, from in 0_usize..4000, copied in 0_usize..300,
        ) {
            let old = page();
            let cut = |at: usize, length: usize| {
                let at = at % old.len();
                at..(at + length).min(old.len())
            };
            let place = cut(start * 2, length);
            let index = TextIndex::new(old.as_str().into());
            let Some(anchor) = index.describe(place.start as u32, place.end as u32) else {
                return Ok(());
            };
            let quote = anchor.quote.as_ref().unwrap();
            // A part of the text goes, and a copy of another part comes there.
            let gone = cut(at, deleted);
            let inserted = &old[cut(from, copied)];
            let new = [&old[..gone.start], inserted, &old[gone.end..]].concat();
            let change = Change::new(&old, &new, gone.start as u32, gone.len() as u32, inserted.len() as u32);
            let shifted = |place: Placement| match place {
                Placement::Placed { start, end } if end as usize <= gone.start => Some((start, end)),
                Placement::Placed { start, end } if start as usize >= gone.end => {
                    let by = |at: u32| at - gone.len() as u32 + inserted.len() as u32;
                    Some((by(start), by(end)))
                }
                _ => None,
            };
            let certain = |place: Placement| match place {
                Placement::Placed { start, end } => Some((start, end)),
                _ => None,
            };
            let (before, after) = (index.resolve(&anchor), TextIndex::new(new.as_str().into()).resolve(&anchor));
            match before {
                // Touched places are looked for anyway.
                Placement::Placed { .. } if shifted(before).is_some() && !change.may_repeat(quote) => {
                    prop_assert_eq!(certain(after), shifted(before));
                }
                Placement::Placed { .. } => {}
                _ if !change.may_concern(quote) => prop_assert_eq!(certain(after), None),
                _ => {}
            }
        }
    }
}
