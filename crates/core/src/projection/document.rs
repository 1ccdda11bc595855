//! The shared documents of a room: usually one.
//!
//! A document is named by the hash of the text it started from. The page's own
//! text is the current document until somebody shares a base text; then the
//! base that was shared first is current for everyone, whatever the page says
//! meanwhile.

use std::collections::VecDeque;

use super::{Issued, Order};
use crate::event::EventError;
use crate::event::base::{MAX_PART, MAX_PARTS};
use crate::id::{DeviceId, EventId};
use crate::sorted::{Map, Set, sort};
use crate::text::admit::check;
use crate::text::writer::{BaseId, client_id};
use crate::text::{Delta, SharedText, TextError};

/// All documents of a room.
#[derive(Debug)]
pub struct Documents {
    device: DeviceId,
    tab: u32,
    page: Option<BaseId>,
    documents: Map<BaseId, Document>,
    /// The last part of a shared base, and the text it completed.
    bases: Map<EventId, BaseId>,
    parts: Map<(DeviceId, BaseId), Vec<String>>,
    /// What was written here and has not become an event, while the documents
    /// are built again.
    ahead: Map<BaseId, VecDeque<Vec<u8>>>,
    /// Whether a text has to be built again.
    pub(crate) stale: bool,
}

/// One document.
#[derive(Debug)]
pub struct Document {
    /// The text now, with what is being written here and has not become an
    /// event yet.
    pub text: SharedText,
    base: String,
    opened: Option<Order>,
    written: Map<u64, Vec<(u32, EventId)>>,
    /// Edits without effect.
    refused: Set<EventId>,
    /// The last edit in the display order.
    last: Option<Order>,
    /// Whether edits were merged in another order than the display order.
    pub(crate) unsorted: bool,
}

impl Document {
    fn new(device: &DeviceId, tab: u32, id: &BaseId, base: &str) -> Self {
        let text = SharedText::new(base, client_id(device, id, tab));
        Document {
            text,
            base: base.into(),
            opened: None,
            written: Map::new(),
            refused: Set::new(),
            last: None,
            unsorted: false,
        }
    }

    /// The text it started from.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Whether an edit had no effect.
    pub(crate) fn has_refused(&self, id: &EventId) -> bool {
        self.refused.contains(id)
    }

    /// Whether these are characters of the text it started from.
    pub fn is_base(&self, client: u64, end: u32) -> bool {
        client == self.text.base_client() && end <= self.text.next_clock(client)
    }

    /// The clock at which the next event of a client must begin.
    pub fn next_clock(&self, client: u64) -> u32 {
        self.written
            .get(&client)
            .and_then(|w| w.last())
            .map_or(0, |(end, _)| *end)
    }
}

impl Documents {
    pub(super) fn new(device: DeviceId, tab: u32, text: Option<&str>) -> Self {
        let mut documents = Documents {
            device,
            tab,
            page: None,
            documents: Map::new(),
            bases: Map::new(),
            parts: Map::new(),
            ahead: Map::new(),
            stale: false,
        };
        documents.page = text.map(|text| documents.open(text));
        documents
    }

    fn open(&mut self, text: &str) -> BaseId {
        let id = BaseId::of(text);
        let (device, tab) = (self.device, self.tab);
        self.documents
            .entry(id)
            .or_insert_with(|| Document::new(&device, tab, &id, text));
        id
    }

    /// From the next reset on another key edits here.
    pub(crate) fn set_device(&mut self, device: DeviceId) {
        self.device = device;
    }

    pub(super) fn reset(&mut self) {
        let page = self
            .page
            .and_then(|id| self.documents.get(&id))
            .map(|d| d.base.clone());
        let documents = self.documents.iter_mut();
        let mut ahead = std::mem::take(&mut self.ahead);
        ahead.extend(documents.map(|(id, document)| (*id, document.text.take_ahead())));
        *self = Documents::new(self.device, self.tab, page.as_deref());
        self.ahead = ahead;
    }

    /// After a reset and once every event was folded again: what was written
    /// here meanwhile is in the texts again, up to what no longer fits.
    pub(crate) fn restore(&mut self) {
        for (id, updates) in std::mem::take(&mut self.ahead) {
            let document = self.documents.get_mut(&id);
            let text = document.map(|document| &mut document.text);
            if let Some(text) = text {
                let _ = updates.into_iter().try_for_each(|u| text.make_again(u));
            }
        }
    }

    /// Gives up what was written here and has not become an event.
    pub(crate) fn give_up(&mut self) {
        self.ahead.clear();
        for document in self.documents.values_mut() {
            document.text.take_ahead();
        }
    }

    /// The page gave its own text. Says whether another document became
    /// current.
    pub fn set_page_text(&mut self, text: &str) -> bool {
        let before = self.current_id();
        self.page = Some(self.open(text));
        before != self.current_id()
    }

    /// Which tab of this device writes here.
    pub fn tab(&self) -> u32 {
        self.tab
    }

    /// The name of the current document.
    pub fn current_id(&self) -> Option<BaseId> {
        let shared = self
            .documents
            .iter()
            .filter_map(|(id, d)| d.opened.map(|order| (order, *id)));
        shared.min().map(|(_, id)| id).or(self.page)
    }

