//! What is proposed for threads whose text was changed, and what the person
//! has said about that on this device.

use std::rc::Rc;

use postil_core::discussion::{Discussion, Placement};
use postil_core::id::EventId;
use postil_core::sorted::Map;

use super::Session;
use super::commented::Commented;
use crate::view::snapshot::Proposal;

/// Prefix of judgements among the values of a room.
const JUDGED: &str = "judged ";
/// Most bytes of the proposed words that are kept to know them again.
const KEPT: usize = 200;

impl Session {
    /// Keeps what the person thinks of a proposal, so that it is not asked again.
    pub(super) fn judge(&self, thread: &EventId, words: &str, yes: bool) {
        let mut value = vec![u8::from(yes)];
        value.extend(words.bytes().take(KEPT));
        self.keep_value(&[JUDGED, &thread.to_string()].concat(), Some(value));
        self.draw();
    }

    /// The proposals among `placements`, which are parallel to the threads. What
    /// the person has said no to is detached.
    pub(super) fn proposals(
        &self,
        text: &Commented,
        discussion: &Discussion,
        placements: &mut [Placement],
    ) -> Rc<Map<EventId, Proposal>> {
        let mut proposals = Map::new();
        for (thread, placement) in discussion.threads.iter().zip(placements) {
            let Placement::Proposed { start, end, .. } = *placement else {
                continue;
            };
            let words = match text {
                Commented::Page(half) if start == end => half.name_of(&thread.id).into(),
                _ => text.words(self, (start, end)),
            };
            let judged = self.judgement(&thread.id, &words);
            if judged == Some(false) {
                *placement = Placement::Detached;
                continue;
            }
            let proposal = Proposal {
                range: (start, end),
                words,
                suggested: judged == Some(true),
            };
            proposals.insert(thread.id, proposal);
        }
        Rc::new(proposals)
    }

    fn judgement(&self, thread: &EventId, words: &str) -> Option<bool> {
        let state = self.state.borrow();
        let key = [JUDGED, &thread.to_string()].concat();
        let (yes, kept) = state.values.get(&key)?.split_first()?;
        let is_same = words.bytes().take(KEPT).eq(kept.iter().copied());
        is_same.then_some(*yes == 1)
    }
}
