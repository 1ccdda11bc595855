//! A copy of a discussion as an e-mail: a message (RFC 5322) in two parts (MIME,
//! RFC 2045 and 2046), some words and the [bundle](crate::wire::bundle) as an
//! attachment. It has neither a sender nor a receiver, and `X-Unsent` tells mail
//! programs that it is a draft.
//!
//! What is read is an e-mail as any program has saved it, after any number of
//! hands: forwarded, answered, with a footer below it. Every attachment that
//! begins like a bundle is taken out of it.

mod fields;
mod parts;
mod transfer;
mod write;

use thiserror::Error;

use crate::id::Millis;
use crate::wire::bundle::{self, MAX_BUNDLE};
use crate::wire::bytes::{BytesError, Reader, put_bytes, put_varint};
use parts::Walk;

/// What pages call this form.
pub const NAME: &str = "eml";
/// Its media type.
pub const MEDIA_TYPE: &str = "message/rfc822";
/// The most bytes of an e-mail that is read: the largest bundle in base64, and
/// what is around it.
pub const MAX_EMAIL: usize = MAX_BUNDLE / 2 * 3;

/// What an e-mail is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Email<'a> {
    /// Its subject.
    pub subject: &'a str,
    /// What it says, in lines.
    pub text: &'a str,
    /// What the attached file is called, without its ending. Whatever a file
    /// system may not like is left out.
    pub name: &'a str,
    /// The bundle.
    pub bundle: &'a [u8],
    /// When it is made.
    pub at: Millis,
}

impl<'a> Email<'a> {
    /// The bytes in which it goes from one WebAssembly module to another.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for text in [self.subject, self.text, self.name] {
            put_bytes(&mut out, text.as_bytes());
        }
        put_bytes(&mut out, self.bundle);
        put_varint(&mut out, self.at);
        out
    }

    /// Reads what [`Email::encode`] writes.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, BytesError> {
        let mut reader = Reader::new(bytes);
        let mut text = || std::str::from_utf8(reader.bytes()?).map_err(|_| BytesError::Range);
        let (subject, text, name) = (text()?, text()?, text()?);
        let email = Email {
            subject,
            text,
            name,
            bundle: reader.bytes()?,
            at: reader.varint()?,
        };
        reader.end()?;
        Ok(email)
    }

    /// The message. Its lines end with CR and LF.
    pub fn write(&self) -> String {
        write::write(self)
    }
}

/// The bundles that are attached to an e-mail, unchecked and at least one.
///
/// # Errors
/// When it is no e-mail, has none, or is more than a mail program makes.
pub fn read(file: &[u8]) -> Result<Vec<Vec<u8>>, EmailError> {
    if file.len() > MAX_EMAIL {
        return Err(EmailError::TooLarge);
    }
    let mut walk = Walk::default();
    walk.message(file, 0)?;
    match walk.found.is_empty() {
        true => Err(EmailError::NoCopy),
        false => Ok(walk.found),
    }
}

/// Why nothing can be taken out of an e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EmailError {
    /// It is over [`MAX_EMAIL`].
    #[error("the e-mail is larger than 96 MiB; save its attachment and open that")]
    TooLarge,
    /// It does not begin with the fields of a message.
    #[error("the file is not an e-mail")]
    NotAnEmail,
    /// More parts, or deeper ones, or longer fields, than are followed.
    #[error(
        "the e-mail has more parts within parts than a mail program makes; \
         save its attachment and open that"
    )]
    Tangled,
    /// Nothing in it begins like a bundle.
    #[error(
        "no copy of a discussion is attached to this e-mail; \
         ask for the file that ends in .postil, or follow the link in the e-mail"
    )]
    NoCopy,
}

/// Whether bytes begin as a bundle does.
fn is_bundle(bytes: &[u8]) -> bool {
    bytes.starts_with(&bundle::MAGIC)
}

#[cfg(test)]
mod tests;
