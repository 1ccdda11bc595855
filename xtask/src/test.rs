//! `cargo xtask test`: every check there is, or one suite of them.

mod e2e;
mod element;
mod lint;
mod runner;
mod servers;
mod tally;
mod unit;
mod wasm;

use std::time::Instant;

use anyhow::{Result, bail};

use crate::options::Options;
use crate::step::seconds;
use crate::{size, tidy};
use tally::Tally;

/// A part of the tests that can be run alone.
struct Suite {
    name: &'static str,
    help: &'static str,
    run: fn() -> Result<Tally>,
}

/// Quick ones first, so that a slip is seen early.
const SUITES: &[Suite] = &[
    Suite {
        name: "fmt",
        help: "formatting",
        run: lint::fmt,
    },
    Suite {
        name: "tidy",
        help: "rules of the code base that no compiler checks",
        run: tidy,
    },
    Suite {
        name: "clippy",
        help: "lints, for this machine and for wasm",
        run: lint::clippy,
    },
    Suite {
        name: "unit",
        help: "unit, property, simulation and doc tests",
        run: unit::run,
    },
    Suite {
        name: "servers",
        help: "the protocols of relays against the real servers",
        run: servers::run,
    },
    Suite {
        name: "element",
        help: "the npm package without a browser",
        run: element::run,
    },
    Suite {
        name: "wasm",
        help: "the browser half in headless Chromium",
        run: wasm::run,
    },
    Suite {
        name: "e2e",
        help: "the built site, the relay and whole browsers",
        run: e2e::run,
    },
    Suite {
        name: "size",
        help: "what the page loads, against its limit",
        run: size,
    },
];

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let options = Options::parse(arguments, &[], &[])?;
    let chosen = choose(options.words())?;
    let mut total = Tally::default();
    let mut lines = Vec::new();
    for suite in chosen {
        println!("\n━━ {}: {}", suite.name, suite.help);
        let start = Instant::now();
        let tally = (suite.run)().unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            Tally::failure()
        });
        lines.push(format!(
            "{:<8} {} in {}",
            suite.name,
            tally.verdict(),
            seconds(start.elapsed())
        ));
        total.add(tally.or_failure_if_empty());
    }
    println!("\n{}\n", lines.join("\n"));
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        std::process::exit(1);
    }
    Ok(())
}

/// The suites of these names; all of them without a name.
fn choose(names: &[String]) -> Result<Vec<&'static Suite>> {
    if names.is_empty() {
        return Ok(SUITES.iter().collect());
    }
    let mut chosen = Vec::new();
    for name in names {
        match SUITES.iter().find(|suite| suite.name == name) {
            Some(suite) => chosen.push(suite),
            None => {
                let known: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
                bail!("there is no suite `{name}`; there are {}", known.join(", "));
            }
        }
    }
    Ok(chosen)
}

fn tidy() -> Result<Tally> {
    tidy::check()?;
    Ok(Tally::success())
}

fn size() -> Result<Tally> {
    size::check()?;
    Ok(Tally::success())
}
