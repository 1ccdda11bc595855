//! The machine against a relay whose every word is written here.

use super::pieces::PIECE;
use super::*;
use crate::id::base64url;
use crate::relay::{In, Out, Relay, Status, open};

const MAILBOX: &str = "aaaaaaaaaaaaaaaaaaaaaaaaa";
/// The time, in seconds since 1970.
const NOW: u64 = 1_800_000_000;

struct Bench {
    machine: Box<dyn Relay>,
    now: u64,
    /// What was sent over the socket since it was looked at last.
    sent: Vec<Value>,
    told: Vec<Out>,
}

impl Bench {
    fn new(cursor: Option<&[u8]>) -> Self {
        let machine = open(Opening {
            url: "wss+nostr://host",
            mailbox: MAILBOX,
            cursor,
            seed: 7,
        });
        let mut bench = Bench {
            machine: machine.unwrap(),
            now: NOW * 1_000,
            sent: Vec::new(),
            told: Vec::new(),
        };
        bench.tell(In::Online);
        bench.tell(In::SocketOpened);
        bench
    }

    fn tell(&mut self, input: In) {
        let mut out = Vec::new();
        self.machine.step(input, self.now, &mut out);
        for out in out {
            match out {
                Out::SendText(text) => self.sent.push(Value::parse(&text).unwrap()),
                out => self.told.push(out),
            }
        }
    }

    fn says(&mut self, text: &str) {
        self.tell(In::SocketText(text.into()));
    }

    /// An event with one record that somebody wrote at this time.
    fn event(&mut self, name: &str, at: u64, record: &str) {
        let id = RecordId::of(record.as_bytes());
        let writer = Writer::new(9, MAILBOX).unwrap();
        let written = writer.write("", at, (id, 0, 1), record.as_bytes());
        let text = written.unwrap().0;
        self.says(&text.replacen("[\"EVENT\",", &format!("[\"EVENT\",\"{name}\","), 1));
    }

    /// Answers that there is no more.
    fn end(&mut self, name: &str) {
        self.says(&format!("[\"EOSE\",\"{name}\"]"));
    }

    /// What was asked for last: its name and a number in it.
    fn asked(&self, field: &str) -> (&str, Option<u32>) {
        let last = self
            .sent
            .iter()
            .rfind(|it| text_of(&it.items()[0]) == Some("REQ"));
        let items = last.unwrap().items();
        (text_of(&items[1]).unwrap(), items[2].number(field))
    }

    /// The events that were sent: their names and times.
    fn events(&self) -> Vec<(String, u64)> {
        let events = self.sent.iter().map(Value::items);
        let events = events.filter(|it| text_of(&it[0]) == Some("EVENT"));
        let named = |it: &[Value]| {
            let at = it[1].number("created_at").unwrap();
            (it[1].text("id").unwrap().to_owned(), at.into())
        };
        events.map(named).collect()
    }

    fn status(&self) -> Option<Status> {
        let status = |out: &Out| match out {
            Out::Status(status) => Some(*status),
            _ => None,
        };
        self.told.iter().rev().find_map(status)
    }

    fn count(&self, which: &Out) -> usize {
        self.told.iter().filter(|out| *out == which).count()
    }
}

#[test]
fn pages_are_read_until_nothing_is_new() {
    let mut bench = Bench::new(None);
    assert_eq!(bench.asked("since"), ("live", None));
    bench.event("live", NOW - 5, "new");
    bench.event("live", NOW - 9, "old");
    bench.end("live");
    assert_eq!(bench.asked("until"), ("past", Some((NOW - 8) as u32)));
    bench.event("past", NOW - 9, "old");
    bench.event("past", NOW - 20, "older");
    // What is new meanwhile is nothing of the past.
    bench.event("live", NOW, "now");
    bench.end("past");
    assert_eq!(bench.asked("until"), ("past", Some((NOW - 19) as u32)));
    assert_eq!(bench.count(&Out::CaughtUp), 0);
    bench.event("past", NOW - 20, "older");
    bench.end("past");
    assert_eq!(bench.count(&Out::CaughtUp), 1);
    let records = bench
        .told
        .iter()
        .filter(|it| matches!(it, Out::Record { .. }));
    assert_eq!(records.count(), 4);
}

