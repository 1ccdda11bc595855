//! The bar above the list: connection, name, filters, steps, and the way to
//! start a thread.

use web_sys::{HtmlElement, KeyboardEvent, MouseEvent};
use yew::{AttrValue, Callback, Context, Html, classes, html};

use super::{Msg, Panel};
use crate::i18n::Text;
use crate::view::button::{tool, worded};
use crate::view::comment::avatar;
use crate::view::filter::Filter;
use crate::view::icon::{Icon, icon};
use crate::view::keys::Ending;
use crate::view::name::name_field;
use crate::view::sheet::Sheet;
use crate::view::snapshot::{Connection, Phase};
use crate::view::ui::{Ui, modifier, px};

impl Panel {
    pub(super) fn bar(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        let open = self.wide || self.sheet != Sheet::Closed;
        html! {
            <div class="bar" part="bar">
                <div class="bar-row">
                    if !self.wide { { self.sheet_button(ctx, ui) } }
                    { self.status(ui) }
                    if !self.wide && open { { self.height_button(ctx, ui) } }
                    { self.comment_button(ctx, ui, false) }
                    if !ui.readonly { { self.me(ctx, ui) } }
                    { self.menu(ctx, ui) }
                </div>
                if self.naming.is_some() { { self.name_form(ctx, ui) } }
                { self.problem(ctx, ui) }
                if open && self.snapshot.phase == Phase::Ready {
                    <div class="bar-row">
                        { self.filters(ctx, ui) }
                        { self.steps(ctx, ui) }
                    </div>
                }
            </div>
        }
    }

    /// The button that starts a thread. The one in the bar is always there, so
    /// that no press on it can miss; on wide screens another stands beside the
    /// selected text for the pointer, and only for the pointer.
    fn comment_button(&self, ctx: &Context<Self>, ui: &Ui, beside: bool) -> Html {
        let snapshot = &self.snapshot;
        // Where the box to write in is always there, no button opens it.
        let writes = snapshot.in_page || snapshot.composing.is_some();
        if ui.readonly || writes || snapshot.phase != Phase::Ready {
            return Html::default();
        }
        let key = ui.words.with(Text::CommentKey, &[("key", modifier())]);
        let hint = [ui.words.t(Text::Comment), " (", &key, ")"].concat();
        let class = if beside { "beside-text" } else { "in-bar" };
        let here = self.snapshot.selection.is_some() && beside == self.beside_text().is_some();
        html! {
            <button
                class={classes!("button", "comment-button", class, here.then_some("primary"))}
                part="action"
                aria-hidden={beside.then_some("true")}
                tabindex={beside.then_some("-1")}
                title={hint}
                aria-keyshortcuts="Control+Alt+M Meta+Alt+M"
                // The selection would be gone before the click otherwise.
                onmousedown={Callback::from(|e: MouseEvent| e.prevent_default())}
                onclick={ctx.link().callback(|_| Msg::StartComment)}
            >
                { icon(Icon::Plus) }<span class="label">{ ui.t(Text::Comment) }</span>
            </button>
        }
    }

    /// Where the button stands beside the selected text, in CSS pixels from
    /// the host's top; `None` when there is only the one in the bar.
    pub(super) fn beside_text(&self) -> Option<f64> {
        let selection = self.snapshot.selection.as_ref()?;
        (self.wide && selection.top.is_finite()).then_some(selection.top)
    }

    /// The button beside the selected text.
    pub(super) fn adder(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        if self.beside_text().is_none() {
            return Html::default();
        }
        let free = self.free_place().is_some().then_some("free");
        html! {
            <div class={classes!("adder", free)} ref={self.beside.clone()}>
                { self.comment_button(ctx, ui, true) }
            </div>
        }
    }

    /// Where the page has room for that button, from the host's corner.
    fn free_place(&self) -> Option<(f64, f64)> {
        self.snapshot.selection.as_ref()?.beside
    }

    /// Puts that button in its place.
    pub(super) fn place_adder(&self) {
        let Some(beside) = self.beside.cast::<HtmlElement>() else {
            return;
        };
        let Some(top) = self.beside_text() else {
            return;
        };
        let place = self.free_place();
        let top = px(place.map_or(top, |(_, top)| top));
        let left = place.map_or_else(String::new, |(left, _)| px(left));
        let _ = beside.style().set_property("top", &top);
        let _ = beside.style().set_property("left", &left);
    }

    /// How things stand with the relays, in a drawing and words.
    fn status(&self, ui: &Ui) -> Html {
        let (drawing, text) = self.snapshot.connection.shown();
        let class = self.snapshot.connection.word();
        let waiting = self.snapshot.waiting as usize;
        let hint = match &self.snapshot.connection {
            Connection::NoRelay => Some(ui.t(Text::NoRelayHint)),
            Connection::Offline => Some(ui.t(Text::OfflineHint)),
            _ => None,
        };
        let has_relay = self.snapshot.connection != Connection::NoRelay;
        html! {
            <p class={classes!("status", class)} role="status" part="status" title={hint}>
                { icon(drawing) }
                <span>
                    <span class="state">{ ui.t(text) }</span>
                    if waiting > 0 && has_relay {
                        { " " }
                        <span class="to-send">{ ui.words.count(Text::ToSend, waiting) }</span>
                    }
                </span>
            </p>
        }
    }

