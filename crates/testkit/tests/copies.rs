//! Two devices that never meet and have no relay: copies go from hand to hand.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use postil_core::command::{Command, Subject};
use postil_core::wire::bundle::{self, BundleError};
use postil_testkit::world::World;

const TEXT: &str = "Hello world, this is a shared text.";

fn bundle_of(world: &World, device: usize) -> Vec<u8> {
    world.devices[device].tabs[0].peer.bundle()
}

/// Opens a copy in the first tab of a device, record by record.
fn open(world: &mut World, device: usize, copy: &[u8]) {
    let tab = world.devices[device].tabs[0].id;
    let contents = bundle::read(copy, &world.room).unwrap();
    for record in contents.records {
        world.hand_over(device, tab, record);
    }
    world.pass(2_000);
}

fn comment(world: &mut World, device: usize, body: &str) {
    let tab = world.devices[device].tabs[0].id;
    let open = Command::OpenThread {
        on: Subject::Range(0, 5),
        body: body.into(),
    };
    world.command(device, tab, &open).unwrap();
    world.pass(2_000);
}

fn insert(world: &mut World, device: usize, at: u32, text: &str) {
    let tab = world.devices[device].tabs[0].id;
    world.write(device, tab, |tab| {
        let documents = tab.peer.replica_mut().projection_mut().documents_mut();
        let document = documents.current_mut().unwrap();
        document.text.edit(at, 0, text).unwrap()
    });
    world.pass(2_000);
}

#[test]
fn copies_alone_make_two_devices_equal() {
    let mut world = World::new(3, 2, 0, TEXT);
    world.pass(2_000);
    comment(&mut world, 0, "From the one");
    insert(&mut world, 0, 3, "XYZ");
    comment(&mut world, 1, "From the other");
    insert(&mut world, 1, 3, "abc");
    let copies = [bundle_of(&world, 0), bundle_of(&world, 1)];
    open(&mut world, 1, &copies[0]);
    open(&mut world, 0, &copies[1]);
    let (one, other) = (bundle_of(&world, 0), bundle_of(&world, 1));
    assert_eq!(one, other, "what holds the same makes the same copy");

    // Opening any of them again changes nothing.
    for copy in [&copies[0], &copies[1], &one] {
        open(&mut world, 0, copy);
        open(&mut world, 1, copy);
    }
    assert_eq!(bundle_of(&world, 0), one);
    assert_eq!(bundle_of(&world, 1), one);
    let seen = world.devices.iter_mut().map(|device| {
        let tab = &mut device.tabs[0];
        (
            tab.peer.replica_mut().discussion(),
            tab.text(),
            tab.aside.len(),
        )
    });
    let seen: Vec<_> = seen.collect();
    assert_eq!(seen[0], seen[1]);
    assert_eq!((seen[0].0.threads.len(), seen[0].2), (2, 0));
    assert_eq!(seen[0].1.len(), TEXT.len() + 6);
}

#[test]
fn a_copy_of_another_room_is_refused_and_a_damaged_one_does_no_harm() {
    let mut world = World::new(4, 2, 0, TEXT);
    world.pass(2_000);
    comment(&mut world, 0, "Kept");
    let copy = bundle_of(&world, 0);
    let elsewhere = postil_core::id::RoomId::named("elsewhere");
    assert_eq!(bundle::read(&copy, &elsewhere), Err(BundleError::OtherRoom));
    // Every byte after the head may be damaged: what is bad is set aside.
    let head = bundle::write(&world.room, &[]).len();
    for at in head..copy.len() {
        let mut bad = copy.clone();
        bad[at] ^= 0x55;
        let tab = world.devices[1].tabs[0].id;
        let contents = bundle::read(&bad, &world.room).unwrap();
        let damaged = contents.damaged.is_some();
        for record in contents.records {
            world.hand_over(1, tab, record);
        }
        let tab = &mut world.devices[1].tabs[0];
        let said = !std::mem::take(&mut tab.aside).is_empty();
        assert!(said || damaged, "damage at {at} was not noticed");
        assert!(tab.peer.replica_mut().discussion().threads.is_empty());
    }
    open(&mut world, 1, &copy);
    let threads = world.devices[1].tabs[0]
        .peer
        .replica_mut()
        .discussion()
        .threads;
    assert_eq!(threads.len(), 1);
}
