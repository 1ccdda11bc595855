//! `cargo xtask pictures`: the page as it looks, wide and narrow, light and dark.

use anyhow::Result;

use crate::browser::Stage;
use crate::{process, tools, workspace};

pub(crate) fn run(_: &[String]) -> Result<()> {
    let node = tools::node()?;
    let stage = Stage::build()?;
    let mut command = process::command(node);
    command
        .arg("tests/e2e/pictures.mjs")
        .arg("docs/images/screenshot.png")
        .arg(workspace::target().join("pictures"))
        .current_dir(workspace::root());
    stage.describe_to(&mut command);
    process::run(&mut command)
}
