//! Unfinished texts. They are kept among the values of the room; what is written
//! to begin a thread on the page also where the element keeps it, because people
//! can go on with it before this module is there.

use std::rc::Rc;

use super::PanelHalf;
use crate::config::StandingDraft;
use crate::view::action::NEW_KEY;
use crate::view::snapshot::ReadDraft;

/// Prefix of drafts among the values of a room.
const DRAFT: &str = "draft ";

impl PanelHalf {
    /// Keeps an unfinished text, or forgets it when it is empty.
    pub(super) fn keep_draft(&self, key: &str, text: String) {
        if let Some(draft) = self.standing_draft().filter(|_| key == NEW_KEY) {
            draft.keep(&text);
        }
        let value = (!text.is_empty()).then(|| text.into_bytes());
        self.session.keep_value(&[DRAFT, key].concat(), value);
    }

    /// Reads unfinished texts.
    pub(in crate::session) fn drafts(&self) -> Rc<ReadDraft> {
        let session = Rc::downgrade(&self.session);
        let standing = self.standing_draft();
        Rc::new(move |key: &str| {
            let kept = standing.as_ref().filter(|_| key == NEW_KEY);
            kept.and_then(StandingDraft::read)
                .or_else(|| session.upgrade()?.value(&[DRAFT, key].concat()))
        })
    }

    /// Where the element keeps it, if the panel has a box that is always there.
    fn standing_draft(&self) -> Option<StandingDraft> {
        self.draft.clone().filter(|_| self.is_about_all())
    }
}
