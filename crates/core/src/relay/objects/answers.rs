//! What the answers to requests mean.

use sha2::{Digest, Sha256};

use super::place::{Kind, Listed};
use super::{Flight, Job, Link, Objects, POLL};
use crate::relay::{Out, RecordId, Trouble};
use crate::sorted::Set;

impl Objects {
    pub(super) fn answered(&mut self, flight: &Flight, status: u16, body: &[u8]) {
        let job = flight.job;
        let ok = (200..300).contains(&status);
        match job {
            Job::List if ok => match self.place.listed(body) {
                Some(listed) => {
                    self.missing = false;
                    self.listed(listed);
                }
                None => self.fail(Trouble::BadAnswer("no list of objects")),
            },
            // A folder that nobody has written to.
            Job::List if status == 404 && self.place.kind != Kind::S3 => {
                self.missing = true;
                self.listed(Listed::default());
            }
            Job::Get(id) if ok => self.got(id, body),
            // Gone since it was listed: the next list says so.
            Job::Get(_) if matches!(status, 404 | 410) => {}
            Job::Put(id) if ok => self.kept(id),
            Job::Put(id) => self.not_put(id, flight.made, status),
            // It may be there already; whether it is, the next object tells.
            Job::Make => self.made = true,
            Job::List | Job::Get(_) => match status {
                401 | 403 => {
                    self.stop(Link::Refused);
                    self.standing.refuse(Trouble::Denied);
                }
                429 => self.fail(Trouble::SlowDown),
                408 | 500..=599 => self.fail(Trouble::Server(status)),
                _ => self.fail(Trouble::NotARelay(status)),
            },
        }
    }

    fn listed(&mut self, listed: Listed) {
        for id in listed.names {
            self.found.insert(id);
        }
        if let Some(next) = listed.next {
            return self.list(Some(&next));
        }
        self.link = Link::Up;
        self.standing.up();
        let mut found = std::mem::take(&mut self.found);
        for id in self.fresh.drain(..) {
            found.insert(id);
        }
        if self.records.holds_more_than(&found) {
            self.records.forget();
            self.wrong = Set::new();
            self.untold = true;
            self.made = false;
            self.standing.out.push(Out::StartOver);
        }
        let news = |id: &&RecordId| !self.records.holds(id) && !self.wrong.contains(*id);
        self.wanted = found.iter().filter(news).copied().collect();
        self.untold |= !self.wanted.is_empty();
        self.poll = match self.wanted.is_empty() {
            true => (self.poll * 3 / 2).min(POLL.1),
            false => POLL.0,
        };
        self.poll_at = self.standing.now.saturating_add(self.poll);
    }

    fn got(&mut self, id: RecordId, body: &[u8]) {
        let hash: [u8; 32] = Sha256::digest(body).into();
        if RecordId::of_hash(&hash) != id || body.is_empty() {
            self.wrong.insert(id);
            return;
        }
        self.hold(id, body.to_vec());
    }

    /// The server has this record.
    fn hold(&mut self, id: RecordId, bytes: Vec<u8>) {
        self.fresh.push(id);
        if self.records.hold(id) {
            self.moved = true;
            self.standing.out.push(Out::Record { id, bytes });
        }
        if self.records.remove(&id) {
            self.standing.out.push(Out::Acked(vec![id]));
        }
    }

    fn kept(&mut self, id: RecordId) {
        self.wrong.remove(&id);
        if let Some(bytes) = self.records.bytes(&id) {
            self.hold(id, bytes);
        }
    }

    fn not_put(&mut self, id: RecordId, made: bool, status: u16) {
        let why = match status {
            // The folder is missing.
            404 | 409 if !made && self.place.kind == Kind::Dav => {
                self.missing = true;
                return self.records.recall_one(&id);
            }
            401 | 403 => Trouble::Denied,
            413 => Trouble::TooLarge,
            507 => Trouble::Full,
            429 => return self.fail(Trouble::SlowDown),
            408 | 500..=599 => return self.fail(Trouble::Server(status)),
            _ => Trouble::NotTaken(status),
        };
        if self.records.remove(&id) {
            self.standing.out.push(Out::Rejected { id, why });
        }
    }
}
