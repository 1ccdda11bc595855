//! Connecting, and the stream that the records are in.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

use async_nats::jetstream::stream::{Config, RetentionPolicy, StorageType, Stream};
use async_nats::jetstream::{Context, ContextBuilder, ErrorCode, context::CreateStreamErrorKind};
use async_nats::{ConnectOptions, Event, ServerAddr};
use thiserror::Error;

/// The stream's name.
pub(super) const STREAM: &str = "postil";
/// What comes before a mailbox's name in a subject.
const PREFIX: &str = "postil.";
/// The window in which JetStream itself recognises what is sent again.
const WINDOW: Duration = Duration::from_secs(120);
/// How long a question to the stream may take.
const ANSWER: Duration = Duration::from_secs(2);
/// How long a cluster may take to be ready when the server starts.
const READY: Duration = Duration::from_secs(30);
/// Room for headers beside a record in a message, in bytes.
const HEADERS: usize = 1_024;
/// The longest pause between attempts to connect again.
const RECONNECT: Duration = Duration::from_millis(500);

/// The subject of a mailbox.
pub(super) fn subject(mailbox: &str) -> String {
    [PREFIX, mailbox].concat()
}

/// The mailbox of a subject.
pub(super) fn mailbox(subject: &str) -> Option<&str> {
    subject.strip_prefix(PREFIX)
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
        "the stream `{STREAM}` can not be had: {0}. JetStream must be enabled on as many servers \
         as there are to be copies (--copies)"
    )]
    Stream(String),
    /// The stream there is would lose records.
    #[error(
        "the stream `{STREAM}` drops records by itself. It must keep its messages in files, for \
         good: no greatest age, no greatest number of messages, discard policy `new`"
    )]
    Forgetful,
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

/// Connects and finds or makes the stream; also the number of its last message.
pub(super) async fn connect(
    servers: &Servers,
    copies: usize,
    largest: usize,
) -> Result<(Context, Stream, u64), NatsError> {
    let addresses: Vec<ServerAddr> = servers.0.iter().filter_map(|it| it.parse().ok()).collect();
    let client = ConnectOptions::new()
        .name("postil-relay")
        .request_timeout(Some(ANSWER))
        .ping_interval(Duration::from_secs(5))
        .reconnect_delay_callback(|attempt| {
            RECONNECT.min(Duration::from_millis(20) * u32::try_from(attempt).unwrap_or(u32::MAX))
        })
        .event_callback(|event| async move {
            match event {
                Event::Connected => tracing::info!("connected to a NATS server"),
                Event::Disconnected => tracing::warn!("lost the connection to a NATS server"),
                _ => {}
            }
        })
        .connect(addresses)
        .await
        .map_err(|error| NatsError::Unreachable(error.to_string()))?;
    let (most, needed) = (client.server_info().max_payload, largest + HEADERS);
    if most < needed {
        return Err(NatsError::SmallMessages { most, needed });
    }
    let context = ContextBuilder::new().timeout(ANSWER).build(client);
    let stream = stream(&context, copies).await?;
    let info = stream.cached_info();
    let found = &info.config;
    let keeps = found.retention == RetentionPolicy::Limits
        && found.storage == StorageType::File
        && found.max_age.is_zero()
        && found.max_messages <= 0
        && found.max_messages_per_subject <= 0
        && (found.max_bytes <= 0
            || found.discard == async_nats::jetstream::stream::DiscardPolicy::New);
    if !keeps {
        return Err(NatsError::Forgetful);
    }
    let last = info.state.last_sequence;
    Ok((context, stream, last))
}

async fn stream(context: &Context, copies: usize) -> Result<Stream, NatsError> {
    let end = Instant::now() + READY;
    loop {
        let error = match context.get_or_create_stream(wanted(copies)).await {
            Ok(stream) => return Ok(stream),
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
            return Err(NatsError::Stream(error.to_string()));
        }
        tokio::time::sleep(super::PAUSE).await;
    }
}

fn wanted(copies: usize) -> Config {
    Config {
        name: STREAM.to_owned(),
        subjects: vec![subject("*")],
        num_replicas: copies,
        storage: StorageType::File,
        duplicate_window: WINDOW,
        discard: async_nats::jetstream::stream::DiscardPolicy::New,
        deny_delete: true,
        deny_purge: true,
        description: Some("Records of Postil, a subject for each mailbox".into()),
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
