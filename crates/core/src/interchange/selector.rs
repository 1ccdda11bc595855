//! Selectors of the W3C Web Annotation Data Model, and of those who deviate
//! from it.

use super::media;
use super::{InterchangeError, Place};
use crate::anchor::Anchor;
use crate::anchor::element::{Element, is_path};
use crate::anchor::index::TextIndex;
use crate::anchor::position::Position;
use crate::anchor::quote::Quote;
use crate::discussion::Placement;
use crate::json::read::{UNKNOWN, Value};
use crate::json::write::Json;

const HTML: &str = "http://tools.ietf.org/rfc/rfc3236";
const MEDIA: &str = "http://www.w3.org/TR/media-frags/";
/// Selectors refine one another no deeper than this.
const MAX_DEPTH: u32 = 4;
/// No more selectors of one list are looked at.
const MAX_SELECTORS: usize = 16;

/// What the offsets of a form count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offsets {
    /// Unicode code points.
    CodePoints,
    /// UTF-16 code units.
    Units,
}

/// Writes an anchor as a list of selectors that each find all of it.
pub(super) fn write(anchor: &Anchor, place: Option<Place<'_>>, offsets: Offsets) -> Vec<String> {
    let mut list = Vec::new();
    let quote = anchor.quote.as_ref().map(quote_json);
    list.extend(quote.clone());
    let position = match (place, offsets) {
        (Some(Place { index, position }), Offsets::CodePoints) => Some((
            code_points(index, position.start),
            code_points(index, position.end),
        )),
        (Some(Place { position, .. }), Offsets::Units) => Some((position.start, position.end)),
        (None, Offsets::Units) => anchor.position.map(|p| (p.start, p.end)),
        (None, Offsets::CodePoints) => None,
    };
    list.extend(position.map(|(start, end)| {
        selector("TextPositionSelector", None, |json| {
            json.field("start").number(start.into());
            json.field("end").number(end.into());
        })
    }));
    let media = media::write(anchor);
    let media = (!media.is_empty()).then(|| valued("FragmentSelector", Some(MEDIA), &media, None));
    match &anchor.element {
        None => list.extend(media),
        Some(element) => {
            let part = quote.or(media);
            let part = part.as_deref();
            if !element.id.is_empty() {
                list.push(valued("FragmentSelector", Some(HTML), &element.id, part));
            }
            if !element.path.is_empty() {
                list.push(valued("CssSelector", None, &element.path, part));
            }
        }
    }
    list
}

fn quote_json(quote: &Quote) -> String {
    selector("TextQuoteSelector", None, |json| {
        json.field("exact").text(&quote.exact);
        json.field("prefix").text(&quote.prefix);
        json.field("suffix").text(&quote.suffix);
    })
}

fn valued(kind: &str, conforms: Option<&str>, value: &str, part: Option<&str>) -> String {
    selector(kind, part, |json| {
        if let Some(conforms) = conforms {
            json.field("conformsTo").text(conforms);
        }
        json.field("value").text(value);
    })
}

/// Writes one selector, refined by another one.
pub(super) fn selector(kind: &str, part: Option<&str>, fields: impl FnOnce(&mut Json)) -> String {
    let mut json = Json::default();
    json.object(|json| {
        json.field("type").text(kind);
        fields(json);
        if let Some(part) = part {
            json.field("refinedBy").raw(part);
        }
    });
    json.out
}

/// How many code points there are before an offset in code units.
fn code_points(index: &TextIndex, units: u32) -> u32 {
    let before = index.text().get(..index.to_bytes(units));
    before.map_or(0, |before| before.chars().count() as u32)
}

/// The offset in code units after so many code points; `None` past the end.
fn units(index: &TextIndex, code_points: u32) -> Option<u32> {
    let text = index.text();
    let mut starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    Some(index.to_units(starts.nth(code_points as usize)?))
}

/// Reads an annotation, its target, or its selectors. `None` when it is about
/// a page as a whole.
pub(super) fn read(
    value: &Value,
    index: Option<&TextIndex>,
    offsets: Offsets,
) -> Result<Option<Anchor>, InterchangeError> {
    let target = value.field("target").unwrap_or(value);
    // Of several targets the first one that has selectors.
    let found = target
        .items()
        .iter()
        .find_map(|target| target.field("selector"));
    let selectors = match (found, target) {
        (Some(selectors), _) => selectors,
        // A plain address, or a target with nothing but its source.
        (None, Value::Text(_)) => return Ok(None),
        (None, target) if target.field("source").is_some() => return Ok(None),
        (None, target) if value.field("target").is_none() => target,
        _ => return Ok(None),
    };
    let mut reading = Reading {
        anchor: Anchor::default(),
        id: "",
        path: "",
        index,
        offsets,
        unknown: None,
    };
    for selector in selectors.items().iter().take(MAX_SELECTORS) {
        reading.add(selector, 0);
    }
    reading.finish().map(Some)
}

