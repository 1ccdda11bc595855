//! Connecting, and the stream that the records are in.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType, Stream};
use async_nats::jetstream::{Context, ContextBuilder, ErrorCode, context::CreateStreamErrorKind};
use async_nats::{ConnectOptions, Event, ServerAddr};
use thiserror::Error;
use tokio::sync::watch;

/// The name of the stream with the records in their order.
pub(super) const STREAM: &str = "postil";
/// The name of the stream for while that one has no leader.
pub(super) const SPARE: &str = "postil-spare";
/// The window in which JetStream itself recognises what is sent again.
const WINDOW: Duration = Duration::from_secs(120);
/// How long a question to the stream may take.
const ANSWER: Duration = Duration::from_secs(2);
/// How long a record may take until it counts as lost on its way and is sent
/// again: long, because that makes a busy cluster busier.
const ACKNOWLEDGED: Duration = Duration::from_secs(4);
/// How long a cluster may take to be ready when the server starts.
const READY: Duration = Duration::from_secs(30);
/// Room for headers beside a record in a message, in bytes.
const HEADERS: usize = 1_024;
/// The longest pause between attempts to connect again.
const RECONNECT: Duration = Duration::from_millis(500);

/// The stream that a record is handed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Into {
    /// The one with the order.
    Order,
    /// The spare one.
    Spare,
}

impl Into {
    /// The stream's name, which its subjects begin with.
    pub(super) fn name(self) -> &'static str {
        match self {
            Into::Order => STREAM,
            Into::Spare => SPARE,
        }
    }

    /// The subject of a mailbox.
    pub(super) fn subject(self, mailbox: &str) -> String {
        [self.name(), ".", mailbox].concat()
    }

    /// The mailbox of a subject.
    pub(super) fn mailbox(self, subject: &str) -> Option<&str> {
        subject.strip_prefix(self.name())?.strip_prefix('.')
    }
}

/// What a server works with.
pub(super) struct Connected {
    pub(super) context: Context,
    /// The same, with more patience for what was handed over.
    pub(super) publishing: Context,
    pub(super) stream: Stream,
    /// Without copies there is no other NATS server to lead it.
    pub(super) spare: Option<Stream>,
    /// The number of the stream's last message.
    pub(super) last: u64,
    /// Changes whenever a connection is lost, and with it what was on its way.
    pub(super) lost: watch::Receiver<()>,
}

/// The addresses of NATS servers of one cluster, with what one logs in with.
#[derive(Clone, PartialEq, Eq)]
pub struct Servers(Vec<String>);

/// A list of addresses that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("it should be nats://host:4222, or several with commas between them")]
pub struct NoServers;

impl fmt::Debug for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the passwords in them.
        write!(f, "Servers({})", self.0.len())
    }
}

impl FromStr for Servers {
    type Err = NoServers;

    /// Reads `nats://user:password@host:port,host:port`.
    fn from_str(text: &str) -> Result<Self, NoServers> {
        let all: Vec<String> = text.split(',').map(|it| it.trim().to_owned()).collect();
        let fit = |it: &String| !it.is_empty() && it.parse::<ServerAddr>().is_ok();
        all.iter().all(fit).then_some(Servers(all)).ok_or(NoServers)
    }
}

/// Why the server can not use a NATS cluster. Says what can be done.
#[derive(Debug, Error)]
pub enum NatsError {
    /// No server lets us in.
    #[error(
        "no NATS server can be reached: {0}. Check the addresses after --log nats: and that they run"
    )]
    Unreachable(String),
    /// JetStream does not answer, or the stream can not be made.
    #[error(
        "the stream `{0}` can not be had: {1}. JetStream must be enabled on as many servers \
         as there are to be copies (--copies)"
    )]
    Stream(&'static str, String),
    /// The stream there is would lose records.
    #[error(
        "the stream `{0}` drops records by itself. It must keep its messages in files, for \
         good: no greatest age, no greatest number of messages, discard policy `new`"
    )]
    Forgetful(&'static str),
    /// The servers take no messages as large as records.
    #[error(
        "the NATS servers take messages of {most} bytes, and a record with its headers may have \
         {needed}. Raise `max_payload` there, or lower --max-record"
    )]
    SmallMessages {
        /// What they take.
        most: usize,
        /// What is needed.
        needed: usize,
    },
}

