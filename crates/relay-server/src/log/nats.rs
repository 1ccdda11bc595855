//! The log over NATS JetStream: a stream that any number of relay servers
//! append to and read.
//!
//! Each record is a message on the subject `postil.<mailbox>`. The order of the
//! stream is the order of the records. A record that the mailbox had before
//! is skipped when it is read, so that every server counts the same records
//! and has the same running digests, whatever they did at the same time.
//!
//! What a server remembers is only where the records of a mailbox are, and can
//! be read again at any time.

pub(crate) mod connect;
mod feed;
mod index;
mod load;
mod payloads;
mod publish;
mod spare;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_nats::jetstream::{Context, stream::Stream};
use axum::body::Bytes;
use futures_util::{StreamExt, future, stream};
use postil_core::relay::RecordId;
use postil_core::relay::framing::framed_len;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use self::connect::{Into, NatsError, Servers};
use self::feed::Feed;
use self::index::{Index, Part};
use self::payloads::Payloads;
use super::{Appended, Batch, Chunk, Log, LogError, Place, Range, Room, Totals};
use crate::wake::Wakes;

/// How long something is tried again before it counts as failed: longer than
/// a cluster takes to choose another leader.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long the stream may take before it is done without: with records set
/// aside, and with what is known.
const SOON: Duration = Duration::from_secs(1);
/// The pause before it is tried again.
const PAUSE: Duration = Duration::from_millis(50);
/// How many messages are on their way at a time.
const AT_ONCE: usize = 64;
/// The most records of which is remembered where they are.
const REMEMBERED: usize = 2_000_000;

/// A mailbox that somebody asked for.
#[derive(Debug, Default)]
struct Known {
    index: tokio::sync::Mutex<Index>,
    used: Mutex<Option<Instant>>,
}

/// A batch that is to be kept, and its mailbox if it is known.
type Wanted<'a> = (&'a Batch, Option<&'a Known>);

/// A log in a stream.
pub(crate) struct NatsLog {
    handle: Handle,
    inner: Arc<Inner>,
    tasks: [AbortHandle; 2],
}

struct Inner {
    context: Context,
    publishing: Context,
    stream: Stream,
    spare: Option<Stream>,
    feed: Feed,
    payloads: Payloads,
    mailboxes: Mutex<HashMap<String, Arc<Known>>>,
    wakes: Arc<Wakes>,
    /// Changes whenever a connection is lost.
    lost: watch::Receiver<()>,
}

impl Drop for NatsLog {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

/// A time of the stream in seconds since 1970.
fn seconds(unix: i64) -> u64 {
    u64::try_from(unix).unwrap_or(0)
}

/// Why a try failed, in words.
fn fault(error: impl std::fmt::Display) -> LogError {
    LogError(error.to_string())
}

impl NatsLog {
    /// Connects, and makes the stream with this many copies if it is missing.
    pub(crate) async fn open(
        servers: &Servers,
        copies: usize,
        largest: usize,
        wakes: Arc<Wakes>,
    ) -> Result<Self, NatsError> {
        let connected = connect::connect(servers, copies, largest).await?;
        let inner = Arc::new(Inner {
            context: connected.context,
            publishing: connected.publishing,
            stream: connected.stream,
            spare: connected.spare,
            feed: Feed::new(connected.last),
            payloads: Payloads::default(),
            mailboxes: Mutex::default(),
            wakes,
            lost: connected.lost,
        });
        let tasks = [
            tokio::spawn(feed::follow(inner.clone())).abort_handle(),
            tokio::spawn(spare::tend(inner.clone())).abort_handle(),
        ];
        Ok(NatsLog {
            handle: Handle::current(),
            inner,
            tasks,
        })
    }

