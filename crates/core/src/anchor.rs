//! What a thread is about: a stretch of a shared text, remembered in three
//! ways, from the surest to the plainest.
//!
//! 1. [`sticky`]: the characters themselves. They stay the same whatever is
//!    edited around, before or inside of them.
//! 2. [`quote`]: the words, with as much context as made them unique.
//! 3. The offsets at the time, to show where it was.
//!
//! An anchor is placed only where it certainly belongs. When its characters
//! are gone and its words are not to be found in exactly one place, it is
//! detached: nothing moves silently, and no thread goes because of its anchor.
//! All offsets are in UTF-16 code units.

mod grapheme;
pub mod quote;
pub mod sticky;

use minicbor::{Decoder, Encoder};
use thiserror::Error;

use crate::discussion::Placement;
use crate::text::SharedText;
use crate::text::sticky::{Located, StickyRange};
use crate::text::writer::{BaseId, CharId};
use quote::Quote;

/// The most bytes that an anchor has in encoded form.
pub const MAX_ENCODED: usize = 4096;

/// What a thread is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The text it was made in, by what that text started from.
    pub base: BaseId,
    /// The characters, when the text is a shared one.
    pub sticky: Option<StickyRange>,
    /// The words.
    pub quote: Quote,
    /// Where it was when it was made: first code unit, and one past the last.
    pub position: (u32, u32),
}

/// Why bytes are not an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AnchorError {
    /// More bytes, or a longer quote or context, than allowed.
    #[error("The anchor is larger than an anchor may be.")]
    TooLarge,
    /// Not the form that `docs/protocol/text.md` describes.
    #[error("The anchor is not in the expected form.")]
    Malformed,
}

impl Anchor {
    /// Describes a selection of a shared text, without the white space at its
    /// ends and grown to whole characters as people see them. `text` is the
    /// shared text's content. `None` when nothing is left or the offsets are
    /// not in the text.
    pub fn describe(shared: &SharedText, text: &str, start: u32, end: u32) -> Option<Self> {
        let (start, end) = quote::trim(text, start, end)?;
        Some(Anchor {
            base: shared.base_id(),
            sticky: Some(shared.capture(start, end)?),
            quote: Quote::describe(text, start, end)?,
            position: (start, end),
        })
    }

    /// Where the anchor is in a shared text now; `text` is its content.
    ///
    /// What is not found by its characters takes a search through the whole
    /// text.
    pub fn resolve(&self, shared: &SharedText, text: &str) -> Placement {
        let located = sticky::of(self, shared).map(|range| shared.locate(range));
        self.settle(located, text)
    }

    /// What [`Anchor::resolve`] says of many anchors, quicker.
    pub fn resolve_all(anchors: &[&Anchor], shared: &SharedText, text: &str) -> Vec<Placement> {
        let ranges = anchors.iter().filter_map(|a| sticky::of(a, shared));
        let ranges: Vec<StickyRange> = ranges.copied().collect();
        let mut located = shared.locate_all(&ranges).into_iter();
        let placements = anchors.iter().map(|anchor| {
            let located = sticky::of(anchor, shared).and_then(|_| located.next());
            anchor.settle(located, text)
        });
        placements.collect()
    }

    /// Decides between what the ways of finding the anchor say.
    fn settle(&self, located: Option<Located>, text: &str) -> Placement {
        let placed = |(start, end)| Placement::Placed { start, end };
        match located {
            Some(Located::At { start, end, whole }) => {
                // An end that was deleted and then restored has new characters
                // but the same words.
                let restored = match whole {
                    true => None,
                    false => self.quote.find_near(text, start, end),
                };
                placed(restored.unwrap_or((start, end)))
            }
            Some(Located::Waiting) => Placement::Waiting,
            Some(Located::Gone) | None => {
                let found = self.quote.find(text);
                found.map_or(Placement::Detached, placed)
            }
        }
    }

