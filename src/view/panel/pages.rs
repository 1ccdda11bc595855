//! What stands above the list or in its place.

use postil_core::command::{Command, Subject};
use yew::{Callback, Context, Html, classes, html};

use super::{Msg, Panel};
use crate::i18n::Text;
use crate::view::action::NEW_KEY;
use crate::view::button::{tool, worded};
use crate::view::icon::{Icon, icon};
use crate::view::snapshot::{NoticeKind, Phase};
use crate::view::ui::{Ask, Sent, Ui, modifier};
use crate::view::writing::Writing;

/// Element id of the box to write in that is always there.
pub(super) const COMPOSER: &str = "composer";

impl Panel {
    /// The box for a new thread, where the discussion is a part of the page.
    /// Before this module is there, the element shows another in its place
    /// (`packages/element/composer.js`).
    pub(super) fn standing(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        let snapshot = &self.snapshot;
        if !snapshot.in_page || snapshot.readonly || snapshot.phase != Phase::Ready {
            return Html::default();
        }
        let on_publish = ctx.link().callback(|body| {
            let on = Subject::Whole;
            Msg::Ask(Ask::Send {
                key: NEW_KEY.into(),
                sent: Sent::Thread,
                command: Command::OpenThread { on, body },
            })
        });
        html! {
            <section class="standing" part="composer" aria-label={ui.t(Text::WriteComment)}>
                <Writing
                    ui={ui.clone()}
                    draft={NEW_KEY}
                    label={Text::WriteComment}
                    folds=true
                    standing=true
                    id={COMPOSER}
                    {on_publish}
                    on_cancel={Callback::noop()}
                />
            </section>
        }
    }

    /// The store is being read.
    pub(super) fn loading(&self, ui: &Ui) -> Html {
        html! {
            <div class="page" aria-busy="true">
                <p class="hint">{ ui.t(Text::Loading) }</p>
                <div class="ghost" aria-hidden="true" />
                <div class="ghost" aria-hidden="true" />
            </div>
        }
    }

    /// There is nothing to show, and that is why.
    pub(super) fn failed(&self, ui: &Ui, reason: &str) -> Html {
        html! {
            <div class="page notice error" role="alert">
                { icon(Icon::Alert) }
                <div>
                    <p class="notice-title">{ ui.t(Text::FailedTitle) }</p>
                    <p>{ reason.to_owned() }</p>
                </div>
            </div>
        }
    }

    /// No thread to list: because there is none, or because of the filter.
    pub(super) fn empty(&self, ui: &Ui) -> Html {
        let [.., all] = self.counts;
        if all > 0 {
            return html! { <p class="page hint">{ ui.t(Text::EmptyFilter) }</p> };
        }
        if self.snapshot.in_page && !ui.readonly {
            // The box to write in says enough.
            return Html::default();
        }
        let hint = if ui.readonly {
            Text::EmptyReadonly
        } else {
            Text::EmptyHint
        };
        html! {
            <div class="page empty" part="empty">
                { icon(Icon::Plus) }
                <p class="notice-title">{ ui.t(Text::EmptyTitle) }</p>
                <p>{ ui.t(hint) }</p>
                if !ui.readonly {
                    <p class="hint">
                        <kbd>{ ui.words.with(Text::CommentKey, &[("key", modifier())]) }</kbd>
                    </p>
                }
            </div>
        }
    }

    /// What the person should know, until they put it away.
    pub(super) fn notices(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        let link = ctx.link();
        let notices = self.snapshot.notices.iter().enumerate().map(|(i, notice)| {
            let (drawing, title, class) = match notice.kind {
                NoticeKind::Error => (Icon::Alert, Text::NoticeError, "error"),
                NoticeKind::Quarantine => (Icon::Shield, Text::NoticeQuarantine, "quarantine"),
                NoticeKind::Info | NoticeKind::Version => (Icon::Info, Text::NoticeInfo, "info"),
            };
            let open = self.detailed == Some(i);
            html! {
                <li class={classes!("notice", class)}>
                    { icon(drawing) }
                    <div>
                        <p class="notice-title">{ ui.t(title) }</p>
                        <p dir="auto">{ notice.text.to_string() }</p>
                        if let Some(detail) = &notice.detail {
                            <button
                                class="quiet"
                                aria-expanded={if open { "true" } else { "false" }}
                                onclick={link.callback(move |_| Msg::Detail(i))}
                            >
                                { ui.t(Text::Details) }
                            </button>
                            if open {
                                <pre class="detail" tabindex="0" dir="auto">{ detail.to_string() }</pre>
                                if notice.kind == NoticeKind::Version {
                                    { worded("quiet", ui.t(Text::CopyText), link.callback(move |_| Msg::CopyDetail(i))) }
                                }
                            }
                        }
                    </div>
                    { tool(Icon::Close, ui.t(Text::Dismiss), None, link.callback(move |_| Msg::Dismiss(i))) }
                </li>
            }
        });
        html! {
            <div class="notices" aria-live="polite">
                if !self.snapshot.notices.is_empty() {
                    <ul role="list">{ for notices }</ul>
                }
            </div>
        }
    }

    /// How much arrived and waits to be shown.
    pub(super) fn held_back(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        let arrivals = &self.arrivals;
        let (threads, replies) = (arrivals.threads, arrivals.replies);
        html! {
            <div class="arrivals" aria-live="polite">
                if !arrivals.is_empty() {
                    <p>
                        if threads > 0 {
                            <span>{ ui.words.count(Text::NewThreads, threads) }</span>
                        }
                        if replies > 0 {
                            <span>{ ui.words.count(Text::NewReplies, replies) }</span>
                        }
                    </p>
                    { worded("quiet", ui.t(Text::Show), ctx.link().callback(|_| Msg::ShowArrivals)) }
                }
            </div>
        }
    }
}
