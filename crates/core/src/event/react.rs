//! Give or take back a reaction; the last word of each author on each emoji
//! counts.

use super::payload::{Payload, Writer};
use super::{EventError, Kind};
use crate::id::{DeviceId, EventId};
use crate::projection::{Issued, Projection};

/// How reactions are given.
pub const KIND: Kind = Kind {
    code: 5,
    name: "react",
    targets: &[TARGET],
    fold,
};

const TARGET: u64 = 0;
const EMOJI: u64 = 1;
const ON: u64 = 2;
/// Most UTF-8 bytes of one emoji: the longest joined sequences have 35.
pub const MAX_EMOJI: usize = 40;

/// The payload of a reaction.
pub fn payload(comment: &EventId, emoji: &str, on: bool, issuer: &DeviceId) -> Vec<u8> {
    Writer::new()
        .event(TARGET, comment, issuer)
        .text(EMOJI, emoji)
        .flag(ON, on)
        .finish()
}

fn fold(
    payload: &Payload<'_>,
    issued: &Issued<'_>,
    projection: &mut Projection,
) -> Result<(), EventError> {
    let comment = issued.target(payload.event(TARGET, &issued.id().device)?, "a comment")?;
    let emoji = payload.text(EMOJI, MAX_EMOJI, "the emoji")?;
    let on = payload.flag(ON)?;
    projection.with_comment(issued, comment, |facts| facts.react(issued, emoji, on))
}
