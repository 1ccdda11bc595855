//! The servers that are compared, each on a folder and a port of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use postil_testkit::servers::{self, Server, free_port};
use tempfile::TempDir;

use crate::Failure;

/// A server that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `postil-relay`, which acknowledges what is synced to disk.
    Postil,
    /// `@y/websocket-server` as it comes, with everything in memory.
    YMemory,
    /// The same with `YPERSISTENCE`: LevelDB, not synced, written after the echo.
    YLevel,
    /// The same, with a log that is synced before anything is sent.
    YSynced,
    /// Hocuspocus with a store that writes documents to files, some time later.
    Hocuspocus,
    /// Hocuspocus with a log that is synced before anything is sent.
    HocuspocusSynced,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Kind; 6] = [
        Kind::Postil,
        Kind::YMemory,
        Kind::YLevel,
        Kind::YSynced,
        Kind::Hocuspocus,
        Kind::HocuspocusSynced,
    ];

    /// What it is called in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Postil => "Postil",
            Kind::YMemory => "y-websocket-server, in memory",
            Kind::YLevel => "y-websocket-server, LevelDB",
            Kind::YSynced => "y-websocket-server, synced log",
            Kind::Hocuspocus => "Hocuspocus, stored in files",
            Kind::HocuspocusSynced => "Hocuspocus, synced log",
        }
    }

    /// Whether what it has acknowledged is on disk.
    pub(crate) fn is_durable(self) -> bool {
        matches!(self, Kind::Postil | Kind::YSynced | Kind::HocuspocusSynced)
    }

    /// Whether it has again what it had when it is started again.
    pub(crate) fn can_restart(self) -> bool {
        matches!(self, Kind::Postil | Kind::YLevel | Kind::Hocuspocus)
    }
}

/// Where the programs are.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    /// `postil-relay`, as it ships.
    pub(crate) relay: PathBuf,
}

/// A server with its data.
pub(crate) struct Contestant {
    pub(crate) kind: Kind,
    programs: Programs,
    folder: TempDir,
    port: u16,
    server: Option<Server>,
}

impl Contestant {
    pub(crate) fn start(kind: Kind, programs: &Programs) -> Result<Self, Failure> {
        let mut contestant = Contestant {
            kind,
            programs: programs.clone(),
            folder: TempDir::new()?,
            port: free_port(),
            server: None,
        };
        contestant.restart();
        Ok(contestant)
    }

    /// SIGTERM, after which servers may write what they still have.
    pub(crate) fn end(&mut self) {
        if let Some(server) = self.server.take() {
            server.end();
        }
    }

    /// Starts it on the data that it has; returns when it listens.
    pub(crate) fn restart(&mut self) {
        let mut command = self.command();
        self.server = Some(Server::start(&mut command, self.port));
    }

    /// The address for Postil's machines.
    pub(crate) fn url(&self) -> String {
        let port = self.port;
        match self.kind {
            Kind::Postil => format!("http://127.0.0.1:{port}/"),
            Kind::YMemory | Kind::YLevel | Kind::YSynced => format!("ws+yjs://127.0.0.1:{port}/"),
            Kind::Hocuspocus | Kind::HocuspocusSynced => {
                format!("ws+hocuspocus://127.0.0.1:{port}/?token=any")
            }
        }
    }

    fn command(&self) -> Command {
        let (port, folder) = (self.port.to_string(), self.folder.path());
        match self.kind {
            Kind::Postil => {
                let mut command = Command::new(&self.programs.relay);
                command
                    .args(["--level", "error", "--requests-per-second", "0"])
                    .args(["--max-connections", "30000"])
                    .args(["--listen", &format!("127.0.0.1:{port}"), "--data"])
                    .arg(folder);
                command
            }
            Kind::YMemory | Kind::YLevel => {
                let root = servers::workspace();
                let mut command = node();
                command
                    .arg("--import")
                    .arg(beside("collect.mjs"))
                    .arg(root.join("node_modules/@y/websocket-server/src/server.js"))
                    .env("HOST", "127.0.0.1")
                    .env("PORT", port);
                if self.kind == Kind::YLevel {
                    command.env("YPERSISTENCE", folder.join("db"));
                }
                command
            }
            Kind::YSynced => own("y-websocket", &port, folder, true),
            Kind::Hocuspocus => own("hocuspocus", &port, folder, false),
            Kind::HocuspocusSynced => own("hocuspocus", &port, folder, true),
        }
    }

    /// What it costs now.
    pub(crate) fn usage(&self) -> Usage {
        self.server
            .as_ref()
            .and_then(|it| Usage::of(it.id()).ok())
            .unwrap_or_default()
    }

    /// What it costs when it has thrown away what it does not need.
    pub(crate) async fn at_rest(&self) -> Usage {
        self.rest().await;
        if let Some(server) = self.server.as_ref().filter(|_| self.kind != Kind::Postil) {
            for _ in 0..2 {
                let id = server.id().to_string();
                // A server that ended has no memory either.
                let _ = Command::new("kill").args(["-USR2", &id]).status();
                self.rest().await;
            }
        }
        self.usage()
    }

    /// Waits until it has nothing to do, or for 20 seconds.
    pub(crate) async fn rest(&self) {
        let mut before = self.usage().cpu;
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let now = self.usage().cpu;
            if now.saturating_sub(before) <= Duration::from_millis(10) {
                return;
            }
            before = now;
        }
    }
}

/// A file beside this one.
fn beside(name: &str) -> PathBuf {
    servers::workspace()
        .join("crates/testkit/examples/load")
        .join(name)
}

fn node() -> Command {
    let mut command = Command::new("node");
    // So that memory can be told from garbage.
    command.arg("--expose-gc");
    command
}

fn own(engine: &str, port: &str, folder: &Path, synced: bool) -> Command {
    let mut command = node();
    command.arg(beside("servers.mjs")).args([engine, port]);
    command.arg(folder);
    if synced {
        command.arg("synced");
    }
    command
}

/// What a process has used.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Of the processors, since it began.
    pub(crate) cpu: Duration,
    /// Bytes that are resident in memory now.
    pub(crate) memory: u64,
}

impl Usage {
    /// Of this process.
    pub(crate) fn own() -> Usage {
        Usage::of(std::process::id()).unwrap_or_default()
    }

    /// Reads what Linux says about a process.
    fn of(id: u32) -> Result<Usage, Failure> {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
        // The name before it may hold anything.
        let (_, numbers) = stat.rsplit_once(')').ok_or("not what Linux says")?;
        let numbers: Vec<&str> = numbers.split_whitespace().collect();
        let ticks = |at: usize| numbers.get(at).map_or(Ok(0), |it| it.parse::<u64>());
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let memory = status.lines().find_map(|it| it.strip_prefix("VmRSS:"));
        let kilobytes = memory.and_then(|it| it.trim().strip_suffix(" kB"));
        Ok(Usage {
            // A hundred ticks a second, on every Linux.
            cpu: Duration::from_millis(10 * (ticks(11)? + ticks(12)?)),
            memory: 1_024 * kilobytes.ok_or("no memory")?.parse::<u64>()?,
        })
    }
}

/// The shares of the processors that a server and this process took since.
pub(crate) fn shares(server: &Contestant, before: (Usage, Usage), since: Instant) -> (f64, f64) {
    let took = since.elapsed().as_secs_f64();
    let share =
        |now: Usage, before: Usage| 100.0 * now.cpu.saturating_sub(before.cpu).as_secs_f64() / took;
    (
        share(server.usage(), before.0),
        share(Usage::own(), before.1),
    )
}
