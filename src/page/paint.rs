//! Highlights in the page: ranges under four names, a style sheet, and nothing
//! else. Where the browser has no such highlights, `<mark>` elements.

use postil_core::sorted::Map;
use web_sys::{CssStyleDeclaration, CssStyleSheet, Document, Range, ShadowRoot};

use super::Inner;
use super::mark::Marks;
use crate::highlight::{Highlight, NAMES, joined};
use crate::sheets::{adopt, leave};

/// What `highlight.css` sets where a page links it: `xtask/src/dist/package.rs`.
const LINKED: &str = "--postil-highlights";

/// So many ranges are kept at most without looking which are near the window.
const FEW: usize = 100;
/// There are always ranges this far from the window, in heights of it.
const NEAR: f64 = 1.0;
/// So far from it there are some when they are chosen.
const FAR: f64 = 4.0;

/// A part of the text, in UTF-16 code units.
pub(super) type Part = (u32, u32);

/// What is painted now.
#[derive(Default)]
pub(super) struct Painting {
    layers: Vec<Highlight>,
    sheet: Option<CssStyleSheet>,
    trees: Vec<ShadowRoot>,
    /// Whether the names are taken.
    began: bool,
    wanted: [Vec<Part>; 4],
    shown: Vec<Shown>,
    marks: Option<Marks>,
    /// Upper and lower edges below the root's, of what was measured.
    edges: Map<Part, (f64, f64)>,
    /// Whether the nodes under the ranges may be others.
    stale: bool,
    /// The stretch below the root's upper edge whose parts have ranges.
    kept: (f64, f64),
}

struct Shown {
    layer: usize,
    part: Part,
    ranges: Vec<Range>,
}

impl Painting {
    /// The text may stand elsewhere, on other nodes.
    pub(super) fn forget(&mut self) {
        self.stale = true;
        self.edges.clear();
    }

    /// Gives the page the look of highlights, before there are any, unless it
    /// links that itself: then the browser has no reason to look at all of a
    /// large page once more.
    pub(super) fn prepare(&mut self, document: &Document, look: Option<CssStyleDeclaration>) {
        self.sheet = CssStyleSheet::new().ok();
        if let Some(sheet) = &self.sheet {
            // Text of this program's own.
            let _ = sheet.replace_sync(crate::highlight::RULES);
            let linked = look.and_then(|look| look.get_property_value(LINKED).ok());
            if linked.is_none_or(|linked| linked.is_empty()) {
                adopt(document, sheet);
            }
        }
    }

    /// Takes the names of highlights, once. What was mounted before may give
    /// them back until now.
    fn begin(&mut self) {
        if std::mem::replace(&mut self.began, true) {
            return;
        }
        let named = NAMES.iter();
        self.layers = named
            .filter_map(|(name, priority)| Highlight::named(name, *priority))
            .collect();
        if self.layers.len() < NAMES.len() {
            self.layers.clear();
            self.marks = Some(Marks::default());
        }
    }

    /// Gives a shadow root the look of highlights, which does not reach into it.
    pub(super) fn dress(&mut self, shadow: &ShadowRoot) {
        if let Some(sheet) = &self.sheet {
            adopt(shadow, sheet);
            self.trees.retain(|tree| tree.is_connected());
            self.trees.push(shadow.clone());
        }
    }

    /// Whether anything is to be highlighted.
    pub(super) fn is_painted(&self) -> bool {
        self.wanted.iter().any(|parts| !parts.is_empty())
    }

    /// Leaves the page as it was.
    pub(super) fn end(&mut self, document: &Document) {
        for shown in std::mem::take(&mut self.shown) {
            self.remove(&shown);
        }
        if let Some(marks) = &mut self.marks {
            marks.clear();
        }
        self.layers.clear();
        if let Some(sheet) = self.sheet.take() {
            for tree in self.trees.drain(..) {
                leave(&tree, &sheet);
            }
            leave(document, &sheet);
        }
    }

    /// Where a part is below the root's upper edge, which is at `zero`: measured
    /// once for each reading.
    pub(super) fn edges(&mut self, inner: &Inner, part: Part, zero: f64) -> (f64, f64) {
        if let Some(edges) = self.edges.get(&part) {
            return *edges;
        }
        let place = inner.place(part);
        let edges = place.map_or((f64::NAN, f64::NAN), |place| {
            (place.top - zero, place.bottom - zero)
        });
        self.edges.insert(part, edges);
        edges
    }

