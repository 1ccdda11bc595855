//! Selectors in the fragment of an address, as in
//! `#selector(type=TextQuoteSelector,exact=some%20words)` (W3C Working Group
//! Note "Selectors and States").

use super::InterchangeError;
use super::selector::{self, Offsets};
use crate::anchor::Anchor;
use crate::anchor::index::TextIndex;
use crate::json::read::{MAX_LEN, Value};

/// Selectors are nested no deeper than this.
const MAX_DEPTH: u32 = 4;

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
