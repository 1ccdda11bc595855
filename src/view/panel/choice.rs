//! Asks which thread is meant where several are about the same words.

use postil_core::id::EventId;
use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, HtmlElement, KeyboardEvent, Node};
use yew::{Context, Html, html};

use super::{Msg, Panel};
use crate::i18n::Text;
use crate::view::body::excerpt;
use crate::view::comment::avatar;
use crate::view::ui::{Ui, choice_id, px};

/// How far from the edges of the window the question stays, in CSS pixels.
const MARGIN: f64 = 8.0;

/// Several threads at one place.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::view) struct Choice {
    pub(in crate::view) threads: Vec<EventId>,
    /// Where somebody asked for them, in CSS pixels of the window.
    pub(in crate::view) point: (f64, f64),
}

impl Panel {
    /// The question, if it is asked.
    pub(super) fn choice(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        let Some(choice) = &self.choice else {
            return Html::default();
        };
        let link = ctx.link();
        let threads = &self.snapshot.discussion.threads;
        let buttons = choice.threads.iter().filter_map(|id| {
            let thread = threads.iter().find(|thread| thread.id == *id)?;
            let first = thread.comments.first()?;
            let id = *id;
            Some(html! {
                <li>
                    <button
                        id={choice_id(&id)}
                        class="option"
                        onclick={link.callback(move |_| Msg::Reveal(id))}
                    >
                        { avatar(ui, &first.author) }
                        <span class="option-text">
                            <span class="option-name">{ ui.writer(first) }</span>
                            { " " }
                            { excerpt(&first.body) }
                        </span>
                    </button>
                </li>
            })
        });
        let onkeydown = link.batch_callback(|event: KeyboardEvent| {
            (event.key() == "Escape").then(|| {
                event.stop_propagation();
                Msg::Choose(None)
            })
        });
        html! {
            <div
                class="choice"
                part="choice"
                role="dialog"
                aria-label={ui.t(Text::WhichThread)}
                ref={self.choosing.clone()}
                {onkeydown}
                onfocusout={link.batch_callback(|event| left(&event).then_some(Msg::Choose(None)))}
            >
                <p class="hint">{ ui.t(Text::WhichThread) }</p>
                <ul role="list">{ for buttons }</ul>
            </div>
        }
    }

    /// Puts the question where it was asked, and all of it into the window.
    pub(super) fn place_choice(&self) {
        let element = self.choosing.cast::<HtmlElement>();
        let (Some(choice), Some(element)) = (&self.choice, element) else {
            return;
        };
        let window = web_sys::window();
        let size = |read: fn(&web_sys::Window) -> Option<f64>| window.as_ref().and_then(read);
        let width = size(|w| w.inner_width().ok()?.as_f64()).unwrap_or(0.0);
        let height = size(|w| w.inner_height().ok()?.as_f64()).unwrap_or(0.0);
        let own = element.get_bounding_client_rect();
        let within = |at: f64, size: f64, all: f64| at.min(all - size - MARGIN).max(MARGIN);
        let (x, y) = choice.point;
        let left = within(x - own.width() / 2.0, own.width(), width);
        let top = within(y + 16.0, own.height(), height);
        for (name, value) in [("left", left), ("top", top)] {
            let _ = element.style().set_property(name, &px(value));
        }
    }
}

/// Whether the focus goes somewhere else.
pub(super) fn left(event: &FocusEvent) -> bool {
    let to = event
        .related_target()
        .and_then(|it| it.dyn_into::<Node>().ok());
    let inside = event
        .current_target()
        .and_then(|it| it.dyn_into::<Node>().ok());
    inside.is_none_or(|inside| !inside.contains(to.as_ref()))
}
