//! What can be done with a thread.

use postil_core::discussion::{Placement, Status};
use web_sys::{HtmlInputElement, InputEvent, KeyboardEvent};
use yew::{Callback, Context, Html, MouseEvent, TargetCast, classes, html};

use super::{Busy, Card, Msg};
use crate::i18n::Text;
use crate::view::button::{tool, worded};
use crate::view::comment::{comment_tools, time};
use crate::view::icon::{Icon, icon};
use crate::view::keys::Ending;

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
        let change = link.callback(move |_| Msg::Status {
            resolved: !resolved,
        });
        let action = |drawing, text, onclick: Callback<MouseEvent>| {
            let words = ui.t(text);
            // Without room for words, the drawing explains itself on request.
            let title = (!props.active).then(|| words.clone());
            html! {
                <button class="action" part="action" {title} {onclick}>
                    { icon(drawing) }<span class="label">{ words }</span>
                </button>
            }
        };
        let placed = matches!(
            props.placement,
            Placement::Placed { .. } | Placement::Proposed { .. } | Placement::OnElement { .. }
        );
        html! {
            <div class={classes!("actions", (!props.active).then_some("floating"))}>
                if !ui.readonly {
                    { action(Icon::Reply, Text::Reply, link.callback(|_| Msg::Reply)) }
                    { action(drawing, status, change) }
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
                        { worded("quiet", ui.t(Text::AddReason), link.callback(|_| Msg::AskReason)) }
                    }
                    if self.busy == Busy::Reasoning { { self.reason_form(ctx) } }
                </div>
            </div>
        }
    }

    fn reason_form(&self, ctx: &Context<Self>) -> Html {
        let (ui, link) = (&ctx.props().ui, ctx.link());
        let onkeydown = link.batch_callback(|e: KeyboardEvent| {
            Some(match Ending::of(&e, false)? {
                Ending::Done => Msg::SaveReason,
                Ending::Left => Msg::LeaveReason,
            })
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
                    { worded("button", ui.t(Text::Cancel), link.callback(|_| Msg::LeaveReason)) }
                    { worded("button primary", ui.t(Text::SaveReason), link.callback(|_| Msg::SaveReason)) }
                </div>
            </div>
        }
    }
}
