//! Threads about pictures, sounds and films: where they are on the page, and
//! how new ones begin. What is drawn there is `packages/element/pictures.js`.

mod draw;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Reflect};
use postil_core::anchor::Anchor;
use postil_core::anchor::content::{self, Content};
use postil_core::anchor::element::{Element as Described, slug};
use postil_core::anchor::region::{FULL, Region};
use postil_core::anchor::time::Time;
use postil_core::discussion::{About, Placement};
use postil_core::id::EventId;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement};

use super::PageHalf;
use crate::pictures::{self, Pictures};
use crate::session::panel::{Composing, PanelHalf};
use crate::session::reveal::scroll_to;

/// How like a picture is to another one in its place, in percent: it is a
/// question to a person.
const PERHAPS: u8 = 50;

/// What the script calls, with what happened and to what.
type On = Closure<dyn FnMut(String, JsValue, JsValue)>;

/// What is known of the pictures and players.
#[derive(Default)]
pub(super) struct Media {
    /// Where threads are; `None` for those that are nowhere.
    spots: RefCell<Vec<(EventId, Option<Spot>)>>,
    /// All there were when they were looked for, with what each shows.
    all: RefCell<Vec<(Element, u64)>>,
    /// The page's changes until then.
    seen: Cell<Option<u32>>,
    /// Counts what was found.
    found: Cell<u32>,
    pictures: RefCell<Option<Pictures>>,
    /// Whether they were asked for.
    asked: Cell<bool>,
    on: RefCell<Option<On>>,
}

/// Where a thread is.
struct Spot {
    element: Element,
    is_sure: bool,
    /// See [`Placement::OnElement`].
    at: u32,
    region: Option<Region>,
    time: Option<Time>,
}

/// What is known of a thread. There are few.
fn spot<'a>(spots: &'a [(EventId, Option<Spot>)], thread: &EventId) -> Option<&'a Option<Spot>> {
    let found = spots.iter().find(|(id, _)| id == thread);
    found.map(|(_, spot)| spot)
}

impl Drop for Media {
    fn drop(&mut self) {
        if let Some(pictures) = self.pictures.take() {
            pictures.end();
        }
    }
}

impl Media {
    /// A thread may be about something else now.
    pub(super) fn forget(&self, thread: &EventId) {
        self.spots.borrow_mut().retain(|(id, _)| id != thread);
    }

    pub(super) fn of(&self, thread: &EventId) -> Placement {
        match spot(&self.spots.borrow(), thread) {
            Some(Some(Spot { is_sure, at, .. })) if *is_sure => Placement::OnElement { at: *at },
            Some(Some(Spot { at, .. })) => Placement::Proposed {
                start: *at,
                end: *at,
                score: PERHAPS,
            },
            Some(None) => Placement::Detached,
            None => Placement::Waiting,
        }
    }

    fn pictures(&self) -> Option<Pictures> {
        self.pictures.borrow().clone()
    }

    /// Where an anchor is, and whether that is sure: by its id and its path, and
    /// by what it shows. Where something else is shown now, it is not.
    fn find(&self, pictures: &Pictures, anchor: &Anchor) -> Option<(Element, bool)> {
        let stands = anchor.element.as_ref().and_then(|described| {
            let found = pictures.stands(&described.id, &described.path)?;
            let same = || slug(&pictures.heading(&found)) == *described.heading;
            (!described.id.is_empty() || same()).then_some(found)
        });
        let Some(content) = &anchor.content else {
            return stands.map(|element| (element, true));
        };
        let all = self.all.borrow();
        let plays = anchor.time.is_some();
        let is_kind = |element: &Element| (element.local_name() != "img") == plays;
        let there = stands.filter(is_kind);
        let same = all
            .iter()
            .filter(|(element, digest)| *digest == content.digest && is_kind(element));
        let same: Vec<&Element> = same.map(|(element, _)| element).collect();
        match (same.as_slice(), there) {
            (same, Some(there)) if same.contains(&&there) => Some((there, true)),
            ([only], _) => Some(((*only).clone(), true)),
            (_, there) => there.map(|there| (there, false)),
        }
    }
}

