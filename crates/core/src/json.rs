//! The plain JSON of the element's `threads` property, as
//! `docs/element-api.md` describes it. Nothing in it depends on the device:
//! two devices that hold the same events write the same bytes.

pub(crate) mod read;
pub(crate) mod write;

use crate::discussion::{
    About, Comment, CommentState, Discussion, Placement, Reaction, Revision, Status, Thread,
};
use crate::id::{AuthorId, base64url};
use crate::text::writer::BaseId;
use write::Json;

/// Writes all threads. `placements` says where the anchors are now, in the
/// order of `discussion.threads`; what it lacks is written as waiting.
pub fn threads_json(discussion: &Discussion, placements: &[Placement]) -> String {
    let mut json = Json::default();
    let placements = placements.iter().copied();
    let placements = placements.chain(std::iter::repeat(Placement::Waiting));
    let threads: Vec<_> = discussion.threads.iter().zip(placements).collect();
    json.list(&threads, |json, (thread, placement)| {
        write_thread(json, thread, *placement, discussion);
    });
    json.out
}

/// Writes the versions of the text that were edited and are not shown.
pub fn versions_json(versions: &[(BaseId, String)]) -> String {
    let mut json = Json::default();
    json.list(versions, |json, (id, text)| {
        json.object(|json| {
            json.field("id").text(&base64url(&id.0));
            json.field("text").text(text);
        });
    });
    json.out
}

fn write_thread(json: &mut Json, thread: &Thread, placement: Placement, discussion: &Discussion) {
    json.object(|json| {
        json.field("id").text(&thread.id.to_string());
        json.field("quote").text(&thread.quote);
        if let Some(about) = &thread.about {
            json.field("about").object(|json| write_about(json, about));
        }
        match &thread.status {
            Status::Open => json.field("status").text("open"),
            Status::Resolved { by, at, reason } => {
                json.field("status").text("resolved");
                json.field("resolved").object(|json| {
                    json.field("by").text(&by.to_string());
                    json.field("at").number(*at);
                    json.field("reason").text(reason.as_deref().unwrap_or(""));
                });
            }
        }
        if let Some(relinked) = &thread.relinked {
            json.field("relinked").object(|json| {
                json.field("by").text(&relinked.by.to_string());
                json.field("at").number(relinked.at);
                json.field("quote").text(&relinked.quote);
            });
        }
        json.field("placement")
            .object(|json| write_placement(json, placement));
        json.field("lastActivity").number(thread.last_activity);
        json.field("comments")
            .list(&thread.comments, |json, comment| {
                write_comment(json, comment, discussion);
            });
    });
}

fn write_about(json: &mut Json, about: &About) {
    json.field("name").text(&about.name);
    if let Some(region) = about.region {
        let sides = [region.x, region.y, region.width, region.height];
        json.field("region")
            .list(&sides, |json, side| json.number(u64::from(*side)));
    }
    if let Some(time) = about.time {
        json.field("time").number(time.start.into());
    }
}

fn write_placement(json: &mut Json, placement: Placement) {
    json.field("state").text(match placement {
        Placement::Placed { .. } => "placed",
        Placement::Proposed { .. } => "proposed",
        Placement::OnElement { .. } => "element",
        Placement::Whole => "whole",
        Placement::Waiting => "waiting",
        Placement::Detached => "detached",
    });
    if let Placement::Placed { start, end } | Placement::Proposed { start, end, .. } = placement {
        json.field("start").number(start.into());
        json.field("end").number(end.into());
    }
    if let Placement::Proposed { score, .. } = placement {
        json.field("score").number(score.into());
    }
}

fn write_comment(json: &mut Json, comment: &Comment, discussion: &Discussion) {
    json.object(|json| {
        json.field("id").text(&comment.id.to_string());
        match comment.parent {
            Some(parent) => json.field("parent").text(&parent.to_string()),
            None => json.field("parent").raw("null"),
        }
        json.field("author").object(|json| {
            json.field("id").text(&comment.author.to_string());
            let author = discussion.authors.get(&comment.author);
            let name = author.map_or("", |author| &author.name);
            json.field("name").text(name);
        });
        json.field("at").number(comment.at);
        if let Some(origin) = &comment.origin {
            json.field("origin").object(|json| {
                json.field("id").text(&origin.id);
                json.field("name").text(&origin.name);
                json.field("at").number(origin.at);
            });
        }
        json.field("state").text(match comment.state {
            CommentState::Present => "present",
            CommentState::Deleted => "deleted",
        });
        json.field("body").text(&comment.body);
        let edited = comment.state == CommentState::Present && !comment.revisions.is_empty();
        json.field("edited")
            .raw(if edited { "true" } else { "false" });
        if edited {
            json.field("editedAt").number(comment.edited_at);
        }
        json.field("revisions")
            .list(&comment.revisions, write_revision);
        json.field("reactions")
            .list(&comment.reactions, write_reaction);
    });
}

