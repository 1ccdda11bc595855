//! How it stands with a server: what was said of it last, when it is tried
//! again, and the timer.

use super::backoff::{Backoff, Jitter};
use super::clock::Clock;
use super::{Out, Status, Trouble};

/// A server's wish to be left alone is heeded up to this, in milliseconds.
const LONGEST_AFTER: u64 = 300_000;

/// What a machine says of its server, each thing once, and what it has to say
/// besides.
pub(super) struct Standing {
    status: Option<Status>,
    backoff: Backoff,
    clock: Clock,
    jitter: Jitter,
    /// In the caller's time, as it was said last.
    alarm: Option<u64>,
    /// The time, in milliseconds, which never goes backwards.
    pub(super) now: u64,
    /// What is to be done.
    pub(super) out: Vec<Out>,
}

impl Standing {
    /// Nothing has been said. `seed` makes waits differ.
    pub(super) fn new(seed: u64) -> Self {
        Standing {
            status: None,
            backoff: Backoff::default(),
            clock: Clock::default(),
            jitter: Jitter::new(seed),
            alarm: None,
            now: 0,
            out: Vec::new(),
        }
    }

    /// The caller's clock says `now`.
    pub(super) fn tick(&mut self, now: u64) {
        self.now = self.clock.tick(now);
    }

    /// A number from 0 up to `limit`, inclusive. Not for secrets.
    pub(super) fn random(&mut self, limit: u64) -> u64 {
        self.jitter.up_to(limit)
    }

    /// Says how it stands, if that is new.
    pub(super) fn say(&mut self, status: Status) {
        if self.status != Some(status) {
            self.status = Some(status);
            self.out.push(Out::Status(status));
        }
    }

    /// The server is tried at once, as if nothing had failed.
    pub(super) fn begin_anew(&mut self) {
        self.backoff.reset();
    }

    /// The server answers as it should.
    pub(super) fn up(&mut self) {
        self.backoff.reset();
        self.say(Status::Online);
    }

    /// Something failed, and the server asked to be left alone for `after`
    /// milliseconds. Returns when it is tried again.
    pub(super) fn fail(&mut self, why: Trouble, after: u64) -> u64 {
        let wait = self.backoff.fail(&mut self.jitter);
        let at = self.now.saturating_add(wait.max(after.min(LONGEST_AFTER)));
        let retry_at = Some(self.clock.outward(at));
        self.say(Status::Offline { retry_at, why });
        at
    }

    /// The server said no.
    pub(super) fn refuse(&mut self, why: Trouble) {
        self.say(Status::Refused { why });
    }

    /// The caller wants silence.
    pub(super) fn silence(&mut self) {
        let (retry_at, why) = (None, Trouble::NoNetwork);
        self.say(Status::Offline { retry_at, why });
    }

    /// There is something to do at this time.
    pub(super) fn wake(&mut self, at: Option<u64>) {
        let alarm = at.map(|at| self.clock.outward(at));
        if alarm != self.alarm {
            self.alarm = alarm;
            self.out.push(Out::WakeAt(alarm));
        }
    }
}
