//! What is asked of JetStream, and its answers: JSON in both directions.

use sha2::{Digest, Sha256};

use crate::json::read::Value;
use crate::json::write::Json;

/// How often JetStream says that it still follows the stream when nothing is
/// new, in nanoseconds.
const HEARTBEAT: u64 = 15_000_000_000;

/// Asks which streams have a subject.
pub(super) fn names(subject: &str) -> String {
    let mut json = Json::default();
    json.object(|json| json.field("subject").text(subject));
    json.out
}

/// Asks about a stream, and how much of it is of one subject.
pub(super) fn info(subject: &str) -> String {
    let mut json = Json::default();
    json.object(|json| json.field("subjects_filter").text(subject));
    json.out
}

/// Asks for a stream that keeps everything of one subject on disk, for good.
pub(super) fn stream(name: &str, subject: &str) -> String {
    let mut json = Json::default();
    json.object(|json| {
        json.field("name").text(name);
        json.field("subjects")
            .list(&[subject], |json, it| json.text(it));
        json.field("retention").text("limits");
        json.field("storage").text("file");
        json.field("discard").text("new");
        json.field("num_replicas").number(1);
    });
    json.out
}

/// Asks to be sent everything of a subject from a place of the stream on.
pub(super) fn consumer(stream: &str, subject: &str, deliver: &str, from: u64) -> String {
    let mut json = Json::default();
    json.object(|json| {
        json.field("stream_name").text(stream);
        json.field("config").object(|json| {
            json.field("deliver_subject").text(deliver);
            json.field("filter_subject").text(subject);
            json.field("deliver_policy").text("by_start_sequence");
            json.field("opt_start_seq").number(from);
            json.field("ack_policy").text("none");
            json.field("replay_policy").text("instant");
            json.field("flow_control").raw("true");
            json.field("idle_heartbeat").number(HEARTBEAT);
            json.field("mem_storage").raw("true");
        });
    });
    json.out
}

/// What JetStream answered.
#[derive(Debug)]
pub(super) struct Answer(Value);

/// Why JetStream does not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// Like a status of HTTP.
    pub(super) code: u16,
    /// What it is exactly: see `server/errors.json` of NATS.
    pub(super) exact: u32,
}

impl Answer {
    /// Reads an answer. `None`: it is none.
    pub(super) fn read(payload: &[u8]) -> Option<Self> {
        let value = Value::parse(std::str::from_utf8(payload).ok()?)?;
        matches!(value, Value::Object(_)).then_some(Answer(value))
    }

    /// Why not, if it is a no.
    pub(super) fn failure(&self) -> Option<Failure> {
        let error = self.0.field("error")?;
        let code = error.number("code").and_then(|it| it.try_into().ok());
        Some(Failure {
            code: code.unwrap_or(500),
            exact: error.number("err_code").unwrap_or(0),
        })
    }

    /// The first of the streams.
    pub(super) fn first_stream(&self) -> Option<&str> {
        match self.0.field("streams")?.items() {
            [Value::Text(name), ..] => Some(name),
            _ => None,
        }
    }

    /// The place in the stream that a message was given.
    pub(super) fn sequence(&self) -> Option<u64> {
        whole(&self.0, "seq")
    }

    /// How much of it a new consumer will be sent.
    pub(super) fn pending(&self) -> Option<u64> {
        whole(&self.0, "num_pending")
    }

    /// What the stream is.
    pub(super) fn stream(&self, subject: &str) -> Option<Held> {
        let name = self.0.field("config")?.text("name")?;
        let created = self.0.text("created")?;
        let state = self.0.field("state")?;
        let subjects = state.field("subjects");
        let identity = Sha256::digest([name, created].join("\0"));
        let mut first = [0; 8];
        first
            .iter_mut()
            .zip(identity)
            .for_each(|(to, from)| *to = from);
        Some(Held {
            identity: first,
            last: whole(state, "last_seq")?,
            count: subjects.and_then(|it| whole(it, subject)).unwrap_or(0),
        })
    }
}

/// What a stream was when it was asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    /// The same for as long as it is the same stream.
    pub(super) identity: [u8; 8],
    /// The place of its last message.
    pub(super) last: u64,
    /// How many messages of the subject it has.
    pub(super) count: u64,
}

fn whole(value: &Value, name: &str) -> Option<u64> {
    match value.field(name)? {
        Value::Number(number) => number.parse().ok(),
        _ => None,
    }
}

/// Where a message of a consumer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Delivered {
    /// Its place in the stream.
    pub(super) place: u64,
    /// How many messages the consumer has been sent, with this one.
    pub(super) number: u64,
    /// How many are to follow.
    pub(super) pending: u64,
}

impl Delivered {
    /// Reads it from where an acknowledgement would go to:
    /// `$JS.ACK.[domain.account.]stream.consumer.times.place.number.time.pending[.random]`.
    pub(super) fn read(reply: &str) -> Option<Self> {
        let words: Vec<&str> = reply.strip_prefix("$JS.ACK.")?.split('.').collect();
        let (place, number, pending) = match &words[..] {
            [_, _, _, place, number, _, pending] => (place, number, pending),
            [_, _, _, _, _, place, number, _, pending, ..] => (place, number, pending),
            _ => return None,
        };
        Some(Delivered {
            place: place.parse().ok()?,
            number: number.parse().ok()?,
            pending: pending.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_message_stands() {
        fn check(reply: &str, expected: Option<(u64, u64, u64)>) {
            let read = Delivered::read(reply).map(|it| (it.place, it.number, it.pending));
            assert_eq!(read, expected, "{reply}");
        }
        check("$JS.ACK.s.c.1.22.3.1700000000000.4", Some((22, 3, 4)));
        check(
            "$JS.ACK.hub.acc.s.c.1.22.3.1700000000000.4",
            Some((22, 3, 4)),
        );
        check(
            "$JS.ACK.hub.acc.s.c.1.22.3.1700000000000.4.r",
            Some((22, 3, 4)),
        );
        check("$JS.ACK.s.c.1.22.3.1700000000000", None);
        check("$JS.ACK.s.c.1.x.3.1700000000000.4", None);
        check("_INBOX.abc", None);
    }

    #[test]
    fn answers_are_read() {
        let answer = |text: &str| Answer::read(text.as_bytes());
        let streams = answer(r#"{"total":1,"streams":["postil"]}"#).unwrap();
        assert_eq!(streams.first_stream(), Some("postil"));
        assert_eq!(answer(r#"{"streams":null}"#).unwrap().first_stream(), None);
        let no =
            answer(r#"{"error":{"code":404,"err_code":10059,"description":"stream not found"}}"#);
        let failure = Failure {
            code: 404,
            exact: 10_059,
        };
        assert_eq!(no.unwrap().failure(), Some(failure));
        let info = concat!(
            r#"{"config":{"name":"postil"},"created":"2026-11-24T10:00:00Z","#,
            r#""state":{"messages":7,"last_seq":9,"subjects":{"postil.a":3}}}"#
        );
        let held = answer(info).unwrap().stream("postil.a").unwrap();
        assert_eq!((held.last, held.count), (9, 3));
        assert_eq!(answer(info).unwrap().stream("postil.b").unwrap().count, 0);
        assert!(answer("[]").is_none() && answer("{").is_none());
    }
}