struct Reading<'a> {
    anchor: Anchor,
    id: &'a str,
    path: &'a str,
    index: Option<&'a TextIndex>,
    offsets: Offsets,
    /// A kind of selector that says nothing here.
    unknown: Option<&'a str>,
}

impl<'a> Reading<'a> {
    fn add(&mut self, selector: &'a Value, depth: u32) {
        let kind = selector.text("type").unwrap_or("something unknown");
        let understood = match kind {
            "TextQuoteSelector" => self.quote(selector),
            "TextPositionSelector" => self.position(selector),
            "FragmentSelector" => self.fragment(selector),
            "CssSelector" => self.css(selector),
            "MediaTimeSelector" => self.media_time(selector),
            "RangeSelector" => self.range(selector),
            _ => None,
        };
        if understood.is_none() {
            self.unknown = self.unknown.or(Some(kind));
        } else if depth < MAX_DEPTH
            && let Some(parts) = selector.field("refinedBy")
        {
            for part in parts.items().iter().take(MAX_SELECTORS) {
                self.add(part, depth + 1);
            }
        }
    }

    fn quote(&mut self, selector: &Value) -> Option<()> {
        let context = |name| selector.text(name).unwrap_or("");
        let exact = selector.text("exact")?;
        // Half a character at the outer end of the context says nothing.
        let prefix = context("prefix").rsplit(UNKNOWN).next().unwrap_or("");
        let suffix = context("suffix").split(UNKNOWN).next().unwrap_or("");
        let quote = Quote::given(exact, prefix, suffix)?;
        self.anchor.quote.get_or_insert(quote);
        Some(())
    }

    fn position(&mut self, selector: &Value) -> Option<()> {
        let (start, end) = (selector.number("start")?, selector.number("end")?);
        let position = match self.offsets {
            Offsets::Units => Position::new(start, end),
            Offsets::CodePoints => {
                Position::new(units(self.index?, start)?, units(self.index?, end)?)
            }
        };
        self.anchor.position = Some(position?);
        Some(())
    }

    fn fragment(&mut self, selector: &'a Value) -> Option<()> {
        let value = selector.text("value")?;
        if let Some((time, region)) = media::read(value) {
            (self.anchor.time, self.anchor.region) = (time, region);
            return Some(());
        }
        let html = selector
            .text("conformsTo")
            .is_none_or(|to| to.contains("rfc3236"));
        self.id = Some(value).filter(|_| html && !value.contains('='))?;
        Some(())
    }

    fn css(&mut self, selector: &'a Value) -> Option<()> {
        self.path = selector.text("value").filter(|path| is_path(path))?;
        Some(())
    }

    /// As Hypothesis has it: seconds.
    fn media_time(&mut self, selector: &Value) -> Option<()> {
        let millis = |name| u32::try_from(selector.thousandths(name)?).ok();
        let start = millis("start")?;
        let end = millis("end").filter(|end| *end != start);
        self.anchor.time = Some(crate::anchor::time::Time::new(start, end)?);
        Some(())
    }

    /// From where one selector begins up to where another one begins: to be
    /// described anew, which takes the text.
    fn range(&mut self, selector: &Value) -> Option<()> {
        let index = self.index?;
        let begin = |name| -> Option<u32> {
            let mut reading = Reading {
                anchor: Anchor::default(),
                id: "",
                path: "",
                index: self.index,
                offsets: self.offsets,
                unknown: None,
            };
            let part = selector.field(name)?;
            match part.text("type")? {
                "TextQuoteSelector" => reading.quote(part)?,
                "TextPositionSelector" => {
                    reading.position(part)?;
                    return reading.anchor.position.map(|position| position.start);
                }
                _ => return None,
            }
            match index.resolve(&reading.finish().ok()?) {
                Placement::Placed { start, .. } => Some(start),
                _ => None,
            }
        };
        let anchor = index.describe(begin("startSelector")?, begin("endSelector")?)?;
        self.anchor.quote = anchor.quote;
        self.anchor.position = anchor.position;
        Some(())
    }

    fn finish(mut self) -> Result<Anchor, InterchangeError> {
        self.anchor.element = Element::new(self.id, self.path, "");
        if let (Some(quote), Some(index)) = (&mut self.anchor.quote, self.index) {
            quote.count_in(index);
            // What is in one place is described with all that is around it.
            if let Some(anchor) = index.describe_only(&quote.exact).filter(|_| !quote.cut) {
                self.anchor.quote = anchor.quote;
            }
        }
        // What is too large to be sent is no anchor either.
        let unknown = self.unknown.unwrap_or("nothing");
        let unknown = unknown.chars().take(64).collect::<String>();
        Anchor::decode(&self.anchor.encode())
            .map_err(|_| InterchangeError::Unsupported(unknown.into()))
    }
}
