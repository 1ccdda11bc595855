//! One comment: who, when, what, how far it has come, and what others felt.

use std::rc::Rc;

use js_sys::Date;
use postil_core::discussion::{Comment, CommentState, Delivery};
use postil_core::id::{AuthorId, EventId};
use yew::{Callback, Html, classes, html};

use super::action::edit_key;
use super::body::body;
use super::button::{tool, worded};
use super::icon::{Icon, icon};
use super::reactions::{self, Picking};
use super::ui::{Ui, comment_id, now};
use super::writing::Writing;
use crate::i18n::Text;

/// What the person asks of one comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CommentAsk {
    /// Show what can be done with it.
    Choose,
    /// Open or close the choice of emoji.
    Pick,
    /// Give or take back an emoji.
    React { emoji: String, on: bool },
    /// Start editing it.
    Edit,
    /// Keep the edited text.
    Revise(String),
    /// Ask whether to delete it.
    Delete,
    /// Delete it.
    DeleteForGood,
    /// Leave editing or deleting.
    Leave,
    /// Show or hide its earlier versions.
    History,
}

/// What goes on in a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Shown,
    Edited,
    Deleted,
}

/// How to show a comment.
pub(super) struct View<'a> {
    pub(super) ui: &'a Ui,
    pub(super) comment: &'a Rc<Comment>,
    pub(super) delivery: Option<Delivery>,
    /// Whether its card is active; otherwise it is a preview.
    pub(super) full: bool,
    /// Whether the buttons for it are shown.
    pub(super) chosen: bool,
    pub(super) picking: bool,
    pub(super) history: bool,
    pub(super) mode: Mode,
    pub(super) ask: Callback<(EventId, CommentAsk)>,
}

impl View<'_> {
    /// The comment as a list item.
    pub(super) fn html(&self) -> Html {
        let (ui, comment) = (self.ui, self.comment);
        // A preview is replaced when its card is pressed, and the focus must not go with it.
        let tabindex = self.full.then_some("-1");
        let text = match (comment.state, self.mode) {
            (CommentState::Deleted, _) => html! {
                <p class="placeholder">{ icon(Icon::Bin) }{ ui.t(Text::CommentDeleted) }</p>
            },
            (_, Mode::Edited) => self.editor(),
            _ => body(&comment.body),
        };
        let chips = reactions::chips(ui, comment, &self.send());
        let present = comment.state == CommentState::Present;
        let delivery = self.delivery.filter(|_| present);
        let delivery = delivery.map(|d| delivery_words(ui, d));
        html! {
            <li
                class={classes!("comment", self.chosen.then_some("chosen"))}
                id={comment_id(&comment.id)}
                {tabindex}
                part="comment"
            >
                { avatar(ui, &comment.author) }
                <div class="comment-main">
                    { self.head() }
                    { text }
                    if self.mode == Mode::Deleted { { self.confirmation() } }
                    if self.history { { self.versions() } }
                    if self.full && self.picking && self.mode == Mode::Shown {
                        <Picking ui={ui.clone()} on={self.picked()} />
                    }
                    if chips.is_some() || delivery.is_some() {
                        <div class="comment-foot">{ chips }{ delivery }</div>
                    }
                </div>
            </li>
        }
    }

    fn head(&self) -> Html {
        let (ui, comment) = (self.ui, self.comment);
        let own = comment.author == ui.me;
        let edited = comment.state == CommentState::Present && !comment.revisions.is_empty();
        let origin = comment.origin.as_deref();
        let bringer = origin.map(|_| ui.name(&comment.author));
        let at = origin.map_or(comment.at, |origin| origin.at);
        html! {
            <div class="comment-head">
                <p class="byline">
                    <span class="who" dir="auto">{ ui.writer(comment) }</span>
                    if let Some(name) = bringer {
                        <span class="when">{ ui.words.with(Text::Imported, &[("name", &name)]) }</span>
                    }
                    if own { <span class="you">{ ui.t(Text::You) }</span> }
                    if at > 0 { { time(ui, at) } }
                    if edited { <span class="when">{ ui.t(Text::Edited) }</span> }
                </p>
                if self.full && self.mode == Mode::Shown && comment.state == CommentState::Present {
                    <div class="tools">{ self.tools(edited) }</div>
                }
            </div>
        }
    }

    fn tools(&self, edited: bool) -> Html {
        let ui = self.ui;
        if !self.chosen {
            let name = ui.writer(self.comment);
            let label = ui.words.with(Text::Options, &[("name", &name)]);
            return tool(Icon::More, label.into(), None, self.on(CommentAsk::Choose));
        }
        let history = Some(self.history);
        html! {
            <>
                if edited {
                    { tool(Icon::Clock, ui.t(Text::History), history, self.on(CommentAsk::History)) }
                }
                { comment_tools(ui, self.comment, self.picking, &self.ask) }
            </>
        }
    }

    fn editor(&self) -> Html {
        let (ui, comment) = (self.ui, self.comment);
        let id = [&comment_id(&comment.id), "-edit"].concat();
        let send = self.send();
        html! {
            <Writing
                ui={ui.clone()}
                draft={edit_key(&comment.id)}
                label={Text::EditText}
                initial={comment.body.to_string()}
                {id}
                on_publish={send.reform(CommentAsk::Revise)}
                on_cancel={send.reform(|()| CommentAsk::Leave)}
            />
        }
    }

    fn confirmation(&self) -> Html {
        let ui = self.ui;
        let id = [&comment_id(&self.comment.id), "-delete"].concat();
        html! {
            <div class="confirmation" role="group" aria-label={ui.t(Text::DeleteAsk)}>
                <p>{ ui.t(Text::DeleteAsk) }</p>
                <div class="writing-row">
                    { worded("button", ui.t(Text::Cancel), self.on(CommentAsk::Leave)) }
                    <button {id} class="button danger" onclick={self.on(CommentAsk::DeleteForGood)}>
                        { ui.t(Text::Delete) }
                    </button>
                </div>
            </div>
        }
    }

    fn versions(&self) -> Html {
        let ui = self.ui;
        let versions = self.comment.revisions.iter().rev().map(|revision| {
            html! { <li>{ time(ui, revision.at) }{ body(&revision.body) }</li> }
        });
        html! {
            <ul class="versions" role="list" aria-label={ui.t(Text::History)}>
                { for versions }
            </ul>
        }
    }

    fn picked(&self) -> Callback<String> {
        self.send()
            .reform(|emoji| CommentAsk::React { emoji, on: true })
    }

    fn send(&self) -> Callback<CommentAsk> {
        let id = self.comment.id;
        self.ask.reform(move |ask| (id, ask))
    }

    fn on<E: 'static>(&self, ask: CommentAsk) -> Callback<E> {
        let id = self.comment.id;
        self.ask.reform(move |_| (id, ask.clone()))
    }
}

