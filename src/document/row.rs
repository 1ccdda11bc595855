//! One line on screen: an element with a text node or a span for each run.

use postil_core::markup::{Run, Shape, State, Style, style};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CharacterData, Document, Element, Node};

use super::lines::{difference, is_ambiguous};

/// A line of the text on screen.
pub(super) struct Row {
    /// The element, a child of the host.
    pub(super) element: Element,
    shape: Shape,
    runs: Vec<Run>,
    /// What the lines before said when the line was styled.
    before: State,
    after: State,
}

/// What an update did to the nodes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Touch {
    /// At most the data of a text node changed; ranges in it moved along.
    Kept,
    /// Nodes were replaced, or it is not sure that ranges moved along.
    Replaced,
}

impl Row {
    pub(super) fn new(document: &Document, text: &str, before: State) -> Result<Self, JsValue> {
        let (line, after) = style(text, before);
        let element = document.create_element("div")?;
        // Each line finds its own direction.
        element.set_attribute("dir", "auto")?;
        element.set_class_name(class_of_shape(line.shape));
        let row = Self {
            element,
            shape: line.shape,
            runs: line.runs,
            before,
            after,
        };
        row.fill(document, text)?;
        Ok(row)
    }

    /// What the line before told this one.
    pub(super) fn before(&self) -> State {
        self.before
    }

    /// What this line tells the next.
    pub(super) fn after(&self) -> State {
        self.after
    }

    /// Styles `new`, which replaces `old`, and changes as few nodes as it can,
    /// so that the caret and ranges elsewhere in the line stay where they are.
    pub(super) fn update(
        &mut self,
        document: &Document,
        old: &str,
        new: &str,
        before: State,
    ) -> Result<Touch, JsValue> {
        let old_runs = self.restyle(new, before);
        let (was, is) = (pieces(old, &old_runs), pieces(new, &self.runs));
        if was.is_empty() != is.is_empty() {
            self.fill(document, new)?;
            return Ok(Touch::Replaced);
        }
        let head = was.iter().zip(&is).take_while(|(a, b)| a == b).count();
        let (was, is) = (
            was.get(head..).unwrap_or_default(),
            is.get(head..).unwrap_or_default(),
        );
        let tail = was
            .iter()
            .rev()
            .zip(is.iter().rev())
            .take_while(|(a, b)| a == b)
            .count();
        let was = was.get(..was.len() - tail).unwrap_or_default();
        let is = is.get(..is.len() - tail).unwrap_or_default();

        let nodes = self.element.child_nodes();
        let mut next = nodes.get(u32::try_from(head).unwrap_or(u32::MAX));
        if let ([(was_style, was)], [(is_style, is)], Some(node)) = (was, is, &next)
            && was_style == is_style
            && let Some(data) = data_of(node)
        {
            let (at, delete, insert) = difference(was, is);
            data.replace_data(at, delete, insert)?;
            // Ranges moved along with what happened here, which may not be
            // where the person did it.
            return Ok(if is_ambiguous(was, (at, delete, insert)) {
                Touch::Replaced
            } else {
                Touch::Kept
            });
        }
        for _ in was {
            if let Some(node) = next {
                next = node.next_sibling();
                self.element.remove_child(&node)?;
            }
        }
        for (style, text) in is {
            self.element
                .insert_before(&node_of(document, *style, text)?, next.as_ref())?;
        }
        Ok(if was.is_empty() && is.is_empty() {
            Touch::Kept
        } else {
            Touch::Replaced
        })
    }

    /// Styles `text` and puts the element right if anything is wrong with it.
    pub(super) fn repair(
        &mut self,
        document: &Document,
        text: &str,
        before: State,
    ) -> Result<Touch, JsValue> {
        self.restyle(text, before);
        if self.is_intact(text) {
            return Ok(Touch::Kept);
        }
        self.fill(document, text)?;
        Ok(Touch::Replaced)
    }