    /// What to do when a relay refuses or none can be reached.
    fn problem(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        let (words, kept) = match &self.snapshot.connection {
            Connection::Refused { reason } => (
                AttrValue::from(reason.clone()),
                Some(ui.t(Text::RefusedHint)),
            ),
            Connection::Offline => (ui.t(Text::OfflineHint), None),
            _ => return Html::default(),
        };
        if !self.wide && self.sheet == Sheet::Closed && kept.is_none() {
            return Html::default();
        }
        html! {
            <div class={classes!("problem-row", kept.is_some().then_some("refused"))}>
                <p>{ words }{ " " }{ kept }</p>
                { worded("button small", ui.t(Text::RetryNow), ctx.link().callback(|_| Msg::Retry)) }
            </div>
        }
    }

    fn filters(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        let filters = Filter::ALL.iter().zip(self.counts).map(|(filter, count)| {
            let filter = *filter;
            let chosen = self.filter == filter;
            html! {
                <label class={classes!("filter", chosen.then_some("chosen"))}>
                    <input
                        type="radio"
                        name="filter"
                        checked={chosen}
                        onchange={ctx.link().callback(move |_| Msg::Filter(filter))}
                    />
                    { ui.t(filter.name()) }
                    <span class="count">{ ui.words.number(count) }</span>
                </label>
            }
        });
        html! {
            <div class="filters" role="radiogroup" aria-label={ui.t(Text::Filters)}>
                { for filters }
            </div>
        }
    }

    fn steps(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        if self.items.is_empty() {
            return Html::default();
        }
        let step = |by| ctx.link().callback(move |_| Msg::Step(by));
        html! {
            <div class="steps">
                { tool(Icon::Up, ui.t(Text::Previous), None, step(-1)) }
                { tool(Icon::Down, ui.t(Text::Next), None, step(1)) }
            </div>
        }
    }

    /// The person's own avatar and name; a press changes the name.
    fn me(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        let (label, name) = match &self.snapshot.name {
            Some(name) => (
                ui.words.with(Text::ChangeName, &[("name", name)]).into(),
                Some(name.to_string()),
            ),
            None => (ui.t(Text::ChooseName), None),
        };
        let start = name.clone().unwrap_or_default();
        let next = self.naming.is_none().then_some(start);
        html! {
            <button
                class={classes!("me", self.snapshot.name.is_none().then_some("nameless"))}
                id="me"
                aria-label={label.clone()}
                title={label}
                aria-expanded={if self.naming.is_some() { "true" } else { "false" }}
                onclick={ctx.link().callback(move |_| Msg::Naming(next.clone()))}
            >
                { avatar(ui, &ui.me) }
            </button>
        }
    }

    fn name_form(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        let link = ctx.link();
        let onkeydown = link.batch_callback(|e: KeyboardEvent| {
            Some(match Ending::of(&e, false)? {
                Ending::Done => Msg::SaveName,
                Ending::Left => Msg::Naming(None),
            })
        });
        let name = self.naming.clone().unwrap_or_default();
        let typed = link.callback(|name| Msg::Naming(Some(name)));
        html! {
            <div class="name-form">
                { name_field(ui, "own-name".into(), name, &typed, Some(onkeydown)) }
                <div class="writing-row">
                    { worded("button", ui.t(Text::Cancel), link.callback(|_| Msg::Naming(None))) }
                    { worded("button primary", ui.t(Text::SaveName), link.callback(|_| Msg::SaveName)) }
                </div>
            </div>
        }
    }

    fn sheet_button(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        let closed = self.sheet == Sheet::Closed;
        let (label, next, drawing) = if closed {
            (Text::SheetShow, Sheet::Half, Icon::Up)
        } else {
            (Text::SheetHide, Sheet::Closed, Icon::Down)
        };
        html! {
            <button
                class="handle"
                aria-expanded={if closed { "false" } else { "true" }}
                title={ui.t(label)}
                onclick={ctx.link().callback(move |_| Msg::Sheet(next))}
            >
                { icon(drawing) }
                <span class="unseen">{ ui.t(label) }{ " " }</span>
                <span class="count">{ ui.words.number(self.counts[0]) }</span>
            </button>
        }
    }

    fn height_button(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        let (label, next, drawing) = if self.sheet == Sheet::Full {
            (Text::SheetShorter, Sheet::Half, Icon::Shorter)
        } else {
            (Text::SheetTaller, Sheet::Full, Icon::Taller)
        };
        let onclick = ctx.link().callback(move |_| Msg::Sheet(next));
        tool(drawing, ui.t(label), None, onclick)
    }
}

impl Connection {
    /// The drawing and the words for it.
    pub(super) fn shown(&self) -> (Icon, Text) {
        match self {
            Connection::NoRelay => (Icon::Device, Text::NoRelay),
            Connection::Offline => (Icon::Offline, Text::Offline),
            Connection::Connecting => (Icon::Connecting, Text::Connecting),
            Connection::UpToDate => (Icon::UpToDate, Text::UpToDate),
            Connection::Saving => (Icon::Clock, Text::SavingData),
            Connection::Refused { .. } => (Icon::Alert, Text::Refused),
        }
    }
}
