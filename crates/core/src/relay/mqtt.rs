//! MQTT 3.1.1 over a WebSocket. Each record is a message that the server keeps,
//! under a topic of its own: `postil/`, the mailbox, the first letter of the
//! record's name, and the name. So nobody's record takes the place of
//! another's, and a record that two devices hand over is there once.
//! `docs/relays.md` says what that is good for.
//!
//! A server of MQTT does not say when it has sent everything, what it lost, or
//! whether it threw a message away. So:
//! - everything is read on each connection, and a record that was there before
//!   and is missing makes the machine start over;
//! - the end is known by a mark, a message to oneself that comes after it;
//! - a record is acknowledged when it comes back, which says more than the
//!   server's acknowledgement, given also for what one is not allowed to write.

mod packet;
mod reading;
#[cfg(test)]
mod tests;

use self::packet::{Message, Packet, Stream};
use self::reading::Reading;
use super::address::Address;
use super::mailbox::MAX_RECORD;
use super::shell::{Dialogue, Line, Shell};
use super::{Ack, Caps, Opening, Protocol, RecordId, Stores, Trouble};
use crate::id::{base64url, from_base64url};
use crate::sorted::{Map, Set};

pub(super) const PROTOCOL: Protocol = Protocol {
    schemes: &["wss+mqtt", "ws+mqtt"],
    open: |opening| {
        let address = Address::read(opening.url)?;
        let mqtt = Box::new(Mqtt::new(&opening, &address));
        Ok(Box::new(Shell::new(&opening, address.url, &["mqtt"], mqtt)))
    },
};

/// How many records may be on their way at once: servers keep few back.
const MAX_FLYING: usize = 16;
/// And how many bytes of them: mosquitto 2.0 takes six seconds for a record of
/// the largest size.
const MAX_FLYING_BYTES: usize = 64 * 1024;
/// After this many seconds without a word the server may leave.
const KEEP_ALIVE: u16 = 60;
/// So it is greeted this often, in milliseconds.
const PING_EVERY: u64 = 30_000;
/// A record that the server took and did not give back is looked for after this
/// time, in milliseconds.
const DOUBT_AFTER: u64 = 2_000;
/// Everything is read again at most this often because something was deleted,
/// in milliseconds.
const READ_AGAIN: u64 = 10_000;

/// The dialogue.
struct Mqtt {
    user: Option<String>,
    password: Option<String>,
    /// `postil/`, the mailbox, `/`.
    prefix: String,
    /// Where marks go.
    marks: String,
    bytes: Stream,
    is_welcome: bool,
    pinged: bool,
    ping_at: u64,
    number: u16,
    reading: Option<Reading>,
    /// When everything was read last, and whether it has to be read again.
    read_at: u64,
    is_lost: bool,
    /// Which packet carries which record.
    flying: Map<u16, RecordId>,
    /// What the server took and did not give back yet.
    doubtful: Set<RecordId>,
    /// When the doubtful are looked for.
    doubt_at: Option<u64>,
    /// The mark that comes after the doubtful, and which those are.
    doubting: Option<(u32, Set<RecordId>)>,
    mark: u32,
}

impl Mqtt {
    fn new(opening: &Opening<'_>, address: &Address) -> Self {
        Mqtt {
            user: address.user.clone(),
            password: address.password.clone(),
            prefix: ["postil/", opening.mailbox, "/"].concat(),
            marks: String::new(),
            bytes: Stream::default(),
            is_welcome: false,
            pinged: false,
            ping_at: 0,
            number: 0,
            reading: None,
            read_at: 0,
            is_lost: false,
            flying: Map::new(),
            doubtful: Set::new(),
            doubt_at: None,
            doubting: None,
            mark: 0,
        }
    }

    /// A number that no packet has which waits for an answer.
    fn number(&mut self) -> u16 {
        self.number = self.number.checked_add(1).unwrap_or(1);
        self.number
    }

