//! The relay server: durable mailboxes of opaque records over HTTP.
//!
//! It knows nothing of what it carries. A record is acknowledged only after it
//! is on disk, nothing can be removed through it, and what it costs is bounded
//! by [`Limits`]. `docs/protocol/mailbox.md` gives the protocol,
//! `docs/relay-server.md` how to run it.
//!
//! ```no_run
//! # async fn example() -> Result<(), postil_relay_server::StartError> {
//! use postil_relay_server::{Config, serve};
//!
//! let config = Config::new("127.0.0.1:7171".parse().expect("an address"), "data".into());
//! let relay = serve(config, async { tokio::signal::ctrl_c().await.unwrap_or(()) }).await?;
//! println!("http://{}", relay.local_addr());
//! relay.stopped().await;
//! # Ok(())
//! # }
//! ```

mod append;
mod backup;
mod config;
mod limits;
mod listen;
mod log;
mod messages;
mod metrics;
mod rate;
mod routes;
mod serve;
mod settings;
mod site;
mod stream;
mod tokens;
mod wake;

pub use backup::{BackupError, backup};
pub use config::{Config, Keep};
pub use limits::Limits;
pub use log::OpenError;
pub use log::nats::connect::{NatsError, NoServers, Servers};
pub use log::redb::{Report, check};
pub use messages::{Format, Messages};
pub use serve::{Running, StartError, run, serve};
pub use settings::{SettingError, Settings};
pub use tokens::{Tokens, TokensError};
