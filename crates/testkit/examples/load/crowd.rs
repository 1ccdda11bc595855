//! Many rooms with a few comments each: what they cost in memory while somebody
//! is there and does nothing, and when nobody is, and how long a server that has
//! them on disk takes from its start to its first answer.

use std::time::{Duration, Instant};

use postil_core::relay::In;
use tokio::task::spawn_local;

use crate::client::{Client, comment};
use crate::contestants::{Contestant, Kind, Programs};
use crate::{Failure, median, room, table};

/// Comments in each room.
const COMMENTS: usize = 10;
/// How many rooms are filled at a time.
const AT_ONCE: usize = 200;
/// How often it is started again.
const STARTS: usize = 3;

pub(crate) async fn measure(programs: &Programs, rooms: usize) -> Result<(), Failure> {
    let mut rows = Vec::new();
    let mut first = None;
    for kind in [Kind::Postil, Kind::YMemory, Kind::YLevel, Kind::Hocuspocus] {
        let found = one(kind, programs, rooms).await?;
        let first = *first.get_or_insert(found);
        rows.push(vec![
            kind.name().into(),
            table::number(found.connected),
            table::ratio(first.connected, found.connected),
            table::number(found.left),
            format!("{} ms", table::number(found.start)),
            table::ratio(first.start, found.start),
        ]);
    }
    table::print(
        &format!(
            "{} rooms with {COMMENTS} comments each",
            table::number(rooms as f64)
        ),
        &[
            "server",
            "bytes a room, one idle connection in each",
            "Postil is",
            "bytes a room, everybody gone",
            "start to first answer",
            "Postil is",
        ],
        &rows,
    );
    Ok(())
}

/// What one server showed.
#[derive(Clone, Copy)]
struct Found {
    /// Bytes.
    connected: f64,
    left: f64,
    /// In milliseconds; nothing if it has nothing when it starts.
    start: f64,
}

async fn one(kind: Kind, programs: &Programs, rooms: usize) -> Result<Found, Failure> {
    let mut server = Contestant::start(kind, programs)?;
    // So that what everybody needs once is there before.
    drop(fill(&server.url(), "before", 0).await?);
    let empty = server.at_rest().await.memory;
    let mut clients = Vec::new();
    for some in (0..rooms).collect::<Vec<_>>().chunks(AT_ONCE) {
        let filling: Vec<_> = some
            .iter()
            .map(|number| {
                let (url, number) = (server.url(), *number);
                spawn_local(async move { fill(&url, "crowd", number).await })
            })
            .collect();
        for client in filling {
            let mut client = client.await??;
            clients.push(spawn_local(async move {
                loop {
                    client.turn().await;
                }
            }));
        }
    }
    let per_room = |usage: u64| usage.saturating_sub(empty) as f64 / rooms as f64;
    let connected = per_room(server.at_rest().await.memory);
    for client in &clients {
        client.abort();
    }
    for client in clients {
        // It was aborted.
        let _ = client.await;
    }
    let left = per_room(server.at_rest().await.memory);
    let start = match kind.can_restart() {
        true => starts(&mut server, rooms).await?,
        false => f64::NAN,
    };
    Ok(Found {
        connected,
        left,
        start,
    })
}

/// A client that has written its comments into a room.
async fn fill(url: &str, of: &str, number: usize) -> Result<Client, Failure> {
    let mut client = Client::connect(url, &room(of, 0, number), number as u64).await?;
    for record in (0..COMMENTS).map(|it| fixed(number, it)) {
        client.tell(In::Publish(record));
    }
    client.until(|it| it.acked >= COMMENTS).await?;
    client.arrived = Vec::new();
    client.rest();
    Ok(client)
}

/// A comment that can be made again.
fn fixed(room: usize, number: usize) -> Vec<u8> {
    comment(Duration::ZERO, room, number)
}

/// How long it takes from the start until a comment has come, in milliseconds.
async fn starts(server: &mut Contestant, rooms: usize) -> Result<f64, Failure> {
    let mut took = Vec::new();
    for run in 0..STARTS {
        server.rest().await;
        server.end();
        let number = rooms / 2 + run;
        let begun = Instant::now();
        server.restart();
        let mut client = Client::new(&server.url(), &room("crowd", 0, number), 1)?;
        client.needle = Some(fixed(number, COMMENTS - 1));
        client.tell(In::Online);
        client.until(|it| it.found).await?;
        took.push(begun.elapsed());
    }
    let ms = |it: &Duration| it.as_secs_f64() * 1_000.0;
    Ok(median(took.iter().map(ms).collect()))
}