    /// Sends a mark; returns its number.
    fn send_mark(&mut self, line: &mut Line) -> u32 {
        self.mark = self.mark.wrapping_add(1);
        let payload = self.mark.to_be_bytes();
        line.send(packet::publish(self.number(), &self.marks, &payload, false));
        self.mark
    }

    fn ping(&mut self, line: &mut Line) {
        if !self.pinged {
            self.pinged = true;
            line.send(packet::ping());
        }
    }

    fn said(&mut self, packet: Packet, line: &mut Line) {
        match packet {
            Packet::Welcome(0) => {
                self.is_welcome = true;
                line.up();
                self.read_everything(line);
            }
            Packet::Welcome(3) => line.fail(Trouble::Server(3)),
            // The name and password are wrong, or this user may not come in.
            Packet::Welcome(4 | 5 | 134 | 135) => line.refuse(Trouble::Denied),
            Packet::Welcome(code) => line.refuse(Trouble::NotARelay(code.into())),
            Packet::Subscribed(codes) => {
                if codes.first() == Some(&0x80) {
                    line.refuse(Trouble::Denied);
                }
            }
            Packet::Taken(number) => {
                if let Some(id) = self.flying.remove(&number)
                    && !line.records.holds(&id)
                {
                    self.doubtful.insert(id);
                    let at = line.now().saturating_add(DOUBT_AFTER);
                    self.doubt_at = self.doubt_at.or(Some(at));
                }
            }
            Packet::Message(message) => {
                if let Some(number) = message.number {
                    line.send(packet::taken(number));
                }
                self.arrived(message, line);
            }
            Packet::Pong => {
                self.pinged = false;
                if let Some(reading) = &mut self.reading {
                    reading.is_quiet(line.now());
                }
                if self.doubting.is_some() {
                    self.doubt_at = Some(line.now().saturating_add(DOUBT_AFTER));
                }
            }
            Packet::Other => {}
        }
    }

    fn arrived(&mut self, message: Message, line: &mut Line) {
        if message.topic == self.marks {
            let mark = message.payload.try_into().map(u32::from_be_bytes);
            return self.marked(mark.unwrap_or(0), line);
        }
        let name = message.topic.strip_prefix(&self.prefix);
        let name = name.and_then(|it| it.split_once('/')).map(|(_, name)| name);
        let id: Option<[u8; 16]> = name.and_then(|it| from_base64url(it)?.try_into().ok());
        let Some(id) = id.map(RecordId) else {
            return;
        };
        if let Some(reading) = &mut self.reading {
            reading.heard(line.now());
        }
        if self.doubting.is_some() && self.doubt_at.is_some() {
            self.doubt_at = Some(line.now().saturating_add(DOUBT_AFTER));
        }
        // What has another name than it should is none, and took its place.
        if message.payload.len() > MAX_RECORD || RecordId::of(&message.payload) != id {
            self.is_lost |= line.records.holds(&id);
            return;
        }
        self.doubtful.remove(&id);
        if let Some(reading) = &mut self.reading {
            reading.found.insert(id);
        }
        line.arrived(id, message.payload);
    }

    /// A mark came back: so did everything that was sent before it.
    fn marked(&mut self, mark: u32, line: &mut Line) {
        if let Some((expected, doubtful)) = &self.doubting
            && *expected == mark
        {
            let lost: Vec<RecordId> = doubtful.iter().copied().collect();
            self.doubting = None;
            self.give_up(&lost, line);
        }
        self.read_on(mark, line);
    }

    /// The server took these, and nobody gets them.
    fn give_up(&mut self, lost: &[RecordId], line: &mut Line) {
        for id in lost {
            if self.doubtful.remove(id) {
                line.reject(*id, Trouble::Denied);
            }
        }
        self.doubt_at = match self.doubtful.is_empty() {
            true => None,
            false => Some(line.now().saturating_add(DOUBT_AFTER)),
        };
    }

