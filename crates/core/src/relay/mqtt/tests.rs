//! The machine against a server whose every word is written here.

use super::*;
use crate::id::base64url;
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
        self.says(&packet::publish(THREE, 1, &topic, &number, false));
    }
}

const THREE: Version = Version::Three;
const URL: &str = "ws+mqtt://host?version=3.1.1";
const WELCOME: &[u8] = &[0x20, 2, 0, 0];

#[test]
fn answers_to_a_connection() {
    fn check(code: u8, expected: Result<Trouble, Trouble>) {
        let mut bench = Bench::new(URL, None);
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
    let mut bench = Bench::new(URL, None);
    bench.says(WELCOME);
    bench.says(&[0x90, 4, 0, 1, 0x80, 1]);
    let why = Trouble::Denied;
    assert_eq!(bench.status(), Some(Status::Refused { why }));
}

#[test]
fn an_acknowledgement_is_no_proof() {
    let mut bench = Bench::new(URL, None);
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
    bench.says(&packet::publish(THREE, 9, &topic, b"record", false));
    assert!(bench.told.contains(&Out::Acked(vec![id])));
}

#[test]
fn a_server_that_is_gone_is_noticed() {
    let mut bench = Bench::new(URL, None);
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

/// What it said first: the version by its number.
fn version(bench: &Bench) -> Option<u8> {
    let at = bench.sent.windows(4).rposition(|it| it == b"MQTT")?;
    bench.sent.get(at + 4).copied()
}

#[test]
fn the_version_that_both_speak() {
    fn check(url: &str, answer: Option<&[u8]>, expected: [u8; 2]) {
        let mut bench = Bench::new(url, None);
        let first = version(&bench);
        match answer {
            Some(bytes) => bench.says(bytes),
            None => bench.tell(In::SocketClosed { code: 1006 }),
        }
        bench.tell(In::Online);
        bench.tell(In::SocketOpened);
        let versions = [first, version(&bench)].map(Option::unwrap_or_default);
        assert_eq!(versions, expected, "{url} {answer:?}");
    }
    let any = "ws+mqtt://host/mqtt";
    check(any, Some(&[0x20, 2, 0, 1]), [5, 4]);
    check(any, Some(&[0x20, 3, 0, 0x84, 0]), [5, 4]);
    check(any, None, [5, 4]);
    check(any, Some(&[0x20, 3, 0, 0, 0]), [5, 5]);
    check(any, Some(&[0x20, 3, 0, 0x89, 0]), [5, 5]);
    check("ws+mqtt://host/mqtt?version=5", None, [5, 5]);
    check("ws+mqtt://host/mqtt?version=3.1.1", None, [4, 4]);
    let opening = |url| Opening {
        url,
        mailbox: MAILBOX,
        cursor: None,
        seed: 0,
    };
    assert!(crate::relay::open(opening("ws+mqtt://host/?version=4")).is_err());
}

/// Connected by MQTT 5 to a server that says this of itself.
fn five(properties: &[u8]) -> Bench {
    let mut bench = Bench::new("ws+mqtt://host", None);
    let length = properties.len() as u8;
    bench.says(&[&[0x20, length + 3, 0, 0, length], properties].concat());
    bench
}

#[test]
fn a_server_that_keeps_nothing_is_no_relay() {
    fn check(properties: &[u8]) {
        let left = five(properties).left();
        assert_eq!(left, Some(Err(Trouble::KeepsNothing)), "{properties:?}");
    }
    check(&[0x25, 0]);
    check(&[0x24, 0]);
    check(&[0x28, 0]);
    check(&[0x21, 0, 0]);
    assert_eq!(five(&[0x25, 1]).status(), Some(Status::Online));
}

#[test]
fn a_server_may_say_why_it_leaves() {
    fn check(code: u8, expected: Result<Trouble, Trouble>) {
        let mut bench = five(&[]);
        bench.says(&[0xe0, 2, code, 0]);
        assert_eq!(bench.left(), Some(expected), "{code}");
    }
    check(0x87, Err(Trouble::Denied));
    check(0x9a, Err(Trouble::KeepsNothing));
    check(0x8b, Ok(Trouble::Server(0x8b)));
    check(0x95, Ok(Trouble::TooLarge));
    check(0x97, Ok(Trouble::Full));
}

/// The numbers of messages that were sent.
fn published(bench: &Bench) -> Vec<u16> {
    let (mut numbers, mut rest) = (Vec::new(), &bench.sent[..]);
    while let [first, length, body @ ..] = rest {
        let (body, after) = match length {
            0..0x80 => body.split_at((*length).into()),
            _ => body[1..].split_at(usize::from(*length & 0x7f) + usize::from(body[0]) * 128),
        };
        if first & 0xf0 == 0x30 {
            let topic = usize::from(body[1]);
            numbers.push(u16::from_be_bytes([body[2 + topic], body[3 + topic]]));
        }
        rest = after;
    }
    numbers
}

/// Connected by MQTT 5, and everything is read.
fn settled(properties: &[u8]) -> Bench {
    let mut bench = five(properties);
    let [mark] = published(&bench)[..] else {
        panic!("{:?}", bench.sent)
    };
    bench.says(&packet::taken(mark));
    let marks = b"postil/mark/postil";
    let at = bench.sent.windows(marks.len()).rposition(|it| it == marks);
    let topic = String::from_utf8(bench.sent[at.unwrap()..][..34].into()).unwrap();
    bench.says(&packet::publish(
        Version::Five,
        1,
        &topic,
        &[0, 0, 0, 1],
        false,
    ));
    bench.says(&[0xd0, 0]);
    assert!(bench.told.contains(&Out::CaughtUp));
    bench.sent.clear();
    bench
}

#[test]
fn no_more_is_sent_than_the_server_takes_at_once() {
    fn check(properties: &[u8], at_once: usize) {
        let mut bench = settled(properties);
        for n in 0..9u8 {
            bench.tell(In::Publish(vec![n; 10]));
        }
        let mut numbers = published(&bench);
        assert_eq!(numbers.len(), at_once, "{properties:?}");
        let mut all = numbers.len();
        while let Some(number) = numbers.pop() {
            bench.sent.clear();
            bench.says(&packet::taken(number));
            let more = published(&bench);
            assert!(more.len() <= 1, "one is taken, one is sent");
            all += more.len();
            numbers.extend(more);
        }
        assert_eq!(all, 9);
    }
    check(&[0x21, 0, 1], 1);
    check(&[0x21, 0, 3], 3);
    check(&[], 9);
}

#[test]
fn a_server_may_say_why_it_does_not_take_a_record() {
    fn check(code: u8, expected: Trouble) {
        let mut bench = settled(&[]);
        bench.tell(In::Publish(b"record".to_vec()));
        let number = published(&bench)[0].to_be_bytes();
        bench.says(&[&[0x40, 4], &number[..], &[code, 0]].concat());
        let id = RecordId::of(b"record");
        assert!(
            bench.told.contains(&Out::Rejected { id, why: expected }),
            "{code}"
        );
    }
    check(0x87, Trouble::Denied);
    check(0x95, Trouble::TooLarge);
    check(0x97, Trouble::Full);
    check(0x90, Trouble::NotTaken(0x90));
    // What it does not take at all it is not given.
    let mut bench = settled(&[0x27, 0, 0, 1, 0]);
    bench.tell(In::Publish(vec![7; 300]));
    let (id, why) = (RecordId::of(&[7; 300]), Trouble::TooLarge);
    assert!(bench.told.contains(&Out::Rejected { id, why }));
    assert_eq!(published(&bench), [0; 0]);
}

#[test]
fn a_server_is_greeted_as_often_as_it_wants() {
    let mut bench = settled(&[0x13, 0, 10]);
    bench.now += 4_900;
    bench.tell(In::Tick);
    assert_eq!(bench.sent, [0; 0]);
    bench.now += 100;
    bench.tell(In::Tick);
    assert_eq!(bench.sent, packet::ping());
}
