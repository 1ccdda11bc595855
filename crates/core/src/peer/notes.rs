//! What others said elsewhere, brought along in another form: every note
//! becomes an event of who brings it, once.

use super::Peer;
use crate::anchor::position::Position;
use crate::command::{Command, Standing, Subject};
use crate::event::payload::Target;
use crate::id::{EventId, EventRef, Millis};
use crate::interchange::notes::{Note, Notes};
use crate::projection::Projection;
use crate::sorted::{Map, Set};
use crate::text::units;

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
    /// waits until what it answers is here. When everything is settled it is to
    /// be asked again, until nothing is on its way or no more notes are here
    /// than before.
    pub fn take_notes(&mut self, notes: &Notes, now: Millis) -> Brought {
        let mut taken = Brought::default();
        for command in self.commands_for(notes, &mut taken.here) {
            // What can not be said here is left out.
            let nonce = Default::default();
            taken.asked += u32::from(self.command(&command, nonce, now).is_ok());
        }
        taken
    }

    fn commands_for(&self, notes: &Notes, here: &mut u32) -> Vec<Command> {
        let projection = self.replica.projection();
        let brought = projection.brought();
        let find = |id: &str| brought.get(&id).copied().or_else(|| self.own(id));
        let coming: Set<&str> = notes.notes.iter().map(|note| &*note.id).collect();
        let document = projection.documents().current();
        let text = document.map(|document| document.text.text());
        let mut commands = Vec::new();
        for note in &notes.notes {
            if find(&note.id).is_some() {
                *here += 1;
                continue;
            }
            let standing = match find(&note.parent) {
                Some(parent) => match projection.home(&parent) {
                    Some(thread) => Standing::Answers { thread, parent },
                    None => continue,
                },
                None if coming.contains(&*note.parent) => continue,
                None => Standing::Opens(subject(note, text.as_deref())),
            };
            commands.extend(note.origin().map(|origin| Command::Bring {
                origin,
                standing,
                body: note.body.clone(),
            }));
        }
        if commands.is_empty() {
            commands = resolving(notes, projection, &brought);
        }
        commands
    }

    /// A comment that was written here and comes back.
    fn own(&self, id: &str) -> Option<EventId> {
        let name = EventRef::parse(id)?;
        let id = Target::Other(name.prefix, name.seq).resolve(self.replica.logs())?;
        self.replica.projection().has(&id).then_some(id)
    }
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

/// Threads that were resolved where they come from are resolved here, unless
/// somebody has said something about that already.
fn resolving(notes: &Notes, projection: &Projection, brought: &Map<&str, EventId>) -> Vec<Command> {
    let resolved = notes.notes.iter().filter(|note| note.resolved);
    let threads = resolved.filter_map(|note| brought.get(&&*note.id).copied());
    let open = threads.filter(|id| projection.home(id) == Some(*id) && !projection.has_history(id));
    let resolve = |thread| Command::Resolve {
        thread,
        reason: None,
    };
    open.map(resolve).collect()
}