/// Connects and finds or makes the streams.
pub(super) async fn connect(
    servers: &Servers,
    copies: usize,
    largest: usize,
) -> Result<Connected, NatsError> {
    let addresses: Vec<ServerAddr> = servers.0.iter().filter_map(|it| it.parse().ok()).collect();
    let (losses, lost) = watch::channel(());
    let losses = Arc::new(losses);
    let client = ConnectOptions::new()
        .name("postil-relay")
        .request_timeout(Some(ANSWER))
        .ping_interval(Duration::from_secs(5))
        .reconnect_delay_callback(|attempt| {
            RECONNECT.min(Duration::from_millis(20) * u32::try_from(attempt).unwrap_or(u32::MAX))
        })
        .event_callback(move |event| {
            let losses = losses.clone();
            async move {
                match event {
                    Event::Connected => tracing::info!("connected to a NATS server"),
                    Event::Disconnected => {
                        tracing::warn!("lost the connection to a NATS server");
                        losses.send_replace(());
                    }
                    _ => {}
                }
            }
        })
        .connect(addresses)
        .await
        .map_err(|error| NatsError::Unreachable(error.to_string()))?;
    let (most, needed) = (client.server_info().max_payload, largest + HEADERS);
    if most < needed {
        return Err(NatsError::SmallMessages { most, needed });
    }
    let context = ContextBuilder::new().timeout(ANSWER).build(client.clone());
    let main = stream(&context, Into::Order, copies).await?;
    let spare = match copies {
        // There may be something in it from when there were copies.
        ..=1 => context.get_stream(SPARE).await.ok(),
        _ => Some(stream(&context, Into::Spare, copies).await?),
    };
    let last = main.cached_info().state.last_sequence;
    Ok(Connected {
        context,
        publishing: ContextBuilder::new().timeout(ACKNOWLEDGED).build(client),
        stream: main,
        spare,
        last,
        lost,
    })
}

async fn stream(context: &Context, which: Into, copies: usize) -> Result<Stream, NatsError> {
    let end = Instant::now() + READY;
    loop {
        let error = match context.get_or_create_stream(wanted(which, copies)).await {
            Ok(stream) if keeps(&stream.cached_info().config) => return Ok(stream),
            Ok(_) => return Err(NatsError::Forgetful(which.name())),
            Err(error) => error,
        };
        // These do not get better; a cluster that is not ready yet does.
        let fatal = match error.kind() {
            CreateStreamErrorKind::JetStream(error) => [
                ErrorCode::STREAM_REPLICAS_NOT_SUPPORTED,
                ErrorCode::STREAM_SUBJECT_OVERLAP,
                ErrorCode::JETSTREAM_NOT_ENABLED_FOR_ACCOUNT,
            ]
            .contains(&error.error_code()),
            _ => false,
        };
        if fatal || Instant::now() > end {
            return Err(NatsError::Stream(which.name(), error.to_string()));
        }
        tokio::time::sleep(super::PAUSE).await;
    }
}

/// Whether a stream drops nothing by itself.
fn keeps(config: &Config) -> bool {
    config.retention == RetentionPolicy::Limits
        && config.storage == StorageType::File
        && config.max_age.is_zero()
        && config.max_messages <= 0
        && config.max_messages_per_subject <= 0
        && (config.max_bytes <= 0 || config.discard == DiscardPolicy::New)
}

fn wanted(which: Into, copies: usize) -> Config {
    let is_order = which == Into::Order;
    let description = match which {
        Into::Order => "Records of Postil, a subject for each mailbox",
        Into::Spare => "Records of Postil while their stream has no leader",
    };
    Config {
        name: which.name().to_owned(),
        subjects: vec![which.subject("*")],
        num_replicas: copies,
        storage: StorageType::File,
        duplicate_window: WINDOW,
        discard: DiscardPolicy::New,
        deny_delete: is_order,
        deny_purge: is_order,
        description: Some(description.into()),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        fn check(text: &str, expected: Option<usize>) {
            let found = text.parse::<Servers>().ok().map(|it| it.0.len());
            assert_eq!(found, expected, "{text}");
        }
        check("nats://localhost", Some(1));
        check("nats://a:b@h:4222, h2:4222,tls://h3", Some(3));
        check("", None);
        check("nats://h,,", None);
        check("http://h", None);
        let servers: Servers = "nats://user:sesame@host".parse().unwrap();
        assert!(!format!("{servers:?}").contains("sesame"));
    }
}