    /// Waits for something, on a thread that may block.
    fn wait<T>(&self, of: impl Future<Output = Result<T, LogError>>) -> Result<T, LogError> {
        self.handle.block_on(of)
    }
}

impl Inner {
    /// Tries until it works or patience ends.
    async fn patiently<T, F>(&self, mut attempt: impl FnMut() -> F) -> Result<T, LogError>
    where
        F: Future<Output = Result<T, LogError>>,
    {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.unless_lost(attempt()).await {
                Err(error) if Instant::now() < end => {
                    tracing::debug!("tried again: {error}");
                    tokio::time::sleep(PAUSE).await;
                }
                outcome => return outcome,
            }
        }
    }

    /// Gives something up when the connection is lost: answers to what was on its
    /// way never come, and it would be waited for in vain.
    async fn unless_lost<T>(
        &self,
        attempt: impl Future<Output = Result<T, LogError>>,
    ) -> Result<T, LogError> {
        let mut lost = self.lost.clone();
        lost.mark_unchanged();
        tokio::select! {
            outcome = attempt => outcome,
            Ok(()) = lost.changed() => Err(LogError("the connection to NATS was lost".into())),
        }
    }

    fn mailboxes(&self) -> MutexGuard<'_, HashMap<String, Arc<Known>>> {
        self.mailboxes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// A mailbox with everything that the feed has passed.
    async fn known(&self, mailbox: &str) -> Result<Arc<Known>, LogError> {
        let known = self
            .mailboxes()
            .entry(mailbox.to_owned())
            .or_default()
            .clone();
        *known.used.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        let mut index = known.index.lock().await;
        if !index.is_loaded {
            if self.feed.is_silent() {
                return Err(LogError("the stream has no leader".into()));
            }
            self.load(mailbox, &mut index).await?;
            index.is_loaded = true;
            drop(index);
            self.forget();
        } else {
            drop(index);
        }
        Ok(known)
    }

    /// Forgets mailboxes that were used longest ago, if it is too much.
    fn forget(&self) {
        let mut mailboxes = self.mailboxes();
        let mut by_use: Vec<_> = mailboxes
            .iter()
            .map(|(name, known)| {
                let used = *known.used.lock().unwrap_or_else(PoisonError::into_inner);
                // One that is being changed was used just now.
                let records = known.index.try_lock().map_or(0, |index| index.len());
                (used, name.clone(), records)
            })
            .collect();
        let mut held: usize = by_use.iter().map(|(.., records)| records).sum();
        by_use.sort_unstable_by_key(|(used, ..)| *used);
        for (_, name, records) in by_use {
            if held <= REMEMBERED {
                break;
            }
            if records > 0 && !self.wakes.is_waited_for(&name) {
                mailboxes.remove(&name);
                held -= records;
            }
        }
    }

    /// The mailbox, as far as it is known. Nothing if it can not be looked into
    /// soon but records can be set aside.
    async fn known_or_not(&self, mailbox: &str) -> Result<Option<Arc<Known>>, LogError> {
        if self.spare.is_none() {
            return self.patiently(|| self.known(mailbox)).await.map(Some);
        }
        // What has been read of it by then is not read again.
        let known = timeout(SOON, self.known(mailbox)).await;
        Ok(known.ok().and_then(Result::ok))
    }

    async fn append(&self, batches: &[Batch], room: Room) -> Result<Vec<Appended>, LogError> {
        let known = batches
            .iter()
            .map(|batch| self.known_or_not(&batch.mailbox));
        let known = future::try_join_all(known).await?;
        let mut total = self.feed.totals().bytes;
        let mut outcomes = Vec::with_capacity(batches.len());
        let unknown = Known::default();
        for (batch, known) in batches.iter().zip(&known) {
            let index = known.as_deref().unwrap_or(&unknown).index.lock().await;
            let news = batch
                .records
                .iter()
                .filter(|it| !index.has(&RecordId::of(it)));
            let bytes: u64 = news.map(|it| framed_len(it) as u64).sum();
            outcomes.push(if index.bytes() + bytes > room.mailbox {
                Appended::MailboxFull
            } else if total + bytes > room.total {
                Appended::ServerFull
            } else {
                total += bytes;
                Appended::Kept(index.at(u64::MAX))
            });
        }
        let wanted: Vec<Wanted<'_>> = batches
            .iter()
            .zip(&known)
            .zip(&outcomes)
            .filter(|(_, outcome)| matches!(outcome, Appended::Kept(_)))
            .map(|((batch, known), _)| (batch, known.as_deref()))
            .collect();
        // What was stored before an error is recognised when it comes again.
        let last = self.patiently(|| self.keep(&wanted)).await?;
        // Without it the answer is a position before these records, which tells the
        // client to read.
        let _ = timeout(SOON, self.feed.wait_for(last)).await;
        for (known, outcome) in known.iter().zip(&mut outcomes) {
            if let (Appended::Kept(at), Some(known)) = (outcome, known) {
                *at = known.index.lock().await.at(u64::MAX);
            }
        }
        Ok(outcomes)
    }

