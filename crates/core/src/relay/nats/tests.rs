//! The machine against a server whose every word is written here.

use super::*;
use crate::relay::shell::bench::{self, MAILBOX};
use crate::relay::{In, Out, Status};

type Bench = bench::Bench<Nats>;

impl Bench {
    fn says(&mut self, text: &str) {
        self.tell(In::SocketBytes(text.into()));
    }

    /// Answers what was asked last.
    fn answers(&mut self, payload: &str) {
        let text = self.text();
        let asked = text.lines().rev().find(|it| it.contains("PUB "));
        let subject = asked.unwrap().split(' ').nth(2).unwrap().to_owned();
        let length = payload.len();
        self.says(&format!("MSG {subject} 1 {length}\r\n{payload}\r\n"));
    }

    fn greet(&mut self) {
        self.says("INFO {\"max_payload\":1048576}\r\n");
        self.says("PONG\r\n");
    }

    /// Leads to where the stream is followed; says by which subscription.
    fn follow(&mut self, last: u64, count: u64) -> u64 {
        self.greet();
        self.answers(r#"{"streams":["s"]}"#);
        self.answers(&info(last, count));
        let text = self.text();
        let subscribed = text.lines().rfind(|it| it.starts_with("SUB "));
        let (_, number) = subscribed.unwrap().rsplit_once(' ').unwrap();
        number.parse().unwrap()
    }
}

fn info(last: u64, count: u64) -> String {
    format!(
        r#"{{"config":{{"name":"s"}},"created":"now","state":{{"last_seq":{last},"subjects":{{"postil.{MAILBOX}":{count}}}}}}}"#
    )
}

fn message(by: u64, place: u64, number: u64, pending: u64, payload: &str) -> String {
    let length = payload.len();
    format!(
        "MSG postil.{MAILBOX} {by} $JS.ACK.s.c.1.{place}.{number}.1.{pending} {length}\r\n{payload}\r\n"
    )
}

fn cursor(last: u64, count: u64) -> Vec<u8> {
    let held = Answer::read(info(last, count).as_bytes()).and_then(|it| it.stream(""));
    let identity = held.unwrap().identity;
    let place = Place {
        identity,
        last,
        count,
    };
    place.to_cursor()
}

#[test]
fn what_one_says_of_oneself() {
    fn check(login: &str, expected: &str) {
        let mut bench = Bench::new(&format!("wss+nats://{login}host/x"), None);
        assert!(bench.sent.is_empty(), "it waits for the greeting");
        let opened = bench
            .told
            .iter()
            .any(|it| matches!(it, Out::OpenSocket { url, .. } if url == "wss://host/x"));
        assert!(opened, "{:?}", bench.told);
        bench.says("INFO {\"max_payload\":1048576}\r\nINFO {\"max_payload\":1048576}\r\n");
        let text = bench.text();
        let (connect, rest) = text.split_once("\r\n").unwrap();
        assert_eq!(rest, "PING\r\n", "once");
        assert!(
            connect.ends_with(&format!("\"version\":\"0.1.0\"{expected}}}")),
            "{connect}"
        );
    }
    check("", "");
    check("se%22cret@", r#","auth_token":"se\"cret""#);
    check("ada:pass@", r#","user":"ada","pass":"pass""#);
    check("eyJ.a.b@", r#","auth_token":"eyJ.a.b","jwt":"eyJ.a.b""#);
}

#[test]
fn complaints_are_understood() {
    fn check(complaint: &str, expected: Status) {
        let mut bench = Bench::new("ws+nats://host", None);
        bench.greet();
        bench.says(&format!("-ERR '{complaint}'\r\n"));
        match (bench.status(), expected) {
            // When it tries again is a matter of luck.
            (Some(Status::Offline { why, .. }), Status::Offline { why: expected, .. }) => {
                assert_eq!(why, expected, "{complaint}");
            }
            (status, expected) => assert_eq!(status, Some(expected), "{complaint}"),
        }
    }
    let denied = Status::Refused {
        why: Trouble::Denied,
    };
    let offline = |why| Status::Offline {
        retry_at: None,
        why,
    };
    check("Authorization Violation", denied);
    check("User Authentication Expired", denied);
    check(
        "Permissions Violation for Publish to \"$JS.API.STREAM.NAMES\"",
        denied,
    );
    check("maximum connections exceeded", offline(Trouble::SlowDown));
    check(
        "Unknown Protocol Operation",
        offline(Trouble::BadAnswer("it does not understand")),
    );
    check("Something else", Status::Online);
}

#[test]
fn jetstream_says_no() {
    fn check(code: u16, exact: u32, expected: Result<Trouble, Trouble>) {
        let mut bench = Bench::new("ws+nats://host", None);
        bench.greet();
        bench.answers(&format!(
            r#"{{"error":{{"code":{code},"err_code":{exact}}}}}"#
        ));
        let outcome = match bench.status() {
            Some(Status::Refused { why }) => Err(why),
            Some(Status::Offline { why, .. }) => Ok(why),
            status => panic!("{status:?}"),
        };
        assert_eq!(outcome, expected, "{code} {exact}");
    }
    check(503, 10_039, Err(Trouble::NotARelay(503)));
    check(403, 0, Err(Trouble::Denied));
    check(400, 10_027, Ok(Trouble::Full));
    check(503, 10_008, Ok(Trouble::Server(503)));
}

#[test]
fn nobody_answers_for_jetstream() {
    let mut bench = Bench::new("ws+nats://host", None);
    bench.greet();
    let text = bench.text();
    let asked = text.lines().rfind(|it| it.starts_with("PUB "));
    let answer = asked.unwrap().split(' ').nth(2).unwrap().to_owned();
    bench.says(&format!(
        "HMSG {answer} 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n"
    ));
    let Some(Status::Offline { why, .. }) = bench.status() else {
        panic!("{:?}", bench.status());
    };
    assert_eq!(why, Trouble::Server(503));
}

#[test]
fn a_message_that_is_missing_is_noticed() {
    let mut bench = Bench::new("ws+nats://host", None);
    let by = bench.follow(3, 3);
    bench.says(&message(by, 1, 1, 2, "one"));
    bench.says(&message(by, 3, 3, 0, "three"));
    let missing = Trouble::BadAnswer("messages are missing");
    assert!(matches!(bench.status(), Some(Status::Offline { why, .. }) if why == missing));
    assert_eq!(bench.count(&Out::CaughtUp), 0);
}

#[test]
fn a_stream_that_was_purged_is_read_again() {
    // There were three; of them, one is left, and one is new.
    let mut bench = Bench::new("ws+nats://host", Some(&cursor(3, 3)));
    let by = bench.follow(4, 2);
    assert!(bench.text().contains(r#""opt_start_seq":4"#));
    bench.says(&message(by, 4, 1, 0, "four"));
    assert_eq!(bench.count(&Out::StartOver), 1);
    assert!(bench.text().contains(&format!("UNSUB {by}\r\n")));
    assert!(bench.text().contains(r#""opt_start_seq":1"#));
    let again = by + 1;
    bench.says(&message(again, 3, 1, 1, "three"));
    bench.says(&message(again, 4, 2, 0, "four"));
    assert_eq!(bench.count(&Out::CaughtUp), 1);
    assert_eq!(bench.told.last(), Some(&Out::CaughtUp));
    let expected = Out::Cursor(cursor(4, 2));
    assert!(bench.told.contains(&expected));
}

#[test]
fn another_stream_is_noticed_even_if_nothing_was_read() {
    for (cursor, expected) in [(Some(cursor(0, 0)), 1), (None, 0)] {
        let other = cursor.map(|it| [&it[..1], &[0xff; 8], &it[9..]].concat());
        let mut bench = Bench::new("ws+nats://host", other.as_deref());
        bench.follow(3, 3);
        assert_eq!(bench.count(&Out::StartOver), expected);
    }
}

#[test]
fn what_was_read_is_not_read_again() {
    let mut bench = Bench::new("ws+nats://host", Some(&cursor(3, 3)));
    bench.follow(3, 3);
    bench.answers(r#"{"num_pending":0}"#);
    assert_eq!(bench.count(&Out::CaughtUp), 1);
    assert_eq!(bench.count(&Out::StartOver), 0);
}

#[test]
fn a_server_that_stopped_following_is_left() {
    let mut bench = Bench::new("ws+nats://host", None);
    let by = bench.follow(1, 1);
    bench.says(&message(by, 1, 1, 0, "one"));
    let text = bench.text();
    let inbox = text.lines().rfind(|it| it.starts_with("SUB ")).unwrap();
    let inbox = inbox.split(' ').nth(1).unwrap().to_owned();
    bench.now += 30_000;
    let beat = "NATS/1.0 100 Idle Heartbeat\r\nNats-Consumer-Stalled: $JS.FC.x\r\n\r\n";
    let length = beat.len();
    bench.says(&format!(
        "HMSG {inbox} {by} {length} {length}\r\n{beat}\r\n"
    ));
    assert!(bench.text().ends_with("PUB $JS.FC.x 0\r\n\r\n"));
    bench.now += 30_000;
    bench.says("PING\r\n");
    assert!(bench.text().ends_with("PONG\r\n"));
    assert_eq!(bench.status(), Some(Status::Online));
    bench.now += 10_000;
    bench.tell(In::Tick);
    let late = Trouble::TimedOut;
    assert!(matches!(bench.status(), Some(Status::Offline { why, .. }) if why == late));
}

#[test]
fn records_that_the_server_does_not_take_are_rejected() {
    fn check(answer: &str, expected: Trouble) {
        let mut bench = Bench::new("ws+nats://host", None);
        bench.follow(0, 0);
        bench.answers(r#"{"num_pending":0}"#);
        bench.tell(In::Publish(b"record".to_vec()));
        bench.answers(answer);
        let id = RecordId::of(b"record");
        let expected = Out::Rejected { id, why: expected };
        assert!(bench.told.contains(&expected), "{answer}");
    }
    check(
        r#"{"error":{"code":400,"err_code":10054}}"#,
        Trouble::TooLarge,
    );
    check(r#"{"error":{"code":503,"err_code":10077}}"#, Trouble::Full);
    check(
        r#"{"error":{"code":400,"err_code":1}}"#,
        Trouble::NotTaken(400),
    );
    let mut bench = Bench::new("ws+nats://host", None);
    bench.says("INFO {\"max_payload\":2048}\r\n");
    assert_eq!(bench.machine.caps().max_record, 1_024);
}

#[test]
fn numbers_at_the_end_of_all_numbers_do_no_harm() {
    let mut bench = Bench::new("ws+nats://host", Some(&cursor(u64::MAX - 1, u64::MAX)));
    let by = bench.follow(u64::MAX, u64::MAX);
    bench.says(&message(by, u64::MAX, 1, 0, "last"));
    assert_eq!(bench.count(&Out::CaughtUp), 1);
    bench.says(&message(by, u64::MAX, 2, 0, "more"));
    assert!(matches!(bench.status(), Some(Status::Offline { .. })));
    bench.now += 60_000;
    bench.tell(In::Tick);
    bench.tell(In::SocketOpened);
    bench.follow(u64::MAX, u64::MAX);
}
