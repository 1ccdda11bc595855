//! Weighs the facts about one thread and builds what people see.

use std::rc::Rc;

use super::Order;
use super::authors::Authors;
use super::facts::{CommentFacts, ThreadFacts};
use crate::anchor::Anchor;
use crate::discussion::{
    About, Comment, CommentState, Reaction, Relinked, Revision, Status, StatusChange, Thread,
};
use crate::id::{AuthorId, EventId, Millis};
use crate::log::Logs;
use crate::sorted::{self, Map};
use crate::text::revision::merge_revisions;

/// The thread as people see it; `None` when every comment was deleted.
pub(super) fn build(facts: &ThreadFacts, authors: &Authors, logs: &Logs) -> Option<Thread> {
    let comments: Vec<Rc<Comment>> = facts
        .comments
        .iter()
        .map(|(order, comment)| Rc::new(build_comment(order, comment, authors, logs)))
        .collect();
    let present = |comment: &Rc<Comment>| comment.state == CommentState::Present;
    if !comments.iter().any(present) {
        return None;
    }
    let history: Vec<StatusChange> = facts
        .statuses
        .iter()
        .map(|(order, status)| StatusChange {
            id: order.id,
            by: authors.author(&order.id.device),
            at: status.at,
            resolved: status.resolved,
            reason: status.reason.clone(),
        })
        .collect();
    let status = status(
        &history,
        comments.iter().filter(|c| present(c)).map(|c| c.id),
        logs,
    );
    let spoken = comments.iter().map(|comment| comment.at);
    let edited = facts
        .comments
        .values()
        .flat_map(|c| c.texts.values().map(|(at, _)| *at));
    let last_activity = spoken
        .chain(edited)
        .chain(history.iter().map(|change| change.at))
        .chain(facts.relinks.values().map(|fact| fact.at))
        .max()?;
    let words = |anchor: Option<&Anchor>| {
        let quote = anchor.and_then(|anchor| anchor.quote.as_ref());
        Box::from(quote.map_or("", |quote| &quote.exact))
    };
    let quote = words(facts.anchor_now(authors));
    let about = facts.anchor_now(authors).and_then(About::of);
    let relinked = facts.relinked(authors).map(|(order, fact)| Relinked {
        by: authors.author(&order.id.device),
        at: fact.at,
        quote: words(facts.anchor.as_ref()),
    });
    Some(Thread {
        id: facts.order.id,
        quote,
        about,
        relinked,
        status,
        history,
        comments,
        last_activity,
    })
}

/// A thread is resolved when somebody resolved it who had seen every comment
/// and every reopening: what they had not seen opens it again.
fn status(
    history: &[StatusChange],
    comments: impl Iterator<Item = EventId>,
    logs: &Logs,
) -> Status {
    let reopened = history
        .iter()
        .filter(|change| !change.resolved)
        .map(|change| change.id);
    let must_see: Vec<EventId> = comments.chain(reopened).collect();
    let holds = |change: &&StatusChange| {
        change.resolved && must_see.iter().all(|id| logs.sees(&change.id, id))
    };
    match history.iter().rev().find(holds) {
        Some(change) => Status::Resolved {
            by: change.by,
            at: change.at,
            reason: change.reason.clone(),
        },
        None => Status::Open,
    }
}

fn build_comment(order: &Order, facts: &CommentFacts, authors: &Authors, logs: &Logs) -> Comment {
    let author = authors.author(&order.id.device);
    let mine = |order: &Order| authors.author(&order.id.device) == author;
    let texts: Vec<(&Order, Millis, &Rc<str>)> = facts
        .texts
        .iter()
        .filter(|(order, _)| mine(order))
        .map(|(order, (at, text))| (order, *at, text))
        .collect();
    let at = texts.first().map_or(0, |(_, at, _)| *at);
    let edited_at = texts.iter().skip(1).map(|(_, at, _)| *at).max();
    let deleted = facts.redactions.keys().any(mine);
    let (state, body, revisions) = if deleted {
        (CommentState::Deleted, Rc::from(""), Vec::new())
    } else {
        let (body, revisions) = current(&texts, logs);
        (CommentState::Present, body, revisions)
    };
    let reactions = if deleted {
        Vec::new()
    } else {
        reactions(facts, authors)
    };
    Comment {
        id: order.id,
        parent: facts.parent,
        origin: facts.origin.clone(),
        author,
        at,
        edited_at: edited_at.unwrap_or(0),
        state,
        body,
        revisions,
        reactions,
    }
}

/// The text now and the others. A text that nobody revised after seeing it is
/// current; several such were written at the same time and are merged from
/// the latest text that all of them had seen.
fn current(texts: &[(&Order, Millis, &Rc<str>)], logs: &Logs) -> (Rc<str>, Vec<Revision>) {
    let superseded = |earlier: &Order| {
        texts
            .iter()
            .any(|(later, _, _)| logs.sees(&later.id, &earlier.id))
    };
    let heads: Vec<_> = texts
        .iter()
        .filter(|(order, _, _)| !superseded(order))
        .collect();
    let as_revision = |(_, at, text): &(&Order, Millis, &Rc<str>)| Revision {
        at: *at,
        body: Rc::clone(text),
    };
    if let [(head, _, body)] = heads[..] {
        let others = texts.iter().filter(|(order, _, _)| order != head);
        return (Rc::clone(body), others.map(as_revision).collect());
    }
    let common = texts.iter().rev().find(|(base, _, _)| {
        heads
            .iter()
            .all(|(head, _, _)| logs.sees(&head.id, &base.id))
    });
    let base = common.map_or("", |(_, _, text)| text);
    let versions: Vec<&str> = heads.iter().map(|(_, _, text)| &***text).collect();
    (
        merge_revisions(base, &versions).into(),
        texts.iter().map(as_revision).collect(),
    )
}

fn reactions(facts: &CommentFacts, authors: &Authors) -> Vec<Reaction> {
    let mut last: Map<(&str, AuthorId), (Order, bool)> = Map::new();
    for ((emoji, device), (order, on)) in &facts.reactions {
        let word = last
            .entry((emoji, authors.author(device)))
            .or_insert((*order, *on));
        *word = (*word).max((*order, *on));
    }
    let mut given: Map<&str, (Order, Vec<AuthorId>)> = Map::new();
    for ((emoji, author), (order, _)) in last.into_iter().filter(|(_, (_, on))| *on) {
        let (first, by) = given.entry(emoji).or_insert((order, Vec::new()));
        *first = (*first).min(order);
        by.push(author);
    }
    let mut reactions: Vec<_> = given.into_iter().collect();
    sorted::sort_by_key(&mut reactions, |(_, (first, by))| {
        (usize::MAX - by.len(), *first)
    });
    reactions
        .into_iter()
        .map(|(emoji, (_, authors))| Reaction {
            emoji: emoji.into(),
            authors,
        })
        .collect()
}
