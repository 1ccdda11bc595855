//! How long a comment takes from its writer to everybody else in the room,
//! while many others are connected and do nothing.

use std::time::{Duration, Instant};

use tokio::task::spawn_local;

use crate::client::{Client, comment};
use crate::contestants::{Contestant, Kind, Programs, Usage, shares};
use crate::{Failure, room, table};

/// Connections that do nothing, each in a room of its own.
const IDLE: usize = 1_000;
/// Rooms in which people write, and how many there are in each.
const ROOMS: usize = 10;
const PEOPLE: usize = 10;
/// How often each of them writes, and for how long.
const EVERY: Duration = Duration::from_secs(1);
const LASTS: Duration = Duration::from_secs(5);
/// How long after that what was written may arrive.
const LATE: Duration = Duration::from_secs(1);

/// What one server showed in all runs.
#[derive(Default)]
struct Result {
    /// In milliseconds.
    took: Vec<f64>,
    /// How many comments should have arrived, counted for each reader.
    expected: usize,
    shares: (f64, f64),
}

pub(crate) async fn measure(programs: &Programs, runs: usize) -> std::result::Result<(), Failure> {
    let mut results: Vec<Result> = Kind::ALL.into_iter().map(|_| Result::default()).collect();
    for _ in 0..runs {
        for (kind, result) in Kind::ALL.into_iter().zip(&mut results) {
            once(kind, programs, result).await?;
        }
    }
    let rows: Vec<Vec<String>> = Kind::ALL
        .into_iter()
        .zip(&mut results)
        .map(|(kind, result)| {
            result.took.sort_by(f64::total_cmp);
            let at = |part: usize| {
                let index = result.took.len().saturating_sub(1) * part / 100;
                result
                    .took
                    .get(index)
                    .map_or("–".into(), |it| format!("{it:.1} ms"))
            };
            let sent = if kind.is_durable() {
                "synced"
            } else {
                "received"
            };
            vec![
                kind.name().into(),
                sent.into(),
                at(50),
                at(99),
                format!("{} of {}", result.took.len(), result.expected),
                format!("{} %", table::number(result.shares.0)),
                format!("{} %", table::number(result.shares.1)),
            ]
        })
        .collect();
    table::print(
        &format!(
            "From a writer to each reader: {} active connections, {IDLE} idle",
            ROOMS * PEOPLE
        ),
        &[
            "server",
            "passed on once",
            "p50",
            "p99",
            "arrived",
            "server's processor",
            "generator's",
        ],
        &rows,
    );
    Ok(())
}

async fn once(
    kind: Kind,
    programs: &Programs,
    result: &mut Result,
) -> std::result::Result<(), Failure> {
    let server = Contestant::start(kind, programs)?;
    let url = server.url();
    let rooms = (0..IDLE)
        .map(|number| room("idle", 0, number))
        .chain((0..ROOMS * PEOPLE).map(|number| room("busy", 0, number % ROOMS)));
    let connecting: Vec<_> = rooms
        .enumerate()
        .map(|(number, room)| {
            let url = url.clone();
            spawn_local(async move { Client::connect(&url, &room, number as u64).await })
        })
        .collect();
    let mut clients = Vec::new();
    for client in connecting {
        clients.push(client.await??);
    }
    let busy = clients.split_off(IDLE);
    let start = Instant::now();
    let end = start + LASTS + LATE;
    let idle: Vec<_> = clients
        .into_iter()
        .map(|mut client| {
            client.rest();
            spawn_local(async move { client.pass(end).await })
        })
        .collect();
    server.rest().await;
    let (begun, before) = (Instant::now(), (server.usage(), Usage::own()));
    let active: Vec<_> = busy
        .into_iter()
        .enumerate()
        .map(|(by, client)| spawn_local(talk(client, by, start)))
        .collect();
    for client in active {
        let (written, took) = client.await?;
        result.expected += written * (PEOPLE - 1);
        result.took.extend(took);
    }
    result.shares = shares(&server, before, begun);
    for client in idle {
        client.await?;
    }
    Ok(())
}

/// Writes now and then, and notes how old what arrives is. How many it wrote,
/// and the ages in milliseconds.
async fn talk(mut client: Client, by: usize, start: Instant) -> (usize, Vec<f64>) {
    let begin = Instant::now();
    // Everybody at another moment.
    let mut next = begin + EVERY.mul_f64(by as f64 / (ROOMS * PEOPLE) as f64);
    let (mut written, mut took) = (0, Vec::new());
    let last = begin + LASTS;
    loop {
        let until = if next < last { next } else { last + LATE };
        loop {
            let waited = tokio::time::timeout_at(until.into(), client.turn()).await;
            let now = start.elapsed();
            for record in client.arrived.drain(..) {
                let number = |at: usize| {
                    let bytes = record.get(at..at + 8).and_then(|it| it.try_into().ok());
                    bytes.map_or(0, u64::from_le_bytes)
                };
                // One's own come back as well.
                if number(8) != by as u64 {
                    let age = now.saturating_sub(Duration::from_nanos(number(0)));
                    took.push(age.as_secs_f64() * 1_000.0);
                }
            }
            if waited.is_err() {
                break;
            }
        }
        if next >= last {
            return (written, took);
        }
        client.tell(postil_core::relay::In::Publish(comment(
            start.elapsed(),
            by,
            written,
        )));
        written += 1;
        next += EVERY;
    }
}
