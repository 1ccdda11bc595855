//! The fields before the body of a message or of one of its parts, as far as
//! they say how to read that body.

use super::EmailError;
use super::transfer::Encoding;

/// The most bytes that all fields of a part may have.
const MAX_FIELDS: usize = 64 * 1024;
/// The longest boundary (RFC 2046 allows 70 characters).
const MAX_BOUNDARY: usize = 70;

/// What a body is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Parts, with this line between them.
    Parts(Vec<u8>),
    /// A message inside of the message.
    Message,
    /// Anything else.
    Leaf,
}

/// What the fields of a part say.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) kind: Kind,
    pub(super) encoding: Encoding,
}

/// Reads the fields of a part, and gives what follows the empty line after
/// them. `None` when it does not begin with one.
///
/// # Errors
/// When they are longer than any program makes them.
pub(super) fn read(part: &[u8]) -> Result<(Option<Fields>, &[u8]), EmailError> {
    if part.is_empty() {
        return Ok((None, part));
    }
    let mut fields = Fields {
        kind: Kind::Leaf,
        encoding: Encoding::None,
    };
    let (mut kind, mut encoding) = (None, None);
    let mut rest = part;
    let mut is_first = true;
    while let Some((line, after)) = line(rest) {
        if line.is_empty() {
            rest = after;
            break;
        }
        let (mut value, mut next) = (line.to_vec(), after);
        // A line that begins with a space goes on where the one before ended.
        while let Some((more, after)) = super::fields::line(next)
            && more.starts_with(b" ") | more.starts_with(b"\t")
        {
            value.extend_from_slice(more);
            next = after;
        }
        if part.len() - next.len() > MAX_FIELDS {
            return Err(EmailError::Tangled);
        }
        let colon = value.iter().position(|byte| *byte == b':');
        let Some((name, value)) = colon.and_then(|at| value.split_at_checked(at)) else {
            match is_first {
                true => return Ok((None, part)),
                // Not a field, so the body has begun without an empty line.
                false => break,
            }
        };
        let name = name.trim_ascii_end();
        if is_first && !name.iter().all(is_of_name) {
            return Ok((None, part));
        }
        let value = value.get(1..).unwrap_or_default();
        if name.eq_ignore_ascii_case(b"content-type") && kind.is_none() {
            kind = Some(self::kind(value));
        } else if name.eq_ignore_ascii_case(b"content-transfer-encoding") {
            encoding = encoding.or_else(|| Some(Encoding::named(value.trim_ascii())));
        }
        is_first = false;
        rest = next;
    }
    fields.kind = kind.unwrap_or(Kind::Leaf);
    fields.encoding = encoding.unwrap_or(Encoding::None);
    Ok((Some(fields), rest))
}

/// What names of fields are made of in practice; more is allowed.
fn is_of_name(letter: &u8) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_' | b'.')
}

/// The first line without its end, and what follows; `None` at the end.
pub(super) fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    if bytes.is_empty() {
        return None;
    }
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (line, rest) = bytes.split_at_checked(end.map_or(bytes.len(), |at| at + 1))?;
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    Some((line.strip_suffix(b"\r").unwrap_or(line), rest))
}

fn kind(value: &[u8]) -> Kind {
    let mut parts = value.splitn(2, |byte| *byte == b';');
    let name = parts.next().unwrap_or_default().trim_ascii();
    let name = name.to_ascii_lowercase();
    if name.starts_with(b"multipart/") {
        let boundary = boundary(parts.next().unwrap_or_default());
        return boundary.map_or(Kind::Leaf, Kind::Parts);
    }
    match &name[..] {
        b"message/rfc822" | b"message/global" => Kind::Message,
        _ => Kind::Leaf,
    }
}

/// The parameter `boundary`.
fn boundary(mut parameters: &[u8]) -> Option<Vec<u8>> {
    loop {
        let equals = parameters.iter().position(|byte| *byte == b'=')?;
        let (name, rest) = parameters.split_at_checked(equals)?;
        let rest = rest.get(1..)?.trim_ascii_start();
        let (value, after) = match rest.strip_prefix(b"\"") {
            Some(quoted) => quoted_value(quoted),
            None => {
                let ends = |byte: &u8| matches!(byte, b';' | b' ' | b'\t' | b'(');
                let end = rest.iter().position(ends).unwrap_or(rest.len());
                let (value, after) = rest.split_at_checked(end)?;
                (value.to_vec(), after)
            }
        };
        let begins = name.iter().rposition(|byte| *byte == b';');
        let name = name.get(begins.map_or(0, |at| at + 1)..)?.trim_ascii();
        if name.eq_ignore_ascii_case(b"boundary") {
            return (1..=MAX_BOUNDARY).contains(&value.len()).then_some(value);
        }
        parameters = after;
    }
}

/// What stands before the next quotation mark, and what follows that.
fn quoted_value(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let (mut value, mut rest) = (Vec::new(), text);
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match (byte, after.split_first()) {
            (b'"', _) => break,
            (b'\\', Some((escaped, after))) => {
                value.push(*escaped);
                rest = after;
            }
            _ => value.push(*byte),
        }
    }
    (value, rest)
}
