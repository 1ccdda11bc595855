//! Which records of a mailbox are listed, and which are not because clients
//! said that others hold what they do.
//!
//! The server believes them: a covered record is kept for a while, and comes
//! with `after=`, so that a false word does no lasting harm. Once a day is often
//! enough for those who join records, and seldom enough that whoever lies makes
//! little work.

use std::collections::BTreeMap;

use postil_core::relay::cover::{Cover, Runs};
use postil_core::relay::framing::{put_number, take_number};

/// The most runs of a mailbox: what it costs to read a list is bounded.
const MOST_RUNS: usize = 1_024;
/// How long a mailbox's list stays as it is after something was covered, in
/// seconds.
const REST: u64 = 24 * 60 * 60;

/// What became of the records of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// They are not listed, since then, in seconds since 1970.
    Covered(u64),
    /// Their bytes are gone.
    Dropped,
}

/// The runs of a mailbox's records that are not simply listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Listing {
    /// By their first place: the last, and what became of them.
    runs: BTreeMap<u64, (u64, State)>,
}

/// What a reader wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// Everything there is.
    All,
    /// What is listed.
    Listed,
}

impl Listing {
    /// What is said is done, if it is time and the list is short enough for it.
    /// Returns the runs that are covered now and were not before. The caller has
    /// compared the digest.
    pub(crate) fn apply(&mut self, cover: &Cover, now: u64) -> Runs {
        let lately = |(_, state): &(u64, State)| match state {
            State::Covered(since) => now < since.saturating_add(REST),
            State::Dropped => false,
        };
        if self.runs.values().any(lately) {
            return Runs::new();
        }
        let fresh = self.without(&cover.of);
        if self.runs.len() + fresh.len() > MOST_RUNS {
            return Runs::new();
        }
        let state = State::Covered(now);
        self.runs
            .extend(fresh.iter().map(|(a, b)| (*a, (*b, state))));
        fresh
    }

    /// The last place of the run of left out records that `place` is in.
    pub(crate) fn hidden(&self, place: u64, which: Which) -> Option<u64> {
        let (_, (last, state)) = self.runs.range(..=place).next_back()?;
        (*last >= place && hides(*state, which)).then_some(*last)
    }

    /// The first place from this one on that is left out.
    pub(crate) fn next_hidden(&self, place: u64, which: Which) -> Option<u64> {
        let mut later = self.runs.range(place..);
        let found = later.find(|(_, (_, state))| hides(*state, which));
        found.map(|(first, _)| *first)
    }

    /// A run of at most so many records that were covered before then, in
    /// seconds since 1970, and have not been dropped.
    pub(crate) fn due(&self, before: u64, most: u64) -> Option<(u64, u64)> {
        let mut runs = self.runs.iter();
        runs.find_map(|(first, (last, state))| match state {
            State::Covered(since) if *since < before => {
                Some((*first, (*last).min(first + most.max(1) - 1)))
            }
            _ => None,
        })
    }

    /// The bytes of these records are gone: the beginning of a run.
    pub(crate) fn drop_run(&mut self, (first, last): (u64, u64)) {
        let Some((end, state)) = self.runs.remove(&first) else {
            return;
        };
        if last < end {
            self.runs.insert(last + 1, (end, state));
        }
        let mut before = self.runs.range_mut(..first);
        match before.next_back() {
            Some((_, (before, State::Dropped))) if *before + 1 == first => *before = last,
            _ => {
                self.runs.insert(first, (last, State::Dropped));
            }
        }
    }

    /// Whether the bytes of the record at `place` are gone.
    pub(crate) fn is_dropped(&self, place: u64) -> bool {
        self.hidden(place, Which::All).is_some()
    }

    /// Where the runs begin that have a place in common with this one.
    fn overlapping(&self, (first, last): (u64, u64)) -> Vec<u64> {
        let before = self.runs.range(..first).next_back();
        let before = before.filter(|(_, (end, _))| *end >= first);
        let all = before.into_iter().chain(self.runs.range(first..=last));
        all.map(|(first, _)| *first).collect()
    }

