//! What the panel does when something happens.

use std::rc::Rc;

use postil_core::command::Command;
use postil_core::discussion::Discussion;
use postil_core::id::{AuthorId, EventId};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::{AttrValue, Context};

use super::pages::COMPOSER;
use super::{Menu, Msg, Panel, Pending, menu};
use crate::i18n::Text;
use crate::view::action::Action;
use crate::view::filter::Filter;
use crate::view::focus;
use crate::view::keys::Shortcut;
use crate::view::list::Item;
use crate::view::sheet::Sheet;
use crate::view::snapshot::{NoticeKind, Phase, Snapshot};
use crate::view::ui::{Ask, Sent, card_id, choice_id, comment_id};

impl Panel {
    /// Takes a message; returns whether to render.
    pub(super) fn handle(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let on = &ctx.props().on;
        match msg {
            Msg::Snapshot(snapshot) => self.take(ctx, snapshot),
            Msg::Reveal(thread) => {
                if self.choice.take().is_some() {
                    self.focus(card_id(&thread));
                }
                self.open_sheet();
                self.activate(ctx, Some(thread));
            }
            Msg::Activate(thread) => return self.activate(ctx, thread),
            Msg::Announce(words) => self.say(words, true),
            Msg::Choose(choice) => {
                if let Some(first) = choice.as_ref().and_then(|choice| choice.threads.first()) {
                    self.focus(choice_id(first));
                }
                self.choice = choice;
            }
            Msg::Ask(ask) => return self.answer(ctx, ask),
            Msg::Filter(filter) => {
                self.filter = filter;
                self.activate(ctx, None);
                self.list();
            }
            Msg::Step(by) => self.step(ctx, by),
            Msg::Shortcut(Shortcut::Next) => self.step(ctx, 1),
            Msg::Shortcut(Shortcut::Previous) => self.step(ctx, -1),
            Msg::Shortcut(Shortcut::Comment) => self.start_comment(ctx, Action::StartOn(None)),
            Msg::StartComment => self.start_comment(ctx, Action::StartComment),
            Msg::Escape => {
                if self.active.is_some() {
                    self.activate(ctx, None);
                } else if !self.wide && self.sheet != Sheet::Closed {
                    self.sheet = Sheet::Closed;
                }
                on.emit(Action::ReturnToText);
            }
            Msg::ShowArrivals => self.show_arrivals(),
            Msg::Glow(thread) => return std::mem::replace(&mut self.glow, thread) != thread,
            Msg::Pointed(pointed, card) => {
                let left = self.pointed && !pointed;
                self.pointed = pointed;
                let is_it = |item: &&Item| card.as_ref() == Some(&card_id(&item.thread.id));
                let thread = card.as_ref().and_then(|_| self.items.iter().find(is_it));
                let thread = thread.map(|item| item.thread.id);
                if std::mem::replace(&mut self.hovered, thread) != thread {
                    on.emit(Action::Point(thread));
                }
                if !left || self.arrivals.is_empty() || self.reading().list {
                    return false;
                }
                self.arrivals.release();
                self.list();
            }
            Msg::Resized => return self.measure(),
            Msg::Sheet(sheet) => self.sheet = sheet,
            Msg::Naming(name) => {
                let starts = self.naming.is_none() && name.is_some();
                self.naming = name;
                if starts {
                    self.focus("own-name".into());
                } else if self.naming.is_none() {
                    self.focus("me".into());
                }
            }
            Msg::SaveName => {
                let name = self.naming.take().unwrap_or_default().trim().to_owned();
                self.focus("me".into());
                if !name.is_empty() && Some(&*name) != self.snapshot.name.as_deref() {
                    on.emit(Action::Do(Command::SetName(name)));
                }
            }
            Msg::Dismiss(notice) => {
                self.detailed = None;
                on.emit(Action::DismissNotice(notice));
            }
            Msg::CopyDetail(notice) => on.emit(Action::CopyDetail(notice)),
            Msg::Detail(notice) => {
                self.detailed = (self.detailed != Some(notice)).then_some(notice);
            }
            Msg::Retry => on.emit(Action::RetryNow),
            Msg::SaveData(saves) => on.emit(Action::SaveData(saves)),
            Msg::Menu(menu) => {
                if menu != Menu::Closed {
                    // There is no room for it below a closed sheet.
                    self.open_sheet();
                }
                let before = std::mem::replace(&mut self.menu, menu);
                match (before, menu) {
                    (Menu::Closed, _) => self.focus(menu::FIRST.into()),
                    (_, Menu::Closed) => self.focus(menu::BUTTON.into()),
                    // The item that was pressed keeps it.
                    _ => {}
                }
            }
            Msg::MenuLeft => self.menu = Menu::Closed,
            Msg::PickFile => {
                self.menu = Menu::Closed;
                self.pick_file();
            }
            Msg::Dragged(dragged) => {
                return std::mem::replace(&mut self.dragged, dragged) != dragged;
            }
            Msg::Act(action) => {
                if std::mem::take(&mut self.menu) != Menu::Closed {
                    self.focus(menu::BUTTON.into());
                }
                self.dragged = false;
                on.emit(action);
            }
            Msg::Tick => {
                self.tick();
                return false;
            }
        }
        true
    }

