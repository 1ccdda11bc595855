//! The machine against a server whose every word is written here.

use super::*;
use crate::relay::shell::bench::{self, MAILBOX};
use crate::relay::{In, Out, Status};

type Bench = bench::Bench<Mqtt>;

impl Bench {
    fn says(&mut self, bytes: &[u8]) {
        self.tell(In::SocketBytes(bytes.into()));
    }

    /// Gives the last mark back.
    fn mark(&mut self) {
        let marks = b"postil/mark/postil";
        let at = self.sent.windows(marks.len()).rposition(|it| it == marks);
        let at = at.unwrap();
        let topic = String::from_utf8(self.sent[at..at + 34].into()).unwrap();
        let number = self.sent[at + 36..at + 40].to_vec();
        self.says(&packet::publish(1, &topic, &number, false));
    }
}

const WELCOME: &[u8] = &[0x20, 2, 0, 0];

#[test]
fn answers_to_a_connection() {
    fn check(code: u8, expected: Result<Trouble, Trouble>) {
        let mut bench = Bench::new("ws+mqtt://host", None);
        bench.says(&[0x20, 2, 0, code]);
        assert_eq!(bench.left(), Some(expected), "{code}");
    }
    check(1, Err(Trouble::NotARelay(1)));
    check(2, Err(Trouble::NotARelay(2)));
    check(3, Ok(Trouble::Server(3)));
    check(4, Err(Trouble::Denied));
    check(5, Err(Trouble::Denied));
    check(132, Err(Trouble::NotARelay(132)));
    check(135, Err(Trouble::Denied));
}

#[test]
fn a_name_and_a_password_are_sent_as_they_are() {
    let bench = Bench::new("wss+mqtt://ada:p%C3%A4ss@host/mqtt", None);
    let login = [&b"\0\x03ada\0\x05"[..], "päss".as_bytes()].concat();
    assert!(bench.sent.ends_with(&login));
    let opened = Out::OpenSocket {
        url: "wss://host/mqtt".into(),
        protocols: vec!["mqtt".into()],
    };
    assert!(bench.told.contains(&opened));
}

#[test]
fn who_may_not_subscribe_is_refused() {
    let mut bench = Bench::new("ws+mqtt://host", None);
    bench.says(WELCOME);
    bench.says(&[0x90, 4, 0, 1, 0x80, 1]);
    let why = Trouble::Denied;
    assert_eq!(bench.status(), Some(Status::Refused { why }));
}

#[test]
fn an_acknowledgement_is_no_proof() {
    let mut bench = Bench::new("ws+mqtt://host", None);
    bench.says(WELCOME);
    bench.mark();
    assert!(bench.told.contains(&Out::CaughtUp));
    bench.says(&[0xd0, 0]);
    bench.tell(In::Publish(b"record".to_vec()));
    let taken: Vec<u8> = (1..10).flat_map(packet::taken).collect();
    bench.says(&taken);
    let id = RecordId::of(b"record");
    assert!(!bench.told.contains(&Out::Acked(vec![id])));
    bench.now += DOUBT_AFTER;
    bench.tell(In::Tick);
    bench.mark();
    let why = Trouble::Denied;
    assert!(bench.told.contains(&Out::Rejected { id, why }));
    // The same, but it comes back.
    bench.tell(In::Publish(b"record".to_vec()));
    let name = base64url(&id.0);
    let topic = ["postil/", MAILBOX, "/", &name[..1], "/", &name].concat();
    bench.says(&packet::publish(9, &topic, b"record", false));
    assert!(bench.told.contains(&Out::Acked(vec![id])));
}

#[test]
fn a_server_that_is_gone_is_noticed() {
    let mut bench = Bench::new("ws+mqtt://host", None);
    bench.says(WELCOME);
    bench.mark();
    bench.says(&[0xd0, 0]);
    bench.sent.clear();
    bench.now += PING_EVERY;
    bench.tell(In::Tick);
    assert_eq!(bench.sent, packet::ping());
    bench.says(&[0xd0, 0]);
    assert_eq!(bench.status(), Some(Status::Online));
    bench.now += PING_EVERY;
    bench.tell(In::Tick);
    bench.now += PING_EVERY;
    bench.tell(In::Tick);
    let late = Trouble::TimedOut;
    assert!(matches!(bench.status(), Some(Status::Offline { why, .. }) if why == late));
}
