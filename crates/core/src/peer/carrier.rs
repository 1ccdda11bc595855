//! A relay as a peer sees it: what it holds, what it still needs, how it is.

use super::joining::Listing;
use super::relays::CarrierState;
use super::{Effect, Peer};
use crate::coverage::Coverage;
use crate::id::{DeviceId, Millis};
#[cfg(doc)]
use crate::relay;
use crate::relay::cover::is_cover;
use crate::relay::{In, Open, OpenError, Opening, Out, RecordId, Relay, Status, Url};
use crate::replica::Span;
use crate::sorted::{Map, Set};
use crate::tabs::span;
use crate::wire::bytes::{Reader, put_bytes};

/// One relay.
pub(super) struct Carrier {
    url: Url,
    pub(super) machine: Box<dyn Relay>,
    /// What it was seen to hold.
    holds: Coverage,
    /// The same, and what was handed to it and not yet seen again.
    pub(super) promised: Coverage,
    /// Forks whose proof was handed to it, by where they begin.
    pub(super) proved: Set<(DeviceId, u32)>,
    pub(super) flying: Map<RecordId, Vec<Span>>,
    pub(super) state: CarrierState,
    pub(super) listing: Listing,
    /// It is left alone until the next visit.
    pub(super) left: bool,
    pub(super) heal_at: Option<Millis>,
}

impl std::fmt::Debug for Carrier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Carrier")
            .field("url", &self.url)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Carrier {
    /// When it is given what others have and it lacks, or there is something to
    /// do with its list.
    pub(super) fn next(&self) -> Option<Millis> {
        let alarms = self.listing.alarms().into_iter().chain([self.heal_at]);
        alarms.flatten().min()
    }

    /// Everything is to be given to it, as if it held nothing.
    pub(super) fn give_all(&mut self, now: Millis) {
        self.promised = Coverage::default();
        self.proved.clear();
        self.heal_at = Some(now);
    }

    /// Forgets what was acknowledged and not seen. What was handed over and not
    /// acknowledged still waits in the machine.
    fn trust_only_holdings(&mut self) {
        self.promised = self.holds.clone();
        for span in self.flying.values().flatten() {
            self.promised.add(span);
        }
    }
}

impl Peer {
    /// Adds a relay. `kept` is what [`Effect::Save`] last stored under
    /// [`relay_key`].
    ///
    /// `open` makes the machine ([`relay::open`], if every protocol is at hand),
    /// and `first` is what it is told first: [`In::Online`], or [`In::GoOffline`].
    ///
    /// # Errors
    /// When the address is not one of a relay.
    pub fn add_relay(
        &mut self,
        url: &Url,
        kept: Option<&[u8]>,
        open: Open,
        first: In,
        now: Millis,
    ) -> Result<usize, OpenError> {
        let (cursor, holds) = kept.and_then(read_kept).unwrap_or_default();
        // What was there once and is lost here has to be read again.
        let all_here = self.replica.logs().have(&holds);
        let (cursor, holds) = match all_here {
            true => (cursor, holds),
            false => Default::default(),
        };
        self.acknowledge_held(&holds);
        let mailbox = self.replica.logs().room.mailbox();
        let seed = self.random(u64::MAX);
        let cursor = Some(&cursor[..]).filter(|cursor| !cursor.is_empty());
        let listing = Listing::new(cursor.is_none());
        let machine = open(Opening {
            url: url.whole(),
            mailbox: &mailbox,
            cursor,
            seed,
        })?;
        let state = CarrierState {
            status: Status::Connecting,
            caught_up: false,
            rejected: None,
            contact: None,
            waiting: 0,
            visited: false,
        };
        let carrier = Carrier {
            url: url.clone(),
            machine,
            promised: holds.clone(),
            holds,
            proved: Set::new(),
            flying: Map::new(),
            state,
            listing,
            left: false,
            heal_at: None,
        };
        let free = self.carriers.iter().position(Option::is_none);
        let relay = free.unwrap_or(self.carriers.len());
        match self.carriers.get_mut(relay) {
            Some(place) => *place = Some(carrier),
            None => self.carriers.push(Some(carrier)),
        }
        self.relay(relay, first, now);
        Ok(relay)
    }

    /// Something happened at a relay, or is to happen: the network came back,
    /// the person asked to try again.
    pub fn relay(&mut self, relay: usize, input: In, now: Millis) {
        if matches!(input, In::Online | In::RetryNow) {
            self.visit(now);
        }
        self.step(relay, input, now);
        self.leave(now);
    }

    /// Has a relay's machine take a step.
    pub(super) fn step(&mut self, relay: usize, input: In, now: Millis) {
        if !self.leads {
            return;
        }
        let Some(carrier) = at(&mut self.carriers, relay) else {
            return;
        };
        if input == In::RetryNow {
            carrier.state.rejected = None;
            carrier.trust_only_holdings();
        }
        let mut said = Vec::new();
        carrier.machine.step(input, now, &mut said);
        self.arrived(relay, said, now);
    }

