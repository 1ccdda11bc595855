//! The parts of a card that say what the thread is about and how it stands.

use postil_core::discussion::{Placement, Thread};
use yew::{Html, html};

use super::CardProps;
use crate::i18n::Text;
use crate::view::about;
use crate::view::comment::delivery_words;
use crate::view::icon::{Icon, icon};
use crate::view::ui::Ui;

/// How much of a quote a card's name repeats, in characters.
const QUOTE_IN_NAME: usize = 60;

/// The card's accessible name: who started it, and about which words.
pub(super) fn label(ui: &Ui, thread: &Thread) -> String {
    let name = match thread.comments.first() {
        Some(comment) => ui.writer(comment),
        None => String::new(),
    };
    if let Some(about) = &thread.about {
        let values = [
            ("name", &*name),
            ("quote", &*about::words(&ui.words, about)),
        ];
        return ui.words.with(Text::ThreadBy, &values);
    }
    if thread.quote.is_empty() {
        return ui.words.with(Text::ThreadByWhole, &[("name", &name)]);
    }
    let mut quote: String = thread.quote.chars().take(QUOTE_IN_NAME).collect();
    if quote.len() < thread.quote.len() {
        quote.push('…');
    }
    let values = [("name", &*name), ("quote", &*quote)];
    ui.words.with(Text::ThreadBy, &values)
}

/// The words the thread is about.
pub(super) fn quote(props: &CardProps) -> Html {
    if props.thread.quote.is_empty() {
        return Html::default();
    }
    html! { <p class="quote" dir="auto">{ props.thread.quote.to_string() }</p> }
}

/// What is out of the ordinary about where the thread stands.
pub(super) fn chips(ui: &Ui, thread: &Thread, placement: Placement) -> Html {
    let gone = if thread.about.is_some() {
        Text::DetachedPicture
    } else {
        Text::DetachedHint
    };
    let (drawing, text, hint) = match placement {
        Placement::Detached => (Icon::Detached, Text::Detached, Some(gone)),
        Placement::Waiting => (Icon::Clock, Text::TextWaiting, None),
        Placement::OnElement { .. } if thread.about.is_some() => return Html::default(),
        Placement::Whole | Placement::OnElement { .. } => (Icon::Page, Text::Whole, None),
        Placement::Placed { .. } if thread.quote.is_empty() => (Icon::Page, Text::Whole, None),
        // A proposal is asked about below.
        Placement::Placed { .. } | Placement::Proposed { .. } => return Html::default(),
    };
    html! {
        <p class="place">
            <span class="chip">{ icon(drawing) }{ ui.t(text) }</span>
            if let Some(hint) = hint { <span class="hint">{ ui.t(hint) }</span> }
        </p>
    }
}

/// The last line of a card that is not active: how many replies, and how far
/// the latest own comment that is not shown has come.
pub(super) fn summary(props: &CardProps, replies: usize) -> Html {
    let ui = &props.ui;
    if replies == 0 {
        return Html::default();
    }
    let own = props.delivery.iter().skip(1).rev().flatten().next();
    html! {
        <div class="comment-foot summary">
            <span class="hint">{ icon(Icon::Reply) }{ ui.words.count(Text::Replies, replies) }</span>
            if let Some(own) = own { { delivery_words(ui, *own) } }
        </div>
    }
}
