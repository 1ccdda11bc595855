//! Two people change the same thing without being online together. Each row is
//! one that a widely used data model for comments gets wrong; see what it does
//! in "Merge outcomes" of the decision on events.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use std::rc::Rc;

use postil_core::command::{Command, Subject};
use postil_core::discussion::{Comment, CommentState, Discussion, Status, Thread};
use postil_core::draft::Draft;
use postil_core::event::device;
use postil_core::id::EventId;
use postil_core::peer::Peer;
use postil_testkit::history::{check, view};
use postil_testkit::world::World;

/// Two devices, one relay, and a thread that both have.
struct Pair {
    world: World,
    thread: EventId,
}

const ADA: usize = 0;
const BEN: usize = 1;

impl Pair {
    fn new() -> Self {
        Pair::of(7)
    }

    /// The devices' keys follow from the seed.
    fn of(seed: u64) -> Self {
        let mut world = World::new(seed, 2, 1, "What was said stays where it was said.");
        world.pass(2_000);
        let mut pair = Pair {
            world,
            thread: EventId {
                device: postil_core::id::DeviceId([0; 32]),
                seq: 0,
            },
        };
        let open = Command::OpenThread {
            on: Subject::Range(5, 8),
            body: "Is that so?".into(),
        };
        pair.thread = pair.does(ADA, &open);
        pair.meet();
        pair
    }

    fn tab(&self, who: usize) -> u64 {
        self.world.devices[who].tabs[0].id
    }

    /// Somebody does something, which is kept before this returns.
    fn does(&mut self, who: usize, command: &Command) -> EventId {
        let tab = self.tab(who);
        let ticket = self.world.command(who, tab, command).unwrap();
        self.kept(who, ticket)
    }

    fn kept(&mut self, who: usize, ticket: u64) -> EventId {
        self.world.pass(200);
        let own = &self.world.devices[who];
        let seq = *own.tabs[0].done[&ticket].as_ref().unwrap();
        EventId {
            device: own.id(),
            seq,
        }
    }

    fn submits(&mut self, who: usize, kind: u32, payload: Vec<u8>) -> EventId {
        let tab = self.tab(who);
        let ticket = self.world.submit(who, tab, Draft::Event { kind, payload });
        self.kept(who, ticket)
    }

    fn part(&mut self) {
        for who in [ADA, BEN] {
            self.world.net.part(who, 0, true);
        }
    }

    /// Both are online until both have everything.
    fn meet(&mut self) {
        for who in [ADA, BEN] {
            self.world.net.part(who, 0, false);
        }
        self.world.pass(120_000);
        check(&mut self.world);
    }

    fn peer(&mut self, who: usize) -> &mut Peer {
        &mut self.world.devices[who].tabs[0].peer
    }

    fn discussion(&mut self) -> Discussion {
        let ada = self.peer(ADA).replica_mut().discussion();
        assert_eq!(ada, self.peer(BEN).replica_mut().discussion());
        ada
    }

    fn thread(&mut self) -> Rc<Thread> {
        let discussion = self.discussion();
        let thread = discussion.threads.iter().find(|t| t.id == self.thread);
        thread.expect("the thread is there").clone()
    }

    fn comment(&mut self, id: EventId) -> Rc<Comment> {
        let thread = self.thread();
        let comment = thread.comments.iter().find(|c| c.id == id);
        comment.expect("the comment is there").clone()
    }

    fn reply(&self, body: &str) -> Command {
        Command::Reply {
            thread: self.thread,
            parent: self.thread,
            body: body.into(),
        }
    }

    fn resolve(&self) -> Command {
        Command::Resolve {
            thread: self.thread,
            reason: Some("done".into()),
        }
    }
}

#[test]
fn a_reply_survives_the_deletion_of_what_it_answers() {
    let mut pair = Pair::new();
    pair.part();
    pair.does(
        ADA,
        &Command::Redact {
            comment: pair.thread,
        },
    );
    let reply = pair.does(BEN, &pair.reply("Yes, it is."));
    pair.meet();
    assert_eq!(pair.comment(pair.thread).state, CommentState::Deleted);
    assert_eq!(&*pair.comment(reply).body, "Yes, it is.");
    assert_eq!(pair.thread().status, Status::Open);
}

