//! Shared text: what two people write into at once, also without a
//! connection, and what comes out the same for both.
//!
//! The merging is done by yrs. It is given nothing that has not passed
//! [`admit::check`], one small update at a time and only when everything the
//! update refers to is here, because outside of that it is known to crash or
//! to lose text. Nothing outside this module names it. All offsets and lengths
//! are in UTF-16 code units.

pub mod admit;
mod change;
mod crdt;
pub mod history;
pub mod revision;
mod runs;
pub mod sticky;
pub mod units;
pub mod writer;

use std::collections::VecDeque;

use yrs::updates::decoder::Decode;
use yrs::{
    ClientID, Doc, GetString, OffsetKind, Options, ReadTxn, Text, TextRef, Transact, Update,
};

pub use change::{Delta, Edit, TextError, pieces};

use crate::id;
use crate::sorted::Map;
use admit::{Checked, MAX_CLOCK, MAX_INSERT, MAX_RANGES, ROOT};
use runs::{Runs, Span};
use writer::{BaseId, CharId};

/// What is known of one writer.
#[derive(Default)]
struct Writer {
    /// How many code units the writer has inserted.
    next: u32,
    /// Which of them are second halves of surrogate pairs, ascending.
    halves: Vec<u32>,
}

/// A text that several people edit, as one of them has it.
pub struct SharedText {
    doc: Doc,
    text: TextRef,
    client: u64,
    base: BaseId,
    base_client: u64,
    runs: Runs,
    writers: Map<u64, Writer>,
    /// Edits made here that have not come back through [`SharedText::apply`],
    /// oldest first.
    ahead: VecDeque<Vec<u8>>,
    /// Set when yrs and our own account of the text no longer agree.
    broken: bool,
}

impl SharedText {
    /// The text that starts as `base`, edited here under the number `client`
    /// (see [`writer::client_id`]). The base is filed under a writer derived
    /// from it, so it is the same on every device without being sent.
    pub fn new(base: &str, client: u64) -> Self {
        let (name, base_client) = writer::of_base(base);
        let mut options =
            Options::with_guid_and_client_id("".into(), ClientID::new(client & ((1 << 53) - 1)));
        options.offset_kind = OffsetKind::Utf16;
        let doc = Doc::with_options(options);
        let text = doc.get_or_insert_text(ROOT);
        let mut shared = SharedText {
            doc,
            text,
            client,
            base: name,
            base_client,
            runs: Runs::default(),
            writers: Map::new(),
            ahead: VecDeque::new(),
            broken: false,
        };
        if !base.is_empty() {
            let merged = shared.merge(&writer::base_update(base_client, base));
            shared.took(base_client, 0, base);
            shared.broken = merged.is_err() || shared.runs.len() != shared.crdt_len();
        }
        shared
    }

    /// A new text with the same base, to which `updates` (writer and bytes)
    /// are applied in the order given. What does not pass the check or can not
    /// be merged is left out; the answer names the positions of what was.
    ///
    /// Two devices that replay the same updates in the same order have the
    /// same text whatever the text CRDT does.
    pub fn rebuild(base: &str, client: u64, updates: &[(u64, &[u8])]) -> (Self, Vec<usize>) {
        let mut shared = SharedText::new(base, client);
        let mut refused = Vec::new();
        for (position, (writer, update)) in updates.iter().enumerate() {
            let known = |client, end| end <= shared.next_clock(client);
            let checked = admit::check(update, *writer, shared.next_clock(*writer), &known);
            if !checked.is_ok_and(|checked| shared.apply(&checked).is_ok()) {
                refused.push(position);
            }
        }
        (shared, refused)
    }

    /// Which text this one started from.
    pub fn base_id(&self) -> BaseId {
        self.base
    }

    /// The writer under whom the base is filed. Everybody has seen its whole
    /// text.
    pub fn base_client(&self) -> u64 {
        self.base_client
    }

    /// The writer under whom changes made here are filed.
    pub fn client(&self) -> u64 {
        self.client
    }

    /// How many code units a writer has inserted so far: the clock of the
    /// writer's next insertion.
    pub fn next_clock(&self, client: u64) -> u32 {
        self.writers.get(&client).map_or(0, |writer| writer.next)
    }

    /// The whole text. Takes time in proportion to its length.
    pub fn text(&self) -> String {
        self.text.get_string(&self.doc.transact())
    }

