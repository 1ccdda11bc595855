//! Emoji under a comment, and the choice of one to add.

use postil_core::discussion::{Comment, CommentState};
use web_sys::{HtmlInputElement, InputEvent, KeyboardEvent};
use yew::{Callback, Component, Context, Html, Properties, TargetCast, html};

use super::comment::CommentAsk;
use super::ui::Ui;
use crate::i18n::Text;

/// What most people need; anything else can be typed.
const OFFERED: [&str; 6] = ["👍", "❤️", "🎉", "😄", "🤔", "👀"];

/// Longest emoji that is taken, in bytes of UTF-8: families of four with skin
/// tones take 41.
const LIMIT: usize = 64;

/// The emoji a comment has got, each a button that adds or takes back one's
/// own. `None` when there are none.
pub(super) fn chips(ui: &Ui, comment: &Comment, send: &Callback<CommentAsk>) -> Option<Html> {
    if comment.reactions.is_empty() || comment.state != CommentState::Present {
        return None;
    }
    let chips = comment.reactions.iter().map(|reaction| {
        let own = reaction.authors.contains(&ui.me);
        let names: Vec<_> = reaction.authors.iter().map(|a| ui.name(a)).collect();
        let emoji = reaction.emoji.to_string();
        let onclick = send.reform(move |_| CommentAsk::React {
            emoji: emoji.clone(),
            on: !own,
        });
        html! {
            <button
                class="chip reaction"
                aria-pressed={if own { "true" } else { "false" }}
                title={names.join(", ")}
                disabled={ui.readonly}
                {onclick}
            >
                <span class="emoji">{ reaction.emoji.to_string() }</span>
                { " " }
                { ui.words.number(reaction.authors.len()) }
            </button>
        }
    });
    Some(html! { <div class="chips">{ for chips }</div> })
}

#[derive(Properties, PartialEq)]
pub(super) struct PickingProps {
    pub(super) ui: Ui,
    /// The emoji that was chosen.
    pub(super) on: Callback<String>,
}

/// A row of emoji and a small text box for any other.
pub(super) struct Picking {
    own: String,
}

pub(super) enum Msg {
    Typed(String),
    Add,
}

impl Component for Picking {
    type Message = Msg;
    type Properties = PickingProps;

    fn create(_: &Context<Self>) -> Self {
        Picking { own: String::new() }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Typed(own) => self.own = own,
            Msg::Add if self.is_ready() => {
                ctx.props().on.emit(self.own.trim().to_owned());
                self.own.clear();
            }
            Msg::Add => {}
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let (ui, link) = (&ctx.props().ui, ctx.link());
        let offered = OFFERED.iter().map(|emoji| {
            let onclick = ctx.props().on.reform(|_| (*emoji).to_owned());
            html! { <button class="tool emoji" {onclick}>{ *emoji }</button> }
        });
        let onkeydown = link.batch_callback(|e: KeyboardEvent| {
            let adds = e.key() == "Enter" && !e.is_composing();
            adds.then(|| {
                e.prevent_default();
                Msg::Add
            })
        });
        html! {
            <div class="picking" role="group" aria-label={ui.t(Text::EmojiChoice)}>
                { for offered }
                <div class="own-emoji">
                    <input
                        class="field"
                        type="text"
                        maxlength="32"
                        aria-label={ui.t(Text::OwnEmoji)}
                        placeholder="…"
                        value={self.own.clone()}
                        {onkeydown}
                        oninput={link.callback(|e: InputEvent| {
                            let field: HtmlInputElement = e.target_unchecked_into();
                            Msg::Typed(field.value())
                        })}
                    />
                    <button
                        class="button small"
                        disabled={!self.is_ready()}
                        onclick={link.callback(|_| Msg::Add)}
                    >
                        { ui.t(Text::AddEmoji) }
                    </button>
                </div>
            </div>
        }
    }
}

impl Picking {
    /// Whether what was typed is short, and no letters or digits.
    fn is_ready(&self) -> bool {
        let own = self.own.trim();
        !own.is_empty() && own.len() <= LIMIT && !own.chars().any(char::is_alphanumeric)
    }
}
