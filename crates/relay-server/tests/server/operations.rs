//! Running a server: its configuration, who may write, and what it tells.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use postil_core::relay::framing::put_token;
use postil_relay_server::{Config, Tokens};
use tempfile::TempDir;

use crate::support::{Program, ROOM, Server, append, ask, contents, framed, get, in_memory};

const TOKEN: &str = "open-sesame-open-sesame";

fn tokens(folder: &Path, text: &str) -> std::path::PathBuf {
    let path = folder.join("tokens");
    std::fs::write(&path, text).unwrap();
    path
}

fn with_token(token: &str, records: &[&[u8]]) -> Vec<u8> {
    let mut body = Vec::new();
    put_token(token.as_bytes(), &mut body);
    body.extend(framed(records));
    body
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postil-relay"));
    command.args(["--listen", "127.0.0.1:0"]).args(arguments);
    command
}

#[test]
fn who_writes_presents_a_token() {
    let folder = TempDir::new().unwrap();
    let path = tokens(
        folder.path(),
        &format!("# anna\n{TOKEN}\n\n# ben\n{TOKEN}2\n"),
    );
    let server = Server::start(Config {
        write_tokens: Some(Tokens::read(&path).unwrap()),
        ..in_memory()
    });
    let room = format!("/m/{ROOM}");
    let check = |body: &[u8], status: u16, says: &str| {
        let answer = ask(server.address, "POST", &room, body);
        assert_eq!(answer.status, status);
        if status != 200 {
            assert!(answer.text().contains(says), "{}", answer.text());
            assert!(!answer.text().contains("sesame"), "{}", answer.text());
        }
        let open = answer.header("access-control-allow-origin");
        assert_eq!(open, Some("*"), "pages can read why");
    };
    check(&framed(&[b"a"]), 401, "operator");
    check(&with_token("", &[b"a"]), 401, "write token");
    check(&with_token("open-sesame", &[b"a"]), 401, "write token");
    check(&with_token(&"x".repeat(5_000), &[b"a"]), 401, "write token");
    check(&[0, 200], 400, "too early");
    check(&with_token(TOKEN, &[]), 400, "no record");
    check(&with_token(TOKEN, &[b"a"]), 200, "");
    check(&with_token(&format!("{TOKEN}2"), &[b"b"]), 200, "");
    assert_eq!(contents(server.address, ROOM), [b"a", b"b"]);
    // A server without tokens takes one and forgets it.
    let open = Server::start(in_memory());
    let answer = ask(open.address, "POST", &room, &with_token(TOKEN, &[b"a"]));
    assert_eq!(answer.status, 200);
    assert_eq!(contents(open.address, ROOM), [b"a"]);
}

#[test]
fn a_full_batch_has_room_for_its_token() {
    let server = Server::start(in_memory());
    let record = vec![7; 262_100];
    let records: Vec<Vec<u8>> = (0..4u8).map(|n| [&[n], &record[..]].concat()).collect();
    let records: Vec<&[u8]> = records.iter().map(Vec::as_slice).collect();
    let body = with_token(&"t".repeat(127), &records);
    assert_eq!(
        ask(server.address, "POST", &format!("/m/{ROOM}"), &body).status,
        200
    );
}

#[test]
fn files_of_tokens() {
    let folder = TempDir::new().unwrap();
    let check = |text: &str, expected: &str| {
        let path = tokens(folder.path(), text);
        let said = Tokens::read(&path).unwrap_err().to_string();
        assert!(
            said.contains(expected) && !said.contains("sesame"),
            "{said}"
        );
    };
    check("", "no token");
    check("# nobody\n", "no token");
    check("\nsesame\n", "line 2");
    check("open sesame open sesame", "line 1");
    check(&"sesame".repeat(30), "line 1");
}

