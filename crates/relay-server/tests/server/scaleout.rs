//! Several relay servers over a cluster of NATS servers, while any of them is
//! killed: nothing acknowledged is lost, nothing is there twice, and everybody
//! goes on without being told to.

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use postil_core::relay::{In, Opening, RecordId, open};
use postil_testkit::driver::{Driver, Seen};
use postil_testkit::random::Random;

use crate::cluster::{Cluster, Front};
use crate::support::{Program, contents, is_soak};

/// How much happens.
#[derive(Clone, Copy)]
struct Plan {
    relays: usize,
    clients: usize,
    rooms: usize,
    /// How long clients write, and things are killed.
    lasts: Duration,
    /// The longest pause of a client between two records, in milliseconds.
    pause: u64,
    /// The longest pause between two kills of relay servers, in milliseconds.
    kill: u64,
    /// How often a NATS server is killed, and how long it stays away.
    node: (Duration, Duration),
}

/// What one client went through.
struct Story {
    room: usize,
    acked: Vec<Vec<u8>>,
    /// How long each of them took.
    took: Vec<Duration>,
    seen: Seen,
}

/// What clients and those who judge them tell each other.
#[derive(Default)]
struct Stage {
    /// Whether to write no more.
    stop: AtomicBool,
    /// How many clients do so.
    stopped: AtomicUsize,
    /// How many records each room holds in the end.
    goals: OnceLock<Vec<usize>>,
}

fn mailbox(room: usize) -> String {
    format!("room-{room:022}")
}

fn client(front: &Front, number: usize, plan: Plan, stage: &Stage) -> Story {
    let room = number % plan.rooms;
    let machine = open(Opening {
        url: &format!("http://{}/", front.address),
        mailbox: &mailbox(room),
        cursor: None,
        seed: number as u64,
    });
    let mut driver = Driver::new(machine.unwrap());
    driver.tell(In::Online);
    let mut random = Random::new(number as u64);
    let (mut acked, mut took) = (Vec::new(), Vec::new());
    while !stage.stop.load(Ordering::Relaxed) {
        let rest = Instant::now() + Duration::from_millis(random.below(plan.pause));
        driver.pass(rest, |_| false);
        let record = format!("client {number}, record {}", acked.len());
        let record = record.repeat(1 + random.index(20)).into_bytes();
        let id = RecordId::of(&record);
        let begun = Instant::now();
        driver.tell(In::Publish(record.clone()));
        driver.until("an acknowledgement", |seen| seen.acked.contains(&id));
        took.push(begun.elapsed());
        acked.push(record);
    }
    stage.stopped.fetch_add(1, Ordering::SeqCst);
    let goals = loop {
        match stage.goals.get() {
            Some(goals) => break goals,
            None => driver.pass(Instant::now() + Duration::from_millis(100), |_| false),
        };
    };
    driver.until("what the others wrote", |seen| {
        seen.records.len() >= goals[room]
    });
    Story {
        room,
        acked,
        took,
        seen: driver.seen,
    }
}

/// Kills relay servers, and now and then a NATS server.
fn kill(cluster: &mut Cluster, relays: &mut [Program], front: &Front, plan: Plan) -> String {
    let mut random = Random::new(7);
    let (start, mut killed, mut nodes) = (Instant::now(), 0, 0);
    let (every, away) = plan.node;
    let mut next_node = every;
    let mut back: Option<(Duration, usize)> = None;
    while start.elapsed() < plan.lasts {
        std::thread::sleep(Duration::from_millis(200 + random.below(plan.kill)));
        let place = random.index(relays.len());
        relays[place].kill();
        killed += 1;
        if let Some((_, node)) = back.take_if(|(at, _)| *at <= start.elapsed()) {
            cluster.restart(node);
        }
        if back.is_none() && start.elapsed() >= next_node {
            let node = random.index(3);
            cluster.kill(node);
            nodes += 1;
            back = Some((start.elapsed() + away, node));
            next_node = start.elapsed() + every;
        }
        relays[place] = cluster.relay();
        front.replace(place, relays[place].address);
    }
    format!("{killed} relay servers and {nodes} NATS servers killed")
}

fn run(plan: Plan) -> Duration {
    let mut cluster = Cluster::start();
    let mut relays: Vec<Program> = (0..plan.relays).map(|_| cluster.relay()).collect();
    let front = Front::new(relays.iter().map(|it| it.address).collect());
    let stage = Stage::default();
    let (stories, held, killed) = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..plan.clients)
            .map(|number| {
                let (front, stage) = (&front, &stage);
                scope.spawn(move || client(front, number, plan, stage))
            })
            .collect();
        let killed = kill(&mut cluster, &mut relays, &front, plan);
        stage.stop.store(true, Ordering::SeqCst);
        while stage.stopped.load(Ordering::SeqCst) < plan.clients {
            // One that ended so early has failed, which joining it tells.
            if clients.iter().any(|it| it.is_finished()) {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let fresh = cluster.relay();
        let held: Vec<_> = (0..plan.rooms)
            .map(|room| contents(fresh.address, &mailbox(room)))
            .collect();
        let _ = stage.goals.set(held.iter().map(Vec::len).collect());
        let stories: Vec<Story> = clients.into_iter().map(|it| it.join().unwrap()).collect();
        (stories, held, killed)
    });
    let mut took = Vec::new();
    for story in stories {
        let room = &held[story.room];
        let unique: BTreeSet<&Vec<u8>> = room.iter().collect();
        assert_eq!(room.len(), unique.len(), "a record is there twice");
        let lost = story.acked.iter().filter(|it| !unique.contains(it)).count();
        assert_eq!(lost, 0, "{lost} acknowledged records are lost");
        // In the same order as everybody, each once.
        assert!(story.seen.records == *room, "a client saw something else");
        assert_eq!(story.seen.started_over, 0, "the relay seemed to be another");
        took.extend(story.took);
    }
    took.sort_unstable();
    let at = |part: usize| took.get((took.len() - 1) * part / 1_000).copied().unwrap();
    println!(
        "{killed}; {} records acknowledged, half of them within {:?}, 99 % within {:?}, all within {:?}",
        took.len(),
        at(500),
        at(990),
        at(1_000),
    );
    assert!(took.len() >= plan.clients);
    at(1_000)
}

#[test]
fn kills_lose_nothing() {
    let slowest = run(if is_soak() { long() } else { short() });
    assert!(slowest < Duration::from_secs(20), "{slowest:?}");
}

fn short() -> Plan {
    Plan {
        relays: 3,
        clients: 24,
        rooms: 6,
        lasts: Duration::from_secs(10),
        pause: 1_000,
        kill: 1_500,
        node: (Duration::from_secs(3), Duration::from_secs(4)),
    }
}

fn long() -> Plan {
    Plan {
        relays: 3,
        clients: 200,
        rooms: 50,
        lasts: Duration::from_secs(120),
        pause: 6_000,
        kill: 6_000,
        node: (Duration::from_secs(25), Duration::from_secs(12)),
    }
}
