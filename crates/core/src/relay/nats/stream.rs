//! The text protocol of NATS, taken apart. It is a stream of bytes: messages of
//! the socket may end anywhere within it.

/// The longest line of control, in bytes.
const MAX_LINE: usize = 64 * 1024;

/// One thing that the server said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// What it is, as JSON.
    Info(Vec<u8>),
    /// A message of a subject.
    Message(Message),
    Ping,
    Pong,
    /// What is wrong, without the quotation marks around it.
    Err(String),
}

/// A message of a subject.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) subject: String,
    /// By which subscription it came.
    pub(super) subscription: u64,
    /// Where an answer goes to; empty when none is expected.
    pub(super) reply: String,
    /// Everything before the payload, as it came.
    pub(super) headers: Vec<u8>,
    pub(super) payload: Vec<u8>,
    /// It was larger than what is kept, which is nothing of it.
    pub(super) is_too_large: bool,
}

impl Message {
    /// The status in the headers, and the text after it: `503`, or `100` and
    /// `Idle Heartbeat`.
    pub(super) fn status(&self) -> Option<(u16, &str)> {
        let line = self.headers.split(|byte| *byte == b'\r').next()?;
        let line = std::str::from_utf8(line).ok()?.strip_prefix("NATS/1.0 ")?;
        let (code, text) = line.split_once(' ').unwrap_or((line, ""));
        Some((code.parse().ok()?, text))
    }

    /// A header's value.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let text = std::str::from_utf8(&self.headers).ok()?;
        let mut fields = text.lines().filter_map(|line| line.split_once(':'));
        let (_, value) = fields.find(|(it, _)| it.eq_ignore_ascii_case(name))?;
        Some(value.trim())
    }
}

/// A message whose line was read, and what of it is still to come.
#[derive(Debug)]
struct Begun {
    message: Message,
    headers: usize,
    /// Headers, payload, and the end of the line.
    missing: usize,
}

/// Bytes that were not understood yet, because they are not complete.
#[derive(Debug)]
pub(super) struct Stream {
    rest: Vec<u8>,
    begun: Option<Begun>,
    /// The most bytes of a message that are kept.
    limit: usize,
}

impl Stream {
    /// The beginning of a stream.
    pub(super) fn new(limit: usize) -> Self {
        Stream {
            rest: Vec::new(),
            begun: None,
            limit,
        }
    }

