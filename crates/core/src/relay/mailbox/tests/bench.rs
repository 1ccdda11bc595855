//! A machine between a model of an honest relay and a caller that takes notes.

use std::collections::VecDeque;

use sha2::{Digest, Sha256};

use super::super::*;
use crate::relay::RecordId;
use crate::relay::framing::{Position, put_gap, put_number, put_record, take_records};

const ROOM: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// An honest relay with one mailbox, and how it is to be reached.
#[derive(Default)]
pub(super) struct Model {
    pub(super) records: Vec<Vec<u8>>,
    /// What every request gets instead of an answer: a status, 0 for none.
    pub(super) fault: Option<(u16, Option<u64>)>,
    /// What a request that writes this record gets, and whether only once.
    pub(super) dislike: Option<(Vec<u8>, u16, bool)>,
    pub(super) page: usize,
    /// Whether it knows of no gaps.
    pub(super) is_old: bool,
    /// Places of records that it does not list.
    pub(super) covered: Vec<usize>,
}

impl Model {
    pub(super) fn position(&self, count: usize) -> Position {
        let mut position = Position::default();
        for record in self.records.iter().take(count) {
            position.push(&Sha256::digest(record).into());
        }
        position
    }

    pub(super) fn get(&self, after: usize, listed: bool) -> Vec<u8> {
        let mut body = self.position(after).digest.to_vec();
        put_number(self.records.len() as u64, &mut body);
        let records = self.records.iter().enumerate().skip(after);
        for (n, record) in records.take(self.page.max(1)) {
            match listed && self.covered.contains(&(n + 1)) {
                true => {
                    let digest = self.position(n + 1).digest;
                    put_gap(&Position { count: 1, digest }, &mut body);
                }
                false => put_record(record, &mut body),
            }
        }
        body
    }

    pub(super) fn post(&mut self, body: &[u8]) -> Vec<u8> {
        for record in take_records(body).unwrap() {
            if !self.records.iter().any(|r| r == record) {
                self.records.push(record.to_vec());
            }
        }
        let mut answer = Vec::new();
        self.position(self.records.len()).put(&mut answer);
        answer
    }

    pub(super) fn answer(&mut self, method: Method, url: &str, body: &[u8]) -> (u16, Vec<u8>) {
        match method {
            Method::Get => {
                let (_, query) = url.rsplit_once('?').unwrap();
                let (what, after) = query.split_once('=').unwrap();
                match what {
                    "listed" if self.is_old => (400, Vec::new()),
                    _ => (200, self.get(after.parse().unwrap(), what == "listed")),
                }
            }
            _ => {
                if let Some((record, status, once)) = self.dislike.clone()
                    && take_records(body).unwrap().contains(&&record[..])
                {
                    self.dislike = self.dislike.take().filter(|_| !once);
                    return (status, vec![1]);
                }
                (200, self.post(body))
            }
        }
    }
}

/// A machine, its model relay and what the caller knows.
pub(super) struct Bench {
    pub(super) machine: Mailbox,
    pub(super) relay: Model,
    pub(super) now: u64,
    pub(super) alarm: Option<u64>,
    pub(super) waiting: VecDeque<Out>,
    pub(super) stream: bool,
    pub(super) streams_work: bool,
    pub(super) arrived: Vec<Vec<u8>>,
    pub(super) places: Vec<u64>,
    pub(super) acked: Vec<RecordId>,
    pub(super) rejected: Vec<(RecordId, Trouble)>,
    pub(super) caught_up: usize,
    pub(super) started_over: usize,
    pub(super) cursor: Option<Vec<u8>>,
    pub(super) status: Option<Status>,
    pub(super) posts: usize,
    pub(super) gets: usize,
    pub(super) bytes: usize,
}

impl Bench {
    pub(super) fn new() -> Self {
        Bench::from(None, Model::default())
    }

    pub(super) fn from(cursor: Option<Vec<u8>>, relay: Model) -> Self {
        let machine = Mailbox::new(Opening {
            url: "https://relay.example/",
            mailbox: ROOM,
            cursor: cursor.as_deref(),
            seed: 7,
        });
        Bench {
            machine: machine.unwrap(),
            relay: Model { page: 10, ..relay },
            now: 1_000_000,
            alarm: None,
            waiting: VecDeque::new(),
            stream: false,
            streams_work: true,
            arrived: Vec::new(),
            places: Vec::new(),
            acked: Vec::new(),
            rejected: Vec::new(),
            caught_up: 0,
            started_over: 0,
            cursor,
            status: None,
            posts: 0,
            gets: 0,
            bytes: 0,
        }
    }

