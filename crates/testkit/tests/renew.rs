//! A device whose own log is damaged goes on with another key, and nothing is
//! lost or said twice. `POSTIL_SEED=7 cargo test -p postil-testkit --test
//! renew` replays the history that a failure names.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use std::collections::BTreeMap;

use postil_core::command::{Command, Subject};
use postil_core::relay::RecordId;
use postil_core::store::memory::MemoryStore;
use postil_core::store::{Loaded, Write};
use postil_core::wire::record::pack;
use postil_core::wire::segment::Segment;
use postil_testkit::history::{TEXT, act, bad_network, check_alike, heal, mend, step};
use postil_testkit::random::Random;
use postil_testkit::seeds::for_each_seed;
use postil_testkit::world::World;

const ADA: usize = 0;
const BEN: usize = 1;

fn tab(world: &World, device: usize) -> u64 {
    world.devices[device].tabs[0].id
}

/// How often each comment is seen at a device, by its text.
fn comments(world: &mut World, device: usize) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let discussion = world.devices[device].tabs[0]
        .peer
        .replica_mut()
        .discussion();
    for comment in discussion.threads.iter().flat_map(|t| &t.comments) {
        *counts.entry(comment.body.to_string()).or_default() += 1;
    }
    counts
}

fn say(world: &mut World, device: usize, body: &str) {
    let open = Command::OpenThread {
        on: Subject::Range(2, 9),
        body: body.into(),
    };
    let tab = tab(world, device);
    world.command(device, tab, &open).unwrap();
    world.pass(300);
}

/// Answers the comment with this text.
fn answer(world: &mut World, device: usize, to: &str, body: &str) {
    let discussion = world.devices[device].tabs[0]
        .peer
        .replica_mut()
        .discussion();
    let comments = discussion
        .threads
        .iter()
        .flat_map(|t| t.comments.iter().map(|c| (t.id, c)));
    let (thread, comment) = comments.into_iter().find(|(_, c)| &*c.body == to).unwrap();
    let reply = Command::Reply {
        thread,
        parent: comment.id,
        body: body.into(),
    };
    let tab = tab(world, device);
    world.command(device, tab, &reply).unwrap();
    world.pass(300);
}

fn offline(world: &mut World, device: usize, parted: bool) {
    for relay in 0..world.net.relays.len() {
        world.net.part(device, relay, parted);
    }
    world.pass(1_000);
}

fn close(world: &mut World, device: usize) {
    let tabs: Vec<u64> = world.devices[device].tabs.iter().map(|t| t.id).collect();
    for tab in tabs {
        world.crash(device, tab);
    }
}

/// Takes the rows away that hold own events and are chosen by their first and
/// last number. Gives everything that the store held before.
fn lose(world: &mut World, device: usize, lost: impl Fn(u32, u32) -> bool) -> Loaded {
    let own = &world.devices[device];
    let before = own.store.read();
    let ids: Vec<_> = own.ids().collect();
    let is_lost = |row: &&Vec<u8>| {
        let segment = Segment::decode(row, &world.room).unwrap();
        ids.contains(&segment.device) && lost(segment.first, segment.last())
    };
    let rows = before.segments.iter().filter(is_lost);
    let drop: Vec<_> = rows.map(|row| RecordId::of(row)).collect();
    assert!(!drop.is_empty(), "there is something to lose");
    let write = Write {
        drop,
        ..Write::default()
    };
    own.store.write(&write).unwrap();
    before
}

/// Everything that a store once held comes back, to somebody.
fn turn_up(world: &mut World, device: usize, held: &Loaded) {
    let tab = tab(world, device);
    for record in pack(&held.segments) {
        world.hand_over(device, tab, &record);
    }
}

/// Ada says three things at the relay and three offline; what `lost` names goes
/// from her store while her browser is closed. The relay is wiped, and Ben, who
/// has read the first three things, is away.
fn damaged(seed: u64, lost: impl Fn(u32, u32) -> bool) -> (World, Loaded) {
    let mut world = World::new(seed, 2, 1, TEXT);
    world.pass(2_000);
    for body in ["one", "two"] {
        say(&mut world, ADA, body);
    }
    answer(&mut world, ADA, "two", "three");
    world.pass(10_000);
    offline(&mut world, BEN, true);
    offline(&mut world, ADA, true);
    say(&mut world, ADA, "four");
    say(&mut world, ADA, "five");
    answer(&mut world, ADA, "five", "six");
    close(&mut world, ADA);
    world.net.relays[0].wipe();
    world.relay_changed(0);
    let before = lose(&mut world, ADA, lost);
    world.open(ADA);
    offline(&mut world, ADA, false);
    world.pass(100_000);
    (world, before)
}

fn expect(world: &mut World, device: usize, bodies: &[&str]) {
    let seen = comments(world, device);
    let expected = bodies.iter().map(|body| ((*body).into(), 1)).collect();
    assert_eq!(seen, expected, "at device {device}");
}

