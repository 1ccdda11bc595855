//! Waiting before the next try.

/// The longest wait after the first failure, in milliseconds.
const FIRST: u64 = 1_000;
/// The longest wait after any number of failures, in milliseconds.
const LONGEST: u64 = 30_000;
/// The shortest wait, so that luck never makes a tight loop.
const SHORTEST: u64 = 50;

/// A small source of jitter. Not for secrets. SplitMix64 (Steele, Lea and
/// Flood, "Fast splittable pseudorandom number generators", 2014).
#[derive(Clone, Debug)]
pub(super) struct Jitter(u64);

impl Jitter {
    pub(super) fn new(seed: u64) -> Self {
        Jitter(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to `limit`, inclusive.
    pub(super) fn up_to(&mut self, limit: u64) -> u64 {
        self.next() % limit.saturating_add(1)
    }
}

/// Failures in a row, and how long to wait for them: full jitter ("Exponential
/// Backoff And Jitter", AWS Architecture Blog, 2015), from 1 to 30 seconds.
#[derive(Clone, Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Counts one more failure and returns the wait in milliseconds.
    pub(super) fn fail(&mut self, jitter: &mut Jitter) -> u64 {
        let ceiling = FIRST
            .checked_shl(self.failures.min(16))
            .unwrap_or(LONGEST)
            .min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        jitter.up_to(ceiling).max(SHORTEST)
    }

    /// Things work again.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_thirty_seconds_and_are_spread() {
        let ceilings = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
        let mut longest = [0; 7];
        for seed in 0..200 {
            let (mut jitter, mut backoff) = (Jitter::new(seed), Backoff::default());
            for (longest, ceiling) in longest.iter_mut().zip(ceilings) {
                let wait = backoff.fail(&mut jitter);
                assert!((SHORTEST..=ceiling).contains(&wait));
                *longest = wait.max(*longest);
            }
            backoff.reset();
            assert!(backoff.fail(&mut jitter) <= 1_000);
        }
        for (longest, ceiling) in longest.iter().zip(ceilings) {
            assert!(*longest > ceiling * 9 / 10);
        }
    }
}
