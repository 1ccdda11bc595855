//! Running a test runner that may hang: one that says nothing for long is ended, and what it said is kept.

use std::fmt;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::process;

/// How long a runner may say nothing. The longest test takes a few minutes on a slow machine.
const SILENCE: Duration = Duration::from_secs(900);

/// How a runner ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// By itself.
    With(ExitStatus),
    /// It was killed, because it had said nothing for so long.
    Silent(Duration),
}

impl Ended {
    pub(super) fn well(self) -> bool {
        matches!(self, Ended::With(status) if status.success())
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ended::With(status) => write!(f, "ended with {status}"),
            Ended::Silent(time) => write!(
                f,
                "was killed, because it said nothing for {} s; the test that hangs is one of those that it has \
                 not reported as ended",
                time.as_secs()
            ),
        }
    }
}

/// Runs a command and hands over each line of what it prints to those of its outputs that are piped.
pub(super) fn watch(command: &mut Command, line: impl FnMut(&str)) -> Result<Ended> {
    watch_for(SILENCE, command, line)
}

fn watch_for(
    silence: Duration,
    command: &mut Command,
    mut each: impl FnMut(&str),
) -> Result<Ended> {
    let mut child = command
        .stdin(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {}", process::shown(command)))?;
    let (sender, lines) = channel();
    read(child.stdout.take(), &sender);
    read(child.stderr.take(), &sender);
    drop(sender);
    loop {
        match lines.recv_timeout(silence) {
            Ok(line) => each(&line),
            Err(RecvTimeoutError::Disconnected) => return Ok(Ended::With(child.wait()?)),
            Err(RecvTimeoutError::Timeout) => {
                kill(&mut child)?;
                return Ok(Ended::Silent(silence));
            }
        }
    }
}

/// Sends each line that comes. Nobody waits for the thread: what the runner started may keep its output open.
fn read(from: Option<impl Read + Send + 'static>, sender: &Sender<String>) {
    let Some(from) = from else {
        return;
    };
    let sender = sender.clone();
    thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n') {
            let Ok(line) = line else {
                return;
            };
            if sender
                .send(String::from_utf8_lossy(&line).into_owned())
                .is_err()
            {
                return;
            }
        }
    });
}

/// Kills a process with all that it started.
fn kill(child: &mut Child) -> Result<()> {
    let mut all = vec![child.id()];
    if let Ok(listed) = process::output(process::command("ps").args(["-A", "-o", "pid=,ppid="])) {
        let started: Vec<(u32, u32)> = listed.lines().filter_map(pair).collect();
        let mut next = 0;
        while let Some(parent) = all.get(next).copied() {
            all.extend(started.iter().filter(|it| it.1 == parent).map(|it| it.0));
            next += 1;
        }
    }
    child.kill()?;
    child.wait()?;
    for id in all.iter().skip(1) {
        // It may have ended meanwhile.
        let _ = process::output(process::command("kill").args(["-KILL", &id.to_string()]));
    }
    Ok(())
}

fn pair(line: &str) -> Option<(u32, u32)> {
    let mut numbers = line.split_whitespace().map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Result<(Ended, Vec<String>)> {
        let mut lines = Vec::new();
        let mut command = Command::new("sh");
        command
            .args(["-c", script])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let ended = watch_for(Duration::from_secs(2), &mut command, |line| {
            lines.push(line.to_owned());
        })?;
        lines.sort_unstable();
        Ok((ended, lines))
    }

    #[test]
    fn what_ends_is_waited_for() {
        let (ended, lines) = shell("echo a; echo b >&2; exit 3").unwrap();
        assert!(matches!(ended, Ended::With(status) if status.code() == Some(3)));
        assert_eq!(lines, ["a", "b"]);
    }

    #[test]
    fn what_hangs_is_killed_with_all_that_it_started() {
        let (ended, lines) = shell("sleep 60 & echo $!; wait").unwrap();
        assert!(matches!(ended, Ended::Silent(_)));
        let [started] = &lines[..] else {
            panic!("{lines:?}");
        };
        // One that nobody has waited for yet is listed as a zombie.
        let state = process::output(process::command("ps").args(["-o", "stat=", "-p", started]));
        assert!(state.is_err() || state.is_ok_and(|it| it.starts_with('Z')));
    }
}