    fn take(&mut self, ctx: &Context<Self>, snapshot: Rc<Snapshot>) {
        let before = std::mem::replace(&mut self.snapshot, snapshot);
        let now = self.snapshot.clone();
        if before.phase == Phase::Ready && !Rc::ptr_eq(&before.discussion, &now.discussion) {
            let reading = self.reading();
            self.arrivals
                .note(&before.discussion, &now.discussion, &now.me, reading);
        }
        *self.drafts.borrow_mut() = now.drafts.clone();
        self.measure();
        if now.composing.is_some() && before.composing.is_none() {
            self.open_sheet();
            self.activate(ctx, None);
        }
        self.settle(ctx);
        self.list();
    }

    /// Looks whether what was sent has come back, or has failed.
    fn settle(&mut self, ctx: &Context<Self>) {
        let now = self.snapshot.clone();
        let back = |it: &Pending| came_back(&it.before, &now.discussion, &now.me, it.sent);
        let mut at = 0;
        while let Some(pending) = self.pending.get(at) {
            if let Some((thread, comment)) = back(pending) {
                let pending = self.pending.remove(at);
                self.published(ctx, pending, thread, comment);
            } else {
                at += 1;
            }
        }
        self.pending.retain(|it| {
            let added = now.notices.get(it.notices..).unwrap_or_default();
            added.iter().all(|n| n.kind != NoticeKind::Error)
        });
    }

    /// What was sent has become this comment.
    fn published(&mut self, ctx: &Context<Self>, sent: Pending, thread: EventId, comment: EventId) {
        let went_on = (self.snapshot.drafts)(&sent.key) != sent.draft;
        let moved_on =
            self.active != sent.active || focus::focused().is_some_and(|it| Some(it) != sent.from);
        self.done += 1;
        let words = self.snapshot.words.t(Text::SaidPublished).to_owned().into();
        self.say(words, false);
        self.arrivals.release();
        // What was written in the meantime stays, and so does who writes it.
        if !went_on {
            let (key, text) = (sent.key, String::new());
            ctx.props().on.emit(Action::Draft { key, text });
        }
        if !moved_on {
            self.activate(ctx, Some(thread));
            if !went_on {
                self.focus(comment_id(&comment));
            }
        }
    }

    fn answer(&mut self, ctx: &Context<Self>, ask: Ask) -> bool {
        match ask {
            Ask::Activate(thread) => return self.activate(ctx, thread),
            Ask::Say(text) => {
                let words = self.snapshot.words.t(text).to_owned().into();
                self.say(words, false);
            }
            Ask::Focus(id) => {
                self.focus(id);
                return false;
            }
            Ask::Send { key, sent, command } => {
                self.pending.push(Pending {
                    draft: (self.snapshot.drafts)(&key),
                    from: focus::focused(),
                    active: self.active,
                    key,
                    sent,
                    before: self.snapshot.discussion.clone(),
                    notices: self.snapshot.notices.len(),
                });
                ctx.props().on.emit(Action::Do(command));
            }
        }
        true
    }

    fn activate(&mut self, ctx: &Context<Self>, thread: Option<EventId>) -> bool {
        if self.active == thread {
            return false;
        }
        self.active = thread;
        self.arrivals.release();
        self.list();
        ctx.props().on.emit(Action::Focus(thread));
        true
    }

    fn start_comment(&mut self, ctx: &Context<Self>, action: Action) {
        let snapshot = &self.snapshot;
        if snapshot.in_page {
            self.focus(COMPOSER.into());
        } else if !snapshot.readonly
            && snapshot.composing.is_none()
            && snapshot.phase == Phase::Ready
        {
            ctx.props().on.emit(action);
        }
    }