    /// The form in which the anchor is sent and stored.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Writing to a vector can not fail.
        let _ = self.write(&mut Encoder::new(&mut bytes));
        bytes
    }

    fn write(&self, out: &mut Encoder<&mut Vec<u8>>) -> Result<(), Written> {
        let quote = &self.quote;
        let flags = u8::from(quote.cut) | u8::from(quote.unique) << 1;
        out.map(6 + u64::from(self.sticky.is_some()))?;
        out.u8(0)?.bytes(&self.base.0)?;
        if let Some(range) = &self.sticky {
            out.u8(1)?.array(4)?;
            for id in [range.start, range.end] {
                out.u64(id.client)?.u32(id.clock)?;
            }
        }
        out.u8(2)?.str(&quote.exact)?;
        out.u8(3)?
            .array(2)?
            .str(&quote.prefix)?
            .str(&quote.suffix)?;
        out.u8(4)?.u32(quote.hits)?;
        out.u8(5)?.u8(flags)?;
        out.u8(6)?
            .array(2)?
            .u32(self.position.0)?
            .u32(self.position.1)?;
        Ok(())
    }

    /// Reads what [`Anchor::encode`] writes, also when later versions of
    /// Postil have added entries.
    ///
    /// # Errors
    /// When the bytes are too many or not an anchor.
    pub fn decode(bytes: &[u8]) -> Result<Self, AnchorError> {
        if bytes.len() > MAX_ENCODED {
            return Err(AnchorError::TooLarge);
        }
        let anchor = Self::read(&mut Decoder::new(bytes), bytes.len());
        let anchor = anchor.ok().flatten().ok_or(AnchorError::Malformed)?;
        match anchor.quote.fits() {
            true => Ok(anchor),
            false => Err(AnchorError::TooLarge),
        }
    }

    /// `None` for well-formed CBOR that is not an anchor.
    fn read(input: &mut Decoder<'_>, end: usize) -> Result<Option<Self>, minicbor::decode::Error> {
        let mut base = None;
        let mut sticky = None;
        let mut exact = None;
        let mut context = ("", "");
        let mut hits = 0;
        let mut flags = 0;
        let mut position = None;
        let mut last_key = None;
        let Some(entries) = input.map()? else {
            return Ok(None);
        };
        for _ in 0..entries {
            let key = input.u64()?;
            if last_key.is_some_and(|last| last >= key) {
                return Ok(None);
            }
            last_key = Some(key);
            match key {
                0 => base = <[u8; 16]>::try_from(input.bytes()?).ok().map(BaseId),
                1 => {
                    let (start, end) = match input.array()? {
                        Some(4) => (read_id(input)?, read_id(input)?),
                        _ => return Ok(None),
                    };
                    if start.client >> 53 != 0 || end.client >> 53 != 0 {
                        return Ok(None);
                    }
                    sticky = Some(StickyRange { start, end });
                }
                2 => exact = Some(input.str()?),
                3 => match input.array()? {
                    Some(2) => context = (input.str()?, input.str()?),
                    _ => return Ok(None),
                },
                4 => hits = input.u32()?,
                5 => flags = input.u64()?,
                6 => match input.array()? {
                    Some(2) => position = Some((input.u32()?, input.u32()?)),
                    _ => return Ok(None),
                },
                _ => input.skip()?,
            }
        }
        let (Some(base), Some(exact), Some(position)) = (base, exact, position) else {
            return Ok(None);
        };
        let quote = Quote {
            exact: exact.to_owned(),
            cut: flags & 1 != 0,
            prefix: context.0.to_owned(),
            suffix: context.1.to_owned(),
            hits,
            unique: flags & 2 != 0,
        };
        let sound = !exact.is_empty() && position.0 < position.1 && input.position() == end;
        Ok(sound.then_some(Anchor {
            base,
            sticky,
            quote,
            position,
        }))
    }
}

type Written = minicbor::encode::Error<std::convert::Infallible>;

fn read_id(input: &mut Decoder<'_>) -> Result<CharId, minicbor::decode::Error> {
    Ok(CharId {
        client: input.u64()?,
        clock: input.u32()?,
    })
}

#[cfg(test)]
mod tests;