    /// The current document.
    pub fn current(&self) -> Option<&Document> {
        self.documents.get(&self.current_id()?)
    }

    /// The current document, for editing.
    pub fn current_mut(&mut self) -> Option<&mut Document> {
        let id = self.current_id()?;
        self.documents.get_mut(&id)
    }

    /// The texts that were edited in this room and are not the current one,
    /// the one that was shared first first: the page's own text was changed, and
    /// somebody had not heard of it yet.
    pub fn versions(&self) -> Vec<(BaseId, String)> {
        let current = self.current_id();
        let others = self
            .documents
            .iter()
            .filter(|(id, _)| Some(**id) != current);
        let mut others: Vec<_> = others
            .filter_map(|(id, document)| Some((document.opened?, *id, document.text.text())))
            .filter(|(_, id, text)| BaseId::of(text) != *id)
            .collect();
        sort(&mut others);
        others.into_iter().map(|(_, id, text)| (id, text)).collect()
    }

    /// A document by its name.
    pub fn get(&self, id: &BaseId) -> Option<&Document> {
        self.documents.get(id)
    }

    /// The document whose base an event shared.
    pub(crate) fn of_base(&self, event: &EventId) -> Option<BaseId> {
        self.bases.get(event).copied()
    }

    /// A document whose text may depend on the order of arrival.
    pub(crate) fn unsorted(&self) -> Option<BaseId> {
        let mut documents = self.documents.iter();
        let found = documents.find(|(_, document)| document.unsorted);
        found.map(|(id, _)| *id)
    }

    /// A document by its name, for editing.
    pub fn get_mut(&mut self, id: &BaseId) -> Option<&mut Document> {
        self.documents.get_mut(id)
    }

    /// The event that shared a document's base, if one did: the least.
    pub fn shared_by(&self, id: &BaseId) -> Option<EventId> {
        self.bases
            .iter()
            .find(|(_, base)| *base == id)
            .map(|(event, _)| *event)
    }

    pub(super) fn add_base(
        &mut self,
        issued: &Issued<'_>,
        base: BaseId,
        part: u32,
        parts: u32,
        text: &str,
    ) -> Result<bool, EventError> {
        let key = (issued.id().device, base);
        let so_far = self.parts.entry(key).or_default();
        if part == 0 {
            so_far.clear();
        }
        if so_far.len() != part as usize
            || so_far.len() >= MAX_PARTS as usize
            || text.len() > MAX_PART
        {
            return Err(EventError::Malformed);
        }
        so_far.push(text.into());
        if so_far.len() < parts as usize {
            return Ok(false);
        }
        let whole = self.parts.remove(&key).unwrap_or_default().concat();
        if BaseId::of(&whole) != base {
            return Err(EventError::Malformed);
        }
        let before = self.current_id();
        self.open(&whole);
        self.bases.insert(issued.id(), base);
        if let Some(document) = self.documents.get_mut(&base) {
            let order = document
                .opened
                .map_or(issued.order, |order| order.min(issued.order));
            document.opened = Some(order);
        }
        Ok(before != self.current_id())
    }

    pub(super) fn edit(
        &mut self,
        issued: &Issued<'_>,
        base: EventId,
        tab: u32,
        update: &[u8],
    ) -> Result<Vec<Delta>, EventError> {
        let id = *self
            .bases
            .get(&base)
            .ok_or(EventError::Unknown("a document"))?;
        let current = self.current_id() == Some(id);
        let document = self
            .documents
            .get_mut(&id)
            .ok_or(EventError::Unknown("a document"))?;
        let client = client_id(&issued.id().device, &id, tab);
        let next = document.next_clock(client);
        let known = |of: u64, end: u32| {
            if document.is_base(of, end) {
                return true;
            }
            let Some(runs) = document.written.get(&of) else {
                return false;
            };
            let run = runs.get(runs.partition_point(|(until, _)| *until < end));
            run.is_some_and(|(_, event)| issued.sees(event))
        };
        let refused = |error: &dyn std::fmt::Display| EventError::Text(error.to_string());
        let checked = match check(update, client, next, &known) {
            Ok(checked) => checked,
            Err(error) => {
                self.stale |= document.text.is_ahead() && document.text.client() == client;
                document.refused.insert(issued.id());
                return Err(refused(&error));
            }
        };
        let end = next + checked.inserted_len();
        // What was typed here and is no event yet comes later in the order.
        document.unsorted |= document.last.is_some_and(|last| last > issued.order)
            || (document.text.is_ahead() && document.text.client() != client);
        document.last = document.last.max(Some(issued.order));
        let deltas = match document.text.apply(&checked) {
            Ok(deltas) => deltas,
            Err(TextError::Overtaken | TextError::Broken) => {
                self.stale = true;
                return Ok(Vec::new());
            }
            Err(error) => {
                document.refused.insert(issued.id());
                return Err(refused(&error));
            }
        };
        if end > next {
            document
                .written
                .entry(client)
                .or_default()
                .push((end, issued.id()));
        }
        Ok(if current { deltas } else { Vec::new() })
    }
}