    /// Goes to the thread `by` places after the active one; without an active
    /// one, to the first or the last.
    fn step(&mut self, ctx: &Context<Self>, by: isize) {
        let is_active = |item: &Item| Some(item.thread.id) == self.active;
        let last = self.items.len().saturating_sub(1);
        let to = match self.items.iter().position(is_active) {
            Some(at) => at.saturating_add_signed(by).min(last),
            None if by > 0 => 0,
            None => last,
        };
        let Some(item) = self.items.get(to) else {
            return;
        };
        let thread = item.thread.id;
        self.open_sheet();
        self.activate(ctx, Some(thread));
        self.focus(card_id(&thread));
        let focus = false;
        ctx.props().on.emit(Action::Reveal { thread, focus });
    }

    fn show_arrivals(&mut self) {
        self.arrivals.release();
        self.list();
        if let Some(active) = self.active {
            self.focus(card_id(&active));
        }
    }

    fn say(&mut self, words: AttrValue, loud: bool) {
        self.said.words = words;
        self.said.loud = loud;
        self.said.times = self.said.times.wrapping_add(1);
    }

    fn open_sheet(&mut self) {
        if self.sheet == Sheet::Closed {
            self.sheet = Sheet::Half;
        }
    }

    /// Chooses the threads that are listed. The active one always is, so that
    /// it does not vanish under the hands of whoever resolves it.
    pub(super) fn list(&mut self) {
        let snapshot = self.snapshot.clone();
        let threads = &snapshot.discussion.threads;
        let mut counts = [0; 4];
        let mut items = Vec::new();
        for index in snapshot.order.iter() {
            let index = *index as usize;
            let Some(thread) = threads.get(index) else {
                continue;
            };
            let Some(thread) = self.arrivals.shown(thread) else {
                continue;
            };
            for (filter, count) in Filter::ALL.iter().zip(&mut counts) {
                *count += usize::from(filter.passes(&thread, &snapshot.me));
            }
            let is_active = self.active == Some(thread.id);
            if is_active || self.filter.passes(&thread, &snapshot.me) {
                let placement = snapshot.placements.get(index).copied();
                items.push(Item {
                    proposal: snapshot.proposals.get(&thread.id).cloned(),
                    thread,
                    placement: placement.unwrap_or(postil_core::discussion::Placement::Waiting),
                    top: snapshot.tops.get(index).copied().unwrap_or(f64::NAN),
                });
            }
        }
        self.counts = counts;
        self.items = Rc::new(items);
    }

    fn focus(&self, id: String) {
        if let Some(root) = self.element() {
            focus::soon(root, id);
        }
    }

    /// Brings the times on screen up to date, without rendering anything.
    fn tick(&self) {
        let Some(root) = self.element() else { return };
        let Ok(times) = root.query_selector_all("time[data-at]") else {
            return;
        };
        let now = crate::view::ui::now();
        for i in 0..times.length() {
            let time = times.item(i).and_then(|t| t.dyn_into::<HtmlElement>().ok());
            let at = time.as_ref().and_then(|t| t.get_attribute("data-at"));
            let text = time.and_then(|t| t.first_child());
            if let (Some(at), Some(text)) = (at.and_then(|at| at.parse().ok()), text) {
                text.set_node_value(Some(&self.snapshot.words.ago(at, now)));
            }
        }
    }
}

/// Thread and comment that came of what was sent, if they are there.
fn came_back(
    before: &Discussion,
    now: &Discussion,
    me: &AuthorId,
    sent: Sent,
) -> Option<(EventId, EventId)> {
    let find = |discussion: &Discussion, id: EventId| {
        let mut threads = discussion.threads.iter();
        threads.find(|thread| thread.id == id).cloned()
    };
    match sent {
        Sent::Thread => {
            let mut latest = now.threads.iter().rev();
            let thread = latest.find(|thread| {
                let first = thread.comments.first();
                first.is_some_and(|c| c.author == *me) && find(before, thread.id).is_none()
            })?;
            Some((thread.id, thread.comments.first()?.id))
        }
        Sent::Reply(id) => {
            let old = find(before, id)?;
            let thread = find(now, id)?;
            let is_new = |id: &EventId| old.comments.iter().all(|c| c.id != *id);
            let mut latest = thread.comments.iter().rev();
            let comment = latest.find(|c| c.author == *me && is_new(&c.id))?;
            Some((id, comment.id))
        }
        Sent::Edit { thread, comment } => {
            let text = |discussion: &Discussion| {
                let thread = find(discussion, thread)?;
                let comment = thread.comments.iter().find(|c| c.id == comment)?;
                Some((comment.body.clone(), comment.revisions.len()))
            };
            (text(before) != text(now)).then_some((thread, comment))
        }
    }
}