    async fn place(&self, mailbox: &str, after: u64) -> Result<Place, LogError> {
        // Another server may have appended what the reader has seen already.
        let soon = match self.feed.is_silent() {
            true => PAUSE,
            false => SOON,
        };
        if timeout(soon, self.feed.catch_up()).await.is_err() {
            // Who has seen no more than is known here does not have to wait.
            let known = self.mailboxes().get(mailbox).cloned();
            if let Some(known) = known {
                let index = known.index.lock().await;
                if index.is_loaded && index.len() as u64 >= after {
                    return Ok(index.place(after));
                }
            }
            self.feed.catch_up().await?;
        }
        let known = self.patiently(|| self.known(mailbox)).await?;
        let index = known.index.lock().await;
        Ok(index.place(after))
    }

    async fn read(&self, mailbox: &str, range: Range, limit: usize) -> Result<Chunk, LogError> {
        let known = self.patiently(|| self.known(mailbox)).await?;
        let parts = known.index.lock().await.parts(range, limit);
        let parts = stream::iter(parts)
            .map(|part| async move {
                Ok::<_, LogError>(match part {
                    Part::Record(number) => (part, self.patiently(|| self.payload(number)).await?),
                    Part::Gap(..) => (part, Bytes::new()),
                })
            })
            .buffered(AT_ONCE);
        tokio::pin!(parts);
        let mut chunk = Chunk::default();
        while let Some(part) = parts.next().await {
            match part? {
                (Part::Record(_), payload) => chunk.put_record(&payload, usize::MAX),
                (Part::Gap(count, digest), _) => chunk.put_gap(count, digest, usize::MAX),
            };
        }
        Ok(chunk)
    }

    /// The record with this number in the stream.
    async fn payload(&self, number: u64) -> Result<Bytes, LogError> {
        if let Some((_, payload)) = self.payloads.get(number) {
            return Ok(payload);
        }
        let message = self.stream.get_raw_message(number).await.map_err(fault)?;
        if let Some(mailbox) = Into::Order.mailbox(&message.subject) {
            self.payloads.put(number, mailbox, &message.payload);
        }
        Ok(message.payload)
    }
}

impl Log for NatsLog {
    fn append(&self, batches: &[Batch], room: Room) -> Result<Vec<Appended>, LogError> {
        self.wait(self.inner.append(batches, room))
    }

    fn place(&self, mailbox: &str, after: u64) -> Result<Place, LogError> {
        self.wait(self.inner.place(mailbox, after))
    }

    fn read(&self, mailbox: &str, range: Range, limit: usize) -> Result<Chunk, LogError> {
        self.wait(self.inner.read(mailbox, range, limit))
    }

    fn drop_covered(&self, _before: u64) -> Result<bool, LogError> {
        // The stream allows no deletion, and that is worth more than the room.
        Ok(false)
    }

    fn totals(&self) -> Result<Totals, LogError> {
        let feed = &self.inner.feed;
        self.wait(async {
            // What was said last will do while a leader is chosen.
            let caught_up = timeout(SOON, feed.catch_up()).await;
            if caught_up.is_err() && feed.is_deaf() {
                return Err(LogError("no NATS server answers".into()));
            }
            Ok(feed.totals())
        })
    }
}
