//! The list of threads. Only cards near the visible part are elements; all of
//! them have a place.

mod geometry;

use std::ops::Range;
use std::rc::Rc;

use postil_core::discussion::{Delivery, Placement, Thread};
use postil_core::id::EventId;
use postil_core::sorted::Map;
use web_sys::{Element, HtmlElement};
use yew::{Component, Context, Html, NodeRef, Properties, classes, html};

use super::about;
use super::action::{Action, NEW_KEY};
use super::card::Card;
use super::focus;
use super::icon::{Icon, icon};
use super::layout::{Column, Slot};
use super::listen::{Listener, Sizes, before_paint};
use super::snapshot::{Proposal, Target};
use super::ui::{Ask, Sent, Ui, card_id};
use super::writing::Writing;
use crate::i18n::Text;
use postil_core::command::Command;

/// One thread of the list.
#[derive(Clone)]
pub(super) struct Item {
    pub(super) thread: Rc<Thread>,
    pub(super) placement: Placement,
    pub(super) proposal: Option<Proposal>,
    /// See `Snapshot::tops`.
    pub(super) top: f64,
}

#[derive(Properties, Clone)]
pub(super) struct ListProps {
    pub(super) ui: Ui,
    /// The threads that are listed, in document order.
    pub(super) items: Rc<Vec<Item>>,
    pub(super) active: Option<EventId>,
    /// The thread whose text the pointer is over.
    pub(super) glow: Option<EventId>,
    pub(super) composing: Option<Target>,
    pub(super) delivery: Rc<dyn Fn(&EventId) -> Delivery>,
    /// Whether the cards stand beside their text in the page, rather than one
    /// below the other in `scroller`.
    pub(super) wide: bool,
    pub(super) scroller: NodeRef,
    /// What `Item::top` counts from.
    pub(super) host: Element,
}

impl PartialEq for ListProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.items, &other.items)
            && Rc::ptr_eq(&self.delivery, &other.delivery)
            && self.ui == other.ui
            && self.active == other.active
            && self.glow == other.glow
            && self.composing == other.composing
            && self.wide == other.wide
    }
}

/// The list and the geometry of its cards.
pub(super) struct List {
    /// Measured heights in CSS pixels, of a thread's card while it is active
    /// and while it is not.
    heights: Map<(EventId, bool), f64>,
    composer_height: f64,
    /// What the column places: the items, and the composer between them.
    slots: Vec<Slot>,
    /// Which of these is the composer.
    composer_at: Option<usize>,
    column: Column,
    /// The slots that are elements now.
    shown: Range<usize>,
    /// Whether the active card is to be scrolled into view.
    reveal: bool,
    waiting_for_paint: bool,
    /// What had the keyboard focus before the cards were put in order again.
    held: Option<Element>,
    area: NodeRef,
    list: NodeRef,
    composer: NodeRef,
    sizes: Sizes,
    watched: Map<Option<EventId>, Element>,
    _listeners: Vec<Listener>,
}

pub(super) enum Msg {
    /// Something scrolled or the window has another size.
    Moved,
    /// The paint that was waited for is about to happen.
    Paint,
    /// A card has another height.
    Measured,
    /// Other cards were chosen to be elements.
    Chosen,
    /// Go to the last card that found no place.
    Further,
    Publish(String),
    Cancel,
}

