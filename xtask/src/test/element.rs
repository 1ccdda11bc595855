//! The JavaScript of the npm package: its syntax, its manifest, its behaviour where there is no page.

use std::fs;

use anyhow::Result;

use super::tally::Tally;
use crate::{process, tools, workspace};

pub(super) fn run() -> Result<Tally> {
    let node = tools::node()?;
    let folder = workspace::root().join("packages/element");
    let mut tally = Tally::default();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "js") {
            tally.add(Tally::of_status(
                process::command(&node).arg("--check").arg(path),
            ));
        }
    }
    tally.add(Tally::of_runner(
        tools::node_tests(&node, &folder.join("test"))?.current_dir(&folder),
    )?);
    Ok(tally)
}
