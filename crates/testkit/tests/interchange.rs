//! Discussions that go from one room to another in the forms of others.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use postil_core::anchor::Anchor;
use postil_core::command::{Command, Subject};
use postil_core::discussion::{CommentState, Discussion, Placement, Status};
use postil_core::id::EventId;
use postil_core::interchange::collect::collect;
use postil_core::interchange::notes::{Note, Notes, Page};
use postil_core::interchange::{FORMATS, read, write};
use postil_core::json::threads_json;
use postil_core::peer::Brought;
use postil_core::wire::bytes::Reader;
use postil_testkit::world::World;

const TEXT: &str = "Hello 😀 world, this is a shared text.";
const ADDRESS: &str = "https://example.org/text";

/// What people see in the first tab of a device.
fn discussion(world: &mut World, device: usize) -> Discussion {
    world.devices[device].tabs[0]
        .peer
        .replica_mut()
        .discussion()
}

fn act(world: &mut World, device: usize, command: &Command) {
    let tab = world.devices[device].tabs[0].id;
    world.command(device, tab, command).unwrap();
    world.pass(2_000);
}

fn page() -> Page {
    Page {
        address: ADDRESS.into(),
        text: TEXT.into(),
        ..Page::default()
    }
}

fn export(world: &mut World, device: usize, format: &str) -> String {
    let discussion = discussion(world, device);
    let projection = world.devices[device].tabs[0].peer.replica().projection();
    let document = projection.documents().current().unwrap();
    let places: Vec<Placement> = discussion
        .threads
        .iter()
        .map(|thread| match projection.anchor(&thread.id) {
            Some(anchor) => anchor.resolve(&document.text, TEXT),
            None => Placement::Whole,
        })
        .collect();
    let anchors = discussion.threads.iter().map(|thread| {
        let anchor = projection.anchor(&thread.id);
        anchor.map(Anchor::encode).unwrap_or_default()
    });
    let anchors: Vec<Vec<u8>> = anchors.collect();
    let anchors: Vec<&[u8]> = anchors.iter().map(|bytes| &bytes[..]).collect();
    let threads = threads_json(&discussion, &places);
    let notes = collect(&threads, &anchors).unwrap();
    // As from one module to another.
    let bytes = page().encode();
    let page = Page::decode(&mut Reader::new(&bytes)).unwrap();
    write(format, &page, &notes).unwrap()
}

/// Brings notes until there is nothing more to do. Says how many changes it
/// took.
fn bring(world: &mut World, device: usize, tab: usize, notes: &Notes) -> u32 {
    let tab = world.devices[device].tabs[tab].id;
    let (mut asked, mut last) = (0, None);
    loop {
        let brought = world.take_notes(device, tab, notes);
        asked += brought.asked;
        if brought.asked == 0 || last == Some(brought.here) {
            return asked;
        }
        last = Some(brought.here);
        world.pass(2_000);
    }
}

/// Two people have talked; the second one has deleted something.
fn talked(seed: u64) -> World {
    let mut world = World::new(seed, 2, 1, TEXT);
    world.pass(2_000);
    let name = |name: &str| Command::SetName(name.into());
    act(&mut world, 0, &name("Ada"));
    act(&mut world, 1, &name("Ben"));
    let open = |range, body: &str| Command::OpenThread {
        on: Subject::from(range),
        body: body.into(),
    };
    act(
        &mut world,
        0,
        &open(Some((6, 14)), "Which *world*?\nThis one?"),
    );
    act(&mut world, 0, &open(None, "About all of it."));
    world.pass(30_000);
    let thread = discussion(&mut world, 1).threads[0].id;
    let reply = |parent: EventId, body: &str| Command::Reply {
        thread,
        parent,
        body: body.into(),
    };
    act(&mut world, 1, &reply(thread, "Deleted soon."));
    let gone = discussion(&mut world, 1).threads[0].comments[1].id;
    act(&mut world, 1, &reply(gone, "It stays."));
    act(&mut world, 1, &Command::Redact { comment: gone });
    let resolve = Command::Resolve {
        thread,
        reason: None,
    };
    act(&mut world, 1, &resolve);
    world.pass(30_000);
    world
}