    /// The parts of runs that are in none of the runs here.
    fn without(&self, of: &Runs) -> Runs {
        let mut found = Runs::new();
        for (first, last) in of {
            let mut next = *first;
            for a in self.overlapping((*first, *last)) {
                if next < a {
                    found.push((next, a - 1));
                }
                let end = self.runs.get(&a).map_or(a, |(end, _)| *end);
                next = end.saturating_add(1);
            }
            if next <= *last {
                found.push((next, *last));
            }
        }
        found
    }

    /// As it is kept: a version, then of each run the gap before it, its length,
    /// its state, and since when it is covered.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let (mut out, mut end) = (vec![1], 0);
        for (first, (last, state)) in &self.runs {
            put_number(first - end, &mut out);
            put_number(last - first, &mut out);
            end = *last;
            match state {
                State::Covered(since) => {
                    out.push(0);
                    put_number(*since, &mut out);
                }
                State::Dropped => out.push(1),
            }
        }
        out
    }

    /// Reads what [`Listing::encode`] writes.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(&[1])?;
        let (mut runs, mut end) = (BTreeMap::new(), 0u64);
        while !rest.is_empty() {
            let gap = take_number(&mut rest).ok().filter(|gap| *gap > 0)?;
            let first = end.checked_add(gap)?;
            let last = first.checked_add(take_number(&mut rest).ok()?)?;
            let (state, after) = rest.split_first()?;
            rest = after;
            let state = match state {
                0 => State::Covered(take_number(&mut rest).ok()?),
                1 => State::Dropped,
                _ => return None,
            };
            runs.insert(first, (last, state));
            end = last;
        }
        Some(Listing { runs })
    }
}

fn hides(state: State, which: Which) -> bool {
    match state {
        State::Covered(_) => which == Which::Listed,
        State::Dropped => true,
    }
}

#[cfg(test)]
mod tests {
    use std::slice;

    use postil_core::relay::framing::Position;
    use proptest::prelude::*;

    use super::*;

    const HEAD: u64 = 40;

    fn cover(of: &[(u64, u64)]) -> Cover {
        let at = Position {
            count: HEAD,
            digest: [0; 16],
        };
        let of = of.to_vec();
        Cover { at, of }
    }

    fn listed(listing: &Listing, which: Which) -> Vec<u64> {
        let hidden = |place: &u64| listing.hidden(*place, which).is_none();
        (1..=HEAD).filter(hidden).collect()
    }

