//! Records that were written or read last, so that those who are woken by one
//! do not all ask the stream for it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;

/// The most bytes of records.
const BYTES: usize = 64 << 20;

/// Records by their number in the stream.
#[derive(Debug, Default)]
pub(super) struct Payloads(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    of: HashMap<u64, (Box<str>, Bytes)>,
    order: VecDeque<u64>,
    bytes: usize,
}

impl Payloads {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The mailbox and the record.
    pub(super) fn get(&self, number: u64) -> Option<(Box<str>, Bytes)> {
        self.held().of.get(&number).cloned()
    }

    pub(super) fn put(&self, number: u64, mailbox: &str, payload: &[u8]) {
        // A copy, since the payload may be a part of a larger buffer.
        let payload = Bytes::copy_from_slice(payload);
        let mut held = self.held();
        held.bytes += payload.len();
        match held.of.insert(number, (mailbox.into(), payload)) {
            Some((_, before)) => held.bytes -= before.len(),
            None => held.order.push_back(number),
        }
        while held.bytes > BYTES {
            let Some(oldest) = held.order.pop_front() else {
                return;
            };
            let gone = held.of.remove(&oldest).map_or(0, |(_, it)| it.len());
            held.bytes -= gone;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go() {
        let payloads = Payloads::default();
        let large = vec![1; BYTES / 4];
        for number in [1, 2, 2, 3, 4, 5] {
            payloads.put(number, "a", &large);
        }
        assert!(payloads.get(1).is_none());
        assert!((2..=5).all(|number| payloads.get(number).is_some()));
        assert_eq!(payloads.held().bytes, BYTES);
    }
}
