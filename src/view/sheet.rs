//! The form the panel takes: a column beside the document where the window is
//! wide, a sheet at its lower edge where it is narrow.

use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

use super::panel::Msg;

/// How much of a narrow screen the sheet takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sheet {
    /// Only its bar can be seen.
    Closed,
    /// Half the height of the screen.
    Half,
    /// All of it.
    Full,
}

impl Sheet {
    pub(super) fn class(self) -> &'static str {
        match self {
            Sheet::Closed => "closed",
            Sheet::Half => "half",
            Sheet::Full => "full",
        }
    }
}

/// Whether the window has room for a column beside the document. In `em`, so
/// that large text counts as a narrow window.
pub(super) fn is_wide() -> bool {
    let query = web_sys::window().and_then(|w| w.match_media("(min-width: 56.25em)").ok()?);
    query.is_none_or(|query| query.matches())
}

/// The pointer came over a card.
pub(super) fn over_card(event: &PointerEvent) -> Option<Msg> {
    is_in_card(event.target()).then_some(Msg::Pointed(true))
}

/// The pointer left a card for something that is no card.
pub(super) fn left_card(event: &PointerEvent) -> Option<Msg> {
    (!is_in_card(event.related_target())).then_some(Msg::Pointed(false))
}

fn is_in_card(target: Option<web_sys::EventTarget>) -> bool {
    let element = target.and_then(|t| t.dyn_into::<Element>().ok());
    element.is_some_and(|e| e.closest(".slot").ok().flatten().is_some())
}
