//! `mosquitto`, with what it keeps in a folder.

use std::net::TcpStream;

use postil_core::id::base64url;
use postil_core::relay::{In, RecordId, Relay, Status, Trouble};
use postil_testkit::conformance::relay::{Subject, run};
use postil_testkit::driver::{Driver, machine};
use postil_testkit::servers::{self, Kept};
use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderValue;
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Message, WebSocket};

struct Mosquitto {
    kept: Kept,
    login: &'static str,
    /// What stands at the end of the address.
    version: &'static str,
}

impl Mosquitto {
    fn new() -> Self {
        let mut mosquitto = Mosquitto {
            kept: Kept::default(),
            login: "",
            version: "",
        };
        mosquitto.start();
        mosquitto
    }

    /// Starts it anew with this at the end of its configuration.
    fn start_with(&mut self, more: &str) {
        self.stop();
        // It does not start with WebSockets alone.
        let config = format!(
            "listener {} 127.0.0.1\nlistener {} 127.0.0.1\nprotocol websockets\n\
             persistence true\npersistence_location {}/\n{more}\n",
            servers::free_port(),
            self.kept.port,
            self.kept.folder().display()
        );
        let config = self.kept.write("mosquitto.conf", &config);
        let mut command = servers::debian("mosquitto", "mosquitto");
        self.kept.run(command.arg("-c").arg(config));
    }
}

impl Subject for Mosquitto {
    fn connect(&self, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
        let (login, port, version) = (self.login, self.kept.port, self.version);
        let url = format!("ws+mqtt://{login}127.0.0.1:{port}/mqtt{version}");
        machine(&url, mailbox, cursor)
    }

    fn stop(&mut self) {
        // Killed, it would lose what came since it wrote everything down last.
        self.kept.end();
    }

    fn start(&mut self) {
        // It keeps its rights to itself when root starts it.
        self.start_with("allow_anonymous true\nuser root");
    }

    fn wipe(&mut self) {
        self.stop();
        std::fs::remove_file(self.kept.file("mosquitto.db")).unwrap();
        self.start();
    }

    fn deny(&mut self) {
        self.start_with("allow_anonymous false\nuser root");
    }
}

fn conforms(version: &'static str) {
    run(|| {
        let mut mosquitto = Mosquitto::new();
        mosquitto.version = version;
        Box::new(mosquitto)
    });
}

#[test]
fn version_5_conforms() {
    conforms("?version=5");
}

#[test]
fn version_3_1_1_conforms() {
    conforms("?version=3.1.1");
}

/// What a server without these ways is for a machine of this version.
#[test]
fn a_server_says_what_it_does_not_do() {
    let mut mosquitto = Mosquitto::new();
    let attempt = |mosquitto: &Mosquitto, record: Vec<u8>| {
        let mut driver = Driver::new(mosquitto.connect(MAILBOX, None));
        driver.tell(In::Publish(record));
        driver.tell(In::Online);
        driver
    };
    mosquitto.start_with("allow_anonymous true\nuser root\nretain_available false");
    let why = Trouble::KeepsNothing;
    attempt(&mosquitto, b"a".to_vec()).until("the refusal", |seen| {
        seen.status == Some(Status::Refused { why })
    });
    mosquitto.start_with("allow_anonymous true\nuser root\nmax_packet_size 400");
    let mut driver = attempt(&mosquitto, vec![7; 500]);
    driver.until("the rejection", |seen| {
        seen.rejected == [(RecordId::of(&[7; 500]), Trouble::TooLarge)]
    });
    driver.publish([vec![7; 100]]);
    // One message at a time, whatever waits.
    mosquitto.start_with("allow_anonymous true\nuser root\nmax_inflight_messages 1");
    let mut driver = Driver::new(mosquitto.connect(MAILBOX, None)).online();
    driver.publish(records(100));
    assert_eq!(driver.seen.rejected, []);
}

const MAILBOX: &str = "brokers-00000000000000000000";

fn records(count: usize) -> Vec<Vec<u8>> {
    (0..count)
        .map(|n| format!("record {n}").into_bytes())
        .collect()
}

#[test]
fn what_a_server_keeps_back_is_no_limit() {
    let mut mosquitto = Mosquitto::new();
    let all = records(700);
    let mut writer = Driver::new(mosquitto.connect(MAILBOX, None)).online();
    writer.publish(all.clone());
    writer.tell(In::GoOffline);
    mosquitto.start_with("allow_anonymous true\nuser root\nmax_queued_messages 60");
    let reader = Driver::new(mosquitto.connect(MAILBOX, None)).online();
    assert_eq!(reader.seen.records.len(), all.len());
    assert!(all.iter().all(|it| reader.seen.has(it)));
    // The other one misses nothing, and starts nothing over.
    writer.tell(In::Online);
    writer.until("catching up", |seen| seen.caught_up > 1);
    writer.publish([b"one more".to_vec()]);
    assert_eq!(writer.seen.started_over, 0);
}