    /// Takes the next bytes apart. `Err`: it is not this protocol.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<Vec<Said>, &'static str> {
        let carried = std::mem::take(&mut self.rest);
        let joined;
        let mut rest = bytes;
        if !carried.is_empty() {
            joined = [carried, bytes.to_vec()].concat();
            rest = &joined;
        }
        let mut said = Vec::new();
        loop {
            let next = match self.begun.take() {
                Some(begun) => self.go_on(begun, &mut rest),
                None => self.line(&mut rest)?,
            };
            match next {
                Some(next) => said.push(next),
                None if self.begun.is_none() || rest.is_empty() => break,
                // Its line has come, and something after it.
                None if self
                    .begun
                    .as_ref()
                    .is_some_and(|it| it.missing <= rest.len()) => {}
                None if self
                    .begun
                    .as_ref()
                    .is_some_and(|it| it.message.is_too_large) => {}
                None => break,
            }
        }
        self.rest = rest.to_vec();
        Ok(said)
    }

    /// Takes what comes of a message, if that is all.
    fn go_on(&mut self, mut begun: Begun, rest: &mut &[u8]) -> Option<Said> {
        if begun.message.is_too_large {
            let skipped = begun.missing.min(rest.len());
            *rest = rest.get(skipped..).unwrap_or_default();
            begun.missing -= skipped;
            if begun.missing == 0 {
                return Some(Said::Message(begun.message));
            }
            self.begun = Some(begun);
            return None;
        }
        let Some((bytes, after)) = rest.split_at_checked(begun.missing) else {
            self.begun = Some(begun);
            return None;
        };
        *rest = after;
        let bytes = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
        let (headers, payload) = bytes
            .split_at_checked(begun.headers)
            .unwrap_or((bytes, &[]));
        begun.message.headers = headers.to_vec();
        begun.message.payload = payload.to_vec();
        Some(Said::Message(begun.message))
    }

    /// Takes a line, if all of it is there. A message is begun by it.
    fn line(&mut self, rest: &mut &[u8]) -> Result<Option<Said>, &'static str> {
        loop {
            let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
                return match rest.len() {
                    0..=MAX_LINE => Ok(None),
                    _ => Err("a line does not end"),
                };
            };
            let (line, after) = rest.split_at_checked(end + 1).unwrap_or((rest, &[]));
            *rest = after;
            let line = line.trim_ascii();
            let split = line.iter().position(u8::is_ascii_whitespace);
            let (word, line) = line
                .split_at_checked(split.unwrap_or(line.len()))
                .unwrap_or((line, &[]));
            let line = line.trim_ascii();
            return Ok(Some(match &word.to_ascii_uppercase()[..] {
                b"PING" => Said::Ping,
                b"PONG" => Said::Pong,
                b"+OK" | b"" => continue,
                b"INFO" => Said::Info(line.to_vec()),
                b"-ERR" => {
                    let text = String::from_utf8_lossy(line);
                    Said::Err(text.trim_matches('\'').into())
                }
                b"MSG" => {
                    self.begun = Some(self.begin(line, false).ok_or("a message is malformed")?);
                    return Ok(None);
                }
                b"HMSG" => {
                    self.begun = Some(self.begin(line, true).ok_or("a message is malformed")?);
                    return Ok(None);
                }
                _ => return Err("it is not NATS"),
            }));
        }
    }

    /// Reads `subject sid [reply] [headers' length] length`.
    fn begin(&self, line: &[u8], has_headers: bool) -> Option<Begun> {
        let line = std::str::from_utf8(line).ok()?;
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let (lengths, words) = match (has_headers, &words[..]) {
            (true, [words @ .., headers, all]) => {
                ((headers.parse().ok()?, all.parse().ok()?), words)
            }
            (false, [words @ .., all]) => ((0, all.parse().ok()?), words),
            _ => return None,
        };
        let (headers, all): (usize, usize) = lengths;
        let (subject, by, reply) = match words {
            [subject, by] => (*subject, by, ""),
            [subject, by, reply] => (*subject, by, *reply),
            _ => return None,
        };
        let message = Message {
            subject: subject.into(),
            subscription: by.parse().ok()?,
            reply: reply.into(),
            is_too_large: all > self.limit,
            ..Message::default()
        };
        let begun = Begun {
            message,
            headers,
            missing: all.checked_add(2)?,
        };
        (headers <= all).then_some(begun)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(subject: &str, reply: &str, headers: &str, payload: &str) -> Said {
        Said::Message(Message {
            subject: subject.into(),
            subscription: 1,
            reply: reply.into(),
            headers: headers.into(),
            payload: payload.into(),
            is_too_large: false,
        })
    }

    /// Everything that is said at once, in any pieces.
    fn taken(stream: &str, cuts: &[usize]) -> Result<Vec<Said>, &'static str> {
        let mut parser = Stream::new(100);
        let mut said = Vec::new();
        let mut rest = stream.as_bytes();
        for cut in cuts {
            let (piece, after) = rest.split_at(*cut.min(&rest.len()));
            said.extend(parser.take(piece)?);
            rest = after;
        }
        said.extend(parser.take(rest)?);
        Ok(said)
    }

    const TALK: &str = "INFO {\"a\":1}\r\n+OK\r\nPING\r\npong\r\n-ERR 'Stale Connection'\r\n\
        MSG a.b 1 5\r\nhello\r\nMSG a.b 1 _INBOX.x 0\r\n\r\n\
        HMSG c 1 12 15\r\nNATS/1.0\r\n\r\nabc\r\nMSG big 1 200\r\n";

    fn talk() -> (String, Vec<Said>) {
        let big = "b".repeat(200);
        let said = vec![
            Said::Info(b"{\"a\":1}".to_vec()),
            Said::Ping,
            Said::Pong,
            Said::Err("Stale Connection".into()),
            message("a.b", "", "", "hello"),
            message("a.b", "_INBOX.x", "", ""),
            message("c", "", "NATS/1.0\r\n\r\n", "abc"),
            Said::Message(Message {
                subject: "big".into(),
                subscription: 1,
                is_too_large: true,
                ..Message::default()
            }),
            Said::Ping,
        ];
        ([TALK, &big, "\r\nPING\r\n"].concat(), said)
    }

    proptest! {
        #[test]
        fn pieces_may_end_anywhere(cuts in prop::collection::vec(0_usize..40, 0..40)) {
            let (stream, said) = talk();
            prop_assert_eq!(taken(&stream, &cuts), Ok(said));
        }

        #[test]
        fn no_bytes_do_harm(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..8)) {
            let mut parser = Stream::new(100);
            for piece in pieces {
                if parser.take(&piece).is_err() {
                    break;
                }
            }
        }
    }

    #[test]
    fn one_byte_at_a_time() {
        let (stream, said) = talk();
        assert_eq!(taken(&stream, &vec![1; stream.len()]), Ok(said));
    }

    #[test]
    fn what_is_not_this_protocol_is_refused() {
        fn check(stream: &str) {
            assert!(taken(stream, &[]).is_err(), "{stream:.40}");
        }
        check("HTTP/1.1 200 OK\r\n");
        check("MSG\r\n");
        check("MSG a 1 -1\r\n");
        check("MSG a x 1\r\n");
        check("MSG a 1 18446744073709551615\r\n");
        check("MSG a 1 b c 5\r\n");
        check("HMSG a 1 5\r\n");
        check("HMSG a 1 6 5\r\n");
        check(&"x".repeat(70_000));
    }

    #[test]
    fn headers_are_read() {
        let headers = "NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Stream:  7\r\n\r\n";
        let Said::Message(message) = message("a", "", headers, "") else {
            panic!("it is a message");
        };
        assert_eq!(message.status(), Some((100, "Idle Heartbeat")));
        assert_eq!(message.header("nats-last-stream"), Some("7"));
        assert_eq!(message.header("Nats-Last"), None);
        assert_eq!(Message::default().status(), None);
    }
}
