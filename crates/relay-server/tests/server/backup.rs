//! Backups of a server that runs, and checking data files.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};

use postil_relay_server::check;
use tempfile::TempDir;

use crate::support::{Program, ROOM, Server, append, config, contents};

fn run(words: &[&str], paths: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_postil-relay"))
        .args(words)
        .args(paths)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8(both).unwrap()
}

fn backup(folder: &Path, to: &Path) -> Output {
    let to = to.to_str().unwrap();
    run(&["backup", to, "--data"], &[folder])
}

#[test]
#[cfg(unix)]
fn a_backup_while_others_write_is_whole() {
    let (folder, away) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let server = Program::on(folder.path());
    for n in 0..300u32 {
        append(server.address, ROOM, &[&n.to_be_bytes()]);
    }
    let stop = AtomicBool::new(false);
    let copies = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut n = 300u32;
            while !stop.load(Ordering::Relaxed) {
                assert_eq!(append(server.address, ROOM, &[&n.to_be_bytes()]), 200);
                n += 1;
            }
        });
        let copies: Vec<_> = (0..3)
            .map(|n| away.path().join(format!("{n}.redb")))
            .collect();
        for copy in &copies {
            let made = backup(folder.path(), copy);
            assert!(made.status.success(), "{}", said(&made));
            assert!(said(&made).contains("in 1 mailboxes"), "{}", said(&made));
        }
        let again = backup(folder.path(), &copies[0]);
        assert_eq!(again.status.code(), Some(1));
        assert!(said(&again).contains("exists already"), "{}", said(&again));
        stop.store(true, Ordering::Relaxed);
        copies
    });
    let all = contents(server.address, ROOM);
    for copy in copies {
        let report = check(&copy).unwrap();
        assert!(report.damage.is_empty(), "{:?}", report.damage);
        // A server runs on it as on the original.
        let other = TempDir::new().unwrap();
        std::fs::rename(&copy, other.path().join("mailboxes.redb")).unwrap();
        let restored = Server::start(config(other.path()));
        let held = contents(restored.address, ROOM);
        assert!(held.len() >= 300);
        assert_eq!(held, all[..held.len()]);
        assert_eq!(append(restored.address, ROOM, &[b"and more"]), 200);
    }
}

#[test]
#[cfg(unix)]
fn only_the_own_user_can_ask() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let _server = Program::on(folder.path());
    let control = folder.path().join("control");
    let mode = std::fs::metadata(control).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn a_backup_without_a_server() {
    let (folder, away) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let to = away.path().join("copy");
    let missing = backup(folder.path(), &to);
    assert!(
        said(&missing).contains("no data file"),
        "{}",
        said(&missing)
    );
    let mut server = Program::on(folder.path());
    append(server.address, ROOM, &[b"one"]);
    server.kill();
    let made = backup(folder.path(), &to);
    assert!(made.status.success(), "{}", said(&made));
    assert_eq!(
        check(&to).unwrap().held(),
        "1 records of 4 bytes in 1 mailboxes"
    );
    let nowhere = backup(folder.path(), &away.path().join("no/folder"));
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(
        said(&nowhere).contains("can not be written"),
        "{}",
        said(&nowhere)
    );
}

#[test]
fn checking_a_file() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(config(folder.path()));
    append(server.address, ROOM, &[b"one"]);
    let path = folder.path().join("mailboxes.redb");
    let check = |path: &Path, code: i32, expected: &str| {
        let output = run(&["check"], &[path]);
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        assert!(said(&output).contains(expected), "{}", said(&output));
    };
    check(&path, 1, "in use");
    drop(server);
    check(&path, 0, "Nothing is damaged");
    check(&folder.path().join("other"), 1, "can not be opened");
    std::fs::write(&path, "no data").unwrap();
    check(&path, 1, "damaged or not a data file");
    assert_eq!(run(&["check"], &[]).status.code(), Some(2));
}
