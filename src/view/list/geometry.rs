//! Measuring, placing and scrolling the cards of the list.

use std::ops::Range;

use postil_core::id::EventId;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::{List, ListProps};
use crate::view::layout::{Slot, place};
use crate::view::ui::px;

/// How far beyond the visible part cards are kept as elements, in CSS pixels.
pub(super) const OVERSCAN: f64 = 700.0;

/// How near to the end of the kept cards one may scroll before others take
/// their place, in CSS pixels. The more this is, the fewer are drawn at a time.
const MARGIN: f64 = 450.0;

/// Height of a card that has not been measured, in CSS pixels.
const ESTIMATE: f64 = 130.0;

impl List {
    /// Places all cards anew. `offset` is how far below the host's top the
    /// column starts, in CSS pixels.
    pub(super) fn place(&mut self, props: &ListProps, offset: f64) {
        let wish = |top: f64| if props.wide { top - offset } else { f64::NAN };
        let slot = |item: &super::Item| Slot {
            wish: wish(item.top),
            height: self.height(props, item.thread.id),
        };
        let mut slots: Vec<Slot> = props.items.iter().map(slot).collect();
        let mut active = None;
        self.composer_at = None;
        if let Some(target) = &props.composing {
            let before = |item: &&super::Item| item.top <= target.top;
            let at = if props.wide {
                props.items.iter().take_while(before).count()
            } else {
                0
            };
            let slot = Slot {
                // Without a place of its own, the composer stands on top.
                wish: wish(target.top),
                height: self.composer_height,
            };
            slots.insert(at, slot);
            self.composer_at = Some(at);
            active = Some(at);
        } else if let Some(id) = props.active {
            active = props.items.iter().position(|item| item.thread.id == id);
        }
        self.slots = slots;
        self.column = place(&self.slots, active);
    }

    /// Measures what is rendered, places all cards and moves them there.
    /// Returns whether other cards have to be rendered now.
    pub(super) fn arrange(&mut self, props: &ListProps) -> bool {
        let elements = self.rendered_elements(props);
        for (index, element) in &elements {
            // A card without a box (the panel is hidden) keeps its height.
            let height = element.get_bounding_client_rect().height();
            match index.map(|index| props.items.get(index)) {
                Some(None) => {}
                _ if height == 0.0 => {}
                Some(Some(item)) => {
                    let id = item.thread.id;
                    let is_active = props.active == Some(id);
                    self.heights.insert((id, is_active), height);
                }
                None => self.composer_height = height,
            }
        }
        let kept = self.first_visible(props);
        let further = self.column.first;
        self.place(props, self.offset(props));
        for (index, element) in &elements {
            move_to(element, self.top_of(*index).unwrap_or(0.0));
        }
        if let Some(area) = self.area.cast::<HtmlElement>() {
            let height = px(self.column.height.ceil());
            let _ = area.style().set_property("height", &height);
        }
        self.keep_in_place(props, kept);
        if std::mem::take(&mut self.reveal) {
            self.scroll_to_active(props);
        }
        self.follow(props) || further != self.column.first
    }

    /// Chooses the cards to render for the visible part. Returns whether they
    /// are others than those rendered now.
    pub(super) fn follow(&mut self, props: &ListProps) -> bool {
        let needed = self.wanted(props, MARGIN);
        if needed.start >= self.shown.start && needed.end <= self.shown.end {
            return false;
        }
        let wanted = self.wanted(props, OVERSCAN);
        let changes = wanted != self.shown;
        self.shown = wanted;
        changes
    }

    /// The slots within `margin` CSS pixels of the visible part.
    pub(super) fn wanted(&self, props: &ListProps, margin: f64) -> Range<usize> {
        let Some(area) = self.area.cast::<Element>() else {
            return self.shown.clone();
        };
        let start = area.get_bounding_client_rect().top();
        let (top, bottom) = self.window(props);
        let (from, to) = (top - start - margin, bottom - start + margin);
        self.column.between(&self.slots, from, to)
    }

    /// Top and bottom of what can be seen, in CSS pixels of the viewport.
    fn window(&self, props: &ListProps) -> (f64, f64) {
        let scroller = props.scroller.cast::<Element>();
        if let (false, Some(scroller)) = (props.wide, scroller) {
            let rect = scroller.get_bounding_client_rect();
            return (rect.top(), rect.bottom());
        }
        let height = web_sys::window().and_then(|w| w.inner_height().ok()?.as_f64());
        (0.0, height.unwrap_or(0.0))
    }

    /// The card's height as last measured; for an active card that was not
    /// measured yet, that which it has when it is not active; else
    /// an estimate.
    fn height(&self, props: &ListProps, id: EventId) -> f64 {
        let known = |active| self.heights.get(&(id, active)).copied();
        let active = if props.active == Some(id) {
            known(true)
        } else {
            None
        };
        active.or_else(|| known(false)).unwrap_or(ESTIMATE)
    }

    /// How far below the host's top the column starts, in CSS pixels.
    pub(super) fn offset(&self, props: &ListProps) -> f64 {
        let Some(area) = self.area.cast::<Element>() else {
            return 0.0;
        };
        let host = props.host.get_bounding_client_rect().top();
        area.get_bounding_client_rect().top() - host
    }

    /// Top of an item, or of the composer.
    fn top_of(&self, index: Option<usize>) -> Option<f64> {
        self.column.tops.get(self.slot_of(index)?).copied()
    }

    /// Index of the first item that can be seen in the scroller, and its top.
    fn first_visible(&self, props: &ListProps) -> Option<(Option<usize>, f64)> {
        if props.wide {
            return None;
        }
        let scrolled = props.scroller.cast::<Element>()?.scroll_top();
        if scrolled == 0 {
            return None;
        }
        let first = self.wanted(props, 0.0).start;
        let index = self.index_of(first)?;
        Some((Some(index), *self.column.tops.get(first)?))
    }

    /// Scrolls by as much as a thread was moved, so that it stays where it is
    /// on screen.
    fn keep_in_place(&self, props: &ListProps, kept: Option<(Option<usize>, f64)>) {
        let Some((index, before)) = kept else { return };
        let now = self.top_of(index);
        let scroller = props.scroller.cast::<Element>();
        if let (Some(now), Some(scroller)) = (now, scroller) {
            let by = (now - before).round() as i32;
            if by != 0 {
                scroller.set_scroll_top(scroller.scroll_top() + by);
            }
        }
    }

    fn scroll_to_active(&self, props: &ListProps) {
        let element = if props.composing.is_some() {
            self.composer.cast::<Element>()
        } else {
            self.watched.get(&props.active).cloned()
        };
        if let Some(element) = element {
            let (top, bottom) = self.window(props);
            let fits = element.get_bounding_client_rect().height() < (bottom - top) * 0.8;
            let options = ScrollIntoViewOptions::new();
            // Of a tall card the beginning is to be seen.
            options.set_block(if fits || props.wide {
                ScrollLogicalPosition::Nearest
            } else {
                ScrollLogicalPosition::Start
            });
            element.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }
}

/// Moves an element this far below the top of what it is positioned in, in CSS
/// pixels.
fn move_to(element: &Element, top: f64) {
    let Some(element) = element.dyn_ref::<HtmlElement>() else {
        return;
    };
    let to = ["translateY(", &px(top), ")"].concat();
    let _ = element.style().set_property("transform", &to);
}
