//! Handing records to the streams.

use std::collections::HashSet;

use async_nats::jetstream::context::PublishAckFuture;
use async_nats::jetstream::message::PublishMessage;
use axum::body::Bytes;
use postil_core::relay::RecordId;
use tokio::time::timeout;

use super::connect::Into;
use super::{Inner, Known, SOON, Wanted, fault};
use crate::log::LogError;

impl Inner {
    /// Hands a record to a stream, whose answer is waited for later. `covered_at`
    /// is where it is covered; 0 if it is not.
    pub(super) async fn send(
        &self,
        to: Into,
        mailbox: &str,
        record: &Bytes,
        covered_at: u64,
    ) -> Result<PublishAckFuture, LogError> {
        let message = PublishMessage::build()
            .payload(record.clone())
            .message_id(message_id(mailbox, &RecordId::of(record), covered_at))
            .expected_stream(to.name());
        let sent = self.publishing.send_publish(to.subject(mailbox), message);
        sent.await.map_err(fault)
    }

    /// Publishes what mailboxes lack, or everything if that is not known; the
    /// greatest number given to any.
    async fn publish(&self, wanted: &[Wanted<'_>]) -> Result<u64, LogError> {
        let mut acks = Vec::new();
        let mut published = HashSet::new();
        let unknown = Known::default();
        for (batch, known) in wanted {
            let index = known.unwrap_or(&unknown).index.lock().await;
            for record in &batch.records {
                let id = RecordId::of(record);
                if !index.has(&id) && published.insert((&batch.mailbox, id)) {
                    let covered_at = index.covered_at(&id);
                    let sent = self.send(Into::Order, &batch.mailbox, record, covered_at);
                    let ack = sent.await?;
                    acks.push((&batch.mailbox, record, ack));
                }
            }
        }
        let mut last = 0;
        for (mailbox, record, ack) in acks {
            let ack = ack.await.map_err(fault)?;
            if !ack.duplicate {
                self.payloads.put(ack.sequence, mailbox, record);
            }
            last = last.max(ack.sequence);
        }
        Ok(last)
    }

    /// Keeps records in the stream, or else in the spare one. The greatest number
    /// that the stream gave to any.
    pub(super) async fn keep(&self, wanted: &[Wanted<'_>]) -> Result<u64, LogError> {
        if self.spare.is_none() {
            return self.publish(wanted).await;
        }
        let aside = || async { self.set_aside(wanted).await.map(|()| 0) };
        if self.feed.is_silent() {
            return aside().await;
        }
        let published = self.publish(wanted);
        tokio::pin!(published);
        match timeout(SOON, &mut published).await {
            Ok(Ok(last)) => Ok(last),
            Ok(Err(_)) => aside().await,
            // Whichever comes first: a busy cluster may only be slow.
            Err(_) => tokio::select! {
                Ok(last) = &mut published => Ok(last),
                Ok(last) = self.patiently(aside) => Ok(last),
                else => Err(LogError("no NATS server answers".into())),
            },
        }
    }
}

/// By this JetStream knows a record that is sent again within two minutes. One
/// that is covered is stored again, and so is another.
fn message_id(mailbox: &str, id: &RecordId, covered_at: u64) -> String {
    use std::fmt::Write;
    let mut text = match covered_at {
        0 => format!("{mailbox}/"),
        place => format!("{mailbox}/{place}/"),
    };
    for byte in id.0 {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
