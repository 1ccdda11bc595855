//! What all machines have in common that speak over one socket: connecting,
//! waiting after failures, refusals, silence, and the records that wait. The
//! rest is a [`Dialogue`], one for each protocol. Some have to ask over HTTP
//! where the socket is before they open it.

#[cfg(test)]
pub(super) mod bench;
mod line;

use self::line::Link;
pub(super) use self::line::{Line, Question};
use super::mailbox::refusal;
use super::{Caps, In, Opening, Out, RecordId, Relay, Status, Trouble};

/// How long a server may take to answer, in milliseconds.
const ANSWER_WITHIN: u64 = 20_000;
/// After this much silence the server is asked whether it is still there, in
/// milliseconds.
const SILENCE: u64 = 20_000;

/// What is said over a socket once it is open.
pub(super) trait Dialogue {
    /// What such a relay can do.
    fn caps(&self) -> Caps;

    /// What is asked before the socket is opened, each time anew; usually
    /// nothing.
    fn question(&mut self) -> Option<Question> {
        None
    }

    /// The answer to that. Asks on or opens the socket, or says what is wrong.
    fn answered(&mut self, _answer: &[u8], _line: &mut Line) {}

    /// The socket is open, and nothing of an earlier one matters any more.
    fn begin(&mut self, line: &mut Line);

    /// The server said something: a message, or a piece of the stream.
    fn take(&mut self, message: &[u8], line: &mut Line);

    /// Time has passed, or records wait: does what is due.
    fn turn(&mut self, line: &mut Line);

    /// Asks the server whether it is there and is what it was.
    fn check(&mut self, line: &mut Line);

    /// Whether the server owes an answer.
    fn is_waiting(&self) -> bool;

    /// Whether it is known what the server holds.
    fn is_settled(&self) -> bool;

    /// When there is something to do, if time alone brings it.
    fn next(&self) -> Option<u64>;

    /// Whether text is something that such a server says.
    fn hears_text(&self) -> bool {
        true
    }

    /// Whether a close code says no for good.
    fn refuses(&self, code: u16) -> bool {
        (4400..=4499).contains(&code)
    }

    /// Whether another connection may be good for more than this one.
    fn is_limited(&self) -> bool {
        false
    }
}

/// A machine that speaks over one socket.
pub(super) struct Shell {
    dialogue: Box<dyn Dialogue>,
    line: Line,
}

