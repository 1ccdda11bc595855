//! The discussion in the forms of other programs. The forms themselves are in
//! a module of their own, which is loaded when one is asked for.

use std::rc::Rc;

use js_sys::Error;
use postil_core::anchor::Anchor;
use postil_core::interchange::notes::{Notes, Page};
use postil_core::wire::bytes::put_bytes;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::commented::Commented;
use super::copies::{PATIENCE, title};
use super::panel::PanelHalf;
use crate::config::page_address;
use crate::i18n::Text;
use crate::on_demand::{self, Interchange};
use crate::platform::{message, now, rest};
use crate::view::action::Form;

/// What came of a file of another program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    /// How many comments were new.
    pub(crate) new: u32,
    /// How many were left out.
    left_out: u32,
}

impl PanelHalf {
    /// The discussion in the form of that name.
    ///
    /// # Errors
    /// When there is no such form, or the module that knows cannot be had.
    pub(crate) async fn write_as(&self, form: &str) -> Result<String, JsValue> {
        let (module, page) = self.prepare().await?;
        let mut bytes = page.encode();
        put_bytes(&mut bytes, self.threads_json().as_bytes());
        let session = self.session();
        let discussion = session.discussion.borrow().clone();
        session.peer(|peer| {
            for thread in &discussion.threads {
                let anchor = peer.replica().projection().anchor(&thread.id);
                put_bytes(&mut bytes, &anchor.map(Anchor::encode).unwrap_or_default());
            }
        });
        module.write_discussion(form, &bytes)
    }

    /// Takes the comments in a file of another program.
    ///
    /// # Errors
    /// When it is none, nothing may be written here, or the module that reads
    /// it cannot be had.
    pub(crate) async fn take_from(&self, file: &str) -> Result<Taken, JsValue> {
        if self.readonly.get() {
            let words = self.words.borrow();
            return Err(Error::new(words.t(Text::Readonly)).into());
        }
        let (module, page) = self.prepare().await?;
        let notes = module.read_discussion(&page.encode(), file)?;
        let notes = Notes::decode(&notes).map_err(|why| Error::new(&why.to_string()))?;
        let session = self.session();
        let (mut first, mut last) = (None, None);
        let here = loop {
            let mut brought = Default::default();
            session.input(|peer| brought = peer.take_notes(&notes, now()));
            first = first.or(Some(brought.here));
            if brought.asked == 0 || last == Some(brought.here) {
                break brought.here;
            }
            last = Some(brought.here);
            session.ask_to_persist();
            session.settle().await;
        };
        Ok(Taken {
            new: here - first.unwrap_or(here),
            left_out: notes.left_out + notes.notes.len() as u32 - here,
        })
    }

    /// The module with the forms, and what they have to know of the page.
    async fn prepare(&self) -> Result<(Interchange, Page), JsValue> {
        let module = on_demand::interchange().await?;
        let session = self.session();
        session.settle().await;
        let text = match self.commented() {
            Some(Commented::Document(_)) => session.text().to_string(),
            Some(Commented::Page(half)) => {
                let end = now() + PATIENCE;
                while !half.page.is_read() && now() < end {
                    rest(20).await;
                }
                half.page.text().to_string()
            }
            None => String::new(),
        };
        let page = Page {
            address: page_address(),
            title: title(),
            text,
            at: now(),
        };
        Ok((module, page))
    }

    /// Saves the discussion as a file of another program.
    pub(super) fn give_form(self: &Rc<Self>, form: &'static Form) {
        let this = self.clone();
        spawn_local(async move {
            match this.write_as(form.name).await {
                // A browser that does not let files be saved says so itself.
                Ok(text) => drop(this.save(text.as_bytes(), form.extension)),
                Err(error) => this.not_done(&error),
            }
        });
    }

    /// Takes a file of another program that the person chose, and says what came
    /// of it.
    pub(super) async fn open_foreign(&self, file: &str) {
        match self.take_from(file).await {
            Ok(Taken {
                new: 0,
                left_out: 0,
            }) => self.announce(Text::CopyHeldNothing),
            Ok(Taken { new, left_out }) => {
                let words = self.words.borrow().clone();
                let mut said = words.count(Text::SaidImported, new as usize);
                if left_out > 0 {
                    said.push(' ');
                    said.push_str(&words.count(Text::SaidLeftOut, left_out as usize));
                }
                self.say(&said);
            }
            Err(error) => self.not_done(&error),
        }
    }

    pub(super) fn not_done(&self, error: &JsValue) {
        let session = self.session();
        session.notices.borrow_mut().not_done(&message(error));
        session.refresh_within(0);
    }
}
