//! What is in the window: where characters are, and keeping the caret there.

use wasm_bindgen::JsCast;
use web_sys::{DomRect, Element};

use super::Inner;

impl Inner {
    /// Where the character at `offset` is in the window, in CSS pixels.
    pub(super) fn rect(&self, offset: u32) -> Option<DomRect> {
        let (line, next) = {
            let surface = self.surface.borrow();
            let (index, _) = surface.lines().locate(offset);
            (
                surface.element(index)?.clone(),
                surface.lines().end(index).min(offset + 1),
            )
        };
        // Each live range costs at every change of the elements, so there is one.
        self.put_range(&self.ruler, offset.min(next), next)?;
        let rect = self.ruler.get_bounding_client_rect();
        // A collapsed range has no box on an empty line.
        Some(if rect.height() > 0.0 {
            rect
        } else {
            line.get_bounding_client_rect()
        })
    }

    /// Scrolls the caret into view before the next paint.
    pub(super) fn reveal_caret(&self) {
        self.revealing.set(true);
        self.schedule();
    }

    /// Has [`Inner::frame`] called before the next paint. Layout is done for
    /// that paint anyway, so reading it there costs nothing more.
    pub(super) fn schedule(&self) {
        if self.scheduled.get().is_none()
            && let Some(frame) = self.frame.get()
        {
            let asked = self
                .window
                .request_animation_frame(frame.as_ref().unchecked_ref());
            self.scheduled.set(asked.ok());
        }
    }

    /// Looks at the window before a paint.
    pub(super) fn frame(&self) {
        self.scheduled.set(None);
        if self.revealing.replace(false) {
            self.scroll_to_caret();
        }
        self.paint_in_view();
    }

    /// The parts of the text that are near the window, and somewhat further
    /// off, in offsets.
    pub(super) fn view(&self) -> ((u32, u32), (u32, u32)) {
        let height = self.height();
        let surface = self.surface.borrow();
        (
            surface.between(-0.5 * height, 1.5 * height),
            surface.between(-1.5 * height, 2.5 * height),
        )
    }

    fn height(&self) -> f64 {
        self.window
            .inner_height()
            .ok()
            .and_then(|height| height.as_f64())
            .unwrap_or_default()
    }

    /// Scrolls whatever scrolls around the host so that the caret is in view.
    fn scroll_to_caret(&self) {
        let Some(caret) = self.span().and_then(|span| self.rect(span.focus)) else {
            return;
        };
        let (mut top, mut bottom) = (caret.top(), caret.bottom());
        let mut parent: Option<Element> = Some(self.host.clone().into());
        let root = self.document.scrolling_element();
        while let Some(element) = parent {
            parent = element.parent_element();
            let is_root = Some(&element) == root.as_ref();
            if !is_root && !self.scrolls(&element) {
                continue;
            }
            let (from, to) = if is_root {
                (self.scroll_padding(&element), self.height())
            } else {
                let area = element.get_bounding_client_rect();
                (area.top(), area.bottom())
            };
            let by = if bottom + MARGIN > to {
                bottom + MARGIN - to
            } else if top - MARGIN < from {
                top - MARGIN - from
            } else {
                0.0
            };
            if by != 0.0 {
                element.scroll_by_with_x_and_y(0.0, by);
                (top, bottom) = (top - by, bottom - by);
            }
        }
    }

    fn scrolls(&self, element: &Element) -> bool {
        element.scroll_height() > element.client_height()
            && matches!(
                self.computed(element, "overflow-y").as_str(),
                "auto" | "scroll"
            )
    }

    /// What the page keeps free at the top, for a header that stays.
    fn scroll_padding(&self, element: &Element) -> f64 {
        // JavaScript's parser is there already; Rust's would be 10 KB more.
        let pixels = js_sys::parse_float(&self.computed(element, "scroll-padding-top"));
        if pixels.is_finite() { pixels } else { 0.0 }
    }

    fn computed(&self, element: &Element, property: &str) -> String {
        let style = self.window.get_computed_style(element).ok().flatten();
        style
            .and_then(|style| style.get_property_value(property).ok())
            .unwrap_or_default()
    }
}

/// How far from an edge the caret is kept, in CSS pixels.
const MARGIN: f64 = 24.0;