    /// The text node at a column in UTF-16 code units, and the place in it. At
    /// the edge of two runs it is the end of the first, or with `forward` the
    /// start of the second.
    pub(super) fn point(&self, column: u32, forward: bool) -> (Node, u32) {
        let found = self.runs.partition_point(|run| {
            if forward {
                run.end <= column
            } else {
                run.end < column
            }
        });
        let index = found.min(self.runs.len().saturating_sub(1));
        let node = u32::try_from(index)
            .ok()
            .and_then(|index| self.element.child_nodes().get(index));
        match (self.runs.get(index), node.as_ref().and_then(data_of)) {
            (Some(run), Some(data)) => {
                let offset = column.saturating_sub(run.start).min(data.length());
                (data.into(), offset)
            }
            _ => (self.element.clone().into(), 0),
        }
    }

    fn restyle(&mut self, text: &str, before: State) -> Vec<Run> {
        let (line, after) = style(text, before);
        if line.shape != self.shape {
            self.element.set_class_name(class_of_shape(line.shape));
        }
        (self.shape, self.before, self.after) = (line.shape, before, after);
        std::mem::replace(&mut self.runs, line.runs)
    }

    /// Replaces the content of the element.
    fn fill(&self, document: &Document, text: &str) -> Result<(), JsValue> {
        self.element.set_text_content(None);
        for (style, text) in pieces(text, &self.runs) {
            self.element
                .append_child(&node_of(document, style, text)?)?;
        }
        if self.runs.is_empty() {
            // An empty line has no height without something to stand on.
            self.element
                .append_child(document.create_element("br")?.as_ref())?;
        }
        Ok(())
    }

    /// Whether the element holds exactly what `fill` would put there.
    fn is_intact(&self, text: &str) -> bool {
        let mut node = self.element.first_child();
        for (style, text) in pieces(text, &self.runs) {
            let Some(this) = node else { return false };
            let Some(data) = data_of(&this) else {
                return false;
            };
            let class = this
                .dyn_ref::<Element>()
                .map(Element::class_name)
                .unwrap_or_default();
            if data.data() != text || class != class_of_style(style) {
                return false;
            }
            node = this.next_sibling();
        }
        match node {
            None => !self.runs.is_empty(),
            Some(node) => {
                self.runs.is_empty() && node.node_name() == "BR" && node.next_sibling().is_none()
            }
        }
    }
}

/// The text node that a child of a row is or holds, if it holds nothing else.
fn data_of(node: &Node) -> Option<CharacterData> {
    if let Some(data) = node.dyn_ref::<CharacterData>() {
        return Some(data.clone());
    }
    let only = node.first_child()?;
    if only.next_sibling().is_some() {
        return None;
    }
    only.dyn_into().ok()
}

fn node_of(document: &Document, style: Style, text: &str) -> Result<Node, JsValue> {
    let data = document.create_text_node(text);
    if style.is_plain() {
        return Ok(data.into());
    }
    let span = document.create_element("span")?;
    span.set_class_name(&class_of_style(style));
    span.append_child(&data)?;
    Ok(span.into())
}

/// The text of each run. `runs` cover `text` without gaps.
fn pieces<'a>(text: &'a str, runs: &[Run]) -> Vec<(Style, &'a str)> {
    let mut rest = text;
    runs.iter()
        .map(|run| {
            let (own, after) = super::lines::split_at(rest, run.end - run.start);
            rest = after;
            (run.style, own)
        })
        .collect()
}

fn class_of_shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Blank => "pd-line pd-blank",
        Shape::Text => "pd-line",
        Shape::Heading(1) => "pd-line pd-h1",
        Shape::Heading(2) => "pd-line pd-h2",
        Shape::Heading(3) => "pd-line pd-h3",
        Shape::Heading(_) => "pd-line pd-h4",
        Shape::Quote => "pd-line pd-quote",
        Shape::Item => "pd-line pd-item",
        Shape::Code => "pd-line pd-pre",
        Shape::Fence => "pd-line pd-pre pd-fence",
        Shape::Rule => "pd-line pd-rule",
    }
}

fn class_of_style(style: Style) -> String {
    let names = [
        (Style::MARKER, "pd-m"),
        (Style::STRONG, "pd-b"),
        (Style::EMPHASIS, "pd-i"),
        (Style::CODE, "pd-c"),
        (Style::LINK, "pd-a"),
        (Style::URL, "pd-u"),
    ];
    let mut class = String::new();
    for (_, name) in names.iter().filter(|(flag, _)| style.has(*flag)) {
        if !class.is_empty() {
            class.push(' ');
        }
        class.push_str(name);
    }
    class
}
