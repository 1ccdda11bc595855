//! How each relay is, for whoever wants to know.

use web_sys::{Event, HtmlInputElement};
use yew::{AttrValue, Context, Html, TargetCast, html};

use super::{Msg, Panel};
use crate::i18n::Text;
use crate::view::action::Action;
use crate::view::button::worded;
use crate::view::comment::time;
use crate::view::icon::icon;
use crate::view::snapshot::{Connection, RelayRow};
use crate::view::ui::Ui;

impl Panel {
    /// The list of relays, below the items of the menu.
    pub(super) fn relays(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        let relays = &self.snapshot.relays;
        let hint = match (&self.snapshot.connection, relays.is_empty()) {
            (Connection::NoRelay, _) => Some(Text::NoRelayHint),
            (_, true) => Some(Text::Connecting),
            _ => None,
        };
        html! {
            <section class="relays" aria-label={ui.t(Text::Relays)}>
                if let Some(hint) = hint {
                    <p class="hint">{ ui.t(hint) }</p>
                } else {
                    <ul role="list">{ for relays.iter().map(|it| row(ctx, ui, it)) }</ul>
                    { worded("button small", ui.t(Text::RetryNow), ctx.link().callback(|_| Msg::Retry)) }
                    <label class="save-data">
                        <input
                            type="checkbox"
                            checked={self.snapshot.saves}
                            aria-describedby="save-data-hint"
                            onchange={ctx.link().callback(|event: Event| {
                                let field: HtmlInputElement = event.target_unchecked_into();
                                Msg::SaveData(field.checked())
                            })}
                        />
                        { ui.t(Text::SaveData) }
                    </label>
                    <p class="hint" id="save-data-hint">{ ui.t(Text::SaveDataHint) }</p>
                }
            </section>
        }
    }
}

fn row(ctx: &Context<Panel>, ui: &Ui, relay: &RelayRow) -> Html {
    let (drawing, text) = relay.connection.shown();
    let trouble = match &relay.connection {
        Connection::Refused { reason } => reason,
        _ => &relay.trouble,
    };
    let disconnect = |number| {
        let link = ctx.link();
        link.callback(move |_| Msg::Act(Action::Disconnect(number)))
    };
    html! {
        <li>
            <bdi class="relay-name">{ AttrValue::from(relay.name.clone()) }</bdi>
            <span class="relay-state">{ icon(drawing) }{ ui.t(text) }</span>
            if !trouble.is_empty() {
                <span class="relay-trouble">{ AttrValue::from(trouble.clone()) }</span>
            }
            if relay.waiting > 0 {
                <span class="hint">
                    { ui.words.count(Text::RelayWaiting, relay.waiting as usize) }
                </span>
            }
            <span class="hint">
                if let Some(at) = relay.contact {
                    { ui.t(Text::LastContact) }{ " " }{ time(ui, at) }
                } else {
                    { ui.t(Text::NoContact) }
                }
            </span>
            if let Some(number) = relay.direct {
                { worded("button small", ui.t(Text::Disconnect), disconnect(number)) }
            }
        </li>
    }
}
