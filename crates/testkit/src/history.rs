//! What people do in a room, drawn by lot, and what must hold afterwards.

mod outcome;

use std::collections::BTreeMap;

use postil_core::command::Command;
use postil_core::discussion::{CommentState, Discussion, Placement};
use postil_core::id::EventId;
use postil_core::json::threads_json;
use postil_core::relay::In;
use postil_core::replica::Replica;

use crate::net::{Faults, Line};
use crate::world::World;
pub use outcome::{check, check_alike, check_any_order};

/// The text that every document starts from.
pub const TEXT: &str = "# Working apart\n\nPeople answer when they can. 😀 Nobody waits, \
    and nothing is lost: what was said stays where it was said.\n";
const WORDS: &[&str] = &[
    "yes", "no", "why?", "é", "😀", "later ", "**now**", "\n", "א", "`x`",
];
const EMOJI: &[&str] = &["👍", "🎉", "😀"];

/// What everybody must see alike: the threads as JSON, and the text.
pub fn view(replica: &mut Replica) -> (String, String) {
    let discussion = replica.discussion();
    let text = replica.projection().documents().current();
    let text = text.map_or(String::new(), |document| document.text.text());
    let placements = placements(replica, &discussion, &text);
    (threads_json(&discussion, &placements), text)
}

fn placements(replica: &Replica, discussion: &Discussion, text: &str) -> Vec<Placement> {
    let place = |thread: &EventId| {
        let anchor = replica.projection().anchor(thread);
        let document = replica.projection().documents().current();
        match (anchor, document) {
            (None, _) => Placement::Whole,
            (Some(anchor), Some(document)) => {
                let place = anchor.resolve(&document.text, text);
                match replica.projection().suggestion(thread) {
                    None => place,
                    Some(other) => place.or_suggested(other.resolve(&document.text, text)),
                }
            }
            (Some(_), None) => Placement::Waiting,
        }
    };
    discussion
        .threads
        .iter()
        .map(|thread| place(&thread.id))
        .collect()
}

/// The network of the plan: two of five requests get lost, and as many
/// answers.
pub fn bad_network() -> Faults {
    Faults {
        loss: 40,
        duplicates: 20,
        errors: 5,
        lies: 3,
        delay: 4_000,
    }
}

/// Something happens: a person does something, a tab opens or crashes, a way
/// is cut, a relay forgets.
pub fn step(world: &mut World) {
    let device = world.random.index(world.devices.len());
    let relays = world.net.urls().len();
    match world.random.below(100) {
        0..65 => act(world, device),
        65..72 => {
            let record = some_record(world);
            let tab = some_tab(world, device);
            if let (Some(record), Some(tab)) = (record, tab) {
                world.hand_over(device, tab, &record);
            }
        }
        72..80 => {
            let parted = world.random.percent(50);
            let relay = world.random.index(relays);
            world.net.part(device, relay, parted);
        }
        80..86 => {
            if let Some(tab) = some_tab(world, device) {
                world.crash(device, tab);
            }
        }
        86..93 => {
            if world.devices[device].tabs.len() < 3 {
                world.open(device);
            }
        }
        93..95 => {
            let relay = world.random.index(relays);
            forget(world, relay);
        }
        95 => {
            if let Some(tab) = world.devices[device].leader {
                let relay = world.random.index(relays);
                match world.random.percent(50) {
                    true => world.leave(Line { device, tab, relay }),
                    false => world.join(device, tab),
                }
            }
        }
        96 => {
            world.store_faults = world.random.below(3) * 20;
        }
        97 => {
            if let Some(tab) = some_tab(world, device) {
                let to = world.random.percent(50);
                match world.random.percent(50) {
                    true => world.show(device, tab, to),
                    false => world.save_data(device, tab, to),
                }
            }
        }
        _ => {
            if let Some(tab) = some_tab(world, device) {
                let input =
                    [In::Online, In::GoOffline, In::RetryNow][world.random.index(3)].clone();
                let relay = world.random.index(relays);
                world.tell_relay(Line { device, tab, relay }, input);
            }
        }
    }
    let pause = [0, 10, 100, 1_000, 20_000][world.random.index(5)];
    let pause = world.random.below(pause + 1);
    world.pass(pause);
}

