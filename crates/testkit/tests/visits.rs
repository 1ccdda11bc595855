//! Pages that nobody looks at, and those that are to save data, go to their
//! relays now and then only, and miss nothing.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use postil_core::command::{Command, Subject};
use postil_core::relay::In;
use postil_testkit::history::TEXT;
use postil_testkit::net::{Line, SimNet};
use postil_testkit::world::World;

const ADA: usize = 0;
const BEN: usize = 1;
const MINUTE: u64 = 60_000;

/// Two people at one relay, a mailbox or a document on a server.
fn for_each_kind(check: impl Fn(World)) {
    for (mailboxes, documents) in [(1, 0), (0, 1)] {
        let net = SimNet::new(mailboxes, documents);
        let mut world = World::with_net(7, 2, net, TEXT);
        world.pass(5_000);
        assert!(is_connected(&world, ADA) && is_connected(&world, BEN));
        check(world);
    }
}

/// The tab of the device that leads.
fn leader(world: &World, device: usize) -> u64 {
    world.devices[device].leader.unwrap()
}

fn is_connected(world: &World, device: usize) -> bool {
    let tab = leader(world, device);
    let relay = 0;
    world.net.is_open(&Line { device, tab, relay })
}

fn say(world: &mut World, device: usize, body: &str) {
    let open = Command::OpenThread {
        on: Subject::Range(2, 9),
        body: body.into(),
    };
    let tab = leader(world, device);
    world.command(device, tab, &open).unwrap();
}

/// How many comments a device knows of.
fn comments(world: &mut World, device: usize) -> usize {
    let peer = &mut world.devices[device].tabs[0].peer;
    let discussion = peer.replica_mut().discussion();
    discussion.threads.iter().map(|t| t.comments.len()).sum()
}

#[test]
fn a_page_on_no_screen_leaves_its_relay_and_comes_back() {
    for_each_kind(|mut world| {
        let ada = leader(&world, ADA);
        world.show(ADA, ada, false);
        world.pass(50_000);
        assert!(
            is_connected(&world, ADA),
            "who comes back soon missed nothing"
        );
        world.pass(15_000);
        assert!(!is_connected(&world, ADA));

        say(&mut world, BEN, "Are you there?");
        world.pass(2 * MINUTE);
        assert_eq!(comments(&mut world, ADA), 0, "no visit yet");
        world.pass(4 * MINUTE);
        assert_eq!(comments(&mut world, ADA), 1, "a visit brings it");
        assert!(!is_connected(&world, ADA));

        say(&mut world, BEN, "Still there?");
        world.pass(MINUTE);
        world.show(ADA, ada, true);
        world.pass(2_000);
        assert!(is_connected(&world, ADA));
        assert_eq!(comments(&mut world, ADA), 2);
    });
}

#[test]
fn what_is_written_goes_at_once_when_the_page_goes() {
    for_each_kind(|mut world| {
        let ada = leader(&world, ADA);
        world.save_data(ADA, ada, true);
        world.pass(2_000);
        assert!(!is_connected(&world, ADA));
        say(&mut world, ADA, "Before I go.");
        world.pass(1_000);
        assert_eq!(comments(&mut world, BEN), 0, "more may follow");
        world.show(ADA, ada, false);
        world.pass(2_000);
        assert_eq!(comments(&mut world, BEN), 1);
    });
}

#[test]
fn what_is_written_while_data_is_saved_goes_together() {
    for_each_kind(|mut world| {
        let ada = leader(&world, ADA);
        world.save_data(ADA, ada, true);
        world.pass(2_000);
        let before = world.net.sent.get();
        for body in ["One", "Two", "Three"] {
            say(&mut world, ADA, body);
            world.pass(5_000);
        }
        assert_eq!(comments(&mut world, BEN), 0);
        let beats = world.net.sent.get() - before;
        world.pass(7_000);
        assert_eq!(
            comments(&mut world, BEN),
            3,
            "twenty seconds after the first"
        );
        assert!(!is_connected(&world, ADA));
        assert!(beats < 4, "nothing but the other one's connection: {beats}");
    });
}

#[test]
fn less_is_sent_while_nobody_looks() {
    let mut world = World::with_net(7, 2, SimNet::new(1, 0), TEXT);
    world.pass(5_000);
    let mut an_hour = |shown| {
        for device in [ADA, BEN] {
            let tab = leader(&world, device);
            world.show(device, tab, shown);
        }
        world.pass(3 * MINUTE);
        let before = world.net.sent.get();
        world.pass(60 * MINUTE);
        world.net.sent.get() - before
    };
    let (seen, unseen) = (an_hour(true), an_hour(false));
    assert!(unseen * 4 < seen, "{unseen} against {seen}");
}

#[test]
fn another_tab_on_a_screen_keeps_the_leading_one_with_its_relay() {
    for_each_kind(|mut world| {
        let ada = leader(&world, ADA);
        world.open(ADA);
        world.pass(2_000);
        let second = world.devices[ADA].tabs[1].id;
        assert_eq!(leader(&world, ADA), ada);
        world.show(ADA, ada, false);
        world.pass(5 * MINUTE);
        assert!(is_connected(&world, ADA));
        world.show(ADA, second, false);
        world.pass(2 * MINUTE);
        assert!(!is_connected(&world, ADA));
        world.show(ADA, second, true);
        world.pass(2_000);
        assert!(is_connected(&world, ADA));
    });
}

#[test]
fn who_asks_does_not_wait_for_the_next_visit() {
    for input in [In::RetryNow, In::Online] {
        for_each_kind(|mut world| {
            let ada = leader(&world, ADA);
            world.save_data(ADA, ada, true);
            world.pass(2_000);
            say(&mut world, BEN, "News.");
            world.pass(2_000);
            assert_eq!(comments(&mut world, ADA), 0);
            let line = Line {
                device: ADA,
                tab: ada,
                relay: 0,
            };
            world.tell_relay(line, input.clone());
            world.pass(2_000);
            assert_eq!(comments(&mut world, ADA), 1);
            assert!(!is_connected(&world, ADA));
        });
    }
}

#[test]
fn a_visit_to_a_relay_that_does_not_answer_ends() {
    for_each_kind(|mut world| {
        let ada = leader(&world, ADA);
        world.save_data(ADA, ada, true);
        world.pass(2_000);
        world.net.part(ADA, 0, true);
        say(&mut world, ADA, "Into nothing.");
        world.pass(2 * MINUTE);
        let before = world.net.sent.get();
        world.pass(10_000);
        let tried = world.net.sent.get() - before;
        assert!(tried < 4, "it is left alone: {tried}");
        world.net.part(ADA, 0, false);
        world.pass(4 * MINUTE);
        assert_eq!(comments(&mut world, BEN), 1, "the next visit brings it");
    });
}
