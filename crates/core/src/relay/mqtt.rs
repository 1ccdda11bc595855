//! MQTT over a WebSocket: version 5, or 3.1.1 with servers that know no other.
//! Each record is a message that the server keeps,
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
mod properties;
mod reading;
#[cfg(test)]
mod tests;
mod writing;

use std::collections::VecDeque;

use self::packet::{Message, Packet, Stream, Version};
use self::properties::{Limits, trouble};
use self::reading::Reading;
use self::writing::DOUBT_AFTER;
use super::address::{Address, take_parameter};
use super::mailbox::MAX_RECORD;
use super::shell::{Dialogue, Line, Shell};
use super::{Ack, Caps, OpenError, Opening, Protocol, RecordId, Stores, Trouble};
use crate::id::from_base64url;
use crate::sorted::{Map, Set};

pub(super) const PROTOCOL: Protocol = Protocol {
    schemes: &["wss+mqtt", "ws+mqtt"],
    open: |opening| {
        let address = Address::read(opening.url)?;
        let (url, version) = take_parameter(&address.url, "version")?;
        let version = match version.as_deref() {
            None => None,
            Some("3.1.1") => Some(Version::Three),
            Some("5") => Some(Version::Five),
            Some(_) => return Err(OpenError::BadUrl),
        };
        let mqtt = Box::new(Mqtt::new(&opening, &address, version));
        Ok(Box::new(Shell::new(&opening, url, &["mqtt"], mqtt)))
    },
};

/// After this many seconds without a word the server may leave.
const KEEP_ALIVE: u16 = 60;
/// So it is greeted this often, in milliseconds, or as often as it wants.
const PING_EVERY: u64 = 30_000;
/// Everything is read again at most this often because something was deleted,
/// in milliseconds.
const READ_AGAIN: u64 = 10_000;

/// The dialogue.
struct Mqtt {
    version: Version,
    /// Whether the address says which version it is.
    is_fixed: bool,
    /// What the server says of itself.
    limits: Limits,
    user: Option<String>,
    password: Option<String>,
    /// `postil/`, the mailbox, `/`.
    prefix: String,
    /// Where marks go.
    marks: String,
    bytes: Stream,
    /// Whether something was said that the server has not answered at all.
    is_unheard: bool,
    is_welcome: bool,
    pinged: bool,
    ping_at: u64,
    number: u16,
    reading: Option<Reading>,
    /// When everything was read last, and whether it has to be read again.
    read_at: u64,
    is_lost: bool,
    /// Which packet on its way carries which record, or a mark.
    flying: Map<u16, Option<RecordId>>,
    /// What is sent when the server has taken some of those.
    later: VecDeque<(u16, Option<RecordId>, Vec<u8>)>,
    /// What the server took and did not give back yet.
    doubtful: Set<RecordId>,
    /// When the doubtful are looked for.
    doubt_at: Option<u64>,
    /// The mark that comes after the doubtful, and which those are.
    doubting: Option<(u32, Set<RecordId>)>,
    mark: u32,
}

impl Mqtt {
    fn new(opening: &Opening<'_>, address: &Address, version: Option<Version>) -> Self {
        Mqtt {
            version: version.unwrap_or_default(),
            is_fixed: version.is_some(),
            limits: Limits::default(),
            user: address.user.clone(),
            password: address.password.clone(),
            prefix: ["postil/", opening.mailbox, "/"].concat(),
            marks: String::new(),
            bytes: Stream::default(),
            is_unheard: false,
            is_welcome: false,
            pinged: false,
            ping_at: 0,
            number: 0,
            reading: None,
            read_at: 0,
            is_lost: false,
            flying: Map::new(),
            later: VecDeque::new(),
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

    /// How often the server is greeted, in milliseconds.
    fn ping_every(&self) -> u64 {
        let wanted = self.limits.keep_alive.filter(|it| *it > 0);
        let wanted = wanted.map_or(PING_EVERY, |it| u64::from(it) * 500);
        wanted.min(PING_EVERY)
    }

    fn ping(&mut self, line: &mut Line) {
        if !self.pinged {
            self.pinged = true;
            line.send(packet::ping());
        }
    }

    fn said(&mut self, packet: Packet, line: &mut Line) {
        match packet {
            Packet::Welcome(0, limits) => {
                if limits.is_unfit || limits.at_once == Some(0) {
                    return line.refuse(Trouble::KeepsNothing);
                }
                self.limits = limits;
                self.is_welcome = true;
                self.ping_at = line.now().saturating_add(self.ping_every());
                line.up();
                self.read_everything(line);
            }
            // It does not speak this version.
            Packet::Welcome(1 | 132, _) if self.version == Version::Five && !self.is_fixed => {
                self.version = Version::Three;
                line.begin_anew();
            }
            Packet::Welcome(code, _) | Packet::Left(code) => leave(code, line),
            Packet::Subscribed(codes) => match codes.first() {
                Some(0x80) => line.refuse(Trouble::Denied),
                Some(code @ 0x81..) => leave(*code, line),
                _ => {}
            },
            Packet::Taken(number, code @ 0x80..) => {
                if let Some(Some(id)) = self.flying.remove(&number) {
                    let (Ok(why) | Err(why)) = trouble(code);
                    line.reject(
                        id,
                        match why {
                            Trouble::NotARelay(code) | Trouble::Server(code) => {
                                Trouble::NotTaken(code)
                            }
                            why => why,
                        },
                    );
                }
                self.send_on(line);
            }
            Packet::Taken(number, _) => {
                if let Some(Some(id)) = self.flying.remove(&number)
                    && !line.records.holds(&id)
                {
                    self.doubtful.insert(id);
                    let at = line.now().saturating_add(DOUBT_AFTER);
                    self.doubt_at = self.doubt_at.or(Some(at));
                }
                self.send_on(line);
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
}

/// The server says no, or leaves.
fn leave(code: u8, line: &mut Line) {
    match trouble(code) {
        Ok(why) => line.fail(why),
        Err(why) => line.refuse(why),
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
        // One that does not speak this version may leave without a word.
        if self.is_unheard && !self.is_fixed {
            self.version = match self.version {
                Version::Three => Version::Five,
                Version::Five => Version::Three,
            };
        }
        self.is_unheard = true;
        let (user, password) = (self.user.as_deref(), self.password.as_deref());
        let hello = packet::connect(self.version, &client, KEEP_ALIVE, user, password);
        line.send(hello);
        self.marks = ["postil/mark/", &client].concat();
        self.bytes = Stream::new(self.version);
        self.limits = Limits::default();
        self.is_welcome = false;
        self.pinged = false;
        self.ping_at = line.now().saturating_add(PING_EVERY);
        self.reading = None;
        self.is_lost = false;
        self.flying = Map::new();
        self.later.clear();
        self.doubtful = Set::new();
        self.doubt_at = None;
        self.doubting = None;
    }

    fn take(&mut self, message: &[u8], line: &mut Line) {
        let held = line.records.held();
        self.is_unheard = false;
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
        self.ping_at = line.now().saturating_add(self.ping_every());
    }

    fn is_waiting(&self) -> bool {
        let carries = self.flying.values().any(Option::is_some);
        self.pinged || !self.is_settled() || carries
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
