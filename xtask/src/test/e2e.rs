//! Whole browsers against the built site and the relay server: `tests/e2e/*.test.mjs`.

use anyhow::Result;

use super::tally::Tally;
use crate::browser::{self, Stage};
use crate::{process, tools, workspace};

pub(super) fn run() -> Result<Tally> {
    let node = tools::node()?;
    let firefox = browser::firefox()?;
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
    command.env("POSTIL_FIREFOX", firefox);
    Tally::of_runner(&mut command)
}
