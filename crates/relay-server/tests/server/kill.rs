//! Nothing that was acknowledged is lost when the server is killed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;

use crate::support::{Program, contents, framed, is_soak, try_ask};

const WRITERS: usize = 4;

type Acked = Arc<Mutex<BTreeMap<String, BTreeSet<Vec<u8>>>>>;

#[test]
fn kill_9_loses_nothing_acknowledged() {
    let folder = TempDir::new().unwrap();
    let acked = Acked::default();
    // 120 rounds take about two minutes.
    let rounds = if is_soak() { 120 } else { 12 };
    for round in 0..rounds {
        let mut program = Program::on(folder.path());
        check(&program, &acked);
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| write(&program, &acked, round, writer))
            .collect();
        // Moments spread over the life of the writers, from the first commit on.
        std::thread::sleep(Duration::from_millis(10 + round * 37 % 160));
        program.kill();
        for writer in writers {
            writer.join().unwrap();
        }
    }
    check(&Program::on(folder.path()), &acked);
    let total: usize = acked.lock().unwrap().values().map(BTreeSet::len).sum();
    println!("{rounds} kills, {total} records acknowledged, none lost, none twice");
    assert!(total >= 100, "only {total} records were acknowledged");
}

/// Appends until the server is gone; notes what was acknowledged.
fn write(
    program: &Program,
    acked: &Acked,
    round: u64,
    writer: usize,
) -> std::thread::JoinHandle<()> {
    let (address, acked) = (program.address, Arc::clone(acked));
    std::thread::spawn(move || {
        for n in 0.. {
            let mailbox = format!("mailbox-{:022}", (writer + n) % 3);
            let records: Vec<Vec<u8>> = (0..1 + n % 5)
                .map(|part| {
                    format!("{round} {writer} {n} {part}")
                        .repeat(1 + n % 40)
                        .into_bytes()
                })
                .collect();
            let body = framed(&records.iter().map(Vec::as_slice).collect::<Vec<_>>());
            let path = format!("/m/{mailbox}");
            match try_ask(address, "POST", &path, &[], &body) {
                Some(answer) if answer.status == 200 => {
                    let mut acked = acked.lock().unwrap();
                    acked.entry(mailbox).or_default().extend(records);
                }
                Some(answer) => panic!("{answer:?}"),
                None => return,
            }
        }
    })
}

fn check(program: &Program, acked: &Acked) {
    for (mailbox, records) in acked.lock().unwrap().iter() {
        let found: Vec<_> = contents(program.address, mailbox);
        let unique: BTreeSet<_> = found.iter().cloned().collect();
        assert_eq!(found.len(), unique.len(), "a record is there twice");
        let lost = records.difference(&unique).count();
        assert_eq!(lost, 0, "{lost} acknowledged records are lost");
    }
}
