//! What a client says of a mailbox's list: what some of its records hold is
//! also in others, so that these need not be listed any more.
//!
//! It is a record like any other, so that it stands in the list, in an order
//! that everybody agrees on, and is kept, copied and announced as records are.
//!
//! ```text
//! cover = 0x8b "cover" 0x0a 0x01  digest[16] count:number  run × m      m ≥ 1
//! run   = first:number  length less one:number
//! ```
//!
//! Digest and count are a position in the list, and every run lies before it:
//! so a relay that was wiped or restored since does not take one record for
//! another. A run's first is the difference to the end of the run before.

use super::framing::{Position, put_number, take_number};

/// How a record begins that is one.
const MAGIC: &[u8; 8] = b"\x8bcover\n\x01";
/// The most bytes of one: what it costs a relay to carry it out is bounded.
pub const MAX_COVER: usize = 4 * 1024;
/// The most records that one covers.
pub const MAX_COVERED: u64 = 64 * 1024;

/// Runs of places in a list, which begin at 1: the first and the last of each,
/// ascending and apart.
pub type Runs = Vec<(u64, u64)>;

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Where the list was when it was said.
    pub at: Position,
    /// The records that need not be listed.
    pub of: Runs,
}

/// Whether a record begins like a cover.
pub fn is_cover(record: &[u8]) -> bool {
    record.starts_with(MAGIC)
}

impl Cover {
    /// What a record says, if it is one.
    pub fn parse(record: &[u8]) -> Option<Self> {
        let mut rest = record.strip_prefix(MAGIC)?;
        if record.len() > MAX_COVER {
            return None;
        }
        let at = Position::take(&mut rest).ok()?;
        let (mut of, mut end, mut length) = (Runs::new(), 0u64, 0u64);
        while !rest.is_empty() {
            let gap = take_number(&mut rest).ok()?;
            let more = take_number(&mut rest).ok()?;
            // The first may begin at 1; later ones do not touch the one before.
            let least = if of.is_empty() { 1 } else { 2 };
            let first = end.checked_add(gap.max(least))?;
            let last = first.checked_add(more)?;
            length = length.checked_add(more)?.checked_add(1)?;
            if gap < least || last > at.count || length > MAX_COVERED {
                return None;
            }
            of.push((first, last));
            end = last;
        }
        (!of.is_empty()).then_some(Cover { at, of })
    }
}

/// The record that says that these need not be listed: places that come in
/// ascending order, before the position `at`. Those that do not fit stay listed.
pub fn cover(at: &Position, places: impl IntoIterator<Item = u64>) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    at.put(&mut out);
    let (mut end, mut last) = (0, 0);
    let mut first = None;
    for place in places.into_iter().map(Some).chain([None]) {
        if let Some(begin) = first
            && place != Some(last + 1)
        {
            put_number(begin - end, &mut out);
            put_number(last - begin, &mut out);
            end = last;
            first = None;
        }
        // Two numbers of ten bytes fit behind this.
        let Some(place) = place.filter(|_| out.len() < MAX_COVER - 20) else {
            break;
        };
        first.get_or_insert(place);
        last = place;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(count: u64) -> Position {
        Position {
            count,
            digest: [7; 16],
        }
    }

    #[test]
    fn places_become_runs() {
        fn check(places: &[u64], expected: &[(u64, u64)]) {
            let record = cover(&at(300), places.iter().copied());
            assert!(is_cover(&record));
            let of = Cover::parse(&record).map(|it| it.of).unwrap_or_default();
            assert_eq!(of, expected);
        }
        check(&[], &[]);
        check(&[1], &[(1, 1)]);
        check(&[300], &[(300, 300)]);
        check(&[1, 2, 3, 5, 9, 10], &[(1, 3), (5, 5), (9, 10)]);
    }

    #[test]
    fn what_is_said_has_its_form() {
        let places = (1..=200).chain([202]);
        let bytes = cover(&at(300), places);
        let head = [&MAGIC[..], &[7; 16], &[0xac, 2]].concat();
        let runs = [1, 0xc7, 1, 2, 0];
        assert_eq!(bytes, [&head[..], &runs].concat());
        let of = vec![(1, 200), (202, 202)];
        assert_eq!(Cover::parse(&bytes), Some(Cover { at: at(300), of }));
    }

    #[test]
    fn what_does_not_fit_stays_listed() {
        let bytes = cover(&at(1 << 20), (1..10_000).map(|n| n * 3));
        let of = Cover::parse(&bytes).expect("a cover").of;
        assert!((1_500..10_000).contains(&of.len()), "{}", of.len());
        assert!(of.iter().zip(1..).all(|(run, n)| *run == (n * 3, n * 3)));
    }

    #[test]
    fn shapes() {
        fn check(of: &[u8], expected: bool) {
            let head = [&MAGIC[..], &[7; 16], &[100]].concat();
            let record = [&head[..], of].concat();
            assert_eq!(Cover::parse(&record).is_some(), expected, "{of:?}");
        }
        check(&[1, 48], true);
        check(&[1, 99], true);
        check(&[1, 100], false);
        check(&[101, 0], false);
        check(&[0, 1], false);
        check(&[1, 1, 2, 1], true);
        check(&[1, 1, 1, 1], false);
        check(&[], false);
        check(&[0xff; 10], false);
        check(&[1], false);
        assert_eq!(Cover::parse(b"\x8bcover\n\x02"), None);
        assert_eq!(Cover::parse(b""), None);
        let large = cover(&at(1 << 20), 1..=MAX_COVERED + 1);
        assert_eq!(Cover::parse(&large), None);
        let long = [&cover(&at(1 << 20), [1])[..], &[2, 0].repeat(MAX_COVER / 2)].concat();
        assert_eq!(Cover::parse(&long), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(rest in prop::collection::vec(any::<u8>(), 0..60)) {
            let record = [&MAGIC[..], &rest].concat();
            if let Some(Cover { at, of }) = Cover::parse(&record) {
                let places = of.iter().flat_map(|(first, last)| *first..=*last);
                prop_assert_eq!(cover(&at, places), record);
            }
        }
    }
}
