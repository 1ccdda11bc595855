//! Random histories on a bad network. `POSTIL_SEED=7 cargo test -p
//! postil-testkit --test simulation` replays the one that a failure names;
//! `POSTIL_HISTORIES=100000` runs more of them.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use postil_testkit::history::{TEXT, bad_network, check, check_any_order, heal, step};
use postil_testkit::net::SimNet;
use postil_testkit::random::Random;
use postil_testkit::seeds::for_each_seed;
use postil_testkit::world::World;

#[test]
fn everybody_ends_up_with_the_same() {
    for_each_seed("simulation", 2_000, |seed| {
        let mut random = Random::new(seed);
        let devices = 2 + random.index(5);
        let relays = 1 + random.index(2);
        let net = SimNet::new(relays, 0);
        live_and_check(
            World::with_net(random.any(), devices, net, TEXT),
            &mut random,
        );
    });
}

#[test]
fn so_they_do_over_relays_of_different_kinds() {
    for_each_seed("kinds", 2_000, |seed| {
        let mut random = Random::new(seed);
        let devices = 2 + random.index(5);
        let net = SimNet::new(1, 1);
        live_and_check(
            World::with_net(random.any(), devices, net, TEXT),
            &mut random,
        );
    });
}

fn live_and_check(mut world: World, random: &mut Random) {
    world.net.faults = bad_network();
    for _ in 0..20 + random.below(60) {
        step(&mut world);
    }
    heal(&mut world);
    check(&mut world);
    check_any_order(&mut world);
}
