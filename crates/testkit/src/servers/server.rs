//! Programs that run beside a test. None is waited for without end: a test that
//! hangs says nothing.

use std::io::{self, Error, ErrorKind, Read};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, ChildStdin, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a server may take until it listens.
const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// How long a server may take to end.
const ENDS_WITHIN: Duration = Duration::from_secs(60);

/// How long after it was asked to end a server is asked once more.
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// How often something is looked at that tells nobody when it changes.
const TURN: Duration = Duration::from_millis(10);

/// A running server; dropping it kills it.
#[derive(Debug)]
pub struct Server(Child);

impl Server {
    /// Starts a server and waits until it listens.
    ///
    /// # Panics
    /// When it ends before, or does not listen within half a minute.
    pub fn start(command: &mut Command, port: u16) -> Self {
        Self::spawn(command.stdin(Stdio::null()), port)
    }

    /// The same for a server that runs until its standard input ends. Returns that
    /// too: dropping it ends the server.
    ///
    /// # Panics
    /// When it ends before, or does not listen within half a minute.
    pub fn start_with_input(command: &mut Command, port: u16) -> (Self, ChildStdin) {
        let mut server = Self::spawn(command.stdin(Stdio::piped()), port);
        let input = server.0.stdin.take().unwrap();
        (server, input)
    }

    fn spawn(command: &mut Command, port: u16) -> Self {
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|why| panic!("{command:?}: {why}"));
        let mut server = Server(child);
        let end = Instant::now() + STARTS_WITHIN;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let ended = server.0.try_wait().unwrap();
            assert!(
                ended.is_none(),
                "{command:?} ended before it listened: {ended:?}"
            );
            assert!(Instant::now() < end, "{command:?} does not listen");
            thread::sleep(TURN);
        }
        server
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Asks it to end (SIGTERM), and waits until it has.
    ///
    /// # Panics
    /// When it does not within a minute.
    pub fn end(self) {
        self.signal("-TERM");
    }

    /// Asks it to end as somebody at its terminal does (SIGINT), and waits until
    /// it has.
    ///
    /// # Panics
    /// When it does not within a minute.
    pub fn interrupt(self) {
        self.signal("-INT");
    }

    /// Waits until it has ended by itself.
    ///
    /// # Panics
    /// When it does not within a minute.
    pub fn ended(mut self) -> ExitStatus {
        let status = within(&mut self.0, ENDS_WITHIN).unwrap();
        status.unwrap_or_else(|| panic!("a server did not end by itself"))
    }

    fn signal(mut self, signal: &str) {
        let id = self.0.id().to_string();
        let end = Instant::now() + ENDS_WITHIN;
        while Instant::now() < end {
            // One that has just begun to listen may not mind it yet: mosquitto
            // forgets that it was asked when it enters its loop.
            let asked = Command::new("kill").args([signal, &id]).status();
            assert!(asked.unwrap().success());
            if within(&mut self.0, ASKED_AGAIN_AFTER).unwrap().is_some() {
                return;
            }
        }
        panic!("a server did not end when it was asked to ({signal})");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How a process ended; nothing if it still runs after this long.
fn within(child: &mut Child, time: Duration) -> io::Result<Option<ExitStatus>> {
    let end = Instant::now() + time;
    loop {
        let status = child.try_wait()?;
        if status.is_some() || Instant::now() >= end {
            return Ok(status);
        }
        thread::sleep(TURN);
    }
}

/// Runs a program to its end, and returns what it printed.
///
/// # Errors
/// When it can not be run, or takes longer than this: it is killed then.
pub fn output(command: &mut Command, time: Duration) -> io::Result<Output> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let printed = child.stdout.take().map(read);
    let said = child.stderr.take().map(read);
    let Some(status) = within(&mut child, time)? else {
        child.kill()?;
        child.wait()?;
        // What it started may keep its output open, so nobody waits for the rest of that.
        let why = format!("{command:?} took longer than {} s", time.as_secs());
        return Err(Error::new(ErrorKind::TimedOut, why));
    };
    let all = |thread: Option<thread::JoinHandle<Vec<u8>>>| {
        thread.and_then(|it| it.join().ok()).unwrap_or_default()
    };
    Ok(Output {
        status,
        stdout: all(printed),
        stderr: all(said),
    })
}

fn read(mut from: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What could be read says more than nothing.
        let _ = from.read_to_end(&mut bytes);
        bytes
    })
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::servers::free_port;

    /// A server that takes no notice of the first that ask it to end.
    fn deaf(folder: &Path, times: u32) -> Server {
        let port = free_port();
        let program = folder.join("server.py");
        let text = format!(
            "import signal, socket, sys\n\
             left = {times}\n\
             def asked(*_):\n    \
                 global left\n    \
                 left -= 1\n    \
                 if left < 0: sys.exit()\n\
             signal.signal(signal.SIGTERM, asked)\n\
             server = socket.create_server(('127.0.0.1', {port}))\n\
             while True: signal.pause()\n"
        );
        std::fs::write(&program, text).unwrap();
        Server::start(Command::new("python3").arg(program), port)
    }

    #[test]
    fn who_does_not_hear_is_asked_again() {
        let folder = tempfile::tempdir().unwrap();
        deaf(folder.path(), 1).end();
    }

    #[test]
    fn nothing_is_waited_for_without_end() {
        let begun = Instant::now();
        let slow = output(Command::new("sh").args(["-c", "sleep 60 & wait"]), TURN);
        assert_eq!(slow.unwrap_err().kind(), ErrorKind::TimedOut);
        assert!(
            begun.elapsed() < STARTS_WITHIN,
            "what it started was waited for"
        );
        let mut quick = Command::new("sh");
        quick.args(["-c", "echo out; echo err >&2; exit 3"]);
        let quick = output(&mut quick, STARTS_WITHIN).unwrap();
        assert_eq!(quick.status.code(), Some(3));
        assert_eq!(
            (&quick.stdout[..], &quick.stderr[..]),
            (&b"out\n"[..], &b"err\n"[..])
        );
    }
}
