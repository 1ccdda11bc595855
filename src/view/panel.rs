//! The root of the panel: keeps what is the reader's own business (filter,
//! active thread, what is held back) and lays out the parts.

mod bar;
mod choice;
mod menu;
mod pages;
mod reading;
mod relays;
mod update;

use std::cell::RefCell;
use std::rc::Rc;

use postil_core::discussion::Discussion;
use postil_core::id::EventId;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::{AttrValue, Callback, Component, Context, Html, NodeRef, Properties, classes, html};

use super::action::Action;
use super::arrivals::Arrivals;
use super::filter::Filter;
use super::keys::Shortcut;
use super::list::{Item, List};
use super::listen::{Interval, Listener};
use super::sheet::{Sheet, is_wide};
use super::snapshot::{Phase, Snapshot};
use super::ui::{Ask, Drafts, Sent, Ui};
pub(super) use choice::Choice;
use menu::Menu;

/// How often the times on screen are brought up to date, in milliseconds.
const CLOCK: i32 = 20_000;

/// Input of the panel that never changes while it is mounted.
#[derive(Properties, Clone, PartialEq)]
pub(super) struct PanelProps {
    /// What to show first.
    pub(super) snapshot: FirstSnapshot,
    /// The element `Snapshot::tops` counts from.
    pub(super) host: Element,
    /// Where everything the person does goes.
    pub(super) on: Callback<Action>,
    /// Hears how the panel is reached when it has been made.
    pub(super) made: Own<Callback<yew::html::Scope<Panel>>>,
}

/// What belongs to one panel, as a property.
#[derive(Clone)]
pub(super) struct Own<T>(pub(super) T);

impl<T> PartialEq for Own<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A snapshot as a property; all are taken for equal, because later ones come
/// as messages.
#[derive(Clone)]
pub(super) struct FirstSnapshot(pub(super) Rc<Snapshot>);