impl PageHalf {
    /// Looks for pictures and players, and for the threads about them, if
    /// something may have changed; and has drawn what there is.
    pub(in crate::session) fn find_media(&self, panel: &PanelHalf) {
        let Some(pictures) = self.media.pictures() else {
            return self.ask_for_pictures(panel);
        };
        let now = Some(self.page.changes());
        if self.media.seen.replace(now) != now {
            let all = pictures.all();
            let all = all.iter().map(|element| {
                let element: Element = element.unchecked_into();
                let digest = content::digest(&pictures.source(&element));
                (element, digest)
            });
            *self.media.all.borrow_mut() = all.collect();
            self.media.spots.borrow_mut().clear();
        }
        self.find_spots(&pictures);
    }

    fn find_spots(&self, pictures: &Pictures) {
        let Some(session) = self.session.upgrade() else {
            return;
        };
        let state = session.state.borrow();
        let Some(peer) = &state.peer else { return };
        let mut spots = self.media.spots.borrow_mut();
        for (id, place) in self.known.borrow().iter() {
            if !matches!(place, Placement::OnElement { .. }) || spot(&spots, id).is_some() {
                continue;
            }
            let anchor = peer.replica().projection().anchor(id);
            let found = anchor.and_then(|anchor| {
                let (element, is_sure) = self.media.find(pictures, anchor)?;
                Some(Spot {
                    at: self.page.offset_of_element(&element),
                    element,
                    is_sure,
                    region: anchor.region,
                    time: anchor.time,
                })
            });
            spots.push((*id, found));
            self.media.found.set(self.media.found.get().wrapping_add(1));
        }
    }

    /// Loads what is needed for pictures, once there are any or threads on some.
    fn ask_for_pictures(&self, panel: &PanelHalf) {
        let is_on_element = |place: &Placement| matches!(place, Placement::OnElement { .. });
        let has_some = || self.known.borrow().values().any(is_on_element) || self.page.has_media();
        if self.media.asked.get() || !self.page.is_read() || !has_some() {
            return;
        }
        self.media.asked.set(true);
        let this = self.this.clone();
        let on = Closure::new(move |what: String, a: JsValue, b: JsValue| {
            if let Some(half) = this.upgrade() {
                half.happened(&what, a, &b);
            }
        });
        let opening = pictures::open(
            self.page.root().clone(),
            panel.host().clone(),
            on.as_ref().clone(),
        );
        *self.media.on.borrow_mut() = Some(on);
        let this = self.this.clone();
        spawn_local(async move {
            let opened = opening.await;
            let Some(half) = this.upgrade() else {
                // The panel has gone meanwhile.
                if let Ok(pictures) = opened {
                    pictures.end();
                }
                return;
            };
            // Without the script, text can be commented all the same; the
            // browser says in the console what it could not load.
            *half.media.pictures.borrow_mut() = opened.ok();
            if let Some(session) = half.session.upgrade() {
                session.refresh_within(0);
            }
        });
    }

    /// Somebody did something at a picture.
    fn happened(&self, what: &str, a: JsValue, b: &JsValue) {
        let Some((session, panel)) = self.session.upgrade().zip(self.panel.upgrade()) else {
            return;
        };
        let thread = |name: JsValue| session.find(&name.as_string().unwrap_or_default());
        match what {
            "begin" => {
                let element: Element = a.unchecked_into();
                let Some(anchor) = self.describe_medium(&element) else {
                    return;
                };
                let millis = b.as_f64().map(|millis| millis as u32);
                let time = millis.and_then(|start| Time::new(start, None));
                let side = |n: f64| n as u16;
                let sides = b.dyn_ref::<Array>().map(|sides| {
                    let sides = sides.iter().filter_map(|side| side.as_f64());
                    sides.map(side).collect::<Vec<u16>>()
                });
                let region = match sides.as_deref() {
                    Some([x, y, width, height]) => Region::new(*x, *y, *width, *height),
                    _ => None,
                };
                let anchor = Anchor {
                    region,
                    time,
                    ..anchor
                };
                panel.compose(Composing::Medium(element, Rc::new(anchor)));
                session.draw();
            }
            "press" => {
                let threads: &Array = a.unchecked_ref();
                let threads = threads.iter().filter_map(thread);
                let point: &Array = b.unchecked_ref();
                let at = |n| point.get(n).as_f64().unwrap_or(0.0);
                panel.choose(threads.collect(), (at(0), at(1)));
            }
            _ => panel.glow(thread(a)),
        }
    }

