//! Two devices over one relay, without faults.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use postil_core::command::{Command, Subject};
use postil_testkit::world::World;

#[test]
fn two_devices_see_each_other() {
    let mut world = World::new(1, 2, 1, "Hello world, this is a shared text.");
    world.pass(2_000);
    let tabs: Vec<u64> = world.devices.iter().map(|d| d.tabs[0].id).collect();
    let open = Command::OpenThread {
        on: Subject::Range(0, 5),
        body: "Hi there".into(),
    };
    world.command(0, tabs[0], &open).unwrap();
    world.write(1, tabs[1], |tab| {
        let documents = tab.peer.replica_mut().projection_mut().documents_mut();
        documents
            .current_mut()
            .unwrap()
            .text
            .edit(3, 0, "XYZ")
            .unwrap()
    });
    world.pass(10_000);
    let discussions: Vec<_> = world
        .devices
        .iter_mut()
        .map(|d| d.tabs[0].peer.replica_mut().discussion())
        .collect();
    assert_eq!(discussions[0], discussions[1]);
    assert_eq!(discussions[0].threads.len(), 1);
    let texts: Vec<_> = world
        .devices
        .iter_mut()
        .map(|d| {
            (
                d.tabs[0].text(),
                d.tabs[0].shown.clone(),
                d.tabs[0].aside.clone(),
            )
        })
        .collect();
    assert_eq!(texts[0], texts[1]);
    assert_eq!(texts[0].0, "HelXYZlo world, this is a shared text.");
}
