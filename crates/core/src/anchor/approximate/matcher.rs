//! How many bytes must be changed to turn a pattern into some of a text.

/// A pattern, prepared for reading texts in one direction.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    len: usize,
    backwards: bool,
    /// Where each byte is in a block of 64 bytes of the pattern, one bit each;
    /// 256 of these a block.
    masks: Vec<u64>,
}

/// A reading of a text: for each beginning of the pattern, what its last byte
/// adds to the errors.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    /// Differences of plus one and minus one.
    columns: Vec<(u64, u64)>,
    /// Errors of the whole pattern, ending here.
    errors: u32,
    /// Whether the pattern must begin where the reading began.
    anchored: bool,
}

/// Where a pattern ends in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct End {
    /// How many bytes were read until then.
    pub(crate) at: usize,
    /// How many bytes are to be changed.
    pub(crate) errors: u32,
}

/// Bytes in a block.
const BLOCK: usize = 64;

impl Pattern {
    /// Prepares a pattern.
    pub(crate) fn new(pattern: &[u8]) -> Self {
        Self::of(pattern, false)
    }

    /// Prepares a pattern for reading texts backwards, from their last byte to
    /// their first.
    pub(crate) fn reversed(pattern: &[u8]) -> Self {
        Self::of(pattern, true)
    }

    fn of(pattern: &[u8], backwards: bool) -> Self {
        let len = pattern.len();
        let mut masks = vec![0; len.div_ceil(BLOCK) * 256];
        for (at, byte) in pattern.iter().enumerate() {
            let at = if backwards { len - 1 - at } else { at };
            if let Some(mask) = masks.get_mut(at / BLOCK * 256 + usize::from(*byte)) {
                *mask |= 1 << (at % BLOCK);
            }
        }
        Pattern {
            len,
            backwards,
            masks,
        }
    }

    /// The length of the pattern.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// What reading one byte costs, for budgets.
    pub(crate) fn cost(&self) -> usize {
        self.len.div_ceil(BLOCK).max(1)
    }

    /// Begins to read. When `anchored`, the pattern has to begin there;
    /// otherwise it may begin anywhere.
    pub(crate) fn begin(&self, anchored: bool) -> Reading {
        Reading {
            columns: vec![(u64::MAX, 0); self.len.div_ceil(BLOCK)],
            errors: self.len as u32,
            anchored,
        }
    }

    /// Reads on: the errors after each byte, in the order of reading.
    pub(crate) fn read(&self, reading: &mut Reading, text: &[u8]) -> Vec<u32> {
        // What each byte adds to the errors of the beginning of the pattern
        // that the blocks so far are.
        let mut steps = vec![i32::from(reading.anchored); text.len()];
        let blocks = reading.columns.iter_mut().zip(self.masks.chunks(256));
        let mut left = self.len;
        for ((plus, minus), masks) in blocks {
            let bottom = left.min(BLOCK) as u32 - 1;
            left = left.saturating_sub(BLOCK);
            let (mut up, mut down) = (*plus, *minus);
            for (at, step) in steps.iter_mut().enumerate() {
                let at = if self.backwards {
                    text.len() - 1 - at
                } else {
                    at
                };
                let byte = text.get(at).copied().unwrap_or(0);
                let mask = masks.get(usize::from(byte)).copied().unwrap_or(0);
                let (above_up, above_down) = (u64::from(*step > 0), u64::from(*step < 0));
                let vertical = mask | down;
                let equal = mask | above_down;
                let across = ((equal & up).wrapping_add(up) ^ up) | equal;
                let rise = down | !(across | up);
                let fall = up & across;
                *step = (rise >> bottom & 1) as i32 - (fall >> bottom & 1) as i32;
                let (rises, falls) = (rise << 1 | above_up, fall << 1 | above_down);
                up = falls | !(vertical | rises);
                down = rises & vertical;
            }
            (*plus, *minus) = (up, down);
        }
        let after = steps.iter().map(|step| {
            reading.errors = reading.errors.saturating_add_signed(*step);
            reading.errors
        });
        after.collect()
    }

    /// The errors before the first byte and after each.
    pub(crate) fn errors(&self, text: &[u8]) -> Vec<u32> {
        let mut errors = self.read(&mut self.begin(false), text);
        errors.insert(0, self.len as u32);
        errors
    }

