//! What can be done with a thread.

use postil_core::discussion::{Placement, Status};
use web_sys::{HtmlInputElement, InputEvent, KeyboardEvent};
use yew::{Context, Html, TargetCast, classes, html};

use super::{Busy, Card, Msg};
use crate::i18n::Text;
use crate::view::comment::{comment_tools, time, tool};
use crate::view::icon::{Icon, icon};

impl Card {
    /// The row of buttons. On a card that is not active it lies over the last
    /// line, and appears when the card is pointed at.
    pub(super) fn actions(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let (ui, link) = (&props.ui, ctx.link());
        let resolved = props.thread.status != Status::Open;
        let (status, drawing) = if resolved {
            (Text::Reopen, Icon::Reopen)
        } else {
            (Text::Resolve, Icon::Check)
        };
        // Without room for words, the drawing explains itself on request.
        let title = |text| (!props.active).then(|| ui.t(text));
        let placed = matches!(
            props.placement,
            Placement::Placed { .. } | Placement::Proposed { .. } | Placement::OnElement { .. }
        );
        html! {
            <div class={classes!("actions", (!props.active).then_some("floating"))}>
                if !ui.readonly {
                    <button
                        class="action"
                        part="action"
                        title={title(Text::Reply)}
                        onclick={link.callback(|_| Msg::Reply)}
                    >
                        { icon(Icon::Reply) }<span class="label">{ ui.t(Text::Reply) }</span>
                    </button>
                    <button
                        class="action"
                        part="action"
                        title={title(status)}
                        onclick={link.callback(move |_| Msg::Status { resolved: !resolved })}
                    >
                        { icon(drawing) }<span class="label">{ ui.t(status) }</span>
                    </button>
                }
                <span class="gap" />
                if !props.active {
                    if let Some(chosen) = self.chosen(props) {
                        { comment_tools(ui, chosen, false, &link.callback(|(id, ask)| Msg::Comment(id, ask))) }
                    }
                }
                { tool(Icon::Link, ui.t(Text::CopyLink), None, link.callback(|_| Msg::CopyLink)) }
                if placed {
                    { tool(Icon::ToText, ui.t(Text::GoToText), None, link.callback(|_| Msg::Reveal)) }
                }
            </div>
        }
    }

    /// Who resolved the thread, when and why, and a place to say why.
    pub(super) fn resolution(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let (ui, link) = (&props.ui, ctx.link());
        let Status::Resolved { by, at, reason } = &props.thread.status else {
            return Html::default();
        };
        let name = ui.name(by);
        let may_say_why = reason.is_none() && *by == ui.me && !ui.readonly && props.active;
        html! {
            <div class="resolution">
                { icon(Icon::Check) }
                <div>
                    <p>
                        { ui.words.with(Text::ResolvedBy, &[("name", &name)]) }
                        { time(ui, *at) }
                    </p>
                    if let Some(reason) = reason {
                        <p class="reason" dir="auto">{ reason.to_string() }</p>
                    }
                    if may_say_why && self.busy == Busy::Reading {
                        <button class="quiet" onclick={link.callback(|_| Msg::AskReason)}>
                            { ui.t(Text::AddReason) }
                        </button>
                    }
                    if self.busy == Busy::Reasoning { { self.reason_form(ctx) } }
                </div>
            </div>
        }
    }

    fn reason_form(&self, ctx: &Context<Self>) -> Html {
        let (ui, link) = (&ctx.props().ui, ctx.link());
        let onkeydown = link.batch_callback(|e: KeyboardEvent| {
            if e.is_composing() {
                return None;
            }
            let msg = match e.key().as_str() {
                "Enter" => Msg::SaveReason,
                "Escape" => Msg::LeaveReason,
                _ => return None,
            };
            e.prevent_default();
            e.stop_propagation();
            Some(msg)
        });
        html! {
            <div class="reason-form">
                <input
                    id={super::reason_field(&ctx.props().thread.id)}
                    class="field"
                    type="text"
                    dir="auto"
                    maxlength="500"
                    aria-label={ui.t(Text::Reason)}
                    placeholder={ui.t(Text::Reason)}
                    value={self.reason.clone()}
                    {onkeydown}
                    oninput={link.callback(|e: InputEvent| {
                        let field: HtmlInputElement = e.target_unchecked_into();
                        Msg::Reason(field.value())
                    })}
                />
                <div class="writing-row">
                    <button class="button" onclick={link.callback(|_| Msg::LeaveReason)}>
                        { ui.t(Text::Cancel) }
                    </button>
                    <button class="button primary" onclick={link.callback(|_| Msg::SaveReason)}>
                        { ui.t(Text::SaveReason) }
                    </button>
                </div>
            </div>
        }
    }
}
