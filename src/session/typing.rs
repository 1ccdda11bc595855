//! Typing: strokes are gathered into one change of the shared text, which
//! becomes one event when the person pauses or anything else happens.

use gloo_timers::callback::Timeout;
use postil_core::draft::Draft;
use postil_core::markup::utf16_length;
use postil_core::text::history::History;
use postil_core::text::writer::BaseId;
use postil_core::text::{Delta, Edit};

use super::{Asked, Session};
use crate::platform::now;

/// How long to wait for the next stroke, in milliseconds.
const PAUSE: u32 = 250;

/// What is being typed and can be taken back.
#[derive(Default)]
pub(super) struct Typing {
    /// One change that the editor shows and the shared text has not had yet.
    pending: Option<Delta>,
    history: History,
    /// Which document the history is of.
    base: Option<BaseId>,
    timer: Option<Timeout>,
}

impl Typing {
    /// Another text is shown now: nothing of what was typed can be taken back.
    pub(super) fn forget(&mut self) {
        *self = Typing::default();
    }
}

impl Session {
    /// The text as the editor shows it.
    pub(super) fn text(&self) -> String {
        self.flush_typing();
        let text = self.peer(|peer| {
            let documents = peer.replica().projection().documents();
            documents.current().map(|document| document.text.text())
        });
        text.flatten()
            .or_else(|| self.document().map(|d| d.source.clone()))
            .unwrap_or_default()
    }

    /// The editor changed what it shows.
    pub(super) fn typed(&self, at: u32, deleted: u32, inserted: &str) {
        let stroke = Delta {
            at,
            deleted,
            inserted: inserted.into(),
        };
        self.text_moved(std::slice::from_ref(&stroke));
        let joined = {
            let mut typing = self.typing.borrow_mut();
            match &mut typing.pending {
                Some(pending) => join(pending, &stroke),
                None => {
                    typing.pending = Some(stroke.clone());
                    true
                }
            }
        };
        if !joined {
            self.flush_typing();
            self.typing.borrow_mut().pending = Some(stroke);
        }
        let this = self.this.clone();
        let timer = Timeout::new(PAUSE, move || {
            if let Some(session) = this.upgrade() {
                session.flush_typing();
                session.pump();
            }
        });
        self.typing.borrow_mut().timer = Some(timer);
    }

    /// Makes what was typed part of the shared text.
    pub(super) fn flush_typing(&self) {
        let Some(delta) = self.typing.borrow_mut().pending.take() else {
            return;
        };
        if delta.deleted == 0 && delta.inserted.is_empty() {
            return;
        }
        self.edit(|text, history| {
            history.edit(text, delta.at, delta.deleted, &delta.inserted, now())
        });
    }

    /// Takes back the last own edit, or does it again.
    pub(super) fn take_back(&self, again: bool) {
        self.flush_typing();
        let edits = self.edit(|text, history| {
            if again {
                history.redo(text)
            } else {
                history.undo(text)
            }
        });
        let deltas: Vec<Delta> = edits.into_iter().flat_map(|edit| edit.deltas).collect();
        if deltas.is_empty() {
            return;
        }
        self.text_moved(&deltas);
        if let Some(document) = self.document() {
            document.editor.apply(&deltas);
        }
        self.pump();
    }

    /// Changes the shared text and puts the change on its way.
    fn edit(
        &self,
        change: impl FnOnce(
            &mut postil_core::text::SharedText,
            &mut History,
        ) -> Result<Vec<Edit>, postil_core::text::TextError>,
    ) -> Vec<Edit> {
        let mut typing = self.typing.borrow_mut();
        let mut state = self.state.borrow_mut();
        let Some(peer) = &mut state.peer else {
            return Vec::new();
        };
        let documents = peer.replica_mut().projection_mut().documents_mut();
        let (base, tab) = (documents.current_id(), documents.tab());
        let Some((base, document)) = base.zip(documents.current_mut()) else {
            return Vec::new();
        };
        if typing.base != Some(base) {
            typing.history = History::default();
            typing.base = Some(base);
        }
        match change(&mut document.text, &mut typing.history) {
            Ok(edits) => {
                let drafts: Vec<Draft> = edits
                    .iter()
                    .map(|edit| Draft::Edit {
                        base,
                        tab,
                        update: edit.update.clone(),
                    })
                    .collect();
                let tickets: Vec<u64> = drafts
                    .into_iter()
                    .map(|draft| peer.submit(draft, now()))
                    .collect();
                state
                    .asked
                    .extend(tickets.into_iter().map(|ticket| (ticket, Asked::Edit)));
                edits
            }
            Err(error) => {
                drop(state);
                drop(typing);
                self.notices.borrow_mut().not_done(&error.to_string());
                self.refresh_within(0);
                Vec::new()
            }
        }
    }

    /// The shared text refused an edit that was on screen, and is what the
    /// events make it again.
    pub(super) fn edit_refused(&self) {
        self.typing.borrow_mut().forget();
        if let Some(document) = self.document() {
            document.editor.refresh();
        }
    }
}

/// Adds a stroke to a change that is not finished, if both make one change.
fn join(pending: &mut Delta, stroke: &Delta) -> bool {
    let length = utf16_length(&pending.inserted);
    let end = pending.at + length;
    if stroke.deleted == 0 && stroke.at == end {
        pending.inserted.push_str(&stroke.inserted);
        return true;
    }
    // Backspace over what was just typed.
    if stroke.inserted.is_empty() && stroke.at >= pending.at && stroke.at + stroke.deleted == end {
        let keep = stroke.at - pending.at;
        let kept = String::from_utf16_lossy(
            &pending
                .inserted
                .encode_utf16()
                .take(keep as usize)
                .collect::<Vec<_>>(),
        );
        pending.inserted = kept;
        return true;
    }
    // Backspace or delete further, with nothing typed yet.
    if stroke.inserted.is_empty() && length == 0 {
        if stroke.at + stroke.deleted == pending.at {
            pending.at = stroke.at;
            pending.deleted += stroke.deleted;
            return true;
        }
        if stroke.at == pending.at {
            pending.deleted += stroke.deleted;
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_join_into_one_change() {
        fn delta((at, deleted, inserted): (u32, u32, &str)) -> Delta {
            Delta {
                at,
                deleted,
                inserted: inserted.into(),
            }
        }
        fn check(
            first: (u32, u32, &str),
            then: (u32, u32, &str),
            joined: Option<(u32, u32, &str)>,
        ) {
            let mut pending = delta(first);
            assert_eq!(join(&mut pending, &delta(then)), joined.is_some());
            if let Some(joined) = joined {
                assert_eq!(pending, delta(joined));
            }
        }
        check((5, 0, "a"), (6, 0, "b"), Some((5, 0, "ab")));
        check((5, 0, "ab"), (6, 1, ""), Some((5, 0, "a")));
        check((5, 3, "ab"), (7, 0, "c"), Some((5, 3, "abc")));
        check((5, 1, ""), (4, 1, ""), Some((4, 2, "")));
        check((5, 1, ""), (5, 1, ""), Some((5, 2, "")));
        check((5, 0, "ab"), (4, 1, ""), None);
        check((5, 0, "a"), (9, 0, "b"), None);
        check((5, 0, "a😀"), (6, 2, ""), Some((5, 0, "a")));
    }
}