/// The buttons for one comment: react, and edit and delete for an own one.
pub(super) fn comment_tools(
    ui: &Ui,
    comment: &Comment,
    picking: bool,
    ask: &Callback<(EventId, CommentAsk)>,
) -> Html {
    if ui.readonly || comment.state != CommentState::Present {
        return Html::default();
    }
    let id = comment.id;
    let on = |what: CommentAsk| ask.reform(move |_| (id, what.clone()));
    html! {
        <>
            { tool(Icon::Smile, ui.t(Text::React), Some(picking), on(CommentAsk::Pick)) }
            if comment.author == ui.me {
                { tool(Icon::Pencil, ui.t(Text::Edit), None, on(CommentAsk::Edit)) }
                { tool(Icon::Bin, ui.t(Text::Delete), None, on(CommentAsk::Delete)) }
            }
        </>
    }
}

/// The author's letters on the author's colour.
pub(super) fn avatar(ui: &Ui, author: &AuthorId) -> Html {
    let known = ui.authors.get(author);
    let Some(known) = known else {
        return html! { <span class="avatar nobody" aria-hidden="true">{ icon(Icon::Person) }</span> };
    };
    // The style sheet knows 24 hues, 15 degrees apart.
    let hue = known.hue % 360 / 15;
    html! {
        <span
            class="avatar"
            data-hue={hue.to_string()}
            data-initials={known.initials.to_string()}
            aria-hidden="true"
        />
    }
}

/// How long ago, with the full date and time for those who ask.
pub(super) fn time(ui: &Ui, at: u64) -> Html {
    let iso = Date::new(&wasm_bindgen::JsValue::from_f64(at as f64));
    // Years beyond what dates can express have no ISO form.
    let iso = if iso.get_time().is_nan() {
        String::new()
    } else {
        iso.to_iso_string().into()
    };
    html! {
        <time class="when" datetime={iso} data-at={at.to_string()} title={ui.words.moment(at)}>
            { ui.words.ago(at, now()) }
        </time>
    }
}

/// How far an own comment has come, in a drawing and words.
pub(super) fn delivery_words(ui: &Ui, delivery: Delivery) -> Html {
    let (drawing, words, class) = match delivery {
        Delivery::Saved => (Icon::Saved, ui.t(Text::Saved), "saved"),
        Delivery::AtRelay => (Icon::Relay, ui.t(Text::AtRelay), "relayed"),
        Delivery::Seen(n) => {
            let words = ui.words.count(Text::SeenBy, n as usize);
            (Icon::Seen, words.into(), "seen")
        }
    };
    html! { <span class={classes!("delivery", class)}>{ icon(drawing) }{ words }</span> }
}
