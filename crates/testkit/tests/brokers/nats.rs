//! `nats-server`, with its streams in a folder.

use std::net::TcpStream;

use postil_core::relay::{In, Relay, Status, Trouble};
use postil_testkit::conformance::relay::{Subject, run};
use postil_testkit::driver::{Driver, machine};
use postil_testkit::servers::{self, Kept};
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Message, WebSocket};

struct Nats {
    kept: Kept,
    /// What stands before the host in the address.
    login: &'static str,
}

impl Nats {
    fn new() -> Self {
        let mut nats = Nats {
            kept: Kept::default(),
            login: "",
        };
        nats.start();
        nats
    }

    /// Starts it anew with more in its configuration.
    fn start_with(&mut self, more: &str) {
        self.stop();
        let config = format!(
            "host: \"127.0.0.1\"\nport: -1\n\
             websocket {{ host: \"127.0.0.1\", port: {}, no_tls: true }}\n\
             jetstream {{ store_dir: \"{}\" }}\n{more}\n",
            self.kept.port,
            self.kept.file("streams").display()
        );
        let path = self.kept.write("nats.conf", &config);
        let mut command = servers::debian("nats-server", "nats-server");
        self.kept.run(command.arg("--config").arg(path));
    }
}

impl Subject for Nats {
    fn connect(&self, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
        let url = format!("ws+nats://{}127.0.0.1:{}", self.login, self.kept.port);
        machine(&url, mailbox, cursor)
    }

    fn stop(&mut self) {
        // Killed, as nobody wants it to be.
        self.kept.kill();
    }

    fn start(&mut self) {
        self.start_with("");
    }

    fn wipe(&mut self) {
        self.stop();
        std::fs::remove_dir_all(self.kept.file("streams")).unwrap();
        self.start();
    }

    fn deny(&mut self) {
        self.start_with("authorization { token: \"secret\" }");
    }
}

#[test]
fn conforms() {
    run(|| Box::new(Nats::new()));
}

/// Someone else at the same server, who writes the protocol by hand.
struct Other(WebSocket<MaybeTlsStream<TcpStream>>);

impl Other {
    fn connect(nats: &Nats, login: &str) -> Self {
        let (socket, _) =
            tungstenite::connect(format!("ws://127.0.0.1:{}", nats.kept.port)).unwrap();
        let mut other = Other(socket);
        let words =
            format!("CONNECT {{\"verbose\":false,\"headers\":true{login}}}\r\nSUB inbox 1\r\n");
        other.say(words.as_bytes());
        other
    }

    fn say(&mut self, bytes: &[u8]) {
        self.0.send(Message::Binary(bytes.to_vec().into())).unwrap();
    }

    /// Asks something of JetStream and waits for the answer.
    fn ask(&mut self, what: &str, body: &str) -> String {
        self.publish(&format!("$JS.API.{what}"), body.as_bytes())
    }

    /// Publishes, and waits until JetStream has answered.
    fn publish(&mut self, subject: &str, payload: &[u8]) -> String {
        let mut message = format!("PUB {subject} inbox {}\r\n", payload.len()).into_bytes();
        message.extend_from_slice(payload);
        message.extend_from_slice(b"\r\n");
        self.say(&message);
        loop {
            let message = self.0.read().unwrap().into_data();
            let text = String::from_utf8_lossy(&message).into_owned();
            if text.contains("MSG inbox") {
                assert!(!text.contains("\"error\""), "{text}");
                return text;
            }
        }
    }
}

const MAILBOX: &str = "brokers-00000000000000000000";

#[test]
fn streams_that_are_there_already_are_used() {
    let nats = Nats::new();
    let mut operator = Other::connect(&nats, "");
    operator.ask(
        "STREAM.CREATE.everything",
        r#"{"name":"everything","subjects":["postil.>"],"storage":"file"}"#,
    );
    let other: String = MAILBOX.chars().rev().collect();
    let mut one = Driver::new(nats.connect(MAILBOX, None)).online();
    let mut two = Driver::new(nats.connect(&other, None)).online();
    for n in 0..5u8 {
        one.publish([vec![n; 20]]);
        two.publish([vec![n; 30]]);
    }
    one.until("one's own records", |seen| seen.records.len() == 5);
    let names = operator.ask("STREAM.NAMES", "");
    assert!(names.contains("\"total\":1"), "{names}");
    let again = Driver::new(nats.connect(MAILBOX, one.seen.cursor.as_deref())).online();
    assert_eq!((again.seen.records.len(), again.seen.started_over), (0, 0));
}

