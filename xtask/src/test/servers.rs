//! The protocols of relays against the real servers: the tests of postil-testkit that need them.

use std::thread;

use anyhow::Result;

use super::tally::Tally;
use crate::{process, tools};

/// The files of tests. None needs the processor for long: they start servers and wait for them.
const TESTS: &[&str] = &["brokers", "objects", "yjs"];

pub(super) fn run() -> Result<Tally> {
    // Some of the servers are written for Node.
    tools::node()?;
    tools::npm_packages()?;
    let build = TESTS.iter().flat_map(|test| ["--test", test]);
    // The features of the whole workspace, with which everything is compiled already.
    process::run(
        process::cargo()
            .args(["test", "--workspace", "--no-run"])
            .args(build),
    )?;
    let mut total = Tally::default();
    thread::scope(|scope| {
        let running: Vec<_> = TESTS
            .iter()
            .map(|test| {
                scope.spawn(|| {
                    Tally::of_quiet_runner(process::cargo().args([
                        "test",
                        "--workspace",
                        "--test",
                        test,
                    ]))
                })
            })
            .collect();
        for (test, runner) in TESTS.iter().zip(running) {
            match runner.join() {
                Ok(Ok((tally, printed))) => {
                    println!("{printed}");
                    total.add(tally);
                }
                Ok(Err(error)) => {
                    eprintln!("error: {error:#}");
                    total.add(Tally::failure());
                }
                Err(_) => {
                    eprintln!("error: `{test}` could not be run");
                    total.add(Tally::failure());
                }
            }
        }
    });
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{soak, workspace};

    /// The files that `cargo test` alone does not run.
    fn left_out(manifest: &str) -> Vec<&str> {
        let mut names = Vec::new();
        for test in manifest.split("[[test]]").skip(1) {
            let mut lines = test.lines().map(|line| line.split_once(" = "));
            let name = lines.find_map(|line| line.filter(|(key, _)| *key == "name"));
            if test.lines().any(|line| line == "test = false") {
                names.extend(name.map(|(_, value)| value.trim_matches('"')));
            }
        }
        names
    }

    #[test]
    fn no_file_of_tests_is_run_by_nobody() {
        let manifest = workspace::root().join("crates/testkit/Cargo.toml");
        let manifest = std::fs::read_to_string(manifest).unwrap();
        let mut run = [TESTS, &[soak::Y_SWEET]].concat();
        let mut left_out = left_out(&manifest);
        run.sort_unstable();
        left_out.sort_unstable();
        assert_eq!(left_out, run);
    }
}
