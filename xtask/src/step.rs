//! What is being done, how far it is, how long it took, and what to do if it fails.

use std::io::{IsTerminal as _, Write as _};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// The numbered steps of one command.
#[derive(Debug)]
pub(crate) struct Steps {
    total: usize,
    begun: usize,
}

impl Steps {
    pub(crate) fn new(total: usize) -> Steps {
        Steps { total, begun: 0 }
    }

    /// A step that shows its own progress, for example cargo's.
    /// What `work` returns beside its value is told to the reader ("unchanged").
    pub(crate) fn run<T>(
        &mut self,
        name: &str,
        remedy: &str,
        work: impl FnOnce() -> Result<(T, String)>,
    ) -> Result<T> {
        self.begun += 1;
        eprintln!("[{}/{}] {name}", self.begun, self.total);
        let start = Instant::now();
        let (value, note) = work()
            .with_context(|| format!("{name} failed.\nWhat to do: {remedy}\nWhat happened"))?;
        let note = if note.is_empty() {
            note
        } else {
            format!(": {note}")
        };
        eprintln!("      done in {}{note}", seconds(start.elapsed()));
        Ok(value)
    }

    /// A step that is silent by itself: on a terminal the seconds are counted.
    pub(crate) fn wait<T>(
        &mut self,
        name: &str,
        remedy: &str,
        work: impl FnOnce() -> Result<(T, String)>,
    ) -> Result<T> {
        self.run(name, remedy, || {
            let clock = Clock::start();
            let result = work();
            clock.stop();
            result
        })
    }
}

/// Counts the seconds on a terminal until it is stopped.
struct Clock {
    stop: mpsc::Sender<()>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Clock {
    fn start() -> Clock {
        let (stop, stopped) = mpsc::channel();
        let thread = std::io::stderr().is_terminal().then(|| {
            std::thread::spawn(move || {
                let start = Instant::now();
                while stopped.recv_timeout(Duration::from_secs(1))
                    == Err(mpsc::RecvTimeoutError::Timeout)
                {
                    eprint!("\r      {} s", start.elapsed().as_secs());
                }
                eprint!("\r");
            })
        });
        Clock { stop, thread }
    }

    fn stop(self) {
        // Nobody listens when there is no terminal.
        let _ = self.stop.send(());
        if let Some(thread) = self.thread {
            let _ = thread.join();
        }
        let _ = std::io::stderr().flush();
    }
}

/// A duration as a person reads it.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