    /// Length of the text in UTF-16 code units.
    pub fn len(&self) -> u32 {
        self.runs.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// SHA-256 of the text's UTF-8 bytes, to compare replicas by.
    pub fn digest(&self) -> [u8; 32] {
        id::hash(b"", &[self.text().as_bytes()])
    }

    /// Replaces `delete` code units at `at` by `insert`, as one edit. A
    /// character of two code units is never cut: the range grows to hold all
    /// of it.
    ///
    /// # Errors
    /// See [`TextError`]; nothing is changed then.
    pub fn splice(&mut self, at: u32, delete: u32, insert: &str) -> Result<Edit, TextError> {
        let (start, end) = self.whole_characters(at, delete)?;
        if start == end && insert.is_empty() {
            return Err(TextError::Empty);
        }
        if insert.len() > MAX_INSERT || self.runs.between(start, end).len() > MAX_RANGES {
            return Err(TextError::TooLarge);
        }
        let clock = self.next_clock(self.client);
        if units::len(insert) > MAX_CLOCK.saturating_sub(clock) {
            return Err(TextError::Full);
        }
        if self.broken {
            return Err(TextError::Broken);
        }
        let mut transaction = self.doc.transact_mut();
        if end > start {
            self.text.remove_range(&mut transaction, start, end - start);
        }
        self.text.insert(&mut transaction, start, insert);
        // Before the transaction ends, the insertion is still a block of its
        // own; afterwards it may have become part of the one before it.
        let update = transaction.encode_update_v1();
        drop(transaction);
        self.runs.remove(start, end);
        self.took(self.client, start, insert);
        self.broken = self.runs.len() != self.crdt_len();
        self.ahead.push_back(update.clone());
        let delta = Delta {
            at: start,
            deleted: end - start,
            inserted: insert.to_owned(),
        };
        Ok(Edit {
            update,
            deltas: vec![delta],
        })
    }

    /// Replaces `delete` code units at `at` by `insert`, however much that is,
    /// in as many edits as it takes; nearly always that is one.
    ///
    /// # Errors
    /// See [`TextError`]; nothing is changed then.
    pub fn edit(&mut self, at: u32, delete: u32, insert: &str) -> Result<Vec<Edit>, TextError> {
        let (start, mut end) = self.whole_characters(at, delete)?;
        if units::len(insert) > MAX_CLOCK.saturating_sub(self.next_clock(self.client)) {
            return Err(TextError::Full);
        }
        let mut edits = Vec::new();
        loop {
            let spans = self.runs.between(start, end);
            if spans.len() <= MAX_RANGES {
                break;
            }
            let part = spans.iter().take(MAX_RANGES).map(|s| s.len).sum();
            edits.push(self.splice(start, part, "")?);
            end -= part;
        }
        let mut pieces = pieces(insert);
        let first = pieces.next().unwrap_or("");
        edits.push(self.splice(start, end - start, first)?);
        let mut at = start + units::len(first);
        for piece in pieces {
            edits.push(self.splice(at, 0, piece)?);
            at += units::len(piece);
        }
        Ok(edits)
    }

    /// Merges a checked edit, also an own one from an earlier session. An edit
    /// that was made here is in the text already and changes nothing.
    ///
    /// # Errors
    /// See [`TextError`]. Whether an edit is refused depends on nothing but
    /// the edits before it, so all devices refuse the same; only
    /// [`TextError::Overtaken`] is about this one.
    pub fn apply(&mut self, edit: &Checked<'_>) -> Result<Vec<Delta>, TextError> {
        if edit.client == self.client
            && let Some(made_here) = self.ahead.front()
        {
            if made_here != edit.bytes {
                return Err(TextError::Overtaken);
            }
            self.ahead.pop_front();
            return Ok(Vec::new());
        }
        self.fits(edit)?;
        self.merge(edit.bytes)?;
        let gone = self.runs.remove_ids(&edit.deletes);
        // From the last to the first, so that none moves another.
        let mut deltas: Vec<Delta> = gone
            .into_iter()
            .rev()
            .map(|(at, deleted)| Delta {
                at,
                deleted,
                inserted: String::new(),
            })
            .collect();
        if let Some(insert) = &edit.insert {
            let new = CharId {
                client: edit.client,
                clock: edit.clock,
            };
            let at = self.crdt_offset(new);
            self.took(edit.client, at, insert.text);
            deltas.push(Delta {
                at,
                deleted: 0,
                inserted: insert.text.to_owned(),
            });
        }
        if self.runs.len() == self.crdt_len() {
            return Ok(deltas);
        }
        self.broken = true;
        Err(TextError::Broken)
    }

    /// Whether there are edits made here that have not come back.
    pub fn is_ahead(&self) -> bool {
        !self.ahead.is_empty()
    }

    /// The edits made here that have not come back, oldest first; the text no
    /// longer counts them as made here.
    pub fn take_ahead(&mut self) -> VecDeque<Vec<u8>> {
        std::mem::take(&mut self.ahead)
    }

    /// Makes an edit again that [`SharedText::take_ahead`] gave, in a text that
    /// was rebuilt.
    ///
    /// # Errors
    /// When it does not fit any more; nothing is changed then.
    pub fn make_again(&mut self, update: Vec<u8>) -> Result<(), TextError> {
        let known = |client, end| end <= self.next_clock(client);
        let next = self.next_clock(self.client);
        let checked = admit::check(&update, self.client, next, &known);
        let checked = checked.map_err(|_| TextError::Missing)?;
        let ahead = self.take_ahead();
        let applied = self.apply(&checked).map(|_| ());
        self.ahead = ahead;
        applied?;
        self.ahead.push_back(update);
        Ok(())
    }

    /// Whether everything that an edit refers to is here and whole.
    fn fits(&self, edit: &Checked<'_>) -> Result<(), TextError> {
        if self.broken {
            return Err(TextError::Broken);
        }
        let known = |client, end| end <= self.next_clock(client);
        if edit.clock != self.next_clock(edit.client) {
            return Err(TextError::Missing);
        }
        for gone in &edit.deletes {
            if !known(gone.client, gone.end()) {
                return Err(TextError::Missing);
            }
            if self.is_half(gone.client, gone.clock) || self.is_half(gone.client, gone.end()) {
                return Err(TextError::CutsCharacter);
            }
        }
        let Some(insert) = &edit.insert else {
            return Ok(());
        };
        for id in [insert.left, insert.right].into_iter().flatten() {
            if !known(id.client, id.clock.saturating_add(1)) {
                return Err(TextError::Missing);
            }
        }
        let cuts = insert
            .left
            .is_some_and(|id| self.is_half(id.client, id.clock + 1))
            || insert
                .right
                .is_some_and(|id| self.is_half(id.client, id.clock));
        match cuts {
            true => Err(TextError::CutsCharacter),
            false => Ok(()),
        }
    }

    /// Hands an update to yrs.
    fn merge(&mut self, update: &[u8]) -> Result<(), TextError> {
        let update = Update::decode_v1(update).map_err(|_| TextError::Broken)?;
        let mut transaction = self.doc.transact_mut();
        let merged = transaction.apply_update(update).is_ok() && !transaction.has_missing_updates();
        drop(transaction);
        self.broken |= !merged;
        match merged {
            true => Ok(()),
            false => Err(TextError::Broken),
        }
    }

    /// Takes account of what a writer has inserted.
    fn took(&mut self, client: u64, at: u32, inserted: &str) {
        let writer = self.writers.entry(client).or_default();
        let clock = writer.next;
        for c in inserted.chars() {
            writer.next += c.len_utf16() as u32;
            if c.len_utf16() == 2 {
                writer.halves.push(writer.next - 1);
            }
        }
        let len = writer.next - clock;
        if len > 0 {
            self.runs.insert(at, Span { client, clock, len });
        }
    }

    /// Whether a code unit is the second half of a surrogate pair.
    fn is_half(&self, client: u64, clock: u32) -> bool {
        let writer = self.writers.get(&client);
        writer.is_some_and(|writer| writer.halves.binary_search(&clock).is_ok())
    }

    /// Whether an offset lies inside a surrogate pair.
    fn is_inside(&self, at: u32) -> bool {
        let id = self.runs.id_at(at);
        id.is_some_and(|id| self.is_half(id.client, id.clock))
    }

    /// The range from `at`, `len` long, grown to whole characters.
    fn whole_characters(&self, at: u32, len: u32) -> Result<(u32, u32), TextError> {
        let end = at.checked_add(len).ok_or(TextError::OutOfRange)?;
        if end > self.len() {
            return Err(TextError::OutOfRange);
        }
        let start = at - u32::from(self.is_inside(at));
        match len {
            0 => Ok((start, start)),
            _ => Ok((start, end + u32::from(self.is_inside(end)))),
        }
    }
}

#[cfg(test)]
mod tests;
