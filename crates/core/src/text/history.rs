//! Undo and redo of one's own edits.
//!
//! Undoing is editing: what one typed is deleted, as far as it is still there,
//! and what one deleted is typed again where it was. Nothing of anybody else's
//! is touched, also when it stands inside of what one typed. The text CRDT's
//! own undo is not used: it remembers which new character stands for which
//! deleted one on this device only, so that places in the text would come to
//! mean different things on different devices.

mod step;

use super::runs::Span;
use super::writer::CharId;
use super::{Edit, SharedText, TextError, units};
use crate::id::Millis;
use crate::sorted::{self, Map};
use step::{Piece, Step};

/// How many steps back one can go.
const STEPS: usize = 500;

/// What can be undone and redone.
#[derive(Default)]
pub struct History {
    undo: Vec<Step>,
    redo: Vec<Step>,
    /// Deleted characters that an undo or redo has typed again, and the first
    /// of the characters they were typed again as.
    retyped: Map<CharId, (u32, CharId)>,
    /// Whether the newest step may still grow.
    growing: bool,
}

/// One place where a step is reverted: characters out, deleted ones in again.
#[derive(Default)]
struct Change {
    start: u32,
    end: u32,
    insert: String,
    retyped: Vec<Span>,
}

impl History {
    /// Makes a change that can be undone: see [`SharedText::edit`]. `now` only
    /// decides what belongs to one step.
    ///
    /// # Errors
    /// See [`TextError`]; nothing is changed then.
    pub fn edit(
        &mut self,
        text: &mut SharedText,
        at: u32,
        delete: u32,
        insert: &str,
        now: Millis,
    ) -> Result<Vec<Edit>, TextError> {
        let (start, end) = text.whole_characters(at, delete)?;
        let newest = self.undo.last_mut().filter(|_| self.growing);
        let mut step = Step::default();
        let grown = newest.filter(|step| step.continues(text, start, end, insert, now));
        let edits = match grown {
            Some(newest) => newest.grow(text, start, end, insert)?,
            None => {
                let edits = step.edit(text, start, end, insert)?;
                self.undo.push(step);
                if self.undo.len() > STEPS {
                    self.undo.remove(0);
                }
                edits
            }
        };
        if let Some(newest) = self.undo.last_mut() {
            newest.at = now;
        }
        self.growing = true;
        self.redo.clear();
        Ok(edits)
    }

    /// Makes the next edit start a step of its own.
    pub fn pause(&mut self) {
        self.growing = false;
    }

    /// Whether there is anything to undo.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether there is anything to redo.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    /// Takes back the newest step that still has an effect. The edits are to
    /// be sent like any others; none when there is nothing to undo.
    ///
    /// # Errors
    /// See [`TextError`]. The step is forgotten then.
    pub fn undo(&mut self, text: &mut SharedText) -> Result<Vec<Edit>, TextError> {
        self.growing = false;
        while let Some(step) = self.undo.pop() {
            let (inverse, edits) = self.revert(text, &step)?;
            if !edits.is_empty() {
                self.redo.push(inverse);
                return Ok(edits);
            }
        }
        Ok(Vec::new())
    }

    /// Takes back the newest undo, likewise. Any other edit in between ends
    /// the possibility.
    ///
    /// # Errors
    /// See [`History::undo`].
    pub fn redo(&mut self, text: &mut SharedText) -> Result<Vec<Edit>, TextError> {
        self.growing = false;
        while let Some(step) = self.redo.pop() {
            let (inverse, edits) = self.revert(text, &step)?;
            if !edits.is_empty() {
                self.undo.push(inverse);
                return Ok(edits);
            }
        }
        Ok(Vec::new())
    }

    /// Does the opposite of a step, and gives it as a step of its own.
    fn revert(
        &mut self,
        text: &mut SharedText,
        step: &Step,
    ) -> Result<(Step, Vec<Edit>), TextError> {
        let living = self.living(text, &step.inserted);
        let ranges = living.into_iter().map(|(start, end)| Change {
            start,
            end,
            ..Change::default()
        });
        let mut changes: Vec<Change> = ranges.collect();
        let mut least = 0;
        for piece in &step.deleted {
            for (offset, part) in self.places(text, piece) {
                least = offset.max(least);
                let from = part.clock - piece.span.clock;
                let content = units::slice(&piece.content, from, from + part.len);
                retype(&mut changes, least, content, part);
            }
        }
        let mut inverse = Step::default();
        let mut edits = Vec::new();
        // From the last to the first, so that none moves another.
        for change in changes.into_iter().rev() {
            let client = text.client();
            let mut clock = text.next_clock(client);
            edits.extend(inverse.edit(text, change.start, change.end, &change.insert)?);
            for span in change.retyped {
                let new = CharId { client, clock };
                self.retyped.insert(span.first(), (span.len, new));
                clock += span.len;
            }
        }
        Ok((inverse, edits))
    }

