//! Group commit: appends that arrive together share one transaction.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};

use tokio::sync::{mpsc, oneshot};

use crate::log::{Appended, Batch, Log, LogError, Room};
use crate::metrics::Metrics;
use crate::wake::Wakes;

/// The most batches in one transaction.
const GROUP: usize = 256;
/// The most bytes in one transaction, over the first batch.
const GROUP_BYTES: usize = 8 << 20;

struct Job {
    batch: Batch,
    done: oneshot::Sender<Option<Appended>>,
}

/// The way to the thread that appends.
#[derive(Clone)]
pub(crate) struct Appends(mpsc::Sender<Job>);

impl Appends {
    /// Starts the thread. It ends when every clone of the sender is gone and
    /// everything handed over is done.
    pub(crate) fn start(
        log: Arc<dyn Log>,
        wakes: Arc<Wakes>,
        metrics: Arc<Metrics>,
        room: Room,
    ) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (sender, jobs) = mpsc::channel(GROUP);
        let thread = thread::Builder::new()
            .name("append".into())
            .spawn(move || work(&*log, &wakes, &metrics, room, jobs))?;
        Ok((Appends(sender), thread))
    }

    /// Appends a batch. Returns once it is on disk; `None` if that failed.
    pub(crate) async fn append(&self, batch: Batch) -> Option<Appended> {
        let (done, outcome) = oneshot::channel();
        self.0.send(Job { batch, done }).await.ok()?;
        outcome.await.ok().flatten()
    }
}

fn work(
    log: &dyn Log,
    wakes: &Wakes,
    metrics: &Metrics,
    room: Room,
    mut jobs: mpsc::Receiver<Job>,
) {
    while let Some(first) = jobs.blocking_recv() {
        let (mut batches, mut waiting) = (vec![first.batch], vec![first.done]);
        let mut bytes = 0;
        while batches.len() < GROUP && bytes < GROUP_BYTES {
            let Ok(job) = jobs.try_recv() else { break };
            bytes += job.batch.records.iter().map(|r| r.len()).sum::<usize>();
            batches.push(job.batch);
            waiting.push(job.done);
        }
        let append = AssertUnwindSafe(|| log.append(&batches, room));
        let outcomes = catch_unwind(append)
            .unwrap_or_else(|_| Err(LogError("its pages make no sense".into())))
            .inspect_err(|error| {
                metrics.faults.fetch_add(1, Ordering::Relaxed);
                tracing::error!("{error}");
            });
        let Ok(outcomes) = outcomes else {
            // Dropping what waits answers it.
            continue;
        };
        for (batch, outcome) in batches.iter().zip(&outcomes) {
            if let Appended::Kept(at) = outcome {
                wakes.announce(&batch.mailbox, at.count);
            }
        }
        for (done, outcome) in waiting.into_iter().zip(outcomes) {
            // Who no longer waits does not need to know.
            let _ = done.send(Some(outcome));
        }
    }
}
