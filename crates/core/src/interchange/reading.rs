//! From what a file says to notes that can be brought here: within the limits,
//! on this page, and what is answered before its answers.

use std::cell::OnceCell;

use super::loose::Loose;
use super::notes::{Note, Notes, Page, URN};
use super::selector::{self, Offsets};
use super::{InterchangeError, MAX_NOTES};
use crate::anchor::Anchor;
use crate::anchor::index::TextIndex;
use crate::anchor::position::Position;
use crate::discussion::Placement;
use crate::event::MAX_BODY;
use crate::event::origin::MAX_ID;
use crate::id::{base64url, hash};
use crate::json::read::Value;
use crate::sorted::{self, Map};

/// Stands for a comment without words that others have answered.
const WORDLESS: &str = "…";
/// Stands at the end of what was too long.
const CUT: &str = " […]";

/// A file being read for a page.
pub(super) struct Reading<'a> {
    page: &'a Page,
    index: Option<TextIndex>,
    loose: OnceCell<Loose>,
    found: Vec<Found>,
    left_out: u32,
}

/// One comment in the file.
struct Found {
    note: Note,
    /// The address of the page it is on; empty when that is not said.
    source: String,
}

impl<'a> Reading<'a> {
    pub(super) fn new(page: &'a Page) -> Self {
        let text = Some(&*page.text).filter(|text| !text.is_empty());
        Reading {
            page,
            index: text.map(|text| TextIndex::new(text.into())),
            loose: OnceCell::new(),
            found: Vec::new(),
            left_out: 0,
        }
    }

    /// Whether an address is that of the page.
    pub(super) fn is_page(&self, address: &str) -> bool {
        page_of(address) == page_of(&self.page.address)
    }

    /// There is a comment that is not meant for everybody, or damaged.
    pub(super) fn leave_out(&mut self) {
        self.left_out += 1;
    }

    /// There is a comment. One without an id is called by what it says.
    pub(super) fn add(&mut self, mut note: Note, source: &str) -> Result<(), InterchangeError> {
        if self.found.len() >= MAX_NOTES {
            return Err(InterchangeError::TooLarge);
        }
        for name in [&mut note.id, &mut note.parent] {
            *name = name.trim_start_matches(URN).into();
        }
        if note.id.is_empty() {
            let parts = [&note.parent, &note.name, &note.body, source].map(str::as_bytes);
            let at = note.at.to_be_bytes();
            let anchor = note.anchor.as_ref().map(Anchor::encode).unwrap_or_default();
            let [parent, name, body, source] = parts;
            let parts = [
                parent, b"\0", name, b"\0", body, b"\0", source, &at, &anchor,
            ];
            let name = hash(b"postil/1/note\0", &parts);
            note.id = ["sha256:", &base64url(&name)].concat();
        }
        self.found.push(Found {
            note,
            source: source.into(),
        });
        Ok(())
    }

    /// What an annotation is about, and where that surely is in the text. What
    /// is anchored by nothing that says anything here is on the page as a whole.
    pub(super) fn anchor(
        &self,
        annotation: &Value,
        offsets: Offsets,
    ) -> (Option<Anchor>, Option<Position>) {
        let index = self.index.as_ref();
        let read = selector::read(annotation, index, offsets).ok().flatten();
        let (Some(mut anchor), Some(index)) = (read.clone(), index) else {
            return (read, None);
        };
        let place = match index.resolve(&anchor) {
            Placement::Placed { start, end } => Some((start, end)),
            _ => self.find_loosely(&anchor, index),
        };
        let Some((start, end)) = place else {
            return (Some(anchor), None);
        };
        let cut = anchor.quote.as_ref().is_some_and(|quote| quote.cut);
        if !cut && let Some(here) = index.describe(start, end) {
            anchor.quote = here.quote;
            anchor.position = here.position;
        }
        match Anchor::decode(&anchor.encode()) {
            Ok(anchor) => (Some(anchor), Position::new(start, end)),
            // With the words as they are here it is too large to be sent.
            Err(_) => (read, None),
        }
    }