    /// One input, without performing what follows from it.
    pub(super) fn give(&mut self, input: In) {
        let mut out = Vec::new();
        self.machine.step(input, self.now, &mut out);
        for out in out {
            match out {
                Out::OpenSocket { .. }
                | Out::SendBytes(_)
                | Out::SendText(_)
                | Out::CloseSocket => panic!("a mailbox has no socket"),
                Out::At(position) => self.places.push(position.count),
                Out::Record { id, bytes } => {
                    assert_eq!(id, RecordId::of(&bytes));
                    self.arrived.push(bytes);
                }
                Out::Acked(ids) => self.acked.extend(ids),
                Out::Rejected { id, why } => self.rejected.push((id, why)),
                Out::CaughtUp => self.caught_up += 1,
                Out::StartOver => self.started_over += 1,
                Out::Cursor(bytes) => self.cursor = Some(bytes),
                Out::Status(status) => self.status = Some(status),
                Out::WakeAt(at) => {
                    assert!(at.is_none_or(|at| at > self.now), "a timer in the past");
                    self.alarm = at;
                }
                Out::Request { .. } | Out::OpenStream { .. } => self.waiting.push_back(out),
                Out::Abort { req } => {
                    self.waiting
                        .retain(|o| !matches!(o, Out::Request { req: r, .. } if *r == req));
                }
                Out::CloseStream => self.stream = false,
            }
        }
        let requests = self.waiting.iter();
        let reads = requests.filter(|o| {
            matches!(
                o,
                Out::Request {
                    method: Method::Get,
                    ..
                }
            )
        });
        assert!(reads.count() <= 1, "two reads at once");
    }

    /// Performs everything that waits, with the relay as it is.
    pub(super) fn settle(&mut self) {
        while let Some(next) = self.waiting.pop_front() {
            match next {
                Out::Request {
                    req,
                    method,
                    url,
                    body,
                    max_body,
                    ..
                } => {
                    match method {
                        Method::Get => self.gets += 1,
                        _ => self.posts += 1,
                    }
                    self.bytes += url.len() + body.len();
                    let before = self.relay.records.len();
                    let (status, retry_after, answer) = match self.relay.fault {
                        Some((0, _)) => {
                            self.give(In::Failed { req });
                            continue;
                        }
                        Some((status, after)) => (status, after, Vec::new()),
                        None => {
                            let (status, answer) = self.relay.answer(method, &url, &body);
                            (status, None, answer)
                        }
                    };
                    assert!(answer.len() <= max_body);
                    self.bytes += answer.len();
                    self.give(In::Response {
                        req,
                        status,
                        retry_after,
                        body: answer,
                    });
                    if self.relay.records.len() > before {
                        self.wake();
                    }
                }
                Out::OpenStream { url } => {
                    self.bytes += url.len();
                    if self.streams_work && self.relay.fault.is_none() {
                        self.stream = true;
                        self.wake();
                    } else {
                        self.give(In::StreamClosed);
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn wake(&mut self) {
        if self.stream {
            let data = self.relay.records.len().to_string();
            self.bytes += data.len() + 8;
            self.give(In::StreamEvent(data));
        }
    }

    pub(super) fn step(&mut self, input: In) {
        self.give(input);
        self.settle();
    }

    /// Lets this much time pass, with every timer in it and a heartbeat.
    pub(super) fn pass(&mut self, ms: u64) {
        let end = self.now + ms;
        let mut beat = self.now + 15_000;
        loop {
            let next = self.alarm.unwrap_or(u64::MAX).min(beat).min(end);
            self.now = next.max(self.now);
            if self.now >= end {
                break;
            }
            if self.now == beat {
                beat += 15_000;
                self.wake();
            }
            self.step(In::Tick);
        }
        self.step(In::Tick);
    }

    pub(super) fn online(mut self) -> Self {
        self.step(In::Online);
        assert_eq!(self.status, Some(Status::Online));
        self
    }
}