fn some_tab(world: &mut World, device: usize) -> Option<u64> {
    let tabs = &world.devices[device].tabs;
    world.random.choose(tabs).map(|tab| tab.id)
}

/// A record that some relay holds, to be handed over again out of order.
fn some_record(world: &mut World) -> Option<Vec<u8>> {
    let relay = world.random.index(world.net.relays.len());
    world
        .random
        .choose(world.net.relays[relay].records())
        .cloned()
}

fn forget(world: &mut World, relay: usize) {
    if let Some(document) = relay.checked_sub(world.net.relays.len()) {
        let head = world.net.documents[document].head();
        let keep = world.random.index(head + 1);
        return world.document_forgets(relay, keep);
    }
    let head = world.net.relays[relay].head();
    let keep = world.random.index(head + 1);
    let mut random = world.random.clone();
    match world.random.below(3) {
        0 => world.net.relays[relay].wipe(),
        1 => world.net.relays[relay].restore(keep),
        _ => world.net.relays[relay].reorder(|records| random.shuffle(records)),
    }
    world.relay_changed(relay);
}

/// A person does something in one of a device's tabs.
pub fn act(world: &mut World, device: usize) {
    let Some(tab) = some_tab(world, device) else {
        return;
    };
    if world.random.percent(40) {
        return type_somewhere(world, device, tab);
    }
    if let Some(command) = some_command(world, device, tab) {
        // What is not possible as things stand is refused with words.
        let _ = world.command(device, tab, &command);
    }
}

fn words(world: &mut World) -> String {
    let count = 1 + world.random.below(4);
    (0..count)
        .filter_map(|_| world.random.choose(WORDS).copied())
        .collect()
}

fn type_somewhere(world: &mut World, device: usize, tab: u64) {
    let (at, len, undo) = (
        world.random.any(),
        world.random.below(12),
        world.random.below(10),
    );
    let insert = if world.random.percent(70) {
        words(world)
    } else {
        String::new()
    };
    let now = world.now();
    world.write(device, tab, |tab| {
        let documents = tab.peer.replica_mut().projection_mut().documents_mut();
        let Some(document) = documents.current_mut() else {
            return Vec::new();
        };
        let text = &mut document.text;
        let edits = match undo {
            0 => tab.history.undo(text),
            1 => tab.history.redo(text),
            _ => {
                let at = (at % (u64::from(text.len()) + 1)) as u32;
                let delete = (len as u32).min(text.len() - at);
                tab.history.edit(text, at, delete, &insert, now)
            }
        };
        edits.unwrap_or_default()
    });
}

fn some_command(world: &mut World, device: usize, tab: u64) -> Option<Command> {
    let own = world.devices[device].tab(tab)?;
    let discussion = own.peer.replica_mut().discussion();
    let replica = own.peer.replica();
    let me = replica.projection().author(&own.peer.device());
    let len = replica.projection().documents().current()?.text.len();
    let body = words(world);
    let thread = world.random.choose(&discussion.threads).cloned();
    let comment = thread
        .as_ref()
        .and_then(|t| world.random.choose(&t.comments).cloned());
    let mine = discussion
        .threads
        .iter()
        .flat_map(|thread| &thread.comments);
    let mine: Vec<_> = mine
        .filter(|c| c.author == me && c.state == CommentState::Present)
        .collect();
    let own_comment = world.random.choose(&mine).map(|comment| comment.id);
    Some(match world.random.below(20) {
        0..4 => {
            let start = world.random.below(u64::from(len) + 1) as u32;
            let end = (start + world.random.below(20) as u32).min(len);
            let range = world.random.percent(85).then_some((start, end));
            let on = range.into();
            match world.random.below(5) {
                0 => Command::Relink {
                    thread: thread?.id,
                    on,
                },
                _ => Command::OpenThread { on, body },
            }
        }
        4..10 => Command::Reply {
            thread: thread?.id,
            parent: comment?.id,
            body,
        },
        10..12 => Command::Revise {
            comment: own_comment?,
            body,
        },
        12 => Command::Redact {
            comment: own_comment?,
        },
        13..15 => Command::React {
            comment: comment?.id,
            emoji: (*world.random.choose(EMOJI)?).into(),
            on: world.random.percent(70),
        },
        15..17 => {
            let reason = world.random.percent(30).then_some(body);
            Command::Resolve {
                thread: thread?.id,
                reason,
            }
        }
        17 => Command::Reopen {
            thread: thread?.id,
            reason: None,
        },
        _ => Command::SetName(body),
    })
}

