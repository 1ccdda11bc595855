//! The page's text was changed, and both texts were edited by people who had
//! not heard of each other: one is the document, and the other is not lost.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use postil_core::json::versions_json;
use postil_testkit::history::{check, heal};
use postil_testkit::world::World;

const BEFORE: &str = "The text as it was.";
const AFTER: &str = "The text as it is now.";

fn type_in(world: &mut World, device: usize, words: &str) {
    let tab = world.devices[device].tabs[0].id;
    world.write(device, tab, |tab| {
        let documents = tab.peer.replica_mut().projection_mut().documents_mut();
        let document = documents.current_mut().unwrap();
        document.text.edit(0, 0, words).unwrap()
    });
    world.pass(500);
}

fn reopen(world: &mut World, device: usize) {
    let tab = world.devices[device].tabs[0].id;
    world.crash(device, tab);
    world.open(device);
    world.pass(1_000);
}

/// The other versions at a device, and its document.
fn texts(world: &World, device: usize) -> (Vec<String>, String) {
    let tab = &world.devices[device].tabs[0];
    let documents = tab.peer.replica().projection().documents();
    let versions = documents.versions();
    assert_eq!(
        versions_json(&versions).matches("\"text\"").count(),
        versions.len()
    );
    (
        versions.into_iter().map(|(_, text)| text).collect(),
        tab.text(),
    )
}

#[test]
fn the_version_that_is_not_shown_is_told_of_everywhere() {
    for seed in 0..20 {
        let mut world = World::new(seed, 3, 1, BEFORE);
        world.text = AFTER.into();
        reopen(&mut world, 1);
        for device in [0, 1] {
            world.net.part(device, 0, true);
        }
        type_in(&mut world, 0, "Ada: ");
        type_in(&mut world, 1, "Ben: ");
        assert_eq!(texts(&world, 0).0, [] as [String; 0], "nobody knows yet");
        for device in [0, 1] {
            world.net.part(device, 0, false);
        }
        heal(&mut world);
        check(&mut world);
        let (versions, shown) = texts(&world, 0);
        let mut both = [versions[0].clone(), shown.clone()];
        both.sort();
        assert_eq!(both, [format!("Ada: {BEFORE}"), format!("Ben: {AFTER}")]);
        assert_eq!(versions.len(), 1);
        for device in [1, 2] {
            assert_eq!(texts(&world, device), (versions.clone(), shown.clone()));
        }
        // Editing goes on in the one, and the other stays as it is.
        type_in(&mut world, 2, "Cem: ");
        reopen(&mut world, 0);
        heal(&mut world);
        let expected = (versions, format!("Cem: {shown}"));
        for device in 0..3 {
            assert_eq!(texts(&world, device), expected);
        }
    }
}
