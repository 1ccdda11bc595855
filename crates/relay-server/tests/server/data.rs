//! The data file: in use, damaged, foreign, on a full disk.

use std::path::Path;
use std::process::Command;

use postil_relay_server::{OpenError, StartError};
use tempfile::TempDir;

use crate::support::{Program, ROOM, Server, append, config, contents, get};

fn start_error(folder: &Path) -> Option<StartError> {
    Server::try_start(config(folder)).err()
}

#[test]
fn a_data_folder_has_one_server() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(config(folder.path()));
    let error = start_error(folder.path()).unwrap();
    assert!(matches!(error, StartError::Data(OpenError::InUse { .. })));
    assert!(error.to_string().contains("--log redb:FOLDER"), "{error}");
    drop(server);
    assert!(start_error(folder.path()).is_none());
}

#[test]
fn addresses_and_folders_that_can_not_be_had() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(config(folder.path()));
    let other = TempDir::new().unwrap();
    let mut taken = config(other.path());
    taken.listen = server.address;
    let error = Server::try_start(taken).err().unwrap();
    assert!(matches!(error, StartError::Listen { .. }), "{error}");
    let file = other.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let error = start_error(&file).unwrap();
    assert!(
        matches!(error, StartError::Data(OpenError::Folder { .. })),
        "{error}"
    );
    let mut siteless = config(other.path());
    siteless.site = Some(other.path().join("missing"));
    let error = Server::try_start(siteless).err().unwrap();
    assert!(matches!(error, StartError::NoSite(_)), "{error}");
}

#[test]
fn a_damaged_file_is_named_with_what_to_do() {
    let check = |damage: fn(&mut Vec<u8>)| {
        let folder = TempDir::new().unwrap();
        let server = Server::start(config(folder.path()));
        for n in 0..40u8 {
            append(server.address, ROOM, &[&[n; 3_000]]);
        }
        drop(server);
        let path = folder.path().join("mailboxes.redb");
        let mut bytes = std::fs::read(&path).unwrap();
        damage(&mut bytes);
        std::fs::write(&path, bytes).unwrap();
        let error = start_error(folder.path()).unwrap();
        let said = error.to_string();
        assert!(
            matches!(error, StartError::Data(OpenError::Damaged { .. })),
            "{said}"
        );
        assert!(
            said.contains("mailboxes.redb") && said.contains("Move it away"),
            "{said}"
        );
        // Doing what it says helps.
        std::fs::rename(&path, folder.path().join("away")).unwrap();
        assert!(start_error(folder.path()).is_none());
    };
    check(|bytes| *bytes = b"this is no data file".to_vec());
    check(|bytes| bytes.truncate(bytes.len() / 3));
    check(|bytes| bytes.iter_mut().take(64).for_each(|b| *b = 0));
    check(|bytes| {
        let half = bytes.len() / 2;
        bytes
            .iter_mut()
            .skip(4_096)
            .take(half)
            .for_each(|b| *b = 0xaa);
    });
}

/// A disk that is full is played by the largest file that the system allows.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_loses_nothing_and_reading_goes_on() {
    let folder = TempDir::new().unwrap();
    let limit = "trap '' XFSZ; ulimit -f 4096; exec \"$0\" --listen 127.0.0.1:0 --data \"$1\"";
    let mut command = Command::new("bash");
    command
        .args(["-c", limit, env!("CARGO_BIN_EXE_postil-relay")])
        .arg(folder.path());
    let program = Program::start(&mut command);
    let mut kept: Vec<Vec<u8>> = Vec::new();
    let refused = (0..200u8).find(|n| {
        let record = vec![*n; 200_000];
        let status = append(program.address, ROOM, &[&record]);
        if status == 200 {
            kept.push(record);
        }
        status != 200
    });
    assert!(refused.is_some() && !kept.is_empty());
    let large = vec![255; 200_000];
    assert_eq!(append(program.address, ROOM, &[&large]), 503);
    assert_eq!(contents(program.address, ROOM), kept);
    assert_eq!(get(program.address, "/health").status, 200);
    drop(program);
    // With room again, it goes on.
    let program = Program::on(folder.path());
    assert_eq!(contents(program.address, ROOM), kept);
    assert_eq!(append(program.address, ROOM, &[&large]), 200);
}