    /// Where the pattern ends with the fewest errors, the first of equals.
    pub(crate) fn best(&self, text: &[u8], anchored: bool) -> End {
        let mut best = End {
            at: 0,
            errors: self.len as u32,
        };
        let all = self.read(&mut self.begin(anchored), text);
        for (at, errors) in all.into_iter().enumerate() {
            if errors < best.errors {
                best = End { at: at + 1, errors };
            }
        }
        best
    }
}

/// Gathers the places where a pattern ends with fewer errors than around it.
#[derive(Debug, Clone)]
pub(crate) struct Minima {
    apart: usize,
    most: u32,
    best: Option<End>,
    /// The places, of which none is near another.
    pub(crate) found: Vec<End>,
}

impl Minima {
    /// For places with at most so many errors, at least half a pattern apart.
    pub(crate) fn new(pattern: &Pattern, most: u32) -> Self {
        Minima {
            apart: pattern.len() / 2,
            most,
            best: None,
            found: Vec::new(),
        }
    }

    /// The pattern ends with so many errors after each byte from `at` on.
    pub(crate) fn see(&mut self, at: usize, errors: &[u32]) {
        for (at, errors) in (at + 1..).zip(errors.iter().copied()) {
            if let Some(best) = self.best
                && at - best.at > self.apart
            {
                self.found.push(best);
                self.best = None;
            }
            if errors <= self.most && self.best.is_none_or(|best| errors < best.errors) {
                self.best = Some(End { at, errors });
            }
        }
    }

    /// There is no more text.
    pub(crate) fn end(&mut self) {
        self.found.extend(self.best.take());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The errors of a pattern ending after each byte, by the plain method.
    fn plainly(pattern: &[u8], text: &[u8], anchored: bool) -> Vec<u32> {
        let mut column: Vec<u32> = (0..=pattern.len() as u32).collect();
        let mut errors = Vec::new();
        for (at, byte) in text.iter().enumerate() {
            let mut diagonal = column[0];
            column[0] = if anchored { at as u32 + 1 } else { 0 };
            for row in 1..column.len() {
                let change = diagonal + u32::from(pattern[row - 1] != *byte);
                diagonal = column[row];
                column[row] = change.min(column[row] + 1).min(column[row - 1] + 1);
            }
            errors.push(column[pattern.len()]);
        }
        errors
    }

    proptest! {
        #[test]
        fn errors_are_those_of_the_plain_method(
            pattern in prop::collection::vec(0u8..4, 1..200),
            text in prop::collection::vec(0u8..4, 0..300),
            anchored: bool,
        ) {
            let prepared = Pattern::new(&pattern);
            let mut reading = prepared.begin(anchored);
            let (one, other) = text.split_at(text.len() / 3);
            let errors = [prepared.read(&mut reading, one), prepared.read(&mut reading, other)];
            let plain = plainly(&pattern, &text, anchored);
            prop_assert_eq!(errors.concat(), &plain[..]);
            let first = vec![pattern.len() as u32];
            prop_assert_eq!(prepared.errors(&text), [first, plainly(&pattern, &text, false)].concat());

            // From behind it is the same.
            let backwards = |bytes: &[u8]| bytes.iter().rev().copied().collect::<Vec<u8>>();
            let reversed = Pattern::reversed(&backwards(&pattern));
            let errors = reversed.read(&mut reversed.begin(anchored), &backwards(&text));
            prop_assert_eq!(errors, plain);
        }
    }

    proptest! {
        /// Why nobody has to read on for the other end.
        #[test]
        fn a_pattern_has_no_more_bytes_than_its_own_and_its_errors(
            pattern in prop::collection::vec(0u8..3, 1..100),
            text in prop::collection::vec(0u8..3, 0..300),
        ) {
            let end = Pattern::new(&pattern).best(&text, false);
            let reversed = Pattern::reversed(&pattern);
            let longest = end.at.min(pattern.len() + end.errors as usize);
            let start = reversed.best(&text[..end.at], true);
            prop_assert_eq!(reversed.best(&text[end.at - longest..end.at], true), start);
            prop_assert_eq!(start.errors, end.errors);
        }
    }

    #[test]
    fn minima_are_apart() {
        let pattern = Pattern::new(b"abcd");
        let mut minima = Minima::new(&pattern, 2);
        let text = b"xxabcdxxxxxxabxdxxxx";
        minima.see(0, &pattern.read(&mut pattern.begin(false), text));
        minima.end();
        let found: Vec<_> = minima
            .found
            .iter()
            .map(|end| (end.at, end.errors))
            .collect();
        assert_eq!(found, [(6, 0), (16, 1)]);
    }
}
