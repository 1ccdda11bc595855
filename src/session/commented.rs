//! What a panel's threads are about: the shared text, a part of the page, or
//! the page as a whole.

use std::rc::Rc;

use postil_core::discussion::Placement;
use postil_core::id::EventId;
use web_sys::DomRect;

use super::page::PageHalf;
use super::{DocumentHalf, Session};

/// How large the button beside a selection is, in CSS pixels.
const BUTTON: f64 = 40.0;
/// How far from the text it stays, in CSS pixels.
const GAP: f64 = 6.0;

/// A text that a panel stands beside.
#[derive(Clone)]
pub(super) enum Commented {
    /// The shared text of the room.
    Document(Rc<DocumentHalf>),
    /// The text of a part of the page.
    Page(Rc<PageHalf>),
}

impl Commented {
    /// The box of its element in the window.
    pub(super) fn rect(&self) -> DomRect {
        match self {
            Commented::Document(document) => document.host.get_bounding_client_rect(),
            Commented::Page(half) => half.page.root().get_bounding_client_rect(),
        }
    }

    /// How far below the upper edge of its element some parts are, in CSS
    /// pixels.
    pub(super) fn tops(&self, parts: &[(u32, u32)]) -> Vec<f64> {
        match self {
            Commented::Document(document) => {
                let starts: Vec<u32> = parts.iter().map(|part| part.0).collect();
                document.editor.tops(&starts)
            }
            Commented::Page(half) => half.page.tops(parts, &|| false),
        }
    }

    /// Counts whatever moves its text on screen.
    pub(super) fn version(&self, session: &Session) -> u32 {
        match self {
            Commented::Document(_) => session.text_changes.get(),
            Commented::Page(half) => half.version(),
        }
    }

    /// What is selected in it.
    pub(super) fn selection(&self) -> Option<(u32, u32)> {
        match self {
            Commented::Document(document) => document.selection(),
            Commented::Page(half) => half.page.selection(),
        }
    }

    /// The same for somebody who acts on it, who need not wait until the page
    /// has been read.
    pub(super) fn chosen(&self) -> Option<(u32, u32)> {
        if let Commented::Page(half) = self {
            half.page.read_rest();
        }
        self.selection()
    }

    /// All of its text; `None` before it has been read.
    pub(super) fn text(&self, session: &Session) -> Option<String> {
        match self {
            Commented::Document(_) => session.is_ready().then(|| session.text()),
            Commented::Page(half) => half.page.is_read().then(|| half.page.text().to_string()),
        }
    }

    /// Brings a part of it into view, where reading goes on. It does not ask
    /// for a keyboard on a screen.
    pub(super) fn show(&self, part: (u32, u32)) {
        match self {
            Commented::Document(document) => document.reveal(part, false),
            Commented::Page(half) => half.show(part, true),
        }
    }

    /// Brings a part of it into view, and nothing else.
    pub(super) fn scroll_to(&self, part: (u32, u32)) {
        match self {
            Commented::Document(document) => document.reveal(part, false),
            Commented::Page(half) => half.scroll_to(part),
        }
    }

    /// Some of its words.
    pub(super) fn words(&self, session: &Session, (start, end): (u32, u32)) -> Rc<str> {
        match self {
            Commented::Document(_) => {
                postil_core::text::units::slice(&session.text(), start, end).into()
            }
            Commented::Page(half) => half.page.words((start, end)),
        }
    }

    /// Where there is room for a button that covers nothing of a part of it:
    /// from the corner of `panel`, in CSS pixels. The gap before the panel is
    /// where a shared text has it.
    pub(super) fn room_beside(&self, part: (u32, u32), panel: &DomRect) -> Option<(f64, f64)> {
        let Commented::Page(half) = self else {
            return None;
        };
        let last = half.page.last_line(part)?;
        let whole = half.page.place(part)?;
        let text = self.rect();
        let window = crate::platform::window()?;
        let width = window.inner_width().ok()?.as_f64()?;
        let height = window.inner_height().ok()?.as_f64()?;
        let is_after = panel.left() >= text.right() - 1.0;
        let edge = if is_after { panel.left() } else { width };
        let (left, top) = if text.right() + BUTTON + GAP <= edge {
            (text.right() + GAP, last.top)
        } else if last.bottom + BUTTON + GAP <= height {
            (last.right.min(width - BUTTON - GAP), last.bottom + GAP)
        } else {
            (
                last.right.min(width - BUTTON - GAP),
                whole.top - BUTTON - GAP,
            )
        };
        Some((left - panel.left(), top - panel.top()))
    }

    /// How far below the window's upper edge a thread's picture or player is.
    pub(super) fn top_of(&self, thread: &EventId) -> Option<f64> {
        match self {
            Commented::Document(_) => None,
            Commented::Page(half) => half.top_of(thread),
        }
    }

    /// Where a thread is in it.
    pub(super) fn placement(&self, session: &Session, thread: &EventId) -> Placement {
        match self {
            Commented::Document(_) => session.places.borrow().of(thread),
            Commented::Page(half) => half.of(thread),
        }
    }

    /// Shows a thread's text.
    pub(super) fn reveal(&self, session: &Session, thread: EventId, focus: bool) {
        match self {
            Commented::Document(document) => match session.places.borrow().of(&thread) {
                Placement::Placed { start, end } | Placement::Proposed { start, end, .. } => {
                    document.reveal((start, end), focus);
                }
                _ => {}
            },
            Commented::Page(half) => half.reveal(thread, focus),
        }
    }

    /// Highlights the threads' texts.
    pub(super) fn paint(&self, session: &Session, panel: &super::PanelHalf) {
        match self {
            Commented::Document(document) => session.paint(document),
            Commented::Page(half) => half.paint(&session.discussion.borrow(), panel),
        }
    }

    /// Gives it the keyboard focus, where it takes it.
    pub(super) fn focus(&self) {
        match self {
            Commented::Document(document) => document.editor.focus(),
            Commented::Page(_) => crate::view::focus::release(),
        }
    }
}
