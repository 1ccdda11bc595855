//! What a thread is about, remembered in several ways at once, from the surest
//! to the plainest. One file a kind:
//!
//! - [`sticky`]: the characters of a shared text. They stay the same whatever
//!   is edited around, before or inside of them.
//! - [`quote`]: the words, with as much context as made them unique.
//! - [`position`]: the offsets at the time.
//! - [`element`]: an element of the page, by its id, its path and its heading.
//! - [`region`]: a box on that element, for pictures.
//! - [`time`]: a time of that element, for sound and film.
//! - [`content`]: what that element showed, to know another picture as one.
//!
//! The page as a whole is no anchor at all: where one may be, `None`.
//!
//! Ways of finding are tried from the cheapest to the dearest. An anchor is
//! placed only where it certainly belongs: when its characters are gone and
//! its words are not to be found in exactly one place, there is at most a
//! [proposal](Placement::Proposed) for a person to judge. Nothing moves
//! silently, and no thread goes because of its anchor. All offsets are in
//! UTF-16 code units.

mod approximate;
pub mod change;
mod codec;
pub mod content;
pub mod element;
mod grapheme;
pub mod index;
mod many;
pub mod position;
pub mod quote;
pub mod region;
pub mod search;
pub mod sticky;
pub mod time;

use std::cell::OnceCell;

use crate::discussion::Placement;
use crate::text::SharedText;
use crate::text::sticky::{Located, StickyRange};
use crate::text::writer::BaseId;
pub use codec::{AnchorError, MAX_ENCODED};
use content::Content;
use element::Element;
use index::TextIndex;
use position::Position;
use quote::Quote;
use region::Region;
use time::Time;

/// What a thread is about. At least one of its parts is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Anchor {
    /// The shared text it was made in, by what that text started from.
    pub base: Option<BaseId>,
    /// The characters, when the text is a shared one.
    pub sticky: Option<StickyRange>,
    /// The words.
    pub quote: Option<Quote>,
    /// Where it was when it was made.
    pub position: Option<Position>,
    /// The element it is about, or in which its words were.
    pub element: Option<Element>,
    /// A box on the element.
    pub region: Option<Region>,
    /// A time of the element.
    pub time: Option<Time>,
    /// What the element showed.
    pub content: Option<Content>,
}

impl Anchor {
    /// Describes a selection of a shared text, without the white space at its
    /// ends and grown to whole characters as people see them. `text` is the
    /// shared text's content. `None` when nothing is left or the offsets are
    /// not in the text.
    pub fn describe(shared: &SharedText, text: &str, start: u32, end: u32) -> Option<Self> {
        let anchor = Self::describe_text(text, start, end)?;
        let Position { start, end } = anchor.position?;
        Some(Anchor {
            base: Some(shared.base_id()),
            sticky: Some(shared.capture(start, end)?),
            ..anchor
        })
    }

    /// Describes a selection of a page's text likewise. It reads the whole
    /// text; where there is an index, [`TextIndex::describe`] is quicker.
    pub fn describe_text(text: &str, start: u32, end: u32) -> Option<Self> {
        let (from, to) = position::trim(text, start, end)?;
        let count = |words: &str, most| quote::count(text, words, most);
        let start = crate::text::units::from_bytes(text, from);
        let len = crate::text::units::len(text.get(from..to)?);
        Some(Anchor {
            quote: Some(Quote::describe(text, from, to, &count)?),
            position: Position::new(start, start + len),
            ..Anchor::default()
        })
    }

    /// An anchor on an element as a whole.
    pub fn on(element: Element) -> Self {
        Anchor {
            element: Some(element),
            ..Anchor::default()
        }
    }

    /// The anchor with the element that it is on, or that its words are in.
    pub fn with_element(self, element: Element) -> Self {
        Anchor {
            element: Some(element),
            ..self
        }
    }

    /// The anchor, narrowed to a box on its element.
    pub fn with_region(self, region: Region) -> Self {
        Anchor {
            region: Some(region),
            ..self
        }
    }

    /// The anchor, narrowed to a time of its element.
    pub fn with_time(self, time: Time) -> Self {
        Anchor {
            time: Some(time),
            ..self
        }
    }

    /// The anchor, with what its element shows.
    pub fn with_content(self, content: Content) -> Self {
        Anchor {
            content: Some(content),
            ..self
        }
    }

    /// Whether the anchor is about text. All others are about an element.
    pub fn is_text(&self) -> bool {
        self.sticky.is_some() || self.quote.is_some() || self.position.is_some()
    }

    /// Where the anchor is in a shared text now; `text` is its content.
    ///
    /// What is not found by its characters takes a search through the whole
    /// text.
    pub fn resolve(&self, shared: &SharedText, text: &str) -> Placement {
        let located = sticky::of(self, shared).map(|range| shared.locate(range));
        self.settle(located, text, &OnceCell::new())
    }

    /// What [`Anchor::resolve`] says of many anchors, quicker.
    pub fn resolve_all(anchors: &[&Anchor], shared: &SharedText, text: &str) -> Vec<Placement> {
        let ranges = anchors.iter().filter_map(|a| sticky::of(a, shared));
        let ranges: Vec<StickyRange> = ranges.copied().collect();
        let mut located = shared.locate_all(&ranges).into_iter();
        let index = OnceCell::new();
        let placements = anchors.iter().map(|anchor| {
            let located = sticky::of(anchor, shared).and_then(|_| located.next());
            anchor.settle(located, text, &index)
        });
        placements.collect()
    }

    /// Decides between what the ways of finding the anchor say. The index of
    /// the text is made when it is needed.
    fn settle(
        &self,
        located: Option<Located>,
        text: &str,
        index: &OnceCell<TextIndex>,
    ) -> Placement {
        match located {
            Some(Located::At { start, end, whole }) => {
                // An end that was deleted and then restored has new characters
                // but the same words.
                let quote = self.quote.as_ref().filter(|_| !whole);
                let restored = quote.and_then(|quote| quote.find_near(text, start, end));
                let (start, end) = restored.unwrap_or((start, end));
                Placement::Placed { start, end }
            }
            Some(Located::Waiting) => Placement::Waiting,
            Some(Located::Gone) | None => index
                .get_or_init(|| TextIndex::new(text.into()))
                .resolve(self),
        }
    }
}

#[cfg(test)]
mod tests;