    /// Takes one thing that a relay's machine said.
    pub(super) fn relay_out(&mut self, relay: usize, out: Out, now: Millis) {
        let Some(carrier) = at(&mut self.carriers, relay) else {
            return;
        };
        if matches!(
            out,
            Out::Record { .. } | Out::CaughtUp | Out::Acked(_) | Out::Status(Status::Online)
        ) {
            carrier.state.contact = Some(now);
        }
        match out {
            Out::At(position) => carrier.listing.at(position),
            Out::Record { id, bytes } if is_cover(&bytes) => self.covered(relay, id, now),
            Out::Record { id, bytes } => {
                let from = carrier.url.clone();
                let admitted = self.replica.admit(&bytes);
                self.set_aside(from.public(), &admitted, &bytes);
                self.keep(&admitted);
                if let Some(carrier) = at(&mut self.carriers, relay) {
                    for span in &admitted.spans {
                        carrier.holds.add(span);
                        carrier.promised.add(span);
                    }
                }
                self.acknowledged(&admitted.spans);
                self.listed(relay, id, bytes.len(), &admitted);
            }
            Out::Cursor(_) if carrier.listing.is_in_doubt() => {}
            Out::Cursor(cursor) => {
                let mut kept = Vec::new();
                put_bytes(&mut kept, &cursor);
                carrier.holds.encode(&mut kept);
                let key = relay_key(&carrier.url);
                self.pending.values.retain(|(k, _)| *k != key);
                self.pending.values.push((key, Some(kept)));
            }
            Out::StartOver => {
                carrier.holds = Coverage::default();
                carrier.trust_only_holdings();
                carrier.proved.clear();
                carrier.state.caught_up = false;
                carrier.listing.start_over();
                self.effects.push_back(Effect::RelayChanged);
            }
            Out::CaughtUp => {
                let first = !carrier.state.caught_up;
                carrier.state.caught_up = true;
                // What it acknowledged and does not hold, it threw away.
                carrier.trust_only_holdings();
                // What came from here may be what other relays lack.
                self.heal_all(now);
                self.join_later(relay, now);
                if first {
                    self.state_changed();
                }
            }
            Out::Acked(ids) => {
                let spans: Vec<Span> = ids
                    .iter()
                    .filter_map(|id| carrier.flying.remove(id))
                    .flatten()
                    .collect();
                self.acknowledged(&spans);
            }
            Out::Rejected { id, why } => {
                for span in carrier.flying.remove(&id).into_iter().flatten() {
                    carrier.promised.remove(&span);
                }
                if !carrier.listing.give_up() {
                    carrier.state.rejected = Some(why);
                }
                self.state_changed();
            }
            Out::Status(status) => {
                if status != Status::Online {
                    // Nothing is taken on trust over a lost connection.
                    carrier.trust_only_holdings();
                    carrier.proved.clear();
                    carrier.listing.disconnected();
                    carrier.state.caught_up = false;
                }
                // One that was left is as it was found.
                if !carrier.left {
                    carrier.state.status = status;
                }
                self.state_changed();
            }
            Out::Request { .. }
            | Out::Abort { .. }
            | Out::OpenStream { .. }
            | Out::CloseStream
            | Out::OpenSocket { .. }
            | Out::SendBytes(_)
            | Out::SendText(_)
            | Out::CloseSocket
            | Out::WakeAt(_) => {
                self.effects.push_back(Effect::Relay { relay, out });
            }
        }
    }

    fn acknowledged(&mut self, spans: &[Span]) {
        let own = spans.iter().filter(|span| span.device == self.device);
        let held = own.flat_map(|span| self.outbox.range(span.first..=span.last));
        let held: Vec<u32> = held.copied().collect();
        self.no_longer_waiting(held);
        self.acknowledged_earlier(spans);
    }

    /// What a relay was known to hold when this tab opened.
    fn acknowledge_held(&mut self, holds: &Coverage) {
        let waiting = self.outbox.iter().copied();
        let held = waiting
            .filter(|seq| holds.has(&self.device, *seq))
            .collect();
        self.no_longer_waiting(held);
    }

    fn no_longer_waiting(&mut self, mut acknowledged: Vec<u32>) {
        acknowledged.retain(|seq| self.outbox.remove(seq));
        if !acknowledged.is_empty() {
            // The first events of a new log clear the outbox of the old one.
            if !self.own.begins_log() {
                self.pending.outbox_remove.extend(acknowledged);
            }
            self.state_changed();
        }
    }

    pub(super) fn state_changed(&mut self) {
        self.effects.push_back(Effect::RelayChanged);
    }
}

/// The relay of this number, unless it was removed.
pub(super) fn at(carriers: &mut [Option<Carrier>], relay: usize) -> Option<&mut Carrier> {
    carriers.get_mut(relay)?.as_mut()
}

/// What stands before an address in the name of what is kept.
const KEY: &str = "relay ";

/// Under which name a relay's cursor and coverage are kept. No credential is
/// part of it.
pub fn relay_key(url: &Url) -> String {
    [KEY, url.public()].concat()
}

/// Whether this names what an earlier version kept, which took the whole
/// address for it.
pub(super) fn has_credential(key: &str) -> bool {
    let url = key.strip_prefix(KEY);
    url.is_some_and(|url| relay_key(&Url::new(url)) != key)
}

fn read_kept(kept: &[u8]) -> Option<(Vec<u8>, Coverage)> {
    let mut reader = Reader::new(kept);
    let cursor = reader.bytes().ok()?.to_vec();
    let holds = Coverage::decode(&mut reader).ok()?;
    reader.end().ok()?;
    Some((cursor, holds))
}

pub(super) fn spans_of(record: &[u8], room: &crate::id::RoomId) -> Vec<Span> {
    let segments = crate::wire::record::unpack(record).unwrap_or_default();
    let decoded = segments
        .into_iter()
        .filter_map(|bytes| crate::wire::segment::Segment::decode(bytes, room).ok());
    decoded
        .map(|s| span(s.device, (s.first, s.last())))
        .collect()
}