#[test]
fn numbers_for_prometheus() {
    let server = Server::start(Config {
        metrics: Some(crate::support::anywhere()),
        ..in_memory()
    });
    append(server.address, ROOM, &[b"one", b"two"]);
    append(server.address, ROOM, &[b"one"]);
    contents(server.address, ROOM);
    ask(server.address, "POST", &format!("/m/{ROOM}"), b"");
    let metrics = server.metrics.unwrap();
    let page = get(metrics, "/metrics");
    assert_eq!(page.status, 200);
    assert!(
        page.header("content-type")
            .unwrap()
            .starts_with("text/plain; version=0.0.4")
    );
    for line in [
        "postil_requests_total{kind=\"append\",status=\"200\"} 2",
        "postil_requests_total{kind=\"append\",status=\"400\"} 1",
        "postil_requests_total{kind=\"read\",status=\"200\"} 1",
        "postil_appended_records_total 3",
        "postil_append_seconds_count 2",
        "postil_mailboxes 1",
        "postil_records 2",
        "postil_bytes 8",
        "postil_storage_faults_total 0",
        "postil_wake_streams 0",
    ] {
        assert!(
            page.text().lines().any(|it| it == line),
            "{line}\n{}",
            page.text()
        );
    }
    assert!(!page.text().contains(&ROOM[..6]));
    assert_eq!(get(metrics, "/health").status, 200);
    assert_eq!(get(metrics, &format!("/m/{ROOM}")).status, 404);
    assert_eq!(
        get(server.address, "/metrics").status,
        404,
        "not for everybody"
    );
}

#[test]
fn a_file_configures_and_a_flag_counts_more() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("relay.toml");
    let words = tokens(folder.path(), TOKEN);
    let text = format!(
        "log = \"memory\"\nmax-record = 10\nwrite-tokens = '{}'\n",
        words.display()
    );
    std::fs::write(&path, text).unwrap();
    let file = path.to_str().unwrap();
    let server = Program::start(&mut program(&["--max-record", "20", "--config", file]));
    let room = format!("/m/{ROOM}");
    let check = |length: usize, status: u16| {
        let body = with_token(TOKEN, &[&vec![1; length]]);
        assert_eq!(ask(server.address, "POST", &room, &body).status, status);
    };
    check(20, 200);
    check(21, 413);
    assert_eq!(append(server.address, ROOM, &[b"x"]), 401);
    std::fs::write(&path, "\nmax-rekord = 1\n").unwrap();
    let refused = program(&["--config", file]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(
        said.contains("line 2") && said.contains("max-rekord"),
        "{said}"
    );
}

/// What a program wrote to standard error until it was asked to stop.
fn messages(arguments: &[&str]) -> String {
    let folder = TempDir::new().unwrap();
    let words = tokens(folder.path(), TOKEN);
    let mut command = program(arguments);
    command
        .args(["--log", "memory", "--write-tokens"])
        .arg(words);
    let mut server = Program::start(command.stderr(Stdio::piped()));
    let room = format!("/m/{ROOM}");
    for token in [TOKEN, "another-sesame-another"] {
        let body = with_token(token, &[b"a secret record"]);
        ask(server.address, "POST", &room, &body);
    }
    server.end();
    let mut said = String::new();
    let mut errors = server.child.stderr.take().unwrap();
    errors.read_to_string(&mut said).unwrap();
    for hidden in ["sesame", "secret", ROOM] {
        assert!(!said.contains(hidden), "{said}");
    }
    said
}

#[test]
#[cfg(unix)]
fn messages_are_lines_without_secrets() {
    let json = messages(&["--messages", "json", "--level", "debug"]);
    for line in json.lines() {
        assert!(line.starts_with('{') && line.ends_with('}'), "{line}");
    }
    for part in [
        "\"message\":\"listening\"",
        "\"level\":\"INFO\"",
        "\"kind\":\"append\",\"status\":200",
        "\"status\":401",
        "\"message\":\"stopped\"",
    ] {
        assert!(json.contains(part), "{part}\n{json}");
    }
    let text = messages(&[]);
    assert!(
        text.contains("listening") && text.contains("stopped"),
        "{text}"
    );
    assert!(!text.contains("status=200"), "{text}");
    assert_eq!(messages(&["--level", "error"]), "");
}
