//! What the answers to requests mean.

use sha2::{Digest, Sha256};

use super::place::{Kind, Listed};
use super::{Flight, Job, Link, Objects, POLL};
use crate::relay::{Out, RecordId, Status, Trouble};
use crate::sorted::Set;

impl Objects {
    pub(super) fn answered(
        &mut self,
        flight: &Flight,
        status: u16,
        body: &[u8],
        now: u64,
        out: &mut Vec<Out>,
    ) {
        let job = flight.job;
        let ok = (200..300).contains(&status);
        match job {
            Job::List if ok => match self.place.listed(body) {
                Some(listed) => {
                    self.missing = false;
                    self.listed(listed, now, out);
                }
                None => self.fail(Trouble::BadAnswer("no list of objects"), now, out),
            },
            // A folder that nobody has written to.
            Job::List if status == 404 && self.place.kind != Kind::S3 => {
                self.missing = true;
                self.listed(Listed::default(), now, out);
            }
            Job::Get(id) if ok => self.got(id, body, out),
            // Gone since it was listed: the next list says so.
            Job::Get(_) if matches!(status, 404 | 410) => {}
            Job::Put(id) if ok => self.kept(id, out),
            Job::Put(id) => self.not_put(id, flight.made, status, now, out),
            // It may be there already; whether it is, the next object tells.
            Job::Make => self.made = true,
            Job::List | Job::Get(_) => match status {
                401 | 403 => {
                    self.stop(Link::Refused, out);
                    let why = Trouble::Denied;
                    self.say(Status::Refused { why }, out);
                }
                429 => self.fail(Trouble::SlowDown, now, out),
                408 | 500..=599 => self.fail(Trouble::Server(status), now, out),
                _ => self.fail(Trouble::NotARelay(status), now, out),
            },
        }
    }

    fn listed(&mut self, listed: Listed, now: u64, out: &mut Vec<Out>) {
        for id in listed.names {
            self.found.insert(id);
        }
        if let Some(next) = listed.next {
            return self.list(Some(&next), now, out);
        }
        self.link = Link::Up;
        self.backoff.reset();
        self.say(Status::Online, out);
        let mut found = std::mem::take(&mut self.found);
        for id in self.fresh.drain(..) {
            found.insert(id);
        }
        if self.records.holds_more_than(&found) {
            self.records.forget();
            self.wrong = Set::new();
            self.untold = true;
            self.made = false;
            out.push(Out::StartOver);
        }
        let news = |id: &&RecordId| !self.records.holds(id) && !self.wrong.contains(*id);
        self.wanted = found.iter().filter(news).copied().collect();
        self.untold |= !self.wanted.is_empty();
        self.poll = match self.wanted.is_empty() {
            true => (self.poll * 3 / 2).min(POLL.1),
            false => POLL.0,
        };
        self.poll_at = now.saturating_add(self.poll);
    }

    fn got(&mut self, id: RecordId, body: &[u8], out: &mut Vec<Out>) {
        let hash: [u8; 32] = Sha256::digest(body).into();
        if RecordId::of_hash(&hash) != id || body.is_empty() {
            self.wrong.insert(id);
            return;
        }
        self.hold(id, body.to_vec(), out);
    }

    /// The server has this record.
    fn hold(&mut self, id: RecordId, bytes: Vec<u8>, out: &mut Vec<Out>) {
        self.fresh.push(id);
        if self.records.hold(id) {
            self.moved = true;
            out.push(Out::Record { id, bytes });
        }
        if self.records.remove(&id) {
            out.push(Out::Acked(vec![id]));
        }
    }

    fn kept(&mut self, id: RecordId, out: &mut Vec<Out>) {
        self.wrong.remove(&id);
        if let Some(bytes) = self.records.bytes(&id) {
            self.hold(id, bytes, out);
        }
    }

    fn not_put(&mut self, id: RecordId, made: bool, status: u16, now: u64, out: &mut Vec<Out>) {
        let why = match status {
            // The folder is missing.
            404 | 409 if !made && self.place.kind == Kind::Dav => {
                self.missing = true;
                return self.records.recall_one(&id);
            }
            401 | 403 => Trouble::Denied,
            413 => Trouble::TooLarge,
            507 => Trouble::Full,
            429 => return self.fail(Trouble::SlowDown, now, out),
            408 | 500..=599 => return self.fail(Trouble::Server(status), now, out),
            _ => Trouble::NotTaken(status),
        };
        if self.records.remove(&id) {
            out.push(Out::Rejected { id, why });
        }
    }
}
