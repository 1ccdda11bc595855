//! Counting what test runners report.

use std::process::{Command, Stdio};

use anyhow::Result;

use super::runner::{self, Ended};
use crate::process;

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    pub(crate) fn success() -> Tally {
        Tally {
            passed: 1,
            failed: 0,
        }
    }

    pub(crate) fn failure() -> Tally {
        Tally {
            passed: 0,
            failed: 1,
        }
    }

    pub(crate) fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// A suite in which nothing ran has not shown anything.
    pub(crate) fn or_failure_if_empty(self) -> Tally {
        if self == Tally::default() {
            Tally::failure()
        } else {
            self
        }
    }

    pub(crate) fn verdict(self) -> String {
        match self {
            Tally {
                passed: 0,
                failed: 0,
            } => "FAILED: no test ran".into(),
            Tally { passed, failed: 0 } => format!("ok: {passed} passed"),
            Tally { passed, failed } => format!("FAILED: {passed} passed, {failed} failed"),
        }
    }

    /// One check that is a program's exit status.
    pub(crate) fn of_status(command: &mut Command) -> Tally {
        match process::run(command) {
            Ok(()) => Tally::success(),
            Err(error) => {
                eprintln!("error: {error:#}");
                Tally::failure()
            }
        }
    }

    /// Runs a test runner, passes on what it prints, and adds up its results.
    pub(crate) fn of_runner(command: &mut Command) -> Result<Tally> {
        let mut tally = Tally::default();
        let status = runner::watch(command.stdout(Stdio::piped()), |line| {
            println!("{line}");
            tally.add(reported(line));
        })?;
        Ok(tally.or_failure_of(status, command))
    }

    /// Runs a test runner beside others, and returns its results with what it printed.
    pub(crate) fn of_quiet_runner(command: &mut Command) -> Result<(Tally, String)> {
        let (mut tally, mut printed) = (Tally::default(), String::new());
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let status = runner::watch(piped, |line| {
            printed.push_str(line);
            printed.push('\n');
            tally.add(reported(line));
        })?;
        Ok((tally.or_failure_of(status, command), printed))
    }

    /// A runner that ended before it could report did not compile, or it crashed.
    fn or_failure_of(mut self, ended: Ended, command: &Command) -> Tally {
        if !ended.well() && self.failed == 0 {
            eprintln!("error: {} {ended}", process::shown(command));
            self.failed = 1;
        }
        self
    }
}

/// What one line of a runner's output says: the last lines of Rust's test harness
/// (`test result: ok. 3 passed; 0 failed; …`) and of Node's (`ℹ pass 3`, `ℹ fail 0`, `ℹ cancelled 0`).
fn reported(line: &str) -> Tally {
    let line = line.trim();
    if let Some(result) = line.strip_prefix("test result: ") {
        let count = |what: &str| {
            let words: Vec<&str> = result
                .split([' ', ';'])
                .filter(|it| !it.is_empty())
                .collect();
            words.windows(2).find_map(|pair| match pair {
                [number, word] if *word == what => number.parse().ok(),
                _ => None,
            })
        };
        return Tally {
            passed: count("passed").unwrap_or(0),
            failed: count("failed").unwrap_or(0),
        };
    }
    if let Some(result) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) {
        let mut words = result.split(' ');
        let (Some(word), Some(number), None) = (words.next(), words.next(), words.next()) else {
            return Tally::default();
        };
        let number = number.parse().unwrap_or(0);
        return match word {
            "pass" => Tally {
                passed: number,
                failed: 0,
            },
            "fail" | "cancelled" => Tally {
                passed: 0,
                failed: number,
            },
            _ => Tally::default(),
        };
    }
    Tally::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_reports_of_runners() {
        let check = |line: &str, passed: u64, failed: u64| {
            assert_eq!(reported(line), Tally { passed, failed }, "{line}");
        };
        check(
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
            12,
            0,
        );
        check(
            "test result: FAILED. 3 passed; 2 failed; 1 ignored; finished in 0.1s",
            3,
            2,
        );
        check("test something ... ok", 0, 0);
        check("ℹ pass 7", 7, 0);
        check("ℹ fail 1", 0, 1);
        check("# cancelled 2", 0, 2);
        check("ℹ tests 7", 0, 0);
        check("# Subtest: pass 7 things", 0, 0);
    }

    #[test]
    fn nothing_run_is_a_failure() {
        assert_eq!(Tally::default().or_failure_if_empty(), Tally::failure());
        assert_eq!(Tally::success().or_failure_if_empty(), Tally::success());
    }

    #[test]
    fn a_crash_is_a_failure() {
        let tally =
            Tally::of_runner(Command::new("sh").args(["-c", "echo 'ℹ pass 1'; exit 3"])).unwrap();
        assert_eq!(
            tally,
            Tally {
                passed: 1,
                failed: 1
            }
        );
    }
}
