//! What a relay server is started with.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::limits::Limits;

/// What a relay server is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder of the data file; made if it is missing. `None` keeps
    /// everything in memory, until the server stops.
    pub data: Option<PathBuf>,
    /// A folder to serve as a site beside the mailboxes.
    pub site: Option<PathBuf>,
    /// Whether the last address of `X-Forwarded-For` is the client's. Only
    /// right behind a reverse proxy that sets it.
    pub behind_proxy: bool,
    /// What the server takes.
    pub limits: Limits,
}

impl Config {
    /// A server that keeps its data in `data`, without a site, with the usual
    /// limits.
    pub fn new(listen: SocketAddr, data: PathBuf) -> Self {
        Config {
            listen,
            data: Some(data),
            site: None,
            behind_proxy: false,
            limits: Limits::default(),
        }
    }
}
