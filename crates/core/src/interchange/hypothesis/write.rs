//! A discussion as the file that Hypothesis' "Import" opens.

use super::super::notes::{Note, Page};
use super::super::{Place, calendar, markup};
use super::{NO_HOST, RESOLVED};
use crate::anchor::index::TextIndex;
use crate::json::write::Json;
use crate::sorted::Map;

/// Everybody's group.
const GROUP: &str = "__world__";
/// Answers name all that they answer, up to the first one; no more of them than
/// this.
const MAX_REFERENCES: usize = 100;

pub(super) fn write(page: &Page, notes: &[Note]) -> String {
    let text = Some(&*page.text).filter(|text| !text.is_empty());
    let index = text.map(|text| TextIndex::new(text.into()));
    let parents = notes.iter();
    let parents = parents.map(|note| (&*note.id, &*note.parent)).collect();
    let mut json = Json::default();
    json.object(|json| {
        json.field("export_date").text(&calendar::write(page.at));
        json.field("export_userid").text("");
        json.field("client_version").text("Postil");
        json.field("annotations").list(notes, |json, note| {
            annotation(json, note, page, index.as_ref(), &parents);
        });
    });
    json.out
}

fn annotation(
    json: &mut Json,
    note: &Note,
    page: &Page,
    index: Option<&TextIndex>,
    parents: &Map<&str, &str>,
) {
    let who = match &*note.author {
        "" => "unknown",
        key => key,
    };
    let user = ["acct:", who, NO_HOST].concat();
    let changed = if note.changed > 0 {
        note.changed
    } else {
        note.at
    };
    json.object(|json| {
        json.field("id").text(&note.id);
        if note.at > 0 {
            json.field("created").text(&calendar::write(note.at));
            json.field("updated").text(&calendar::write(changed));
        }
        json.field("user").text(&user);
        json.field("user_info")
            .object(|json| json.field("display_name").text(&note.name));
        json.field("uri").text(&page.address);
        json.field("document").object(|json| {
            json.field("title")
                .list(&[&page.title], |json, t| json.text(t))
        });
        json.field("text").text(&markup::to_markdown(&note.body));
        let tags = if note.resolved { &[RESOLVED][..] } else { &[] };
        json.field("tags").list(tags, |json, tag| json.text(tag));
        json.field("group").text(GROUP);
        json.field("permissions").object(|json| {
            let everybody = ["group:", GROUP].concat();
            let one = |json: &mut Json, name: &&str| json.text(name);
            json.field("read").list(&[&*everybody], one);
            for right in ["admin", "update", "delete"] {
                json.field(right).list(&[&*user], one);
            }
        });
        let references = references(note, parents);
        if !references.is_empty() {
            json.field("references")
                .list(&references, |json, id| json.text(id));
        }
        json.field("target").raw("[");
        target(json, note, page, index);
        json.raw("]");
        json.field("hidden").raw("false");
        json.field("flagged").raw("false");
        json.field("links").raw("{}");
    });
}

fn target(json: &mut Json, note: &Note, page: &Page, index: Option<&TextIndex>) {
    let place = index.zip(note.place);
    let place = place.map(|(index, position)| Place { index, position });
    json.object(|json| {
        json.field("source").text(&page.address);
        if let Some(anchor) = &note.anchor {
            json.field("selector").raw(&super::write(anchor, place));
        }
    });
}

/// What a note answers, from the first one on.
fn references<'a>(note: &'a Note, parents: &Map<&'a str, &'a str>) -> Vec<&'a str> {
    let mut references = Vec::new();
    let mut next = &*note.parent;
    while !next.is_empty() && references.len() < MAX_REFERENCES {
        references.push(next);
        next = parents.get(&next).copied().unwrap_or("");
    }
    references.reverse();
    references
}
