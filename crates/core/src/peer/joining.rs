//! Joining many small records of a relay's list into few, for those who come
//! later, and seeing to it that nothing is hidden by who says so falsely.
//!
//! Whoever has read many small records from the beginning gives the relay
//! everything once more, in few records, as if it had been wiped, and says then
//! that what was read need not be listed. Whoever hears that from somebody else
//! reads the list again, and gives the relay what it turns out to lack, as it
//! does with any relay that has lost something.

use super::Peer;
use super::carrier::at;
use crate::id::Millis;
use crate::relay::cover::{MAX_COVERED, cover};
use crate::relay::framing::Position;
use crate::relay::{In, RecordId};
use crate::replica::Admitted;

/// From how many small records on they are joined.
const MANY: usize = 256;
/// A record of fewer bytes is small.
const SMALL: usize = 8 * 1024;
/// How long to wait before records are joined, in milliseconds, and within how
/// much more time it is done: not by everybody at once.
const REST: Millis = 30_000;
const SPREAD: u64 = 90_000;
/// Within what time the list is read again after somebody has joined it, and
/// how long at least after the time before, so that nobody can keep a device
/// busy.
const CHECK: u64 = 120_000;
const AGAIN: Millis = 600_000;

/// What is known of a relay's list.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Whether it was read from the beginning.
    whole: bool,
    /// Where the record stands that came last.
    at: Option<Position>,
    /// Whether something was left out on the way.
    gaps: bool,
    /// The records that need not be listed when others hold the same.
    known: Vec<(u64, RecordId)>,
    /// How many of all are small, and their bytes, less those of the others.
    small: usize,
    excess: isize,
    join_at: Option<Millis>,
    /// What will be covered when the relay holds all that was given to it.
    covering: Option<Vec<u64>>,
    /// One's own cover.
    own: Option<RecordId>,
    check_at: Option<Millis>,
    /// When what is covered is asked for, if something is still missing then.
    ask_at: Option<Millis>,
    asked: bool,
    /// The list is not read again before.
    rests_until: Millis,
}

impl Listing {
    /// Of a list that is read from its beginning, or from further on.
    pub(super) fn new(whole: bool) -> Self {
        Listing {
            whole,
            ..Listing::default()
        }
    }

    /// It is read from its beginning.
    pub(super) fn start_over(&mut self) {
        *self = Listing {
            check_at: self.check_at,
            asked: self.asked,
            rests_until: self.rests_until,
            ..Listing::new(true)
        };
    }

    /// The record that is told next stands here.
    pub(super) fn at(&mut self, position: Position) {
        let before = self.at.map_or(0, |at| at.count);
        self.gaps |= self.whole && position.count > before + 1;
        self.at = Some(position);
    }

    /// Whether somebody's word is still to be checked: what has been read since
    /// is read once more if this tab ends before.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.check_at.is_some()
    }

    /// When there is something to do.
    pub(super) fn alarms(&self) -> [Option<Millis>; 3] {
        [self.join_at, self.check_at, self.ask_at]
    }

    /// Something was not taken: nothing is covered. Whether it may have been
    /// what others are to be joined in, which nobody needs.
    pub(super) fn give_up(&mut self) -> bool {
        self.covering.as_mut().map(Vec::clear).is_some()
    }

    /// The connection is gone.
    pub(super) fn disconnected(&mut self) {
        (self.covering, self.join_at) = (None, None);
    }
}

