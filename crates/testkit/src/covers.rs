//! Stories of relays whose lists are joined, by honest clients and others. They
//! are told with a model of a relay and with the real server.

use std::collections::BTreeSet;

use postil_core::command::{Command, Subject};
use postil_core::relay::Method;
use postil_core::relay::cover::cover;
use postil_core::relay::framing::{Entry, Position, put_record, take_entries, take_number};

use crate::device::SimDevice;
use crate::history::{check_alike, view};
use crate::mailbox::SimMailbox;
use crate::world::World;

/// An hour, in milliseconds.
const AN_HOUR: u64 = 3_600_000;
/// Within this time small records are joined, if somebody is there.
const SOON: u64 = 200_000;

/// What a late joiner of a relay would read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// How many records.
    pub records: usize,
    /// How many bytes, with frames and gaps.
    pub bytes: usize,
}

fn url(world: &World, query: &str) -> String {
    let mailbox = world.room.mailbox();
    format!("https://relay-0.example/m/{mailbox}{query}")
}

/// Reads a relay's list from the beginning: `listed`, or all with `after`.
pub fn read(world: &mut World, what: &str) -> (Reading, Vec<Vec<u8>>, Position) {
    let mut at = Position::default();
    let (mut records, mut bytes) = (Vec::new(), 0);
    loop {
        let url = url(world, &format!("?{what}={}", at.count));
        let (status, body) = world.net.relays[0].answer(Method::Get, &url, &[]);
        assert_eq!(status, 200);
        assert_eq!(body[..16], at.digest, "the digest of what was read");
        let mut rest = &body[16..];
        let head = take_number(&mut rest).expect("how many there are");
        bytes += rest.len();
        for entry in take_entries(rest).expect("a page") {
            match entry {
                Entry::Record(record) => {
                    at.push(&<sha2::Sha256 as sha2::Digest>::digest(record).into());
                    records.push(record.to_vec());
                }
                Entry::Gap(gap) => {
                    at.count += gap.count;
                    at.digest = gap.digest;
                }
            }
        }
        if at.count == head {
            let reading = Reading {
                records: records.len(),
                bytes,
            };
            return (reading, records, at);
        }
    }
}

/// Somebody who knows the mailbox says that these records need not be listed.
///
/// # Panics
/// When the relay does not take that.
pub fn say_covered(world: &mut World, of: impl IntoIterator<Item = u64>) {
    let (_, _, at) = read(world, "listed");
    let mut body = Vec::new();
    put_record(&cover(&at, of), &mut body);
    let url = url(world, "");
    let (status, _) = world.net.relays[0].answer(Method::Post, &url, &body);
    assert_eq!(status, 200);
    world.relay_changed(0);
}

/// One comment after another, each in a record of its own.
///
/// # Panics
/// When the device has no tab.
pub fn write(world: &mut World, device: usize, comments: usize) {
    let tab = world.devices[device].tabs[0].id;
    for n in 0..comments {
        let command = Command::OpenThread {
            on: Subject::Whole,
            body: format!("Comment {n} of device {device}, as people write them: a line or two."),
        };
        world
            .command(device, tab, &command)
            .expect("it is possible");
        world.pass(400);
    }
    world.pass(3_000);
}

/// A device that was never here before, online. Gives its number.
fn join(world: &mut World) -> usize {
    let seed = world.random.any();
    world.devices.push(SimDevice::new(seed));
    let device = world.devices.len() - 1;
    world.open(device);
    world.pass(20_000);
    device
}

/// Everybody closes what they have open.
fn leave(world: &mut World) {
    for device in 0..world.devices.len() {
        leave_alone(world, device);
    }
}

/// One closes what they have open.
fn leave_alone(world: &mut World, device: usize) {
    let tabs = world.devices[device].tabs.iter();
    let tabs: Vec<u64> = tabs.map(|tab| tab.id).collect();
    tabs.into_iter().for_each(|tab| world.crash(device, tab));
}

fn seen(world: &mut World, device: usize) -> (String, String) {
    view(world.devices[device].tabs[0].peer.replica_mut())
}

fn threads(world: &mut World, device: usize) -> usize {
    let peer = &mut world.devices[device].tabs[0].peer;
    peer.replica_mut().discussion().threads.len()
}

/// A world with one device and this relay.
pub fn world(seed: u64, relay: SimMailbox) -> World {
    let mut world = World::new(seed, 1, 1, crate::history::TEXT);
    world.net.relays[0] = relay;
    world.pass(5_000);
    world
}

