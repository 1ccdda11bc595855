//! What a room costs: checking what came, deriving the discussion, going on
//! from there, and merging what was missed.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and benchmarks may stop at what must not happen"
)]

use divan::{Bencher, black_box, counter::ItemsCount};
use ed25519_dalek::{Signer, SigningKey};
use postil_core::draft::Draft;
use postil_core::event::{Header, base, chain_start, comment, edit, signed_message, thread};
use postil_core::id::{DeviceId, EventId, RoomId};
use postil_core::peer::{Effect, Peer};
use postil_core::replica::Replica;
use postil_core::store::Loaded;
use postil_core::text::SharedText;
use postil_core::text::admit::check;
use postil_core::text::writer::{BaseId, client_id};
use postil_core::wire::record::pack;
use postil_core::wire::segment::Segment;

fn main() {
    divan::main();
}

const BODY: &str = "I would rather say it this way, because everybody who reads it later has to \
    understand it **without** having been there. What do you think?";

fn room() -> RoomId {
    RoomId::named("bench")
}

/// One device as it writes its log.
struct Author {
    key: SigningKey,
    hash: [u8; 32],
    events: Vec<(Header, Vec<u8>)>,
    signed: usize,
}

impl Author {
    fn new(number: usize) -> Self {
        let key = SigningKey::from_bytes(&[number as u8 + 1; 32]);
        let id = DeviceId(key.verifying_key().to_bytes());
        Author {
            hash: chain_start(&room(), &id),
            key,
            events: Vec::new(),
            signed: 0,
        }
    }

    fn id(&self) -> DeviceId {
        DeviceId(self.key.verifying_key().to_bytes())
    }

    /// Everything since the last signature as one segment.
    fn sign(&mut self) -> Segment {
        let fresh = &self.events[self.signed..];
        let mut segment = Segment {
            device: self.id(),
            first: self.signed as u32 + 1,
            previous: self.hash,
            events: fresh
                .iter()
                .map(|(h, p)| (h.clone(), p.clone().into()))
                .collect(),
            signature: [0; 64],
        };
        self.hash = *segment.hashes().last().unwrap();
        let message = signed_message(&room(), &self.hash);
        segment.signature = self.key.sign(&message).to_bytes();
        self.signed = self.events.len();
        segment
    }
}

/// A room in which people take turns, each having seen what came before.
struct Talk {
    authors: Vec<Author>,
    lamport: u64,
    last: Option<EventId>,
    thread: Option<EventId>,
    said: usize,
}

impl Talk {
    fn new(authors: usize) -> Self {
        let authors = (0..authors).map(Author::new).collect();
        Talk {
            authors,
            lamport: 0,
            last: None,
            thread: None,
            said: 0,
        }
    }

    fn event(&mut self, by: usize, kind: u32, payload: Vec<u8>) -> EventId {
        let author = &mut self.authors[by];
        self.lamport += 1;
        let id = author.id();
        let deps = self.last.iter().filter(|last| last.device != id).copied();
        let header = Header {
            lamport: self.lamport,
            at: 1_700_000_000_000 + self.lamport * 40_000,
            kind,
            deps: deps.collect(),
        };
        author.events.push((header, payload));
        let id = EventId {
            device: id,
            seq: author.events.len() as u32,
        };
        self.last = Some(id);
        id
    }

    /// Somebody says something: ten comments make a thread.
    fn say(&mut self, by: usize) {
        let nonce = (self.said as u64).to_be_bytes();
        let me = self.authors[by].id();
        match self.thread.filter(|_| !self.said.is_multiple_of(10)) {
            Some(thread) => {
                let payload = comment::payload(&thread, &thread, BODY, &nonce, &me);
                self.event(by, comment::KIND.code, payload);
            }
            None => {
                let payload = thread::payload(None, BODY, &nonce);
                self.thread = Some(self.event(by, thread::KIND.code, payload));
            }
        }
        self.said += 1;
    }
}

/// Comments by twenty people, each comment in a segment of its own.
fn single(comments: usize) -> Vec<Vec<u8>> {
    let mut talk = Talk::new(20);
    let mut rows = Vec::new();
    for number in 0..comments {
        let by = number * 7 % 20;
        talk.say(by);
        rows.push(talk.authors[by].sign().encode());
    }
    rows
}

/// The same as long segments, as a store joins them.
fn joined(comments: usize) -> Vec<Vec<u8>> {
    let mut replica = empty();
    replica.load(single(comments).iter().map(|row| &row[..]));
    let logs = replica.logs().iter();
    logs.flat_map(|log| log.segments(1))
        .map(|s| s.encode())
        .collect()
}

fn empty() -> Replica {
    Replica::new(room(), DeviceId([7; 32]), 0, Some("A text"))
}

fn loaded(rows: &[Vec<u8>]) -> Replica {
    let mut replica = empty();
    replica.load(rows.iter().map(|row| &row[..]));
    replica.discussion();
    replica
}

/// Signatures, hashes and folding of 10,000 comments as a store has them.
#[divan::bench(sample_count = 10)]
fn load_10_000_comments(bencher: Bencher<'_, '_>) {
    let rows = joined(10_000);
    bencher
        .counter(ItemsCount::new(10_000usize))
        .bench_local(|| loaded(black_box(&rows)));
}

