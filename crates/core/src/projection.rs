//! The projection: events in, discussion out.
//!
//! Events are folded one at a time, each after everything its author had seen.
//! Facts about concurrent events are kept side by side and only weighed
//! against each other when a thread is looked at, so the result depends on the
//! set of events alone. Only threads that an event touched are built again.

pub mod authors;
mod brought;
mod building;
pub mod document;
pub mod facts;
mod thread;

use std::rc::Rc;

use crate::anchor::Anchor;
use crate::discussion::Thread;
use crate::event::EventError;
use crate::event::origin::Origin;
use crate::event::payload::Target;
use crate::id::{AuthorId, DeviceId, EventId, Millis};
use crate::log::Logs;
use crate::log::past::{Past, covers};
use crate::sorted::{Map, Set};
use crate::text::Delta;
use crate::text::writer::BaseId;
use authors::Authors;
use document::Documents;
use facts::{CommentFacts, RelinkFact, StatusFact, ThreadFacts};

/// The order in which things are shown: Lamport time, then device, then
/// sequence. An event stands after everything its author had seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    /// Lamport time.
    pub lamport: u64,
    /// The event.
    pub id: EventId,
}

/// An event as it is folded.
#[derive(Debug)]
pub struct Issued<'a> {
    /// Its place in the display order.
    pub order: Order,
    /// When it happened, as the device claims.
    pub at: Millis,
    pub(crate) logs: &'a Logs,
    pub(crate) past: Option<&'a Past>,
}

impl Issued<'_> {
    /// The event.
    pub fn id(&self) -> EventId {
        self.order.id
    }

    /// Whether the issuer had applied `earlier`.
    pub fn sees(&self, earlier: &EventId) -> bool {
        if earlier.device == self.order.id.device {
            return earlier.seq < self.order.id.seq;
        }
        let number = self.logs.number(&earlier.device);
        self.past
            .zip(number)
            .is_some_and(|(past, number)| covers(past, number, earlier.seq))
    }

    /// The event a payload refers to. It was applied before, unless it does
    /// not count. That its author had seen it is not asked for: somebody
    /// else's fork must not take away the proof, and with it the author's
    /// words.
    pub fn target(&self, target: Target, what: &'static str) -> Result<EventId, EventError> {
        let counts = |id: &EventId| match target {
            Target::Own(_) => id.seq < self.order.id.seq,
            Target::Other(..) => self.logs.counts(id),
        };
        let id = target.resolve(self.logs).filter(counts);
        id.ok_or(EventError::Unknown(what))
    }
}

/// What folding events has changed since it was last asked.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Threads that look different now.
    pub threads: Set<EventId>,
    /// Those of them that may be about something else now.
    pub relinked: Set<EventId>,
    /// Whether somebody's name or devices changed.
    pub authors: bool,
    /// What happened to the current document's text, in order.
    pub text: Vec<Delta>,
    /// Whether another document became the current one, or it was built anew;
    /// `text` is empty then.
    pub replaced: bool,
    /// Whether another version of the text was edited, see
    /// [`Documents::versions`].
    pub versions: bool,
}

impl Changes {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        *self == Changes::default()
    }
}

/// The state of a room, derived from its events.
#[derive(Debug)]
pub struct Projection {
    threads: Map<EventId, ThreadFacts>,
    /// Which thread a comment belongs to.
    homes: Map<EventId, EventId>,
    authors: Authors,
    documents: Documents,
    changes: Changes,
    stale: Set<EventId>,
    built: Map<Order, Rc<Thread>>,
    closed: Vec<(DeviceId, u32)>,
}

impl Projection {
    /// The state before any event. `text` is the page's own text of the
    /// document, if there is one; `device` and `tab` are who edits here.
    pub fn new(device: DeviceId, tab: u32, text: Option<&str>) -> Self {
        Projection {
            threads: Map::new(),
            homes: Map::new(),
            authors: Authors::default(),
            documents: Documents::new(device, tab, text),
            changes: Changes::default(),
            stale: Set::new(),
            built: Map::new(),
            closed: Vec::new(),
        }
    }

    /// Forgets every event, keeping only what the page itself gave.
    pub(crate) fn reset(&mut self) {
        let mut stale: Set<EventId> = std::mem::take(&mut self.threads).into_keys().collect();
        self.homes.clear();
        self.authors = Authors::default();
        self.documents.reset();
        self.changes.threads.append(&mut stale);
        self.changes.authors = true;
        self.changes.replaced = true;
        self.changes.versions = true;
        self.changes.text.clear();
        self.built.clear();
        self.stale.clear();
        self.closed.clear();
    }

    /// What changed since the last call.
    pub fn take_changes(&mut self) -> Changes {
        std::mem::take(&mut self.changes)
    }

    /// The documents of the room.
    pub fn documents(&self) -> &Documents {
        &self.documents
    }

    /// The documents of the room, for editing.
    pub fn documents_mut(&mut self) -> &mut Documents {
        &mut self.documents
    }

    /// What a thread is about; `None` when it is about the whole document or
    /// there is no such thread.
    pub fn anchor(&self, thread: &EventId) -> Option<&Anchor> {
        self.threads.get(thread)?.anchor_now(&self.authors)
    }

    /// What somebody suggests that a thread is about, and the thread's author
    /// has not answered; see [`crate::discussion::Placement::or_suggested`].
    pub fn suggestion(&self, thread: &EventId) -> Option<&Anchor> {
        self.threads.get(thread)?.suggested(&self.authors)
    }

    /// The author that a device speaks for.
    pub fn author(&self, device: &DeviceId) -> AuthorId {
        self.authors.author(device)
    }

