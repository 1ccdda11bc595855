//! `cargo xtask bench`: native benchmarks of the core, those in a browser, and
//! load on a relay server.

mod peers;

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::browser::Stage;
use crate::options::Options;
use crate::step::Steps;
use crate::{process, size, tools, workspace};

/// The parts that can be run alone.
const NATIVE: &str = "native";
const PAGES: &str = "pages";
/// One of the measures of the pages, which takes long.
const PAGE: &str = "page";
const RELAY: &str = "relay";

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let options = Options::parse(arguments, &[], &["--only", "--runs"])?;
    let unknown = |word: &&String| ![NATIVE, PAGES, PAGE, RELAY].contains(&word.as_str());
    if let Some(word) = options.words().iter().find(unknown) {
        bail!(
            "there are no benchmarks `{word}`; choose `{NATIVE}`, `{PAGES}`, `{PAGE}` or `{RELAY}`, or nothing for all"
        );
    }
    let wanted =
        |part: &str| options.words().is_empty() || options.words().iter().any(|it| it == part);
    let mut sizes = Ok(());
    if wanted(NATIVE) {
        process::run(process::cargo().args(["bench", "--package", "postil-core", "--benches"]))?;
    }
    if wanted(PAGES) {
        sizes = size::check();
        pages(&options, options.value("--only"))?;
    } else if wanted(PAGE) {
        pages(&options, Some(PAGE))?;
    }
    if wanted(RELAY) {
        relay(options.value("--runs"))?;
    }
    // Reported last, so that a page that is too large is still measured.
    sizes
}

/// Postil and its peers in a browser: `tests/bench/pages.mjs`.
fn pages(options: &Options, only: Option<&str>) -> Result<()> {
    let node = tools::node()?;
    let stage = Stage::build()?;
    let mut steps = Steps::new(peers::STEPS + 1);
    let peers = peers::build(&mut steps)?;
    let (server, make_room) = steps.run(
        "Build the relay server and the maker of busy rooms",
        "read the compiler's message above",
        || build_programs("make_room"),
    )?;
    let mut command = process::command(&node);
    stage.describe_to(command.arg(workspace::root().join("tests/bench/pages.mjs")));
    command
        .env("POSTIL_RELAY_SERVER", &server)
        .env("POSTIL_MAKE_ROOM", &make_room)
        .env("POSTIL_PEERS", &peers);
    for (value, variable) in [
        (only, "POSTIL_BENCH_ONLY"),
        (options.value("--runs"), "POSTIL_BENCH_RUNS"),
    ] {
        if let Some(value) = value {
            command.env(variable, value);
        }
    }
    process::run(&mut command)
}

/// A relay server under load, beside servers for Yjs documents:
/// `crates/testkit/examples/load`.
fn relay(runs: Option<&str>) -> Result<()> {
    tools::npm_packages()?;
    let mut steps = Steps::new(1);
    let (server, load) = steps.run(
        "Build the relay server and what puts load on it",
        "read the compiler's message above",
        || build_programs("load"),
    )?;
    process::run(process::command(&load).arg(server).args(runs))
}

/// The relay server as it ships, and an example of the testkit.
fn build_programs(example: &str) -> Result<((PathBuf, PathBuf), String)> {
    process::run(process::cargo().args([
        "build",
        "--release",
        "--package",
        "postil-relay-server",
    ]))?;
    process::run(
        process::cargo()
            .args(["build", "--release", "--package", "postil-testkit"])
            .args(["--example", example]),
    )?;
    let release = workspace::target().join("release");
    let program = |name: &str| release.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    Ok((
        (
            program("postil-relay"),
            program(&format!("examples/{example}")),
        ),
        String::new(),
    ))
}