/// Mends everything and lets time pass until nothing is left to do.
///
/// # Panics
/// When it does not come to an end.
pub fn heal(world: &mut World) {
    mend(world);
    // A lie is found out by the next read, which is a poll if nothing wakes.
    for _ in 0..40 {
        world.pass(15_000);
        if is_quiet(world) {
            // A request that hangs from before is given up after a minute.
            world.pass(80_000);
            return;
        }
    }
    panic!("it never becomes quiet: {}", unrest(world));
}

/// Mends every way, every relay and every store, and opens a tab where there
/// is none.
pub fn mend(world: &mut World) {
    world.net.faults = Faults {
        delay: 50,
        ..Faults::default()
    };
    world.store_faults = 0;
    for device in 0..world.devices.len() {
        for relay in 0..world.net.urls().len() {
            world.net.part(device, relay, false);
        }
        if world.devices[device].tabs.is_empty() {
            world.open(device);
        }
    }
    world.pass(1_000);
    for device in 0..world.devices.len() {
        if let Some(leader) = world.devices[device].leader {
            world.join(device, leader);
        }
        let tabs: Vec<u64> = world.devices[device]
            .tabs
            .iter()
            .map(|tab| tab.id)
            .collect();
        let relays = world.net.urls().len();
        for (tab, relay) in tabs
            .iter()
            .flat_map(|tab| (0..relays).map(move |r| (*tab, r)))
        {
            world.tell_relay(Line { device, tab, relay }, In::RetryNow);
        }
        for tab in tabs {
            world.show(device, tab, true);
            world.save_data(device, tab, false);
        }
    }
}

fn is_quiet(world: &World) -> bool {
    unrest(world).is_empty()
}

/// What is still to be done, in words.
fn unrest(world: &World) -> String {
    let mut unrest = Vec::new();
    let mut all: BTreeMap<_, u32> = BTreeMap::new();
    let tabs = world.devices.iter().flat_map(|device| &device.tabs);
    for log in tabs
        .clone()
        .flat_map(|tab| tab.peer.replica().logs().iter())
    {
        let head = all.entry(log.device).or_default();
        *head = (*head).max(log.head());
    }
    // What an attacker says may wait for ever.
    all.retain(|device, _| {
        let mut own = world.devices.iter().flat_map(|own| own.ids());
        own.any(|own| own == *device)
    });
    for tab in tabs {
        let logs = tab.peer.replica().logs();
        for (device, head) in &all {
            let (have, applied) = logs
                .log(device)
                .map_or((0, 0), |log| (log.head(), log.applied()));
            if have < *head || applied < *head {
                unrest.push(format!(
                    "tab {} has {have} of {head} of {device:?} and applied {applied}",
                    tab.id
                ));
            }
        }
        if tab.peer.waiting() > 0 {
            unrest.push(format!(
                "tab {} (which leads: {}) has {} events in its outbox",
                tab.id,
                tab.peer.leads(),
                tab.peer.waiting()
            ));
        }
        if tab.peer.replica().is_unsorted() {
            unrest.push(format!("tab {} has not sorted its text", tab.id));
        }
        if !tab.peer.is_settled() {
            unrest.push(format!("tab {} has changes that were not kept", tab.id));
        }
    }
    unrest.join("\n")
}
