//! Taking what relays say, in parts small enough to draw in between.
//!
//! An answer may bring thousands of records, and each signature takes a third
//! of a millisecond to check. So what a machine says waits in line, and only
//! about as much of it is taken at a time as a frame has room for. All of it is
//! in one line: nothing overtakes the records it was said after.

use std::collections::VecDeque;

use super::Peer;
use crate::id::Millis;
use crate::relay::Out;

/// How much is taken at a time: bytes of records and [`EACH`] of them.
const PART: usize = 16 * 1024;
/// What a record costs whatever its length, in bytes that cost as much.
const EACH: usize = 1024;

/// What relays said and was not taken yet.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    line: VecDeque<(usize, Out)>,
    /// When the last of it was said.
    at: Millis,
    /// Whether a part is being taken: what follows from it joins the line.
    taking: bool,
}

impl Peer {
    /// A relay's machine said this. It is taken at once unless it is much, or
    /// something before it waits.
    pub(super) fn arrived(&mut self, relay: usize, said: Vec<Out>, now: Millis) {
        let waits = self.is_taking();
        self.arrivals.at = now;
        let said = said.into_iter().map(|out| (relay, out));
        self.arrivals.line.extend(said);
        if !waits {
            self.take_arrived();
        }
    }

    /// Whether something that was said waits, or is being taken.
    pub(super) fn is_taking(&self) -> bool {
        self.arrivals.taking || !self.arrivals.line.is_empty()
    }

    /// Takes a part of what waits. Says whether there is more.
    fn take_arrived(&mut self) -> bool {
        let (now, mut cost) = (self.arrivals.at, 0);
        self.arrivals.taking = true;
        while cost < PART
            && let Some((relay, out)) = self.arrivals.line.pop_front()
        {
            if let Out::Record { bytes, .. } = &out {
                cost += EACH + bytes.len();
            }
            self.relay_out(relay, out, now);
        }
        self.arrivals.taking = false;
        self.is_taking()
    }

    /// The same from [`Peer::effect`]: what waited for the end goes on after it.
    pub(super) fn take_more(&mut self) -> bool {
        if !self.is_taking() {
            return false;
        }
        let more = self.take_arrived();
        if !more {
            self.leave(self.arrivals.at);
        }
        more
    }
}
