//! Much that a relay says at once is taken in parts, in order, and others are
//! heard in between.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and benchmarks may stop at what must not happen"
)]

mod common;

use common::{Writer, room};
use postil_core::command::{Command, Subject};
use postil_core::event::thread;
use postil_core::peer::{Effect, Peer, relay_key};
use postil_core::relay::{
    Ack, Caps, In, OpenError, Opening, Out, RecordId, Relay, Status, Stores, Url,
};
use postil_core::store::Loaded;
use postil_core::wire::record::pack;

const ADDRESS: &str = "https://relay.example/";
/// More records than are taken at a time, and rows than are written at a time.
const RECORDS: usize = 600;

/// A relay that says everything in one breath, and then something to be done.
struct Talker;

impl Relay for Talker {
    fn caps(&self) -> Caps {
        Caps {
            stores: Stores::Forever,
            live: true,
            removes: false,
            max_record: 1 << 16,
            ack: Ack::Durable,
        }
    }

    fn step(&mut self, input: In, _: u64, out: &mut Vec<Out>) {
        match input {
            In::Online => {
                out.push(Out::Status(Status::Online));
                let mut writer = Writer::new(7);
                let records = (0..RECORDS).flat_map(|n| {
                    let payload = thread::payload(None, &format!("comment {n}"), b"nonce");
                    pack([writer.write(thread::KIND.code, payload, None).encode()])
                });
                out.extend(records.map(|bytes| Out::Record {
                    id: RecordId::of(&bytes),
                    bytes,
                }));
                out.extend([Out::Cursor(vec![1]), Out::CaughtUp]);
                out.push(Out::SendText("what follows".into()));
            }
            In::GoOffline => out.push(Out::CloseSocket),
            _ => {}
        }
    }
}

fn open(_: Opening<'_>) -> Result<Box<dyn Relay>, OpenError> {
    Ok(Box::new(Talker))
}

/// A peer that has just met the relay.
fn peer() -> Peer {
    let me = Writer::new(1);
    let mut peer = Peer::new(room(), me.id(), 3, None);
    peer.lead_from_start();
    peer.loaded(Loaded::default(), 1_000);
    let url = Url::new(ADDRESS);
    peer.add_relay(&url, None, open, In::Online, 1_000).unwrap();
    peer
}

fn threads(peer: &mut Peer) -> usize {
    peer.replica_mut().discussion().threads.len()
}

/// Signs and stores; gives every other effect.
fn next(peer: &mut Peer) -> Option<Effect> {
    loop {
        match peer.effect()? {
            Effect::Sign { message, .. } => {
                let signature = ed25519_dalek::Signer::sign(&Writer::new(1).key, &message);
                peer.signed(signature.to_bytes());
            }
            other => return Some(other),
        }
    }
}

#[test]
fn what_comes_at_once_is_taken_in_parts() {
    let mut peer = peer();
    let (mut rests, mut rows, mut writes) = (0, 0, 0);
    while let Some(effect) = next(&mut peer) {
        match effect {
            Effect::Rest => {
                rests += 1;
                assert!(threads(&mut peer) < RECORDS);
            }
            Effect::Save(write) => {
                rows += write.put.len();
                writes += 1;
                let key = relay_key(&Url::new(ADDRESS));
                if write.values.iter().any(|(name, _)| *name == key) {
                    assert_eq!(rows, RECORDS, "a cursor is kept after what it covers");
                }
                peer.saved(Ok(()), 1_000);
            }
            // What was said after the records is done after them.
            Effect::Relay { .. } => assert_eq!(threads(&mut peer), RECORDS),
            _ => {}
        }
    }
    assert!(rests > 10, "{rests} rests");
    assert_eq!((rows, threads(&mut peer)), (RECORDS, RECORDS));
    assert!((2..10).contains(&writes), "{writes} writes");
}

#[test]
fn what_is_written_in_between_is_kept_before_the_rest() {
    let mut peer = peer();
    while next(&mut peer) != Some(Effect::Rest) {}
    let open = Command::OpenThread {
        on: Subject::Whole,
        body: "my own".into(),
    };
    peer.command(&open, [1; 8], 1_000).unwrap();
    loop {
        match next(&mut peer).unwrap() {
            Effect::Save(_) => peer.saved(Ok(()), 1_000),
            Effect::Done { result, .. } => break assert!(result.is_ok()),
            _ => {}
        }
    }
    assert!(threads(&mut peer) < RECORDS, "it had to wait for all of it");
}

#[test]
fn a_relay_that_is_removed_before_the_end_is_left_in_order() {
    let mut peer = peer();
    while next(&mut peer) != Some(Effect::Rest) {}
    peer.remove_relay(0, 1_000);
    let mut closed = false;
    while let Some(effect) = next(&mut peer) {
        if let Effect::Relay { out, .. } = &effect {
            closed |= *out == Out::CloseSocket;
        }
        if let Effect::Save(_) = effect {
            peer.saved(Ok(()), 1_000);
        }
    }
    assert!(closed, "its socket stays open");
    assert_eq!(threads(&mut peer), RECORDS);
}
