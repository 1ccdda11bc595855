//! The same edits make the same text, also those of hostile editors, which
//! merge differently in another order.

#![allow(
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and benchmarks may stop at what must not happen"
)]

mod common;

use common::{Writer, room};
use postil_core::event::{base, edit};
use postil_core::id::{DeviceId, EventId};
use postil_core::replica::Replica;
use postil_core::text::SharedText;
use postil_core::text::writer::{BaseId, client_id};
use postil_core::wire::record::pack;
use postil_core::wire::segment::Segment;

const TEXT: &str = "abcdefgh";
const HISTORIES: u32 = 300;

/// Xorshift (Marsaglia, 2003).
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

fn number(mut n: u64, out: &mut Vec<u8>) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// An insertion between two characters that need not be neighbours.
fn forged(client: u64, clock: u32, ends: [(u64, u32); 2], letter: char) -> Vec<u8> {
    let mut out = vec![1, 1];
    number(client, &mut out);
    number(clock.into(), &mut out);
    out.push(0xc4);
    for (client, clock) in ends {
        number(client, &mut out);
        number(clock.into(), &mut out);
    }
    out.push(1);
    out.push(letter as u8);
    out.push(0);
    out
}

/// The base, and the edits of three devices, none of which saw the others'.
fn history(chance: &mut Chance) -> (Segment, Vec<Vec<Segment>>) {
    let mut first = Writer::new(9);
    let id = BaseId::of(TEXT);
    let base_client = SharedText::new(TEXT, 0).base_client();
    let shared = first.write(base::KIND.code, base::payloads(&id, TEXT).remove(0), None);
    let (event, lamport) = first.last();
    let edits = |seed: u8, chance: &mut Chance| {
        let mut writer = Writer::new(seed);
        let client = client_id(&writer.id(), &id, 0);
        (0..2 + chance.below(3) as u32)
            .map(|clock| {
                let mut end = || match chance.below(3) {
                    0 if clock > 0 => (client, chance.below(u64::from(clock)) as u32),
                    _ => (base_client, chance.below(TEXT.len() as u64) as u32),
                };
                let update = forged(client, clock, [end(), end()], char::from(b'A' + seed));
                let payload = edit::payload(&event, 0, &update, &writer.id());
                let dep = (clock == 0).then_some((event, lamport));
                writer.write(edit::KIND.code, payload, dep)
            })
            .collect()
    };
    let logs = (1..=3).map(|seed| edits(seed, chance)).collect();
    (shared, logs)
}

fn merged(shared: &Segment, logs: &[&Vec<Segment>]) -> Replica {
    let mut replica = Replica::new(room(), DeviceId([0xee; 32]), 0, Some(TEXT));
    for segment in [shared].into_iter().chain(logs.iter().copied().flatten()) {
        for record in pack([segment.encode()]) {
            assert!(replica.admit(&record).refused.is_empty());
        }
    }
    replica
}

fn text(replica: &Replica) -> String {
    replica
        .projection()
        .documents()
        .current()
        .unwrap()
        .text
        .text()
}

#[test]
fn what_depends_on_the_order_of_arrival_is_put_right() {
    let mut chance = Chance(0x2545_f491_4f6c_dd1d);
    let mut differed = 0;
    for _ in 0..HISTORIES {
        let (shared, logs) = history(&mut chance);
        let mut one = merged(&shared, &[&logs[0], &logs[1], &logs[2]]);
        let mut other = merged(&shared, &[&logs[2], &logs[1], &logs[0]]);
        differed += u32::from(text(&one) != text(&other));
        for replica in [&mut one, &mut other] {
            let before = text(replica);
            replica.take_changes();
            while replica.sort() {}
            assert!(!replica.is_unsorted());
            let changed = text(replica) != before;
            assert_eq!(replica.take_changes().replaced, changed, "editors are told");
        }
        assert_eq!(text(&one), text(&other));
        // Both go on alike.
        let mut ben = Writer::new(8);
        let id = BaseId::of(TEXT);
        let client = client_id(&ben.id(), &id, 0);
        let ends = [
            (SharedText::new(TEXT, 0).base_client(), 3),
            (SharedText::new(TEXT, 0).base_client(), 4),
        ];
        let event = EventId {
            device: shared.device,
            seq: 1,
        };
        let payload = edit::payload(&event, 0, &forged(client, 0, ends, 'z'), &ben.id());
        let more = ben.write(edit::KIND.code, payload, Some((event, 1)));
        for replica in [&mut one, &mut other] {
            replica.admit(&pack([more.encode()]).remove(0));
            while replica.sort() {}
        }
        assert_eq!(text(&one), text(&other));
    }
    assert!(differed > 0, "there is something to put right");
}
