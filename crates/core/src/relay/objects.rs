//! Objects over HTTP: WebDAV, S3 and what is compatible with it, and folders of
//! files that are only read. Each record is an object in the folder of its
//! mailbox, named by its hash. `docs/relays.md` says what that is good for.
//!
//! An object is written once and never changed, whoever writes it, so that
//! nothing depends on who comes first. Such servers tell nobody of anything:
//! the list of names is asked for again and again, and is what is compared.

mod answers;
mod place;
mod sign;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use self::place::{Ask, Kind, Place};
use super::mailbox::{MAX_RECORD, refusal};
use super::records::Records;
use super::standing::Standing;
use super::{
    Ack, Caps, In, Method, OpenError, Opening, Out, Protocol, RecordId, Relay, Status, Stores,
    Trouble,
};
use crate::sorted::Set;

pub(super) const DAV: Protocol = of(&["davs", "dav"]);
pub(super) const S3: Protocol = of(&["s3s", "s3"]);
pub(super) const FOLDER: Protocol = of(&["https+folder", "http+folder"]);

const fn of(schemes: &'static [&'static str]) -> Protocol {
    Protocol {
        schemes,
        open: |opening| Ok(Box::new(Objects::new(&opening)?)),
    }
}

/// Version of a cursor.
const CURSOR: u8 = 1;
/// The most requests at a time; browsers make no more to one host.
const AT_ONCE: usize = 6;
/// How long a request may take, in milliseconds.
const ANSWER_WITHIN: u64 = 60_000;
/// The largest page of a list, in bytes.
const MAX_LIST: usize = 32 << 20;
/// How long to wait before the list is asked for again, in milliseconds:
/// longer each time, from the first to the last.
const POLL: (u64, u64) = (4_000, 30_000);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    /// Told to be silent, or not yet told to begin.
    Silent,
    /// Tried again at this time.
    Down(u64),
    /// Asking for the list, for the first time since it was down.
    Trying,
    Up,
    /// The server said no; only the person can change that.
    Refused,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Job {
    List,
    Get(RecordId),
    Put(RecordId),
    Make,
}

struct Flight {
    req: u32,
    deadline: u64,
    job: Job,
    /// Whether the folder had been made when it was sent.
    made: bool,
}

/// The machine.
struct Objects {
    place: Place,
    link: Link,
    standing: Standing,
    /// As the caller says it; what is signed says when that was.
    date: u64,
    flights: Vec<Flight>,
    next_req: u32,
    records: Records,
    /// What the list has named so far, while it is asked for.
    found: Set<RecordId>,
    /// What has come to be there since that began.
    fresh: Vec<RecordId>,
    wanted: VecDeque<RecordId>,
    /// Objects that are not what their names say.
    wrong: Set<RecordId>,
    /// Whether the end of a list is to be told.
    untold: bool,
    /// Whether more is there than the last cursor says.
    moved: bool,
    /// How long the server asked to be left alone, in milliseconds.
    after: Option<u64>,
    /// Whether the list said that there is no folder.
    missing: bool,
    /// Whether the folder has been made.
    made: bool,
    poll: u64,
    poll_at: u64,
}

impl Objects {
    fn new(opening: &Opening<'_>) -> Result<Self, OpenError> {
        let mut records = Records::default();
        let kept = opening.cursor.and_then(|it| it.strip_prefix(&[CURSOR]));
        let (names, rest) = kept.unwrap_or_default().as_chunks();
        if rest.is_empty() {
            for name in names {
                records.hold(RecordId(*name));
            }
        }
        Ok(Objects {
            place: Place::new(opening.url, opening.mailbox)?,
            link: Link::Silent,
            standing: Standing::new(opening.seed),
            date: 0,
            flights: Vec::new(),
            next_req: 0,
            records,
            found: Set::new(),
            fresh: Vec::new(),
            wanted: VecDeque::new(),
            wrong: Set::new(),
            untold: false,
            moved: false,
            after: None,
            missing: false,
            made: false,
            poll: POLL.0,
            poll_at: 0,
        })
    }

    fn go(&mut self, asked: bool) {
        match self.link {
            Link::Refused if !asked => {}
            Link::Up => self.hurry(),
            Link::Trying => {}
            _ => {
                self.standing.begin_anew();
                self.connect();
            }
        }
    }

    fn connect(&mut self) {
        self.link = Link::Trying;
        self.untold = true;
        self.made = false;
        self.hurry();
        self.standing.say(Status::Connecting);
    }

    fn hurry(&mut self) {
        self.poll = POLL.0;
        self.poll_at = self.standing.now;
    }

    /// Gives up what is on its way.
    fn stop(&mut self, link: Link) {
        let gone = self.flights.drain(..);
        let gone = gone.map(|it| Out::Abort { req: it.req });
        self.standing.out.extend(gone);
        self.records.recall();
        self.wanted.clear();
        self.link = link;
    }

    fn fail(&mut self, why: Trouble) {
        let after = self.after.take().unwrap_or(0);
        self.stop(Link::Silent);
        self.link = Link::Down(self.standing.fail(why, after));
    }