    fn remove(&self, shown: &Shown) {
        if let Some(layer) = self.layers.get(shown.layer) {
            shown.ranges.iter().for_each(|range| layer.remove(range));
        }
    }
}

impl Inner {
    pub(super) fn paint(&self, wanted: [Vec<Part>; 4]) {
        let wanted = wanted.map(joined);
        {
            let mut painting = self.painting.borrow_mut();
            if painting.wanted == wanted && !painting.stale {
                return;
            }
            if wanted.iter().any(|parts| !parts.is_empty()) {
                painting.begin();
            }
            painting.wanted = wanted;
            if painting.marks.is_some() {
                drop(painting);
                self.paint_marks();
                return;
            }
        }
        self.paint_in_view(false);
    }

    /// Keeps ranges for what is near the window. Browsers lay every range out
    /// again when anything on the page changes, so those far off are left out.
    /// When one `scrolled`, nothing is done as long as there is enough of them:
    /// for any other range the browser looks at all of the page.
    pub(super) fn paint_in_view(&self, scrolled: bool) {
        let mut painting = self.painting.borrow_mut();
        if painting.marks.is_some() || painting.layers.is_empty() {
            return;
        }
        let count: usize = painting.wanted.iter().map(Vec::len).sum();
        let zero = self.root.get_bounding_client_rect().top();
        let height = self.window.inner_height().ok();
        let height = height.and_then(|height| height.as_f64()).unwrap_or(0.0);
        // Below the root's upper edge, what is this many heights of the window away from it.
        let around = |far: f64| (-far * height - zero, (far + 1.0) * height - zero);
        let (from, to) = around(NEAR);
        if scrolled && painting.kept.0 <= from && to <= painting.kept.1 {
            return;
        }
        let near = around(FAR);
        painting.kept = near;
        let mut now = Vec::new();
        for layer in 0..NAMES.len() {
            let wanted = painting.wanted.get(layer).cloned().unwrap_or_default();
            for part in wanted {
                let is_near = |(top, bottom): (f64, f64)| top < near.1 && bottom > near.0;
                if count <= FEW || is_near(painting.edges(self, part, zero)) {
                    now.push((layer, part));
                }
            }
        }
        let stale = std::mem::take(&mut painting.stale);
        let mut old = std::mem::take(&mut painting.shown).into_iter().peekable();
        let mut gone = Vec::new();
        for (layer, part) in now {
            let key = |shown: &Shown| (shown.layer, shown.part);
            while let Some(shown) = old.next_if(|shown| stale || key(shown) < (layer, part)) {
                gone.push(shown);
            }
            let shown = match old.next_if(|shown| key(shown) == (layer, part)) {
                Some(shown) => shown,
                None => {
                    let ranges = self.ranges(part);
                    if let Some(highlight) = painting.layers.get(layer) {
                        ranges.iter().for_each(|range| highlight.add(range));
                    }
                    Shown {
                        layer,
                        part,
                        ranges,
                    }
                }
            };
            painting.shown.push(shown);
        }
        gone.extend(old);
        gone.iter().for_each(|shown| painting.remove(shown));
    }

    /// Puts `<mark>` elements around what is wanted. The text nodes are others
    /// then, so what was touched is read again before anything else happens.
    fn paint_marks(&self) {
        let Some(mut marks) = self.painting.borrow_mut().marks.take() else {
            return;
        };
        marks.clear();
        if self.read_now() {
            // Somebody wrote in what was marked: first it has to be known what.
            self.painting.borrow_mut().marks = Some(marks);
            self.changed.set(true);
            self.read_within(0);
            return;
        }
        let text = self.text.borrow().clone();
        {
            let (painting, parts) = (self.painting.borrow(), self.parts.borrow());
            let wanted = painting.wanted.iter().zip(NAMES);
            for (layer, (parts_of_layer, (name, _))) in wanted.enumerate() {
                for part in parts_of_layer {
                    for (node, from, to) in text.stretches(&parts, *part) {
                        marks.want(node, (from, to), layer, name);
                    }
                }
            }
        }
        marks.make(&self.document);
        self.read_now();
        let mut painting = self.painting.borrow_mut();
        painting.marks = Some(marks);
        painting.stale = false;
    }

    /// Reads what was changed here just now, and says whether the text is
    /// another one.
    fn read_now(&self) -> bool {
        self.catch_up();
        self.parts.borrow_mut().read(|| false);
        self.join()
    }
}
