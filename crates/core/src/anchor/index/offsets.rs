//! Which byte of a text is which UTF-16 offset.

/// One count is kept for so many bytes.
const STRIDE: usize = 128;

/// How many UTF-16 code units there are before every 128th byte.
#[derive(Debug, Clone, Default)]
pub(super) struct Offsets {
    counts: Vec<u32>,
}

/// How many code units the character has that a byte begins; none when the
/// byte begins no character.
fn units(byte: u8) -> u32 {
    u32::from(byte & 0xc0 != 0x80) + u32::from(byte >= 0xf0)
}

fn units_in(bytes: &[u8]) -> u32 {
    bytes.iter().map(|byte| units(*byte)).sum()
}

impl Offsets {
    /// Counts on, up to about a byte offset.
    pub(super) fn read(&mut self, text: &[u8], to: usize) {
        if self.counts.is_empty() {
            self.counts.push(0);
        }
        while self.counts.len() * STRIDE <= to {
            let end = self.counts.len() * STRIDE;
            let part = text.get(end - STRIDE..end).unwrap_or(&[]);
            let before = self.counts.last().copied().unwrap_or(0);
            self.counts.push(before + units_in(part));
        }
    }

    /// The UTF-16 offset of a byte offset.
    pub(super) fn to_units(&self, text: &str, byte: usize) -> u32 {
        let block = (byte / STRIDE).min(self.counts.len().saturating_sub(1));
        let before = self.counts.get(block).copied().unwrap_or(0);
        let part = text.as_bytes().get(block * STRIDE..byte.min(text.len()));
        before + units_in(part.unwrap_or(&[]))
    }

    /// The byte offset of a UTF-16 offset; one inside of a character counts as
    /// its start, one past the end as the end.
    pub(super) fn to_bytes(&self, text: &str, offset: u32) -> usize {
        let block = self.counts.partition_point(|count| *count <= offset);
        let block = block.saturating_sub(1);
        let mut count = self.counts.get(block).copied().unwrap_or(0);
        let mut start = block * STRIDE;
        let rest = text.as_bytes().get(start..).unwrap_or(&[]);
        for (at, byte) in rest.iter().enumerate() {
            if units(*byte) > 0 {
                start = block * STRIDE + at;
                count += units(*byte);
            }
            if count > offset {
                return start;
            }
        }
        text.len()
    }
}
