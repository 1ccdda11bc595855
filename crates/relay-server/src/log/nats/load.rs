//! Reading a mailbox that nobody has asked for since this server started.

use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use async_nats::jetstream::stream::LastRawMessageErrorKind;
use futures_util::StreamExt;

use super::connect::Into;
use super::{Inner, fault, index::Index, seconds};
use crate::log::LogError;

/// Up to this many messages are asked for one by one, which every leader can
/// answer at once; only then is a consumer worth its making.
const FEW: usize = 64;
/// How many messages a consumer hands out at a time.
const MANY: usize = 512;
/// How long a consumer may wait for the next message, and is kept when it is
/// not asked.
const EXPIRES: Duration = Duration::from_secs(2);
const UNUSED: Duration = Duration::from_secs(30);

impl Inner {
    /// Reads everything of a mailbox that the feed has reached, or more.
    pub(super) async fn load(&self, mailbox: &str, index: &mut Index) -> Result<(), LogError> {
        // The feed has passed over these, and will hand over all later ones.
        let reached = self.feed.reached();
        let subject = Into::Order.subject(mailbox);
        let last = match self.stream.get_last_raw_message_by_subject(&subject).await {
            Ok(message) => message.sequence,
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => 0,
            Err(error) => return Err(fault(error)),
        };
        for _ in 0..FEW {
            if index.upto >= last {
                break;
            }
            let next = index.upto + 1;
            let message = self.stream.get_first_raw_message_by_subject(&subject, next);
            let message = message.await.map_err(fault)?;
            if message.sequence < next {
                return Err(LogError("the stream goes backwards".into()));
            }
            let time = seconds(message.time.unix_timestamp());
            index.push(message.sequence, &message.payload, time);
            self.payloads
                .put(message.sequence, mailbox, &message.payload);
        }
        if index.upto < last {
            self.load_many(&subject, mailbox, last, index).await?;
        }
        index.upto = index.upto.max(reached);
        Ok(())
    }

    async fn load_many(
        &self,
        subject: &str,
        mailbox: &str,
        last: u64,
        index: &mut Index,
    ) -> Result<(), LogError> {
        let config = pull::Config {
            filter_subject: subject.to_owned(),
            deliver_policy: DeliverPolicy::ByStartSequence {
                start_sequence: index.upto + 1,
            },
            ack_policy: AckPolicy::None,
            inactive_threshold: UNUSED,
            memory_storage: true,
            num_replicas: 1,
            ..Default::default()
        };
        let consumer = self.stream.create_consumer(config).await.map_err(fault)?;
        while index.upto < last {
            let before = index.upto;
            let batch = consumer.fetch().max_messages(MANY).expires(EXPIRES);
            let mut messages = batch.messages().await.map_err(fault)?;
            while let Some(message) = messages.next().await {
                let message = message.map_err(fault)?;
                let info = message.info().map_err(fault)?;
                let (number, time) = (
                    info.stream_sequence,
                    seconds(info.published.unix_timestamp()),
                );
                index.push(number, &message.payload, time);
                self.payloads.put(number, mailbox, &message.payload);
            }
            if index.upto == before {
                return Err(LogError("a consumer ended too early".into()));
            }
        }
        // It would end by itself, a little later.
        let _ = self
            .stream
            .delete_consumer(&consumer.cached_info().name)
            .await;
        Ok(())
    }
}