#[test]
fn who_may_only_read_reads() {
    let mut mosquitto = Mosquitto::new();
    let mut writer = Driver::new(mosquitto.connect(MAILBOX, None)).online();
    writer.publish(records(3));
    writer.tell(In::GoOffline);
    let mut passwd = servers::debian("mosquitto", "mosquitto_passwd");
    let passwords = mosquitto.kept.file("passwords");
    let made = passwd
        .args(["-c", "-b"])
        .arg(&passwords)
        .args(["ada", "pass:word"]);
    assert!(made.status().unwrap().success());
    let rights = "user ada\ntopic read postil/#\n";
    let rights = mosquitto.kept.write("rights", rights);
    mosquitto.start_with(&format!(
        "allow_anonymous false\nuser root\npassword_file {}\nacl_file {}",
        passwords.display(),
        rights.display()
    ));
    mosquitto.login = "ada:other@";
    let mut other = Driver::new(mosquitto.connect(MAILBOX, None));
    other.tell(In::Online);
    other.until("the refusal", |seen| {
        let why = Trouble::Denied;
        seen.status == Some(Status::Refused { why })
    });
    mosquitto.login = "ada:pass%3Aword@";
    let mut reader = Driver::new(mosquitto.connect(MAILBOX, None)).online();
    assert_eq!(reader.seen.records.len(), 3);
    // The server says so, or that it took it, and throws it away.
    reader.tell(In::Publish(b"not allowed".to_vec()));
    reader.until("the refusal", |seen| !seen.rejected.is_empty());
    assert_eq!(reader.seen.rejected[0].1, Trouble::Denied);
    assert_eq!(reader.seen.acked.len(), 0);
    assert_eq!(reader.seen.status, Some(Status::Online));
}

/// Someone else at the same server, who writes the protocol by hand.
struct Other(WebSocket<MaybeTlsStream<TcpStream>>);

impl Other {
    fn connect(mosquitto: &Mosquitto) -> Self {
        let url = format!("ws://127.0.0.1:{}", mosquitto.kept.port);
        let mut request = url.into_client_request().unwrap();
        let protocol = HeaderValue::from_static("mqtt");
        request
            .headers_mut()
            .insert("Sec-WebSocket-Protocol", protocol);
        let (socket, _) = tungstenite::connect(request).unwrap();
        let mut other = Other(socket);
        other.say(b"\x10\x0d\0\x04MQTT\x04\x02\0\0\0\x01z");
        other
    }

    fn say(&mut self, bytes: &[u8]) {
        self.0.send(Message::Binary(bytes.to_vec().into())).unwrap();
    }

    /// Puts something where a record is kept; nothing means nothing is kept.
    fn overwrite(&mut self, record: &[u8], with: &[u8]) {
        let name = base64url(&RecordId::of(record).0);
        let topic = format!("postil/{MAILBOX}/{}/{name}", &name[..1]);
        let length = 2 + topic.len() + with.len();
        let mut packet = vec![0x31, u8::try_from(length).unwrap(), 0, topic.len() as u8];
        packet.extend_from_slice(topic.as_bytes());
        packet.extend_from_slice(with);
        self.say(&packet);
    }
}

#[test]
fn what_others_delete_or_overwrite_is_missed() {
    let mosquitto = Mosquitto::new();
    let all = records(6);
    let mut writer = Driver::new(mosquitto.connect(MAILBOX, None)).online();
    writer.publish(all.clone());
    let mut other = Other::connect(&mosquitto);
    other.overwrite(&all[0], b"");
    other.overwrite(&all[1], b"junk");
    // A slot that belongs to nothing.
    other.overwrite(b"nothing", b"more junk");
    writer.until("noticing", |seen| seen.started_over == 1);
    writer.until("catching up", |seen| seen.caught_up > 1);
    writer.publish(all.clone());
    let reader = Driver::new(mosquitto.connect(MAILBOX, None)).online();
    assert_eq!(reader.seen.records.len(), all.len());
    // While nobody looks.
    writer.tell(In::GoOffline);
    other.overwrite(&all[2], b"");
    let end = writer.seen.caught_up;
    writer.tell(In::Online);
    writer.until("noticing", |seen| {
        seen.started_over == 2 && seen.caught_up > end
    });
}