#[test]
fn a_discussion_is_brought_to_another_room_once() {
    for format in FORMATS.iter().filter(|format| format.is_read()) {
        let mut there = talked(11);
        let file = export(&mut there, 0, format.name);
        assert!(!file.contains("Deleted soon"), "{file}");
        let notes = read(&page(), &file).unwrap();
        let notes = Notes::decode(&notes.encode()).unwrap();

        // A room of its own: nothing of it is known.
        let mut here = World::new(12, 1, 0, TEXT);
        here.open(0);
        here.pass(200_000);
        act(&mut here, 0, &Command::SetName("Cem".into()));
        assert_eq!(
            bring(&mut here, 0, 0, &notes),
            4,
            "three comments, one status"
        );
        let mut seen = discussion(&mut here, 0);
        seen.threads.sort_by_key(|thread| thread.comments.len());
        let [whole, words] = &seen.threads[..] else {
            panic!("{seen:?}")
        };
        assert_eq!((&*words.quote, &*whole.quote), ("😀 world", ""));
        assert!(matches!(words.status, Status::Resolved { .. }));
        assert_eq!(whole.status, Status::Open);
        let cem = here.devices[0].id().into();
        for (comment, name, body) in [
            (&words.comments[0], "Ada", "Which *world*?\nThis one?"),
            (&words.comments[1], "Ben", "It stays."),
            (&whole.comments[0], "Ada", "About all of it."),
        ] {
            let origin = comment.origin.as_ref().unwrap();
            assert_eq!((&*origin.name, &*comment.body), (name, body));
            let earlier = 1_000_000_000_000..comment.at;
            assert!(earlier.contains(&origin.at), "it was said earlier, there");
            assert_eq!(comment.author, cem, "who brings it signs it");
        }
        assert_eq!(words.comments[1].parent, Some(words.id));
        // In a shared text its characters are known, not only its words.
        let projection = here.devices[0].tabs[0].peer.replica().projection();
        assert!(projection.anchor(&words.id).unwrap().sticky.is_some());

        // Again, in either tab, nothing happens; not even after it was deleted.
        assert_eq!(bring(&mut here, 0, 0, &notes), 0);
        assert_eq!(bring(&mut here, 0, 1, &notes), 0);
        let comment = words.comments[1].id;
        let reopen = Command::Reopen {
            thread: words.id,
            reason: None,
        };
        act(&mut here, 0, &Command::Redact { comment });
        act(&mut here, 0, &reopen);
        let before = discussion(&mut here, 0);
        assert_eq!(bring(&mut here, 0, 1, &notes), 0);
        assert_eq!(discussion(&mut here, 0), before);

        // Nor where it came from, whichever way it comes back.
        assert_eq!(bring(&mut there, 1, 0, &notes), 0);
        for back in FORMATS.iter().filter(|format| format.is_read()) {
            let file = export(&mut here, 0, back.name);
            let notes = read(&page(), &file).unwrap();
            assert!(!notes.notes.is_empty());
            assert_eq!(bring(&mut there, 1, 0, &notes), 0);
        }
    }
}

#[test]
fn both_tabs_of_a_device_bring_a_file_once() {
    let note = |id: &str, parent: &str| Note {
        id: id.into(),
        parent: parent.into(),
        body: "Words".into(),
        ..Note::default()
    };
    let notes = Notes {
        notes: vec![note("a", ""), note("b", "a"), note("c", "b"), note("d", "")],
        ..Notes::default()
    };
    let mut world = World::new(5, 1, 0, TEXT);
    world.open(0);
    world.pass(2_000);
    // At the same time, in turns.
    for _ in 0..6 {
        for tab in 0..2 {
            let tab = world.devices[0].tabs[tab].id;
            world.take_notes(0, tab, &notes);
        }
        world.pass(2_000);
    }
    let seen = discussion(&mut world, 0);
    let comments: usize = seen
        .threads
        .iter()
        .map(|thread| thread.comments.len())
        .sum();
    assert_eq!((seen.threads.len(), comments), (2, 4));
}

#[test]
fn what_can_not_be_brought_keeps_nothing_else_from_it() {
    let note = |id: &str, body: &str| Note {
        id: id.into(),
        body: body.into(),
        ..Note::default()
    };
    let elsewhere = Anchor::describe_text("No such words", 3, 7).unwrap();
    let detached = Note {
        anchor: Some(elsewhere),
        ..note("detached", "Where?")
    };
    let ring = |id: &str, parent: &str| Note {
        parent: parent.into(),
        ..note(id, "Round")
    };
    let notes = Notes {
        notes: vec![
            note(&"x".repeat(600), "Too long a name"),
            note("long", &"x".repeat(20_000)),
            note("empty", " "),
            ring("a", "b"),
            ring("b", "a"),
            ring("orphan", "not here"),
            detached,
        ],
        ..Notes::default()
    };
    let mut world = World::new(6, 1, 0, TEXT);
    world.pass(2_000);
    assert_eq!(bring(&mut world, 0, 0, &notes), 2);
    let tab = world.devices[0].tabs[0].id;
    let settled = Brought { here: 2, asked: 0 };
    assert_eq!(world.take_notes(0, tab, &notes), settled);
    let seen = discussion(&mut world, 0);
    let mut bodies: Vec<&str> = seen.threads.iter().map(|t| &*t.comments[0].body).collect();
    bodies.sort_unstable();
    assert_eq!(bodies, ["Round", "Where?"]);
    let all = seen.threads.iter().flat_map(|thread| &thread.comments);
    assert!(all.into_iter().all(|c| c.state == CommentState::Present));
}
