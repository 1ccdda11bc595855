//! What speaks for a place, and how much it is worth.
//!
//! Likeness is counted in thousandths: of the words, of the prefix, of the
//! suffix, and of the position, weighed 50, 20, 20 and 2. The rules below are
//! there so that deleted words are not found in their neighbours or in other
//! places that have the same words; `postil-testkit` measures them.

/// Words that are so much alike speak for themselves.
const ALIKE: u32 = 600;
/// The least score then.
const LEAST: u32 = 550;
/// Contexts that are so much alike are taken for the same.
pub(super) const HELD: u32 = 750;
/// Contexts that have hardly changed.
const INTACT: u32 = 900;
/// How alike words count that were all rewritten between intact contexts.
const REWRITTEN: u32 = 200;
/// So many words must be left between contexts that held.
const SOME_KEPT: u32 = 200;
/// So many when only one held, or when much came in between.
const HALF_KEPT: u32 = 500;
/// So many when none did.
const MOST_KEPT: u32 = 700;
/// Words that were in several places need contexts that are so much alike.
const ALONE: u32 = 800;
/// Words of fewer bytes are nothing without their context.
const SHORT: usize = 20;
/// Words of so many bytes may be known by what is left of them.
const LONG: usize = 40;
/// Contexts of fewer bytes hold nothing.
const SHORT_CONTEXT: usize = 12;

/// What is known of a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence {
    /// The length of the quote, in bytes.
    pub(super) quoted: usize,
    /// The length of the place, in bytes.
    pub(super) len: usize,
    /// How alike the words are, as a whole.
    pub(super) like: u32,
    /// How many of the words are left, in their order.
    pub(super) kept: u32,
    /// How alike the prefix is, and its length in bytes.
    pub(super) before: (u32, usize),
    /// How alike the suffix is, likewise.
    pub(super) after: (u32, usize),
    /// How near it is to where it was, when that is known.
    pub(super) near: Option<u32>,
    /// Whether the same words were in other places, and this may be one.
    pub(super) other: bool,
}

impl Evidence {
    /// The score of the place; `None` when it is not likely.
    pub(super) fn score(&self) -> Option<u32> {
        let holds = |(like, len): (u32, usize), least| len >= SHORT_CONTEXT && like >= least;
        let both = |least| holds(self.before, least) && holds(self.after, least);
        let either = holds(self.before, 850) || holds(self.after, 850);
        let longer = self.len > 2 * self.quoted + SHORT;
        let shorter = self.len < self.quoted / 3;

        let held = both(HELD) && self.kept >= if longer { HALF_KEPT } else { SOME_KEPT };
        // What stands in the frame must not have been taken from it. Of a short
        // word there is always something like it right beside.
        let lost = |(like, len): (u32, usize)| (1000 - like.min(1000)) as usize * len / 1000;
        let taken = 2 * (lost(self.before) + lost(self.after)) >= self.len;
        if taken && self.quoted < SHORT {
            return None;
        }
        let framed = both(INTACT) && !longer && !shorter && !taken;
        let leaning = either && self.kept >= HALF_KEPT && self.quoted >= SHORT;
        let whole = self.kept >= MOST_KEPT && self.quoted >= LONG;

        let mut like = self.like;
        if held || whole || leaning {
            // The longer what came in between is, the more is due to chance.
            let inserted = self.len.saturating_sub(self.quoted) as u32;
            like = like.max((self.kept * 9 / 10).saturating_sub(inserted));
        }
        if framed {
            like = like.max(REWRITTEN);
        }

        // A short context says less.
        let weight = |(_, len): (u32, usize)| len.min(32) as u32 * 20 / 32;
        let (left, right) = (weight(self.before), weight(self.after));
        let around = left * self.before.0 + right * self.after.0;
        if self.other && around < ALONE * (left + right) {
            return None;
        }
        let near = self.near.map_or(0, |near| 2 * near);
        let weights = 50 + left + right + if self.near.is_some() { 2 } else { 0 };
        let score = (50 * like + around + near) / weights;

        let alone = self.quoted < SHORT && self.before.0 + self.after.0 < 1600;
        let alike = like >= ALIKE && !alone || whole || leaning;
        (held || framed || alike && score >= LEAST).then_some(score)
    }
}

/// How alike something is, in thousandths, when so many of its bytes differ.
pub(super) fn alike(errors: u32, len: usize) -> u32 {
    let differs = (u64::from(errors) * 1000).checked_div(len as u64);
    1000_u32.saturating_sub(differs.unwrap_or(0) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likely_places_have_reasons() {
        /// The quote has 60 bytes, its contexts 32.
        #[track_caller]
        fn check(len: usize, (like, kept): (u32, u32), context: (u32, u32), likely: bool) {
            let evidence = Evidence {
                quoted: 60,
                len,
                like,
                kept,
                before: (context.0, 32),
                after: (context.1, 32),
                near: Some(1000),
                other: false,
            };
            assert_eq!(evidence.score().is_some(), likely);
            // What may be another place of the same words needs its context.
            let other = Evidence {
                other: true,
                ..evidence
            };
            let around = context.0 + context.1 >= 1600;
            assert_eq!(other.score().is_some(), likely && around);
        }
        check(60, (1000, 1000), (1000, 1000), true);
        check(60, (1000, 1000), (300, 300), true);
        check(60, (650, 500), (400, 400), false);
        check(60, (650, 500), (900, 400), true);
        check(60, (450, 300), (900, 400), false);
        check(60, (450, 300), (800, 800), true);
        check(60, (300, 0), (950, 950), true);
        check(60, (300, 0), (800, 800), false);
        // Nothing is left, or much that says nothing.
        check(10, (100, 0), (1000, 1000), false);
        check(300, (0, 300), (1000, 1000), false);
        check(300, (0, 900), (1000, 1000), true);
        check(200, (0, 950), (400, 500), true);
    }
}
