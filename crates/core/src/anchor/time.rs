//! A time of an element that plays sound or film.

/// The latest time: 2^31 milliseconds, some 24 days.
pub const LATEST: u32 = 1 << 31;

/// A moment or a stretch of time, in milliseconds from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time {
    /// When it begins.
    pub start: u32,
    /// When it ends; `None` for a moment.
    pub end: Option<u32>,
}

impl Time {
    /// A time; `None` when it ends before it begins, or is later than
    /// [`LATEST`].
    pub fn new(start: u32, end: Option<u32>) -> Option<Self> {
        let sound = start <= LATEST && end.is_none_or(|end| start < end && end <= LATEST);
        sound.then_some(Time { start, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_go_forward() {
        fn check(start: u32, end: Option<u32>, sound: bool) {
            assert_eq!(Time::new(start, end).is_some(), sound);
        }
        check(0, None, true);
        check(LATEST, None, true);
        check(LATEST + 1, None, false);
        check(5, Some(6), true);
        check(5, Some(5), false);
        check(5, Some(LATEST + 1), false);
    }
}
