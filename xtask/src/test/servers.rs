//! The protocols of relays against the real servers: the tests of postil-testkit that need them.

use std::thread;

use anyhow::Result;

use super::tally::Tally;
use crate::{process, tools};

/// The files of tests. None needs the processor for long: they start servers and wait for them.
const TESTS: &[&str] = &["brokers", "objects", "yjs"];

pub(super) fn run() -> Result<Tally> {
    // Some of the servers are written for Node.
    tools::node()?;
    tools::npm_packages()?;
    let build = TESTS.iter().flat_map(|test| ["--test", test]);
    // The features of the whole workspace, with which everything is compiled already.
    process::run(
        process::cargo()
            .args(["test", "--workspace", "--no-run"])
            .args(build),
    )?;
    let mut total = Tally::default();
    thread::scope(|scope| {
        let running: Vec<_> = TESTS
            .iter()
            .map(|test| {
                scope.spawn(|| {
                    Tally::of_quiet_runner(process::cargo().args([
                        "test",
                        "--workspace",
                        "--test",
                        test,
                    ]))
                })
            })
            .collect();
        for (test, runner) in TESTS.iter().zip(running) {
            match runner.join() {
                Ok(Ok((tally, printed))) => {
                    println!("{printed}");
                    total.add(tally);
                }
                Ok(Err(error)) => {
                    eprintln!("error: {error:#}");
                    total.add(Tally::failure());
                }
                Err(_) => {
                    eprintln!("error: `{test}` could not be run");
                    total.add(Tally::failure());
                }
            }
        }
    });
    Ok(total)
}
