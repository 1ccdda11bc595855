//! The surest way to find an anchor: by its characters.

use super::Anchor;
use crate::text::SharedText;
use crate::text::sticky::StickyRange;

/// The characters of an anchor, if it was made in this very text: characters
/// of a text that started differently have nothing to do with it.
pub(super) fn of<'a>(anchor: &'a Anchor, shared: &SharedText) -> Option<&'a StickyRange> {
    let range = anchor.sticky.as_ref();
    range.filter(|_| anchor.base == Some(shared.base_id()))
}
