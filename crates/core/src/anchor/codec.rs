//! The form in which anchors are sent and stored: a CBOR map that
//! `docs/protocol/text.md` describes.

use minicbor::{Decoder, Encoder};
use thiserror::Error;

use super::Anchor;
use super::content::Content;
use super::element::Element;
use super::position::Position;
use super::quote::Quote;
use super::region::Region;
use super::time::Time;
use crate::text::sticky::StickyRange;
use crate::text::writer::{BaseId, CharId};
use crate::wire::cbor;

/// The most bytes that an anchor has in encoded form.
pub const MAX_ENCODED: usize = 4096;

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

type Written = minicbor::encode::Error<std::convert::Infallible>;
type Unread = minicbor::decode::Error;

impl Anchor {
    /// The form in which the anchor is sent and stored.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Writing to a vector can not fail.
        let _ = self.write(&mut Encoder::new(&mut bytes));
        bytes
    }

    fn write(&self, out: &mut Encoder<&mut Vec<u8>>) -> Result<(), Written> {
        let parts = [
            self.base.is_some(),
            self.sticky.is_some(),
            self.position.is_some(),
            self.element.is_some(),
            self.region.is_some(),
            self.time.is_some(),
            self.content.is_some(),
        ];
        let parts = parts.iter().filter(|there| **there).count() as u64;
        out.map(parts + if self.quote.is_some() { 4 } else { 0 })?;
        if let Some(base) = &self.base {
            out.u8(0)?.bytes(&base.0)?;
        }
        if let Some(range) = &self.sticky {
            out.u8(1)?.array(4)?;
            for id in [range.start, range.end] {
                out.u64(id.client)?.u32(id.clock)?;
            }
        }
        if let Some(quote) = &self.quote {
            let flags = u8::from(quote.cut) | u8::from(quote.unique) << 1;
            out.u8(2)?.str(&quote.exact)?;
            out.u8(3)?.array(2)?;
            out.str(&quote.prefix)?.str(&quote.suffix)?;
            out.u8(4)?.u32(quote.hits)?;
            out.u8(5)?.u8(flags)?;
        }
        if let Some(Position { start, end }) = self.position {
            out.u8(6)?.array(2)?.u32(start)?.u32(end)?;
        }
        if let Some(element) = &self.element {
            out.u8(7)?.array(3)?;
            for part in [&element.id, &element.path, &element.heading] {
                out.str(part)?;
            }
        }
        if let Some(region) = self.region {
            out.u8(8)?.array(4)?;
            for part in [region.x, region.y, region.width, region.height] {
                out.u16(part)?;
            }
        }
        if let Some(time) = self.time {
            out.u8(9)?.array(1 + u64::from(time.end.is_some()))?;
            for part in [Some(time.start), time.end].into_iter().flatten() {
                out.u32(part)?;
            }
        }
        if let Some(content) = &self.content {
            out.u8(10)?.array(2)?.str(&content.name)?;
            out.u64(content.digest)?;
        }
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
        match anchor.quote.as_ref().is_none_or(Quote::fits) {
            true => Ok(anchor),
            false => Err(AnchorError::TooLarge),
        }
    }

    /// `None` for well-formed CBOR that is not an anchor.
    fn read(input: &mut Decoder<'_>, end: usize) -> Result<Option<Self>, Unread> {
        let Some(entries) = input.map()? else {
            return Ok(None);
        };
        let mut anchor = Anchor::default();
        let mut context = Quote::default();
        let mut next_key = 0;
        for _ in 0..entries {
            let key = input.u64()?;
            if key < next_key {
                return Ok(None);
            }
            next_key = key.saturating_add(1);
            let sound = match key {
                0 => {
                    anchor.base = <[u8; 16]>::try_from(input.bytes()?).ok().map(BaseId);
                    anchor.base.is_some()
                }
                1 => {
                    anchor.sticky = read_sticky(input)?;
                    anchor.sticky.is_some()
                }
                2 => {
                    let exact = input.str()?.to_owned();
                    let sound = !exact.is_empty();
                    anchor.quote = Some(Quote {
                        exact,
                        ..Quote::default()
                    });
                    sound
                }
                3 => {
                    let sound = input.array()? == Some(2);
                    if sound {
                        context.prefix = input.str()?.to_owned();
                        context.suffix = input.str()?.to_owned();
                    }
                    sound
                }
                4 => {
                    context.hits = input.u32()?;
                    true
                }
                5 => {
                    let flags = input.u64()?;
                    (context.cut, context.unique) = (flags & 1 != 0, flags & 2 != 0);
                    true
                }
                6 => {
                    let sound = input.array()? == Some(2);
                    if sound {
                        anchor.position = Position::new(input.u32()?, input.u32()?);
                    }
                    anchor.position.is_some()
                }
                7 => {
                    anchor.element = read_element(input)?;
                    anchor.element.is_some()
                }
                8 => {
                    anchor.region = read_region(input)?;
                    anchor.region.is_some()
                }
                9 => {
                    anchor.time = read_time(input)?;
                    anchor.time.is_some()
                }
                10 => {
                    anchor.content = read_content(input)?;
                    anchor.content.is_some()
                }
                _ => {
                    let at = input.position();
                    let length = input.input().get(at..).and_then(cbor::length);
                    input.set_position(at + length.unwrap_or_default());
                    length.is_some()
                }
            };
            if !sound {
                return Ok(None);
            }
        }
        if let Some(quote) = &mut anchor.quote {
            let exact = std::mem::take(&mut quote.exact);
            *quote = Quote { exact, ..context };
        }
        Ok((anchor.is_sound() && input.position() == end).then_some(anchor))
    }

    /// Whether the parts make sense together.
    fn is_sound(&self) -> bool {
        let based = self.base.is_some() || self.sticky.is_none();
        let elsewhere = self.element.is_some() || self.region.is_some() || self.time.is_some();
        based && (self.quote.is_some() || self.position.is_some() || elsewhere)
    }
}

