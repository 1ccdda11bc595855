//! The characters that are in the text now, in order, as runs of one writer's
//! consecutive characters. It answers "which character is at this offset" and
//! "where is this character" without a walk through the CRDT's tombstones.

use super::writer::CharId;
use crate::sorted;

/// Characters of one writer with consecutive clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) client: u64,
    pub(super) clock: u32,
    pub(super) len: u32,
}

impl Span {
    /// One character.
    pub(super) fn of(id: CharId) -> Span {
        Span {
            client: id.client,
            clock: id.clock,
            len: 1,
        }
    }

    pub(super) fn end(&self) -> u32 {
        self.clock.saturating_add(self.len)
    }

    pub(super) fn first(&self) -> CharId {
        CharId {
            client: self.client,
            clock: self.clock,
        }
    }

    /// The part from `skip` on, at most `len` long.
    pub(super) fn part(&self, skip: u32, len: u32) -> Span {
        let skip = skip.min(self.len);
        Span {
            client: self.client,
            clock: self.clock.saturating_add(skip),
            len: len.min(self.len - skip),
        }
    }

    /// What both spans cover.
    pub(super) fn overlap(&self, other: &Span) -> Option<Span> {
        let clock = self.clock.max(other.clock);
        let end = self.end().min(other.end());
        (self.client == other.client && clock < end).then(|| Span {
            client: self.client,
            clock,
            len: end - clock,
        })
    }

    /// Appends `next` when it continues this span.
    pub(super) fn extend(&mut self, next: &Span) -> bool {
        let continues = self.client == next.client && self.end() == next.clock;
        if continues {
            self.len += next.len;
        }
        continues
    }
}

/// Takes what is to stay.
type Keep<'a> = &'a mut dyn FnMut(Span);

/// The characters of a text, in text order.
#[derive(Default)]
pub(super) struct Runs {
    runs: Vec<Span>,
    len: u32,
}

impl Runs {
    /// How many UTF-16 code units there are.
    pub(super) fn len(&self) -> u32 {
        self.len
    }

    /// The run that covers an offset and how far into it the offset is; for
    /// the end of the text, one past the last run.
    fn find(&self, at: u32) -> (usize, u32) {
        let mut before = 0;
        for (index, run) in self.runs.iter().enumerate() {
            if at < before + run.len {
                return (index, at - before);
            }
            before += run.len;
        }
        (self.runs.len(), 0)
    }

    /// The character at an offset.
    pub(super) fn id_at(&self, at: u32) -> Option<CharId> {
        let (index, skip) = self.find(at);
        self.runs.get(index).map(|run| run.part(skip, 1).first())
    }

    /// The characters of one run from an offset on.
    pub(super) fn run_after(&self, at: u32) -> Option<Span> {
        let (index, skip) = self.find(at);
        self.runs.get(index).map(|run| run.part(skip, run.len))
    }

    /// The characters of one run up to an offset.
    pub(super) fn run_before(&self, at: u32) -> Option<Span> {
        let (index, skip) = self.find(at.checked_sub(1)?);
        self.runs.get(index).map(|run| run.part(0, skip + 1))
    }

    /// The characters between two offsets.
    pub(super) fn between(&self, start: u32, end: u32) -> Vec<Span> {
        let mut left = end.saturating_sub(start);
        let (index, mut skip) = self.find(start);
        let mut spans = Vec::new();
        for run in self.runs.iter().skip(index) {
            if left == 0 {
                break;
            }
            let part = run.part(skip, left);
            left -= part.len;
            skip = 0;
            spans.push(part);
        }
        spans
    }

    /// Where a character is.
    pub(super) fn offset_of(&self, id: CharId) -> Option<u32> {
        let mut before = 0;
        for run in &self.runs {
            if run.client == id.client && run.clock <= id.clock && id.clock < run.end() {
                return Some(before + (id.clock - run.clock));
            }
            before += run.len;
        }
        None
    }

    /// Which of some characters are in the text, with their offsets, in text
    /// order.
    pub(super) fn present(&self, span: &Span) -> Vec<(u32, Span)> {
        let mut before = 0;
        let mut found = Vec::new();
        for run in &self.runs {
            if let Some(part) = run.overlap(span) {
                found.push((before + (part.clock - run.clock), part));
            }
            before += run.len;
        }
        found
    }

    /// Puts new characters at an offset.
    pub(super) fn insert(&mut self, at: u32, span: Span) {
        self.len += span.len;
        let (mut index, skip) = self.find(at);
        if let Some(run) = self.runs.get_mut(index)
            && skip > 0
        {
            let tail = run.part(skip, run.len);
            run.len = skip;
            index += 1;
            self.runs.insert(index, tail);
        }
        let before = index.checked_sub(1).and_then(|i| self.runs.get_mut(i));
        if !before.is_some_and(|run| run.extend(&span)) {
            self.runs.insert(index, span);
        }
    }

    /// Takes out what is between two offsets.
    pub(super) fn remove(&mut self, start: u32, end: u32) {
        let mut before = 0;
        self.retain(&mut |run, keep| {
            let skip = start.saturating_sub(before).min(run.len);
            let until = end.saturating_sub(before).min(run.len).max(skip);
            before += run.len;
            keep(run.part(0, skip));
            keep(run.part(until, run.len));
        });
    }

