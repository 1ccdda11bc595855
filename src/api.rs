//! The only exports of the WebAssembly module: what the custom elements call.

use std::cell::{OnceCell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Function, Promise, Uint8Array};
use postil_core::interchange::eml;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{HtmlElement, ShadowRoot};

use crate::config::{Config, messages, room};
use crate::hand;
use crate::i18n::Words;
use crate::on_demand;
use crate::pictures;
use crate::session::{DocumentHalf, PanelHalf, Session, copies_in, foreign, source_text};

/// What runs in one element.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Handle(Rc<Running>);

#[derive(Debug)]
struct Running {
    this: Weak<Running>,
    host: HtmlElement,
    root: Option<ShadowRoot>,
    config: RefCell<Config>,
    half: RefCell<Option<Half>>,
    /// The text that a document's element held at first.
    source: OnceCell<String>,
}

#[derive(Clone)]
enum Half {
    Comments(Rc<PanelHalf>),
    Document(Rc<DocumentHalf>),
}

impl std::fmt::Debug for Half {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Half::Comments(_) => "Comments",
            Half::Document(_) => "Document",
        })
    }
}

/// Shows a room's discussion in the shadow root of `host`. `options` has the
/// element's attributes by name: strings or null; `locale`, the language that is
/// spoken ([`Words::new`]); and `draft`, a function that gives what is kept of a
/// new thread, or keeps its argument.
///
/// # Errors
/// When the page refuses what the panel needs.
#[wasm_bindgen(js_name = mountComments)]
pub fn mount_comments(
    host: HtmlElement,
    root: ShadowRoot,
    options: &JsValue,
) -> Result<Handle, JsValue> {
    Handle::new(host, Some(root), options)
}

/// Lets people edit a room's document in `host`, which holds the text that it
/// starts from.
///
/// # Errors
/// When the page refuses what the editor needs.
#[wasm_bindgen(js_name = mountDocument)]
pub fn mount_document(host: HtmlElement, options: &JsValue) -> Result<Handle, JsValue> {
    Handle::new(host, None, options)
}

/// Says how the modules with what few pages need are loaded: by a function that
/// gives a promise of the exports of the module of that name.
#[wasm_bindgen(js_name = loadMoreWith)]
pub fn load_more_with(loader: Function) {
    on_demand::load_with(loader);
}

/// Says how the script for pictures is loaded: by a function that gives a
/// promise of it.
#[wasm_bindgen(js_name = loadPicturesWith)]
pub fn load_pictures_with(loader: Function) {
    pictures::load_with(loader);
}

/// Says how the script for what goes from hand to hand is called, by a function
/// that loads it first and gives a promise, and whether the browser shares files.
#[wasm_bindgen(js_name = callHandWith)]
pub fn call_hand_with(caller: Function, shares: bool) {
    hand::call_with(caller, shares);
}

#[wasm_bindgen]
impl Handle {
    /// Fulfilled when what this device keeps of the room is shown.
    pub fn ready(&self) -> Promise {
        self.0.ready()
    }

    /// An attribute of the element changed.
    ///
    /// # Errors
    /// When the element had to be mounted anew and the page refused.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "wasm-bindgen hands strings over by value"
    )]
    pub fn configure(&self, name: &str, value: Option<String>) -> Result<(), JsValue> {
        self.0.configure(name, value.as_deref())
    }

    /// Another language is spoken from now on.
    pub fn speak(&self, locale: JsValue) {
        self.0.speak(locale);
    }

    /// The threads as JSON text; its form is in `docs/element-api.md`.
    pub fn threads(&self) -> String {
        match self.0.half() {
            Some(Half::Comments(panel)) => panel.threads_json(),
            Some(Half::Document(document)) => document.session().threads_json(),
            None => "[]".into(),
        }
    }

    /// Other versions of the text that were edited, as JSON text.
    pub fn versions(&self) -> String {
        let half = self.0.half();
        let versions = half.map(|half| half.session().versions());
        postil_core::json::versions_json(&versions.unwrap_or_default())
    }

    /// One text of the interface by its name in `messages`, in the language that
    /// is spoken.
    pub fn word(&self, name: &str) -> Option<String> {
        self.0.panel()?.word(name)
    }

    /// Opens a thread and brings it and its text into view. Says whether there
    /// is such a thread.
    pub fn reveal(&self, id: &str) -> bool {
        match self.0.half() {
            Some(Half::Comments(panel)) => panel.reveal(id),
            _ => false,
        }
    }

    /// Everything that is here of the room: as the bytes of a copy
    /// (`docs/protocol.md`) when the format is `bundle`, else as the text of a
    /// file of another program.
    pub fn export(&self, format: String) -> Promise {
        let panel = self.0.panel();
        future_to_promise(async move {
            let panel = panel.ok_or("The element has ended.")?;
            if format == "bundle" {
                return Ok(Uint8Array::from(&*panel.session().bundle().await).into());
            }
            if format == eml::NAME {
                return Ok(panel.email().await?.into());
            }
            Ok(panel.write_as(&format).await?.into())
        })
    }

    /// Takes a copy that was made elsewhere, or a file of another program; the
    /// promise tells whether anything in it was new, and is rejected when it is
    /// no copy of this room and no such file.
    pub fn import(&self, copy: Vec<u8>) -> Promise {
        let panel = self.0.panel();
        future_to_promise(async move {
            let panel = panel.ok_or("The element has ended.")?;
            if let Some(file) = foreign(&copy) {
                return Ok((panel.take_from(file).await?.new > 0).into());
            }
            let copies = copies_in(copy).await?;
            let taken = panel.session().bring_all(&copies).await;
            let is_new = taken.map_err(|why| js_sys::Error::new(&why.to_string()))?;
            Ok(is_new.into())
        })
    }

    /// Ends everything that runs in the element.
    pub fn unmount(&self) {
        self.0.unmount();
    }
}

