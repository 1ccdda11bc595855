//! How often one address may ask: a token bucket for each.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Seconds' worth of requests that may come at once.
const BURST: f64 = 10.0;
/// The most addresses to remember. Past that, those that rested are forgotten.
const ADDRESSES: usize = 16_384;
/// How often those that rested are looked for.
const SWEEP: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

/// The buckets of all addresses.
#[derive(Debug)]
pub(crate) struct Rate {
    per_second: f64,
    buckets: Mutex<Buckets>,
}

#[derive(Debug, Default)]
struct Buckets {
    of: HashMap<IpAddr, Bucket>,
    /// When those that rested were last forgotten.
    swept: Option<Instant>,
}

impl Rate {
    /// 0 is without limit.
    pub(crate) fn new(per_second: u32) -> Self {
        Rate {
            per_second: f64::from(per_second),
            buckets: Mutex::default(),
        }
    }

    /// Counts one request. If it is one too many, how long to wait.
    pub(crate) fn count(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        if self.per_second <= 0.0 {
            return Ok(());
        }
        let full = self.per_second * BURST;
        let level = |b: &Bucket| {
            let gained = now.saturating_duration_since(b.at).as_secs_f64() * self.per_second;
            (b.tokens + gained).min(full)
        };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let Buckets { of, swept } = &mut *buckets;
        if of.len() >= ADDRESSES && !of.contains_key(&address) {
            if swept.is_none_or(|at| now.saturating_duration_since(at) >= SWEEP) {
                of.retain(|_, b| level(b) < full);
                *swept = Some(now);
            }
            if of.len() >= ADDRESSES {
                return Err(SWEEP);
            }
        }
        let tokens = of.get(&address).map_or(full, level);
        if tokens < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - tokens) / self.per_second));
        }
        let tokens = tokens - 1.0;
        of.insert(address, Bucket { tokens, at: now });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bursts_pass_and_floods_wait() {
        let (rate, start) = (Rate::new(5), Instant::now());
        let address = IpAddr::from([127, 0, 0, 1]);
        for _ in 0..50 {
            assert_eq!(rate.count(address, start), Ok(()));
        }
        assert!(rate.count(address, start).is_err());
        assert_eq!(rate.count(IpAddr::from([127, 0, 0, 2]), start), Ok(()));
        let later = start + Duration::from_millis(210);
        assert_eq!(rate.count(address, later), Ok(()));
        assert!(rate.count(address, later).is_err());
    }

    #[test]
    fn the_number_of_addresses_is_bounded() {
        let (rate, start) = (Rate::new(1), Instant::now());
        for n in 0..40_000u32 {
            let _ = rate.count(IpAddr::from(n.to_be_bytes()), start);
        }
        assert!(rate.buckets.lock().unwrap().of.len() <= ADDRESSES);
        let later = start + Duration::from_secs(60);
        assert_eq!(rate.count(IpAddr::from([200, 0, 0, 1]), later), Ok(()));
    }
}