/// The cursor after these were read.
fn cursor_of(events: &[(u64, &str)]) -> Option<Vec<u8>> {
    let mut bench = Bench::new(None);
    for (at, record) in events {
        bench.event("live", *at, record);
    }
    bench.end("live");
    bench.end("past");
    assert_eq!(bench.count(&Out::CaughtUp), 1);
    let cursors = bench.told.iter().rev();
    let mut cursors = cursors.filter_map(|it| match it {
        Out::Cursor(cursor) => Some(cursor.clone()),
        _ => None,
    });
    cursors.next()
}

#[test]
fn the_newest_of_the_last_time_has_to_be_there() {
    let cursor = cursor_of(&[(NOW - 9, "old"), (NOW - 5, "new")]);
    for is_there in [true, false] {
        let mut bench = Bench::new(cursor.as_deref());
        let since = (NOW - 5 - OVERLAP) as u32;
        assert_eq!(bench.asked("since"), ("live", Some(since)));
        if is_there {
            bench.event("live", NOW - 5, "new");
        }
        bench.event("live", NOW - 2, "another");
        bench.end("live");
        bench.end("past");
        assert_eq!(bench.count(&Out::StartOver), usize::from(!is_there));
        if !is_there {
            assert_eq!(bench.asked("since"), ("live", None));
            bench.event("live", NOW - 2, "another");
            bench.end("live");
            bench.end("past");
        }
        assert_eq!(bench.count(&Out::CaughtUp), 1);
    }
}

#[test]
fn times_that_can_not_be_count_for_nothing() {
    let ahead = cursor_of(&[(NOW - 5, "new"), (NOW + 2 * OVERLAP, "future")]);
    assert_eq!(ahead, cursor_of(&[(NOW - 5, "new")]));
    assert_eq!(cursor_of(&[]), None);
}

#[test]
fn a_clock_that_is_behind_writes_nothing_into_the_past() {
    fn check(newest: u64, expected: u64) {
        let mut bench = Bench::new(None);
        bench.event("live", newest, "new");
        bench.end("live");
        bench.end("past");
        bench.tell(In::Publish(b"record".to_vec()));
        assert_eq!(bench.events()[0].1, expected, "{newest}");
    }
    check(NOW - 100, NOW);
    check(NOW + 100, NOW + 100);
    check(NOW + 2 * OVERLAP, NOW);
    // No more than a part of the events have one time.
    let mut bench = Bench::new(None);
    bench.end("live");
    for n in 0..200_u32 {
        bench.tell(In::Publish(n.to_le_bytes().into()));
        let (id, _) = bench.events().pop().unwrap();
        bench.says(&format!("[\"OK\",\"{id}\",true,\"\"]"));
    }
    let mut times: Vec<u64> = bench.events().iter().map(|it| it.1).collect();
    assert_eq!(times.len(), 200);
    times.dedup();
    assert_eq!(times, [NOW, NOW + 1, NOW + 2, NOW + 3]);
}

#[test]
fn a_record_is_there_when_all_of_it_is() {
    let record = vec![7; PIECE * 2 + 1];
    let id = RecordId::of(&record);
    let mut bench = Bench::new(None);
    bench.end("live");
    bench.tell(In::Publish(record.clone()));
    let events = bench.events();
    assert_eq!(events.len(), 3);
    let acked = Out::Acked(vec![id]);
    for (n, (id, _)) in events.iter().enumerate() {
        assert_eq!(bench.count(&acked), 0, "{n}");
        let answer = match n {
            0 => format!("[\"OK\",\"{id}\",false,\"duplicate: have it\"]"),
            _ => format!("[\"OK\",\"{id}\",true,\"\"]"),
        };
        bench.says(&answer);
        // Said twice, it counts once.
        bench.says(&answer);
    }
    assert_eq!(bench.count(&acked), 1);
    let bytes = record.clone();
    assert_eq!(bench.count(&Out::Record { id, bytes }), 1);
    assert_eq!(bench.told.last(), Some(&Out::CaughtUp));
}