    /// Takes out characters by name, given in ascending order. Answers the
    /// stretches `(offset, length)` that they took up before, in text order.
    pub(super) fn remove_ids(&mut self, gone: &[Span]) -> Vec<(u32, u32)> {
        let mut stretches: Vec<(u32, u32)> = Vec::new();
        let mut before = 0;
        self.retain(&mut |run, keep| {
            let mut done = 0;
            let from = gone.partition_point(|g| (g.client, g.end()) <= (run.client, run.clock));
            for span in gone.iter().skip(from) {
                let Some(part) = span.overlap(&run) else {
                    break;
                };
                let skip = part.clock - run.clock;
                keep(run.part(done, skip - done));
                done = skip + part.len;
                match stretches.last_mut() {
                    Some((at, len)) if *at + *len == before + skip => *len += part.len,
                    _ => stretches.push((before + skip, part.len)),
                }
            }
            keep(run.part(done, run.len));
            before += run.len;
        });
        stretches
    }

    /// Goes once through all runs; `visit` says which parts of each stay.
    fn retain(&mut self, visit: &mut dyn FnMut(Span, Keep<'_>)) {
        let old = std::mem::take(&mut self.runs);
        let mut new: Vec<Span> = Vec::with_capacity(old.len() + 1);
        let mut len = 0;
        for run in old {
            visit(run, &mut |part| {
                len += part.len;
                if part.len > 0 && !new.last_mut().is_some_and(|last| last.extend(&part)) {
                    new.push(part);
                }
            });
        }
        self.runs = new;
        self.len = len;
    }

    /// All runs by name with their offsets, for many look-ups at once.
    pub(super) fn by_id(&self) -> Vec<(Span, u32)> {
        let mut before = 0;
        let mut table = Vec::with_capacity(self.runs.len());
        for run in &self.runs {
            table.push((*run, before));
            before += run.len;
        }
        sorted::sort(&mut table);
        table
    }
}

/// Where a character is, by a table from [`Runs::by_id`].
pub(super) fn offset_in(table: &[(Span, u32)], id: CharId) -> Option<u32> {
    let after = table.partition_point(|(run, _)| (run.client, run.clock) <= (id.client, id.clock));
    let (run, offset) = table.get(after.checked_sub(1)?)?;
    (run.client == id.client && id.clock < run.end()).then(|| offset + (id.clock - run.clock))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(client: u64, clock: u32, len: u32) -> Span {
        Span { client, clock, len }
    }

    fn runs(spans: &[Span]) -> Runs {
        Runs {
            runs: spans.to_vec(),
            len: spans.iter().map(|s| s.len).sum(),
        }
    }

    #[test]
    fn insertion_splits_and_joins() {
        let mut all = Runs::default();
        all.insert(0, span(1, 0, 4));
        all.insert(2, span(2, 0, 1));
        all.insert(3, span(2, 1, 1));
        assert_eq!(all.runs, [span(1, 0, 2), span(2, 0, 2), span(1, 2, 2)]);
        all.insert(6, span(1, 4, 3));
        assert_eq!(all.runs, [span(1, 0, 2), span(2, 0, 2), span(1, 2, 5)]);
        assert_eq!(all.len(), 9);
        assert_eq!(all.id_at(3).unwrap(), span(2, 1, 1).first());
        assert_eq!(all.id_at(9), None);
        assert_eq!(all.offset_of(span(1, 3, 1).first()), Some(5));
        assert_eq!(
            all.between(1, 5),
            [span(1, 1, 1), span(2, 0, 2), span(1, 2, 1)]
        );
        assert_eq!(all.between(5, 5), []);
        all.remove(2, 4);
        assert_eq!(all.runs, [span(1, 0, 7)]);
    }

    #[test]
    fn removal_by_name_reports_stretches() {
        fn check(gone: &[Span], left: &[Span], stretches: &[(u32, u32)]) {
            let mut all = runs(&[span(1, 0, 5), span(2, 0, 2), span(1, 5, 5)]);
            assert_eq!(all.remove_ids(gone), stretches);
            assert_eq!(all.runs, left);
            assert_eq!(all.len(), left.iter().map(|s| s.len).sum::<u32>());
        }
        check(&[], &[span(1, 0, 5), span(2, 0, 2), span(1, 5, 5)], &[]);
        check(&[span(2, 0, 2)], &[span(1, 0, 10)], &[(5, 2)]);
        check(
            &[span(1, 3, 4), span(2, 0, 1)],
            &[span(1, 0, 3), span(2, 1, 1), span(1, 7, 3)],
            &[(3, 3), (7, 2)],
        );
        check(
            &[span(1, 1, 1), span(1, 3, 1)],
            &[
                span(1, 0, 1),
                span(1, 2, 1),
                span(1, 4, 1),
                span(2, 0, 2),
                span(1, 5, 5),
            ],
            &[(1, 1), (3, 1)],
        );
    }

    #[test]
    fn both_ways_to_find_a_character_agree() {
        let all = runs(&[span(7, 3, 2), span(1, 0, 5), span(7, 0, 2), span(9, 9, 1)]);
        let table = all.by_id();
        for client in [1, 7, 8, 9] {
            for clock in 0..12 {
                let id = CharId { client, clock };
                assert_eq!(all.offset_of(id), offset_in(&table, id), "{id:?}");
            }
        }
    }
}