    fn find_loosely(&self, anchor: &Anchor, index: &TextIndex) -> Option<(u32, u32)> {
        let quote = anchor.quote.as_ref()?;
        let loose = self.loose.get_or_init(|| Loose::new(index.text()));
        loose.find(quote)
    }

    /// The notes that are for this page.
    pub(super) fn finish(mut self) -> Result<Notes, InterchangeError> {
        let total = self.found.len();
        self.keep_this_page();
        self.keep_sound();
        self.left_out += (total - self.found.len()) as u32;
        // What is not here is not answered: it may be in the room, though.
        let mut order: Vec<usize> = (0..self.found.len()).collect();
        sorted::sort_by_key(&mut order, |at| {
            (self.found.get(*at).map_or(0, |found| found.note.at), *at)
        });
        let mut taken: Vec<Option<Note>> = self.found.into_iter().map(|f| Some(f.note)).collect();
        let notes = order
            .iter()
            .filter_map(|at| taken.get_mut(*at)?.take())
            .collect();
        Ok(Notes {
            notes,
            left_out: self.left_out,
        })
    }

    /// Where some comments are on this page, those on others are left out.
    /// Where none is, it is taken for a copy of the page at another address.
    fn keep_this_page(&mut self) {
        let here = page_of(&self.page.address);
        let is_here = |found: &Found| found.source.is_empty() || page_of(&found.source) == here;
        let named = |found: &&Found| !found.source.is_empty() && is_here(found);
        if self.found.iter().find(named).is_some() {
            self.found
                .retain(|found| is_here(found) || !found.note.parent.is_empty());
        }
    }

    /// Leaves out what has no words, has an id too long to be remembered, is
    /// there twice, or answers, directly or not, what is left out or itself.
    fn keep_sound(&mut self) {
        let mut by_id: Map<String, usize> = Map::new();
        let mut answered: Map<String, ()> = Map::new();
        for (at, found) in self.found.iter().enumerate() {
            by_id.entry(found.note.id.clone()).or_insert(at);
            answered.insert(found.note.parent.clone(), ());
        }
        let mut sound: Vec<Option<bool>> = Vec::new();
        for (at, found) in self.found.iter_mut().enumerate() {
            let note = &mut found.note;
            limit(&mut note.body);
            if note.body.is_empty() && answered.contains_key(&note.id) {
                note.body = WORDLESS.into();
            }
            let is_first = by_id.get(&note.id) == Some(&at);
            let fits = note.id.len() <= MAX_ID && note.parent.len() <= MAX_ID;
            let own = is_first && fits && !note.body.is_empty();
            let opens = !by_id.contains_key(&note.parent);
            sound.push(match own {
                false => Some(false),
                true => opens.then_some(true),
            });
        }
        for at in 0..self.found.len() {
            // Up to what is known, then down again; those on the way round a
            // ring never become known.
            let mut way = vec![at];
            let mut known = None;
            while let Some(last) = way.last().copied() {
                known = sound.get(last).copied().flatten();
                let parent = self.found.get(last).map(|found| &found.note.parent);
                let next = parent.and_then(|parent| by_id.get(parent));
                match next {
                    Some(next) if known.is_none() && way.len() <= self.found.len() => {
                        way.push(*next);
                    }
                    _ => break,
                }
            }
            for step in way {
                if let Some(slot) = sound.get_mut(step) {
                    *slot = Some(slot.unwrap_or(known == Some(true)));
                }
            }
        }
        let mut sound = sound.into_iter();
        self.found.retain(|_| sound.next() == Some(Some(true)));
    }
}

/// Keeps a body to its limit.
fn limit(body: &mut String) {
    let kept = body.trim_end().len();
    body.truncate(kept);
    if kept > MAX_BODY {
        let most = MAX_BODY - CUT.len();
        let end = (0..=most).rev().find(|at| body.is_char_boundary(*at));
        let end = end.unwrap_or(0);
        body.truncate(end);
        body.push_str(CUT);
    }
}

/// An address without what does not change the page.
fn page_of(address: &str) -> &str {
    let page = address.split('#').next().unwrap_or("");
    let page = page.split_once("://").map_or(page, |(_, rest)| rest);
    let page = page.strip_prefix("www.").unwrap_or(page);
    page.trim_end_matches('/')
}