#[test]
fn what_a_relay_does_not_take() {
    fn check(id: Option<&str>, why: &str, expected: Trouble) {
        let mut bench = Bench::new(None);
        bench.end("live");
        bench.tell(In::Publish(vec![7; PIECE + 1]));
        let events = bench.events();
        let id = id.unwrap_or(&events[0].0);
        bench.says(&format!("[\"OK\",\"{id}\",false,\"{why}\"]"));
        let id = RecordId::of(&vec![7; PIECE + 1]);
        let rejected = Out::Rejected { id, why: expected };
        assert_eq!(bench.count(&rejected), 1, "{why}");
        // The rest of it is of no importance.
        bench.says(&format!("[\"OK\",\"{}\",true,\"\"]", events[1].0));
        assert_eq!(bench.count(&Out::Acked(vec![id])), 0);
        assert_eq!(bench.status(), Some(Status::Online));
    }
    check(None, "invalid: too large", Trouble::NotTaken(400));
    check(None, "pow: 26 bits needed", Trouble::NotTaken(400));
    check(None, "blocked: you are banned", Trouble::Denied);
    check(None, "auth-required: who are you?", Trouble::Denied);
    // A relay that does not say which event it means.
    check(Some(""), "restricted: no", Trouble::Denied);
}

#[test]
fn refusals_and_troubles() {
    fn check(message: &str, expected: Result<Trouble, Option<Trouble>>) {
        let mut bench = Bench::new(None);
        bench.says(message);
        let outcome = match bench.status() {
            Some(Status::Refused { why }) => Ok(why),
            Some(Status::Offline { why, .. }) => Err(Some(why)),
            _ => Err(None),
        };
        assert_eq!(outcome, expected, "{message}");
    }
    let denied = Ok(Trouble::Denied);
    check(r#"["CLOSED","live","auth-required: log in"]"#, denied);
    check(r#"["CLOSED","live","restricted: no"]"#, denied);
    check(r#"["NOTICE","restricted: permission denied"]"#, denied);
    check(
        r#"["CLOSED","live","error: tired"]"#,
        Err(Some(Trouble::Unreachable)),
    );
    check(
        r#"["NOTICE","rate-limited: slow down"]"#,
        Err(Some(Trouble::SlowDown)),
    );
    check(r#"["NOTICE","welcome"]"#, Err(None));
    for junk in [
        "",
        "[]",
        "{}",
        "[1]",
        "no",
        r#"["EVENT"]"#,
        r#"["EVENT","live",7]"#,
        r#"["OK"]"#,
    ] {
        check(junk, Err(None));
    }
}

#[test]
fn pieces_that_lie_are_no_records() {
    let mut bench = Bench::new(None);
    let writer = Writer::new(9, MAILBOX).unwrap();
    let name = RecordId::of(b"the truth");
    let (text, _) = writer.write("", NOW, (name, 0, 1), b"a lie").unwrap();
    bench.says(&text.replacen("[\"EVENT\",", "[\"EVENT\",\"live\",", 1));
    bench.event("live", NOW, "the truth");
    bench.end("live");
    bench.end("past");
    let bytes = b"the truth".to_vec();
    let records = bench
        .told
        .iter()
        .filter(|it| matches!(it, Out::Record { .. }));
    assert_eq!(records.count(), 1);
    assert_eq!(bench.count(&Out::Record { id: name, bytes }), 1);
    assert_eq!(base64url(&name.0).len(), 22);
}

#[test]
fn silence_ends_in_a_question_and_then_in_a_new_connection() {
    let mut bench = Bench::new(None);
    bench.event("live", NOW, "new");
    bench.end("live");
    bench.end("past");
    bench.now += 20_000;
    bench.tell(In::Tick);
    assert_eq!(bench.asked("since"), ("check", Some(NOW as u32)));
    bench.event("check", NOW, "new");
    bench.end("check");
    assert_eq!(bench.count(&Out::CaughtUp), 1, "nothing was new");
    bench.now += 20_000;
    bench.tell(In::Tick);
    bench.now += 20_000;
    bench.tell(In::Tick);
    let late = Trouble::TimedOut;
    assert!(matches!(bench.status(), Some(Status::Offline { why, .. }) if why == late));
}
