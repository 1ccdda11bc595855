//! Load on one relay server, beside servers for Yjs documents that carry the
//! same records. `cargo xtask bench relay` builds and starts it.
//!
//! ```text
//! load <postil-relay> [runs] [rooms]
//! ```
//!
//! `rooms` is how many there are in the crowd, where everything else is left out.
//!
//! Every server is driven by Postil's own machines over the same driver
//! ([`client`]), on the loopback interface only. Runs are interleaved, and what is
//! printed are medians.

mod client;
mod contestants;
mod crowd;
mod fanout;
mod http;
mod table;
mod throughput;

use std::time::Instant;

use tokio::task::LocalSet;

use self::contestants::Programs;

/// Why a measure could not be taken.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Rooms of the crowd.
const ROOMS: usize = 10_000;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (relay, runs, rooms) = match &arguments[..] {
        [relay] => (relay, 3, None),
        [relay, runs] => (relay, runs.parse()?, None),
        [relay, runs, rooms] => (relay, runs.parse()?, Some(rooms.parse()?)),
        _ => return Err("load <postil-relay> [runs] [rooms]".into()),
    };
    let programs = Programs {
        relay: relay.into(),
    };
    let begun = Instant::now();
    // Machines stay on their thread, and one is enough: see the generator's share.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    LocalSet::new().block_on(&runtime, async {
        if rooms.is_none() {
            throughput::measure(&programs, runs).await?;
            fanout::measure(&programs, runs.div_ceil(3)).await?;
        }
        crowd::measure(&programs, rooms.unwrap_or(ROOMS)).await
    })?;
    println!("\n{:.0} s in all", begun.elapsed().as_secs_f64());
    Ok(())
}

/// The name of a room that no measure before had.
fn room(of: &str, run: usize, number: usize) -> String {
    format!("{of}-{run}-{number:022}")
}

/// The value in the middle.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