#[test]
fn two_edits_of_one_comment_are_both_kept() {
    let mut pair = Pair::new();
    let (ada, ben) = (pair.world.devices[ADA].id(), pair.world.devices[BEN].id());
    pair.submits(ADA, device::KIND.code, device::certify(&ben));
    pair.submits(BEN, device::KIND.code, device::accept(&ada));
    pair.meet();
    let comment = pair.thread;
    pair.part();
    pair.does(
        ADA,
        &Command::Revise {
            comment,
            body: "Is that really so?".into(),
        },
    );
    pair.does(
        BEN,
        &Command::Revise {
            comment,
            body: "Is that so? I doubt it.".into(),
        },
    );
    pair.meet();
    let merged = pair.comment(comment);
    assert_eq!(&*merged.body, "Is that really so? I doubt it.");
    let mut bodies: Vec<&str> = merged.revisions.iter().map(|r| &*r.body).collect();
    bodies.sort_unstable();
    assert_eq!(
        bodies,
        [
            "Is that really so?",
            "Is that so?",
            "Is that so? I doubt it."
        ]
    );
    assert_eq!(
        pair.discussion().authors.len(),
        1,
        "both devices are one person"
    );
}

#[test]
fn an_objection_that_was_not_seen_opens_a_resolved_thread() {
    let mut pair = Pair::new();
    pair.part();
    pair.does(ADA, &pair.resolve());
    let objection = pair.does(BEN, &pair.reply("Wait, not done!"));
    pair.meet();
    assert_eq!(pair.thread().status, Status::Open);
    assert_eq!(&*pair.comment(objection).body, "Wait, not done!");
    assert_eq!(
        pair.thread().history.len(),
        1,
        "that it was resolved is to be seen"
    );
    pair.does(ADA, &pair.resolve());
    pair.meet();
    assert!(matches!(pair.thread().status, Status::Resolved { .. }));
}

#[test]
fn a_reopening_that_was_not_seen_wins_over_a_resolve() {
    let mut pair = Pair::new();
    pair.does(BEN, &pair.resolve());
    pair.meet();
    pair.part();
    pair.does(
        ADA,
        &Command::Reopen {
            thread: pair.thread,
            reason: None,
        },
    );
    pair.does(BEN, &pair.resolve());
    pair.meet();
    assert_eq!(pair.thread().status, Status::Open);
    let resolved: Vec<bool> = pair
        .thread()
        .history
        .iter()
        .map(|change| change.resolved)
        .collect();
    assert_eq!(
        resolved.iter().filter(|resolved| **resolved).count(),
        2,
        "{resolved:?}"
    );
}

#[test]
fn replies_stand_after_what_they_answer_whatever_the_clocks_say() {
    let mut pair = Pair::new();
    // Ben's clock is a day ahead.
    pair.world.devices[BEN].skew = 86_400_000;
    pair.part();
    let early = pair.does(BEN, &pair.reply("ten"));
    let late = pair.does(ADA, &pair.reply("five past ten"));
    pair.meet();
    let order =
        |pair: &mut Pair| -> Vec<EventId> { pair.thread().comments.iter().map(|c| c.id).collect() };
    let both = order(&mut pair);
    assert!(both.contains(&early) && both.contains(&late));
    let answer = Command::Reply {
        thread: pair.thread,
        parent: early,
        body: "I see".into(),
    };
    let answer = pair.does(ADA, &answer);
    pair.meet();
    let all = order(&mut pair);
    assert_eq!(all[..3], both, "what stood stays where it stood");
    assert_eq!(all[3], answer, "an answer stands after what it answers");
}

