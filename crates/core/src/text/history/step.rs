//! One step of the history: edits in one place, without a pause.

use crate::id::Millis;
use crate::text::runs::Span;
use crate::text::writer::CharId;
use crate::text::{Edit, SharedText, TextError, units};

/// Edits further apart than this, in milliseconds, are undone separately.
const PAUSE: Millis = 500;
/// What is undone at once: edits in one place, without a pause.
#[derive(Default)]
pub(super) struct Step {
    /// What was typed.
    pub(super) inserted: Vec<Span>,
    /// What was deleted, in text order, without what was typed in this step.
    pub(super) deleted: Vec<Piece>,
    /// The character beside which the step ended: the last one typed, or the
    /// first one of the last deletion.
    pub(super) beside: Option<CharId>,
    /// When the last edit was made.
    pub(super) at: Millis,
}

/// Characters that were deleted together.
pub(super) struct Piece {
    pub(super) span: Span,
    pub(super) content: String,
    /// The characters that stood around the deletion.
    pub(super) around: [Option<CharId>; 2],
}

impl Step {
    /// Whether an edit goes on where this step ended, and soon enough.
    pub(super) fn continues(
        &self,
        text: &SharedText,
        start: u32,
        end: u32,
        insert: &str,
        now: Millis,
    ) -> bool {
        let Some(caret) = self.caret(text) else {
            return false;
        };
        let deletes_forward = start == caret && insert.is_empty();
        now.saturating_sub(self.at) <= PAUSE && (end == caret || deletes_forward)
    }

    /// Where the step ended, as an offset now.
    fn caret(&self, text: &SharedText) -> Option<u32> {
        let beside = self.beside?;
        Some(match text.runs.offset_of(beside) {
            Some(at) => at + 1,
            None => text.crdt_offset(beside),
        })
    }

    /// Makes an edit and keeps what it takes to undo it.
    pub(super) fn edit(
        &mut self,
        text: &mut SharedText,
        start: u32,
        end: u32,
        insert: &str,
    ) -> Result<Vec<Edit>, TextError> {
        let gone = text.runs.between(start, end);
        let content = match gone.is_empty() {
            true => String::new(),
            false => units::slice(&text.text(), start, end).to_owned(),
        };
        let before_caret = self.caret(text) != Some(start);
        let client = text.client();
        let clock = text.next_clock(client);
        let edits = text.edit(start, end - start, insert)?;

        let mut pieces = Vec::new();
        let mut offset = 0;
        for span in &gone {
            for part in self.without_typed(span) {
                let from = offset + (part.clock - span.clock);
                let content = units::slice(&content, from, from + part.len).to_owned();
                pieces.push(Piece {
                    span: part,
                    content,
                    around: [None; 2],
                });
            }
            offset += span.len;
        }
        let (count, already) = (pieces.len(), self.deleted.len());
        // Deleting backwards uncovers earlier text, deleting forwards later.
        match before_caret {
            true => drop(self.deleted.splice(..0, pieces)),
            false => self.deleted.extend(pieces),
        }
        let typed = Span {
            client,
            clock,
            len: text.next_clock(client) - clock,
        };
        if typed.len > 0 {
            let last = self.inserted.last_mut();
            if !last.is_some_and(|last| last.extend(&typed)) {
                self.inserted.push(typed);
            }
            self.beside = Some(typed.part(typed.len - 1, 1).first());
        } else {
            self.beside = gone.first().map(Span::first);
        }
        let around = self.around(text, start, start + typed.len);
        let new = match before_caret {
            true => self.deleted.get_mut(..count),
            false => self.deleted.get_mut(already..),
        };
        for piece in new.into_iter().flatten() {
            piece.around = around;
        }
        Ok(edits)
    }

    /// Makes an edit that goes on where the step ended. What stood beside an
    /// earlier deletion and is deleted now no longer tells where that was; what
    /// stands beside this edit does.
    pub(super) fn grow(
        &mut self,
        text: &mut SharedText,
        start: u32,
        end: u32,
        insert: &str,
    ) -> Result<Vec<Edit>, TextError> {
        let edits = self.edit(text, start, end, insert)?;
        let around = self.around(text, start, start + units::len(insert));
        for piece in &mut self.deleted {
            for (beside, now) in piece.around.iter_mut().zip(around) {
                if beside.is_some_and(|id| text.runs.offset_of(id).is_none()) {
                    *beside = now;
                }
            }
        }
        Ok(edits)
    }

    /// The characters before and after a range, past those typed in this step.
    fn around(&self, text: &SharedText, mut start: u32, mut end: u32) -> [Option<CharId>; 2] {
        let typed = |id: CharId| {
            let mut spans = self.inserted.iter();
            spans.find(|span| span.overlap(&Span::of(id)).is_some())
        };
        let mut left = None;
        while let Some(run) = text.runs.run_before(start) {
            let last = run.part(run.len - 1, 1).first();
            let Some(common) = typed(last).and_then(|span| span.overlap(&run)) else {
                left = Some(last);
                break;
            };
            start -= common.len;
        }
        let mut right = None;
        while let Some(run) = text.runs.run_after(end) {
            let first = run.first();
            let Some(common) = typed(first).and_then(|span| span.overlap(&run)) else {
                right = Some(first);
                break;
            };
            end += common.len;
        }
        [left, right]
    }

    /// The parts of a span that were not typed in this step.
    fn without_typed(&self, span: &Span) -> Vec<Span> {
        let mut parts = vec![*span];
        for typed in &self.inserted {
            let cut = parts.iter().flat_map(|part| match part.overlap(typed) {
                None => [*part, part.part(0, 0)],
                Some(common) => [
                    part.part(0, common.clock - part.clock),
                    part.part(common.end() - part.clock, part.len),
                ],
            });
            parts = cut.filter(|part| part.len > 0).collect();
        }
        parts
    }
}