    /// The name an author chose, if one did.
    pub fn name(&self, author: &AuthorId) -> Option<&str> {
        self.authors.name(author)
    }

    /// Whether there is such a thread or comment.
    pub fn has(&self, id: &EventId) -> bool {
        self.homes.contains_key(id)
    }

    /// The thread that a comment belongs to.
    pub fn home(&self, comment: &EventId) -> Option<EventId> {
        self.homes.get(comment).copied()
    }

    fn touch(&mut self, thread: EventId) {
        self.changes.threads.insert(thread);
        self.stale.insert(thread);
    }

    pub(crate) fn open_thread(
        &mut self,
        issued: &Issued<'_>,
        anchor: Option<Anchor>,
        body: &str,
        origin: Option<Origin>,
    ) {
        let id = issued.id();
        let opening = CommentFacts::new(issued, None, body, origin);
        self.threads
            .insert(id, ThreadFacts::new(issued.order, anchor, opening));
        self.homes.insert(id, id);
        self.touch(id);
    }

    pub(crate) fn add_comment(
        &mut self,
        issued: &Issued<'_>,
        thread: EventId,
        parent: EventId,
        body: &str,
        origin: Option<Origin>,
    ) -> Result<(), EventError> {
        let here = self.homes.get(&parent) == Some(&thread);
        let parent = if here { parent } else { thread };
        let facts = self
            .threads
            .get_mut(&thread)
            .ok_or(EventError::Unknown("a thread"))?;
        let comment = CommentFacts::new(issued, Some(parent), body, origin);
        facts.comments.insert(issued.order, comment);
        facts.orders.insert(issued.id(), issued.order);
        self.homes.insert(issued.id(), thread);
        self.touch(thread);
        Ok(())
    }

    pub(crate) fn with_comment(
        &mut self,
        _issued: &Issued<'_>,
        comment: EventId,
        change: impl FnOnce(&mut CommentFacts),
    ) -> Result<(), EventError> {
        let thread = self
            .home(&comment)
            .ok_or(EventError::Unknown("a comment"))?;
        let facts = self
            .threads
            .get_mut(&thread)
            .and_then(|facts| facts.comment_mut(&comment));
        change(facts.ok_or(EventError::Unknown("a comment"))?);
        self.touch(thread);
        Ok(())
    }

    pub(crate) fn set_status(
        &mut self,
        issued: &Issued<'_>,
        thread: EventId,
        resolved: bool,
        reason: Option<&str>,
    ) -> Result<(), EventError> {
        let facts = self
            .threads
            .get_mut(&thread)
            .ok_or(EventError::Unknown("a thread"))?;
        let reason = reason.map(Into::into);
        facts.statuses.insert(
            issued.order,
            StatusFact {
                at: issued.at,
                resolved,
                reason,
            },
        );
        self.touch(thread);
        Ok(())
    }

    pub(crate) fn relink(
        &mut self,
        issued: &Issued<'_>,
        thread: EventId,
        anchor: Option<Anchor>,
    ) -> Result<(), EventError> {
        let facts = self.threads.get_mut(&thread);
        let facts = facts.ok_or(EventError::Unknown("a thread"))?;
        let at = issued.at;
        facts
            .relinks
            .insert(issued.order, RelinkFact { at, anchor });
        self.changes.relinked.insert(thread);
        self.touch(thread);
        Ok(())
    }

    pub(crate) fn set_name(&mut self, issued: &Issued<'_>, name: &str) {
        self.authors.set_name(issued.order, name);
        self.changes.authors = true;
    }

    pub(crate) fn join_device(
        &mut self,
        issued: &Issued<'_>,
        other: DeviceId,
        accepts: bool,
        certified: bool,
    ) {
        self.authors.join(issued.order, other, accepts);
        if certified {
            self.authors.certify(&other, issued.id().device);
        }
        // Who may change what follows from who is who, so everything is
        // weighed again. Joining devices is rare.
        self.stale.extend(self.threads.keys());
        self.changes.threads.extend(self.threads.keys());
        self.changes.relinked.extend(self.threads.keys());
        self.changes.authors = true;
    }

    /// A device said that its log counts up to `until`, and no further.
    pub(crate) fn close(&mut self, device: DeviceId, until: u32) {
        self.closed.push((device, until));
    }

    /// Which logs were ended since this was last asked.
    pub(crate) fn take_closed(&mut self) -> Vec<(DeviceId, u32)> {
        std::mem::take(&mut self.closed)
    }

    pub(crate) fn note_author(&mut self, device: &DeviceId) {
        self.changes.authors |= self.authors.note(device);
    }

    pub(crate) fn add_base(
        &mut self,
        issued: &Issued<'_>,
        base: BaseId,
        part: u32,
        parts: u32,
        text: &str,
    ) -> Result<(), EventError> {
        if self.documents.add_base(issued, base, part, parts, text)? {
            self.note_replaced();
            self.changes.versions = true;
        }
        Ok(())
    }

    /// A text that is not the current one changed.
    pub(crate) fn note_version(&mut self) {
        self.changes.versions = true;
    }

    /// The current document's text was built anew.
    pub(crate) fn note_replaced(&mut self) {
        self.changes.replaced = true;
        self.changes.text.clear();
    }

    pub(crate) fn edit(
        &mut self,
        issued: &Issued<'_>,
        base: EventId,
        tab: u32,
        update: &[u8],
    ) -> Result<(), EventError> {
        let deltas = self.documents.edit(issued, base, tab, update)?;
        if self.documents.of_base(&base) != self.documents.current_id() {
            self.changes.versions = true;
        }
        if !self.changes.replaced {
            self.changes.text.extend(deltas);
        }
        Ok(())
    }
}
