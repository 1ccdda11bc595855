//! What a panel is shown: the session's state, put together as one snapshot.

use std::rc::{Rc, Weak};

use postil_core::discussion::{About, Delivery, Placement, Thread};
use postil_core::id::{AuthorId, EventId};
use postil_core::sorted;

use super::Session;
use super::commented::Commented;
use super::page::edges;
use super::panel::{Composing, PanelHalf};
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
    /// Counts whatever moves the text.
    version: u32,
    /// Whether the panel has a column of its own beside the text.
    beside: bool,
    width: f64,
    height: f64,
    /// How far below the panel's top the document's top is.
    offset: f64,
}

impl Layout {
    fn update(
        &mut self,
        text: Option<&Commented>,
        half: &PanelHalf,
        version: u32,
        placements: Vec<Placement>,
        threads: &[Rc<Thread>],
    ) {
        let measured = text.map(|text| {
            let rect = text.rect();
            let panel = half.host().get_bounding_client_rect();
            Measured {
                version,
                beside: panel.left() >= rect.right() - 1.0 || panel.right() <= rect.left() + 1.0,
                width: rect.width(),
                height: rect.height(),
                offset: rect.top() - panel.top(),
            }
        });
        let version = |measured: &Option<Measured>| measured.as_ref().map(|it| it.version);
        let moved = *self.placements != placements || version(&measured) != version(&self.measured);
        if moved {
            let mut order = in_text_order(&placements, threads);
            if half.is_about_all() {
                // All are about the page: the newest is what one has not read.
                order.reverse();
            }
            self.order = Rc::new(order);
            self.placements = Rc::new(placements);
        }
        if moved || measured != self.measured {
            let tops = match text.zip(measured.as_ref()) {
                Some((text, measured)) if measured.beside => {
                    tops(text, measured.offset, &self.placements, threads)
                }
                _ => vec![f64::NAN; self.placements.len()],
            };
            if tops != *self.tops {
                self.tops = Rc::new(tops);
            }
            self.measured = measured;
        }
    }
}

/// Threads in the order of their texts, pictures before what follows them, and
/// those without either last.
fn in_text_order(placements: &[Placement], threads: &[Rc<Thread>]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..placements.len() as u32).collect();
    sorted::sort_by_key(&mut order, |index| match placements.get(*index as usize) {
        Some(Placement::Placed { start, end } | Placement::Proposed { start, end, .. }) => {
            (0, *start, *end, 0, *index)
        }
        Some(Placement::OnElement { at }) => {
            let thread = threads.get(*index as usize);
            let region = thread.and_then(|it| it.about.as_ref()?.region);
            let down = region.map_or(0, |region| u32::from(region.y) + 1);
            (0, *at, 0, down, *index)
        }
        Some(Placement::Whole) => (1, 0, 0, 0, *index),
        _ => (2, 0, 0, 0, *index),
    });
    order
}

