//! What arrived while somebody was reading is held back where showing it would
//! move what is being read, until they ask for it.

use std::rc::Rc;

use postil_core::discussion::{Discussion, Thread};
use postil_core::id::{AuthorId, EventId};
use postil_core::sorted::{Map, Set};

/// What the person is reading when something arrives.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reading {
    /// The thread that has their attention. It keeps its place on screen, but
    /// replies inside it push on what is below them.
    pub(super) thread: Option<EventId>,
    /// Whether they are writing in that thread, below its last reply.
    pub(super) writing: bool,
    /// Whether they are reading the list itself, where a new thread pushes on
    /// the ones below it.
    pub(super) list: bool,
}

/// Threads and replies that are here but not shown yet.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Arrivals {
    held: Set<EventId>,
    /// How many threads are held back.
    pub(super) threads: usize,
    /// How many replies are held back.
    pub(super) replies: usize,
}

impl Arrivals {
    /// Decides what of the difference between two states to hold back. What
    /// `me` wrote is never held back.
    pub(super) fn note(
        &mut self,
        before: &Discussion,
        after: &Discussion,
        me: &AuthorId,
        reading: Reading,
    ) {
        // In a list without a thread there is nothing to be moved.
        let list = reading.list && before.threads.iter().any(|t| !self.held.contains(&t.id));
        if reading.thread.is_none() && !list {
            self.release();
            return;
        }
        let known: Map<&EventId, &Rc<Thread>> = before.threads.iter().map(|t| (&t.id, t)).collect();
        for thread in &after.threads {
            match known.get(&thread.id) {
                Some(old) if Rc::ptr_eq(old, thread) => {}
                Some(old) if reading.thread == Some(thread.id) => {
                    self.note_replies(old, thread, me, reading.writing);
                }
                Some(_) => {}
                None => {
                    let foreign = thread.comments.first().is_none_or(|c| c.author != *me);
                    if list && foreign && self.held.insert(thread.id) {
                        self.threads += 1;
                    }
                }
            }
        }
    }

    fn note_replies(&mut self, old: &Thread, new: &Thread, me: &AuthorId, writing: bool) {
        let known: Set<&EventId> = old.comments.iter().map(|c| &c.id).collect();
        let is_known = |id: &EventId| known.contains(id);
        let last_known = new.comments.iter().rposition(|c| is_known(&c.id));
        for (i, comment) in new.comments.iter().enumerate() {
            let moves = writing || last_known.is_some_and(|last| i < last);
            if moves
                && comment.author != *me
                && !is_known(&comment.id)
                && self.held.insert(comment.id)
            {
                self.replies += 1;
            }
        }
    }

    /// Shows everything from now on.
    pub(super) fn release(&mut self) {
        *self = Arrivals::default();
    }

    /// Whether nothing is held back.
    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// The thread as it is to be shown, or `None` if it is held back.
    pub(super) fn shown(&self, thread: &Rc<Thread>) -> Option<Rc<Thread>> {
        if self.held.contains(&thread.id) {
            return None;
        }
        let is_held = |id: &EventId| self.held.contains(id);
        if self.replies == 0 || !thread.comments.iter().any(|c| is_held(&c.id)) {
            return Some(thread.clone());
        }
        let mut rest = Thread::clone(thread);
        rest.comments.retain(|c| !is_held(&c.id));
        Some(Rc::new(rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    const ME: AuthorId = sample::author(1);
    const OTHER: AuthorId = sample::author(2);

    fn held(before: &[&[AuthorId]], after: &[&[AuthorId]], reading: Reading) -> (usize, usize) {
        let mut arrivals = Arrivals::default();
        let (before, after) = (sample::discussion(before), sample::discussion(after));
        arrivals.note(&before, &after, &ME, reading);
        (arrivals.threads, arrivals.replies)
    }

    #[test]
    fn only_what_would_move_the_reading_is_held() {
        let one: &[&[AuthorId]] = &[&[ME, ME]];
        let replied: &[&[AuthorId]] = &[&[ME, ME, OTHER]];
        let opened: &[&[AuthorId]] = &[&[ME, ME], &[OTHER]];
        let first = Some(sample::discussion(one).threads[0].id);
        let card = |writing| Reading {
            thread: first,
            writing,
            list: false,
        };
        let list = Reading {
            list: true,
            ..Reading::default()
        };
        assert_eq!(held(one, replied, Reading::default()), (0, 0));
        assert_eq!(held(one, replied, card(false)), (0, 0));
        assert_eq!(held(one, replied, card(true)), (0, 1));
        assert_eq!(held(one, opened, card(true)), (0, 0));
        assert_eq!(held(one, opened, list), (1, 0));
        assert_eq!(held(&[], opened, list), (0, 0));
        assert_eq!(held(one, &[&[ME, ME], &[ME]], list), (0, 0));
        assert_eq!(held(one, &[&[ME, ME, ME]], card(true)), (0, 0));
    }

    #[test]
    fn held_replies_and_threads_are_left_out_until_released() {
        let (before, after) = (
            sample::discussion(&[&[ME]]),
            sample::discussion(&[&[ME, OTHER], &[OTHER]]),
        );
        let reading = Reading {
            thread: Some(before.threads[0].id),
            writing: true,
            list: true,
        };
        let mut arrivals = Arrivals::default();
        arrivals.note(&before, &after, &ME, reading);
        let shown = |arrivals: &Arrivals, i: usize| {
            arrivals.shown(&after.threads[i]).map(|t| t.comments.len())
        };
        assert_eq!(shown(&arrivals, 0), Some(1));
        assert_eq!(shown(&arrivals, 1), None);
        arrivals.release();
        assert_eq!(shown(&arrivals, 0), Some(2));
        assert_eq!(shown(&arrivals, 1), Some(1));
    }
}
