//! A draft: a change that has not become an event yet.

use thiserror::Error;

use crate::anchor::Anchor;
use crate::command::{Command, Subject};
use crate::event::{self, MAX_BODY};
use crate::id::DeviceId;
use crate::projection::authors::clean_name;
use crate::replica::Replica;
use crate::text::writer::BaseId;
use crate::wire::bytes::{BytesError, Reader, put_bytes, put_varint};

/// A change on its way into the own log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Draft {
    /// A finished payload, except that it refers to the events of whoever will
    /// issue it as to those of others.
    Event {
        /// The kind's number.
        kind: u32,
        /// The payload.
        payload: Vec<u8>,
    },
    /// A change of a document's text, which needs the document's base shared
    /// first.
    Edit {
        /// The document.
        base: BaseId,
        /// The tab that made it, see [`crate::text::writer::client_id`].
        tab: u32,
        /// The update of the text CRDT.
        update: Vec<u8>,
    },
}

/// Stands for the issuer of a payload: no key is like this, so that every
/// reference in it names its device.
pub(crate) const NOBODY: DeviceId = DeviceId([0; 32]);

/// Why a command was not carried out. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CommandError {
    /// There is nothing to publish.
    #[error("There is nothing to publish yet: write something first.")]
    Empty,
    /// The text is over its limit.
    #[error(
        "This is {have} bytes long and at most {limit} are possible. Shorten it, or split it in two."
    )]
    TooLong {
        /// How long it is, in bytes of UTF-8.
        have: usize,
        /// How long it may be.
        limit: usize,
    },
    /// The selected text is not there any more.
    #[error("The selected text is not there any more. Select again what you want to comment on.")]
    NoText,
    /// The comment or thread is not there.
    #[error("What you want to change is not here, or is not yours to change.")]
    NotThere,
}

/// A body within its limit.
pub(crate) fn body(text: &str) -> Result<&str, CommandError> {
    limited(text.trim_end(), MAX_BODY)
}

fn limited(text: &str, limit: usize) -> Result<&str, CommandError> {
    match text.len() {
        0 => Err(CommandError::Empty),
        have if have > limit => Err(CommandError::TooLong { have, limit }),
        _ => Ok(text),
    }
}

impl Draft {
    /// The event that a command asks for. `nonce` is eight random bytes.
    ///
    /// # Errors
    /// When the command can not be carried out as things stand.
    pub fn of(command: &Command, replica: &Replica, nonce: [u8; 8]) -> Result<Self, CommandError> {
        // Whose event it becomes is known when it does.
        let device = &NOBODY;
        let there = |id| {
            if replica.projection().has(id) {
                Ok(id)
            } else {
                Err(CommandError::NotThere)
            }
        };
        let (kind, payload) = match command {
            Command::SetName(name) => {
                let name = clean_name(name);
                let limit = event::profile::MAX_NAME;
                let have = name.chars().count();
                if have > limit {
                    return Err(CommandError::TooLong { have, limit });
                }
                (
                    event::profile::KIND,
                    event::profile::payload(limited(&name, usize::MAX)?),
                )
            }
            Command::OpenThread { on, body: text } => {
                let anchor = anchor(on, replica)?;
                (
                    event::thread::KIND,
                    event::thread::payload(anchor.as_ref(), body(text)?, &nonce),
                )
            }
            Command::Reply {
                thread,
                parent,
                body: text,
            } => {
                let payload = event::comment::payload(
                    there(thread)?,
                    there(parent)?,
                    body(text)?,
                    &nonce,
                    device,
                );
                (event::comment::KIND, payload)
            }
            Command::Revise {
                comment,
                body: text,
            } => (
                event::revise::KIND,
                event::revise::payload(there(comment)?, body(text)?, &nonce, device),
            ),
            Command::Redact { comment } => (
                event::redact::KIND,
                event::redact::payload(there(comment)?, device),
            ),
            Command::React { comment, emoji, on } => {
                let emoji = limited(emoji.trim(), event::react::MAX_EMOJI)?;
                (
                    event::react::KIND,
                    event::react::payload(there(comment)?, emoji, *on, device),
                )
            }
            Command::Relink { thread, on } => {
                let anchor = anchor(on, replica)?;
                let payload =
                    event::relink::payload(there(thread)?, anchor.as_ref(), &nonce, device);
                (event::relink::KIND, payload)
            }
            Command::Resolve { thread, reason } => (
                event::status::KIND,
                status(there(thread)?, true, reason.as_deref(), &nonce, device)?,
            ),
            Command::Reopen { thread, reason } => (
                event::status::KIND,
                status(there(thread)?, false, reason.as_deref(), &nonce, device)?,
            ),
        };
        Ok(Draft::Event {
            kind: kind.code,
            payload,
        })
    }

    /// Appends the form that tabs exchange.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Draft::Event { kind, payload } => {
                out.push(0);
                put_varint(out, u64::from(*kind));
                put_bytes(out, payload);
            }
            Draft::Edit { base, tab, update } => {
                out.push(1);
                out.extend_from_slice(&base.0);
                put_varint(out, u64::from(*tab));
                put_bytes(out, update);
            }
        }
    }

    /// Reads the form that tabs exchange.
    ///
    /// # Errors
    /// When the bytes are not a draft.
    pub fn decode(reader: &mut Reader<'_>) -> Result<Self, BytesError> {
        match reader.byte()? {
            0 => Ok(Draft::Event {
                kind: reader.varint32()?,
                payload: reader.bytes()?.to_vec(),
            }),
            1 => Ok(Draft::Edit {
                base: BaseId(reader.array()?),
                tab: reader.varint32()?,
                update: reader.bytes()?.to_vec(),
            }),
            _ => Err(BytesError::Range),
        }
    }
}

/// The anchor of a subject; `None` for the document as a whole.
pub(crate) fn anchor(on: &Subject, replica: &Replica) -> Result<Option<Anchor>, CommandError> {
    let anchor = match on {
        Subject::Whole => return Ok(None),
        Subject::Range(start, end) => {
            let document = replica.projection().documents().current();
            let text = &document.ok_or(CommandError::NoText)?.text;
            Anchor::describe(text, &text.text(), *start, *end)
        }
        Subject::Anchor(anchor) => Some((**anchor).clone()),
    };
    // What nobody could read would be lost words.
    let sound = |anchor: &Anchor| Anchor::decode(&anchor.encode()).is_ok();
    anchor.filter(sound).map(Some).ok_or(CommandError::NoText)
}

fn status(
    thread: &crate::id::EventId,
    resolved: bool,
    reason: Option<&str>,
    nonce: &[u8],
    device: &DeviceId,
) -> Result<Vec<u8>, CommandError> {
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    let reason = reason
        .map(|reason| limited(reason, event::status::MAX_REASON))
        .transpose()?;
    Ok(event::status::payload(
        thread, resolved, reason, nonce, device,
    ))
}