    fn send(&mut self, job: Job, ask: Ask) {
        self.next_req = self.next_req.wrapping_add(1);
        let req = self.next_req;
        let deadline = self.standing.now.saturating_add(ANSWER_WITHIN);
        let made = self.made;
        self.flights.push(Flight {
            req,
            deadline,
            job,
            made,
        });
        let max_body = match job {
            Job::List => MAX_LIST,
            Job::Get(_) => MAX_RECORD,
            Job::Put(_) | Job::Make => 64 << 10,
        };
        self.standing.out.push(Out::Request {
            req,
            method: ask.method,
            url: ask.url,
            headers: ask.headers,
            body: ask.body,
            max_body,
        });
    }

    fn is_on_its_way(&self, job: Job) -> bool {
        self.flights.iter().any(|it| it.job == job)
    }

    fn list(&mut self, from: Option<&str>) {
        let ask = self.place.list(from, self.date);
        self.send(Job::List, ask);
    }

    fn cursor(&self) -> Out {
        let mut bytes = vec![CURSOR];
        self.records.each_held(|id| bytes.extend(id.0));
        Out::Cursor(bytes)
    }

    fn publish(&mut self, bytes: Vec<u8>) {
        let id = RecordId::of(&bytes);
        let is_fixed = self.place.kind == Kind::Folder;
        let why = refusal(bytes.len()).or(is_fixed.then_some(Trouble::NotTaken(405)));
        if let Some(why) = why {
            self.standing.out.push(Out::Rejected { id, why });
        } else if self.link == Link::Up && self.records.holds(&id) {
            self.standing.out.push(Out::Acked(vec![id]));
        } else {
            // Who says something may be answered soon.
            self.poll = POLL.0;
            self.poll_at = self.poll_at.min(self.standing.now.saturating_add(POLL.0));
            self.records.push(id, bytes);
        }
    }

    /// Does what is due and sets the timer.
    fn pump(&mut self) {
        let now = self.standing.now;
        if let Link::Down(at) = self.link
            && at <= now
        {
            self.connect();
        }
        if self.flights.iter().any(|it| it.deadline <= now) {
            self.fail(Trouble::TimedOut);
        }
        let is_busy = self.is_on_its_way(Job::List) || !self.wanted.is_empty();
        let active = matches!(self.link, Link::Trying | Link::Up);
        if active && !is_busy && self.poll_at <= now {
            self.found = Set::new();
            self.fresh.clear();
            self.list(None);
        }
        if self.link == Link::Up {
            self.start();
        }
        let next = match self.link {
            Link::Silent | Link::Refused => None,
            Link::Down(at) => Some(at),
            Link::Trying | Link::Up => {
                let deadlines = self.flights.iter().map(|it| it.deadline);
                let poll = (!self.is_on_its_way(Job::List)).then_some(self.poll_at);
                deadlines.chain(poll).min()
            }
        };
        self.standing.wake(next);
    }

    fn start(&mut self) {
        while self.flights.len() < AT_ONCE {
            let Some(id) = self.wanted.pop_front() else {
                break;
            };
            let ask = self.place.object(Method::Get, id, Vec::new(), self.date);
            self.send(Job::Get(id), ask);
        }
        let getting = self.flights.iter().any(|it| matches!(it.job, Job::Get(_)));
        let listing = self.is_on_its_way(Job::List);
        let idle = !getting && !listing && self.wanted.is_empty();
        if idle && self.untold {
            self.untold = false;
            self.moved = false;
            let cursor = self.cursor();
            self.standing.out.extend([cursor, Out::CaughtUp]);
        }
        if self.missing && !self.made && self.records.is_waiting() {
            if let Some(ask) = self.place.make(self.date)
                && !self.is_on_its_way(Job::Make)
            {
                self.send(Job::Make, ask);
            }
            return;
        }
        while self.flights.len() < AT_ONCE {
            let Some(waiting) = self.records.send_next() else {
                break;
            };
            let (id, bytes) = (waiting.id, waiting.bytes.clone());
            let ask = self.place.object(Method::Put, id, bytes, self.date);
            self.send(Job::Put(id), ask);
        }
        // Not after each of many, since it names all that there are.
        if idle && self.moved && self.records.flying() == 0 {
            self.moved = false;
            let cursor = self.cursor();
            self.standing.out.push(cursor);
        }
    }
}

impl Relay for Objects {
    fn caps(&self) -> Caps {
        Caps {
            stores: Stores::Forever,
            live: false,
            removes: false,
            max_record: MAX_RECORD,
            ack: Ack::Received,
        }
    }

    fn step(&mut self, input: In, now: u64, out: &mut Vec<Out>) {
        self.date = now;
        self.standing.tick(now);
        let mut land = |req| {
            let index = self.flights.iter().position(|it| it.req == req)?;
            Some(self.flights.swap_remove(index))
        };
        match input {
            In::Online => self.go(false),
            In::RetryNow => self.go(true),
            In::GoOffline => {
                self.stop(Link::Silent);
                self.standing.silence();
            }
            In::Publish(bytes) => self.publish(bytes),
            In::Response {
                req,
                status,
                retry_after,
                body,
            } => {
                if let Some(flight) = land(req) {
                    self.after = retry_after;
                    self.answered(&flight, status, &body);
                }
            }
            In::Failed { req } if land(req).is_some() => {
                self.fail(Trouble::Unreachable);
            }
            _ => {}
        }
        self.pump();
        out.append(&mut self.standing.out);
    }
}
