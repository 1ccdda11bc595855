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
use postil_testkit::random::Random;
use postil_testkit::seeds::for_each_seed;
use postil_testkit::world::World;

#[test]
fn everybody_ends_up_with_the_same() {
    for_each_seed("simulation", 2_000, |seed| {
        let mut random = Random::new(seed);
        let devices = 2 + random.index(5);
        let relays = 1 + random.index(2);
        let mut world = World::new(random.any(), devices, relays, TEXT);
        world.net.faults = bad_network();
        for _ in 0..20 + random.below(60) {
            step(&mut world);
        }
        heal(&mut world);
        check(&mut world);
        check_any_order(&mut world);
    });
}