impl Component for List {
    type Message = Msg;
    type Properties = ListProps;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        let moved = move || {
            let link = link.clone();
            move |_| link.send_message(Msg::Moved)
        };
        let mut listeners = Vec::new();
        if let Some(window) = web_sys::window() {
            listeners.push(Listener::capturing(&window, "scroll", moved()));
            listeners.push(Listener::capturing(&window, "resize", moved()));
        }
        // Scrolling inside the shadow tree is not heard outside of it.
        let root = ctx.props().host.shadow_root();
        if let Some(root) = root {
            listeners.push(Listener::capturing(&root, "scroll", moved()));
        }
        let link = ctx.link().clone();
        let mut list = List {
            heights: Map::new(),
            composer_height: 220.0,
            slots: Vec::new(),
            composer_at: None,
            column: Column::default(),
            shown: 0..0,
            reveal: ctx.props().active.is_some(),
            waiting_for_paint: false,
            held: None,
            area: NodeRef::default(),
            list: NodeRef::default(),
            composer: NodeRef::default(),
            sizes: Sizes::new(move || link.send_message(Msg::Measured)),
            watched: Map::new(),
            _listeners: listeners,
        };
        list.place(ctx.props(), 0.0);
        list.shown = 0..list.slots.len().min(8);
        list
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Moved => {
                if !self.waiting_for_paint {
                    self.waiting_for_paint = true;
                    let link = ctx.link().clone();
                    before_paint(move || link.send_message(Msg::Paint));
                }
                false
            }
            Msg::Paint => {
                self.waiting_for_paint = false;
                self.follow(ctx.props())
            }
            Msg::Measured => self.arrange(ctx.props()),
            Msg::Chosen => true,
            Msg::Further => {
                let last = self.column.first.checked_sub(1);
                let item = last.and_then(|i| self.item(ctx.props(), i));
                if let Some(item) = item {
                    let id = item.thread.id;
                    ctx.props().ui.ask(Ask::Activate(Some(id)));
                    ctx.props().ui.ask(Ask::Focus(card_id(&id)));
                }
                false
            }
            Msg::Publish(body) => {
                let on = ctx.props().composing.as_ref().and_then(|c| c.range).into();
                ctx.props().ui.ask(Ask::Send {
                    key: NEW_KEY.into(),
                    sent: Sent::Thread,
                    command: Command::OpenThread { on, body },
                });
                false
            }
            Msg::Cancel => {
                ctx.props().ui.act(Action::CancelComment);
                ctx.props().ui.act(Action::ReturnToText);
                false
            }
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &ListProps) -> bool {
        let props = ctx.props();
        if props.active != old.active && props.active.is_some()
            || props.composing.is_some() && old.composing.is_none()
            || props.wide != old.wide
        {
            self.reveal = true;
        }
        let offset = self.offset(props);
        self.place(props, offset);
        self.shown = self.wanted(props, geometry::OVERSCAN);
        self.held = focus::focused();
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let further = self.column.first;
        html! {
            <>
                if further > 0 {
                    <button class="further" onclick={ctx.link().callback(|_| Msg::Further)}>
                        { icon(Icon::Up) }
                        { props.ui.words.count(Text::EarlierThreads, further) }
                    </button>
                }
                <div class="column" ref={self.area.clone()}>
                    if let Some(target) = &props.composing {
                        { self.composer(ctx, target) }
                    }
                    if !props.items.is_empty() {
                        <ul
                            class="threads"
                            role="list"
                            aria-label={props.ui.t(Text::Threads)}
                            ref={self.list.clone()}
                        >
                            { for self.elements(props).map(|i| self.card(props, i)) }
                        </ul>
                    }
                </div>
            </>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        focus::regain(self.held.take());
        self.watch(ctx.props());
        if self.arrange(ctx.props()) {
            ctx.link().send_message(Msg::Chosen);
        }
    }
}

