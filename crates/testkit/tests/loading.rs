//! What is kept is read in parts, and many small rows become few.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use postil_core::command::{Command, Subject};
use postil_core::discussion::Discussion;
use postil_testkit::world::World;

/// More rows than are joined at a time, of more bytes than are taken at a time.
const COMMENTS: usize = 300;

fn write(world: &mut World, device: usize, from: usize) {
    let tab = world.devices[device].tabs[0].id;
    for n in 0..COMMENTS {
        let open = Command::OpenThread {
            on: Subject::Range(0, 5),
            body: format!("{} {}", from + n, "words ".repeat(20)),
        };
        world.command(device, tab, &open).unwrap();
        world.pass(50);
    }
}

fn discussion(world: &mut World, device: usize) -> Discussion {
    world.devices[device].tabs[0]
        .peer
        .replica_mut()
        .discussion()
}

fn rows(world: &World, device: usize) -> usize {
    world.devices[device].store.read().segments.len()
}

#[test]
fn many_rows_are_loaded_and_joined_in_parts() {
    let mut world = World::new(7, 2, 1, "Hello world, this is a shared text.");
    world.pass(2_000);
    write(&mut world, 0, 0);
    write(&mut world, 1, COMMENTS);
    world.pass(10_000);
    let before = discussion(&mut world, 0);
    assert_eq!(before.threads.len(), 2 * COMMENTS);
    let many = rows(&world, 0);
    assert!(many > COMMENTS, "{many} rows");

    // Opened again, part of it is there before the rest.
    let tab = world.devices[0].tabs[0].id;
    world.crash(0, tab);
    world.open(0);
    let mut parts = Vec::new();
    for _ in 0..200 {
        world.pass(1);
        parts.push(discussion(&mut world, 0).threads.len());
    }
    parts.dedup();
    assert!(parts.len() > 4, "{parts:?}");
    assert_eq!(discussion(&mut world, 0), before);

    // The rows become few, and hold the same.
    world.pass(10_000);
    let few = rows(&world, 0);
    assert!(few < 10, "{few} rows");
    let tab = world.devices[0].tabs[0].id;
    world.crash(0, tab);
    world.open(0);
    world.pass(1_000);
    assert_eq!(discussion(&mut world, 0), before);
    assert!(world.devices[0].tabs[0].aside.is_empty());

    // And the device goes on writing its log.
    write(&mut world, 0, 2 * COMMENTS);
    world.pass(10_000);
    assert_eq!(discussion(&mut world, 1), discussion(&mut world, 0));
    assert_eq!(discussion(&mut world, 1).threads.len(), 3 * COMMENTS);
}
