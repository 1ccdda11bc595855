//! Whole browsers against the built site and the relay server: `tests/e2e/*.test.mjs`.

use anyhow::Result;

use super::tally::Tally;
use crate::browser::Stage;
use crate::{process, tools, workspace};

pub(super) fn run() -> Result<Tally> {
    let node = tools::node()?;
    let stage = Stage::build()?;
    let fetch = [
        "run",
        "--quiet",
        "--package",
        "postil-testkit",
        "--example",
        "fetch_servers",
    ];
    process::run(process::cargo().args(fetch))?;
    let mut command = tools::node_tests(&node, &workspace::root().join("tests/e2e"))?;
    stage.describe_to(&mut command);
    Tally::of_runner(&mut command)
}
