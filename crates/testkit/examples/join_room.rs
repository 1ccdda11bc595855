//! What a late joiner of a room reads from a relay, before and after somebody
//! has joined its small records.
//!
//! ```text
//! cargo run --release -p postil-testkit --example make_room -- simulation TEXT 10000 0 FOLDER
//! cargo run --release -p postil-testkit --example join_room -- FOLDER
//! ```

#![allow(
    clippy::expect_used,
    reason = "a tool of the benchmarks that reads nothing from outside"
)]

use std::fs;

use postil_core::relay::framing::take_records;
use postil_testkit::covers;
use postil_testkit::mailbox::SimMailbox;

/// Half an hour, in milliseconds: time for several turns.
const A_WHILE: u64 = 1_800_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("which folder?")?;
    let mut relay = SimMailbox::default();
    let mut posts: Vec<_> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|it| it == "post"))
        .collect();
    posts.sort();
    for post in posts {
        let body = fs::read(post)?;
        for record in take_records(&body)? {
            relay.append(record.to_vec());
        }
    }
    // The device of this world is the first to read all of it.
    let mut world = covers::world(1, relay);
    let (before, ..) = covers::read(&mut world, "listed");
    println!("before: {} records, {} bytes", before.records, before.bytes);
    world.pass(A_WHILE);
    let (after, ..) = covers::read(&mut world, "listed");
    println!("after:  {} records, {} bytes", after.records, after.bytes);
    let (all, ..) = covers::read(&mut world, "after");
    let joined = all.bytes - before.bytes;
    println!("sent to join them: {joined} bytes, covers included");
    let events = |device: usize| {
        let device = world.devices.get(device).expect("a device");
        let tab = device.tabs.first().expect("a tab");
        tab.peer
            .replica()
            .logs()
            .iter()
            .map(|log| log.applied())
            .sum::<u32>()
    };
    println!("events: {}", events(0));
    Ok(())
}