impl List {
    fn item<'a>(&self, props: &'a ListProps, slot: usize) -> Option<&'a Item> {
        props.items.get(self.index_of(slot)?)
    }

    /// Index of the item in a slot; `None` for the composer.
    fn index_of(&self, slot: usize) -> Option<usize> {
        match self.composer_at {
            Some(at) if slot == at => None,
            Some(at) if slot > at => Some(slot - 1),
            _ => Some(slot),
        }
    }

    /// The slot of an item, or of the composer.
    fn slot_of(&self, index: Option<usize>) -> Option<usize> {
        match (index, self.composer_at) {
            (None, at) => at,
            (Some(index), Some(at)) if index >= at => Some(index + 1),
            (index, _) => index,
        }
    }

    /// The item indexes that are elements: those near the visible part, and
    /// the active one, which keeps its focus and its unfinished work.
    fn elements(&self, props: &ListProps) -> impl Iterator<Item = usize> + use<> {
        let shown = self.shown.clone();
        let mut shown: Vec<usize> = shown.filter_map(|slot| self.index_of(slot)).collect();
        if let Some(active) = self.active(props)
            && let Err(at) = shown.binary_search(&active)
        {
            shown.insert(at, active);
        }
        shown.into_iter()
    }

    /// Index of the active thread among the items.
    fn active(&self, props: &ListProps) -> Option<usize> {
        let id = props.active?;
        props.items.iter().position(|item| item.thread.id == id)
    }

    fn card(&self, props: &ListProps, index: usize) -> Html {
        let Some(item) = props.items.get(index) else {
            return Html::default();
        };
        let thread = &item.thread;
        let delivery = thread.comments.iter().map(|comment| {
            let own = comment.author == props.ui.me;
            own.then(|| (props.delivery)(&comment.id))
        });
        html! {
            <li
                key={thread.id.to_string()}
                class="slot"
                aria-setsize={props.items.len().to_string()}
                aria-posinset={(index + 1).to_string()}
            >
                <Card
                    ui={props.ui.clone()}
                    thread={thread.clone()}
                    placement={item.placement}
                    proposal={item.proposal.clone()}
                    active={props.active == Some(thread.id)}
                    glow={props.glow == Some(thread.id)}
                    delivery={delivery.collect::<Vec<_>>()}
                />
            </li>
        }
    }

    fn composer(&self, ctx: &Context<Self>, target: &Target) -> Html {
        let ui = &ctx.props().ui;
        html! {
            <section
                class={classes!("slot", "composer")}
                part="composer"
                ref={self.composer.clone()}
                aria-label={ui.t(Text::WriteComment)}
            >
                <div class="card active">
                    if let Some(about) = &target.about {
                        { about::line(ui, about, None) }
                    } else if target.quote.is_empty() {
                        <p class="place">
                            <span class="chip">{ icon(Icon::Page) }{ ui.t(Text::Whole) }</span>
                        </p>
                    } else {
                        <p class="quote" dir="auto">{ target.quote.to_string() }</p>
                    }
                    <Writing
                        ui={ui.clone()}
                        draft={NEW_KEY}
                        label={Text::WriteComment}
                        id="composer"
                        on_publish={ctx.link().callback(Msg::Publish)}
                        on_cancel={ctx.link().callback(|()| Msg::Cancel)}
                    />
                </div>
            </section>
        }
    }

    /// Watches the sizes of the elements that are there now, and only these.
    fn watch(&mut self, props: &ListProps) {
        let mut gone = std::mem::take(&mut self.watched);
        for (index, element) in self.rendered_elements(props) {
            let id = index.and_then(|index| Some(props.items.get(index)?.thread.id));
            if gone.remove(&id).is_none_or(|old| old != element) {
                self.sizes.watch(&element);
            }
            self.watched.insert(id, element);
        }
        for element in gone.into_values() {
            self.sizes.forget(&element);
        }
    }

    /// The elements that are there now, each with the index of its item, or
    /// `None` for the composer.
    fn rendered_elements(&self, props: &ListProps) -> Vec<(Option<usize>, Element)> {
        let mut found = Vec::new();
        if let Some(list) = self.list.cast::<HtmlElement>() {
            let children = list.children();
            for (index, n) in self.elements(props).zip(0..) {
                if let Some(element) = children.item(n) {
                    found.push((Some(index), element));
                }
            }
        }
        if let Some(composer) = self.composer.cast::<Element>() {
            found.push((None, composer));
        }
        found
    }
}
