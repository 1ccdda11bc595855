//! A second stream, for while the first has no leader.
//!
//! Records are a set that only grows, so that keeping one takes no agreement on
//! its place. When the NATS server that leads the stream is lost, the others
//! take 4 to 9 seconds to choose another one. Until then records are set aside
//! in this stream, which has as many copies and is led by another NATS server,
//! and acknowledged. Any relay server brings them into the first stream later:
//! they have a place and can be read from then on, and only then are they
//! removed from here.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::stream::{LastRawMessageErrorKind, State, Stream};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::connect::{self, Into};
use super::{AT_ONCE, Inner, Wanted, fault};
use crate::log::LogError;

/// How often it is looked whether something is to be brought, and who leads.
const EVERY: Duration = Duration::from_secs(1);
/// How many records are brought before they are removed.
const PART: u64 = 256;

impl Inner {
    /// Sets records aside. Returns once the copies have them.
    pub(super) async fn set_aside(&self, wanted: &[Wanted<'_>]) -> Result<(), LogError> {
        let mut acks = Vec::new();
        for (batch, _) in wanted {
            for record in &batch.records {
                acks.push(self.send(Into::Spare, &batch.mailbox, record, 0).await?);
            }
        }
        for ack in acks {
            ack.await.map_err(fault)?;
        }
        Ok(())
    }

    /// Brings a record into the stream, if nobody else has done so.
    async fn bring(&self, spare: &Stream, number: u64) -> Result<(), LogError> {
        let message = match spare.get_raw_message(number).await {
            Ok(message) => message,
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => return Ok(()),
            Err(error) => return Err(fault(error)),
        };
        if let Some(mailbox) = Into::Spare.mailbox(&message.subject) {
            let ack = self.send(Into::Order, mailbox, &message.payload, 0).await?;
            ack.await.map_err(fault)?;
        }
        Ok(())
    }

    async fn bring_all(&self, spare: &Stream, state: &State) -> Result<(), LogError> {
        let mut first = state.first_sequence;
        // What is set aside meanwhile has later numbers.
        while state.messages > 0 && first <= state.last_sequence {
            let last = state.last_sequence.min(first + PART - 1);
            stream::iter(first..=last)
                .map(|number| self.bring(spare, number))
                .buffered(AT_ONCE)
                .try_collect::<()>()
                .await?;
            let purge = spare.purge().sequence(last + 1);
            purge.await.map_err(fault)?;
            first = last + 1;
        }
        Ok(())
    }
}

/// Tends the spare stream for ever.
pub(super) async fn tend(inner: Arc<Inner>) {
    let Some(spare) = &inner.spare else { return };
    loop {
        tokio::time::sleep(EVERY).await;
        if inner.feed.is_silent() {
            continue;
        }
        if let Err(error) = round(&inner, spare).await {
            tracing::debug!("the spare stream can not be tended: {error}");
        }
    }
}

async fn round(inner: &Inner, spare: &Stream) -> Result<(), LogError> {
    let info = spare.get_info().await.map_err(fault)?;
    inner.bring_all(spare, &info.state).await?;
    let leader = info.cluster.and_then(|it| it.leader);
    if leader.is_some() && leader == inner.feed.leader() {
        // The server that loses one of them must not take both along.
        let step_down = format!("$JS.API.STREAM.LEADER.STEPDOWN.{}", connect::SPARE);
        let client = inner.context.client();
        let answer = client.request(step_down, Default::default()).await;
        answer.map_err(fault)?;
    }
    Ok(())
}
