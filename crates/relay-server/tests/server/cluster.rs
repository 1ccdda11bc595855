//! Three NATS servers, any number of relay servers over them, and one address
//! in front.

use std::io::copy;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use async_nats::ServerAddr;
use async_nats::jetstream::{self, stream::Info};
use postil_testkit::servers::{self, debian, free_port};
use tempfile::TempDir;

use crate::support::{Program, anywhere};

const NODES: usize = 3;

/// NATS servers with JetStream, of which each record has a copy on all.
pub(crate) struct Cluster {
    folder: TempDir,
    ports: Vec<u16>,
    routes: Vec<u16>,
    nodes: Vec<Option<servers::Server>>,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        let ports = || (0..NODES).map(|_| free_port()).collect();
        let mut cluster = Cluster {
            folder: TempDir::new().unwrap(),
            ports: ports(),
            routes: ports(),
            nodes: Vec::new(),
        };
        // Each waits for the others, so that none may wait for one alone.
        let nodes: Vec<_> = (0..NODES).map(|node| cluster.command(node)).collect();
        let mut waiting = Vec::new();
        for (mut command, port) in nodes.into_iter().zip(cluster.ports.clone()) {
            waiting.push(thread::spawn(move || {
                servers::Server::start(&mut command, port)
            }));
        }
        cluster.nodes = waiting.into_iter().map(|it| it.join().ok()).collect();
        cluster
    }

    fn command(&self, node: usize) -> Command {
        let route = |port: &u16| format!("nats-route://127.0.0.1:{port}");
        let routes: Vec<String> = self.routes.iter().map(route).collect();
        let store: PathBuf = self.folder.path().join(node.to_string());
        let mut command = debian("nats-server", "nats-server");
        command
            .args(["--jetstream", "--addr", "127.0.0.1"])
            .args(["--port", &self.ports[node].to_string()])
            .args(["--server_name", &format!("node{node}")])
            .args(["--cluster_name", "postil"])
            .args([
                "--cluster",
                &format!("nats://127.0.0.1:{}", self.routes[node]),
            ])
            .args(["--routes", &routes.join(",")])
            .arg("--store_dir")
            .arg(store);
        command
    }

    /// What the NATS servers say about a stream; nothing if it has no leader.
    fn info(&self, stream: &str) -> Option<Info> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let addresses = self.addresses().map(|it| it.parse::<ServerAddr>().unwrap());
            let client = async_nats::connect(addresses.collect::<Vec<_>>());
            let client = client.await.ok()?;
            let stream = jetstream::new(client).get_stream(stream).await.ok()?;
            Some(stream.cached_info().clone())
        })
    }

    /// The NATS server that leads the stream with the records.
    pub(crate) fn leader(&self) -> Option<usize> {
        let leader = self.info("postil")?.cluster?.leader?;
        leader.strip_prefix("node")?.parse().ok()
    }

    /// Whether every NATS server has what the others have, so that one can be lost.
    pub(crate) fn is_whole(&self) -> bool {
        ["postil", "postil-spare"].into_iter().all(|stream| {
            let cluster = self.info(stream).and_then(|it| it.cluster);
            cluster.is_some_and(|it| {
                it.leader.is_some() && it.replicas.iter().all(|it| it.current && !it.offline)
            })
        })
    }

    /// Waits until everything that was set aside is in the stream.
    pub(crate) fn settle(&self) {
        let end = Instant::now() + Duration::from_secs(60);
        let is_empty = |info: Info| info.state.messages == 0;
        while !self.info("postil-spare").is_some_and(is_empty) {
            assert!(Instant::now() < end, "records stay aside");
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// `kill -9` of one of them.
    pub(crate) fn kill(&mut self, node: usize) {
        self.nodes[node] = None;
    }

    /// Starts one again that was killed.
    pub(crate) fn restart(&mut self, node: usize) {
        let mut command = self.command(node);
        self.nodes[node] = Some(servers::Server::start(&mut command, self.ports[node]));
    }

    /// The addresses, as the setting `log` has them.
    pub(crate) fn log(&self) -> String {
        self.addresses().collect::<Vec<_>>().join(",")
    }

    fn addresses(&self) -> impl Iterator<Item = String> {
        let address = |port: &u16| format!("nats://127.0.0.1:{port}");
        self.ports.iter().map(address)
    }

    /// A relay server as a process of its own.
    pub(crate) fn relay(&self) -> Program {
        Program::start(
            Command::new(env!("CARGO_BIN_EXE_postil-relay"))
                .args(["--listen", "127.0.0.1:0", "--level", "error"])
                .args(["--requests-per-second", "0", "--log", &self.log()]),
        )
    }
}

/// What stands before several relay servers, and hands each connection to one
/// that takes it.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) address: SocketAddr,
    behind: Arc<Mutex<Vec<SocketAddr>>>,
    next: Arc<AtomicUsize>,
}

impl Front {
    pub(crate) fn new(behind: Vec<SocketAddr>) -> Self {
        let listener = TcpListener::bind(anywhere()).unwrap();
        let front = Front {
            address: listener.local_addr().unwrap(),
            behind: Arc::new(Mutex::new(behind)),
            next: Arc::default(),
        };
        let own = front.clone();
        // It ends with the test.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (Ok(stream), own) = (stream, own.clone()) else {
                    return;
                };
                thread::spawn(move || own.pass_on(stream));
            }
        });
        front
    }

    /// The server at this place is at another address now.
    pub(crate) fn replace(&self, place: usize, address: SocketAddr) {
        self.behind.lock().unwrap()[place] = address;
    }

    fn pass_on(&self, client: TcpStream) -> Option<()> {
        let behind = self.behind.lock().unwrap().clone();
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        let mut tries = (0..behind.len()).map(|n| behind[(first + n) % behind.len()]);
        let server = tries.find_map(|address| TcpStream::connect(address).ok())?;
        let (mut up, mut down) = (client.try_clone().ok()?, server.try_clone().ok()?);
        let upward = thread::spawn(move || {
            let _ = copy(&mut up, &mut down);
            let _ = down.shutdown(Shutdown::Write);
        });
        // When a server is gone, so is the client's connection.
        let (mut from, mut to) = (server, client);
        let _ = copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
        let _ = from.shutdown(Shutdown::Both);
        let _ = upward.join();
        Some(())
    }
}
