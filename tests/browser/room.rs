//! A made-up room behind a panel: answers what the panel asks as a session
//! would, in memory, and remembers it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use postil::i18n::Words;
use postil::view::action::Action;
use postil::view::snapshot::{Connection, Notice, Phase, Snapshot, Target};
use postil::view::{MountedPanel, mount};
use postil_core::command::{Command, Subject};
use postil_core::discussion::{
    Author, Comment, CommentState, Delivery, Discussion, Placement, Reaction, Revision, Status,
    Thread,
};
use postil_core::id::{AuthorId, DeviceId, EventId};
use wasm_bindgen::JsCast;
use web_sys::{Element, ShadowRootInit, ShadowRootMode};

/// The person at this device.
pub(crate) const ME: AuthorId = AuthorId([1; 32]);
/// Somebody else.
pub(crate) const ANN: AuthorId = AuthorId([2; 32]);
/// A third person.
pub(crate) const BO: AuthorId = AuthorId([3; 32]);

/// The room, its panel, and everything the panel asked for.
pub(crate) struct Room {
    /// What is shown; change it, then call [`Room::show`].
    pub(crate) state: RefCell<Snapshot>,
    /// Everything the panel asked for, oldest first.
    pub(crate) actions: RefCell<Vec<Action>>,
    /// How far own comments have come.
    pub(crate) delivery: Rc<RefCell<HashMap<EventId, Delivery>>>,
    drafts: Rc<RefCell<HashMap<String, String>>>,
    panel: RefCell<Option<MountedPanel>>,
    host: Element,
    seq: Cell<u32>,
    now: u64,
}

impl Room {
    /// Mounts a panel of this width on the page, for a room without threads.
    pub(crate) fn mount(words: Words, width: &str) -> Rc<Room> {
        let document = web_sys::window().unwrap().document().unwrap();
        let host = document.create_element("div").unwrap();
        let style = host.unchecked_ref::<web_sys::HtmlElement>().style();
        style.set_property("width", width).unwrap();
        document.body().unwrap().append_child(&host).unwrap();
        Room::mount_in(host, words)
    }

