//! Relays whose lists are joined, by honest clients and others.
//! `POSTIL_SEED=7 cargo test -p postil-testkit --test covers` replays the
//! history that a failure names.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use postil_testkit::covers::{self, lies_hide_nothing_for_long, small_records_are_joined};
use postil_testkit::history::{TEXT, act, bad_network};
use postil_testkit::mailbox::SimMailbox;
use postil_testkit::seeds::for_each_seed;
use postil_testkit::world::World;

fn world(seed: u64) -> World {
    covers::world(seed, SimMailbox::default())
}

#[test]
fn a_late_joiner_reads_what_was_joined() {
    for_each_seed("joined", 3, |seed| {
        small_records_are_joined(&mut world(seed), &mut || {});
    });
}

#[test]
fn a_record_that_is_as_it_was_stays() {
    covers::what_is_the_same_stays_listed(&mut world(1));
}

#[test]
fn a_relay_of_before_is_left_as_it_is() {
    let mut world = covers::world(1, SimMailbox::old());
    covers::write(&mut world, 0, 300);
    world.pass(1_000_000);
    assert_eq!(world.net.relays[0].head(), 300);
}

#[test]
fn false_covers_are_undone() {
    for_each_seed("undone", 20, |seed| {
        covers::who_is_there_undoes_a_false_cover(&mut world(seed));
        covers::who_comes_back_undoes_a_false_cover(&mut world(seed));
        covers::who_misses_something_asks_for_it(&mut world(seed));
    });
}

#[test]
fn lies_do_not_last() {
    for_each_seed("lies", 60, |seed| {
        let devices = 2 + seed as usize % 3;
        let mut world = World::new(seed, devices, 1, TEXT);
        world.net.faults = bad_network();
        lies_hide_nothing_for_long(&mut world, |world| {
            let device = world.random.index(world.devices.len());
            match world.random.below(10) {
                0 => world.devices[device].leader.into_iter().for_each(|tab| {
                    world.crash(device, tab);
                    world.open(device);
                }),
                _ => act(world, device),
            }
            let pause = world.random.below(5_000);
            world.pass(pause);
        });
    });
}
