//! The bodies of an annotation: what it says, its tags, and the answers that
//! some programs put there.

use super::super::{html, markup};
use crate::json::read::Value;

/// No more bodies of one annotation are looked at.
const MAX_BODIES: usize = 200;
/// Choices are nested no deeper than this.
const MAX_DEPTH: u32 = 4;

/// What the bodies of an annotation say.
#[derive(Default)]
pub(super) struct Bodies<'a> {
    /// The text, in comment markup.
    pub(super) text: String,
    pub(super) tags: Vec<&'a str>,
    /// The body that the text begins with, which may name its own author.
    pub(super) first: Option<&'a Value>,
    /// Bodies that answer the text.
    pub(super) answers: Vec<&'a Value>,
}

impl<'a> Bodies<'a> {
    pub(super) fn of(annotation: &'a Value) -> Self {
        let mut bodies = Bodies::default();
        if let Some(value) = annotation.text("bodyValue") {
            bodies.say(&markup::from_plain(value));
        }
        let items = annotation.field("body").map_or(&[][..], Value::items);
        for body in items.iter().take(MAX_BODIES) {
            bodies.add(body, 0);
        }
        bodies
    }

    fn add(&mut self, body: &'a Value, depth: u32) {
        let has = |purpose| body.texts("purpose").any(|own| own == purpose);
        if has("replying") && self.first.is_some() {
            self.answers.push(body);
        } else if has("tagging") || body.texts("type").any(|kind| kind == "Tag") {
            self.tags.extend(body.text("value"));
        } else if body.texts("type").any(|kind| kind == "Choice") {
            // Any of them says all of it.
            let choice = body.field("items").and_then(|items| items.items().first());
            if let Some(choice) = choice.filter(|_| depth < MAX_DEPTH) {
                self.add(choice, depth + 1);
            }
        } else {
            self.first = self.first.or(Some(body));
            self.say(&text(body));
        }
    }

    fn say(&mut self, text: &str) {
        let text = text.trim();
        if !self.text.is_empty() && !text.is_empty() {
            self.text.push_str("\n\n");
        }
        self.text.push_str(text);
    }
}

/// What one body says, in comment markup; the address of one that is elsewhere.
pub(super) fn text(body: &Value) -> String {
    if let Some(value) = body.text("value").or(body.text("chars")) {
        return match body.text("format").unwrap_or("") {
            format if format.starts_with("text/html") => html::to_markup(value),
            format if format.starts_with("text/markdown") => markup::from_markdown(value),
            _ => markup::from_plain(value),
        };
    }
    let address = match body {
        Value::Text(address) => Some(&**address),
        body => body.text("source").or(body.text("id")),
    };
    let is_address = |address: &&str| address.starts_with("http");
    address.filter(is_address).unwrap_or("").into()
}
