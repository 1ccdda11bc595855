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
    /// How often a NATS server is killed at most, and how long it stays away.
    node: (Duration, Duration),
    /// The longest that an acknowledgement may take, whatever is killed.
    slowest: Duration,
}

/// What is killed, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Victim {
    Relay,
    /// A NATS server that does not lead the stream.
    Follower,
    /// The one that does.
    Leader,
}

impl Victim {
    /// For how long after it what is slow may be so because of it.
    fn shadow(self) -> Duration {
        match self {
            Victim::Relay | Victim::Follower => Duration::from_secs(3),
            // Longer than the others take to choose another one.
            Victim::Leader => Duration::from_secs(10),
        }
    }
}

/// What one client went through.
struct Story {
    room: usize,
    acked: Vec<Vec<u8>>,
    /// When each of them was written, and how long it took.
    took: Vec<(Instant, Duration)>,
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
        took.push((begun, begun.elapsed()));
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

/// Kills relay servers, and now and then a NATS server. Says when and which.
fn kill(
    cluster: &mut Cluster,
    relays: &mut [Program],
    front: &Front,
    plan: Plan,
) -> Vec<(Instant, Victim)> {
    let mut random = Random::new(7);
    let mut killed = Vec::new();
    let start = Instant::now();
    let (every, away) = plan.node;
    let mut next_node = every;
    let mut back: Option<(Duration, usize)> = None;
    while start.elapsed() < plan.lasts {
        std::thread::sleep(Duration::from_millis(200 + random.below(plan.kill)));
        let place = random.index(relays.len());
        relays[place].kill();
        killed.push((Instant::now(), Victim::Relay));
        if let Some((_, node)) = back.take_if(|(at, _)| *at <= start.elapsed()) {
            cluster.restart(node);
        }
        // One at a time, since two of three are needed.
        if back.is_none() && start.elapsed() >= next_node && cluster.is_whole() {
            let leader = cluster.leader();
            let any = random.index(3);
            // The leader more often than not.
            let node = leader.filter(|_| random.percent(50)).unwrap_or(any);
            cluster.kill(node);
            let victim = match leader == Some(node) {
                true => Victim::Leader,
                false => Victim::Follower,
            };
            killed.push((Instant::now(), victim));
            back = Some((start.elapsed() + away, node));
            next_node = start.elapsed() + every;
        }
        relays[place] = cluster.relay();
        front.replace(place, relays[place].address);
    }
    killed
}

/// How long records took in the shadow of each kind of kill, the worst of those
/// whose shadow they are in.
fn report(killed: &[(Instant, Victim)], took: &[(Instant, Duration)]) {
    let over = |(begun, took): &(Instant, Duration)| {
        let (begun, end) = (*begun, *begun + *took);
        let hit = killed
            .iter()
            .filter(|(at, victim)| *at <= end && *at + victim.shadow() >= begun);
        hit.map(|(_, victim)| *victim).max()
    };
    let all = [Victim::Relay, Victim::Follower, Victim::Leader];
    for of in [None].into_iter().chain(all.map(Some)) {
        let mut some: Vec<Duration> = took
            .iter()
            .filter(|it| over(it) == of)
            .map(|it| it.1)
            .collect();
        some.sort_unstable();
        let at = |part: usize| {
            some.get(some.len().saturating_sub(1) * part / 1_000)
                .copied()
        };
        let kills = killed.iter().filter(|it| Some(it.1) == of).count();
        println!(
            "{of:?} killed {kills} times: {} records acknowledged, half of them within {:?}, 99 % within {:?}, all within {:?}",
            some.len(),
            at(500).unwrap_or_default(),
            at(990).unwrap_or_default(),
            at(1_000).unwrap_or_default(),
        );
    }
    // The worst record of each kill of a leader.
    let leaders = killed.iter().filter(|it| it.1 == Victim::Leader);
    let mut worst: Vec<Duration> = leaders
        .map(|(at, victim)| {
            let hit = took
                .iter()
                .filter(|(begun, took)| *at <= *begun + *took && *at + victim.shadow() >= *begun);
            hit.map(|it| it.1).max().unwrap_or_default()
        })
        .collect();
    worst.sort_unstable();
    println!("the longest of each kill of the leader: {worst:?}");
}

fn run(plan: Plan) {
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
        // Read by a relay server that was not there.
        cluster.settle();
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
    assert!(took.len() >= plan.clients);
    report(&killed, &took);
    let slowest = took.iter().map(|it| it.1).max().unwrap();
    assert!(
        slowest < plan.slowest,
        "an acknowledgement took {slowest:?}"
    );
}

#[test]
fn kills_lose_nothing() {
    run(if is_soak() { long() } else { short() });
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
        // A machine that runs other tests may be slow.
        slowest: Duration::from_secs(20),
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
        node: (Duration::from_secs(12), Duration::from_secs(5)),
        // What `docs/relay-server.md` promises.
        slowest: Duration::from_secs(5),
    }
}
