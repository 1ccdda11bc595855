//! Going to relays now and then, instead of being with them all the time:
//! while the page is on no screen, and where data is dear.
//!
//! A visit is what happens after every connect anyway: what was missed is
//! read, what gathered is handed over. Then the relay is left until the next.

use super::Peer;
use super::carrier::Carrier;
use crate::id::Millis;
use crate::relay::{In, Status, Stores};
use crate::tabs::Frame;

/// How long a page that is on no screen stays with its relays, in
/// milliseconds: who only looks something up elsewhere is soon back.
const LINGER: Millis = 60_000;
/// From the end of one visit to the next, in milliseconds, while somebody looks.
const EVERY: Millis = 120_000;
/// The same while nobody does.
const EVERY_UNSEEN: Millis = 300_000;
/// How long own changes gather before a visit is made for them, in
/// milliseconds.
const GATHER: Millis = 20_000;
/// The longest visit, in milliseconds.
const LONGEST: Millis = 60_000;
/// Visits are put off by up to this much, in milliseconds, so that pages that
/// were hidden together do not come back together.
const SPREAD: u64 = 30_000;

/// What decides about visits, and when the next is.
#[derive(Debug, Default)]
pub(super) struct Visits {
    /// Whether this tab is on no screen.
    hidden: bool,
    /// Whether data is to be saved.
    saves: bool,
    /// The other tabs that are on a screen, as far as they have said.
    shown: Vec<u64>,
    stage: Stage,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// With the relays all the time.
    #[default]
    Stays,
    /// With them until everything is done, but not before the one time, if that
    /// has not passed, and not after the other.
    Visits { from: Option<Millis>, until: Millis },
    /// Away from them until this time.
    Away { until: Millis },
}

impl Visits {
    /// When there is something to do.
    pub(super) fn at(&self) -> Option<Millis> {
        match self.stage {
            Stage::Stays => None,
            Stage::Visits { from, until } => Some(from.unwrap_or(until)),
            Stage::Away { until } => Some(until),
        }
    }

    fn unseen(&self) -> bool {
        self.hidden && self.shown.is_empty()
    }
}

impl Peer {
    /// This tab is on a screen from now on, or on none.
    pub fn set_shown(&mut self, shown: bool, now: Millis) {
        self.visits.hidden = !shown;
        self.say_shown();
        self.reconsider(now);
    }

    /// Data is to be saved from now on, or not any longer.
    pub fn set_saves(&mut self, saves: bool, now: Millis) {
        self.visits.saves = saves;
        self.reconsider(now);
    }

    /// Whether relays are only visited.
    pub(super) fn visits_only(&self) -> bool {
        self.visits.stage != Stage::Stays
    }

    /// Tells the leading tab whether this one is on a screen.
    pub(super) fn say_shown(&mut self) {
        if !self.leads {
            let (tab, shown) = (self.tab, !self.visits.hidden);
            self.tell(&Frame::Shown { tab, shown });
        }
    }

    /// Another tab is on a screen, or on none.
    pub(super) fn heard_shown(&mut self, tab: u64, shown: bool, now: Millis) {
        self.visits.shown.retain(|it| *it != tab);
        if shown {
            self.visits.shown.push(tab);
        }
        self.reconsider(now);
    }

    fn reconsider(&mut self, now: Millis) {
        let saves = self.visits.saves;
        let stays = !saves && !self.visits.unseen();
        match self.visits.stage {
            Stage::Stays if !stays => {
                let from = (!saves).then_some(now + LINGER);
                let until = from.unwrap_or(now) + LONGEST;
                self.visits.stage = Stage::Visits { from, until };
                self.state_changed();
            }
            Stage::Visits { .. } | Stage::Away { .. } if stays => {
                self.visits.stage = Stage::Stays;
                self.come_back(now);
                self.state_changed();
            }
            // The page may go away now that it is on no screen.
            Stage::Away { .. } if self.visits.unseen() && !self.outbox.is_empty() => {
                self.visit(now);
            }
            _ => {}
        }
        self.leave(now);
    }

    /// A visit begins, unless there is one or none is needed.
    pub(super) fn visit(&mut self, now: Millis) {
        if let Stage::Away { .. } = self.visits.stage {
            let until = now + LONGEST;
            self.visits.stage = Stage::Visits { from: None, until };
            self.come_back(now);
        }
    }

    fn come_back(&mut self, now: Millis) {
        for relay in 0..self.carriers.len() {
            let carrier = self.carriers.get_mut(relay).and_then(Option::as_mut);
            if carrier.is_some_and(|it| std::mem::take(&mut it.left)) {
                self.step(relay, In::Online, now);
            }
        }
    }

    /// There is something of one's own to hand over: soon, so that more can
    /// gather; at once when the page may go away.
    pub(super) fn gather(&mut self, now: Millis) {
        let waits = if self.visits.unseen() { 0 } else { GATHER };
        if let Stage::Away { until } = &mut self.visits.stage {
            *until = (*until).min(now + waits);
        }
    }

    /// Begins the visit that is due.
    pub(super) fn visit_if_due(&mut self, now: Millis) {
        if let Stage::Away { until } = self.visits.stage
            && until <= now
        {
            self.visit(now);
        }
    }

    /// Leaves the relays where everything is done.
    pub(super) fn leave(&mut self, now: Millis) {
        let Stage::Visits { from, until } = self.visits.stage else {
            return;
        };
        if from.is_some_and(|from| now < from) || !self.leads || self.is_taking() {
            return;
        }
        self.visits.stage = Stage::Visits { from: None, until };
        for relay in 0..self.carriers.len() {
            let carrier = self.carriers.get_mut(relay).and_then(Option::as_mut);
            if let Some(carrier) = carrier
                && carrier.can_be_left()
                && (now >= until || carrier.is_done())
            {
                carrier.left = true;
                self.step(relay, In::GoOffline, now);
            }
        }
        let mut carriers = self.carriers.iter().flatten();
        if carriers.all(|it| it.left || !it.can_be_left()) {
            let every = match self.visits.unseen() {
                true => EVERY_UNSEEN,
                false => EVERY,
            };
            let until = now + every + self.random(SPREAD);
            self.visits.stage = Stage::Away { until };
            self.state_changed();
        }
    }
}

impl Carrier {
    /// Whether what is said while nobody listens is still there later.
    fn can_be_left(&self) -> bool {
        !self.left && self.machine.caps().stores != Stores::No
    }

    /// Whether a visit has nothing more to do here.
    fn is_done(&self) -> bool {
        match self.state.status {
            Status::Online => {
                self.state.caught_up && self.flying.is_empty() && self.heal_at.is_none()
            }
            Status::Refused { .. } => true,
            Status::Offline { retry_at, .. } => retry_at.is_none(),
            Status::Connecting => false,
        }
    }
}
