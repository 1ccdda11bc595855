//! Reading a mailbox that nobody has asked for since this server started.

use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::stream::LastRawMessageErrorKind;
use futures_util::{StreamExt, stream};

use super::connect::Into;
use super::{Inner, fault, index::Index, seconds};
use crate::log::LogError;

/// In how many parts of the stream a mailbox's messages are looked for at a
/// time. Each is asked for by the number of the one before, of the stream's
/// leader alone: a consumer would have to be made by another one, which may be
/// missing just when it is needed.
const PARTS: usize = 32;

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
        let subject = &subject;
        let parts =
            parts(index.upto + 1, last).map(|(first, end)| self.within(subject, first, end));
        let parts = stream::iter(parts).buffered(PARTS);
        tokio::pin!(parts);
        while let Some(part) = parts.next().await {
            // Those of the parts before stay, should it fail or be given up.
            let (messages, end) = part?;
            for message in messages {
                let time = seconds(message.time.unix_timestamp());
                index.push(message.sequence, &message.payload, time);
                self.payloads
                    .put(message.sequence, mailbox, &message.payload);
            }
            index.upto = end;
        }
        index.upto = index.upto.max(reached);
        Ok(())
    }

    /// The messages of a subject from one number to another, which is given as
    /// well.
    async fn within(
        &self,
        subject: &str,
        first: u64,
        end: u64,
    ) -> Result<(Vec<StreamMessage>, u64), LogError> {
        let (mut found, mut next) = (Vec::new(), first);
        while next <= end {
            let message = self.stream.get_first_raw_message_by_subject(subject, next);
            let message = match message.await {
                Ok(message) => message,
                Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => break,
                Err(error) => return Err(fault(error)),
            };
            if message.sequence < next {
                return Err(LogError("the stream goes backwards".into()));
            }
            if message.sequence > end {
                break;
            }
            next = message.sequence + 1;
            found.push(message);
        }
        Ok((found, end))
    }
}

/// Parts of these numbers, one after another.
fn parts(first: u64, last: u64) -> impl Iterator<Item = (u64, u64)> {
    let length = (last + 1)
        .saturating_sub(first)
        .div_ceil(PARTS as u64)
        .max(1);
    (0..PARTS as u64)
        .map(move |n| (first + n * length, last.min(first + (n + 1) * length - 1)))
        .filter(|(first, end)| first <= end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_in_one_part() {
        for (first, last) in [
            (1, 0),
            (1, 1),
            (1, 31),
            (5, 36),
            (1, 33),
            (100, 1_000),
            (9, 3),
        ] {
            let all: Vec<u64> = parts(first, last).flat_map(|(a, b)| a..=b).collect();
            assert_eq!(all, (first..=last).collect::<Vec<_>>(), "{first} to {last}");
        }
    }
}