/// Many comments, joined by whoever comes next; then everybody is away, and a
/// late joiner reads less and sees the same. `between` may restart the relay.
/// Gives what is read without and with joining.
///
/// # Panics
/// When something is lost, or nothing saved.
pub fn small_records_are_joined(
    world: &mut World,
    between: &mut dyn FnMut(),
) -> (Reading, Reading) {
    write(world, 0, 300);
    let (before, ..) = read(world, "listed");
    assert_eq!(before.records, 300);
    leave(world);
    let second = join(world);
    let expected = seen(world, second);
    assert_eq!(threads(world, second), 300);
    let third = join(world);
    world.pass(SOON);
    between();
    let (after, ..) = read(world, "listed");
    assert!(after.records <= 8, "{after:?}");
    assert!(after.bytes * 4 < before.bytes * 3, "{before:?} {after:?}");
    // Whoever was there has taken it for what it is.
    let (all, ..) = read(world, "after");
    assert!(all.records <= 300 + after.records, "nobody did it twice");
    check_alike(world);
    // The second goes on writing, the first comes back to it.
    write(world, second, 3);
    world.open(0);
    world.pass(20_000);
    let expected_later = seen(world, second);
    assert_ne!(expected, expected_later);
    assert_eq!(seen(world, 0), expected_later);
    assert_eq!(seen(world, third), expected_later);
    leave(world);
    between();
    let late = join(world);
    assert_eq!(seen(world, late), expected_later);
    let peer = &world.devices[late].tabs[0].peer;
    assert_eq!(peer.replica().logs().waiting(), 0);
    check_alike(world);
    (before, after)
}

/// A long comment is joined into a record that is the same as before: the relay
/// keeps it once, so that it must not be covered.
///
/// # Panics
/// When it is.
pub fn what_is_the_same_stays_listed(world: &mut World) {
    write(world, 0, 1_100);
    let author = join(world);
    let tab = world.devices[author].tabs[0].id;
    let command = Command::OpenThread {
        on: Subject::Whole,
        body: "A long comment. ".repeat(1_000),
    };
    world
        .command(author, tab, &command)
        .expect("it is possible");
    world.pass(5_000);
    let (before, records, _) = read(world, "listed");
    let long = records.last().expect("a record").clone();
    leave(world);
    join(world);
    world.pass(SOON);
    leave(world);
    let (after, records, _) = read(world, "listed");
    assert!(after.records < 10, "{before:?} {after:?}");
    let sizes: Vec<usize> = records.iter().map(Vec::len).collect();
    assert!(records.contains(&long), "it is one of these: {sizes:?}");
    let late = join(world);
    assert_eq!(threads(world, late), 1_101);
}

/// Somebody covers the last comments falsely while their author is there, who
/// gives them to the relay again. What is said after that does no more harm.
///
/// # Panics
/// When they stay hidden, or it does not come to an end.
pub fn who_is_there_undoes_a_false_cover(world: &mut World) {
    write(world, 0, 12);
    say_covered(world, 8..=12);
    assert_eq!(read(world, "listed").0.records, 8);
    world.pass(SOON);
    let (listed, records, _) = read(world, "listed");
    assert!((9..=13).contains(&listed.records), "in few: {listed:?}");
    for _ in 0..5 {
        say_covered(world, 8..=12);
        world.pass(SOON);
    }
    // Nobody had to give anything again.
    let (_, later, _) = read(world, "listed");
    assert_eq!(later[..records.len()], records);
    assert_eq!(later.len(), records.len() + 5, "and what was said");
    leave(world);
    let late = join(world);
    assert_eq!(threads(world, late), 12);
    check_alike(world);
}

/// Somebody covers comments falsely while nobody is there. Their author finds
/// out on coming back.
///
/// # Panics
/// When they stay hidden.
pub fn who_comes_back_undoes_a_false_cover(world: &mut World) {
    write(world, 0, 12);
    leave(world);
    say_covered(world, 8..=12);
    // One who comes in between sees less, and the rest later.
    let between = join(world);
    assert_eq!(threads(world, between), 7);
    // Who is there for too short a time goes on when there is more.
    world.open(0);
    world.pass(1_000);
    leave_alone(world, 0);
    world.open(0);
    world.pass(SOON);
    assert_eq!(threads(world, between), 12);
    leave(world);
    let late = join(world);
    assert_eq!(threads(world, late), 12);
    check_alike(world);
}

/// Somebody covers comments falsely that others build on, and nobody comes back
/// who has them: a late joiner sees that something is missing and asks for it.
///
/// # Panics
/// When it stays hidden.
pub fn who_misses_something_asks_for_it(world: &mut World) {
    write(world, 0, 12);
    leave(world);
    say_covered(world, 3..=6);
    let late = join(world);
    assert_eq!(threads(world, late), 2);
    world.pass(100_000);
    assert_eq!(threads(world, late), 12);
    // And sees to it that the next need not, a little later.
    world.pass(AN_HOUR / 4);
    leave(world);
    let next = join(world);
    assert_eq!(threads(world, next), 12);
    check_alike(world);
}

/// Somebody covers at random again and again in the middle of everything.
/// Afterwards everybody has everything, and so has a late joiner.
///
/// # Panics
/// When something is lost.
pub fn lies_hide_nothing_for_long(world: &mut World, mut step: impl FnMut(&mut World)) {
    for _ in 0..40 {
        step(world);
        let head = world.net.relays[0].head() as u64;
        if head > 1 && world.random.percent(20) {
            let mut places = BTreeSet::new();
            for _ in 0..1 + world.random.below(6) {
                places.insert(1 + world.random.below(head));
            }
            say_covered(world, places);
        }
    }
    crate::history::mend(world);
    // Nobody reads the list again more than once in ten minutes.
    world.pass(AN_HOUR);
    crate::history::heal(world);
    check_alike(world);
    let expected = seen(world, 0);
    leave(world);
    let late = join(world);
    // Time to miss something, and to ask for it.
    world.pass(60_000);
    assert_eq!(seen(world, late), expected, "what a late joiner sees");
}
