//! Starting and stopping.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

use crate::append::Appends;
#[cfg(unix)]
use crate::backup;
use crate::config::{Config, Keep};
use crate::listen::listen;
use crate::log::memory::MemoryLog;
use crate::log::nats::NatsLog;
use crate::log::nats::connect::NatsError;
use crate::log::redb::RedbLog;
use crate::log::{Log, OpenError, Room, seconds};
use crate::metrics::Metrics;
use crate::rate::Rate;
use crate::routes::{Shared, routes, watched};
use crate::wake::Wakes;

/// How many large bodies may be on their way in at a time.
const LARGE_BODIES: usize = 64;

/// How many may ask for the metrics at a time.
const WATCHERS: usize = 16;

/// How often it is looked for records that have been covered for long enough,
/// and how long to wait before some more of them are dropped.
const DROPS_EVERY: Duration = Duration::from_secs(600);
const BETWEEN_DROPS: Duration = Duration::from_millis(20);

/// Why the server did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The address can not be listened on.
    #[error(
        "can not listen on {address}: {source}. Is another server running there? Choose another address with --{setting}"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What it was set by.
        setting: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The site's folder is not one.
    #[error("there is no folder {0} to serve as the site")]
    NoSite(PathBuf),
    /// The data file can not be opened.
    #[error(transparent)]
    Data(#[from] OpenError),
    /// The NATS servers can not be used.
    #[error(transparent)]
    Nats(#[from] NatsError),
    /// The system refuses a thread.
    #[error("no thread can be started: {0}")]
    Thread(std::io::Error),
}

/// A server that runs.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    metrics: Option<SocketAddr>,
    task: JoinHandle<()>,
}

impl Running {
    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Where `/metrics` is answered, if anywhere.
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics
    }

    /// Returns once the server has stopped, with every acknowledged record on
    /// disk and the data file closed.
    pub async fn stopped(self) {
        // It can only fail by a panic, which has been printed.
        let _ = self.task.await;
    }
}

/// Starts a server. It stops when `shutdown` resolves: it takes no more
/// connections, ends wake-up streams, and lets requests finish.
///
/// # Errors
/// When the data file or the address is not to be had.
pub async fn serve(
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Running, StartError> {
    if let Some(site) = config.site.as_ref().filter(|site| !site.is_dir()) {
        return Err(StartError::NoSite(site.clone()));
    }
    let limits = config.limits.readable();
    let (listener, address) = bind(config.listen, "listen").await?;
    let metrics_listener = match config.metrics {
        Some(address) => Some(bind(address, "metrics").await?),
        None => None,
    };
    let wakes = Arc::new(Wakes::default());
    // What ends when the server does.
    let mut aside = JoinSet::new();
    let log: Arc<dyn Log> = match &config.log {
        Keep::Redb(folder) => {
            let log = Arc::new(RedbLog::open(folder)?);
            #[cfg(unix)]
            if let Some(listener) = backup::socket::listen(folder) {
                aside.spawn(backup::socket::serve(listener, log.clone()));
            }
            log
        }
        Keep::Memory => Arc::new(MemoryLog::default()),
        Keep::Nats(servers) => {
            let log = NatsLog::open(servers, config.copies, limits.record, wakes.clone());
            Arc::new(log.await?)
        }
    };
    if let Some(keep) = config.keep_covered {
        aside.spawn(drop_covered(log.clone(), keep));
    }
    let metrics = Arc::new(Metrics::default());
    let room = Room {
        mailbox: limits.mailbox,
        total: limits.total,
    };
    let (appends, thread) = Appends::start(log.clone(), wakes.clone(), metrics.clone(), room)
        .map_err(StartError::Thread)?;
    let (stop, stopping) = watch::channel(false);
    let connections = limits.connections;
    let shared = Arc::new(Shared {
        log,
        appends,
        wakes,
        rate: Rate::new(limits.requests_per_second),
        limits,
        behind_proxy: config.behind_proxy,
        write_tokens: config.write_tokens,
        metrics: metrics.clone(),
        large_bodies: Semaphore::new(LARGE_BODIES),
        stopping: stopping.clone(),
    });
    let site = routes(&shared, config.site.as_deref());
    let watching = metrics_listener.map(|(listener, address)| {
        let (routes, stopping) = (watched(&shared), stopping.clone());
        let own = Arc::new(Metrics::default());
        tokio::spawn(async move { listen(listener, routes, WATCHERS, &own, stopping).await });
        address
    });
    drop(shared);
    tracing::info!(%address, "listening");
    let task = tokio::spawn(async move {
        let serving = listen(listener, site, connections, &metrics, stopping);
        tokio::pin!(serving);
        tokio::select! {
            () = &mut serving => {}
            () = shutdown => {
                tracing::info!("stopping: open requests may end");
                stop.send_replace(true);
                serving.await;
            }
        }
        aside.shutdown().await;
        // With the routes gone nobody can append any more; the thread finishes
        // what it has and closes the file.
        let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        tracing::info!("stopped");
    });
    Ok(Running {
        address,
        metrics: watching,
        task,
    })
}

/// Drops what has been covered for so long, at the start and from time to time.
async fn drop_covered(log: Arc<dyn Log>, keep: Duration) {
    loop {
        let log = log.clone();
        let before = seconds().saturating_sub(keep.as_secs());
        let dropped = tokio::task::spawn_blocking(move || log.drop_covered(before)).await;
        let more = match dropped {
            Ok(Ok(more)) => more,
            Ok(Err(error)) => {
                tracing::error!("{error}");
                false
            }
            Err(_) => false,
        };
        let pause = if more { BETWEEN_DROPS } else { DROPS_EVERY };
        tokio::time::sleep(pause).await;
    }
}

async fn bind(
    address: SocketAddr,
    setting: &'static str,
) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen {
        address,
        setting,
        source,
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// Runs a server to its end, for programs that are not asynchronous: until
/// Ctrl-C or, on Unix, SIGTERM. `started` is called with the address.
///
/// # Errors
/// As [`serve`].
pub fn run(config: Config, started: impl FnOnce(SocketAddr)) -> Result<(), StartError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(StartError::Thread)?;
    runtime.block_on(async {
        let running = serve(config, asked_to_stop()).await?;
        started(running.local_addr());
        running.stopped().await;
        Ok(())
    })
}

async fn asked_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