fn read_sticky(input: &mut Decoder<'_>) -> Result<Option<StickyRange>, Unread> {
    if input.array()? != Some(4) {
        return Ok(None);
    }
    let (start, end) = (read_id(input)?, read_id(input)?);
    let sound = start.client >> 53 == 0 && end.client >> 53 == 0;
    Ok(sound.then_some(StickyRange { start, end }))
}

fn read_id(input: &mut Decoder<'_>) -> Result<CharId, Unread> {
    Ok(CharId {
        client: input.u64()?,
        clock: input.u32()?,
    })
}

fn read_element(input: &mut Decoder<'_>) -> Result<Option<Element>, Unread> {
    if input.array()? != Some(3) {
        return Ok(None);
    }
    let element = Element {
        id: input.str()?.into(),
        path: input.str()?.into(),
        heading: input.str()?.into(),
    };
    Ok(element.is_sound().then_some(element))
}

fn read_region(input: &mut Decoder<'_>) -> Result<Option<Region>, Unread> {
    if input.array()? != Some(4) {
        return Ok(None);
    }
    let (x, y) = (input.u16()?, input.u16()?);
    Ok(Region::new(x, y, input.u16()?, input.u16()?))
}

fn read_time(input: &mut Decoder<'_>) -> Result<Option<Time>, Unread> {
    Ok(match input.array()? {
        Some(1) => Time::new(input.u32()?, None),
        Some(2) => Time::new(input.u32()?, Some(input.u32()?)),
        _ => None,
    })
}

fn read_content(input: &mut Decoder<'_>) -> Result<Option<Content>, Unread> {
    if input.array()? != Some(2) {
        return Ok(None);
    }
    let content = Content {
        name: input.str()?.into(),
        digest: input.u64()?,
    };
    Ok(content.is_sound().then_some(content))
}
