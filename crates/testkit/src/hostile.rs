//! A member who attacks the others: with what the protocol allows and with
//! what it does not.

use ed25519_dalek::{Signer, SigningKey};
use postil_core::event::{
    ChainHash, Header, base, chain_next, chain_start, comment, device, edit, profile, react,
    redact, revise, signed_message, status, thread,
};
use postil_core::id::{DeviceId, EventId, RoomId};
use postil_core::text::writer::BaseId;
use postil_core::wire::record::pack;
use postil_core::wire::segment::Segment;

use crate::device::key;
use crate::random::Random;

/// Bytes that a text CRDT was once brought down with, and others like them.
const BAD_UPDATES: &[&[u8]] = &[
    &[],
    &[0],
    &[0, 0],
    &[1, 1, 5, 0, 132, 5, 0, 1, b'x', 0],
    &[1, 1, 5, 0, 4, 1, 4, b't', b'e', b'x', b't', 1, b'x', 0],
    &[1, 0xff, 0xff, 0xff, 0xff, 0x0f],
    &[0, 1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f],
    &[1, 1, 5, 0, 0xc4, 5, 0, 5, 0, 3, 0xed, 0xa0, 0x80, 0],
];

/// One attacking device, with its own log as far as it likes to keep it.
#[derive(Debug)]
pub struct Hostile {
    key: SigningKey,
    room: RoomId,
    head: u32,
    hash: ChainHash,
    lamport: u64,
    /// From where on its log has two histories.
    pub forked_from: Option<u32>,
}

impl Hostile {
    /// An attacker whose key follows from a seed.
    pub fn new(seed: u64, room: RoomId) -> Self {
        let key = key(seed);
        let id = DeviceId(key.verifying_key().to_bytes());
        Hostile {
            key,
            room,
            head: 0,
            hash: chain_start(&room, &id),
            lamport: 0,
            forked_from: None,
        }
    }

    /// Its name.
    pub fn id(&self) -> DeviceId {
        DeviceId(self.key.verifying_key().to_bytes())
    }

    fn segment(&self, room: &RoomId, headers: Vec<(Header, Vec<u8>)>) -> Segment {
        let events = headers.into_iter().map(|(h, p)| (h, p.into()));
        let mut segment = Segment {
            device: self.id(),
            first: self.head + 1,
            previous: self.hash,
            events: events.collect(),
            signature: [0; 64],
        };
        let last = segment.hashes().last().copied().unwrap_or(self.hash);
        segment.signature = self.key.sign(&signed_message(room, &last)).to_bytes();
        segment
    }

    /// The next event of its log. `lamport` is what it claims.
    fn next(&mut self, kind: u32, payload: Vec<u8>, deps: &[EventId], lamport: u64) -> Segment {
        let header = Header {
            lamport,
            at: 1_700_000_000_000,
            kind,
            deps: deps.into(),
        };
        let hash = chain_next(&self.hash, self.head + 1, &header, &payload);
        let segment = self.segment(&self.room, vec![(header, payload)]);
        self.head += 1;
        self.hash = hash;
        self.lamport = lamport;
        segment
    }

    /// An event as an honest device would issue it.
    fn fair(&mut self, kind: u32, payload: Vec<u8>, seen: Option<(EventId, u64)>) -> Segment {
        let before = seen.map_or(0, |(_, lamport)| lamport);
        let lamport = 1 + self.lamport.max(before);
        let deps: Vec<EventId> = seen.iter().map(|(id, _)| *id).collect();
        self.next(kind, payload, &deps, lamport)
    }