impl Shell {
    /// A machine for the server whose socket is at `url`, unless something has
    /// to be asked first. It is told nothing yet. `protocols` are offered when
    /// the socket is opened.
    pub(super) fn new(
        opening: &Opening<'_>,
        url: String,
        protocols: &'static [&'static str],
        dialogue: Box<dyn Dialogue>,
    ) -> Self {
        Shell {
            dialogue,
            line: Line::new(url, protocols, opening.seed),
        }
    }

    /// Connects, or checks the connection. `asked`: by the person.
    fn go(&mut self, asked: bool) {
        match self.line.link {
            Link::Refused if !asked => {}
            Link::Open if asked && self.dialogue.is_limited() => {
                self.line.end(Link::Silent);
                self.connect();
            }
            Link::Open if self.dialogue.is_waiting() => {}
            Link::Open => self.dialogue.check(&mut self.line),
            Link::Asking(..) | Link::Opening(_) => {}
            Link::Silent | Link::Down(_) | Link::Refused => {
                self.line.standing.begin_anew();
                self.connect();
            }
        }
    }

    fn connect(&mut self) {
        let line = &mut self.line;
        line.standing.say(Status::Connecting);
        match self.dialogue.question() {
            Some(question) => line.ask(question),
            None => line.open(line.url.clone()),
        }
    }

    fn answered(&mut self, status: u16, after: Option<u64>, body: &[u8]) {
        let line = &mut self.line;
        match status {
            200..=299 => self.dialogue.answered(body, line),
            401 | 403 => line.refuse(Trouble::Denied),
            429 => line.fail_for(Trouble::SlowDown, after.unwrap_or(0)),
            408 | 500..=599 => line.fail_for(Trouble::Server(status), after.unwrap_or(0)),
            _ => line.refuse(Trouble::NotARelay(status)),
        }
    }

    fn publish(&mut self, bytes: Vec<u8>) {
        let id = RecordId::of(&bytes);
        if let Some(why) = refusal(bytes.len()) {
            self.line.standing.out.push(Out::Rejected { id, why });
        } else if self.line.is_open() && self.dialogue.is_settled() && self.line.records.holds(&id)
        {
            self.line.standing.out.push(Out::Acked(vec![id]));
        } else {
            self.line.records.push(id, bytes);
        }
    }

    fn take(&mut self, message: &[u8]) {
        if self.line.is_open() {
            self.line.heard = self.line.now();
            self.line.owes = None;
            self.dialogue.take(message, &mut self.line);
        }
    }

    /// Does what is due and sets the timer.
    fn pump(&mut self) {
        let now = self.line.now();
        if matches!(self.line.link, Link::Down(at) if at <= now) {
            self.connect();
        }
        let (line, dialogue) = (&mut self.line, &mut self.dialogue);
        match line.link {
            Link::Asking(_, at) | Link::Opening(at) if at <= now => line.fail(Trouble::TimedOut),
            Link::Open => {
                let owes = line.owes.map(|since| since.saturating_add(ANSWER_WITHIN));
                if owes.is_some_and(|until| until <= now) {
                    line.fail(Trouble::TimedOut);
                } else {
                    if owes.is_none() && line.heard.saturating_add(SILENCE) <= now {
                        dialogue.check(line);
                    }
                    dialogue.turn(line);
                }
            }
            _ => {}
        }
        let next = match line.link {
            Link::Silent | Link::Refused => None,
            Link::Down(at) | Link::Asking(_, at) | Link::Opening(at) => Some(at),
            Link::Open => {
                if !dialogue.is_waiting() {
                    line.owes = None;
                } else if line.owes.is_none() {
                    line.owes = Some(now);
                }
                let silent = match line.owes {
                    Some(since) => since.saturating_add(ANSWER_WITHIN),
                    None => line.heard.saturating_add(SILENCE),
                };
                Some(dialogue.next().map_or(silent, |at| at.min(silent)))
            }
        };
        line.standing.wake(next);
    }
}

impl Relay for Shell {
    fn caps(&self) -> Caps {
        self.dialogue.caps()
    }

    fn step(&mut self, input: In, now: u64, out: &mut Vec<Out>) {
        self.line.standing.tick(now);
        let is_asked = |it| matches!(self.line.link, Link::Asking(req, _) if req == it);
        match input {
            In::Online => self.go(false),
            In::RetryNow => self.go(true),
            In::GoOffline => {
                self.line.end(Link::Silent);
                self.line.standing.silence();
            }
            In::Publish(bytes) => self.publish(bytes),
            In::Response {
                req,
                status,
                retry_after,
                body,
            } if is_asked(req) => {
                self.line.link = Link::Silent;
                self.answered(status, retry_after, &body);
            }
            In::Failed { req } if is_asked(req) => {
                self.line.link = Link::Silent;
                self.line.fail(Trouble::Unreachable);
            }
            In::SocketOpened => {
                if matches!(self.line.link, Link::Opening(_)) {
                    self.line.link = Link::Open;
                    self.line.heard = self.line.now();
                    self.dialogue.begin(&mut self.line);
                }
            }
            In::SocketBytes(bytes) => self.take(&bytes),
            In::SocketText(text) if self.dialogue.hears_text() => self.take(text.as_bytes()),
            In::SocketClosed { code } => {
                if matches!(self.line.link, Link::Opening(_) | Link::Open) {
                    match self.dialogue.refuses(code) {
                        true => self.line.refuse(Trouble::Denied),
                        false => self.line.fail(Trouble::Unreachable),
                    }
                }
            }
            _ => {}
        }
        self.pump();
        out.append(&mut self.line.standing.out);
    }
}
