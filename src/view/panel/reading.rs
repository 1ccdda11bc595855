//! What somebody is reading, which nothing that arrives is to move.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement, ShadowRoot};

use super::Panel;
use crate::view::arrivals::Reading;
use crate::view::sheet::Sheet;

impl Panel {
    /// What the person is reading right now.
    pub(super) fn reading(&self) -> Reading {
        let focused = self.focused();
        let writes = focused
            .as_ref()
            .is_some_and(|e| e.matches("article textarea, article input") == Ok(true));
        let in_panel = focused.is_some();
        let in_list = if self.snapshot.in_page {
            // What is new comes above everything else.
            let is_above = |it: HtmlElement| it.get_bounding_client_rect().top() < 0.0;
            self.pointed || writes || self.element().is_some_and(is_above)
        } else if self.wide {
            self.pointed && self.active.is_none()
        } else {
            self.sheet != Sheet::Closed
        };
        Reading {
            thread: self.active.filter(|_| in_panel || self.pointed),
            writing: writes,
            list: in_list,
        }
    }

    /// The element of the panel that has the keyboard focus.
    fn focused(&self) -> Option<Element> {
        let root = self.element()?;
        let tree = root.get_root_node();
        let focused = match tree.dyn_ref::<ShadowRoot>() {
            Some(shadow) => shadow.active_element(),
            None => tree.dyn_ref::<Document>()?.active_element(),
        }?;
        root.contains(Some(&focused)).then_some(focused)
    }
}