    #[test]
    fn what_is_covered_is_not_listed() {
        fn check(covers: &[(Cover, u64)], fresh: &[(u64, u64)], hidden: &[u64]) {
            let mut listing = Listing::default();
            let mut last = Runs::new();
            for (cover, at) in covers {
                last = listing.apply(cover, *at);
            }
            assert_eq!(last, fresh);
            let left = (1..=HEAD).filter(|place| !hidden.contains(place));
            assert_eq!(listed(&listing, Which::Listed), left.collect::<Vec<_>>());
            assert_eq!(listed(&listing, Which::All).len() as u64, HEAD);
        }
        let once = (cover(&[(1, 3), (5, 5)]), 5);
        let more = |at| (cover(&[(2, 6)]), at);
        check(slice::from_ref(&once), &[(1, 3), (5, 5)], &[1, 2, 3, 5]);
        let day = REST + 5;
        check(&[once.clone(), more(day - 1)], &[], &[1, 2, 3, 5]);
        check(&[once.clone(), more(0)], &[], &[1, 2, 3, 5]);
        let both = [once, more(day)];
        check(&both, &[(4, 4), (6, 6)], &[1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn too_many_runs_are_not_taken() {
        let mut listing = Listing::default();
        let of: Vec<_> = (1..=MOST_RUNS as u64 + 1).map(|n| (n * 2, n * 2)).collect();
        assert!(listing.apply(&cover(&of), 0).is_empty());
        assert_eq!(listing.apply(&cover(&of[1..]), 0), of[1..]);
    }

    #[test]
    fn what_was_covered_long_ago_is_dropped() {
        let mut listing = Listing::default();
        listing.apply(&cover(&[(1, 5)]), 100);
        listing.apply(&cover(&[(6, 8)]), 100 + REST);
        assert_eq!(listing.due(100, 3), None);
        assert_eq!(listing.due(101, 3), Some((1, 3)));
        listing.drop_run((1, 3));
        assert_eq!(listing.due(101, 3), Some((4, 5)));
        listing.drop_run((4, 5));
        assert_eq!(listing.due(101, 3), None);
        assert_eq!(listed(&listing, Which::All)[0], 6);
        assert_eq!(listing.hidden(1, Which::All), Some(5));
        assert_eq!(listing.next_hidden(1, Which::All), Some(1));
        assert!(listing.is_dropped(5) && !listing.is_dropped(6));
        assert_eq!(Listing::decode(&listing.encode()), Some(listing));
    }

    #[test]
    fn what_is_not_one_is_refused() {
        for bytes in [&[][..], &[2], &[1, 0, 0, 1], &[1, 1, 1, 9], &[1, 1]] {
            assert_eq!(Listing::decode(bytes), None, "{bytes:?}");
        }
    }

    fn runs() -> impl Strategy<Value = Runs> {
        let gaps = prop::collection::vec((1..8u64, 0..6u64), 0..6);
        gaps.prop_map(|gaps| {
            let mut end = 0;
            let runs = gaps.into_iter().map(|(gap, more)| {
                let first = end + 1 + gap;
                end = first + more;
                (first, end)
            });
            runs.filter(|(_, last)| *last <= HEAD).collect()
        })
    }

    proptest! {
        /// As a table with a row for each record says.
        #[test]
        fn it_is_as_if_each_record_had_a_state(
            said in prop::collection::vec((runs(), 0..REST, 0..4u64), 1..12),
        ) {
            let mut listing = Listing::default();
            // What became of each.
            let mut rows = [' '; HEAD as usize + 1];
            let (mut now, mut last) = (0, None);
            for (of, later, drops) in said {
                now += later;
                let within = |n| of.iter().any(|(a, b)| (*a..=*b).contains(&n));
                let rests = rows.contains(&'c') && last.is_some_and(|last| now < last + REST);
                let mut fresh = Vec::new();
                for n in (1..=HEAD).filter(|n| !rests && within(*n)) {
                    let row = &mut rows[n as usize];
                    if *row == ' ' {
                        *row = 'c';
                        fresh.push(n);
                        last = Some(now);
                    }
                }
                let found = listing.apply(&cover(&of), now);
                prop_assert_eq!(
                    found.iter().flat_map(|(a, b)| *a..=*b).collect::<Vec<_>>(),
                    fresh
                );
                // All of them, so that it is known which rests.
                while drops == 0 && let Some(run) = listing.due(u64::MAX, 5) {
                    listing.drop_run(run);
                    (run.0..=run.1).for_each(|n| rows[n as usize] = 'd');
                }
                for n in 1..=HEAD {
                    let state = rows[n as usize];
                    let hidden = |which| listing.hidden(n, which).is_some();
                    prop_assert_eq!(hidden(Which::Listed), state != ' ');
                    prop_assert_eq!(hidden(Which::All), state == 'd');
                    let next = (n..=HEAD).find(|n| rows[*n as usize] == 'd');
                    if !hidden(Which::All) {
                        prop_assert_eq!(listing.next_hidden(n, Which::All), next);
                    }
                }
                prop_assert_eq!(Listing::decode(&listing.encode()), Some(listing.clone()));
            }
        }
    }
}
