//! E-mails with copies, against the `email` package of Python: it reads what is
//! written here, and what it writes is read here.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use std::fs;
use std::process::Command;

use postil_core::id::RoomId;
use postil_core::interchange::eml::{self, Email};
use postil_core::wire::bundle;
use postil_testkit::servers;
use tempfile::TempDir;

/// A bundle with every byte in it, and with ends of lines of every kind.
fn a_bundle() -> Vec<u8> {
    let bytes: Vec<u8> = (0..=255).chain(*b"\r\n.\r\n\n From \r").collect();
    bundle::write(&RoomId::named("a"), &[bytes.repeat(40)])
}

/// Has Python do one thing in a folder, and gives what it prints.
fn python(action: &str, folder: &TempDir) -> String {
    let output = Command::new("python3")
        .arg(servers::workspace().join("crates/testkit/tests/email/program.py"))
        .arg(action)
        .current_dir(folder.path())
        .output()
        .expect("the tests need Python 3.10 or newer");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn python_reads_what_is_written_here() {
    #[track_caller]
    fn check(subject: &str, name: &str, expected_subject: &str, file_name: &str) {
        let folder = TempDir::new().unwrap();
        let link = ["https://a.example/#postil-bundle=", &"x=y_".repeat(1_500)].concat();
        let text = ["Größe: 7\n\n.\nFrom here \n", &link].concat();
        let bundle = a_bundle();
        let email = Email {
            subject,
            text: &text,
            name,
            bundle: &bundle,
            at: 1_795_516_200_000,
        };
        fs::write(folder.path().join("ours.eml"), email.write()).unwrap();
        let said = python("read", &folder);
        let lines: Vec<&str> = said.lines().collect();
        let expected = [
            "defects: 0",
            "date: 2026-11-24T10:30:00+00:00",
            &format!("subject: {expected_subject}"),
            "unsent: 1",
            "from: None",
            "attachments: 1",
            &format!("name: {file_name}"),
        ];
        assert_eq!(lines, expected);
        let read = fs::read_to_string(folder.path().join("text")).unwrap();
        assert_eq!(read.trim_end(), text);
        assert_eq!(fs::read(folder.path().join("attachment")).unwrap(), bundle);
    }
    check("Ice & water", "Ice", "Ice & water", "Ice.postil");
    check("Größe 😀", "Größe 😀", "Größe 😀", "Größe 😀.postil");
    check("", "", "", "discussion.postil");
    let long = "ليس كل شيء ".repeat(20);
    check(&long, "a\r\nb/c", long.trim_end(), "a b c.postil");
}

#[test]
fn what_python_writes_is_read_here() {
    let folder = TempDir::new().unwrap();
    let bundle = a_bundle();
    fs::write(folder.path().join("bundle"), &bundle).unwrap();
    let names = python("write", &folder);
    assert_eq!(names.lines().count(), 8, "{names}");
    for name in names.lines() {
        let file = fs::read(folder.path().join(name)).unwrap();
        assert_eq!(eml::read(&file), Ok(vec![bundle.clone()]), "{name}");
    }
}
