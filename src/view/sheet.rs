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
pub(crate) fn is_wide() -> bool {
    let query = web_sys::window().and_then(|w| w.match_media("(min-width: 56.25em)").ok()?);
    query.is_none_or(|query| query.matches())
}

/// The pointer came over a card.
pub(super) fn over_card(event: &PointerEvent) -> Option<Msg> {
    let slot = slot(event.target())?;
    let card = slot.first_element_child();
    Some(Msg::Pointed(true, card.map(|card| card.id())))
}

/// The pointer left a card for something that is no card.
pub(super) fn left_card(event: &PointerEvent) -> Option<Msg> {
    let to = slot(event.related_target());
    to.is_none().then_some(Msg::Pointed(false, None))
}

fn slot(target: Option<web_sys::EventTarget>) -> Option<Element> {
    let element = target?.dyn_into::<Element>().ok()?;
    element.closest(".slot").ok().flatten()
}
