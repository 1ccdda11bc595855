//! Time that never goes backwards, made of a caller's clock that may.

/// A person sets the clock back, a device corrects it: what was to happen in
/// ten seconds still happens in about ten seconds.
#[derive(Debug, Default)]
pub(super) struct Clock {
    here: u64,
    caller: Option<u64>,
}

impl Clock {
    /// The caller's clock says `now`. Returns the time to reckon with.
    pub(super) fn tick(&mut self, now: u64) -> u64 {
        let passed = now.saturating_sub(self.caller.unwrap_or(0));
        self.caller = Some(now);
        self.here = self.here.saturating_add(passed);
        self.here
    }

    /// What the caller's clock will say at a time reckoned with here.
    pub(super) fn outward(&self, at: u64) -> u64 {
        let ahead = at.saturating_sub(self.here);
        self.caller.unwrap_or(0).saturating_add(ahead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_stops_nothing() {
        let mut clock = Clock::default();
        assert_eq!(clock.tick(5_000), 5_000);
        assert_eq!(clock.tick(6_000), 6_000);
        assert_eq!(clock.outward(7_000), 7_000);
        assert_eq!(clock.tick(1_000), 6_000);
        assert_eq!(clock.outward(7_000), 2_000);
        assert_eq!(clock.tick(2_000), 7_000);
        assert_eq!(clock.tick(u64::MAX), u64::MAX);
        assert_eq!(clock.tick(u64::MAX), u64::MAX);
    }
}
