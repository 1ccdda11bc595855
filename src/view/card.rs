//! One thread: its quote, its comments, its state, and what can be done.

mod actions;
mod comments;
mod head;
mod proposal;

use std::rc::Rc;

use postil_core::command::Command;
use postil_core::discussion::{CommentState, Delivery, Placement, Status, Thread};
use postil_core::id::EventId;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent};
use yew::{Callback, Component, Context, Html, Properties, classes, html};

use super::about;
use super::action::{Action, edit_key, reply_key};
use super::comment::CommentAsk;
use super::snapshot::Proposal;
use super::ui::{Ask, Sent, Ui, card_id};
use super::writing::Writing;
use crate::i18n::Text;

/// How many replies a long thread shows at first, and adds when asked.
const WINDOW: usize = 50;

#[derive(Properties, Clone)]
pub(super) struct CardProps {
    pub(super) ui: Ui,
    pub(super) thread: Rc<Thread>,
    pub(super) placement: Placement,
    pub(super) proposal: Option<Proposal>,
    pub(super) active: bool,
    /// Whether the pointer is over its text.
    pub(super) glow: bool,
    /// How far each own comment has come; parallel to the thread's comments.
    pub(super) delivery: Vec<Option<Delivery>>,
}

impl PartialEq for CardProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.thread, &other.thread)
            && self.ui == other.ui
            && self.placement == other.placement
            && self.proposal == other.proposal
            && self.active == other.active
            && self.glow == other.glow
            && self.delivery == other.delivery
    }
}

/// What goes on in the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Busy {
    Reading,
    Editing(EventId),
    Deleting(EventId),
    Reasoning,
}

/// The card of one thread.
pub(super) struct Card {
    busy: Busy,
    /// The comment whose buttons are shown, when the person chose one.
    chosen: Option<EventId>,
    picking: bool,
    history: Option<EventId>,
    /// How many of the latest replies are shown.
    window: usize,
    reason: String,
}

pub(super) enum Msg {
    Enter,
    /// The keyboard focus came into the card.
    Focused(FocusEvent),
    Comment(EventId, CommentAsk),
    Reply,
    Publish(String),
    Status {
        resolved: bool,
    },
    AskReason,
    Reason(String),
    SaveReason,
    LeaveReason,
    Earlier,
    Reveal,
    CopyLink,
    /// The proposed text is the one, or is not.
    Propose(bool),
}

impl Component for Card {
    type Message = Msg;
    type Properties = CardProps;

