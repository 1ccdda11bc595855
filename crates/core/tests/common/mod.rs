//! A device that writes its log by hand, honestly or not.

#![allow(dead_code, reason = "each test uses a part of it")]

use ed25519_dalek::{Signer, SigningKey};
use postil_core::event::{ChainHash, Header, chain_start, signed_message};
use postil_core::id::{DeviceId, EventId, RoomId};
use postil_core::replica::Replica;
use postil_core::wire::segment::Segment;

/// The room of every test.
pub(crate) fn room() -> RoomId {
    RoomId::named("https://example.org/page")
}

/// A replica that knows nothing yet, on a page with this text.
pub(crate) fn replica() -> Replica {
    Replica::new(room(), DeviceId([0xee; 32]), 0, Some("Hello 😀 world"))
}

/// A device and its log.
pub(crate) struct Writer {
    /// Its key, 32 equal bytes as the secret.
    pub(crate) key: SigningKey,
    /// Sequence number of its last event.
    pub(crate) head: u32,
    /// The chain's hash after it.
    pub(crate) hash: ChainHash,
    /// Its Lamport time.
    pub(crate) lamport: u64,
}

impl Writer {
    /// A device that has written nothing.
    pub(crate) fn new(seed: u8) -> Self {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let id = DeviceId(key.verifying_key().to_bytes());
        Writer {
            key,
            head: 0,
            hash: chain_start(&room(), &id),
            lamport: 0,
        }
    }

    /// Its name.
    pub(crate) fn id(&self) -> DeviceId {
        DeviceId(self.key.verifying_key().to_bytes())
    }

    /// A header that follows from the own log and this dependency.
    pub(crate) fn header(&self, kind: u32, dep: Option<(EventId, u64)>) -> Header {
        let seen = dep.map_or(0, |(_, lamport)| lamport);
        Header {
            lamport: 1 + self.lamport.max(seen),
            at: 1_700_000_000_000 + 1_000 * u64::from(self.head),
            kind,
            deps: dep.iter().map(|(id, _)| *id).collect(),
        }
    }

    /// A segment of these events, which are not taken into the log.
    pub(crate) fn segment(&self, events: Vec<(Header, Vec<u8>)>) -> Segment {
        let mut segment = Segment {
            device: self.id(),
            first: self.head + 1,
            previous: self.hash,
            events: events.into_iter().map(|(h, p)| (h, p.into())).collect(),
            signature: [0; 64],
        };
        self.sign(&mut segment);
        segment
    }

    /// Signs a segment anew.
    pub(crate) fn sign(&self, segment: &mut Segment) {
        let last = *segment.hashes().last().unwrap();
        segment.signature = self.key.sign(&signed_message(&room(), &last)).to_bytes();
    }

    /// Takes the events of a segment into the log.
    pub(crate) fn take(&mut self, segment: &Segment) {
        self.head = segment.last();
        self.hash = *segment.hashes().last().unwrap();
        self.lamport = segment.events.last().unwrap().0.lamport;
    }

    /// One more event of the log, in a segment of its own.
    pub(crate) fn write(
        &mut self,
        kind: u32,
        payload: Vec<u8>,
        dep: Option<(EventId, u64)>,
    ) -> Segment {
        let segment = self.segment(vec![(self.header(kind, dep), payload)]);
        self.take(&segment);
        segment
    }

    /// The last event of the log and its Lamport time, to depend on.
    pub(crate) fn last(&self) -> (EventId, u64) {
        (
            EventId {
                device: self.id(),
                seq: self.head,
            },
            self.lamport,
        )
    }
}