#[test]
fn what_no_relay_had_is_said_again_and_what_is_lost_may_return() {
    let (mut world, before) = damaged(1, |first, _| first == 4);
    assert_eq!(world.devices[ADA].tabs[0].renewed, [(true, 2)]);
    expect(&mut world, ADA, &["one", "two", "three", "five", "six"]);
    say(&mut world, ADA, "seven");
    answer(&mut world, ADA, "five", "eight");
    let all = ["one", "two", "three", "five", "six", "seven", "eight"];
    expect(&mut world, ADA, &all);
    heal(&mut world);
    check(&mut world, &all);
    turn_up(&mut world, BEN, &before);
    heal(&mut world);
    check(&mut world, &[&all[..], &["four"]].concat());
}

fn check(world: &mut World, bodies: &[&str]) {
    forget_what_was_lost(world);
    check_alike(world);
    for device in 0..world.devices.len() {
        expect(world, device, bodies);
        let own = &world.devices[device].tabs[0];
        let discussion = world.devices[device].tabs[0].peer.replica();
        let me = discussion.projection().author(&own.peer.device());
        let first = world.devices[device].id();
        assert_eq!(me.0, first.0, "the author stays the same");
    }
}

/// What was lost was saved once, and is not there.
fn forget_what_was_lost(world: &mut World) {
    for device in &mut world.devices {
        let log = device.tabs[0].peer.replica().logs();
        let there = |(key, seq): &(_, u32)| log.log(key).is_some_and(|log| log.head() >= *seq);
        device.saved.retain(|name, _| there(name));
    }
}

#[test]
fn somebody_who_has_the_missing_part_is_asked_first() {
    let mut world = World::new(2, 2, 1, TEXT);
    world.pass(2_000);
    for body in ["one", "two", "three"] {
        say(&mut world, ADA, body);
    }
    world.pass(10_000);
    close(&mut world, ADA);
    lose(&mut world, ADA, |first, _| first == 2);
    world.open(ADA);
    world.pass(100_000);
    say(&mut world, ADA, "four");
    heal(&mut world);
    assert_eq!(world.devices[ADA].tabs[0].renewed, []);
    check(&mut world, &["one", "two", "three", "four"]);
}

#[test]
fn the_end_of_the_log_is_lost() {
    let (mut world, before) = damaged(3, |_, last| last >= 5);
    assert_eq!(world.devices[ADA].tabs[0].renewed, [(true, 0)]);
    let mut all = vec!["one", "two", "three", "four"];
    expect(&mut world, ADA, &all);
    say(&mut world, ADA, "seven");
    all.push("seven");
    heal(&mut world);
    check(&mut world, &all);
    turn_up(&mut world, BEN, &before);
    heal(&mut world);
    all.extend(["five", "six"]);
    check(&mut world, &all);
}

#[test]
fn words_whose_thread_is_lost_are_a_thread_of_their_own() {
    let (mut world, before) = damaged(4, |first, _| first == 5);
    let renewed = world.devices[ADA].tabs[0].renewed.clone();
    assert_eq!(renewed, [(true, 1)]);
    let mut all = vec!["one", "two", "three", "four", "six"];
    heal(&mut world);
    check(&mut world, &all);
    turn_up(&mut world, BEN, &before);
    heal(&mut world);
    all.push("five");
    check(&mut world, &all);
}

#[test]
fn without_the_authors_key_it_is_a_new_author_of_the_same_name() {
    let mut world = World::new(5, 2, 1, TEXT);
    world.loses_author_keys = true;
    world.pass(2_000);
    let name = Command::SetName("Ada".into());
    let first = tab(&world, ADA);
    world.command(ADA, first, &name).unwrap();
    say(&mut world, ADA, "one");
    say(&mut world, ADA, "two");
    offline(&mut world, ADA, true);
    close(&mut world, ADA);
    world.net.relays[0].wipe();
    offline(&mut world, BEN, true);
    lose(&mut world, ADA, |first, _| first == 3);
    world.open(ADA);
    world.pass(100_000);
    assert_eq!(world.devices[ADA].tabs[0].renewed, [(false, 0)]);
    say(&mut world, ADA, "three");
    heal(&mut world);
    expect(&mut world, BEN, &["one", "two", "three"]);
    let discussion = world.devices[BEN].tabs[0].peer.replica_mut().discussion();
    let author = |n: usize| discussion.threads[n].comments[0].author;
    let name = |n: usize| &*discussion.authors.get(&author(n)).unwrap().name;
    assert_eq!((name(0), name(2)), ("Ada", "Ada"));
    assert_ne!(author(0), author(2));
}

/// Puts a store back to what it was.
fn restore(world: &mut World, device: usize, backup: &Loaded) {
    let store = MemoryStore::default();
    let write = Write {
        own: Some((0, backup.own)),
        put: backup.segments.clone(),
        outbox_add: backup.outbox.clone(),
        values: backup
            .values
            .iter()
            .map(|(name, value)| (name.clone(), Some(value.clone())))
            .collect(),
        ..Write::default()
    };
    store.write(&write).unwrap();
    world.devices[device].store = store;
}

