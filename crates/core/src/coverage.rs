//! Which events somebody holds: runs of sequence numbers for each device.

use crate::id::DeviceId;
use crate::replica::Span;
use crate::sorted::Map;
use crate::wire::bytes::{BytesError, Reader, put_varint};

/// Runs of events, by device. Encoded as
/// `n:varint (device[32] m:varint (gap:varint length:varint) × m) × n`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Disjoint runs `(first, last)`, ascending and not adjacent.
    runs: Map<DeviceId, Vec<(u32, u32)>>,
}

impl Coverage {
    /// Adds a run.
    pub fn add(&mut self, span: &Span) {
        let runs = self.runs.entry(span.device).or_default();
        let (mut first, mut last) = (span.first, span.last);
        runs.retain(|(a, b)| {
            let apart = *b < first.saturating_sub(1) || *a > last.saturating_add(1);
            if !apart {
                first = first.min(*a);
                last = last.max(*b);
            }
            apart
        });
        let at = runs.partition_point(|(a, _)| *a < first);
        runs.insert(at, (first, last));
    }

    /// Takes a run out.
    pub fn remove(&mut self, span: &Span) {
        let Some(runs) = self.runs.get_mut(&span.device) else {
            return;
        };
        let cut = |(a, b): &(u32, u32)| {
            let left = (*a, (*b).min(span.first.saturating_sub(1)));
            let right = ((*a).max(span.last.saturating_add(1)), *b);
            let apart = *b < span.first || *a > span.last;
            let kept = if apart {
                vec![(*a, *b)]
            } else {
                vec![left, right]
            };
            kept.into_iter().filter(|(a, b)| a <= b)
        };
        *runs = runs.iter().flat_map(cut).collect();
    }

    /// Whether it has an event.
    pub fn has(&self, device: &DeviceId, seq: u32) -> bool {
        self.runs(device)
            .iter()
            .any(|(a, b)| (*a..=*b).contains(&seq))
    }

    /// The first number from 1 to `head` that it lacks.
    pub fn first_gap(&self, device: &DeviceId, head: u32) -> Option<u32> {
        let gap = match self.runs(device).first() {
            Some((1, last)) => last + 1,
            _ => 1,
        };
        (gap <= head).then_some(gap)
    }

    /// How many of the events from 1 to `head` it has.
    pub fn count(&self, device: &DeviceId, head: u32) -> u32 {
        let runs = self.runs(device).iter();
        runs.map(|(a, b)| (*b).min(head).saturating_sub(a - 1))
            .sum()
    }

    /// Its runs.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        let runs = self.runs.iter();
        runs.flat_map(|(device, runs)| {
            runs.iter().map(|(first, last)| Span {
                device: *device,
                first: *first,
                last: *last,
            })
        })
    }

    /// How many events it has.
    pub fn len(&self) -> u32 {
        self.runs.values().flatten().map(|(a, b)| b - a + 1).sum()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn runs(&self, device: &DeviceId) -> &[(u32, u32)] {
        self.runs.get(device).map_or(&[], |runs| runs)
    }

    /// Appends the encoded form.
    pub fn encode(&self, out: &mut Vec<u8>) {
        put_varint(out, self.runs.len() as u64);
        for (device, runs) in &self.runs {
            out.extend_from_slice(&device.0);
            put_varint(out, runs.len() as u64);
            let mut end = 0;
            for (first, last) in runs {
                put_varint(out, u64::from(first - end));
                put_varint(out, u64::from(last - first));
                end = *last;
            }
        }
    }

    /// Reads the encoded form.
    pub fn decode(reader: &mut Reader<'_>) -> Result<Self, BytesError> {
        let mut coverage = Coverage::default();
        for _ in 0..reader.varint()? {
            let device = DeviceId(reader.array()?);
            let mut end = 0u32;
            for _ in 0..reader.varint()? {
                let first = end
                    .checked_add(reader.varint32()?)
                    .ok_or(BytesError::Range)?;
                let last = first
                    .checked_add(reader.varint32()?)
                    .ok_or(BytesError::Range)?;
                coverage.add(&Span {
                    device,
                    first,
                    last,
                });
                end = last;
            }
        }
        Ok(coverage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(first: u32, last: u32) -> Span {
        Span {
            device: DeviceId([1; 32]),
            first,
            last,
        }
    }

    #[test]
    fn runs_merge_and_part() {
        fn check(add: &[(u32, u32)], remove: &[(u32, u32)], runs: &[(u32, u32)]) {
            let mut coverage = Coverage::default();
            add.iter().for_each(|(a, b)| coverage.add(&span(*a, *b)));
            remove
                .iter()
                .for_each(|(a, b)| coverage.remove(&span(*a, *b)));
            assert_eq!(coverage.runs(&DeviceId([1; 32])), runs);
            let mut bytes = Vec::new();
            coverage.encode(&mut bytes);
            let mut reader = Reader::new(&bytes);
            assert_eq!(
                Coverage::decode(&mut reader)
                    .unwrap()
                    .runs(&DeviceId([1; 32])),
                runs
            );
            assert_eq!(reader.end(), Ok(()));
        }
        check(&[(1, 3), (5, 6)], &[], &[(1, 3), (5, 6)]);
        check(&[(1, 3), (5, 6), (4, 4)], &[], &[(1, 6)]);
        check(&[(5, 9), (1, 6)], &[], &[(1, 9)]);
        check(&[(1, 9)], &[(4, 5)], &[(1, 3), (6, 9)]);
        check(&[(1, 9)], &[(1, 9)], &[]);
    }

    #[test]
    fn the_first_gap_is_found() {
        fn check(add: &[(u32, u32)], head: u32, gap: Option<u32>) {
            let mut coverage = Coverage::default();
            add.iter().for_each(|(a, b)| coverage.add(&span(*a, *b)));
            assert_eq!(coverage.first_gap(&DeviceId([1; 32]), head), gap);
            let count = (1..=head).filter(|seq| coverage.has(&DeviceId([1; 32]), *seq));
            let count = u32::try_from(count.count()).unwrap();
            assert_eq!(coverage.count(&DeviceId([1; 32]), head), count);
        }
        check(&[], 3, Some(1));
        check(&[], 0, None);
        check(&[(1, 2)], 3, Some(3));
        check(&[(1, 3)], 3, None);
        check(&[(1, 4), (6, 9)], 3, None);
        check(&[(1, 4), (6, 9)], 7, Some(5));
        check(&[(2, 3)], 3, Some(1));
    }
}
