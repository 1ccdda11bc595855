//! Everything Rust's own test harness runs on this machine, but for what is in `servers`.

use anyhow::Result;

use super::tally::Tally;
use crate::process;

pub(super) fn run() -> Result<Tally> {
    // What takes long to compile says nothing to whoever waits for the first test.
    process::run(process::cargo().args(["test", "--workspace", "--no-run"]))?;
    Tally::of_runner(process::cargo().args(["test", "--workspace", "--no-fail-fast"]))
}