#[test]
fn an_import_on_two_devices_keeps_the_contents_of_both() {
    let mut elsewhere = Pair::of(8);
    elsewhere.does(BEN, &elsewhere.reply("from elsewhere"));
    elsewhere.meet();
    let file: Vec<Vec<u8>> = elsewhere.world.net.relays[0].records().to_vec();

    let mut pair = Pair::new();
    pair.part();
    // The same file on both, and on both a thread with the same words.
    let open = Command::OpenThread {
        on: Subject::Range(0, 4),
        body: "From the old system".into(),
    };
    for who in [ADA, BEN] {
        let tab = pair.tab(who);
        for record in &file {
            pair.world.hand_over(who, tab, record);
        }
        pair.does(who, &open);
    }
    let thread = pair.discussion_of(ADA).last().unwrap().id;
    pair.does(
        ADA,
        &Command::Reply {
            thread,
            parent: thread,
            body: "Ada's".into(),
        },
    );
    let thread = pair.discussion_of(BEN).last().unwrap().id;
    pair.does(
        BEN,
        &Command::Reply {
            thread,
            parent: thread,
            body: "Ben's".into(),
        },
    );
    pair.meet();
    let json = view(pair.peer(ADA).replica_mut()).0;
    for (words, times) in [("From the old system", 2), ("Ada's", 1), ("Ben's", 1)] {
        assert_eq!(json.matches(words).count(), times, "{words}");
    }
}

#[test]
fn a_reaction_and_the_taking_back_of_anothers_do_not_meet() {
    let mut pair = Pair::new();
    let react = |on| Command::React {
        comment: pair.thread,
        emoji: "👍".into(),
        on,
    };
    let (give, take_back) = (react(true), react(false));
    pair.does(BEN, &give);
    pair.meet();
    pair.part();
    pair.does(ADA, &give);
    pair.does(BEN, &take_back);
    pair.meet();
    let reactions = pair.comment(pair.thread).reactions.clone();
    assert_eq!(reactions.len(), 1);
    assert_eq!(reactions[0].authors, [pair.world.devices[ADA].id().into()]);
}

impl Pair {
    fn discussion_of(&mut self, who: usize) -> Vec<Rc<Thread>> {
        self.peer(who).replica_mut().discussion().threads
    }
}

#[test]
fn the_author_relinks_and_others_suggest() {
    /// What the thread is about, and what is suggested.
    fn words(pair: &mut Pair, who: usize) -> [Option<String>; 2] {
        let thread = pair.thread;
        let projection = pair.peer(who).replica_mut().projection();
        let anchors = [projection.anchor(&thread), projection.suggestion(&thread)];
        anchors.map(|anchor| Some(anchor?.quote.as_ref()?.exact.clone()))
    }
    let relink = |pair: &Pair, start, end| Command::Relink {
        thread: pair.thread,
        on: Subject::Range(start, end),
    };
    #[track_caller]
    fn check(pair: &mut Pair, about: &str, suggested: Option<&str>) {
        let expected = [Some(about.into()), suggested.map(String::from)];
        assert_eq!(words(pair, ADA), expected);
        assert_eq!(words(pair, BEN), expected);
        assert_eq!(&*pair.thread().quote, about);
    }
    let mut pair = Pair::new();
    check(&mut pair, "was", None);
    pair.does(BEN, &relink(&pair, 0, 4));
    pair.meet();
    check(&mut pair, "was", Some("What"));
    pair.does(ADA, &relink(&pair, 14, 19));
    pair.meet();
    check(&mut pair, "stays", None);
    let relinked = pair.thread().relinked.clone().unwrap();
    assert_eq!(&*relinked.quote, "was");
    // At the same time: the suggestion does not move the thread.
    pair.part();
    pair.does(BEN, &relink(&pair, 20, 25));
    pair.does(BEN, &relink(&pair, 0, 4));
    pair.does(ADA, &relink(&pair, 9, 13));
    pair.meet();
    check(&mut pair, "said", Some("What"));
    // About the document as a whole.
    let thread = pair.thread;
    let on = Subject::Whole;
    pair.does(ADA, &Command::Relink { thread, on });
    pair.meet();
    assert_eq!(words(&mut pair, BEN), [None, None]);
    assert_eq!(&*pair.thread().quote, "");
}
