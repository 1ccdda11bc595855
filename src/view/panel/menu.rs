//! What else can be done with the discussion: copies of it that go by hand, and
//! a look at its relays.

use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Event, File, HtmlInputElement, KeyboardEvent};
use yew::{Callback, Context, Html, html};

use super::choice::left;
use super::{Msg, Panel};
use crate::hand;
use crate::i18n::Text;
use crate::view::about;
use crate::view::action::{Action, FORMS, Way};
use crate::view::icon::{Icon, icon};
use crate::view::snapshot::Phase;
use crate::view::ui::Ui;

/// So many pictures are offered.
const MOST: usize = 40;

/// Element id of the button that opens the menu.
pub(super) const BUTTON: &str = "more";
/// Element id of what has the focus in the open menu.
pub(super) const FIRST: &str = "more-first";

/// What is open of the menu.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::view) enum Menu {
    #[default]
    Closed,
    Items,
    /// The items, and how each relay is.
    Relays,
}

impl Panel {
    /// The button, and the menu when it is open.
    pub(super) fn menu(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        if self.snapshot.phase != Phase::Ready {
            return Html::default();
        }
        let link = ctx.link();
        let open = self.menu != Menu::Closed;
        let next = if open { Menu::Closed } else { Menu::Items };
        // The dialog takes the focus, and the menu closes: the field must stay.
        let onchange = link.batch_callback(|event: Event| {
            let field: HtmlInputElement = event.target()?.dyn_into().ok()?;
            let file = field.files()?.get(0)?;
            // So that the same file can be chosen again.
            field.set_value("");
            Some(Msg::Act(Action::OpenCopy(file)))
        });
        html! {
            <div
                class="more"
                onkeydown={link.batch_callback(move |event: KeyboardEvent| {
                    (open && event.key() == "Escape").then(|| {
                        event.stop_propagation();
                        Msg::Menu(Menu::Closed)
                    })
                })}
                onfocusout={link.batch_callback(move |event| {
                    (open && left(&event)).then_some(Msg::MenuLeft)
                })}
            >
                <button
                    id={BUTTON}
                    class="tool"
                    part="action"
                    title={ui.t(Text::More)}
                    aria-label={ui.t(Text::More)}
                    aria-expanded={if open { "true" } else { "false" }}
                    onclick={link.callback(move |_| Msg::Menu(next))}
                >
                    { icon(Icon::More) }
                </button>
                <input
                    type="file"
                    hidden=true
                    accept=".postil,.eml,.json,.jsonld"
                    ref={self.file.clone()}
                    {onchange}
                />
                if open { { self.items(ctx, ui) } }
            </div>
        }
    }

    fn items(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        let link = ctx.link();
        let give = |way| link.callback(move |_| Msg::Act(Action::GiveCopy(way)));
        let item = |id: Option<&'static str>, drawing, text, onclick: Callback<_>| {
            html! {
                <li>
                    <button {id} class="option" {onclick}>
                        { icon(drawing) }
                        <span>{ ui.t(text) }</span>
                    </button>
                </li>
            }
        };
        let pick = link.callback(|_| Msg::PickFile);
        let connect = link.callback(|_| Msg::Act(Action::Connect));
        let forms = FORMS
            .iter()
            .map(|form| item(None, Icon::Saved, form.label, give(Way::Form(form))));
        let media = if ui.readonly {
            Vec::new()
        } else {
            (self.snapshot.media)()
        };
        let pictures = media.iter().zip(0..MOST).map(|(about, n)| {
            let onclick = link.callback(move |_| Msg::Act(Action::StartOn(Some(n))));
            html! {
                <li>
                    <button class="option" {onclick}>{ about::line(ui, about, None) }</button>
                </li>
            }
        });
        let shown = self.menu == Menu::Relays;
        let next = if shown { Menu::Items } else { Menu::Relays };
        html! {
            <div class="menu">
                <ul role="list">
                    { item(Some(FIRST), Icon::Saved, Text::SaveCopy, give(Way::File)) }
                    { for forms }
                    { item(None, Icon::Relay, Text::OpenCopy, pick) }
                    if hand::can_share() {
                        { item(None, Icon::Relay, Text::ShareCopy, give(Way::Share)) }
                    }
                    { item(None, Icon::Link, Text::CopyAsLink, give(Way::Link)) }
                    { item(None, Icon::Code, Text::ShowCode, give(Way::Code)) }
                    { item(None, Icon::Reply, Text::MailCopy, give(Way::Letter)) }
                    { item(None, Icon::Saved, Text::SaveEmail, give(Way::Email)) }
                    if !ui.readonly {
                        { item(None, Icon::Connecting, Text::Connect, connect) }
                    }
                    <li>
                        <button
                            class="option"
                            aria-expanded={if shown { "true" } else { "false" }}
                            onclick={link.callback(move |_| Msg::Menu(next))}
                        >
                            { icon(Icon::Info) }
                            <span>{ ui.t(Text::Relays) }</span>
                        </button>
                    </li>
                </ul>
                if !media.is_empty() {
                    <div class="pictures">
                        <p class="hint" id="pictures">{ ui.t(Text::OnPicture) }</p>
                        <ul role="list" aria-labelledby="pictures">{ for pictures }</ul>
                    </div>
                }
                if shown { { self.relays(ctx, ui) } }
            </div>
        }
    }

    /// Opens the browser's dialog for files.
    pub(super) fn pick_file(&self) {
        if let Some(field) = self.file.cast::<HtmlInputElement>() {
            field.click();
        }
    }
}

/// A file is held over the panel. Anything else is none of its business.
pub(super) fn dragged(event: &DragEvent) -> Option<Msg> {
    let types = event.data_transfer()?.types();
    types.includes(&"Files".into(), 0).then(|| {
        event.prevent_default();
        Msg::Dragged(true)
    })
}

/// A file was dropped on the panel.
pub(super) fn dropped(event: &DragEvent) -> Option<Msg> {
    let file: File = event.data_transfer()?.files()?.get(0)?;
    event.prevent_default();
    Some(Msg::Act(Action::OpenCopy(file)))
}
