//! Servers within the test, the program as a child process, and plain HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use postil_core::relay::framing::{Position, put_record, take_number, take_records};
use postil_relay_server::{Config, Keep, StartError, serve};
use tokio::sync::oneshot;

pub(crate) const ROOM: &str = "aaaaaaaaaaaaaaaaaaaaaa";

/// Whether tests are to last long: `cargo xtask soak`.
pub(crate) fn is_soak() -> bool {
    std::env::var_os("POSTIL_SOAK").is_some()
}

/// A free port of this machine on which nothing listens.
pub(crate) fn anywhere() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

pub(crate) fn config(folder: &Path) -> Config {
    Config::new(anywhere(), folder.to_owned())
}

pub(crate) fn in_memory() -> Config {
    Config {
        log: Keep::Memory,
        ..Config::new(anywhere(), "unused".into())
    }
}

/// A server on threads of this process; stops when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) metrics: Option<SocketAddr>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn try_start(config: Config) -> Result<Self, StartError> {
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(async {
                let shutdown = async { stopped.await.unwrap_or(()) };
                match serve(config, shutdown).await {
                    Ok(running) => {
                        let addresses = (running.local_addr(), running.metrics_addr());
                        tell.send(Ok(addresses)).unwrap();
                        running.stopped().await;
                    }
                    Err(error) => tell.send(Err(error)).unwrap(),
                }
            });
        });
        let (address, metrics) = told.recv().unwrap()?;
        Ok(Server {
            address,
            metrics,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    pub(crate) fn start(config: Config) -> Self {
        Server::try_start(config).unwrap()
    }

    /// Begins to stop, without waiting for it.
    pub(crate) fn begin_stop(&mut self) {
        drop(self.stop.take());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.begin_stop();
        self.thread.take().unwrap().join().unwrap();
    }
}

/// The program as a process of its own; killed without mercy when dropped.
pub(crate) struct Program {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
}

impl Program {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let address = line.trim().rsplit('/').next().unwrap();
        let address = address.parse().unwrap_or_else(|_| panic!("{line:?}"));
        Program { child, address }
    }

    pub(crate) fn on(folder: &Path) -> Self {
        Program::start(
            Command::new(env!("CARGO_BIN_EXE_postil-relay"))
                .args(["--level", "error", "--listen", "127.0.0.1:0", "--data"])
                .arg(folder),
        )
    }

    /// SIGTERM; returns when it has ended.
    #[cfg(unix)]
    pub(crate) fn end(&mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    stream
}

/// Sends a request as it is written here, so that nothing is tidied on the way.
pub(crate) fn try_ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .ok()?;
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    let mut bytes = request.into_bytes();
    bytes.extend_from_slice(body);
    // A server that refuses a body may answer before it has taken all of it.
    let _ = stream.write_all(&bytes);
    answer(stream)
}

pub(crate) fn answer(stream: TcpStream) -> Option<Answer> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let mut answer = Answer {
        status,
        head,
        body: Vec::new(),
    };
    if answer.header("transfer-encoding") == Some("chunked") {
        loop {
            let mut size = String::new();
            reader.read_line(&mut size).ok()?;
            let size = usize::from_str_radix(size.trim(), 16).ok()?;
            let mut chunk = vec![0; size + 2];
            reader.read_exact(&mut chunk).ok()?;
            if size == 0 {
                return Some(answer);
            }
            answer.body.extend_from_slice(&chunk[..size]);
        }
    }
    let length = answer
        .header("content-length")
        .map_or(0, |n| n.parse().unwrap());
    answer.body = vec![0; length];
    reader.read_exact(&mut answer.body).ok()?;
    Some(answer)
}

pub(crate) fn ask(address: SocketAddr, method: &str, path: &str, body: &[u8]) -> Answer {
    try_ask(address, method, path, &[], body).unwrap()
}

pub(crate) fn get(address: SocketAddr, path: &str) -> Answer {
    ask(address, "GET", path, b"")
}

pub(crate) fn framed(records: &[&[u8]]) -> Vec<u8> {
    let mut body = Vec::new();
    for record in records {
        put_record(record, &mut body);
    }
    body
}

/// Appends; the status.
pub(crate) fn append(address: SocketAddr, mailbox: &str, records: &[&[u8]]) -> u16 {
    let answer = ask(address, "POST", &format!("/m/{mailbox}"), &framed(records));
    if answer.status == 200 {
        let mut rest = &answer.body[..];
        Position::take(&mut rest).unwrap();
        assert!(rest.is_empty());
    }
    answer.status
}

/// Everything in a mailbox, page by page.
pub(crate) fn contents(address: SocketAddr, mailbox: &str) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    loop {
        let page = get(address, &format!("/m/{mailbox}?after={}", found.len()));
        assert_eq!(page.status, 200, "{:?}", page.text());
        let mut rest = page.body.get(16..).unwrap();
        let head = take_number(&mut rest).unwrap();
        let records = take_records(rest).unwrap();
        found.extend(records.iter().map(|r| r.to_vec()));
        if found.len() as u64 == head {
            return found;
        }
        assert!(!records.is_empty());
    }
}
