//! A relay within one process, for tests and for trying things out: several
//! machines share a [`Hub`]. It keeps the whole contract without any request.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use sha2::{Digest, Sha256};

use super::framing::Position;
use super::mailbox::MAX_RECORD;
use super::{Ack, Caps, In, Out, RecordId, Relay, Status, Stores, Trouble};
use crate::sorted::Set;

/// How often a connected machine looks for new records, in milliseconds.
const LOOK: u64 = 100;

#[derive(Debug, Default)]
struct Held {
    records: Vec<Vec<u8>>,
    names: Set<RecordId>,
    /// After each number of records; the first is of none.
    positions: Vec<Position>,
    trouble: Option<Trouble>,
}

impl Held {
    fn position(&self, count: usize) -> Option<Position> {
        match count {
            0 => Some(Position::default()),
            n => self.positions.get(n - 1).copied(),
        }
    }

    fn append(&mut self, bytes: Vec<u8>) -> RecordId {
        let hash = Sha256::digest(&bytes).into();
        let id = RecordId::of_hash(&hash);
        if self.names.insert(id) {
            let mut position = self.positions.last().copied().unwrap_or_default();
            position.push(&hash);
            self.positions.push(position);
            self.records.push(bytes);
        }
        id
    }
}

/// The records that machines share. Cloning it gives the same hub.
#[derive(Clone, Debug, Default)]
pub struct Hub(Rc<RefCell<Held>>);

impl Hub {
    /// A machine on this hub, from the cursor that was persisted last.
    pub fn connect(&self, cursor: Option<&[u8]>) -> MemoryRelay {
        MemoryRelay {
            hub: self.clone(),
            at: cursor.and_then(Position::from_cursor).unwrap_or_default(),
            wanted: false,
            status: None,
            caught_up: false,
            queue: VecDeque::new(),
        }
    }

    /// Forgets every record, as a relay does whose disk was wiped.
    pub fn wipe(&self) {
        let mut held = self.0.borrow_mut();
        let trouble = held.trouble;
        *held = Held::default();
        held.trouble = trouble;
    }

    /// From now on the hub answers with this trouble, or works again.
    pub fn fail(&self, trouble: Option<Trouble>) {
        self.0.borrow_mut().trouble = trouble;
    }
}

/// A machine on a [`Hub`].
#[derive(Debug)]
pub struct MemoryRelay {
    hub: Hub,
    at: Position,
    wanted: bool,
    status: Option<Status>,
    caught_up: bool,
    queue: VecDeque<Vec<u8>>,
}

impl MemoryRelay {
    fn say(&mut self, status: Status, out: &mut Vec<Out>) {
        if self.status != Some(status) {
            self.status = Some(status);
            out.push(Out::Status(status));
        }
    }

    fn down(&mut self, why: Trouble, now: u64, out: &mut Vec<Out>) {
        self.caught_up = false;
        if why == Trouble::Denied {
            self.wanted = false;
            self.say(Status::Refused { why }, out);
            out.push(Out::WakeAt(None));
        } else {
            let retry_at = Some(now.saturating_add(LOOK));
            self.say(Status::Offline { retry_at, why }, out);
            out.push(Out::WakeAt(retry_at));
        }
    }

    fn exchange(&mut self, now: u64, out: &mut Vec<Out>) {
        let hub = self.hub.clone();
        let mut held = hub.0.borrow_mut();
        if let Some(why) = held.trouble {
            return self.down(why, now, out);
        }
        self.say(Status::Online, out);
        let count = usize::try_from(self.at.count).ok();
        if count.and_then(|count| held.position(count)) != Some(self.at) {
            self.at = Position::default();
            self.caught_up = false;
            out.push(Out::StartOver);
            out.push(Out::Cursor(self.at.to_cursor()));
        }
        if !self.queue.is_empty() {
            let acked = self.queue.drain(..).map(|record| held.append(record));
            out.push(Out::Acked(acked.collect()));
        }
        let known = usize::try_from(self.at.count).unwrap_or(usize::MAX);
        let news = held.records.get(known..).unwrap_or_default();
        for bytes in news {
            let id = RecordId::of(bytes);
            let bytes = bytes.clone();
            out.push(Out::Record { id, bytes });
        }
        if !news.is_empty() {
            self.at = held.positions.last().copied().unwrap_or_default();
            out.push(Out::Cursor(self.at.to_cursor()));
        }
        if !news.is_empty() || !self.caught_up {
            self.caught_up = true;
            out.push(Out::CaughtUp);
        }
        out.push(Out::WakeAt(Some(now.saturating_add(LOOK))));
    }
}

impl Relay for MemoryRelay {
    fn caps(&self) -> Caps {
        Caps {
            stores: Stores::ForAWhile,
            live: true,
            removes: false,
            max_record: MAX_RECORD,
            ack: Ack::Received,
        }
    }

    fn step(&mut self, input: In, now: u64, out: &mut Vec<Out>) {
        let refused = matches!(self.status, Some(Status::Refused { .. }));
        match input {
            In::Online if refused => {}
            In::Online | In::RetryNow => {
                self.wanted = true;
                if self.status != Some(Status::Online) {
                    self.say(Status::Connecting, out);
                }
            }
            In::GoOffline => {
                self.wanted = false;
                self.caught_up = false;
                let (retry_at, why) = (None, Trouble::NoNetwork);
                self.say(Status::Offline { retry_at, why }, out);
                out.push(Out::WakeAt(None));
            }
            In::Publish(bytes) => {
                let id = RecordId::of(&bytes);
                match bytes.len() {
                    0 => out.push(Out::Rejected {
                        id,
                        why: Trouble::NotTaken(400),
                    }),
                    n if n > MAX_RECORD => out.push(Out::Rejected {
                        id,
                        why: Trouble::TooLarge,
                    }),
                    _ => self.queue.push_back(bytes),
                }
            }
            _ => {}
        }
        if self.wanted {
            self.exchange(now, out);
        }
    }
}
