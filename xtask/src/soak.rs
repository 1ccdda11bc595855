//! `cargo xtask soak`: tests that run for minutes, with servers that are killed all the time, and those against a
//! server that takes minutes to build.

use anyhow::Result;

use crate::options::Options;
use crate::{process, tools};

/// The file of postil-testkit's tests that needs what takes minutes to build.
pub(crate) const Y_SWEET: &str = "ysweet";

/// Tests of the relay server that last as long as they are told to.
const TESTS: &[&str] = &["scaleout::", "kill::"];

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    Options::parse(arguments, &[], &[])?;
    let y_sweet = tools::y_sweet()?;
    let test = ["test", "--package"];
    let mut cargo = process::cargo();
    cargo
        .args(test)
        .args(["postil-testkit", "--test", Y_SWEET])
        .args(["--", "--nocapture", "--test-threads=1"])
        .env("POSTIL_Y_SWEET", y_sweet);
    process::run(&mut cargo)?;
    for filter in TESTS {
        let mut cargo = process::cargo();
        cargo
            .args(test)
            // How long things take is judged as they run for people.
            .args(["postil-relay-server", "--release", "--test", "server"])
            .args([filter, "--", "--nocapture"])
            .env("POSTIL_SOAK", "1");
        process::run(&mut cargo)?;
    }
    Ok(())
}
