//! The machine against a relay whose every word is written here.

use super::pieces::PIECE;
use super::*;
use crate::id::base64url;
use crate::relay::shell::bench::{self, MAILBOX, NOW};
use crate::relay::{In, Out, Status};

const URL: &str = "wss+nostr://host";

type Bench = bench::Bench<Nostr>;

impl Bench {
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

    /// Everything that was sent.
    fn messages(&self) -> Vec<Value> {
        self.text().lines().filter_map(Value::parse).collect()
    }

    /// What was asked for last: its name and a number in it.
    fn asked(&self, field: &str) -> (String, Option<u32>) {
        let sent = self.messages();
        let last = sent
            .iter()
            .rfind(|it| text_of(&it.items()[0]) == Some("REQ"));
        let items = last.unwrap().items();
        let name = text_of(&items[1]).unwrap().to_owned();
        (name, items[2].number(field))
    }

    /// The events that were sent: their names and times.
    fn events(&self) -> Vec<(String, u64)> {
        let sent = self.messages();
        let events = sent.iter().map(Value::items);
        let events = events.filter(|it| text_of(&it[0]) == Some("EVENT"));
        let named = |it: &[Value]| {
            let at = it[1].number("created_at").unwrap();
            (it[1].text("id").unwrap().to_owned(), at.into())
        };
        events.map(named).collect()
    }
}

#[test]
fn pages_are_read_until_nothing_is_new() {
    let mut bench = Bench::new(URL, None);
    assert_eq!(bench.asked("since"), ("live".into(), None));
    bench.event("live", NOW - 5, "new");
    bench.event("live", NOW - 9, "old");
    bench.end("live");
    assert_eq!(
        bench.asked("until"),
        ("past".into(), Some((NOW - 8) as u32))
    );
    bench.event("past", NOW - 9, "old");
    bench.event("past", NOW - 20, "older");
    // What is new meanwhile is nothing of the past.
    bench.event("live", NOW, "now");
    bench.end("past");
    assert_eq!(
        bench.asked("until"),
        ("past".into(), Some((NOW - 19) as u32))
    );
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
    let mut bench = Bench::new(URL, None);
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
        let mut bench = Bench::new(URL, cursor.as_deref());
        let since = (NOW - 5 - OVERLAP) as u32;
        assert_eq!(bench.asked("since"), ("live".into(), Some(since)));
        if is_there {
            bench.event("live", NOW - 5, "new");
        }
        bench.event("live", NOW - 2, "another");
        bench.end("live");
        bench.end("past");
        assert_eq!(bench.count(&Out::StartOver), usize::from(!is_there));
        if !is_there {
            assert_eq!(bench.asked("since"), ("live".into(), None));
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
        let mut bench = Bench::new(URL, None);
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
    let mut bench = Bench::new(URL, None);
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
    let mut bench = Bench::new(URL, None);
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
        let mut bench = Bench::new(URL, None);
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
    fn check(message: &str, expected: Option<Result<Trouble, Trouble>>) {
        let mut bench = Bench::new(URL, None);
        bench.says(message);
        assert_eq!(bench.left(), expected, "{message}");
    }
    let denied = Some(Err(Trouble::Denied));
    check(r#"["CLOSED","live","auth-required: log in"]"#, denied);
    check(r#"["CLOSED","live","restricted: no"]"#, denied);
    check(r#"["NOTICE","restricted: permission denied"]"#, denied);
    check(
        r#"["CLOSED","live","error: tired"]"#,
        Some(Ok(Trouble::Unreachable)),
    );
    check(
        r#"["NOTICE","rate-limited: slow down"]"#,
        Some(Ok(Trouble::SlowDown)),
    );
    check(r#"["NOTICE","welcome"]"#, None);
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
        check(junk, None);
    }
}

#[test]
fn pieces_that_lie_are_no_records() {
    let mut bench = Bench::new(URL, None);
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
    let mut bench = Bench::new(URL, None);
    bench.event("live", NOW, "new");
    bench.end("live");
    bench.end("past");
    bench.now += 20_000;
    bench.tell(In::Tick);
    assert_eq!(bench.asked("since"), ("check".into(), Some(NOW as u32)));
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
