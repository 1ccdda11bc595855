//! Everything Rust's own test harness runs on this machine.

use anyhow::Result;

use super::tally::Tally;
use crate::{process, tools};

pub(super) fn run() -> Result<Tally> {
    // Some of them run against servers that are written for Node.
    tools::node()?;
    tools::npm_packages()?;
    Tally::of_runner(process::cargo().args(["test", "--workspace", "--no-fail-fast"]))
}