#[test]
fn a_backup_that_reads_its_relay_first_goes_on_in_the_same_log() {
    let mut world = World::new(6, 2, 1, TEXT);
    world.pass(2_000);
    say(&mut world, ADA, "one");
    world.pass(5_000);
    let backup = world.devices[ADA].store.read();
    say(&mut world, ADA, "two");
    world.pass(5_000);
    close(&mut world, ADA);
    restore(&mut world, ADA, &backup);
    world.open(ADA);
    world.pass(5_000);
    say(&mut world, ADA, "three");
    heal(&mut world);
    assert_eq!(world.devices[ADA].tabs[0].renewed, []);
    check(&mut world, &["one", "two", "three"]);
}

#[test]
fn a_backup_that_forked_its_log_says_again_what_no_longer_counts() {
    let mut world = World::new(7, 2, 1, TEXT);
    world.pass(2_000);
    say(&mut world, ADA, "one");
    world.pass(5_000);
    let backup = world.devices[ADA].store.read();
    say(&mut world, ADA, "two");
    world.pass(5_000);
    close(&mut world, ADA);
    restore(&mut world, ADA, &backup);
    world.open(ADA);
    offline(&mut world, ADA, true);
    say(&mut world, ADA, "three");
    answer(&mut world, ADA, "three", "four");
    offline(&mut world, ADA, false);
    world.pass(100_000);
    assert_eq!(world.devices[ADA].tabs[0].renewed, [(true, 2)]);
    say(&mut world, ADA, "five");
    world.pass(200_000);
    world.devices[ADA].saved.clear();
    // "two" is in the history that forked. By the protocol nothing of a device
    // counts after that, and this copy of it did not write "two".
    check(&mut world, &["one", "three", "four", "five"]);
}

#[test]
fn following_tabs_write_on_with_the_new_key() {
    let (mut world, _) = damaged(8, |first, _| first == 4);
    world.open(ADA);
    world.pass(2_000);
    let tabs: Vec<u64> = world.devices[ADA].tabs.iter().map(|t| t.id).collect();
    for (tab, body) in tabs.iter().zip(["seven", "eight"]) {
        let open = Command::OpenThread {
            on: Subject::Whole,
            body: body.into(),
        };
        world.command(ADA, *tab, &open).unwrap();
        world.write(ADA, *tab, |tab| {
            let documents = tab.peer.replica_mut().projection_mut().documents_mut();
            documents
                .current_mut()
                .unwrap()
                .text
                .edit(0, 0, body)
                .unwrap()
        });
        world.pass(500);
    }
    heal(&mut world);
    let all = ["one", "two", "three", "five", "six", "seven", "eight"];
    check(&mut world, &all);
    assert!(world.devices[BEN].tabs[0].text().starts_with("eightseven"));
}

/// Anything may be damaged at any time, on a bad network.
#[test]
fn everybody_still_ends_up_with_the_same() {
    for_each_seed("renew", 300, |seed| {
        let mut random = Random::new(seed);
        let devices = 2 + random.index(3);
        let mut world = World::new(random.any(), devices, 1, TEXT);
        world.net.faults = bad_network();
        let mut before = Vec::new();
        for _ in 0..3 {
            for _ in 0..10 + random.below(20) {
                step(&mut world);
            }
            let device = random.index(devices);
            offline(&mut world, device, true);
            for _ in 0..random.below(6) {
                act(&mut world, device);
                world.pass(200);
            }
            close(&mut world, device);
            if random.percent(50) {
                world.net.relays[0].wipe();
                world.relay_changed(0);
            }
            before.push((device, world.devices[device].store.read()));
            for _ in 0..1 + random.below(3) {
                world.devices[device].store.damage(random.index(50));
            }
            world.open(device);
            world.pass(random.below(40_000));
        }
        mend(&mut world);
        world.pass(300_000);
        // What was lost to everybody may keep something waiting, but nobody
        // from writing and being read.
        let bodies: Vec<String> = (0..devices).map(|n| format!("I am {n}")).collect();
        for (device, body) in bodies.iter().enumerate() {
            say(&mut world, device, body);
        }
        world.pass(60_000);
        for device in 0..devices {
            let seen = comments(&mut world, device);
            for body in &bodies {
                assert_eq!(seen.get(body), Some(&1), "{body} at device {device}");
            }
        }
        let saved: Vec<_> = world
            .devices
            .iter_mut()
            .map(|d| std::mem::take(&mut d.saved))
            .collect();
        check_alike(&mut world);
        for (device, held) in &before {
            turn_up(&mut world, (device + 1) % devices, held);
        }
        heal(&mut world);
        for (device, saved) in world.devices.iter_mut().zip(saved) {
            device.saved = saved;
        }
        check_alike(&mut world);
    });
}
