//! What the script is to draw over pictures and players, and to say there.

use std::rc::Rc;

use js_sys::{Array, Object, Reflect};
use postil_core::anchor::region::Region;
use postil_core::discussion::{Status, Thread};
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::{PageHalf, spot};
use crate::i18n::{Text, Words};
use crate::session::panel::{Composing, PanelHalf};
use crate::view::{about_words, author_name};

impl PageHalf {
    /// Has the boxes drawn.
    pub(in crate::session) fn draw_media(&self, panel: &PanelHalf, threads: &[Rc<Thread>]) {
        let Some(pictures) = self.media.pictures() else {
            return;
        };
        let words = panel.words.borrow().clone();
        let pieces = Array::new();
        let add = |element: &Element, region: Option<Region>, rest: [JsValue; 3]| {
            let sides = region.map_or(JsValue::NULL, |it| {
                let sides = [it.x, it.y, it.width, it.height];
                sides
                    .into_iter()
                    .map(JsValue::from)
                    .collect::<Array>()
                    .into()
            });
            let [id, kind, label] = rest;
            pieces.push(&Array::of5(element, &sides, &id, &kind, &label));
        };
        let spots = self.media.spots.borrow();
        for thread in threads {
            let Some(Some(spot)) = spot(&spots, &thread.id) else {
                continue;
            };
            let is_on = [panel.active(), panel.pointed()].contains(&Some(thread.id));
            let is_quiet = !spot.is_sure || spot.time.is_some();
            let kind = match thread.status {
                _ if is_on => "on",
                _ if is_quiet => continue,
                Status::Open => "open",
                Status::Resolved { .. } => "done",
            };
            let label = match is_quiet {
                true => String::new(),
                false => self.label(&words, thread),
            };
            let id = thread.id.to_string();
            add(
                &spot.element,
                spot.region,
                [id.into(), kind.into(), label.into()],
            );
        }
        let composing = panel.composing.borrow();
        if let Some(Composing::Medium(element, anchor)) = &*composing {
            let none = JsValue::from("");
            add(element, anchor.region, [none.clone(), "draft".into(), none]);
        }
        let free = composing.is_none() && !panel.readonly.get();
        pictures.draw(&pieces, &spoken(&words), free);
    }

    /// What a box is called.
    fn label(&self, words: &Words, thread: &Thread) -> String {
        let (Some(session), Some(about), Some(first)) = (
            self.session.upgrade(),
            &thread.about,
            thread.comments.first(),
        ) else {
            return String::new();
        };
        let authors = session.discussion.borrow().authors.clone();
        let name = author_name(words, &authors, &first.author);
        let quote = about_words(words, about);
        words.with(Text::ThreadBy, &[("name", &name), ("quote", &quote)])
    }
}

/// What the script says.
fn spoken(words: &Words) -> Object {
    let spoken = Object::new();
    let texts = [
        ("picture", Text::CommentPicture),
        ("at", Text::CommentAt),
        ("named", Text::Picture),
        ("hint", Text::FrameHint),
        ("part", Text::FramePart),
        ("comment", Text::Comment),
        ("cancel", Text::Cancel),
        ("over", Text::OverPictures),
    ];
    let texts = texts.map(|(name, text)| (name, words.t(text)));
    for (name, text) in texts
        .into_iter()
        .chain([("lang", words.tag()), ("dir", words.dir())])
    {
        // Setting a field of a plain object does not fail.
        let _ = Reflect::set(&spoken, &name.into(), &text.into());
    }
    spoken
}