impl Peer {
    /// A record of a relay's list was read.
    pub(super) fn listed(&mut self, relay: usize, id: RecordId, bytes: usize, admitted: &Admitted) {
        let logs = self.replica.logs();
        // What could not be given to the relay again stays listed.
        let is_here = admitted.refused.is_empty()
            && admitted.spans.iter().all(|span| {
                let log = logs.log(&span.device);
                log.is_some_and(|log| !log.is_forked() && log.head() >= span.last)
            });
        let Some(carrier) = at(&mut self.carriers, relay) else {
            return;
        };
        let listing = &mut carrier.listing;
        if let Some(position) = &listing.at
            && listing.whole
        {
            let is_small = bytes < SMALL;
            listing.small += usize::from(is_small);
            let bytes = bytes as isize;
            listing.excess += if is_small { bytes } else { -bytes };
            if is_here && (listing.known.len() as u64) < MAX_COVERED {
                listing.known.push((position.count, id));
            }
        }
    }

    /// Everything was read: plans to join what is small, and to ask for what is
    /// covered if something is missing.
    pub(super) fn join_later(&mut self, relay: usize, now: Millis) {
        let wait = REST + self.random(SPREAD) as Millis;
        let is_missing = self.replica.logs().waiting() > 0;
        let Some(carrier) = at(&mut self.carriers, relay) else {
            return;
        };
        let listing = &mut carrier.listing;
        if listing.gaps && is_missing && !listing.asked {
            listing.ask_at.get_or_insert(now + REST);
        }
        if listing.small >= MANY && listing.excess >= 0 {
            listing.join_at.get_or_insert(now + wait);
        }
    }

    /// Somebody said that records need not be listed.
    pub(super) fn covered(&mut self, relay: usize, by: RecordId, now: Millis) {
        let soon = now + self.random(CHECK) as Millis;
        if let Some(carrier) = at(&mut self.carriers, relay)
            && carrier.listing.at.is_some()
            && carrier.listing.own != Some(by)
        {
            let listing = &mut carrier.listing;
            listing.join_at = None;
            let at = soon.max(listing.rests_until);
            listing.check_at.get_or_insert(at);
        }
    }

    /// Does what is due with the relays' lists.
    pub(super) fn join_all(&mut self, now: Millis) {
        for relay in 0..self.carriers.len() {
            let is_missing = self.replica.logs().waiting() > 0;
            let Some(carrier) = at(&mut self.carriers, relay) else {
                continue;
            };
            let listing = &mut carrier.listing;
            let due = |at: &mut Option<Millis>| at.take_if(|at| *at <= now).is_some();
            let joins = due(&mut listing.join_at);
            let (asks, checks) = (due(&mut listing.ask_at), due(&mut listing.check_at));
            let all = asks && is_missing;
            if all || checks {
                listing.asked |= all;
                listing.rests_until = now + AGAIN;
                // What it lists is to be seen as well.
                listing.check_at = all.then_some(now + AGAIN);
                self.relay(relay, In::ReadAgain { all }, now);
            } else if joins {
                self.join_list(relay, now);
            }
        }
    }

    fn join_list(&mut self, relay: usize, now: Millis) {
        let Some(carrier) = at(&mut self.carriers, relay) else {
            return;
        };
        let listing = &mut carrier.listing;
        let state = &carrier.state;
        let rests = state.caught_up && state.rejected.is_none() && carrier.flying.is_empty();
        if !rests || !self.leads || self.loading {
            listing.join_at = Some(now + REST);
            return;
        }
        let Some(covering) = listing.covering.take() else {
            let known = std::mem::take(&mut listing.known);
            (listing.small, listing.excess) = (0, 0);
            carrier.give_all(now);
            self.heal(relay, now);
            if let Some(carrier) = at(&mut self.carriers, relay) {
                // One that is the same as before stays.
                let joined = |id: &RecordId| carrier.flying.contains_key(id);
                let places = known.iter().filter(|(_, id)| !joined(id));
                carrier.listing.covering = Some(places.map(|(place, _)| *place).collect());
                carrier.listing.join_at = Some(now);
            }
            return;
        };
        if let Some(at) = &listing.at
            && !covering.is_empty()
        {
            let said = cover(at, covering);
            listing.own = Some(RecordId::of(&said));
            self.relay(relay, In::Publish(said), now);
        }
    }
}
