//! Random histories with attackers among the members: what honest people said
//! stays as they said it, and everybody still sees the same.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use std::collections::BTreeSet;
use std::sync::Mutex;

use postil_core::discussion::{CommentState, Discussion};
use postil_core::event::payload::{Payload, Target};
use postil_core::event::{comment, redact, revise, thread};
use postil_core::id::{DeviceId, EventId};
use postil_core::log::Logs;
use postil_core::wire::record::MAX_RECORD;
use postil_testkit::history::{TEXT, bad_network, check_alike, check_any_order, heal, step};
use postil_testkit::hostile::Hostile;
use postil_testkit::random::Random;
use postil_testkit::seeds::for_each_seed;
use postil_testkit::world::World;

/// Attackers, and everything they sent.
struct Attack {
    attackers: Vec<Hostile>,
    sent: Vec<Vec<u8>>,
}

impl Attack {
    fn strike(&mut self, world: &mut World) {
        let target = some_event(world);
        let relay = world.random.index(world.net.relays.len());
        let theirs = world
            .random
            .choose(world.net.relays[relay].records())
            .cloned();
        let attacker = world.random.index(self.attackers.len());
        let attacker = &mut self.attackers[attacker];
        for record in attacker.attack(&mut world.random, target, theirs.as_deref()) {
            if record.len() <= MAX_RECORD && world.random.percent(70) {
                world.net.relays[relay].append(record.clone());
                world.relay_changed(relay);
            } else {
                let device = world.random.index(world.devices.len());
                let tab = world
                    .random
                    .choose(&world.devices[device].tabs)
                    .map(|tab| tab.id);
                if let Some(tab) = tab {
                    world.hand_over(device, tab, &record);
                }
            }
            self.sent.push(record);
        }
    }

    /// Everything that was sent is to be had in the end.
    fn publish(&self, world: &mut World) {
        for record in self.sent.iter().filter(|record| record.len() <= MAX_RECORD) {
            world.net.relays[0].append(record.clone());
        }
        world.relay_changed(0);
    }
}

/// An honest event that somebody holds, and its Lamport time.
fn some_event(world: &mut World) -> Option<(EventId, u64)> {
    let honest: Vec<DeviceId> = world.devices.iter().map(|device| device.id()).collect();
    let device = *world.random.choose(&honest)?;
    let holder = world.random.index(world.devices.len());
    let tab = world.devices[holder].tabs.first()?;
    let log = tab.peer.replica().logs().log(&device)?;
    let seq = 1 + world.random.below(u64::from(log.applied())) as u32;
    Some((EventId { device, seq }, log.entry(seq)?.header.lamport))
}

/// Where an event that a payload names is now, if it counts.
fn target(payload: &Payload<'_>, key: u64, issuer: &DeviceId, logs: &Logs) -> Option<EventId> {
    let target = payload.event(key, issuer).ok()?.resolve(logs)?;
    logs.counts(&target).then_some(target)
}

/// What an honest device said is there, word by word.
fn check_words(device: &DeviceId, logs: &Logs, discussion: &Discussion) {
    let shown = |id: &EventId| {
        let comments = discussion
            .threads
            .iter()
            .flat_map(|thread| &thread.comments);
        comments.clone().find(|comment| comment.id == *id)
    };
    let log = logs.log(device).unwrap();
    for seq in 1..=log.head() {
        let id = EventId {
            device: *device,
            seq,
        };
        let entry = log.entry(seq).unwrap();
        let payload = Payload::parse(&entry.payload).unwrap();
        let body = match entry.header.kind {
            kind if kind == thread::KIND.code => payload.text(1, usize::MAX, "").unwrap(),
            // Under a thread that does not count there is no place.
            kind if kind == comment::KIND.code => match target(&payload, 0, device, logs) {
                Some(_) => payload.text(2, usize::MAX, "").unwrap(),
                None => continue,
            },
            _ => continue,
        };
        let mut body = Some(body);
        for later in seq + 1..=log.head() {
            let entry = log.entry(later).unwrap();
            let payload = Payload::parse(&entry.payload).unwrap();
            let about = |key| payload.event(key, device) == Ok(Target::Own(id));
            match entry.header.kind {
                kind if kind == revise::KIND.code && about(0) => {
                    body = body.and(payload.text(1, usize::MAX, "").ok());
                }
                kind if kind == redact::KIND.code && about(0) => body = None,
                _ => {}
            }
        }
        match (body, shown(&id)) {
            (Some(body), Some(comment)) => {
                assert_eq!(
                    (&*comment.body, comment.author),
                    (body, (*device).into()),
                    "{id:?}"
                );
            }
            (Some(_), None) => panic!("{id:?} is not shown"),
            (None, Some(comment)) => assert_eq!(comment.state, CommentState::Deleted, "{id:?}"),
            (None, None) => {}
        }
    }
}

#[test]
fn honest_words_stay() {
    let reasons: Mutex<BTreeSet<String>> = Mutex::default();
    for_each_seed("hostile", 500, |seed| {
        let mut random = Random::new(seed);
        let devices = 2 + random.index(4);
        let mut world = World::new(random.any(), devices, 1 + random.index(2), TEXT);
        world.net.faults = bad_network();
        let attackers = 1 + random.below(2);
        let mut attack = Attack {
            attackers: (0..attackers)
                .map(|n| Hostile::new(seed ^ (n + 1) << 40, world.room))
                .collect(),
            sent: Vec::new(),
        };
        for _ in 0..20 + random.below(40) {
            step(&mut world);
            if world.random.percent(50) {
                attack.strike(&mut world);
            }
        }
        attack.publish(&mut world);
        heal(&mut world);
        check_alike(&mut world);
        check_any_order(&mut world);
        let honest: Vec<DeviceId> = world.devices.iter().map(|device| device.id()).collect();
        for tab in world.devices.iter_mut().flat_map(|device| &mut device.tabs) {
            let discussion = tab.peer.replica_mut().discussion();
            let logs = tab.peer.replica().logs();
            for device in honest.iter().filter(|device| logs.log(device).is_some()) {
                check_words(device, logs, &discussion);
            }
            for attacker in &attack.attackers {
                let (id, log) = (attacker.id(), logs.log(&attacker.id()));
                let (Some(from), Some(log)) = (attacker.forked_from, log) else {
                    continue;
                };
                if log.head() >= from {
                    assert!(log.end() <= from, "a fork was not noticed");
                }
                let all = discussion
                    .threads
                    .iter()
                    .flat_map(|thread| &thread.comments);
                let excluded = |comment: &EventId| comment.device == id && comment.seq >= from;
                assert!(!all.clone().any(|comment| excluded(&comment.id)));
            }
            let mut reasons = reasons.lock().unwrap();
            reasons.extend(tab.aside.iter().map(|aside| aside.reason.clone()));
        }
    });
    let reasons = reasons.into_inner().unwrap();
    for expected in [
        "two different histories",
        "false place in time",
        "the signature does not fit",
        "larger than allowed",
        "the event's contents are damaged",
        "the text change was refused",
        "longer than allowed",
        "the data ends in the middle of a value",
        "a newer version of Postil",
        "from before what it continues",
    ] {
        let found = reasons.iter().any(|reason| reason.contains(expected));
        assert!(
            found || std::env::var("POSTIL_SEED").is_ok(),
            "nobody said: {expected}"
        );
    }
}