impl Handle {
    fn new(
        host: HtmlElement,
        root: Option<ShadowRoot>,
        options: &JsValue,
    ) -> Result<Self, JsValue> {
        let running = Rc::new_cyclic(|this| Running {
            this: this.clone(),
            host,
            root,
            config: RefCell::new(Config::read(options)),
            half: RefCell::default(),
            source: OnceCell::new(),
        });
        running.mount()?;
        Ok(Handle(running))
    }
}

impl Running {
    fn panel(&self) -> Option<Rc<PanelHalf>> {
        match self.half()? {
            Half::Comments(panel) => Some(panel),
            Half::Document(_) => None,
        }
    }

    fn ready(&self) -> Promise {
        let Some(half) = self.half() else {
            return Promise::resolve(&JsValue::NULL);
        };
        let session = half.session();
        let ready = Promise::new(&mut |resolve, _| session.when_ready(resolve));
        future_to_promise(async move {
            JsFuture::from(ready).await?;
            half.began();
            Ok(JsValue::UNDEFINED)
        })
    }

    fn configure(&self, name: &str, value: Option<&str>) -> Result<(), JsValue> {
        let filled = || value.filter(|text| !text.trim().is_empty());
        let Some(half) = self.half() else {
            return Ok(());
        };
        let mut config = self.config.borrow_mut();
        match name {
            "room" => {
                config.is_named = filled().is_some();
                config.room = room(filled());
                drop(config);
                return self.mount_anew(half);
            }
            "relay" => {
                config.relay = filled().unwrap_or_default().into();
                half.session().set_relays(self.owner(), &config.relay);
                half.session().open_relays();
            }
            "for" => config.target = filled().map(Into::into),
            "readonly" => config.readonly = value.is_some(),
            "author" => config.author = filled().map(Into::into),
            "messages" => config.messages = messages(value),
            _ => return Ok(()),
        }
        match &half {
            Half::Comments(panel) => {
                panel.set_target(config.target.clone());
                panel.set_author(config.author.clone());
                panel.set_readonly(config.readonly);
            }
            Half::Document(document) => document.set_readonly(config.readonly),
        }
        if name == "messages" {
            half.set_words(config.words());
        }
        Ok(())
    }

    fn speak(&self, locale: JsValue) {
        self.config.borrow_mut().locale = locale;
        if let Some(half) = self.half() {
            half.set_words(self.config.borrow().words());
        }
    }

    fn mount(&self) -> Result<(), JsValue> {
        let config = self.config.borrow();
        let session = Session::of(config.room);
        session.set_relays(self.owner(), &config.relay);
        session.open_relays();
        let words = config.words();
        let half = match &self.root {
            Some(root) => {
                let panel = PanelHalf::mount(self.host.clone(), root, &session, words, &config)?;
                let this = self.this.clone();
                panel.on_around(move || {
                    if let Some(running) = this.upgrade() {
                        running.follow_address();
                    }
                });
                Half::Comments(panel)
            }
            None => {
                // What others wrote meanwhile is not what the element began with.
                let source = self.source.get_or_init(|| source_text(&self.host));
                let document =
                    DocumentHalf::mount(self.host.clone(), source, &session, config.readonly)?;
                document.set_words(&words);
                Half::Document(document)
            }
        };
        *self.half.borrow_mut() = Some(half);
        Ok(())
    }

    /// Shows the room that is wanted now in place of `half`.
    fn mount_anew(&self, half: Half) -> Result<(), JsValue> {
        self.unmount();
        drop(half);
        self.mount()?;
        // The promise does its part whether or not anybody waits for it.
        let _ = self.ready();
        Ok(())
    }

    /// A page that goes to another address without being loaded anew has
    /// another room there.
    fn follow_address(&self) {
        if self.config.borrow().is_named {
            return;
        }
        let now = room(None);
        let before = self.config.borrow().room;
        self.config.borrow_mut().room = now;
        if let Some(half) = self.half().filter(|_| before != now) {
            // Where the page let it be mounted before it does so again.
            let _ = self.mount_anew(half);
        }
    }

    /// Tells this element from the page's others.
    fn owner(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    fn unmount(&self) {
        let half = self.half.borrow_mut().take();
        if let Some(half) = &half {
            half.session().set_relays(self.owner(), "");
            half.session().open_relays();
        }
        match half {
            Some(Half::Comments(panel)) => panel.unmount(),
            Some(Half::Document(document)) => document.unmount(),
            None => {}
        }
    }

    fn half(&self) -> Option<Half> {
        self.half.borrow().clone()
    }
}

impl Half {
    fn session(&self) -> Rc<Session> {
        match self {
            Half::Comments(panel) => panel.session().clone(),
            Half::Document(document) => document.session().clone(),
        }
    }

    fn set_words(&self, words: Words) {
        match self {
            Half::Comments(panel) => panel.set_words(words),
            Half::Document(document) => document.set_words(&words),
        }
    }

    /// What is kept is shown: the page's address may name a thread.
    fn began(&self) {
        match self {
            Half::Comments(panel) => {
                panel.tell_ready();
                panel.follow_link();
            }
            Half::Document(document) => document.began(),
        }
    }
}