    /// What to remember of a picture or a player.
    fn describe_medium(&self, element: &Element) -> Option<Anchor> {
        let pictures = self.media.pictures()?;
        let (path, heading) = (pictures.path(element), pictures.heading(element));
        let described = Described::new(&element.id(), &path, &heading)?;
        let content = Content::new(&pictures.name(element), &pictures.source(element));
        Some(Anchor::on(described).with_content(content))
    }

    /// Counts whatever moves the text and the pictures on screen.
    pub(in crate::session) fn version(&self) -> u32 {
        let found = self.media.found.get();
        self.page.version().wrapping_add(found)
    }

    /// How far below the window's upper edge a thread's picture or player is,
    /// in CSS pixels.
    pub(in crate::session) fn top_of(&self, thread: &EventId) -> Option<f64> {
        let spots = self.media.spots.borrow();
        let spot = spot(&spots, thread)?.as_ref()?;
        Some(edges(&spot.element, spot.region).0)
    }

    /// What the page calls what is proposed for a thread.
    pub(in crate::session) fn name_of(&self, thread: &EventId) -> String {
        let spots = self.media.spots.borrow();
        let spot = spot(&spots, thread).and_then(Option::as_ref);
        let name = spot.and_then(|spot| Some(self.media.pictures()?.name(&spot.element)));
        name.unwrap_or_default()
    }

    /// The anchor of a thread on what is proposed for it.
    pub(in crate::session) fn describe_proposed(&self, thread: &EventId) -> Option<Anchor> {
        let spots = self.media.spots.borrow();
        let spot = spot(&spots, thread)?.as_ref()?;
        let anchor = self.describe_medium(&spot.element)?;
        let (region, time) = (spot.region, spot.time);
        Some(Anchor {
            region,
            time,
            ..anchor
        })
    }

    /// Shows what a thread is about; with `focus`, a player goes to the time.
    /// Says whether there is something to show.
    pub(super) fn reveal_medium(&self, thread: &EventId, focus: bool) -> bool {
        let spots = self.media.spots.borrow();
        let Some(Some(spot)) = spot(&spots, thread) else {
            return false;
        };
        self.page.open_around(&spot.element);
        scroll_to_medium(&spot.element, spot.region);
        if let (true, Some(time)) = (focus, spot.time) {
            let seconds = f64::from(time.start) / 1000.0;
            // On what is no player this has no meaning, and does no harm.
            let _ = Reflect::set(&spot.element, &"currentTime".into(), &seconds.into());
            let _ = spot.element.unchecked_ref::<HtmlElement>().focus();
        }
        true
    }

    /// Begins a thread on one of all pictures and players, or with `None` on
    /// the one that is pointed at. Says whether there is one.
    pub(in crate::session) fn begin(&self, n: Option<usize>) -> bool {
        let all = self.media.all.borrow();
        let element = n
            .and_then(|n| all.get(n))
            .map(|(element, _)| element.clone());
        drop(all);
        if let Some(element) = &element {
            self.page.open_around(element);
            scroll_to_medium(element, None);
        }
        let element = element.map_or(JsValue::UNDEFINED, JsValue::from);
        self.media
            .pictures()
            .is_some_and(|pictures| pictures.begin(&element))
    }

    /// Names and times of everything besides text that can be commented.
    pub(in crate::session) fn all_media(&self) -> Vec<About> {
        let Some(pictures) = self.media.pictures() else {
            return Vec::new();
        };
        let all = self.media.all.borrow();
        let about = |(element, _): &(Element, u64)| {
            let time = Reflect::get(element, &"currentTime".into()).ok();
            let time = time.and_then(|time| time.as_f64());
            About {
                name: pictures.name(element).into(),
                region: None,
                time: time.and_then(|time| Time::new((time * 1000.0) as u32, None)),
            }
        };
        all.iter().map(about).collect()
    }
}

/// Brings an element or a part of it into view.
pub(in crate::session) fn scroll_to_medium(element: &Element, region: Option<Region>) {
    let element = element.clone();
    scroll_to(Box::new(move || Some(edges(&element, region))));
}

/// The upper and lower edge of an element or a part of it, in the window.
pub(in crate::session) fn edges(element: &Element, region: Option<Region>) -> (f64, f64) {
    let rect = element.get_bounding_client_rect();
    let (from, size) = region.map_or((0, FULL), |it| (it.y, it.height));
    let part = |of: u16| f64::from(of) / f64::from(FULL) * rect.height();
    let top = rect.top() + part(from);
    (top, top + part(size))
}
