//! What is known of threads and comments, before it is weighed.

use std::rc::Rc;

use super::authors::Authors;
use super::{Issued, Order};
use crate::anchor::Anchor;
use crate::event::origin::Origin;
use crate::id::{DeviceId, EventId, Millis};
use crate::sorted::Map;

/// All that was said in and about one thread.
#[derive(Debug)]
pub struct ThreadFacts {
    /// The event that opened it.
    pub order: Order,
    /// What it is about; `None` for the whole document.
    pub anchor: Option<Anchor>,
    /// Its comments in display order.
    pub comments: Map<Order, CommentFacts>,
    /// Where a comment stands in `comments`.
    pub orders: Map<EventId, Order>,
    /// Changes of its status in display order.
    pub statuses: Map<Order, StatusFact>,
    /// What it was said to be about later, by anybody, in display order.
    pub relinks: Map<Order, RelinkFact>,
}

/// One relinking.
#[derive(Debug)]
pub struct RelinkFact {
    /// When, as claimed.
    pub at: Millis,
    /// What the thread is to be about; `None` for the whole document.
    pub anchor: Option<Anchor>,
}

/// One change of status.
#[derive(Debug)]
pub struct StatusFact {
    /// When, as claimed.
    pub at: Millis,
    /// Resolve or reopen.
    pub resolved: bool,
    /// Why.
    pub reason: Option<Box<str>>,
}

/// All that was said in and about one comment.
#[derive(Debug)]
pub struct CommentFacts {
    /// The comment answered; `None` for the opening comment.
    pub parent: Option<EventId>,
    /// Where it is from, when it was brought from elsewhere.
    pub origin: Option<Rc<Origin>>,
    /// Its texts in display order: the first, and every revision by anybody.
    pub texts: Map<Order, (Millis, Rc<str>)>,
    /// Who deleted it.
    pub redactions: Map<Order, Millis>,
    /// The last word of each device on each emoji, and the first time.
    pub reactions: Map<(Box<str>, DeviceId), (Order, bool)>,
}

impl ThreadFacts {
    /// A thread with its opening comment.
    pub fn new(order: Order, anchor: Option<Anchor>, opening: CommentFacts) -> Self {
        ThreadFacts {
            order,
            anchor,
            comments: Map::from([(order, opening)]),
            orders: Map::from([(order.id, order)]),
            statuses: Map::new(),
            relinks: Map::new(),
        }
    }

    /// The last relinking by the thread's author.
    pub(super) fn relinked(&self, authors: &Authors) -> Option<(&Order, &RelinkFact)> {
        let author = authors.author(&self.order.id.device);
        let mut relinks = self.relinks.iter().rev();
        relinks.find(|(order, _)| authors.author(&order.id.device) == author)
    }

    /// What the thread is about now.
    pub(super) fn anchor_now(&self, authors: &Authors) -> Option<&Anchor> {
        let relinked = self.relinked(authors);
        relinked.map_or(self.anchor.as_ref(), |(_, fact)| fact.anchor.as_ref())
    }

    /// What somebody else suggested since, and the author has not answered.
    pub(super) fn suggested(&self, authors: &Authors) -> Option<&Anchor> {
        let (last, fact) = self.relinks.iter().next_back()?;
        let answered = self
            .relinked(authors)
            .is_some_and(|(order, _)| order == last);
        fact.anchor.as_ref().filter(|_| !answered)
    }

    /// The facts about one of its comments.
    pub fn comment_mut(&mut self, id: &EventId) -> Option<&mut CommentFacts> {
        self.comments.get_mut(self.orders.get(id)?)
    }
}

impl CommentFacts {
    /// A comment that was just made.
    pub fn new(
        issued: &Issued<'_>,
        parent: Option<EventId>,
        body: &str,
        origin: Option<Origin>,
    ) -> Self {
        CommentFacts {
            parent,
            origin: origin.map(Rc::new),
            texts: Map::from([(issued.order, (issued.at, Rc::from(body)))]),
            redactions: Map::new(),
            reactions: Map::new(),
        }
    }

    /// Somebody wrote another text for it.
    pub fn revise(&mut self, issued: &Issued<'_>, body: &str) {
        self.texts.insert(issued.order, (issued.at, Rc::from(body)));
    }

    /// Somebody deleted it.
    pub fn redact(&mut self, issued: &Issued<'_>) {
        self.redactions.insert(issued.order, issued.at);
    }

    /// Somebody gave or took back a reaction.
    pub fn react(&mut self, issued: &Issued<'_>, emoji: &str, on: bool) {
        let key = (Box::from(emoji), issued.id().device);
        let last = self.reactions.entry(key).or_insert((issued.order, on));
        if last.0 < issued.order {
            *last = (issued.order, on);
        }
    }
}
