//! The place that a panel is drawn in. yew never lets go of an element that it
//! has once drawn in, so a place that a panel has left is kept for the next.

use std::cell::RefCell;

use web_sys::{Element, Node};
use yew::html::Scope;
use yew::{AppHandle, Component, Context, Html, Renderer, html};

use super::panel::{Msg, Own, Panel, PanelProps};

thread_local! {
    static FREE: RefCell<Vec<Stage>> = const { RefCell::new(Vec::new()) };
}

/// An element and what yew keeps for it.
pub(super) struct Stage {
    element: Element,
    app: AppHandle<Boards>,
}

impl Stage {
    /// A free place at the end of `parent`.
    pub(super) fn enter(parent: &Node, panel: PanelProps) -> Option<Self> {
        let free = FREE.with(|free| {
            let mut free = free.borrow_mut();
            // What a panel that has just left drew goes a moment later.
            let is_empty = |stage: &Stage| stage.element.first_child().is_none();
            let at = free.iter().position(is_empty)?;
            Some(free.swap_remove(at))
        });
        let stage = match free {
            Some(stage) => stage,
            None => {
                let element = parent.owner_document()?.create_element("div").ok()?;
                let app = Renderer::<Boards>::with_root(element.clone()).render();
                Stage { element, app }
            }
        };
        parent.append_child(&stage.element).ok()?;
        stage.app.send_message(Cue::Enter(Box::new(panel)));
        Some(stage)
    }

    /// Tells the panel something.
    pub(super) fn tell(&self, msg: Msg) {
        self.app.send_message(Cue::Tell(msg));
    }

    /// Takes the panel away and the place off the page.
    pub(super) fn leave(self) {
        self.app.send_message(Cue::Leave);
        self.element.remove();
        FREE.with(|free| free.borrow_mut().push(self));
    }
}

/// What yew draws: a panel or nothing.
pub(super) struct Boards {
    panel: Option<PanelProps>,
    /// How to reach it, once it has been made.
    scope: Option<Scope<Panel>>,
    /// Counts panels, so that none is taken for the one before.
    count: usize,
    /// What the panel is told when it has been made.
    waiting: Vec<Msg>,
}

pub(super) enum Cue {
    Enter(Box<PanelProps>),
    /// The panel of this number has been made.
    Made(usize, Scope<Panel>),
    Tell(Msg),
    Leave,
}

impl Component for Boards {
    type Message = Cue;
    type Properties = ();

    fn create(_: &Context<Self>) -> Self {
        Boards {
            panel: None,
            scope: None,
            count: 0,
            waiting: Vec::new(),
        }
    }

    fn update(&mut self, _: &Context<Self>, cue: Cue) -> bool {
        match cue {
            Cue::Enter(props) => {
                self.count += 1;
                self.panel = Some(*props);
                true
            }
            Cue::Made(count, scope) => {
                if count == self.count && self.panel.is_some() {
                    for msg in self.waiting.drain(..) {
                        scope.send_message(msg);
                    }
                    self.scope = Some(scope);
                }
                false
            }
            Cue::Tell(msg) => {
                match &self.scope {
                    Some(scope) => scope.send_message(msg),
                    None => self.waiting.push(msg),
                }
                false
            }
            Cue::Leave => {
                self.waiting.clear();
                self.panel = None;
                self.scope = None;
                true
            }
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Some(props) = &self.panel else {
            return Html::default();
        };
        let count = self.count;
        let made = ctx.link().callback(move |scope| Cue::Made(count, scope));
        let props = PanelProps {
            made: Own(made),
            ..props.clone()
        };
        html! { <Panel key={count} ..props /> }
    }
}
