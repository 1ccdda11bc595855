//! Following the stream: every message in its order, into the mailboxes that
//! somebody asked for.
//!
//! The stream is read by number rather than by a consumer, which would be gone
//! with the node it lived on: whatever node answers, reading goes on where it
//! was.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_nats::jetstream::stream::LastRawMessageErrorKind;
use axum::body::Bytes;
use futures_util::{StreamExt, stream};
use postil_core::relay::cover::is_cover;
use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use super::connect::Into;
use super::{AT_ONCE, Inner, PATIENCE, PAUSE, fault, seconds};
use crate::log::{LogError, Totals};

/// How often the stream is asked for its end when nothing says that it grew.
const TICK: Duration = Duration::from_millis(300);
/// Without an answer of the stream for this long, it counts as having no leader.
const SILENT: Duration = Duration::from_millis(1_500);
/// Without one for this long, those who wait for records are sent away, to where
/// there may be one: longer than a cluster takes to choose another leader.
const DEAF: Duration = Duration::from_secs(12);

/// How far the stream has been followed.
pub(super) struct Feed {
    /// The number that is being passed, or was last.
    reached: AtomicU64,
    /// Everything up to this number has been passed.
    passed: watch::Sender<u64>,
    /// When the round began that ended last, with all that the stream held.
    round: watch::Sender<Instant>,
    hint: Notify,
    told: Mutex<Told>,
}

/// What the stream said last.
struct Told {
    when: Instant,
    totals: Totals,
    /// The NATS server that leads it.
    leader: Option<String>,
}

impl Feed {
    pub(super) fn new(last: u64) -> Self {
        Feed {
            reached: AtomicU64::new(last),
            passed: watch::Sender::new(last),
            round: watch::Sender::new(Instant::now()),
            hint: Notify::new(),
            told: Mutex::new(Told {
                when: Instant::now(),
                totals: Totals::default(),
                leader: None,
            }),
        }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the stream says nothing any more.
    pub(super) fn is_silent(&self) -> bool {
        self.told().when.elapsed() > SILENT
    }

    /// Whether it has been silent for so long that it is hopeless here.
    pub(super) fn is_deaf(&self) -> bool {
        self.told().when.elapsed() > DEAF
    }

    /// The NATS server that leads the stream.
    pub(super) fn leader(&self) -> Option<String> {
        self.told().leader.clone()
    }

    /// Mailboxes that are asked for from now on are told of all messages after
    /// this one.
    pub(super) fn reached(&self) -> u64 {
        self.reached.load(Ordering::SeqCst)
    }

    /// What the stream holds, as it was told last.
    pub(super) fn totals(&self) -> Totals {
        self.told().totals
    }

    /// Waits until a message has been passed.
    pub(super) async fn wait_for(&self, number: u64) -> Result<(), LogError> {
        self.hint.notify_one();
        let mut passed = self.passed.subscribe();
        let waiting = passed.wait_for(|it| *it >= number);
        in_time(timeout(PATIENCE, waiting).await.is_ok())
    }

    /// Waits until everything has been passed that the stream holds now.
    pub(super) async fn catch_up(&self) -> Result<(), LogError> {
        let asked = Instant::now();
        self.hint.notify_one();
        let mut round = self.round.subscribe();
        let waiting = round.wait_for(|began| *began >= asked);
        in_time(timeout(PATIENCE, waiting).await.is_ok())
    }
}

fn in_time(is: bool) -> Result<(), LogError> {
    is.then_some(())
        .ok_or_else(|| LogError("no NATS server answers".into()))
}

/// Follows the stream for ever.
pub(super) async fn follow(inner: Arc<Inner>) {
    let client = inner.context.client();
    // Says that something was published, by whomever; polling does without.
    let mut news = client.subscribe(Into::Order.subject("*")).await.ok();
    loop {
        let heard = async {
            match &mut news {
                Some(news) => news.next().await.is_some(),
                None => std::future::pending().await,
            }
        };
        let ended = tokio::select! {
            heard = heard => !heard,
            () = inner.feed.hint.notified() => false,
            () = tokio::time::sleep(TICK) => false,
        };
        if ended {
            news = None;
        }
        let began = Instant::now();
        match inner.unless_lost(round(&inner)).await {
            Ok(()) => {
                inner.feed.round.send_replace(began);
            }
            Err(error) => {
                tracing::debug!("the stream can not be followed: {error}");
                if inner.feed.is_deaf() {
                    inner.wakes.end_all();
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Passes everything that the stream holds now.
async fn round(inner: &Inner) -> Result<(), LogError> {
    let info = inner.stream.get_info().await.map_err(fault)?;
    *inner.feed.told() = Told {
        when: Instant::now(),
        totals: Totals {
            mailboxes: info.state.subjects_count,
            records: info.state.messages,
            bytes: info.state.bytes,
        },
        leader: info.cluster.and_then(|it| it.leader),
    };
    let (first, last) = (*inner.feed.passed.borrow() + 1, info.state.last_sequence);
    let messages = stream::iter(first..=last)
        .map(|number| message(inner, number))
        .buffered(AT_ONCE);
    tokio::pin!(messages);
    let mut number = first;
    while let Some(message) = messages.next().await {
        if let Some((mailbox, payload, time)) = message? {
            inner.feed.told().when = Instant::now();
            // Before the mailbox is looked for: who loads it from now on reads this
            // message from the stream.
            inner.feed.reached.store(number, Ordering::SeqCst);
            let known = inner.mailboxes().get(&*mailbox).cloned();
            if let Some(known) = known {
                let mut index = known.index.lock().await;
                if index.is_loaded && index.push(number, &payload, time) {
                    inner.wakes.announce(&mailbox, index.len() as u64);
                }
            }
        }
        inner.feed.passed.send_replace(number);
        number += 1;
    }
    Ok(())
}

/// The mailbox and the record with this number, and when the stream took it;
/// `None` if there is none.
async fn message(inner: &Inner, number: u64) -> Result<Option<(Box<str>, Bytes, u64)>, LogError> {
    // Only of a cover the time matters, and only the stream knows it.
    if let Some((mailbox, payload)) = inner.payloads.get(number)
        && !is_cover(&payload)
    {
        return Ok(Some((mailbox, payload, 0)));
    }
    match inner.stream.get_raw_message(number).await {
        Ok(message) => {
            let mailbox = Into::Order.mailbox(&message.subject);
            Ok(mailbox.map(|mailbox| {
                inner.payloads.put(number, mailbox, &message.payload);
                let time = seconds(message.time.unix_timestamp());
                (mailbox.into(), message.payload, time)
            }))
        }
        Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => Err(fault(error)),
    }
}
