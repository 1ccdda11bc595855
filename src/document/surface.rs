//! The text and its lines on screen, kept equal.

use std::cell::Cell;

use postil_core::markup::State;
use wasm_bindgen::JsValue;
use web_sys::{Document, Element, HtmlElement, Node};

use super::lines::{Change, Lines};
use super::row::{Row, Touch};

/// The text as the editor knows it and the element of each of its lines.
///
/// Between the elements are text nodes of one line feed each. They are not
/// displayed, and make the text content of the host exactly the text.
pub(super) struct Surface {
    pub(super) host: HtmlElement,
    document: Document,
    pub(super) lines: Lines,
    pub(super) rows: Vec<Row>,
    /// The row found last: most questions are about the line with the caret.
    pub(super) hint: Cell<usize>,
}

/// The part of the text, by offsets after an edit, whose nodes were replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Rows touched during an edit, first and last.
#[derive(Default)]
struct Touched(Option<(usize, usize)>);

impl Touched {
    fn add(&mut self, index: usize) {
        let (first, last) = self.0.unwrap_or((index, index));
        self.0 = Some((first.min(index), last.max(index)));
    }
}

impl Surface {
    /// Shows `text` in `host`, in place of everything it holds.
    pub(super) fn new(host: HtmlElement, document: Document, text: &str) -> Self {
        let mut surface = Self {
            host,
            document,
            lines: Lines::new(text),
            rows: Vec::new(),
            hint: Cell::new(0),
        };
        surface.rebuild();
        surface
    }

    pub(super) fn lines(&self) -> &Lines {
        &self.lines
    }

    /// The element of a line.
    pub(super) fn element(&self, index: usize) -> Option<&Element> {
        self.rows.get(index).map(|row| &row.element)
    }

    /// Replaces `delete` units from `at` by `insert`, in the text and on screen.
    pub(super) fn splice(&mut self, at: u32, delete: u32, insert: &str) -> Option<Damage> {
        let change = self.lines.splice(at, delete, insert);
        match self.show(&change) {
            Ok(touched) => self.damage(&touched),
            // Somebody else moved our elements about; start from the text.
            Err(_) => self.rebuild(),
        }
    }

    /// Takes over a change that has already happened on screen, however it
    /// looks there, and puts the rows `first..=last` right. With `everywhere`,
    /// all rows and their order.
    pub(super) fn absorb(
        &mut self,
        (at, delete, insert): (u32, u32, &str),
        (first, last): (usize, usize),
        everywhere: bool,
    ) -> Option<Damage> {
        let change = self.lines.splice(at, delete, insert);
        let end = if everywhere { usize::MAX } else { last };
        match self.adopt(&change, first, end) {
            Ok(touched) => self.damage(&touched),
            Err(_) => self.rebuild(),
        }
    }

    fn damage(&self, touched: &Touched) -> Option<Damage> {
        let (first, last) = touched.0?;
        Some(Damage {
            start: self.lines.start(first),
            end: self.lines.end(last),
        })
    }

    fn show(&mut self, change: &Change) -> Result<Touched, JsValue> {
        let Change {
            first,
            old,
            added,
            at_start,
        } = change;
        let (first, added) = (*first, *added);
        let shared = old.len().min(added);
        // Lines that came in front of a line, or went, leave its row alone.
        let (skip_old, lead) = if *at_start {
            (old.len() - shared, added - shared)
        } else {
            (0, 0)
        };
        let mut touched = Touched::default();
        let mut state = self.state_before(first);

        self.remove_rows(first, skip_old);
        state = self.insert_rows(first, lead, state, &mut touched)?;
        let kept = first + lead;
        for (index, text) in (kept..kept + shared).zip(old.iter().skip(skip_old)) {
            state = self.update(index, Some(text), state, &mut touched)?;
        }
        self.remove_rows(kept + shared, old.len() - skip_old - shared);
        state = self.insert_rows(kept + shared, added - lead - shared, state, &mut touched)?;
        self.carry(first + added, state, &mut touched)?;
        Ok(touched)
    }

    fn adopt(&mut self, change: &Change, from: usize, to: usize) -> Result<Touched, JsValue> {
        let mut touched = Touched::default();
        let (first, removed, added) = (change.first, change.old.len(), change.added);
        if (removed, added) != (1, 1) {
            self.remove_rows(first, removed);
            let state = self.state_before(first);
            self.insert_rows(first, added, state, &mut touched)?;
        }
        let from = from.min(first);
        let to = to
            .saturating_add(added)
            .min(self.lines.count().saturating_sub(1));
        let mut state = self.state_before(from);
        for index in from..=to {
            if let Some(row) = self.rows.get_mut(index) {
                if row.repair(&self.document, self.lines.line(index), state)? == Touch::Replaced {
                    touched.add(index);
                }
                state = row.after();
            }
        }
        self.carry(to + 1, state, &mut touched)?;
        self.put_in_order()?;
        Ok(touched)
    }

