//! Goes through the parts of a message, and those of messages inside of it.

use super::fields::{self, Fields, Kind, line};
use super::{EmailError, MAX_EMAIL, is_bundle};
use crate::wire::bundle::MAX_BUNDLE;

/// How many parts may be inside of one another.
const MAX_DEPTH: usize = 12;
/// The most parts.
const MAX_PARTS: usize = 1_000;
/// The most bundles that are taken out of one e-mail.
const MAX_FOUND: usize = 16;
/// As many decoded bytes as tell a bundle.
const PROBE: usize = 16;

/// What was found, and how much was looked at.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) found: Vec<Vec<u8>>,
    parts: usize,
    decoded: usize,
}

impl Walk {
    /// Goes through a message, which begins with its fields.
    ///
    /// # Errors
    /// When it does not, or there is more of it than is gone through.
    pub(super) fn message(&mut self, mut file: &[u8], depth: usize) -> Result<(), EmailError> {
        file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
        // Some programs put an empty line or a mailbox's own line first.
        while let Some((first, after)) = line(file)
            && (first.is_empty() || first.starts_with(b"From ") || first.starts_with(b">From "))
        {
            file = after;
        }
        match fields::read(file)? {
            (Some(fields), body) => self.body(&fields, body, depth),
            (None, _) if depth == 0 => Err(EmailError::NotAnEmail),
            (None, _) => Ok(()),
        }
    }

    fn body(&mut self, fields: &Fields, body: &[u8], depth: usize) -> Result<(), EmailError> {
        self.enter(depth)?;
        match &fields.kind {
            Kind::Parts(boundary) => split(body, boundary, &mut |part| {
                // A part without fields begins with the empty line.
                match fields::read(part)? {
                    (Some(fields), body) => self.body(&fields, body, depth + 1),
                    (None, _) => self.enter(depth + 1),
                }
            }),
            Kind::Message => {
                let message = fields.encoding.decode(body, MAX_EMAIL);
                self.count(message.len())?;
                self.message(&message, depth + 1)
            }
            Kind::Leaf => {
                let begins = fields.encoding.decode(body, PROBE);
                if is_bundle(&begins) && self.found.len() < MAX_FOUND {
                    // One byte more tells that it is too large.
                    let bundle = fields.encoding.decode(body, MAX_BUNDLE + 1).into_owned();
                    self.count(bundle.len())?;
                    if !self.found.contains(&bundle) {
                        self.found.push(bundle);
                    }
                }
                Ok(())
            }
        }
    }

    fn enter(&mut self, depth: usize) -> Result<(), EmailError> {
        self.parts += 1;
        match self.parts > MAX_PARTS || depth > MAX_DEPTH {
            true => Err(EmailError::Tangled),
            false => Ok(()),
        }
    }

    fn count(&mut self, decoded: usize) -> Result<(), EmailError> {
        self.decoded += decoded;
        match self.decoded > MAX_EMAIL {
            true => Err(EmailError::TooLarge),
            false => Ok(()),
        }
    }
}

/// Hands over what stands between the lines of a boundary. One that ends early
/// has its last part all the same.
fn split(
    body: &[u8],
    boundary: &[u8],
    hand: &mut dyn FnMut(&[u8]) -> Result<(), EmailError>,
) -> Result<(), EmailError> {
    let mut rest = body;
    let mut part: Option<&[u8]> = None;
    while let Some((line, after)) = line(rest) {
        let found = line.strip_prefix(b"--");
        let found = found.and_then(|line| line.strip_prefix(boundary));
        let is_last = match found.map(<[u8]>::trim_ascii_end) {
            Some(b"") => Some(false),
            Some(b"--") => Some(true),
            _ => None,
        };
        if let Some(is_last) = is_last {
            if let Some(begun) = part {
                let len = begun.len() - rest.len();
                hand(without_line_end(begun.get(..len).unwrap_or_default()))?;
            }
            if is_last {
                return Ok(());
            }
            part = Some(after);
        }
        rest = after;
    }
    part.map_or(Ok(()), hand)
}

/// The end of the line before a boundary belongs to that.
fn without_line_end(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}
