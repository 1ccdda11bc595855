//! Which threads are listed.

use postil_core::discussion::{Status, Thread};
use postil_core::id::AuthorId;

use crate::i18n::Text;

/// A choice of threads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Filter {
    /// Open threads.
    #[default]
    Open,
    /// Resolved threads.
    Resolved,
    /// Threads in which one wrote something.
    Mine,
    /// Every thread.
    All,
}

impl Filter {
    pub(super) const ALL: [Filter; 4] = [Filter::Open, Filter::Resolved, Filter::Mine, Filter::All];

    pub(super) fn name(self) -> Text {
        match self {
            Filter::Open => Text::FilterOpen,
            Filter::Resolved => Text::FilterResolved,
            Filter::Mine => Text::FilterMine,
            Filter::All => Text::FilterAll,
        }
    }

    pub(super) fn passes(self, thread: &Thread, me: &AuthorId) -> bool {
        match self {
            Filter::Open => thread.status == Status::Open,
            Filter::Resolved => thread.status != Status::Open,
            Filter::Mine => thread.comments.iter().any(|c| c.author == *me),
            Filter::All => true,
        }
    }
}