    /// Makes everything on screen again from the text.
    pub(super) fn rebuild(&mut self) -> Option<Damage> {
        self.host.set_text_content(None);
        if let Ok((rows, _)) = self.make_rows(0, self.lines.count(), State::default()) {
            self.rows = rows;
        }
        self.put_in_order().ok()?;
        Some(Damage {
            start: 0,
            end: self.lines.length(),
        })
    }

    fn state_before(&self, index: usize) -> State {
        index
            .checked_sub(1)
            .and_then(|index| self.rows.get(index))
            .map(Row::after)
            .unwrap_or_default()
    }

    /// Updates a row whose text was `old`, or is unchanged.
    fn update(
        &mut self,
        index: usize,
        old: Option<&str>,
        state: State,
        touched: &mut Touched,
    ) -> Result<State, JsValue> {
        let text = self.lines.line(index);
        let Some(row) = self.rows.get_mut(index) else {
            return Ok(state);
        };
        if row.update(&self.document, old.unwrap_or(text), text, state)? == Touch::Replaced {
            touched.add(index);
        }
        Ok(row.after())
    }

    /// Styles the rows from `index` on until what is before them is as it was.
    fn carry(
        &mut self,
        mut index: usize,
        mut state: State,
        touched: &mut Touched,
    ) -> Result<(), JsValue> {
        while self
            .rows
            .get(index)
            .is_some_and(|row| row.before() != state)
        {
            state = self.update(index, None, state, touched)?;
            index += 1;
        }
        Ok(())
    }

    fn remove_rows(&mut self, index: usize, count: usize) {
        let end = (index + count).min(self.rows.len());
        for row in self.rows.drain(index.min(end)..end) {
            let neighbour = row
                .element
                .next_sibling()
                .or_else(|| row.element.previous_sibling());
            if let (Some(parent), Some(feed)) = (row.element.parent_node(), neighbour) {
                let _ = parent.remove_child(&feed);
            }
            row.element.remove();
        }
    }

    fn make_rows(
        &self,
        index: usize,
        count: usize,
        mut state: State,
    ) -> Result<(Vec<Row>, State), JsValue> {
        let mut rows = Vec::with_capacity(count);
        for index in index..index + count {
            let row = Row::new(&self.document, self.lines.line(index), state)?;
            state = row.after();
            rows.push(row);
        }
        Ok((rows, state))
    }

    fn insert_rows(
        &mut self,
        index: usize,
        count: usize,
        state: State,
        touched: &mut Touched,
    ) -> Result<State, JsValue> {
        if count == 0 {
            return Ok(state);
        }
        let (rows, state) = self.make_rows(index, count, state)?;
        let fragment = self.document.create_document_fragment();
        let next: Option<&Node> = self.element(index).map(AsRef::as_ref);
        let mut feed = next.is_none() && !self.rows.is_empty();
        for row in &rows {
            if std::mem::replace(&mut feed, true) {
                fragment.append_child(&self.line_feed())?;
            }
            fragment.append_child(&row.element)?;
        }
        if next.is_some() {
            fragment.append_child(&self.line_feed())?;
        }
        self.host.insert_before(&fragment, next)?;
        let at = index.min(self.rows.len());
        self.rows.splice(at..at, rows);
        touched.add(index);
        touched.add(index + count - 1);
        Ok(state)
    }

    /// Makes the children of the host the rows, in their order, and nothing else.
    fn put_in_order(&self) -> Result<(), JsValue> {
        let mut next = self.host.first_child();
        for (index, row) in self.rows.iter().enumerate() {
            if index > 0 {
                match next.take_if(|node| is_line_feed(node)) {
                    Some(node) => next = node.next_sibling(),
                    None => {
                        self.host.insert_before(&self.line_feed(), next.as_ref())?;
                    }
                }
            }
            let element: &Node = &row.element;
            match next.take_if(|node| *node == *element) {
                Some(node) => next = node.next_sibling(),
                None => {
                    self.host.insert_before(element, next.as_ref())?;
                }
            }
        }
        while let Some(node) = next {
            next = node.next_sibling();
            self.host.remove_child(&node)?;
        }
        Ok(())
    }

    fn line_feed(&self) -> Node {
        self.document.create_text_node("\n").into()
    }
}

/// Whether `node`, a child of the host, is what separates two lines.
pub(super) fn is_line_feed(node: &Node) -> bool {
    node.node_type() == Node::TEXT_NODE && node.node_value().as_deref() == Some("\n")
}
