//! The log over NATS JetStream, with the real server.

use std::net::SocketAddr;
use std::path::Path;

use postil_core::relay::{Opening, Relay, open};
use postil_relay_server::{Config, Keep, Limits, StartError};
use postil_testkit::conformance::relay::{Subject, run};
use postil_testkit::servers::{self, debian, free_port};
use tempfile::TempDir;

use crate::conformance::Denier;
use crate::support::{ROOM, Server, anywhere, append, ask, contents, framed, get};

/// One NATS server on a folder.
pub(crate) struct Nats {
    pub(crate) port: u16,
    _server: servers::Server,
}

impl Nats {
    pub(crate) fn start(folder: &Path, port: u16) -> Self {
        let mut command = debian("nats-server", "nats-server");
        command.args([
            "--jetstream",
            "--addr",
            "127.0.0.1",
            "--port",
            &port.to_string(),
        ]);
        command.arg("--store_dir").arg(folder);
        Nats {
            port,
            _server: servers::Server::start(&mut command, port),
        }
    }

    pub(crate) fn config(&self) -> Config {
        Config {
            log: Keep::Nats(format!("nats://127.0.0.1:{}", self.port).parse().unwrap()),
            copies: 1,
            ..Config::new(anywhere(), "unused".into())
        }
    }
}

/// A relay server over a NATS server, at one address all the time.
struct Mailboxes {
    folder: TempDir,
    nats: Option<Nats>,
    port: u16,
    address: SocketAddr,
    server: Option<Server>,
    denier: Option<Denier>,
}

impl Mailboxes {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let nats = Nats::start(folder.path(), free_port());
        let server = Server::start(nats.config());
        Mailboxes {
            folder,
            port: nats.port,
            nats: Some(nats),
            address: server.address,
            server: Some(server),
            denier: None,
        }
    }
}

impl Subject for Mailboxes {
    fn connect(&self, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
        let url = format!("http://{}/", self.address);
        let opening = Opening {
            url: &url,
            mailbox,
            cursor,
            seed: 1,
        };
        open(opening).unwrap()
    }

    fn stop(&mut self) {
        self.server = None;
        self.denier = None;
    }

    fn start(&mut self) {
        self.stop();
        let mut config = self.nats.as_ref().unwrap().config();
        config.listen = self.address;
        self.server = Some(Server::start(config));
    }

    fn wipe(&mut self) {
        self.stop();
        self.nats = None;
        std::fs::remove_dir_all(self.folder.path()).unwrap();
        self.nats = Some(Nats::start(self.folder.path(), self.port));
        self.start();
    }

    fn deny(&mut self) {
        self.stop();
        self.denier = Some(Denier::start(self.address));
    }
}

#[test]
fn a_relay_over_nats_conforms() {
    run(|| Box::new(Mailboxes::new()));
}

/// Pages of a mailbox from every place, as a server sends them.
fn pages(server: &Server, mailbox: &str, head: usize) -> Vec<Vec<u8>> {
    let page = |after| get(server.address, &format!("/m/{mailbox}?after={after}")).body;
    [0, 1, head / 2, head, head + 1].map(page).to_vec()
}

#[test]
fn every_server_has_the_same_records_in_the_same_order() {
    let folder = TempDir::new().unwrap();
    let nats = Nats::start(folder.path(), free_port());
    let servers: Vec<Server> = (0..3).map(|_| Server::start(nats.config())).collect();
    let mailboxes = ["a".repeat(22), "b".repeat(22)];
    std::thread::scope(|scope| {
        for (writer, server) in servers.iter().enumerate() {
            for mailbox in &mailboxes {
                scope.spawn(move || {
                    for n in 0..60usize {
                        // Every other record is one that all of them write.
                        let shared = format!("shared {n}");
                        let own = format!("{writer}: {n}").repeat(n + 1);
                        let records = [shared.as_bytes(), own.as_bytes(), shared.as_bytes()];
                        assert_eq!(append(server.address, mailbox, &records), 200);
                    }
                });
            }
        }
    });
    // One that starts later, and reads what has been.
    let late = Server::start(nats.config());
    for mailbox in &mailboxes {
        let all = contents(servers[0].address, mailbox);
        let unique: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(all.len(), 60 + 3 * 60);
        assert_eq!(unique.len(), all.len());
        let expected = pages(&servers[0], mailbox, all.len());
        for other in servers[1..].iter().chain([&late]) {
            assert!(pages(other, mailbox, all.len()) == expected);
        }
        // What one acknowledges the next has at once.
        for (n, server) in servers.iter().chain([&late]).enumerate() {
            append(server.address, mailbox, &[&[n as u8]]);
            for other in servers.iter().chain([&late]) {
                let page = get(
                    other.address,
                    &format!("/m/{mailbox}?after={}", all.len() + n),
                );
                assert_eq!(
                    page.body[17 + usize::from(page.body[16] > 127)..],
                    [1, n as u8]
                );
            }
        }
    }
}

#[test]
fn limits_hold_over_nats() {
    let folder = TempDir::new().unwrap();
    let nats = Nats::start(folder.path(), free_port());
    let config = Config {
        limits: Limits {
            mailbox: 1_000,
            ..Limits::default()
        },
        ..nats.config()
    };
    let server = Server::start(config);
    let records: Vec<[u8; 99]> = (0..12).map(|n| [n; 99]).collect();
    let statuses = records.iter().map(|it| append(server.address, ROOM, &[it]));
    let kept = statuses.take_while(|status| *status == 200).count();
    assert_eq!(kept, 10);
    let path = format!("/m/{ROOM}");
    assert_eq!(
        ask(server.address, "POST", &path, &framed(&[&records[0]])).status,
        200
    );
    assert_eq!(append(server.address, ROOM, &[&records[11]]), 507);
    assert_eq!(contents(server.address, ROOM).len(), 10);
    assert_eq!(get(server.address, "/health").status, 200);
}

#[test]
fn what_is_missing_is_said() {
    let folder = TempDir::new().unwrap();
    let nats = Nats::start(folder.path(), free_port());
    let check = |config: Config, expected: &str| {
        let error = Server::try_start(config).err().unwrap();
        assert!(matches!(error, StartError::Nats(_)), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    };
    check(
        Config {
            copies: 3,
            ..nats.config()
        },
        "--copies",
    );
    let mut large = nats.config();
    large.limits.record = (1 << 20) - 16;
    check(large, "max_payload");
    let mut elsewhere = nats.config();
    elsewhere.log = Keep::Nats(format!("nats://127.0.0.1:{}", free_port()).parse().unwrap());
    check(elsewhere, "Check the addresses");
}
