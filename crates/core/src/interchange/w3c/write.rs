//! A discussion as an `AnnotationCollection` with one page in it.

use super::super::notes::{Note, Page, URN};
use super::super::{Place, calendar, markup};
use crate::anchor::index::TextIndex;
use crate::json::write::Json;

const CONTEXT: &str = r#"["http://www.w3.org/ns/anno.jsonld",{"postil":"urn:postil:"}]"#;

pub(super) fn write(page: &Page, notes: &[Note]) -> String {
    let text = Some(&*page.text).filter(|text| !text.is_empty());
    let index = text.map(|text| TextIndex::new(text.into()));
    let collection = [&page.address, "#postil-annotations"].concat();
    let mut json = Json::default();
    json.object(|json| {
        json.field("@context").raw(CONTEXT);
        json.field("id").text(&collection);
        json.field("type").text("AnnotationCollection");
        json.field("label").text(&page.title);
        json.field("modified").text(&calendar::write(page.at));
        json.field("total").number(notes.len() as u64);
        json.field("first").object(|json| {
            json.field("id").text(&[&collection, "-1"].concat());
            json.field("type").text("AnnotationPage");
            json.field("partOf").text(&collection);
            json.field("startIndex").number(0);
            json.field("items").list(notes, |json, note| {
                annotation(json, note, page, index.as_ref());
            });
        });
    });
    json.out
}

fn annotation(json: &mut Json, note: &Note, page: &Page, index: Option<&TextIndex>) {
    let answers = !note.parent.is_empty();
    let purpose = if answers { "replying" } else { "commenting" };
    json.object(|json| {
        json.field("id").text(&iri(&note.id));
        json.field("type").text("Annotation");
        json.field("motivation").text(purpose);
        if note.at > 0 {
            json.field("created").text(&calendar::write(note.at));
        }
        if note.changed > 0 {
            json.field("modified").text(&calendar::write(note.changed));
        }
        json.field("creator").object(|json| {
            if !note.author.is_empty() {
                let id = [URN, "author:", &note.author].concat();
                json.field("id").text(&id);
            }
            json.field("type").text("Person");
            json.field("name").text(&note.name);
        });
        json.field("body").object(|json| {
            json.field("type").text("TextualBody");
            json.field("purpose").text(purpose);
            json.field("format").text("text/markdown");
            json.field("value").text(&markup::to_markdown(&note.body));
        });
        if answers {
            json.field("target").text(&iri(&note.parent));
        } else {
            json.field("target");
            target(json, note, page, index);
        }
        if note.resolved {
            json.field("postil:status").text("resolved");
        }
    });
}

fn target(json: &mut Json, note: &Note, page: &Page, index: Option<&TextIndex>) {
    let place = index.zip(note.place);
    let place = place.map(|(index, position)| Place { index, position });
    let selectors = note
        .anchor
        .as_ref()
        .map(|anchor| super::write(anchor, place));
    let Some(selectors) = selectors.filter(|selectors| selectors != "[]") else {
        json.text(&page.address);
        return;
    };
    json.object(|json| {
        json.field("type").text("SpecificResource");
        json.field("source").text(&page.address);
        json.field("selector").raw(&selectors);
    });
}

/// An id as an IRI.
fn iri(id: &str) -> String {
    match id.contains(':') {
        true => id.into(),
        false => [URN, id].concat(),
    }
}
