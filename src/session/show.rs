//! What a panel is shown: the session's state, put together as one snapshot.

use std::rc::Rc;

use postil_core::discussion::{Delivery, Placement};
use postil_core::id::{AuthorId, EventId};
use postil_core::sorted::{self, Map};

use super::panel::{Composing, DRAFT, PanelHalf};
use super::{DocumentHalf, Session};
use crate::view::snapshot::{Snapshot, Target};

/// Where the threads stand beside their document, as last measured. Measuring
/// makes the browser lay out the page, so it is done only when what decides
/// about it has changed.
#[derive(Default)]
pub(super) struct Layout {
    measured: Option<Measured>,
    placements: Rc<Vec<Placement>>,
    tops: Rc<Vec<f64>>,
    order: Rc<Vec<u32>>,
}

/// What decides about the places beside the document.
#[derive(PartialEq)]
struct Measured {
    /// Counts changes of the text.
    text: u32,
    width: f64,
    height: f64,
    /// How far below the panel's top the document's top is.
    offset: f64,
}

impl Layout {
    fn update(
        &mut self,
        document: Option<&DocumentHalf>,
        half: &PanelHalf,
        text: u32,
        placements: Vec<Placement>,
    ) {
        let measured = document.map(|document| {
            let rect = document.host.get_bounding_client_rect();
            let panel = half.host().get_bounding_client_rect();
            Measured {
                text,
                width: rect.width(),
                height: rect.height(),
                offset: rect.top() - panel.top(),
            }
        });
        let moved = *self.placements != placements;
        if moved {
            self.order = Rc::new(in_text_order(&placements));
            self.placements = Rc::new(placements);
        }
        if moved || measured != self.measured {
            let tops = match document.zip(measured.as_ref()) {
                Some((document, measured)) => tops(document, measured.offset, &self.placements),
                None => vec![f64::NAN; self.placements.len()],
            };
            if tops != *self.tops {
                self.tops = Rc::new(tops);
            }
            self.measured = measured;
        }
    }
}

/// Threads in the order of their texts, those without one last.
fn in_text_order(placements: &[Placement]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..placements.len() as u32).collect();
    sorted::sort_by_key(&mut order, |index| match placements.get(*index as usize) {
        Some(Placement::Placed { start, end }) => (0, *start, *end, *index),
        Some(Placement::Whole) => (1, 0, 0, *index),
        _ => (2, 0, 0, *index),
    });
    order
}

impl Session {
    /// Hands a panel the newest state.
    pub(super) fn show(&self, half: &PanelHalf) {
        let discussion = self.discussion.borrow().clone();
        let document = half.document();
        let places = self.places.borrow();
        let placements: Vec<Placement> = match &document {
            Some(_) => discussion
                .threads
                .iter()
                .map(|thread| places.of(&thread.id))
                .collect(),
            None => discussion
                .threads
                .iter()
                .map(|_| Placement::Whole)
                .collect(),
        };
        let mut layout = half.layout.borrow_mut();
        layout.update(
            document.as_deref(),
            half,
            self.text_changes.get(),
            placements,
        );
        let target = |range: Option<(u32, u32)>| self.target_of(document.as_deref(), half, range);
        let selection = document.as_ref().and_then(|document| document.selection());
        let composing = half.composing.borrow().map(|composing| match composing {
            Composing::Whole => target(None),
            Composing::Range(start, end) => target(Some((start, end))),
        });
        let delivery = {
            let this = self.this.clone();
            Rc::new(move |id: &EventId| {
                let session = this.upgrade();
                session
                    .and_then(|session| session.peer(|peer| peer.delivery(id)))
                    .unwrap_or(Delivery::Saved)
            })
        };
        let drafts = {
            let this = self.this.clone();
            Rc::new(move |key: &str| {
                let session = this.upgrade()?;
                let state = session.state.borrow();
                let bytes = state.values.get(&[DRAFT, key].concat())?;
                String::from_utf8(bytes.clone()).ok()
            })
        };
        let snapshot = Snapshot {
            phase: self.phase.borrow().clone(),
            placements: layout.placements.clone(),
            tops: layout.tops.clone(),
            order: layout.order.clone(),
            me: half.me().unwrap_or(AuthorId([0; 32])),
            name: half.own_name(),
            connection: self.link.borrow().shown(&half.words.borrow()),
            waiting: self.peer(|peer| peer.waiting()).unwrap_or(0),
            delivery,
            selection: selection.map(|range| target(Some(range))),
            composing,
            readonly: half.readonly.get(),
            notices: self.notices.borrow_mut().shown(&half.words.borrow()),
            drafts,
            words: half.words.borrow().clone(),
            discussion,
        };
        drop((places, layout));
        if let Some(panel) = &*half.panel.borrow() {
            panel.show(Rc::new(snapshot));
        }
    }

    fn target_of(
        &self,
        document: Option<&DocumentHalf>,
        half: &PanelHalf,
        range: Option<(u32, u32)>,
    ) -> Target {
        let (Some(document), Some((start, end))) = (document, range) else {
            return Target {
                range: None,
                quote: "".into(),
                top: f64::NAN,
            };
        };
        let units: Vec<u16> = self
            .text()
            .encode_utf16()
            .skip(start as usize)
            .take((end - start) as usize)
            .collect();
        let offset = document.host.get_bounding_client_rect().top()
            - half.host().get_bounding_client_rect().top();
        let top = document.editor.top(start) + offset;
        Target {
            range,
            quote: String::from_utf16_lossy(&units).into(),
            top,
        }
    }
}

fn tops(document: &DocumentHalf, offset: f64, placements: &[Placement]) -> Vec<f64> {
    let start = |place: &Placement| match place {
        Placement::Placed { start, .. } => Some(*start),
        _ => None,
    };
    let mut starts: Vec<u32> = placements.iter().filter_map(start).collect();
    sorted::sort(&mut starts);
    starts.dedup();
    let found: Map<u32, f64> = document
        .editor
        .tops(&starts)
        .into_iter()
        .zip(starts)
        .map(|(top, start)| (start, top))
        .collect();
    let top = |place: &Placement| {
        start(place)
            .and_then(|start| found.get(&start))
            .map_or(f64::NAN, |top| top + offset)
    };
    placements.iter().map(top).collect()
}
