//! The relays as whoever runs the peer sees them.

use super::Peer;
use crate::id::Millis;
use crate::relay::{In, Status, Trouble};
use crate::tabs::Frame;

/// How a relay is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarrierState {
    /// The connection.
    pub status: Status,
    /// Whether everything that the relay admits to hold is here.
    pub caught_up: bool,
    /// Why it did not take something, if it did not.
    pub rejected: Option<Trouble>,
    /// When it was last heard of while this tab has led.
    pub contact: Option<Millis>,
    /// How many events it has not acknowledged, own ones and others'.
    pub waiting: u32,
    /// Whether it is visited now and then only, to save data.
    pub visited: bool,
}

impl Peer {
    /// Leaves a relay. What it holds and this device does not is lost here, and
    /// nothing else: what it was known to hold is given to the others as before,
    /// and a relay that is added again goes on from where it was.
    pub fn remove_relay(&mut self, relay: usize, now: Millis) {
        // So that nothing stays open.
        self.step(relay, In::GoOffline, now);
        while self.take_more() {}
        if let Some(place) = self.carriers.get_mut(relay) {
            *place = None;
            self.state_changed();
        }
    }

    /// The person asks to try every relay at once, also those that refused. A
    /// following tab asks the leading one.
    pub fn retry(&mut self, now: Millis) {
        if !self.leads {
            self.tell(&Frame::Retry);
            return;
        }
        for relay in 0..self.carriers.len() {
            self.relay(relay, In::RetryNow, now);
        }
        self.tick(now);
    }

    /// How each relay is, by its number.
    pub fn relays(&self) -> impl Iterator<Item = (usize, CarrierState)> {
        let logs = self.replica.logs();
        let numbered = self.carriers.iter().enumerate();
        numbered.filter_map(move |(relay, carrier)| {
            let carrier = carrier.as_ref()?;
            let flying = carrier.flying.values().flatten();
            let flying: u32 = flying.map(|span| span.last - span.first + 1).sum();
            let lacks = logs.iter().map(|log| {
                let promised = carrier.promised.count(&log.device, log.head());
                log.head().saturating_sub(promised)
            });
            let waiting = lacks.sum::<u32>() + flying;
            let state = CarrierState {
                waiting,
                visited: self.visits_only(),
                ..carrier.state
            };
            Some((relay, state))
        })
    }
}