    /// Mounts a panel into an element of the page.
    pub(crate) fn mount_in(host: Element, words: Words) -> Rc<Room> {
        let shadow = host
            .attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))
            .unwrap();
        let mut state = Snapshot::loading(words);
        let drafts: Rc<RefCell<HashMap<String, String>>> = Rc::default();
        let delivery: Rc<RefCell<HashMap<EventId, Delivery>>> = Rc::default();
        let (kept, known) = (drafts.clone(), delivery.clone());
        state.phase = Phase::Ready;
        state.me = ME;
        state.connection = Connection::UpToDate;
        state.drafts = Rc::new(move |key| kept.borrow().get(key).cloned());
        state.delivery =
            Rc::new(move |id| known.borrow().get(id).copied().unwrap_or(Delivery::Saved));
        let room = Rc::new(Room {
            state: RefCell::new(state),
            actions: RefCell::default(),
            delivery,
            drafts,
            panel: RefCell::new(None),
            host,
            seq: Cell::new(0),
            now: js_sys::Date::now() as u64,
        });
        for (author, name, hue) in [(ME, "", 40), (ANN, "Ann Example", 290), (BO, "Bo", 175)] {
            room.name(author, name, hue);
        }
        let weak = Rc::downgrade(&room);
        let on = yew::Callback::from(move |action| {
            if let Some(room) = weak.upgrade() {
                room.answer(action);
            }
        });
        let first = Rc::new(room.state.borrow().clone());
        room.panel.replace(mount(&shadow, first, on));
        room
    }

    /// The element the panel is mounted in.
    pub(crate) fn host(&self) -> &Element {
        &self.host
    }

    /// Uses the mounted panel.
    pub(crate) fn panel<R>(&self, with: impl FnOnce(&MountedPanel) -> R) -> R {
        with(self.panel.borrow().as_ref().unwrap())
    }

    /// Shows the state as it is now.
    pub(crate) fn show(&self) {
        let snapshot = Rc::new(self.state.borrow().clone());
        self.panel(|panel| panel.show(snapshot));
    }

    /// Takes the panel and its element off the page.
    pub(crate) fn leave(&self) {
        if let Some(panel) = self.panel.take() {
            panel.destroy();
        }
        self.host.remove();
    }

    fn name(&self, author: AuthorId, name: &str, hue: u16) {
        let initials: String = name
            .split(' ')
            .filter_map(|word| word.chars().next())
            .collect();
        let initials = if name.is_empty() {
            "Q7".into()
        } else {
            initials
        };
        self.discuss(|discussion| {
            let mut authors = (*discussion.authors).clone();
            let known = Author {
                id: author,
                name: name.into(),
                initials: initials.into(),
                hue,
            };
            authors.insert(author, Rc::new(known));
            discussion.authors = Rc::new(authors);
        });
    }

    /// A fresh event of this author.
    pub(crate) fn id(&self, author: AuthorId) -> EventId {
        self.seq.set(self.seq.get() + 1);
        EventId {
            device: DeviceId(author.0),
            seq: self.seq.get(),
        }
    }

    fn discuss(&self, change: impl FnOnce(&mut Discussion)) {
        let mut state = self.state.borrow_mut();
        let mut discussion = Discussion::clone(&state.discussion);
        change(&mut discussion);
        state.discussion = Rc::new(discussion);
    }

    /// A comment of this author, so many minutes old.
    pub(crate) fn comment(&self, author: AuthorId, body: &str, minutes: u64) -> Comment {
        Comment {
            id: self.id(author),
            parent: None,
            author,
            at: self.now - minutes * 60_000,
            state: CommentState::Present,
            body: body.into(),
            origin: None,
            edited_at: 0,
            revisions: Vec::new(),
            reactions: Vec::new(),
        }
    }

    /// Adds a thread of these comments at the end, its text at `top`.
    pub(crate) fn open(&self, quote: &str, top: f64, comments: Vec<Comment>) -> EventId {
        let id = comments[0].id;
        let thread = Thread {
            id,
            quote: quote.into(),
            about: None,
            relinked: None,
            status: Status::Open,
            history: Vec::new(),
            last_activity: comments[0].at,
            comments: comments.into_iter().map(Rc::new).collect(),
        };
        self.discuss(|discussion| discussion.threads.push(Rc::new(thread)));
        let mut state = self.state.borrow_mut();
        let (start, end) = (top.max(0.0) as u32, top.max(0.0) as u32 + 5);
        let placement = if quote.is_empty() {
            Placement::Whole
        } else {
            Placement::Placed { start, end }
        };
        Rc::make_mut(&mut state.placements).push(placement);
        Rc::make_mut(&mut state.tops).push(top);
        let tops = state.tops.clone();
        let order = Rc::make_mut(&mut state.order);
        order.push(tops.len() as u32 - 1);
        order.sort_by(|a, b| tops[*a as usize].total_cmp(&tops[*b as usize]));
        id
    }

    /// Changes one thread.
    pub(crate) fn change(&self, thread: EventId, change: impl FnOnce(&mut Thread)) {
        self.discuss(|discussion| {
            let mut threads = discussion.threads.iter_mut();
            let found = threads.find(|t| t.id == thread).unwrap();
            change(Rc::make_mut(found));
        });
    }

    fn change_comment(&self, comment: EventId, change: impl FnOnce(&mut Comment)) {
        self.discuss(|discussion| {
            let threads = discussion.threads.iter_mut();
            let mut with = threads.filter(|t| t.comments.iter().any(|c| c.id == comment));
            let thread = Rc::make_mut(with.next().unwrap());
            let mut comments = thread.comments.iter_mut();
            change(Rc::make_mut(comments.find(|c| c.id == comment).unwrap()));
        });
    }

    /// Sets where a thread's text is.
    pub(crate) fn place(&self, thread: EventId, placement: Placement) {
        let mut state = self.state.borrow_mut();
        let at = state.discussion.threads.iter().position(|t| t.id == thread);
        Rc::make_mut(&mut state.placements)[at.unwrap()] = placement;
    }

    /// Tells the person something.
    pub(crate) fn notify(&self, notice: Notice) {
        Rc::make_mut(&mut self.state.borrow_mut().notices).push(notice);
    }

    /// Selects text in the document.
    pub(crate) fn select(&self, quote: &str, top: f64) {
        self.state.borrow_mut().selection = Some(Target {
            range: Some((3, 9)),
            quote: quote.into(),
            about: None,
            top,
            beside: None,
        });
    }

    /// The unfinished text under a key.
    pub(crate) fn draft(&self, key: &str) -> Option<String> {
        self.drafts.borrow().get(key).cloned()
    }

    /// Keeps an unfinished text.
    pub(crate) fn keep_draft(&self, key: &str, text: &str) {
        self.drafts.borrow_mut().insert(key.into(), text.into());
    }

    fn answer(&self, action: Action) {
        self.actions.borrow_mut().push(action.clone());
        match action {
            Action::Do(command) => self.carry_out(command),
            Action::StartComment => {
                let mut state = self.state.borrow_mut();
                state.composing = Some(state.selection.take().unwrap_or(Target {
                    range: None,
                    quote: "".into(),
                    about: None,
                    top: f64::NAN,
                    beside: None,
                }));
            }
            Action::CancelComment => self.state.borrow_mut().composing = None,
            Action::Draft { key, text } if text.is_empty() => {
                self.drafts.borrow_mut().remove(&key);
            }
            Action::Draft { key, text } => {
                self.drafts.borrow_mut().insert(key, text);
            }
            Action::DismissNotice(i) => {
                Rc::make_mut(&mut self.state.borrow_mut().notices).remove(i);
            }
            Action::CopyLink(_) => self.panel(|panel| panel.announce("Link copied")),
            _ => return,
        }
        self.show();
    }

    fn carry_out(&self, command: Command) {
        match command {
            Command::SetName(name) => {
                self.name(ME, &name, 40);
                self.state.borrow_mut().name = Some(name.into());
            }
            Command::OpenThread { body, .. } => {
                let target = self.state.borrow_mut().composing.take().unwrap();
                let comment = self.comment(ME, &body, 0);
                self.open(&target.quote, target.top, vec![comment]);
            }
            Command::Reply { thread, body, .. } => {
                let comment = self.comment(ME, &body, 0);
                self.change(thread, |t| t.comments.push(Rc::new(comment)));
            }
            Command::Revise { comment, body } => self.change_comment(comment, |c| {
                let (at, old) = (c.at, c.body.clone());
                c.revisions.push(Revision { at, body: old });
                c.body = body.into();
            }),
            Command::Redact { comment } => self.change_comment(comment, |c| {
                c.state = CommentState::Deleted;
                c.body = "".into();
            }),
            Command::React { comment, emoji, on } => self.change_comment(comment, |c| {
                let emoji: Box<str> = emoji.into();
                if !c.reactions.iter().any(|r| r.emoji == emoji) {
                    let authors = Vec::new();
                    let emoji = emoji.clone();
                    c.reactions.push(Reaction { emoji, authors });
                }
                for reaction in c.reactions.iter_mut().filter(|r| r.emoji == emoji) {
                    reaction.authors.retain(|author| *author != ME);
                    if on {
                        reaction.authors.push(ME);
                    }
                }
                c.reactions.retain(|r| !r.authors.is_empty());
            }),
            Command::Relink { thread, on } => {
                if let Subject::Range(start, end) = on {
                    self.place(thread, Placement::Placed { start, end });
                }
            }
            Command::Resolve { thread, reason } => self.change(thread, |t| {
                t.status = Status::Resolved {
                    by: ME,
                    at: self.now,
                    reason: reason.map(Into::into),
                };
            }),
            Command::Reopen { thread, .. } => self.change(thread, |t| t.status = Status::Open),
        }
    }
}
