//! The wake-up stream: whether it lives, and when to open it again.

use crate::relay::Out;
use crate::relay::backoff::{Backoff, Jitter};

/// An honest relay says something at least every 15 s; a stream that is silent
/// for longer than this is dead, whatever the network says.
const SILENCE: u64 = 40_000;
/// A stream that lived this long was a good one.
const LIVED: u64 = 30_000;

#[derive(Clone, Copy, Debug)]
enum State {
    Closed { open_at: u64 },
    Open { since: u64, heard: Option<u64> },
}

#[derive(Debug)]
pub(super) struct Wakeups {
    state: State,
    backoff: Backoff,
    /// How long the stream that ended last had lived.
    lived: u64,
}

impl Default for Wakeups {
    fn default() -> Self {
        Wakeups {
            state: State::Closed { open_at: 0 },
            backoff: Backoff::default(),
            lived: 0,
        }
    }
}

impl Wakeups {
    /// Whether events come, so that polling is not needed.
    pub(super) fn is_live(&self) -> bool {
        matches!(self.state, State::Open { heard: Some(_), .. })
    }

    pub(super) fn opens_at(&self) -> Option<u64> {
        match self.state {
            State::Closed { open_at } => Some(open_at),
            State::Open { .. } => None,
        }
    }

    pub(super) fn silent_at(&self) -> Option<u64> {
        match self.state {
            State::Closed { .. } => None,
            State::Open { since, heard } => Some(heard.unwrap_or(since).saturating_add(SILENCE)),
        }
    }

    pub(super) fn is_silent(&self, now: u64) -> bool {
        self.silent_at().is_some_and(|at| at <= now)
    }

    pub(super) fn opening(&mut self, now: u64) {
        self.state = State::Open {
            since: now,
            heard: None,
        };
    }

    /// An event came. `false` if there is no stream that it could be from.
    pub(super) fn heard(&mut self, now: u64) -> bool {
        match &mut self.state {
            State::Closed { .. } => false,
            State::Open { since, heard } => {
                self.lived = now.saturating_sub(*since);
                *heard = Some(now);
                true
            }
        }
    }

    /// The stream ended by itself. `false` if there was none.
    pub(super) fn ended(&mut self) -> bool {
        let was_open = matches!(self.state, State::Open { .. });
        self.state = State::Closed { open_at: 0 };
        was_open
    }

    /// Closes the stream if it is open, to be opened again when the relay is
    /// reached again.
    pub(super) fn close(&mut self, out: &mut Vec<Out>) -> bool {
        let was_open = self.ended();
        if was_open {
            out.push(Out::CloseStream);
        }
        was_open
    }

    /// The stream that just ended is opened again after a while.
    pub(super) fn lost(&mut self, now: u64, jitter: &mut Jitter) {
        if self.lived >= LIVED {
            self.backoff.reset();
        }
        self.lived = 0;
        let open_at = now.saturating_add(self.backoff.fail(jitter));
        self.state = State::Closed { open_at };
    }

    pub(super) fn hurry(&mut self, now: u64) {
        if let State::Closed { open_at } = &mut self.state {
            *open_at = now;
        }
    }
}
