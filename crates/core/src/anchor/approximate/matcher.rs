//! How many bytes must be changed to turn a pattern into some of a text.

/// A pattern, prepared.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    len: usize,
    blocks: usize,
    /// For each byte, where it is in the pattern: one bit a byte of the
    /// pattern, in blocks of 64.
    masks: Vec<u64>,
}

/// A reading of a text: for each beginning of the pattern, what its last byte
/// adds to the errors.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    /// Differences of plus one and minus one.
    columns: Vec<(u64, u64)>,
    /// Errors of the whole pattern, ending here.
    pub(crate) errors: u32,
    /// Whether the pattern must begin where the reading began.
    anchored: bool,
}

/// Where a pattern ends in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct End {
    /// One past its last byte.
    pub(crate) at: usize,
    /// How many bytes are to be changed.
    pub(crate) errors: u32,
}

impl Pattern {
    /// Prepares a pattern.
    pub(crate) fn new(pattern: &[u8]) -> Self {
        Self::of(pattern.iter())
    }

    /// Prepares a pattern for reading backwards.
    pub(crate) fn reversed(pattern: &[u8]) -> Self {
        Self::of(pattern.iter().rev())
    }

    fn of<'a>(pattern: impl ExactSizeIterator<Item = &'a u8>) -> Self {
        let len = pattern.len();
        let blocks = len.div_ceil(64);
        let mut masks = vec![0; blocks * 256];
        for (at, byte) in pattern.enumerate() {
            if let Some(mask) = masks.get_mut(usize::from(*byte) * blocks + at / 64) {
                *mask |= 1 << (at % 64);
            }
        }
        Pattern { len, blocks, masks }
    }

    /// The length of the pattern.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// What reading one byte costs, for budgets.
    pub(crate) fn cost(&self) -> usize {
        self.blocks.max(1)
    }

    /// Begins to read. When `anchored`, the pattern has to begin there;
    /// otherwise it may begin anywhere.
    pub(crate) fn read(&self, anchored: bool) -> Reading {
        Reading {
            columns: vec![(u64::MAX, 0); self.blocks],
            errors: self.len as u32,
            anchored,
        }
    }

    /// Reads one byte.
    pub(crate) fn advance(&self, reading: &mut Reading, byte: u8) {
        let from = usize::from(byte) * self.blocks;
        let masks = self.masks.get(from..from + self.blocks).unwrap_or(&[]);
        let mut carry_plus = u64::from(reading.anchored);
        let mut carry_minus = 0;
        let mut out = (0, 0);
        let last = (self.len.wrapping_sub(1) % 64) as u32;
        for ((plus, minus), mask) in reading.columns.iter_mut().zip(masks) {
            let vertical = mask | *minus;
            let equal = mask | carry_minus;
            let across = ((equal & *plus).wrapping_add(*plus) ^ *plus) | equal;
            let rise = *minus | !(across | *plus);
            let fall = *plus & across;
            out = (rise >> last & 1, fall >> last & 1);
            let (rises, falls) = (rise << 1 | carry_plus, fall << 1 | carry_minus);
            (carry_plus, carry_minus) = (rise >> 63, fall >> 63);
            *plus = falls | !(vertical | rises);
            *minus = rises & vertical;
        }
        reading.errors = (reading.errors + out.0 as u32).saturating_sub(out.1 as u32);
    }

    /// The errors before each byte and after the last one, beginning anywhere.
    pub(crate) fn errors<'a>(&self, text: impl Iterator<Item = &'a u8>) -> Vec<u32> {
        let mut reading = self.read(false);
        let mut errors = vec![reading.errors];
        errors.extend(text.map(|byte| {
            self.advance(&mut reading, *byte);
            reading.errors
        }));
        errors
    }

    /// Where the pattern ends with the fewest errors, the first of equals.
    pub(crate) fn best(&self, text: impl Iterator<Item = u8>, anchored: bool) -> End {
        let mut reading = self.read(anchored);
        let mut best = End {
            at: 0,
            errors: reading.errors,
        };
        for (at, byte) in text.enumerate() {
            self.advance(&mut reading, byte);
            if reading.errors < best.errors {
                best = End {
                    at: at + 1,
                    errors: reading.errors,
                };
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

    /// The pattern ends here with so many errors.
    pub(crate) fn see(&mut self, at: usize, errors: u32) {
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
            let mut reading = prepared.read(anchored);
            let errors: Vec<u32> = text.iter().map(|byte| {
                prepared.advance(&mut reading, *byte);
                reading.errors
            }).collect();
            prop_assert_eq!(errors, plainly(&pattern, &text, anchored));
            let (first, rest) = (vec![pattern.len() as u32], plainly(&pattern, &text, false));
            prop_assert_eq!(prepared.errors(text.iter()), [first, rest].concat());
        }
    }

    #[test]
    fn minima_are_apart() {
        let pattern = Pattern::new(b"abcd");
        let mut minima = Minima::new(&pattern, 2);
        let mut reading = pattern.read(false);
        for (at, byte) in b"xxabcdxxxxxxabxdxxxx".iter().enumerate() {
            pattern.advance(&mut reading, *byte);
            minima.see(at + 1, reading.errors);
        }
        minima.end();
        let found: Vec<_> = minima
            .found
            .iter()
            .map(|end| (end.at, end.errors))
            .collect();
        assert_eq!(found, [(6, 0), (16, 1)]);
    }
}
