//! The field for the person's own name.

use web_sys::{HtmlInputElement, InputEvent};
use yew::{AttrValue, Callback, Html, KeyboardEvent, TargetCast, html};

use super::ui::Ui;
use crate::i18n::Text;

/// Longest name, in UTF-16 code units.
const LIMIT: &str = "64";

/// The field with its label and a hint. `typed` is called with what is in it.
pub(super) fn name_field(
    ui: &Ui,
    id: AttrValue,
    value: String,
    typed: &Callback<String>,
    onkeydown: Option<Callback<KeyboardEvent>>,
) -> Html {
    let hint = AttrValue::from([&*id, "-hint"].concat());
    html! {
        <>
            <label for={id.clone()}>{ ui.t(Text::YourName) }</label>
            <input
                {id}
                class="field"
                type="text"
                dir="auto"
                autocomplete="nickname"
                maxlength={LIMIT}
                aria-describedby={hint.clone()}
                {value}
                {onkeydown}
                oninput={typed.reform(|e: InputEvent| {
                    let field: HtmlInputElement = e.target_unchecked_into();
                    field.value()
                })}
            />
            <p class="hint" id={hint}>{ ui.t(Text::NameHint) }</p>
        </>
    }
}
