//! Buttons: with words, and with a drawing alone.

use yew::{AttrValue, Callback, Html, MouseEvent, html};

use super::icon::{Icon, icon};

/// A button that says what it does. `class` is what the style sheet calls it.
pub(super) fn worded(class: &'static str, words: AttrValue, onclick: Callback<MouseEvent>) -> Html {
    html! { <button {class} {onclick}>{ words }</button> }
}

/// A button that shows a drawing and is known by its name.
pub(super) fn tool(
    drawing: Icon,
    name: AttrValue,
    expanded: Option<bool>,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! {
        <button
            class="tool"
            part="action"
            title={name.clone()}
            aria-label={name}
            aria-expanded={expanded.map(|open| if open { "true" } else { "false" })}
            {onclick}
        >
            { icon(drawing) }
        </button>
    }
}