impl PartialEq for FirstSnapshot {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Something that was sent and has not come back.
struct Pending {
    key: String,
    /// What was kept under that key, what had the keyboard focus, and which
    /// thread was the active one, when it was sent.
    draft: Option<String>,
    from: Option<Element>,
    active: Option<EventId>,
    sent: Sent,
    /// The discussion and the number of notices when it was sent.
    before: Rc<Discussion>,
    notices: usize,
}

/// What was said last to assistive technology.
#[derive(Default)]
struct Said {
    words: AttrValue,
    /// Whether everybody is to see it for a moment.
    loud: bool,
    /// How often something was said, so that the same words are said again.
    times: u32,
}

/// The whole panel.
pub(super) struct Panel {
    snapshot: Rc<Snapshot>,
    arrivals: Arrivals,
    filter: Filter,
    active: Option<EventId>,
    pending: Vec<Pending>,
    done: u32,
    items: Rc<Vec<Item>>,
    /// How many threads pass each filter, in the order of `Filter::ALL`.
    counts: [usize; 4],
    /// The new name while it is being typed.
    naming: Option<String>,
    /// The notice whose details are shown.
    detailed: Option<usize>,
    /// Whether it is a column rather than a sheet.
    wide: bool,
    sheet: Sheet,
    /// Whether the pointer is over a card.
    pointed: bool,
    /// The thread whose card that is.
    hovered: Option<EventId>,
    /// The thread whose text the pointer is over.
    glow: Option<EventId>,
    said: Said,
    drafts: Drafts,
    ask: Callback<Ask>,
    root: NodeRef,
    scroller: NodeRef,
    /// The button beside the selected text.
    beside: NodeRef,
    /// Which of several threads is meant.
    choice: Option<Choice>,
    choosing: NodeRef,
    menu: Menu,
    /// The field by which a file is chosen.
    file: NodeRef,
    /// Whether a file is held over the panel.
    dragged: bool,
    _listeners: Vec<Listener>,
    _clock: Option<Interval>,
}

pub(super) enum Msg {
    Snapshot(Rc<Snapshot>),
    Reveal(EventId),
    Activate(Option<EventId>),
    Announce(AttrValue),
    /// Ask which of several threads is meant, or stop asking.
    Choose(Option<Choice>),
    Ask(Ask),
    Filter(Filter),
    /// Go this many threads forwards or backwards.
    Step(isize),
    Shortcut(Shortcut),
    Escape,
    StartComment,
    ShowArrivals,
    /// The pointer came over the card of this element id, or left all.
    Pointed(bool, Option<String>),
    Glow(Option<EventId>),
    Resized,
    Sheet(Sheet),
    Naming(Option<String>),
    SaveName,
    Dismiss(usize),
    Detail(usize),
    CopyDetail(usize),
    Retry,
    SaveData(bool),
    /// Show this of the menu.
    Menu(Menu),
    /// The focus has left the menu.
    MenuLeft,
    PickFile,
    /// A file is held over the panel, or no longer.
    Dragged(bool),
    /// Do this, and close the menu.
    Act(Action),
    Tick,
}

impl Component for Panel {
    type Message = Msg;
    type Properties = PanelProps;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link();
        let snapshot = ctx.props().snapshot.0.clone();
        let mut listeners = Vec::new();
        if let Some(window) = web_sys::window() {
            let resized = link.callback(|_| Msg::Resized);
            listeners.push(Listener::capturing(&window, "resize", move |e| {
                resized.emit(e);
            }));
            let shortcut = link.callback(Msg::Shortcut);
            listeners.push(Listener::new(&window, "keydown", move |event| {
                if let Some(found) = Shortcut::of(&event) {
                    event.prevent_default();
                    shortcut.emit(found);
                }
            }));
        }
        let tick = link.callback(|()| Msg::Tick);
        let mut panel = Panel {
            arrivals: Arrivals::default(),
            filter: Filter::Open,
            active: None,
            pending: Vec::new(),
            done: 0,
            items: Rc::default(),
            counts: [0; 4],
            naming: None,
            detailed: None,
            wide: snapshot.in_page || is_wide(),
            sheet: Sheet::Closed,
            pointed: false,
            hovered: None,
            glow: None,
            said: Said::default(),
            drafts: Rc::new(RefCell::new(snapshot.drafts.clone())),
            ask: link.callback(Msg::Ask),
            snapshot,
            root: NodeRef::default(),
            scroller: NodeRef::default(),
            beside: NodeRef::default(),
            choice: None,
            choosing: NodeRef::default(),
            menu: Menu::Closed,
            file: NodeRef::default(),
            dragged: false,
            _listeners: listeners,
            _clock: Interval::new(CLOCK, move || tick.emit(())),
        };
        panel.list();
        ctx.props().made.0.emit(link.clone());
        panel
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        self.handle(ctx, msg)
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let ui = self.ui(ctx);
        let link = ctx.link();
        let words = &ui.words;
        let onkeydown = link.batch_callback(|event: KeyboardEvent| {
            (event.key() == "Escape" && !event.is_composing()).then_some(Msg::Escape)
        });
        let class = classes!(
            "panel",
            if self.wide { "wide" } else { "narrow" },
            self.snapshot.in_page.then_some("in-page"),
            self.sheet.class(),
            self.snapshot.below.then_some("below"),
            self.dragged.then_some("dragged")
        );
        html! {
            <section
                {class}
                part="panel"
                ref={self.root.clone()}
                lang={words.tag().to_owned()}
                dir={words.dir()}
                aria-label={ui.t(crate::i18n::Text::Panel)}
                {onkeydown}
                ondragover={link.batch_callback(|event| menu::dragged(&event))}
                ondragleave={link.callback(|_| Msg::Dragged(false))}
                ondrop={link.batch_callback(|event| menu::dropped(&event))}
            >
                { self.standing(ctx, &ui) }
                { self.bar(ctx, &ui) }
                if self.dragged {
                    <p class="drop-here">{ ui.t(crate::i18n::Text::DropHere) }</p>
                }
                <div
                    class="scroller"
                    ref={self.scroller.clone()}
                    inert={!self.wide && self.sheet == Sheet::Closed}
                    onpointerover={link.batch_callback(|e| super::sheet::over_card(&e))}
                    onpointerout={link.batch_callback(|e| super::sheet::left_card(&e))}
                >
                    { self.notices(ctx, &ui) }
                    { self.held_back(ctx, &ui) }
                    { self.page(ctx, &ui) }
                </div>
                { self.choice(ctx, &ui) }
                <p class={classes!("said", self.said.loud.then_some("loud"))} aria-live="polite">
                    <span key={self.said.times}>{ self.said.words.clone() }</span>
                </p>
            </section>
        }
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        self.place_adder();
        self.place_choice();
    }
}

impl Panel {
    fn ui(&self, ctx: &Context<Self>) -> Ui {
        let snapshot = &self.snapshot;
        Ui {
            words: snapshot.words.clone(),
            me: snapshot.me,
            named: snapshot.name.is_some(),
            readonly: snapshot.readonly,
            busy: !self.pending.is_empty(),
            done: self.done,
            authors: snapshot.discussion.authors.clone(),
            on: ctx.props().on.clone(),
            ask: self.ask.clone(),
            drafts: self.drafts.clone(),
        }
    }

    /// The list, or what stands in its place.
    fn page(&self, ctx: &Context<Self>, ui: &Ui) -> Html {
        let snapshot = &self.snapshot;
        match &snapshot.phase {
            Phase::Loading => self.loading(ui),
            Phase::Failed(reason) => self.failed(ui, reason),
            Phase::Ready => html! {
                <>
                    if self.items.is_empty() && snapshot.composing.is_none() {
                        { self.empty(ui) }
                    }
                    <List
                        ui={ui.clone()}
                        items={self.items.clone()}
                        active={self.active}
                        glow={self.glow}
                        composing={snapshot.composing.clone()}
                        delivery={snapshot.delivery.clone()}
                        wide={self.wide}
                        scroller={self.scroller.clone()}
                        host={ctx.props().host.clone()}
                    />
                    { self.adder(ctx, ui) }
                </>
            },
        }
    }

    /// Looks which form there is room for. Returns whether it is another.
    fn measure(&mut self) -> bool {
        let wide = self.snapshot.in_page || is_wide();
        std::mem::replace(&mut self.wide, wide) != wide
    }

    /// The element of the panel, once it is there.
    fn element(&self) -> Option<HtmlElement> {
        self.root.cast()
    }
}