impl Session {
    /// Hands a panel the newest state.
    pub(super) fn show(&self, half: &PanelHalf) {
        let discussion = self.discussion.borrow().clone();
        let text = half.commented();
        let place = |id: &EventId| match &text {
            Some(text) => text.placement(self, id),
            None if half.is_about_all() => Placement::Whole,
            None => Placement::Waiting,
        };
        let threads = discussion.threads.iter();
        let mut placements: Vec<Placement> = threads.map(|thread| place(&thread.id)).collect();
        let proposals = match &text {
            Some(text) => self.proposals(text, &discussion, &mut placements),
            None => Rc::default(),
        };
        let mut layout = half.layout.borrow_mut();
        layout.update(
            text.as_ref(),
            half,
            text.as_ref().map_or(0, |text| text.version(self)),
            placements,
            &discussion.threads,
        );
        let target = |range: Option<(u32, u32)>| self.target_of(text.as_ref(), half, range);
        let selection = text.as_ref().and_then(Commented::selection);
        let composing = half.composing.borrow().clone();
        let composing = composing.map(|composing| match composing {
            Composing::Whole => target(None),
            Composing::Range(start, end) => target(Some((start, end))),
            Composing::Medium(element, anchor) => Target {
                about: About::of(&anchor),
                top: edges(&element, anchor.region).0
                    - half.host().get_bounding_client_rect().top(),
                ..target(None)
            },
        });
        let media = {
            // A panel keeps what it was handed for longer than there is a page.
            let page = match &text {
                Some(Commented::Page(page)) => Rc::downgrade(page),
                _ => Weak::new(),
            };
            Rc::new(move || page.upgrade().map(|it| it.all_media()).unwrap_or_default())
        };
        let delivery = {
            let this = self.this.clone();
            Rc::new(move |id: &EventId| {
                let session = this.upgrade();
                session
                    .and_then(|session| session.peer(|peer| peer.delivery(id)))
                    .unwrap_or(Delivery::Saved)
            })
        };
        let snapshot = Snapshot {
            phase: self.phase.borrow().clone(),
            placements: layout.placements.clone(),
            proposals,
            tops: layout.tops.clone(),
            order: layout.order.clone(),
            me: half.me().unwrap_or(AuthorId([0; 32])),
            name: half.own_name().or_else(|| half.given_name()),
            connection: self.link.borrow().connection(),
            saves: self.saves_data(),
            relays: self.link.borrow().relays(),
            waiting: self.peer(|peer| peer.waiting()).unwrap_or(0),
            delivery,
            selection: selection.map(|range| target(Some(range))),
            composing,
            media,
            readonly: half.readonly.get(),
            in_page: half.is_about_all(),
            below: layout.measured.as_ref().is_some_and(|it| it.offset < 0.0),
            notices: self.notices.borrow_mut().shown(&half.words.borrow()),
            drafts: half.drafts(),
            words: half.words.borrow().clone(),
            discussion,
        };
        drop(layout);
        if let Some(panel) = &*half.panel.borrow() {
            panel.show(Rc::new(snapshot));
        }
    }

    fn target_of(
        &self,
        text: Option<&Commented>,
        half: &PanelHalf,
        range: Option<(u32, u32)>,
    ) -> Target {
        let (Some(text), Some((start, end))) = (text, range) else {
            return Target {
                range: None,
                quote: "".into(),
                about: None,
                top: f64::NAN,
                beside: None,
            };
        };
        let panel = half.host().get_bounding_client_rect();
        let first = text
            .tops(&[(start, end)])
            .first()
            .copied()
            .unwrap_or(f64::NAN);
        Target {
            range,
            quote: text.words(self, (start, end)),
            about: None,
            top: first + text.rect().top() - panel.top(),
            beside: text.room_beside((start, end), &panel),
        }
    }
}

/// The part of the text that a thread stands at.
pub(super) fn part_of(place: &Placement) -> Option<(u32, u32)> {
    match place {
        Placement::Placed { start, end } | Placement::Proposed { start, end, .. } => {
            Some((*start, *end))
        }
        _ => None,
    }
}

fn tops(
    text: &Commented,
    offset: f64,
    placements: &[Placement],
    threads: &[Rc<Thread>],
) -> Vec<f64> {
    let parts: Vec<(u32, u32)> = placements.iter().filter_map(part_of).collect();
    let mut found = text.tops(&parts).into_iter();
    let edge = text.rect().top();
    let top = |(place, thread): (&Placement, &Rc<Thread>)| {
        let found = part_of(place).and_then(|_| found.next());
        let top = match place {
            Placement::OnElement { .. } => text.top_of(&thread.id).map(|top| top - edge),
            Placement::Proposed { start, end, .. } if start == end => {
                text.top_of(&thread.id).map(|top| top - edge)
            }
            _ => found,
        };
        top.map_or(f64::NAN, |top| top + offset)
    };
    placements.iter().zip(threads).map(top).collect()
}