fn write_revision(json: &mut Json, revision: &Revision) {
    json.object(|json| {
        json.field("at").number(revision.at);
        json.field("body").text(&revision.body);
    });
}

fn write_reaction(json: &mut Json, reaction: &Reaction) {
    json.object(|json| {
        json.field("emoji").text(&reaction.emoji);
        json.field("authors")
            .list(&reaction.authors, |json, author: &AuthorId| {
                json.text(&author.to_string());
            });
    });
}

#[cfg(test)]
mod tests {
    use crate::sorted::Map;
    use std::rc::Rc;

    use super::*;
    use crate::anchor::region::Region;
    use crate::anchor::time::Time;
    use crate::discussion::Relinked;
    use crate::event::origin::Origin;
    use crate::id::{DeviceId, EventId};
    use crate::projection::authors::describe;

    #[test]
    fn a_thread_is_written_as_documented() {
        let ada = AuthorId([1; 32]);
        let id = |seq| EventId {
            device: DeviceId([1; 32]),
            seq,
        };
        let comment = |seq, parent, state, revisions, reactions| {
            Rc::new(Comment {
                id: id(seq),
                parent,
                origin: parent.map(|_| Rc::new(Origin::new("x:1", "Bob", 3).unwrap())),
                author: ada,
                at: 5,
                edited_at: 6,
                state,
                body: Rc::from("hi"),
                revisions,
                reactions,
            })
        };
        let revision = Revision {
            at: 4,
            body: Rc::from("ho"),
        };
        let reaction = Reaction {
            emoji: "👍".into(),
            authors: vec![ada],
        };
        let thread = Thread {
            id: id(1),
            quote: "words".into(),
            about: Some(About {
                name: "Ice".into(),
                region: Region::new(0, 1, 20, 30),
                time: Time::new(500, None),
            }),
            relinked: Some(Relinked {
                by: ada,
                at: 8,
                quote: "word".into(),
            }),
            status: Status::Resolved {
                by: ada,
                at: 7,
                reason: Some("done".into()),
            },
            history: Vec::new(),
            comments: vec![
                comment(
                    1,
                    None,
                    CommentState::Present,
                    vec![revision],
                    vec![reaction],
                ),
                comment(2, Some(id(1)), CommentState::Deleted, vec![], vec![]),
            ],
            last_activity: 9,
        };
        let discussion = Discussion {
            threads: vec![Rc::new(thread)],
            authors: Rc::new(Map::from([(ada, Rc::new(describe(ada, "Ada")))])),
        };
        let placed = Placement::Placed { start: 3, end: 8 };
        assert_eq!(
            threads_json(&discussion, &[placed]),
            concat!(
                r#"[{"id":"AQEBAQEBAQEBAQEBAQ","quote":"words","#,
                r#""about":{"name":"Ice","region":[0,1,20,30],"time":500},"status":"resolved","#,
                r#""resolved":{"by":"AQEBAQEBAQEBAQEB","at":7,"reason":"done"},"#,
                r#""relinked":{"by":"AQEBAQEBAQEBAQEB","at":8,"quote":"word"},"#,
                r#""placement":{"state":"placed","start":3,"end":8},"lastActivity":9,"comments":["#,
                r#"{"id":"AQEBAQEBAQEBAQEBAQ","parent":null,"#,
                r#""author":{"id":"AQEBAQEBAQEBAQEB","name":"Ada"},"at":5,"state":"present","#,
                r#""body":"hi","edited":true,"editedAt":6,"revisions":[{"at":4,"body":"ho"}],"#,
                r#""reactions":[{"emoji":"👍","authors":["AQEBAQEBAQEBAQEB"]}]},"#,
                r#"{"id":"AQEBAQEBAQEBAQEBAg","parent":"AQEBAQEBAQEBAQEBAQ","#,
                r#""author":{"id":"AQEBAQEBAQEBAQEB","name":"Ada"},"at":5,"#,
                r#""origin":{"id":"x:1","name":"Bob","at":3},"state":"deleted","#,
                r#""body":"hi","edited":false,"revisions":[],"reactions":[]}]}]"#
            )
        );
        let proposed = Placement::Proposed {
            start: 3,
            end: 8,
            score: 61,
        };
        let proposed = threads_json(&discussion, &[proposed]);
        assert!(
            proposed.contains(r#""placement":{"state":"proposed","start":3,"end":8,"score":61}"#)
        );
        let whole = threads_json(&discussion, &[]);
        assert!(whole.contains(r#""placement":{"state":"waiting"}"#));
        serde_json::from_str::<serde_json::Value>(&whole).unwrap();
    }
}
