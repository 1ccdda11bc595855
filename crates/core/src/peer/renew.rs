//! A new key for a device whose own log can not be continued.
//!
//! A log with a hole in it can not be written on: what follows would have to
//! name a hash that nobody knows, or fork the log when the missing part turns
//! up. So the device first asks everyone who can be asked for the missing
//! part. When nobody has it, the old key signs how far the old log counts and
//! that the new key speaks for the same author. What the old log has after
//! that point, and no relay has had, becomes events of the new log. The same
//! happens, at once, when the own log turns out to have forked.
//!
//! The first events of the new log, the room's new key and the changes that
//! are to be said once more are one write, so it happens once or not at all.

use super::batch::Builder;
use super::own::RETRY;
use super::queue::{Asked, Asker, Batch};
use super::repeat::{Repeated, Repeats};
use super::{Effect, Peer};
use crate::coverage::Coverage;
use crate::draft::Draft;
use crate::event::{close, device, profile, signed_message};
use crate::id::{AuthorId, DeviceId, Millis};
use crate::relay::{RecordId, Status};
use crate::store::{StoreError, Write};
use crate::tabs::{Frame, runs, span};
use crate::wire::bytes::Reader;
use crate::wire::segment::SignatureBytes;

/// How long others have to come up with the missing part, in milliseconds.
const ASK: Millis = 5_000;
/// How long a relay is waited for that neither answers nor fails.
const LONGEST: Millis = 60_000;

/// Under which name the store keeps the key that writes in this room, if it is
/// not the device's first.
const DEVICE: &str = "device";
/// What is still to be said once more.
const AGAIN: &str = "again";
/// Events of earlier keys that no relay has acknowledged.
const UNSENT: &str = "unsent";

/// How far it has come.
#[derive(Debug, Default)]
pub(super) struct Renewal {
    /// When the own log was found to lack something.
    since: Option<Millis>,
    /// When to look again.
    next: Option<Millis>,
    /// How far the old log is to count, once a key was asked for.
    asked: Option<u32>,
    /// Events of earlier keys that no relay has acknowledged.
    pub(super) unsent: Coverage,
}

impl Renewal {
    pub(super) fn next(&self) -> Option<Millis> {
        self.next
    }

    /// Nothing is missing.
    fn rest(&mut self) {
        (self.since, self.next, self.asked) = (None, None, None);
    }
}

/// What follows when the first events of a new log are kept.
#[derive(Debug)]
pub(super) struct Renewed {
    device: DeviceId,
    same_author: bool,
    drafts: Vec<Draft>,
    until: u32,
}

impl Peer {
    /// Whether the own log can not be continued. Sees to it that it can be one
    /// day.
    pub(super) fn is_cut_off(&mut self, now: Millis) -> bool {
        let Some(until) = self.last_that_counts() else {
            self.renewal.rest();
            return false;
        };
        if !self.own.is_idle() {
            let forked = self.own_log_forked();
            let why = match forked {
                true => "this device has two histories, most likely from a backup",
                false => "part of your own log is damaged here, and others are asked for it",
            };
            self.stall(Some(StoreError::Failed(why.into())), now);
        }
        let since = *self.renewal.since.get_or_insert(now);
        if self.renewal.asked.is_some() {
            return true;
        }
        self.renewal.next = Some(now.max(since + ASK).max(now + RETRY));
        // Nothing that arrives can heal a fork.
        if self.own_log_forked() || (now >= since + ASK && self.nobody_has_it(now - since)) {
            self.renewal.next = None;
            self.renewal.asked = Some(until);
            self.effects.push_back(Effect::Renew {
                device: self.device,
                author: self.replica.projection().author(&self.device),
                until,
            });
        }
        true
    }

    fn own_log_forked(&self) -> bool {
        let log = self.replica.logs().log(&self.device);
        log.is_some_and(|log| log.is_forked())
    }

    /// Whether every relay that can be reached has told everything it has.
    fn nobody_has_it(&self, waited: Millis) -> bool {
        let is_done = |state: super::CarrierState| match state.status {
            Status::Connecting => waited >= LONGEST,
            Status::Online => state.caught_up || waited >= LONGEST,
            _ => true,
        };
        self.relays().all(|(_, state)| is_done(state))
    }

    /// When the own log can not be continued, how far it is to count: up to the
    /// last event that somebody else may have, or that is lost here. A log of
    /// which something waits for what nobody has is no better than one with a
    /// hole: nothing that follows would ever be seen.
    fn last_that_counts(&self) -> Option<u32> {
        let log = self.replica.logs().log(&self.device);
        if let Some(log) = log.filter(|log| log.is_forked()) {
            return Some(log.end() - 1);
        }
        let (head, applied) = log.map_or((0, 0), |log| (log.head(), log.applied()));
        let expected = self.own.expected.max(head);
        if applied == expected {
            return None;
        }
        let here = |seq: u32| {
            let mut segments = log.into_iter().flat_map(|log| log.held_segments());
            let held = segments.any(|segment| (segment.first..=segment.last()).contains(&seq));
            held || (applied + 1..=head).contains(&seq)
        };
        let known = self.replica.logs().named(&self.device);
        let mut until = expected;
        while until > known && here(until) && self.outbox.contains(&until) {
            until -= 1;
        }
        Some(until)
    }

