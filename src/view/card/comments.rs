//! The comments of a card, and what is done with one of them.

use std::rc::Rc;

use postil_core::command::Command;
use postil_core::discussion::{Comment, CommentState};
use postil_core::id::EventId;
use yew::{Context, Html, html};

use super::{Busy, Card, CardProps, Msg, head};
use crate::i18n::Text;
use crate::view::action::{Action, edit_key};
use crate::view::button::worded;
use crate::view::comment::{self, CommentAsk, Mode};
use crate::view::ui::{Ask, Sent, comment_id};

impl Card {
    /// The comment whose buttons are shown: the one the person chose, else the
    /// latest own one, else the first.
    pub(super) fn chosen<'a>(&self, props: &'a CardProps) -> Option<&'a Rc<Comment>> {
        let present = |c: &&Rc<Comment>| c.state == CommentState::Present;
        let comments = &props.thread.comments;
        let by_choice = self
            .chosen
            .and_then(|id| comments.iter().filter(present).find(|c| c.id == id));
        let own = || {
            let own = |c: &&Rc<Comment>| c.author == props.ui.me;
            comments.iter().rev().filter(present).find(own)
        };
        by_choice
            .or_else(own)
            .or_else(|| comments.iter().find(present))
    }

    /// Does what was asked of one comment.
    pub(super) fn comment(&mut self, ctx: &Context<Self>, id: EventId, ask: CommentAsk) {
        let props = ctx.props();
        let ui = &props.ui;
        match ask {
            CommentAsk::Choose => {
                self.chosen = Some(id);
                self.picking = false;
                ui.ask(Ask::Focus(comment_id(&id)));
            }
            CommentAsk::Pick => {
                self.activate(ctx);
                self.chosen = Some(id);
                self.picking = !self.picking;
            }
            CommentAsk::React { emoji, on } => {
                self.picking = false;
                let comment = id;
                ui.act(Action::Do(Command::React { comment, emoji, on }));
            }
            CommentAsk::Edit => {
                self.activate(ctx);
                self.chosen = Some(id);
                self.busy = Busy::Editing(id);
            }
            CommentAsk::Revise(body) => self.revise(props, id, body),
            CommentAsk::Delete => {
                self.activate(ctx);
                self.chosen = Some(id);
                self.busy = Busy::Deleting(id);
                ui.ask(Ask::Focus([&comment_id(&id), "-delete"].concat()));
            }
            CommentAsk::DeleteForGood => {
                self.busy = Busy::Reading;
                self.chosen = None;
                ui.act(Action::Do(Command::Redact { comment: id }));
                ui.ask(Ask::Say(Text::SaidDeleted));
                ui.ask(Ask::Focus(comment_id(&self.neighbour(props, id))));
            }
            CommentAsk::Leave => {
                self.busy = Busy::Reading;
                ui.ask(Ask::Focus(comment_id(&id)));
            }
            CommentAsk::History => {
                self.history = (self.history != Some(id)).then_some(id);
            }
        }
    }

    fn revise(&mut self, props: &CardProps, id: EventId, body: String) {
        let unchanged = props
            .thread
            .comments
            .iter()
            .any(|c| c.id == id && *c.body == *body);
        if unchanged {
            self.busy = Busy::Reading;
            props.ui.act(Action::Draft {
                key: edit_key(&id),
                text: String::new(),
            });
            props.ui.ask(Ask::Focus(comment_id(&id)));
            return;
        }
        props.ui.ask(Ask::Send {
            key: edit_key(&id),
            sent: Sent::Edit {
                thread: props.thread.id,
                comment: id,
            },
            command: Command::Revise { comment: id, body },
        });
    }

    /// The comment after this one, else the one before it, else itself.
    fn neighbour(&self, props: &CardProps, id: EventId) -> EventId {
        let comments = &props.thread.comments;
        let at = comments.iter().position(|c| c.id == id).unwrap_or(0);
        let before = at.checked_sub(1).and_then(|i| comments.get(i));
        comments.get(at + 1).or(before).map_or(id, |c| c.id)
    }

    /// All comments of an active card, the first of any other.
    pub(super) fn comments(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let (ui, all) = (&props.ui, &props.thread.comments);
        let chosen = self.chosen(props).map(|c| c.id);
        let ask = ctx.link().callback(|(id, ask)| Msg::Comment(id, ask));
        let one = |i: usize| {
            let comment = all.get(i)?;
            let mode = match self.busy {
                Busy::Editing(id) if id == comment.id => Mode::Edited,
                Busy::Deleting(id) if id == comment.id => Mode::Deleted,
                _ => Mode::Shown,
            };
            let is_chosen = props.active && chosen == Some(comment.id);
            let view = comment::View {
                ui,
                comment,
                delivery: props.delivery.get(i).copied().flatten(),
                full: props.active,
                chosen: is_chosen && self.busy == Busy::Reading,
                picking: is_chosen && self.picking,
                history: props.active && self.history == Some(comment.id),
                mode,
                ask: ask.clone(),
            };
            Some(view.html())
        };
        let replies = all.len().saturating_sub(1);
        if !props.active {
            return html! {
                <>
                    <ul class="comments preview" role="list">{ one(0) }</ul>
                    { head::summary(props, replies) }
                </>
            };
        }
        let hidden = replies.saturating_sub(self.window);
        let earlier = ui.words.count(Text::EarlierReplies, hidden).into();
        html! {
            <ul class="comments" role="list">
                { one(0) }
                if hidden > 0 {
                    <li class="earlier">
                        { worded("button small", earlier, ctx.link().callback(|_| Msg::Earlier)) }
                    </li>
                }
                { for (1 + hidden..all.len()).filter_map(one) }
            </ul>
        }
    }
}