    /// One attack, as records. `target` is an event of somebody else and its
    /// Lamport time, `theirs` a record that is going round.
    pub fn attack(
        &mut self,
        random: &mut Random,
        target: Option<(EventId, u64)>,
        theirs: Option<&[u8]>,
    ) -> Vec<Vec<u8>> {
        let me = self.id();
        let nonce = random.any().to_be_bytes();
        let on = target.map_or(
            EventId {
                device: DeviceId([9; 32]),
                seq: 1,
            },
            |(id, _)| id,
        );
        let segments = match random.below(16) {
            // Fair play, in between.
            0..3 => vec![self.fair(
                thread::KIND.code,
                thread::payload(None, "hello", &nonce),
                target,
            )],
            3 => vec![self.fair(
                comment::KIND.code,
                comment::payload(&on, &on, "spam", &nonce, &me),
                target,
            )],
            // Other people's words.
            4 => {
                let revised = revise::payload(&on, "words put into a mouth", &nonce, &me);
                let redacted = redact::payload(&on, &me);
                vec![
                    self.fair(revise::KIND.code, revised, target),
                    self.fair(redact::KIND.code, redacted, None),
                ]
            }
            // Other people's devices.
            5 => vec![
                self.fair(device::KIND.code, device::certify(&on.device), target),
                self.fair(device::KIND.code, device::accept(&on.device), None),
                self.fair(profile::KIND.code, profile::payload("Ada\u{202e}\0 "), None),
            ],
            // Things that are not there, or not yet.
            6 => {
                let nowhere = EventId {
                    seq: on.seq + 1_000,
                    ..on
                };
                let payload = match random.below(3) {
                    0 => comment::payload(&nowhere, &nowhere, "?", &nonce, &me),
                    1 => react::payload(
                        &EventId {
                            device: me,
                            seq: u32::MAX,
                        },
                        "👍",
                        true,
                        &me,
                    ),
                    _ => status::payload(&on, true, Some("?"), &nonce, &me),
                };
                let kind = [comment::KIND, react::KIND, status::KIND][random.index(3)].code;
                vec![self.fair(kind, payload, target)]
            }
            // Texts.
            7 => {
                let update = BAD_UPDATES[random.index(BAD_UPDATES.len())];
                let tab = random.below(3) as u32;
                vec![self.fair(
                    edit::KIND.code,
                    edit::payload(&on, tab, update, &me),
                    target,
                )]
            }
            8 => {
                let text = "another document";
                let parts = base::payloads(&BaseId([1; 16]), text);
                parts
                    .into_iter()
                    .map(|payload| self.fair(base::KIND.code, payload, target))
                    .collect()
            }
            // Payloads that are no payloads.
            9 => {
                let len = random.index(60);
                let bytes: Vec<u8> = (0..len).map(|_| random.any() as u8).collect();
                let kind = random.below(14) as u32;
                vec![self.fair(kind, bytes, target)]
            }
            // A place in time that does not follow.
            10 => {
                let lamport = match random.below(3) {
                    0 => self.lamport + 1 + random.below(1_000),
                    1 => (1 << 53) - 1,
                    _ => self.lamport,
                };
                vec![self.next(profile::KIND.code, profile::payload("x"), &[], lamport)]
            }
            // Two histories.
            11 => {
                let (head, hash, lamport) = (self.head, self.hash, self.lamport);
                let one = self.fair(profile::KIND.code, profile::payload("one"), target);
                (self.head, self.hash, self.lamport) = (head, hash, lamport);
                let other = self.fair(
                    thread::KIND.code,
                    thread::payload(None, "two", &nonce),
                    target,
                );
                self.forked_from =
                    Some(self.forked_from.map_or(head + 1, |from| from.min(head + 1)));
                vec![one, other]
            }
            // Another room's signature.
            12 => {
                let header = Header {
                    lamport: self.lamport + 1,
                    at: 0,
                    kind: 9,
                    deps: [].into(),
                };
                let elsewhere = RoomId::named("elsewhere");
                vec![self.segment(&elsewhere, vec![(header, profile::payload("x"))])]
            }
            // Somebody else's name.
            13 => {
                let header = Header {
                    lamport: self.lamport + 1,
                    at: 0,
                    kind: 9,
                    deps: [].into(),
                };
                let mut segment = self.segment(&self.room, vec![(header, profile::payload("x"))]);
                segment.device = on.device;
                segment.first = on.seq;
                vec![segment]
            }
            // Too much of everything.
            14 => {
                let sizes = [
                    16 * 1024,
                    16 * 1024 + 1,
                    20_000,
                    40_000,
                    64 * 1024 + 1,
                    100_000,
                ];
                let size = sizes[random.index(sizes.len())];
                let body = "x".repeat(size);
                return pack([self
                    .fair(
                        thread::KIND.code,
                        thread::payload(None, &body, &nonce),
                        target,
                    )
                    .encode()]);
            }
            _ => return damaged(random, theirs.unwrap_or(&[1, 2, 3])),
        };
        pack(segments.iter().map(Segment::encode))
    }
}

/// A record with damage.
fn damaged(random: &mut Random, record: &[u8]) -> Vec<Vec<u8>> {
    let mut record = record.to_vec();
    let at = random.index(record.len().max(1));
    match random.below(4) {
        0 => record.truncate(at),
        1 => record.insert(at.min(record.len()), random.any() as u8),
        2 => record.resize(300 * 1024, 0),
        _ => {
            if let Some(byte) = record.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
        }
    }
    vec![record]
}
