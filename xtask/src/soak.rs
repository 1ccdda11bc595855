//! `cargo xtask soak`: tests that run for minutes, with servers that are killed all the time.

use anyhow::Result;

use crate::options::Options;
use crate::process;

/// Tests of the relay server that last as long as they are told to.
const TESTS: &[&str] = &["scaleout::", "kill::"];

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    Options::parse(arguments, &[], &[])?;
    for test in TESTS {
        let mut cargo = process::cargo();
        cargo
            .args([
                "test",
                "--package",
                "postil-relay-server",
                "--test",
                "server",
            ])
            .args([test, "--", "--nocapture"])
            .env("POSTIL_SOAK", "1");
        process::run(&mut cargo)?;
    }
    Ok(())
}
