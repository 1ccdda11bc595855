//! What a relay server is started with.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::limits::Limits;
use crate::log::nats::connect::Servers;
use crate::tokens::Tokens;

/// What a relay server is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where records are kept.
    pub log: Keep,
    /// A folder to serve as a site beside the mailboxes.
    pub site: Option<PathBuf>,
    /// Whether the last address of `X-Forwarded-For` is the client's. Only
    /// right behind a reverse proxy that sets it.
    pub behind_proxy: bool,
    /// Who may append; `None`: whoever knows a mailbox's name.
    pub write_tokens: Option<Tokens>,
    /// Where `/metrics` is answered; `None`: nowhere.
    pub metrics: Option<SocketAddr>,
    /// How many NATS servers are to have a copy of each record.
    pub copies: usize,
    /// How long records are kept that others cover; `None`: for good.
    pub keep_covered: Option<Duration>,
    /// What the server takes.
    pub limits: Limits,
}

/// Where records are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// In memory, until the server stops.
    Memory,
    /// In a data file in this folder, which is made if it is missing.
    Redb(PathBuf),
    /// In a NATS JetStream stream, where other servers find them too.
    Nats(Servers),
}

impl Config {
    /// A server that keeps its data in the folder `data`, without a site, with
    /// the usual limits.
    pub fn new(listen: SocketAddr, data: PathBuf) -> Self {
        Config {
            listen,
            log: Keep::Redb(data),
            site: None,
            behind_proxy: false,
            write_tokens: None,
            metrics: None,
            copies: 3,
            keep_covered: Some(Duration::from_secs(30 * 86_400)),
            limits: Limits::default(),
        }
    }
}
