//! Runs a test for many seeds, and says which one failed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs `run` for so many seeds, on every processor. `POSTIL_SEED` runs one
/// seed only, and `POSTIL_HISTORIES` another number of them. `test` is the
/// name of the file in `tests/`.
///
/// # Panics
/// When a run does; the message says how to see it alone.
pub fn for_each_seed(test: &str, histories: u64, run: impl Fn(u64) + Sync) {
    if let Some(seed) = number("POSTIL_SEED") {
        return run(seed);
    }
    let histories = number("POSTIL_HISTORIES").unwrap_or(histories);
    let next = AtomicU64::new(0);
    let failed = AtomicU64::new(u64::MAX);
    let work = || {
        while failed.load(Ordering::Relaxed) == u64::MAX {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= histories {
                return;
            }
            if catch_unwind(AssertUnwindSafe(|| run(seed))).is_err() {
                failed.fetch_min(seed, Ordering::Relaxed);
            }
        }
    };
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..processors {
            scope.spawn(work);
        }
    });
    let seed = failed.into_inner();
    assert!(
        seed == u64::MAX,
        "seed {seed} failed; POSTIL_SEED={seed} cargo test -p postil-testkit --test {test}"
    );
}
