//! Both logs do the same, and the one on disk still does after it is opened
//! again.

use axum::body::Bytes;
use postil_core::relay::framing::{Position, take_records};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::memory::MemoryLog;
use super::redb::RedbLog;
use super::*;

const ROOM: Room = Room {
    mailbox: 600,
    total: 1_500,
};

#[derive(Clone, Debug)]
enum Step {
    Append(Vec<(u8, Vec<u8>)>),
    Place(u8, u64),
    Read(u8, u64, u64, usize),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    // Few different records, so that many are repeated.
    let records = || prop::collection::vec(0..40u8, 0..8);
    prop_oneof![
        4 => prop::collection::vec((0..4u8, records()), 1..4).prop_map(Step::Append),
        2 => (0..5u8, 0..40u64).prop_map(|(m, n)| Step::Place(m, n)),
        2 => (0..5u8, 0..40u64, 0..40u64, 0..300usize)
            .prop_map(|(m, after, head, limit)| Step::Read(m, after, head, limit)),
        1 => Just(Step::Reopen),
    ]
}

fn name(mailbox: u8) -> String {
    format!("mailbox-{mailbox:022}")
}

fn batch((mailbox, records): (u8, Vec<u8>)) -> Batch {
    let record = |n: u8| Bytes::from(vec![n; 1 + usize::from(n) * 3]);
    Batch {
        mailbox: name(mailbox),
        records: records.into_iter().map(record).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_logs_agree(steps in prop::collection::vec(step(), 1..25)) {
        let folder = TempDir::new().unwrap();
        let memory = MemoryLog::default();
        let mut disk = RedbLog::open(folder.path()).unwrap();
        for step in steps {
            match step {
                Step::Append(batches) => {
                    let batches: Vec<_> = batches.into_iter().map(batch).collect();
                    let outcomes = disk.append(&batches, ROOM).unwrap();
                    prop_assert_eq!(&outcomes, &memory.append(&batches, ROOM).unwrap());
                }
                Step::Place(mailbox, after) => {
                    let mailbox = name(mailbox);
                    let place = disk.place(&mailbox, after).unwrap();
                    prop_assert_eq!(place, memory.place(&mailbox, after).unwrap());
                }
                Step::Read(mailbox, after, head, limit) => {
                    let mailbox = name(mailbox);
                    let chunk = disk.read(&mailbox, after, head, limit).unwrap();
                    let other = memory.read(&mailbox, after, head, limit).unwrap();
                    prop_assert!(chunk.bytes.len() <= limit);
                    prop_assert_eq!(chunk.bytes, other.bytes);
                    prop_assert_eq!(chunk.count, other.count);
                }
                Step::Reopen => {
                    drop(disk);
                    disk = RedbLog::open(folder.path()).unwrap();
                }
            }
            prop_assert_eq!(disk.totals().unwrap(), memory.totals().unwrap());
        }
        for mailbox in 0..4 {
            let mailbox = name(mailbox);
            let head = disk.place(&mailbox, 0).unwrap().head;
            let all = disk.read(&mailbox, 0, head, usize::MAX).unwrap().bytes;
            let mut position = Position::default();
            for record in take_records(&all).unwrap() {
                position.push(&Sha256::digest(record).into());
                prop_assert_eq!(disk.place(&mailbox, position.count).unwrap().at, position);
            }
            prop_assert_eq!(position.count, head);
        }
    }
}
