//! A box to write in: a new thread, a reply, or the new text of a comment.

use postil_core::command::Command;
use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, HtmlElement, HtmlTextAreaElement, InputEvent, Node};
use yew::{
    AttrValue, Callback, Component, Context, Html, NodeRef, Properties, TargetCast, classes, html,
};

use super::action::Action;
use super::button::worded;
use super::keys::Ending;
use super::name::name_field;
use super::ui::{Ui, modifier};
use crate::i18n::Text;

/// Longest text of a comment, in bytes of UTF-8.
const LIMIT: usize = 16 * 1024;

#[derive(Properties, PartialEq)]
pub(super) struct WritingProps {
    pub(super) ui: Ui,
    /// Where the unfinished text is kept.
    pub(super) draft: AttrValue,
    /// The accessible name of the text box.
    pub(super) label: Text,
    /// What the box starts with when there is no draft.
    #[prop_or_default]
    pub(super) initial: AttrValue,
    /// Whether the box is a single line until somebody writes in it.
    #[prop_or_default]
    pub(super) folds: bool,
    /// Whether the box is always there, so that a draft in it needs no word.
    #[prop_or_default]
    pub(super) standing: bool,
    /// Element id of the text box.
    pub(super) id: AttrValue,
    /// The text is to be sent.
    pub(super) on_publish: Callback<String>,
    /// The writing was cancelled.
    pub(super) on_cancel: Callback<()>,
}

/// The box and its buttons.
pub(super) struct Writing {
    text: String,
    name: String,
    open: bool,
    from_draft: bool,
    sent: bool,
    field: NodeRef,
    root: NodeRef,
}

pub(super) enum Msg {
    Typed(String),
    Named(String),
    Entered,
    Left(FocusEvent),
    Escape,
    Publish,
    Cancel,
    Discard,
}

impl Component for Writing {
    type Message = Msg;
    type Properties = WritingProps;