/// The same when every comment has a signature of its own.
#[divan::bench(sample_count = 3)]
fn load_10_000_single_comments(bencher: Bencher<'_, '_>) {
    let rows = single(10_000);
    bencher
        .counter(ItemsCount::new(10_000usize))
        .bench_local(|| loaded(black_box(&rows)));
}

/// The discussion of 10,000 comments, all threads built anew.
#[divan::bench(sample_count = 10)]
fn project_10_000_comments(bencher: Bencher<'_, '_>) {
    let rows = joined(10_000);
    bencher
        .with_inputs(|| {
            let mut replica = empty();
            replica.load(rows.iter().map(|row| &row[..]));
            replica
        })
        .bench_local_values(|mut replica| replica.discussion());
}

/// One more comment, from the bytes to the discussion, after 10,000.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn one_more_comment(bencher: Bencher<'_, '_>) {
    let rows = single(10_001);
    let (last, before) = rows.split_last().unwrap();
    let record = pack([last]).remove(0);
    bencher
        .with_inputs(|| loaded(before))
        .bench_local_values(|mut replica| {
            let admitted = replica.admit(black_box(&record));
            (admitted, replica.discussion(), replica)
        });
}

/// A thousand comments that came while one was away, after 10,000.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn merge_1_000_comments(bencher: Bencher<'_, '_>) {
    let rows = single(11_000);
    let (before, missed) = rows.split_at(10_000);
    let records = pack(missed);
    bencher
        .counter(ItemsCount::new(1_000usize))
        .with_inputs(|| loaded(before))
        .bench_local_values(|mut replica| {
            for record in &records {
                replica.admit(black_box(record));
            }
            (replica.discussion(), replica)
        });
}

/// A thousand edits of a document by four people who take turns, after which
/// everybody has everything.
#[divan::bench(sample_count = 5)]
fn load_1_000_edits(bencher: Bencher<'_, '_>) {
    let text = "Write down what you decided, and why. ".repeat(200);
    let id = BaseId::of(&text);
    let mut talk = Talk::new(4);
    let shared = base::payloads(&id, &text).into_iter();
    let shared = shared.map(|payload| talk.event(0, base::KIND.code, payload));
    let shared = shared.last().unwrap();
    let clients: Vec<u64> = talk
        .authors
        .iter()
        .map(|a| client_id(&a.id(), &id, 0))
        .collect();
    let mut texts: Vec<SharedText> = clients.iter().map(|c| SharedText::new(&text, *c)).collect();
    for number in 0..1_000 {
        let by = number / 25 % 4;
        let at = (number * 7_919) as u32 % texts[by].len();
        let update = texts[by].splice(at, 0, "word ").unwrap().update;
        let me = talk.authors[by].id();
        talk.event(by, edit::KIND.code, edit::payload(&shared, 0, &update, &me));
        for text in texts.iter_mut().filter(|text| text.client() != clients[by]) {
            let known = |client, end| end <= text.next_clock(client);
            let checked = check(&update, clients[by], text.next_clock(clients[by]), &known);
            text.apply(&checked.unwrap()).unwrap();
        }
    }
    let rows: Vec<Vec<u8>> = talk.authors.iter_mut().map(|a| a.sign().encode()).collect();
    bencher
        .counter(ItemsCount::new(1_000usize))
        .bench_local(|| loaded(black_box(&rows)));
}

/// Checks a segment: decodes, hashes, verifies.
#[divan::bench(args = [1, 1_000])]
fn verify_segment_of(bencher: Bencher<'_, '_>, events: usize) {
    let mut talk = Talk::new(1);
    (0..events).for_each(|_| talk.say(0));
    let bytes = talk.authors[0].sign().encode();
    bencher.counter(ItemsCount::new(events)).bench_local(|| {
        let segment = Segment::decode(black_box(&bytes), &room()).unwrap();
        segment.verify(&room(), segment.hashes().last().unwrap())
    });
}

#[divan::bench(args = [1, 1_000])]
fn encode_segment_of(bencher: Bencher<'_, '_>, events: usize) {
    let mut talk = Talk::new(1);
    (0..events).for_each(|_| talk.say(0));
    let segment = talk.authors[0].sign();
    bencher
        .counter(ItemsCount::new(events))
        .bench_local(|| black_box(&segment).encode());
}

/// An own comment in a room of 10,000: from asking for it to having it.
#[divan::bench(sample_count = 20)]
fn append_own_comment(bencher: Bencher<'_, '_>) {
    let key = SigningKey::from_bytes(&[200; 32]);
    let me = DeviceId(key.verifying_key().to_bytes());
    let mut peer = Peer::new(room(), me, 1, Some("A text"));
    peer.loaded(
        Loaded {
            segments: joined(10_000),
            ..Loaded::default()
        },
        0,
    );
    peer.lead();
    let perform = |peer: &mut Peer| {
        while let Some(effect) = peer.effect() {
            match effect {
                Effect::Sign { message, .. } => peer.signed(key.sign(&message).to_bytes()),
                Effect::Save(_) => peer.saved(Ok(()), 0),
                Effect::Reload => peer.loaded(Loaded::default(), 0),
                _ => {}
            }
        }
    };
    perform(&mut peer);
    let mut number = 0u64;
    bencher.bench_local(|| {
        number += 1;
        let payload = thread::payload(None, BODY, &number.to_be_bytes());
        peer.submit(
            Draft::Event {
                kind: thread::KIND.code,
                payload,
            },
            number,
        );
        perform(&mut peer);
        peer.replica_mut().discussion()
    });
}
