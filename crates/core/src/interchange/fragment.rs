//! Selectors in the fragment of an address, as in
//! `#selector(type=TextQuoteSelector,exact=some%20words)` (W3C Working Group
//! Note "Selectors and States"), and texts as browsers name them there:
//! `#:~:text=some%20words` (WICG "URL Fragment Text Directives").

use super::InterchangeError;
use super::selector::{self, Offsets};
use crate::anchor::Anchor;
use crate::anchor::index::TextIndex;
use crate::discussion::Placement;
use crate::json::read::{MAX_LEN, Value};

/// Selectors are nested no deeper than this.
const MAX_DEPTH: u32 = 4;
/// What stands before a text as browsers name it.
const DIRECTIVE: &str = ":~:text=";
/// Of words that begin such a text no more places are looked at.
const MOST_PLACES: usize = 256;

/// Where the text is that an address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nowhere.
    Nowhere,
    /// In one place, in UTF-16 code units.
    At {
        /// First code unit.
        start: u32,
        /// One past the last code unit.
        end: u32,
    },
    /// In more than one place.
    Several,
}

/// Finds the text that the fragment of an address names.
///
/// # Errors
/// When it names none.
pub fn find(fragment: &str, index: &TextIndex) -> Result<Found, InterchangeError> {
    if let Some((_, directive)) = fragment.split_once(DIRECTIVE) {
        let directive = directive.split('&').next().unwrap_or_default();
        let small = Some(directive).filter(|directive| directive.len() <= MAX_LEN);
        let found = small.and_then(|directive| find_directive(directive, index));
        return found.ok_or(InterchangeError::Malformed);
    }
    let anchor = read(fragment, Some(index))?;
    let is_several = anchor
        .quote
        .as_ref()
        .is_some_and(|quote| index.count(&quote.exact, 2) > 1);
    match index.resolve(&anchor) {
        Placement::Placed { start, end } => Ok(Found::At { start, end }),
        _ if is_several => Ok(Found::Several),
        // Nothing but offsets: there is no text that could be another one.
        Placement::Proposed { start, end, .. } if anchor.quote.is_none() && start < end => {
            Ok(Found::At { start, end })
        }
        _ if anchor.is_text() => Ok(Found::Nowhere),
        _ => Err(InterchangeError::Malformed),
    }
}

/// Finds `[prefix-,]start[,end][,-suffix]`. Only white space may stand between
/// the text and its context. Other than in browsers, upper case is not lower
/// case, and words may begin anywhere.
fn find_directive(directive: &str, index: &TextIndex) -> Option<Found> {
    let mut parts: Vec<&str> = directive.split(',').collect();
    let prefix = parts.first().and_then(|part| part.strip_suffix('-'));
    if prefix.is_some() {
        parts.remove(0);
    }
    let suffix = parts.last().and_then(|part| part.strip_prefix('-'));
    if suffix.is_some() {
        parts.pop();
    }
    let (first, last) = match parts.as_slice() {
        [first] => (decode(first)?, None),
        [first, last] => (decode(first)?, Some(decode(last)?)),
        _ => return None,
    };
    let prefix = decode(prefix.unwrap_or_default())?;
    let suffix = decode(suffix.unwrap_or_default())?;
    if first.is_empty() {
        return None;
    }
    let text = index.text();
    let begins = text.match_indices(&*first).take(MOST_PLACES);
    let mut places = begins.filter_map(|(from, _)| {
        let (before, rest) = text.split_at_checked(from)?;
        let (_, after) = rest.split_at_checked(first.len())?;
        let to = match &last {
            None => from + first.len(),
            Some(last) => from + first.len() + after.find(&**last)? + last.len(),
        };
        let follows = text.get(to..)?.trim_start().starts_with(suffix.trim());
        (before.trim_end().ends_with(prefix.trim()) && follows).then_some((from, to))
    });
    Some(match (places.next(), places.next()) {
        (None, _) => Found::Nowhere,
        (Some((from, to)), None) => Found::At {
            start: index.to_units(from),
            end: index.to_units(to),
        },
        _ => Found::Several,
    })
}

/// Reads the fragment of an address, with or without its `#`. Offsets are only
/// understood with the text that they count in.
///
/// # Errors
/// When it is another fragment, or says nothing here.
pub fn read(fragment: &str, index: Option<&TextIndex>) -> Result<Anchor, InterchangeError> {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let small = Some(fragment).filter(|fragment| fragment.len() <= MAX_LEN);
    let value = small.and_then(|fragment| parse(fragment, 0));
    let value = match value {
        Some((value, "")) => value,
        _ => return Err(InterchangeError::Malformed),
    };
    let anchor = selector::read(&value, index, Offsets::CodePoints)?;
    anchor.ok_or(InterchangeError::Malformed)
}

/// Reads a selector; what is left follows it.
fn parse(text: &str, depth: u32) -> Option<(Value, &str)> {
    let mut rest = text
        .strip_prefix("selector(")
        .filter(|_| depth <= MAX_DEPTH)?;
    let mut fields = Vec::new();
    loop {
        let (name, after) = rest.split_once('=')?;
        let value;
        (value, rest) = if after.starts_with("selector(") {
            parse(after, depth + 1)?
        } else {
            let (value, rest) = after.split_at_checked(after.find([',', ')'])?)?;
            let value = decode(value)?;
            let counts = matches!(name, "start" | "end");
            let value = if counts {
                Value::Number(value.into())
            } else {
                Value::Text(value)
            };
            (value, rest)
        };
        fields.push((decode(name)?, value));
        if let Some(rest) = rest.strip_prefix(')') {
            return Some((Value::Object(fields), rest));
        }
        rest = rest.strip_prefix(',')?;
    }
}

/// Resolves the percent-encoding of a part of an address.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        let (digits, after) = after.split_at_checked(2)?;
        let sound = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        bytes.extend(before.as_bytes());
        bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| sound)?);
        rest = after;
    }
    bytes.extend(rest.as_bytes());
    String::from_utf8(bytes).ok()
}
