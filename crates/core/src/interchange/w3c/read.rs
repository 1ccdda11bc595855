//! Annotations of any program: a single one, a list, a page, or a collection.

use super::super::notes::Note;
use super::super::reading::Reading;
use super::super::selector::Offsets;
use super::super::{InterchangeError, calendar, markup};
use super::body::{self, Bodies};
use crate::json::read::Value;
use crate::sorted::Set;

/// Pages and collections are nested no deeper than this.
const MAX_DEPTH: u32 = 64;

/// Whether a value is of this form.
pub(super) fn knows(value: &Value) -> bool {
    let first = value.items().first();
    first.is_some_and(|first| {
        let is = |kind| is_a(first, kind);
        is("Annotation")
            || is("AnnotationPage")
            || is("AnnotationCollection")
            || first
                .field("@graph")
                .is_some_and(|graph| graph.items().iter().any(|node| is_a(node, "Annotation")))
    })
}

/// Reads all annotations that are in a value.
pub(super) fn read(value: &Value, reading: &mut Reading<'_>) -> Result<(), InterchangeError> {
    let mut annotations = Vec::new();
    collect(value, &mut annotations, 0)?;
    let ids: Set<&str> = annotations.iter().filter_map(|own| id(own)).collect();
    for annotation in &annotations {
        read_one(annotation, &ids, reading)?;
    }
    Ok(())
}

fn is_a(value: &Value, kind: &str) -> bool {
    let own = |name: &str| name.rsplit([':', '#', '/']).next() == Some(kind);
    value.texts("type").chain(value.texts("@type")).any(own)
}

fn collect<'a>(
    value: &'a Value,
    annotations: &mut Vec<&'a Value>,
    depth: u32,
) -> Result<(), InterchangeError> {
    if depth > MAX_DEPTH {
        return Ok(());
    }
    for value in value.items() {
        if is_a(value, "Annotation") {
            annotations.push(value);
            continue;
        }
        let parts = ["first", "items", "@graph", "next"];
        for part in parts.iter().filter_map(|name| value.field(name)) {
            match part {
                Value::Text(address) => {
                    let address = address.chars().take(200).collect::<String>();
                    return Err(InterchangeError::Elsewhere(address.into()));
                }
                part => collect(part, annotations, depth + 1)?,
            }
        }
    }
    Ok(())
}

fn read_one(
    annotation: &Value,
    ids: &Set<&str>,
    reading: &mut Reading<'_>,
) -> Result<(), InterchangeError> {
    let bodies = Bodies::of(annotation);
    let own = |name| {
        let said = annotation.field(name);
        said.or_else(|| bodies.first.and_then(|first| first.field(name)))
    };
    let (source, target) = target(annotation);
    let parent = target.filter(|target| {
        let replies = annotation.texts("motivation").any(|own| own == "replying");
        (replies || ids.contains(target)) && !reading.is_page(target)
    });
    let (anchor, place) = match parent {
        Some(_) => (None, None),
        None => reading.anchor(annotation, Offsets::CodePoints),
    };
    let mut body = bodies.text;
    let is_resolved = annotation.text("postil:status") == Some("resolved");
    if let Some(tags) = markup::tags(&mut bodies.tags.iter().copied()) {
        body.push_str(if body.is_empty() { "" } else { "\n\n" });
        body.push_str(&tags);
    }
    let created = own("created").map(time);
    let note = Note {
        id: id(annotation).unwrap_or("").into(),
        parent: parent.unwrap_or("").into(),
        name: own("creator").map(person).unwrap_or_default(),
        at: created.unwrap_or(0),
        changed: own("modified").map_or(0, time),
        body,
        anchor,
        place,
        resolved: is_resolved,
        ..Note::default()
    };
    let called = note.id.clone();
    reading.add(note, source)?;
    for (number, answer) in bodies.answers.iter().enumerate() {
        let number = (number + 1).to_string();
        // An answer without a name of its own is called after what it answers,
        // which therefore must have one.
        let own = id(answer).map(Into::into);
        let note = Note {
            id: own.unwrap_or_else(|| [&called, "#", &number].concat()),
            parent: called.clone(),
            name: answer.field("creator").map(person).unwrap_or_default(),
            at: answer.field("created").map_or(0, time),
            body: body::text(answer),
            ..Note::default()
        };
        match called.is_empty() {
            true => reading.leave_out(),
            false => reading.add(note, source)?,
        }
    }
    Ok(())
}

/// The address of the page, and what the target itself is called.
fn target(annotation: &Value) -> (&str, Option<&str>) {
    let target = annotation.field("target").and_then(|t| t.items().first());
    match target {
        Some(Value::Text(address)) => (address, Some(address)),
        Some(target) => {
            let source = target.field("source");
            let source = source.and_then(|source| match source {
                Value::Text(address) => Some(&**address),
                source => id(source),
            });
            let own = id(target);
            (source.or(own).unwrap_or(""), source.or(own))
        }
        None => ("", None),
    }
}

fn id(value: &Value) -> Option<&str> {
    value.text("id").or(value.text("@id"))
}

fn time(value: &Value) -> u64 {
    match value {
        Value::Text(time) => calendar::read(time).unwrap_or(0),
        _ => 0,
    }
}

/// The names of people, of programs, or what is left of their addresses.
fn person(value: &Value) -> String {
    let mut names = String::new();
    for one in value.items().iter().take(8) {
        let found = match one {
            Value::Text(address) => Some(&**address),
            one => ["name", "nickname", "nick", "email", "id"]
                .iter()
                .find_map(|field| one.text(field)),
        };
        let Some(found) = found else { continue };
        if !names.is_empty() {
            names.push_str(", ");
        }
        names.push_str(local(found));
    }
    names
}

/// The part of an address that is most like a name.
pub(in crate::interchange) fn local(address: &str) -> &str {
    let Some((scheme, rest)) = address.split_once(':') else {
        return address;
    };
    match scheme {
        "acct" | "mailto" => rest.split('@').next().unwrap_or(rest),
        "http" | "https" => {
            let path = rest.trim_end_matches('/');
            path.rsplit(['/', '#']).next().unwrap_or(path)
        }
        _ => address,
    }
}