    fn create(ctx: &Context<Self>) -> Self {
        let mut card = Card {
            busy: Busy::Reading,
            chosen: None,
            picking: false,
            history: None,
            window: WINDOW,
            reason: String::new(),
        };
        card.resume(ctx.props());
        card
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let props = ctx.props();
        let (ui, thread) = (&props.ui, props.thread.id);
        match msg {
            Msg::Enter if props.active => return false,
            Msg::Enter => {
                ui.ask(Ask::Activate(Some(thread)));
                return false;
            }
            Msg::Focused(event) => {
                // Pressing the mouse on a button focuses it; the card must not
                // change under the pointer then, or the click would miss.
                let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
                let by_keyboard = target.is_some_and(|t| t.matches(":focus-visible") == Ok(true));
                if by_keyboard {
                    self.activate(ctx);
                }
                return false;
            }
            Msg::Comment(id, ask) => self.comment(ctx, id, ask),
            Msg::Reply => {
                self.busy = Busy::Reading;
                self.activate(ctx);
                ui.ask(Ask::Focus(reply_field(&thread)));
            }
            Msg::Publish(body) => {
                let parent = props.thread.comments.last().map_or(thread, |c| c.id);
                ui.ask(Ask::Send {
                    key: reply_key(&thread),
                    sent: Sent::Reply(thread),
                    command: Command::Reply {
                        thread,
                        parent,
                        body,
                    },
                });
            }
            Msg::Status { resolved } => {
                let (command, said) = if resolved {
                    let reason = None;
                    (Command::Resolve { thread, reason }, Text::SaidResolved)
                } else {
                    let reason = None;
                    (Command::Reopen { thread, reason }, Text::SaidReopened)
                };
                self.activate(ctx);
                ui.act(Action::Do(command));
                ui.ask(Ask::Say(said));
            }
            Msg::AskReason => {
                self.busy = Busy::Reasoning;
                ui.ask(Ask::Focus(reason_field(&thread)));
            }
            Msg::Reason(reason) => self.reason = reason,
            Msg::SaveReason => {
                let reason = std::mem::take(&mut self.reason).trim().to_owned();
                self.busy = Busy::Reading;
                if !reason.is_empty() {
                    let reason = Some(reason);
                    ui.act(Action::Do(Command::Resolve { thread, reason }));
                }
                ui.ask(Ask::Focus(card_id(&thread)));
            }
            Msg::LeaveReason => {
                self.busy = Busy::Reading;
                ui.ask(Ask::Focus(card_id(&thread)));
            }
            Msg::Earlier => self.window += WINDOW,
            Msg::Reveal => {
                self.activate(ctx);
                let focus = true;
                ui.act(Action::Reveal { thread, focus });
            }
            Msg::Propose(yes) => {
                if let Some(proposal) = &props.proposal {
                    self.answer(ctx, proposal, yes);
                }
            }
            Msg::CopyLink => {
                self.activate(ctx);
                ui.act(Action::CopyLink(thread));
            }
        }
        true
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &CardProps) -> bool {
        let props = ctx.props();
        if let Busy::Editing(_) = self.busy
            && props.ui.done != old.ui.done
        {
            self.busy = Busy::Reading;
        }
        if old.active && !props.active {
            self.busy = Busy::Reading;
            self.chosen = None;
            self.picking = false;
            self.history = None;
            self.window = WINDOW;
        }
        if props.active && !old.active && self.busy == Busy::Reading {
            self.resume(props);
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let (ui, thread) = (&props.ui, &props.thread);
        let link = ctx.link();
        let resolved = thread.status != Status::Open;
        let class = classes!(
            "card",
            props.active.then_some("active"),
            props.glow.then_some("glow"),
            resolved.then_some("resolved"),
            match props.placement {
                Placement::Detached => Some("detached"),
                Placement::Proposed { .. } => Some("proposed"),
                _ => None,
            },
        );
        html! {
            <article
                {class}
                id={card_id(&thread.id)}
                part="thread"
                tabindex="0"
                aria-label={head::label(ui, thread)}
                aria-current={props.active.then_some("true")}
                onclick={link.callback(|_| Msg::Enter)}
                onfocusin={link.callback(Msg::Focused)}
            >
                if let Some(about) = &thread.about {
                    { about::line(ui, about, Some(link.callback(|_| Msg::Reveal))) }
                }
                { head::quote(props) }
                { head::chips(ui, thread, props.placement) }
                { self.proposal(ctx) }
                { self.comments(ctx) }
                if let Status::Resolved { .. } = thread.status {
                    { self.resolution(ctx) }
                }
                if props.active && self.busy == Busy::Reading && !ui.readonly {
                    <Writing
                        key={thread.id.to_string()}
                        ui={ui.clone()}
                        draft={reply_key(&thread.id)}
                        label={Text::WriteReply}
                        folds=true
                        id={reply_field(&thread.id)}
                        on_publish={link.callback(Msg::Publish)}
                        on_cancel={
                            let (ask, id) = (ui.ask.clone(), card_id(&thread.id));
                            Callback::from(move |()| ask.emit(Ask::Focus(id.clone())))
                        }
                    />
                }
                if self.busy == Busy::Reading {
                    { self.actions(ctx) }
                }
            </article>
        }
    }
}

impl Card {
    /// Goes on with an edit whose draft was kept.
    fn resume(&mut self, props: &CardProps) {
        if !props.active || props.ui.readonly {
            return;
        }
        let own = props.thread.comments.iter().rev().find(|c| {
            c.author == props.ui.me
                && c.state == CommentState::Present
                && !props.ui.draft(&edit_key(&c.id)).is_empty()
        });
        if let Some(comment) = own {
            self.busy = Busy::Editing(comment.id);
        }
    }

    fn activate(&self, ctx: &Context<Self>) {
        if !ctx.props().active {
            let thread = ctx.props().thread.id;
            ctx.props().ui.ask(Ask::Activate(Some(thread)));
        }
    }
}

/// Element id of the box for the reason why a thread was resolved.
fn reason_field(thread: &EventId) -> String {
    ["w-", &thread.to_string()].concat()
}

/// Element id of a thread's reply box.
fn reply_field(thread: &EventId) -> String {
    ["r-", &thread.to_string()].concat()
}
