//! What others said elsewhere, brought along in another form: every note
//! becomes an event of who brings it, once.

use super::Peer;
use crate::anchor::position::Position;
use crate::command::{Command, Subject};
use crate::draft::{self, Draft, NOBODY};
use crate::event::payload::Target;
use crate::event::{comment, thread};
use crate::id::{EventId, EventRef, Millis};
use crate::interchange::notes::{Note, Notes};
use crate::sorted;
use crate::text::units;

/// So many changes are put on their way at once.
const AT_ONCE: usize = 200;

/// How far the bringing of notes has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Brought {
    /// How many notes are here.
    pub here: u32,
    /// How many changes were put on their way.
    pub asked: u32,
}

impl Peer {
    /// Puts on its way whatever of `notes` is not here and can be: an answer
    /// waits until what it answers is here, and no more than a few hundred go
    /// at once. When everything is settled it is to
    /// be asked again, until nothing is on its way or no more notes are here
    /// than before.
    pub fn take_notes(&mut self, notes: &Notes, now: Millis) -> Brought {
        let mut taken = Brought::default();
        for draft in self.drafts_for(notes, &mut taken.here) {
            self.submit(draft, now);
            taken.asked += 1;
        }
        if taken.asked == 0 {
            for thread in self.resolved_there(notes) {
                let reason = None;
                let resolve = Command::Resolve { thread, reason };
                let asked = self.command(&resolve, Default::default(), now);
                taken.asked += u32::from(asked.is_ok());
            }
        }
        taken
    }

    fn drafts_for(&self, notes: &Notes, here: &mut u32) -> Vec<Draft> {
        let projection = self.replica.projection();
        let brought = projection.brought();
        let find = |id: &str| known(&brought, id).or_else(|| self.own(id));
        let mut coming: Vec<&str> = notes.notes.iter().map(|note| &*note.id).collect();
        sorted::sort(&mut coming);
        let document = projection.documents().current();
        let text = document.map(|document| document.text.text());
        let mut drafts = Vec::new();
        for note in &notes.notes {
            let parent = find(&note.parent);
            if find(&note.id).is_some() {
                *here += 1;
            } else if drafts.len() < AT_ONCE
                && (parent.is_some() || coming.binary_search(&&*note.parent).is_err())
            {
                // What can not be said here is left out.
                drafts.extend(self.draft_for(note, parent, text.as_deref()));
            }
        }
        drafts
    }

    fn draft_for(&self, note: &Note, parent: Option<EventId>, text: Option<&str>) -> Option<Draft> {
        let origin = note.origin()?;
        let (body, nonce) = (draft::body(&note.body).ok()?, origin.nonce());
        let (kind, payload) = match parent {
            Some(parent) => {
                let thread = self.replica.projection().home(&parent)?;
                let payload = comment::payload(&thread, &parent, body, &nonce, &NOBODY);
                (comment::KIND, payload)
            }
            None => {
                let anchor = draft::anchor(&subject(note, text), &self.replica).ok()?;
                (thread::KIND, thread::payload(anchor.as_ref(), body, &nonce))
            }
        };
        Some(Draft::Event {
            kind: kind.code,
            payload: origin.mark(&payload),
        })
    }

    /// Threads that were resolved where they come from are resolved here, unless
    /// somebody has said something about that already.
    fn resolved_there(&self, notes: &Notes) -> Vec<EventId> {
        let projection = self.replica.projection();
        let brought = projection.brought();
        let resolved = notes.notes.iter().filter(|note| note.resolved);
        let threads = resolved.filter_map(|note| known(&brought, &note.id));
        threads
            .filter(|id| projection.home(id) == Some(*id) && !projection.has_history(id))
            .collect()
    }

    /// A comment that was written here and comes back.
    fn own(&self, id: &str) -> Option<EventId> {
        let name = EventRef::parse(id)?;
        let id = Target::Other(name.prefix, name.seq).resolve(self.replica.logs())?;
        self.replica.projection().has(&id).then_some(id)
    }
}

/// What is called so here.
fn known(brought: &[(&str, EventId)], id: &str) -> Option<EventId> {
    let at = brought.binary_search_by_key(&id, |(name, _)| name).ok()?;
    brought.get(at).map(|(_, event)| *event)
}

/// What a thread is to be about. In a shared text its characters are known.
fn subject(note: &Note, text: Option<&str>) -> Subject {
    let Some(anchor) = &note.anchor else {
        return Subject::Whole;
    };
    if let (Some(text), Some(Position { start, end }), Some(quote)) =
        (text, note.place, &anchor.quote)
        && units::slice(text, start, end).starts_with(&quote.exact)
    {
        return Subject::Range(start, end);
    }
    Subject::Anchor(Box::new(anchor.clone()))
}
