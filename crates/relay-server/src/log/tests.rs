//! Both logs do the same, and the one on disk still does after it is opened
//! again.

use std::collections::BTreeSet;

use axum::body::Bytes;
use postil_core::relay::cover::cover;
use postil_core::relay::framing::{Entry, Position, take_entries};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::memory::MemoryLog;
use super::redb::{RedbLog, check};
use super::*;

const ROOM: Room = Room {
    mailbox: 600,
    total: 1_500,
};

#[derive(Clone, Debug)]
enum Step {
    Append(Vec<(u8, Vec<u8>)>),
    Place(u8, u64),
    Read(u8, u64, u64, usize, bool),
    Cover(u8, BTreeSet<u64>),
    Drop,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    // Few different records, so that many are repeated.
    let records = || prop::collection::vec(0..40u8, 0..8);
    prop_oneof![
        4 => prop::collection::vec((0..4u8, records()), 1..4).prop_map(Step::Append),
        2 => (0..5u8, 0..40u64).prop_map(|(m, n)| Step::Place(m, n)),
        2 => (0..5u8, 0..40u64, 0..40u64, 0..300usize, any::<bool>())
            .prop_map(|(m, after, head, limit, all)| Step::Read(m, after, head, limit, all)),
        3 => (0..4u8, places()).prop_map(|(m, of)| Step::Cover(m, of)),
        1 => Just(Step::Drop),
        1 => Just(Step::Reopen),
    ]
}

fn places() -> impl Strategy<Value = BTreeSet<u64>> {
    prop::collection::btree_set(1..15u64, 0..5)
}

fn all(after: u64, head: u64) -> Range {
    let which = Which::All;
    Range { after, head, which }
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
                Step::Cover(mailbox, of) => {
                    let mailbox = name(mailbox);
                    let at = memory.place(&mailbox, u64::MAX).unwrap().at;
                    let records = vec![cover(&at, of).into()];
                    let batches = [Batch { mailbox, records }];
                    let outcomes = disk.append(&batches, ROOM).unwrap();
                    prop_assert_eq!(&outcomes, &memory.append(&batches, ROOM).unwrap());
                }
                Step::Drop => {
                    while disk.drop_covered(u64::MAX).unwrap() {}
                    while memory.drop_covered(u64::MAX).unwrap() {}
                }
                Step::Read(mailbox, after, head, limit, every) => {
                    let mailbox = name(mailbox);
                    let which = if every { Which::All } else { Which::Listed };
                    let range = Range { after, head, which };
                    let chunk = disk.read(&mailbox, range, limit).unwrap();
                    let other = memory.read(&mailbox, range, limit).unwrap();
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
            for which in [Which::All, Which::Listed] {
                let range = Range { which, ..all(0, head) };
                let found = disk.read(&mailbox, range, usize::MAX).unwrap().bytes;
                let mut position = Position::default();
                for entry in take_entries(&found).unwrap() {
                    match entry {
                        Entry::Record(record) => position.push(&Sha256::digest(record).into()),
                        Entry::Gap(gap) => {
                            position.count += gap.count;
                            position.digest = gap.digest;
                        }
                    }
                    prop_assert_eq!(disk.place(&mailbox, position.count).unwrap().at, position);
                }
                prop_assert_eq!(position.count, head);
            }
        }
        drop(disk);
        let report = check(&folder.path().join("mailboxes.redb")).unwrap();
        prop_assert_eq!(report.damage, Vec::<String>::new());
    }
}

fn append(log: &dyn Log, records: &[&[u8]]) -> Position {
    let records = records
        .iter()
        .map(|it| Bytes::copy_from_slice(it))
        .collect();
    let mailbox = name(1);
    match log.append(&[Batch { mailbox, records }], ROOM).unwrap()[..] {
        [Appended::Kept(at)] => at,
        ref other => panic!("{other:?}"),
    }
}

fn listed(log: &dyn Log, which: Which) -> Vec<Vec<u8>> {
    let head = log.place(&name(1), 0).unwrap().head;
    let range = Range {
        after: 0,
        head,
        which,
    };
    let chunk = log.read(&name(1), range, usize::MAX).unwrap();
    let entries = take_entries(&chunk.bytes).unwrap().into_iter();
    let records = entries.filter_map(|entry| match entry {
        Entry::Record(record) => Some(record.to_vec()),
        Entry::Gap(_) => None,
    });
    records.collect()
}

/// A log of each kind that drops what is covered.
fn both(folder: &TempDir) -> [Box<dyn Log>; 2] {
    [
        Box::new(MemoryLog::default()),
        Box::new(RedbLog::open(folder.path()).unwrap()),
    ]
}

#[test]
fn room_is_freed_when_what_is_covered_is_dropped() {
    let folder = TempDir::new().unwrap();
    for log in both(&folder) {
        let log = &*log;
        let (a, b, joined) = (&[1; 200][..], &[2; 200][..], &[3; 100][..]);
        let at = append(log, &[a, b, joined]);
        let cover = cover(&at, 1..=2);
        append(log, &[&cover]);
        assert_eq!(listed(log, Which::Listed), [joined, &cover]);
        assert_eq!(listed(log, Which::All), [a, b, joined, &cover]);
        // It counts until it is dropped.
        let large = Batch {
            mailbox: name(1),
            records: vec![vec![4; 400].into()],
        };
        let large = [large];
        assert_eq!(log.append(&large, ROOM).unwrap(), [Appended::MailboxFull]);
        assert!(!log.drop_covered(1_000).unwrap(), "it was covered just now");
        assert!(log.drop_covered(u64::MAX).unwrap());
        assert!(!log.drop_covered(u64::MAX).unwrap());
        assert_eq!(listed(log, Which::All), [joined, &cover]);
        assert!(matches!(
            log.append(&large, ROOM).unwrap()[..],
            [Appended::Kept(_)]
        ));
        // One who brings it again is believed.
        append(log, &[&a[..50]]);
        assert_eq!(listed(log, Which::Listed).last().unwrap(), &a[..50]);
    }
}

#[test]
fn what_is_covered_and_comes_again_is_listed() {
    let folder = TempDir::new().unwrap();
    for log in both(&folder) {
        let log = &*log;
        let at = append(log, &[b"a", b"b", b"joined"]);
        let cover = cover(&at, 1..=2);
        append(log, &[&cover]);
        append(log, &[b"b"]);
        let expected: [&[u8]; 3] = [b"joined", &cover, b"b"];
        assert_eq!(listed(log, Which::Listed), expected);
        append(log, &[b"b", &cover]);
        assert_eq!(listed(log, Which::Listed), expected, "once");
        while log.drop_covered(u64::MAX).unwrap() {}
        append(log, &[b"b", b"a"]);
        assert_eq!(listed(log, Which::All).last().unwrap(), b"a");
        assert_eq!(listed(log, Which::All).len(), 4);
    }
    let report = check(&folder.path().join("mailboxes.redb")).unwrap();
    assert!(report.damage.is_empty(), "{:?}", report.damage);
}
