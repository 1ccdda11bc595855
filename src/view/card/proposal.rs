//! Asks whether a thread whose text was changed is about this text now.

use postil_core::command::{Command, Subject};
use yew::{Context, Html, html};

use super::{Card, Msg};
use crate::i18n::Text;
use crate::view::action::Action;
use crate::view::icon::{Icon, icon};
use crate::view::snapshot::Proposal;
use crate::view::ui::{Ask, card_id};

impl Card {
    /// The question with its answers, if there is a proposal.
    pub(super) fn proposal(&self, ctx: &Context<Self>) -> Html {
        let (ui, link) = (&ctx.props().ui, ctx.link());
        let Some(proposal) = &ctx.props().proposal else {
            return Html::default();
        };
        let ask = if proposal.suggested {
            Text::ProposalSuggested
        } else if ctx.props().thread.about.is_some() {
            Text::ProposalPicture
        } else {
            Text::ProposalAsk
        };
        html! {
            <div class="proposal" role="group" aria-label={ui.t(ask)}>
                <p class="proposal-ask">{ icon(Icon::Link) }<span>{ ui.t(ask) }</span></p>
                <blockquote class="quote" dir="auto">{ proposal.words.to_string() }</blockquote>
                if !proposal.suggested && !ui.readonly {
                    <div class="writing-row">
                        <button
                            class="button small"
                            part="action"
                            onclick={link.callback(|_| Msg::Propose(false))}
                        >
                            { ui.t(Text::ProposalNo) }
                        </button>
                        <button
                            class="button small primary"
                            part="action"
                            onclick={link.callback(|_| Msg::Propose(true))}
                        >
                            { ui.t(Text::ProposalYes) }
                        </button>
                    </div>
                }
            </div>
        }
    }

    /// The person has answered.
    pub(super) fn answer(&self, ctx: &Context<Self>, proposal: &Proposal, yes: bool) {
        let props = ctx.props();
        let (ui, thread) = (&props.ui, props.thread.id);
        let is_own = props
            .thread
            .comments
            .first()
            .is_some_and(|c| c.author == ui.me);
        self.activate(ctx);
        if yes {
            let on = Subject::Range(proposal.range.0, proposal.range.1);
            ui.act(Action::Do(Command::Relink { thread, on }));
        }
        if !(yes && is_own) {
            let words = proposal.words.clone();
            ui.act(Action::Judge { thread, words, yes });
        }
        ui.ask(Ask::Say(match (yes, is_own) {
            (true, true) => Text::SaidRelinked,
            (true, false) => Text::ProposalSuggested,
            (false, _) => Text::Detached,
        }));
        // The buttons go; the keyboard stays at the card.
        ui.ask(Ask::Focus(card_id(&thread)));
    }
}