    /// There is a key to go on with, which answers [`Effect::Renew`].
    /// `certificate` is the author's signature over [`device::message`], if the
    /// author's key is here; `closing` the old key's over [`close::message`].
    pub fn renewed(
        &mut self,
        device: DeviceId,
        certificate: Option<SignatureBytes>,
        closing: &SignatureBytes,
        now: Millis,
    ) {
        let asked = self.renewal.asked.take();
        let until = self.last_that_counts();
        let (Some(until), true) = (until, until == asked && self.own.batch.is_none()) else {
            // Something has arrived meanwhile.
            return self.prepare(now);
        };
        let author = self.replica.projection().author(&self.device);
        let mut builder = Builder::new(&self.replica, device, now, Repeated::default());
        if let Some(certificate) = &certificate {
            let payload = device::accept_certified(&DeviceId(author.0), certificate);
            builder.push(device::KIND.code, payload);
        }
        builder.push(
            close::KIND.code,
            close::payload(&self.device, until, closing),
        );
        if let Some(name) = self.name_of(&author).filter(|_| certificate.is_none()) {
            builder.push(profile::KIND.code, profile::payload(&name));
        }
        let Some(segment) = builder.finish() else {
            return;
        };
        let repeats = Repeats::of(&self.replica, &self.device, until);
        // Sequence numbers are those of the new log from this write on.
        let mut outbox_remove = std::mem::take(&mut self.pending.outbox_remove);
        outbox_remove.extend(&self.outbox);
        let mut write = Write {
            outbox_remove,
            values: vec![(DEVICE.into(), Some(device.0.to_vec()))],
            ..Write::default()
        };
        write.values.push(kept_unsent(&self.unsent_until(until)));
        write.values.push(kept_drafts(&repeats.drafts));
        write.quarantine.extend(repeats.words.clone());
        if let Some(log) = self.replica.logs().log(&self.device) {
            let said_again = log.held_segments().filter(|s| s.first > until);
            write.drop = said_again.map(|s| RecordId::of(&s.encode())).collect();
        }
        let last = segment.hashes().last().copied().unwrap_or(segment.previous);
        self.effects.push_back(Effect::Sign {
            device,
            message: signed_message(&self.replica.logs().room, &last),
        });
        self.own.batch = Some(Batch {
            segment,
            asked: Vec::new(),
            write,
            renewed: Some(Renewed {
                device,
                same_author: certificate.is_some(),
                drafts: repeats.drafts,
                until,
            }),
        });
    }

    /// What no relay has of earlier keys, once the own one is such up to
    /// `until`.
    fn unsent_until(&self, until: u32) -> Coverage {
        let head = self.replica.logs().log(&self.device).map(|log| log.head());
        let here = self.outbox.range(..=until.min(head.unwrap_or(0)));
        let mut unsent = self.renewal.unsent.clone();
        for run in runs(here.copied()) {
            unsent.add(&span(self.device, run));
        }
        unsent
    }

    /// There is no key to go on with, for this reason.
    pub fn renew_failed(&mut self, reason: String, now: Millis) {
        self.renewal.asked = None;
        self.renewal.next = Some(now + RETRY);
        self.stall(Some(StoreError::Failed(reason)), now);
    }

    fn name_of(&self, author: &AuthorId) -> Option<String> {
        let name = self.replica.projection().name(author)?;
        (!name.is_empty()).then(|| name.into())
    }

    /// The new key is kept: everything from here on is written with it.
    pub(super) fn go_on_as(&mut self, renewed: Renewed, words: &[crate::store::Quarantined]) {
        let old = self.device;
        // Relays may have taken something while this was being kept.
        self.renewal.unsent = self.unsent_until(renewed.until);
        self.pending.values.push(kept_unsent(&self.renewal.unsent));
        self.outbox = crate::sorted::Set::new();
        self.renewal.rest();
        if let Some(log) = self.replica.logs_mut().log_mut(&old) {
            log.drop_held(renewed.until);
        }
        self.effects.push_back(Effect::Renewed {
            same_author: renewed.same_author,
            again: renewed.drafts.len() as u32,
        });
        let asides = words.iter().cloned().map(Effect::SetAside);
        self.effects.extend(asides);
        self.own.queue_again(renewed.drafts);
        self.take_key(renewed.device);
        self.tell(&Frame::Device(self.device));
    }