    fn create(ctx: &Context<Self>) -> Self {
        let props = ctx.props();
        let draft = props.ui.draft(&props.draft);
        let from_draft = !draft.is_empty();
        Writing {
            text: if from_draft {
                draft
            } else {
                props.initial.to_string()
            },
            name: String::new(),
            open: !props.folds || from_draft,
            from_draft,
            sent: false,
            field: NodeRef::default(),
            root: NodeRef::default(),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Typed(text) => {
                self.text = text;
                self.open = true;
                self.keep(ctx);
            }
            Msg::Named(name) => self.name = name,
            Msg::Entered => {
                let was_open = std::mem::replace(&mut self.open, true);
                return !was_open;
            }
            Msg::Left(event) => {
                let to = event.related_target();
                let to = to.and_then(|t| t.dyn_into::<Node>().ok());
                let root = self.root.cast::<Node>();
                let inside = root.is_some_and(|root| root.contains(to.as_ref()));
                if inside || !ctx.props().folds || !self.text.is_empty() {
                    return false;
                }
                self.open = false;
            }
            Msg::Escape => {
                // The draft stays, so a slip of the finger loses nothing.
                self.from_draft = !self.text.is_empty();
                self.close(ctx);
            }
            Msg::Publish => self.publish(ctx),
            Msg::Cancel => {
                self.discard(ctx);
                self.close(ctx);
            }
            Msg::Discard => {
                self.discard(ctx);
                self.focus();
            }
        }
        true
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &WritingProps) -> bool {
        let ui = &ctx.props().ui;
        if self.sent && ui.done != old.ui.done {
            // Of what came back there is no draft any more, unless it was written on.
            self.text = ui.draft(&ctx.props().draft);
            self.from_draft = false;
            self.open = !ctx.props().folds || !self.text.is_empty();
        }
        self.sent &= ui.busy;
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let ui = &props.ui;
        let link = ctx.link();
        let over = self.text.len().saturating_sub(LIMIT);
        let rows = if self.open {
            self.text.split('\n').count().clamp(2, 14)
        } else {
            1
        };
        let hint_id = [&*props.id, "-hint"].concat();
        let name_id = [&*props.id, "-name"].concat().into();
        html! {
            <div
                ref={self.root.clone()}
                class={classes!("writing", self.open.then_some("open"))}
                onfocusin={link.callback(|_| Msg::Entered)}
                onfocusout={link.callback(Msg::Left)}
                onkeydown={link.batch_callback(|e| Some(match Ending::of(&e, true)? {
                    Ending::Done => Msg::Publish,
                    Ending::Left => Msg::Escape,
                }))}
            >
                <textarea
                    ref={self.field.clone()}
                    id={props.id.clone()}
                    class="field"
                    part="input"
                    dir="auto"
                    rows={rows.to_string()}
                    placeholder={ui.t(props.label)}
                    aria-label={ui.t(props.label)}
                    aria-invalid={(over > 0).then_some("true")}
                    aria-describedby={(over > 0).then(|| hint_id.clone())}
                    aria-keyshortcuts="Control+Enter Meta+Enter"
                    value={self.text.clone()}
                    oninput={link.callback(|e: InputEvent| {
                        let field: HtmlTextAreaElement = e.target_unchecked_into();
                        Msg::Typed(field.value())
                    })}
                />
                if over > 0 {
                    <p class="problem" id={hint_id}>
                        { ui.words.with(Text::TooLong, &[("n", &ui.words.number(over))]) }
                    </p>
                }
                // Below the text, which stays where it is when the box opens.
                if self.open && !ui.named {
                    <div class="name-field">
                        { name_field(ui, name_id, self.name.clone(), &link.callback(Msg::Named), None) }
                    </div>
                }
                if self.open {
                    if self.from_draft && !props.standing {
                        <p class="hint">
                            { ui.t(Text::DraftKept) }
                            { worded("quiet", ui.t(Text::DraftDiscard), link.callback(|_| Msg::Discard)) }
                        </p>
                    }
                    <div class="writing-row">
                        <span class="hint keys" aria-hidden="true">
                            { ui.words.with(Text::PublishKey, &[("key", modifier())]) }
                        </span>
                        { worded("button", ui.t(Text::Cancel), link.callback(|_| Msg::Cancel)) }
                        <button
                            class="button primary"
                            disabled={!self.is_ready()}
                            aria-busy={self.sent.then_some("true")}
                            onclick={link.callback(|_| Msg::Publish)}
                        >
                            { ui.t(Text::Publish) }
                        </button>
                    </div>
                }
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        if first && !ctx.props().folds {
            self.focus();
        }
    }
}

impl Writing {
    fn is_ready(&self) -> bool {
        let has_text = !self.text.trim().is_empty();
        has_text && self.text.len() <= LIMIT && !self.sent
    }

    fn publish(&mut self, ctx: &Context<Self>) {
        if !self.is_ready() {
            return;
        }
        let name = self.name.trim();
        if !name.is_empty() && !ctx.props().ui.named {
            let command = Command::SetName(name.to_owned());
            ctx.props().ui.act(Action::Do(command));
        }
        self.sent = true;
        ctx.props().on_publish.emit(self.text.trim().to_owned());
    }

    fn close(&mut self, ctx: &Context<Self>) {
        self.sent = false;
        if ctx.props().folds {
            self.open = false;
        }
        ctx.props().on_cancel.emit(());
    }

    fn discard(&mut self, ctx: &Context<Self>) {
        self.text = ctx.props().initial.to_string();
        self.from_draft = false;
        ctx.props().ui.act(Action::Draft {
            key: ctx.props().draft.to_string(),
            text: String::new(),
        });
    }

    fn keep(&self, ctx: &Context<Self>) {
        ctx.props().ui.act(Action::Draft {
            key: ctx.props().draft.to_string(),
            text: self.text.clone(),
        });
    }

    fn focus(&self) {
        if let Some(field) = self.field.cast::<HtmlElement>() {
            let _ = field.focus();
        }
    }
}