    /// Where a deleted piece is to be typed again: beside a neighbour that was
    /// deleted and typed again itself, because then the piece's own place was
    /// left behind; otherwise where it was, in parts when others' text now
    /// stands between.
    fn places(&self, text: &SharedText, piece: &Piece) -> Vec<(u32, Span)> {
        let retyped = |id: CharId| match text.runs.offset_of(id) {
            Some(_) => None,
            None => self.living(text, &[Span::of(id)]).first().copied(),
        };
        let [left, right] = piece.around.map(|id| id.and_then(retyped));
        let beside = left.map(|(_, end)| end).or(right.map(|(start, _)| start));
        match beside {
            Some(offset) => vec![(offset, piece.span)],
            None => gaps(text, &piece.span),
        }
    }

    /// Where those of some characters are that are in the text, or what they
    /// were typed again as: ranges in text order, apart from each other.
    fn living(&self, text: &SharedText, spans: &[Span]) -> Vec<(u32, u32)> {
        let mut found: Vec<(u32, u32)> = Vec::new();
        let mut open = spans.to_vec();
        while let Some(span) = open.pop() {
            let present = text.runs.present(&span);
            found.extend(present.iter().map(|(at, part)| (*at, at + part.len)));
            let until = CharId {
                client: span.client,
                clock: span.end(),
            };
            // Characters are typed again only after they are gone for good, so
            // this goes on to newer ones and comes to an end.
            for (first, (len, new)) in self.retyped.range(..until).rev() {
                let old = Span {
                    client: first.client,
                    clock: first.clock,
                    len: *len,
                };
                if old.client != span.client {
                    break;
                }
                if let Some(part) = old.overlap(&span) {
                    open.push(Span {
                        client: new.client,
                        clock: new.clock + (part.clock - old.clock),
                        len: part.len,
                    });
                }
            }
        }
        sorted::sort(&mut found);
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for (start, end) in found {
            match ranges.last_mut() {
                Some(last) if last.1 >= start => last.1 = last.1.max(end),
                _ => ranges.push((start, end)),
            }
        }
        ranges
    }
}

/// Adds characters to be typed again at an offset; `changes` stays in text
/// order.
fn retype(changes: &mut Vec<Change>, offset: u32, content: &str, span: Span) {
    let place = changes.partition_point(|change| change.end < offset);
    match changes
        .get_mut(place)
        .filter(|change| change.start <= offset)
    {
        Some(change) => {
            change.insert.push_str(content);
            change.retyped.push(span);
        }
        None => changes.insert(
            place,
            Change {
                start: offset,
                end: offset,
                insert: content.to_owned(),
                retyped: vec![span],
            },
        ),
    }
}

/// Where deleted characters were, cut where others' text now stands between
/// them: `(offset, part)` in text order.
fn gaps(text: &SharedText, span: &Span) -> Vec<(u32, Span)> {
    let offset_at = |skip: u32| text.crdt_offset(span.part(skip, 1).first());
    let mut found = Vec::new();
    let mut skip = 0;
    while skip < span.len {
        let offset = offset_at(skip);
        // The last character with the same offset, by halving.
        let (mut same, mut other) = (skip, span.len);
        if offset_at(span.len - 1) == offset {
            same = span.len - 1;
        }
        while same + 1 < other {
            let middle = same + (other - same) / 2;
            match offset_at(middle) == offset {
                true => same = middle,
                false => other = middle,
            }
        }
        found.push((offset, span.part(skip, same + 1 - skip)));
        skip = same + 1;
    }
    found
}

impl std::fmt::Debug for History {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (undo, redo) = (self.undo.len(), self.redo.len());
        write!(f, "History({undo} to undo, {redo} to redo)")
    }
}

#[cfg(test)]
mod tests;