    /// Writes with another key from now on. What was typed and has not become
    /// an event is typed once more.
    pub(super) fn take_key(&mut self, device: DeviceId) {
        if device == self.device {
            return;
        }
        let documents = self.replica.projection().documents();
        let current = documents.current().filter(|d| d.text.is_ahead());
        let typed = current.map(|document| document.text.text());
        self.device = device;
        self.replica.set_device(device);
        for asked in self.own.take_edits() {
            self.answer(asked, Ok(1));
        }
        let documents = self.replica.projection_mut().documents_mut();
        let (tab, base) = (documents.tab(), documents.current_id());
        let Some(((typed, base), document)) = typed.zip(base).zip(documents.current_mut()) else {
            return;
        };
        let (at, deleted, inserted) = difference(&document.text.text(), &typed);
        let edits = document.text.edit(at, deleted, &inserted);
        for edit in edits.unwrap_or_default() {
            let update = edit.update;
            self.put_in_line(Draft::Edit { base, tab, update });
        }
    }

    /// Takes what the store says of earlier keys. Gives what is still to be said
    /// once more.
    pub(super) fn take_renewal(&mut self, values: &[(String, Vec<u8>)]) -> Vec<Draft> {
        let value = |name: &str| {
            let found = values.iter().find(|(n, _)| n == name);
            found.map_or(&[][..], |(_, value)| value)
        };
        if let Ok(key) = value(DEVICE).try_into() {
            self.take_key(DeviceId(key));
        }
        let unsent = Coverage::decode(&mut Reader::new(value(UNSENT)));
        self.renewal.unsent = unsent.unwrap_or_default();
        let mut reader = Reader::new(value(AGAIN));
        std::iter::from_fn(|| Draft::decode(&mut reader).ok()).collect()
    }

    /// The own log is here: what it has not yet said once more is put in line.
    pub(super) fn take_repeats(&mut self, drafts: &[Draft]) {
        self.own.repeated = Repeated::in_log(self.replica.logs().log(&self.device));
        if self.leads && !self.own.says_again() {
            self.own.queue_again(drafts.to_vec());
        }
    }

    /// Forgets what was to be said once more when all of it has been.
    pub(super) fn said_again(&mut self) {
        if self.own.is_done_again() {
            self.pending.values.push((AGAIN.into(), None));
        }
    }

    /// A relay has these events of earlier keys.
    pub(super) fn acknowledged_earlier(&mut self, spans: &[crate::replica::Span]) {
        let before = self.renewal.unsent.len();
        for span in spans {
            self.renewal.unsent.remove(span);
        }
        if self.renewal.unsent.len() != before {
            let kept = kept_unsent(&self.renewal.unsent);
            self.pending.values.retain(|(name, _)| *name != kept.0);
            self.pending.values.push(kept);
            self.state_changed();
        }
    }

    fn put_in_line(&mut self, draft: Draft) {
        let ticket = self.own.ticket();
        if self.leads {
            let asker = Asker::Here(ticket);
            self.own.queue.push_back(Asked { asker, draft });
        } else {
            self.send(ticket, draft);
        }
    }
}

fn kept_unsent(unsent: &Coverage) -> (String, Option<Vec<u8>>) {
    let mut bytes = Vec::new();
    unsent.encode(&mut bytes);
    (UNSENT.into(), (!unsent.is_empty()).then_some(bytes))
}

fn kept_drafts(drafts: &[Draft]) -> (String, Option<Vec<u8>>) {
    let mut bytes = Vec::new();
    for draft in drafts {
        draft.encode(&mut bytes);
    }
    (AGAIN.into(), (!bytes.is_empty()).then_some(bytes))
}

/// The one change that makes a text another: where, how much goes, what comes,
/// in UTF-16 code units.
fn difference(from: &str, to: &str) -> (u32, u32, String) {
    let same = |(a, b): &(char, char)| a == b;
    let pairs = from.chars().zip(to.chars());
    let start: usize = pairs.take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (from_rest, to_rest) = (
        from.get(start..).unwrap_or(""),
        to.get(start..).unwrap_or(""),
    );
    let pairs = from_rest.chars().rev().zip(to_rest.chars().rev());
    let end: usize = pairs.take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let cut = |text: &str| text.get(..text.len() - end).unwrap_or("").to_owned();
    let units = |text: &str| text.encode_utf16().count() as u32;
    let before = from.get(..start).unwrap_or("");
    (units(before), units(&cut(from_rest)), cut(to_rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_change_makes_a_text_another() {
        fn check(from: &str, to: &str, at: u32, deleted: u32, inserted: &str) {
            assert_eq!(difference(from, to), (at, deleted, inserted.into()));
        }
        check("abc", "abc", 3, 0, "");
        check("abc", "axc", 1, 1, "x");
        check("aa", "aaa", 2, 0, "a");
        check("", "new", 0, 0, "new");
        check("😀b", "😀", 2, 1, "");
        check("😀", "😃", 0, 2, "😃");
        check("one two", "two", 0, 4, "");
    }
}
