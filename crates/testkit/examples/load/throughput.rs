//! How many comments a second are acknowledged, to writers that wait for each
//! acknowledgement before they write the next one.
//!
//! All of them read along: who writes in a room gets what the others write there,
//! since the servers for documents have no other way.

use std::time::{Duration, Instant};

use tokio::task::spawn_local;

use crate::client::{Client, comment};
use crate::contestants::{Contestant, Kind, Programs, Usage, shares};
use crate::{Failure, median, room, table};

/// Writers, and how many rooms they are spread over.
const LOADS: [(usize, usize); 4] = [(1, 1), (10, 1), (100, 1), (100, 100)];
/// How long they write.
const LASTS: Duration = Duration::from_millis(1_000);

/// What one run showed.
struct Run {
    per_second: f64,
    /// Percent of a processor that the server took, and this process.
    shares: (f64, f64),
}

pub(crate) async fn measure(programs: &Programs, runs: usize) -> Result<(), Failure> {
    let servers: Vec<Contestant> = Kind::ALL
        .into_iter()
        .map(|kind| Contestant::start(kind, programs))
        .collect::<Result<_, _>>()?;
    for (writers, rooms) in LOADS {
        let mut results: Vec<Vec<Run>> = servers.iter().map(|_| Vec::new()).collect();
        for run in 0..runs {
            for (server, results) in servers.iter().zip(&mut results) {
                results.push(once(server, writers, rooms, run).await?);
                server.rest().await;
            }
        }
        report(writers, rooms, &servers, &results);
    }
    Ok(())
}

async fn once(
    server: &Contestant,
    writers: usize,
    rooms: usize,
    run: usize,
) -> Result<Run, Failure> {
    let name = format!("t{writers}-{rooms}");
    let url = server.url();
    let connecting = (0..writers).map(|number| {
        let (url, room) = (url.clone(), room(&name, run, number % rooms));
        spawn_local(async move { Client::connect(&url, &room, number as u64).await })
    });
    let connecting: Vec<_> = connecting.collect();
    let mut clients = Vec::new();
    for client in connecting {
        clients.push(client.await??);
    }
    let (start, before) = (Instant::now(), (server.usage(), Usage::own()));
    let end = start + LASTS;
    let writing: Vec<_> = clients
        .into_iter()
        .enumerate()
        .map(|(by, client)| spawn_local(write(client, by, end)))
        .collect();
    let mut written = 0;
    let mut clients = Vec::new();
    for writer in writing {
        let (client, count) = writer.await??;
        written += count;
        clients.push(client);
    }
    Ok(Run {
        per_second: written as f64 / LASTS.as_secs_f64(),
        shares: shares(server, before, start),
    })
}

/// Writes until the time has come. How many were acknowledged until then.
async fn write(mut client: Client, by: usize, end: Instant) -> Result<(Client, usize), Failure> {
    let start = Instant::now();
    let mut count = 0;
    loop {
        client.publish(comment(start.elapsed(), by, count)).await?;
        client.arrived.clear();
        if Instant::now() >= end {
            return Ok((client, count));
        }
        count += 1;
    }
}

fn report(writers: usize, rooms: usize, servers: &[Contestant], results: &[Vec<Run>]) {
    let of = |results: &[Run], what: fn(&Run) -> f64| median(results.iter().map(what).collect());
    let per_second = |results: &[Run]| of(results, |it| it.per_second);
    let first = results.first().map_or(f64::NAN, |it| per_second(it));
    let rows: Vec<Vec<String>> = servers
        .iter()
        .zip(results)
        .map(|(server, results)| {
            let durable = if server.kind.is_durable() {
                "synced to disk"
            } else {
                "in memory"
            };
            vec![
                server.kind.name().into(),
                durable.into(),
                table::number(per_second(results)),
                table::ratio(first, per_second(results)),
                format!("{} %", table::number(of(results, |it| it.shares.0))),
                format!("{} %", table::number(of(results, |it| it.shares.1))),
            ]
        })
        .collect();
    table::print(
        &format!("{writers} writers, {rooms} rooms"),
        &[
            "server",
            "acknowledged means",
            "a second",
            "Postil is",
            "server's processor",
            "generator's",
        ],
        &rows,
    );
}
