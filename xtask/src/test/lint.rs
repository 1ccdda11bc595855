//! Formatting and lints.

use anyhow::Result;

use super::tally::Tally;
use crate::{process, tools, workspace};

pub(super) fn fmt() -> Result<Tally> {
    tools::rust_component("rustfmt")?;
    Ok(Tally::of_status(
        process::cargo().args(["fmt", "--all", "--check"]),
    ))
}

pub(super) fn clippy() -> Result<Tally> {
    tools::rust_component("clippy")?;
    tools::wasm_target()?;
    let mut tally = Tally::of_status(
        process::cargo()
            .args(["clippy", "--workspace", "--all-targets"])
            .args(DENY),
    );
    // "All targets" are not those that `cargo test` leaves out.
    tally.add(Tally::of_status(
        process::cargo()
            .args(["clippy", "--workspace", "--test", "*"])
            .args(DENY),
    ));
    tally.add(Tally::of_status(
        process::cargo()
            .args([
                "clippy",
                "--package",
                "postil",
                "--package",
                "postil-relays",
                "--package",
                "postil-interchange",
                "--package",
                "postil-hand",
                "--all-targets",
                "--target",
                tools::WASM,
            ])
            .args(DENY),
    ));
    // The fuzzers are a workspace of their own, which nothing else compiles.
    tally.add(Tally::of_status(
        process::cargo()
            .args(["clippy", "--manifest-path", "fuzz/Cargo.toml"])
            .args(["--bins", "--locked", "--target-dir"])
            .arg(workspace::target())
            .args(DENY),
    ));
    Ok(tally)
}

/// After the separator, so that only the workspace's own code is compiled anew.
const DENY: &[&str] = &["--", "--deny", "warnings"];