    /// Looks for what the server took and did not give back.
    fn doubt(&mut self, line: &mut Line) {
        if self.doubt_at.is_none_or(|at| at > line.now()) {
            return;
        }
        if self.doubtful.is_empty() {
            self.doubt_at = None;
        } else if let Some((_, doubtful)) = self.doubting.take() {
            // The server has answered since, and not even the mark came.
            let lost: Vec<RecordId> = doubtful.iter().copied().collect();
            self.give_up(&lost, line);
        } else if self.pinged {
            self.doubt_at = Some(line.now().saturating_add(DOUBT_AFTER));
        } else {
            let mark = self.send_mark(line);
            self.ping(line);
            self.doubting = Some((mark, self.doubtful.clone()));
            self.doubt_at = None;
        }
    }

    fn publish(&mut self, line: &mut Line) {
        while line.records.flying() < MAX_FLYING && line.records.flying_bytes() < MAX_FLYING_BYTES {
            let number = self.number();
            let Some(waiting) = line.records.send_next() else {
                return;
            };
            let name = base64url(&waiting.id.0);
            let first = name.get(..1).unwrap_or_default();
            let topic = [&self.prefix, first, "/", &name].concat();
            let packet = packet::publish(number, &topic, &waiting.bytes, true);
            self.flying.insert(number, waiting.id);
            line.send(packet);
        }
    }
}

impl Dialogue for Mqtt {
    fn caps(&self) -> Caps {
        Caps {
            stores: Stores::ForAWhile,
            live: true,
            removes: false,
            max_record: MAX_RECORD,
            ack: Ack::Received,
        }
    }

    fn begin(&mut self, line: &mut Line) {
        let random = line.random(u64::MAX - 1).to_le_bytes();
        let digits = random.iter().flat_map(|it| [it >> 4, it & 15]);
        let digits = digits.filter_map(|it| char::from_digit(it.into(), 16));
        // Longer names, or other letters, need not be taken.
        let client = ["postil", &digits.collect::<String>()].concat();
        let (user, password) = (self.user.as_deref(), self.password.as_deref());
        line.send(packet::connect(&client, KEEP_ALIVE, user, password));
        self.marks = ["postil/mark/", &client].concat();
        self.bytes = Stream::default();
        self.is_welcome = false;
        self.pinged = false;
        self.ping_at = line.now().saturating_add(PING_EVERY);
        self.reading = None;
        self.is_lost = false;
        self.flying = Map::new();
        self.doubtful = Set::new();
        self.doubt_at = None;
        self.doubting = None;
    }

    fn take(&mut self, message: &[u8], line: &mut Line) {
        let held = line.records.held();
        match self.bytes.take(message) {
            Ok(packets) => {
                for packet in packets {
                    if line.is_open() {
                        self.said(packet, line);
                    }
                }
            }
            Err(why) => line.fail(Trouble::BadAnswer(why)),
        }
        if self.is_settled() && line.is_open() && line.records.held() > held {
            line.caught_up(None);
        }
    }

    fn turn(&mut self, line: &mut Line) {
        if !self.is_welcome {
            return;
        }
        if self.ping_at <= line.now() {
            self.check(line);
        }
        self.insist(line);
        self.doubt(line);
        if self.is_settled() {
            let again = self.read_at.saturating_add(READ_AGAIN);
            if self.is_lost && again <= line.now() {
                self.read_everything(line);
            } else {
                self.publish(line);
            }
        }
    }

    fn check(&mut self, line: &mut Line) {
        self.ping(line);
        self.ping_at = line.now().saturating_add(PING_EVERY);
    }

    fn is_waiting(&self) -> bool {
        self.pinged || !self.is_settled() || !self.flying.is_empty()
    }

    fn is_settled(&self) -> bool {
        self.is_welcome && self.reading.is_none()
    }

    fn next(&self) -> Option<u64> {
        let again = self.read_at.saturating_add(READ_AGAIN);
        let insist = self.reading.as_ref().and_then(Reading::insists_at);
        let times = [
            Some(self.ping_at),
            self.doubt_at,
            insist,
            Some(again).filter(|_| self.is_lost && self.reading.is_none()),
        ];
        times.into_iter().flatten().min()
    }
}