#[test]
fn what_was_purged_is_missed_and_what_is_foreign_is_passed_over() {
    let nats = Nats::new();
    let mut writer = Driver::new(nats.connect(MAILBOX, None)).online();
    writer.publish((0..9u8).map(|n| vec![n; 20]));
    writer.until("one's own records", |seen| seen.records.len() == 9);
    let mut other = Other::connect(&nats, "");
    let subject = format!("postil.{MAILBOX}");
    other.publish(&subject, b"");
    other.publish(&subject, &vec![7; 1_000_000]);
    other.publish(&subject, b"foreign, but whole");
    writer.until("what follows", |seen| seen.has(b"foreign, but whole"));
    assert_eq!(writer.seen.records.len(), 10);
    writer.tell(In::GoOffline);
    other.ask(&format!("STREAM.PURGE.postil-{MAILBOX}"), r#"{"seq":5}"#);
    // The same machine, and another one that has the cursor.
    let mut again = Driver::new(nats.connect(MAILBOX, writer.seen.cursor.as_deref()));
    again.tell(In::Online);
    writer.tell(In::Online);
    for driver in [&mut writer, &mut again] {
        driver.until("noticing", |seen| seen.started_over == 1);
        driver.publish((0..9u8).map(|n| vec![n; 20]));
    }
    let reader = Driver::new(nats.connect(MAILBOX, None)).online();
    assert!((0..9u8).all(|n| reader.seen.has(&[n; 20])));
    // Nothing is left at all, and no record is new.
    writer.tell(In::GoOffline);
    other.ask(&format!("STREAM.PURGE.postil-{MAILBOX}"), "");
    writer.tell(In::Online);
    writer.until("noticing", |seen| seen.started_over == 2);
}

#[test]
fn passwords_and_tokens_open() {
    let mut nats = Nats::new();
    let attempt = |nats: &mut Nats, login, expected: Option<Status>| {
        nats.login = login;
        let mut driver = Driver::new(nats.connect(MAILBOX, None));
        driver.tell(In::Online);
        driver.until(login, |seen| {
            seen.status.is_some_and(|it| it != Status::Connecting)
        });
        assert_eq!(driver.seen.status, expected, "{login}");
        driver
    };
    let denied = Some(Status::Refused {
        why: Trouble::Denied,
    });
    nats.start_with("authorization { token: \"se/cret\" }");
    attempt(&mut nats, "se%2Fcret@", Some(Status::Online));
    attempt(&mut nats, "other@", denied);
    attempt(&mut nats, "", denied);
    let api = "publish: [\"$JS.API.>\", \"$JS.FC.>\"], subscribe: [\"_INBOX.>\"]";
    nats.start_with(&format!(
        "authorization {{ users: [ {{ user: ada, password: pass }},\n\
         {{ user: reader, password: pass, permissions: {{ {api} }} }} ] }}"
    ));
    let mut ada = attempt(&mut nats, "ada:pass@", Some(Status::Online));
    attempt(&mut nats, "ada:other@", denied);
    ada.publish([b"hers".to_vec()]);
    // Who may only read, reads, and is told why nothing is taken.
    let mut reader = attempt(&mut nats, "reader:pass@", Some(Status::Online));
    reader.until("her record", |seen| seen.has(b"hers"));
    reader.tell(In::Publish(b"his".to_vec()));
    reader.until("the refusal", |seen| !seen.rejected.is_empty());
    assert_eq!(reader.seen.rejected[0].1, Trouble::Denied);
    ada.publish([b"hers, later".to_vec()]);
    reader.until("her record", |seen| seen.has(b"hers, later"));
    assert_eq!(reader.seen.status, Some(Status::Online));
}

#[test]
fn without_jetstream_it_is_no_relay() {
    let mut nats = Nats::new();
    nats.start_with("accounts { A { jetstream: off, users: [ { user: a, password: b } ] } }");
    nats.login = "a:b@";
    let mut driver = Driver::new(nats.connect(MAILBOX, None));
    driver.tell(In::Online);
    driver.until("the refusal", |seen| {
        let why = Trouble::NotARelay(503);
        seen.status == Some(Status::Refused { why })
    });
}
