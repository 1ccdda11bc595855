//! A network of relays that loses, delays, repeats and parts.

mod socket;

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use postil_core::id::Millis;
use postil_core::relay::{In, Method};

use self::socket::Sockets;
use crate::document::SimDocument;
use crate::mailbox::SimMailbox;
use crate::random::Random;

/// How bad the network is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    /// How many requests of a hundred get lost, and as many answers.
    pub loss: u64,
    /// How many requests and answers of a hundred come twice.
    pub duplicates: u64,
    /// How many answers of a hundred are errors of the server.
    pub errors: u64,
    /// How many writes of a hundred are acknowledged and thrown away.
    pub lies: u64,
    /// The longest a request or an answer takes, in milliseconds.
    pub delay: Millis,
}

/// One tab's line to one relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The device's number.
    pub device: usize,
    /// The tab's number, which is never used again.
    pub tab: u64,
    /// The relay's number.
    pub relay: usize,
}

/// A request on its way.
#[derive(Debug, Clone)]
pub struct Request {
    /// Whose it is.
    pub line: Line,
    /// The number to answer with.
    pub req: u32,
    /// What is asked.
    pub method: Method,
    /// Of whom.
    pub url: String,
    /// With this.
    pub body: Vec<u8>,
}

/// What the network delivers.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// A request reaches its relay.
    Request(Request),
    /// Something reaches a tab.
    Input(Line, In),
    /// What a tab sent over its socket of this number reaches the relay.
    Message(Line, u64, Vec<u8>),
    /// Something comes over a tab's socket of this number.
    Told(Line, u64, In),
}

/// Relays and the ways to them.
#[derive(Debug)]
pub struct SimNet {
    /// The relays that are mailboxes; their numbers come first.
    pub relays: Vec<SimMailbox>,
    /// The relays that are documents.
    pub documents: Vec<SimDocument>,
    /// How bad things are now.
    pub faults: Faults,
    /// How many requests, answers, messages and wake-ups were sent.
    pub sent: Cell<usize>,
    parted: BTreeSet<(usize, usize)>,
    streams: BTreeMap<Line, u64>,
    sockets: Sockets,
    opened: u64,
}

impl SimNet {
    /// So many mailboxes and so many documents without any fault.
    pub fn new(relays: usize, documents: usize) -> Self {
        SimNet {
            relays: (0..relays).map(|_| SimMailbox::default()).collect(),
            documents: (0..documents).map(|_| SimDocument::default()).collect(),
            sockets: Sockets::default(),
            faults: Faults::default(),
            sent: Cell::new(0),
            parted: BTreeSet::new(),
            streams: BTreeMap::new(),
            opened: 0,
        }
    }

    /// The address of each relay, in the order of their numbers.
    pub fn urls(&self) -> Vec<String> {
        let mailboxes = self.relays.iter().map(|_| "https");
        let schemes = mailboxes.chain(self.documents.iter().map(|_| "wss"));
        let numbered = schemes.enumerate();
        numbered
            .map(|(relay, scheme)| format!("{scheme}://relay-{relay}.example"))
            .collect()
    }

    /// Cuts or joins the way between a device and a relay.
    pub fn part(&mut self, device: usize, relay: usize, parted: bool) {
        if parted {
            self.parted.insert((device, relay));
            self.streams
                .retain(|line, _| (line.device, line.relay) != (device, relay));
            self.sockets
                .retain(|line| (line.device, line.relay) != (device, relay));
        } else {
            self.parted.remove(&(device, relay));
        }
    }

    fn is_parted(&self, line: &Line) -> bool {
        self.parted.contains(&(line.device, line.relay))
    }

    fn delay(&self, random: &mut Random) -> Millis {
        1 + random.below(self.faults.delay)
    }

    /// Sends something: it comes never, once or twice, each after its own
    /// delay.
    fn send(&self, random: &mut Random, what: &Delivery, out: &mut Vec<(Millis, Delivery)>) {
        let line = match what {
            Delivery::Request(request) => &request.line,
            Delivery::Input(line, _) | Delivery::Message(line, ..) | Delivery::Told(line, ..) => {
                line
            }
        };
        self.sent.update(|sent| sent + 1);
        if self.is_parted(line) || random.percent(self.faults.loss) {
            return;
        }
        out.push((self.delay(random), what.clone()));
        if random.percent(self.faults.duplicates) {
            out.push((self.delay(random), what.clone()));
        }
    }

    /// A tab makes a request. What is lost on the way fails at once, later or
    /// never, like a connection that is refused, breaks or hangs.
    pub fn request(
        &mut self,
        random: &mut Random,
        request: Request,
        out: &mut Vec<(Millis, Delivery)>,
    ) {
        let (line, req) = (request.line, request.req);
        let before = out.len();
        self.send(random, &Delivery::Request(request), out);
        if out.len() == before && random.percent(80) {
            let failed = Delivery::Input(line, In::Failed { req });
            out.push((self.delay(random), failed));
        }
    }

    /// A request reaches its relay.
    pub fn arrive(
        &mut self,
        random: &mut Random,
        request: Request,
        out: &mut Vec<(Millis, Delivery)>,
    ) {
        let Request {
            line,
            req,
            method,
            url,
            body,
        } = request;
        if self.is_parted(&line) {
            return;
        }
        let lies = method == Method::Post && random.percent(self.faults.lies);
        let fails = random.percent(self.faults.errors);
        let Some(relay) = self.relays.get_mut(line.relay) else {
            return;
        };
        let before = relay.head();
        let (status, body, retry_after) = match () {
            () if fails && random.percent(50) => (503, Vec::new(), None),
            () if fails => (429, Vec::new(), Some(1_000 + random.below(3_000))),
            () if lies => {
                let (status, body) = relay.lie(&body);
                (status, body, None)
            }
            () => {
                let (status, body) = relay.answer(method, &url, &body);
                (status, body, None)
            }
        };
        if relay.head() > before {
            self.wake(random, line.relay, out);
        }
        let answered = out.len();
        let input = In::Response {
            req,
            status,
            retry_after,
            body,
        };
        self.send(random, &Delivery::Input(line, input), out);
        if out.len() == answered && random.percent(80) {
            let failed = Delivery::Input(line, In::Failed { req });
            out.push((self.delay(random), failed));
        }
    }

    /// A tab opens the stream of wake-ups. Gives the stream's number if that
    /// worked.
    pub fn open_stream(
        &mut self,
        random: &mut Random,
        line: Line,
        out: &mut Vec<(Millis, Delivery)>,
    ) -> Option<u64> {
        if self.is_parted(&line) || random.percent(self.faults.loss) {
            out.push((self.delay(random), Delivery::Input(line, In::StreamClosed)));
            return None;
        }
        self.opened += 1;
        self.streams.insert(line, self.opened);
        self.say_head(random, line, out);
        Some(self.opened)
    }

    /// A tab closes its stream, or is gone.
    pub fn close_stream(&mut self, line: &Line) {
        self.streams.remove(line);
    }

    /// Whether a tab has a stream or a socket open to a relay.
    pub fn is_open(&self, line: &Line) -> bool {
        self.streams.contains_key(line) || self.sockets.is_open(line)
    }

    /// Everything a tab had open is gone with it.
    pub fn hang_up(&mut self, device: usize, tab: u64) {
        self.streams
            .retain(|line, _| (line.device, line.tab) != (device, tab));
        self.sockets
            .retain(|line| (line.device, line.tab) != (device, tab));
    }

    /// The sign of life of a stream. Says whether the stream still is.
    pub fn beat(
        &mut self,
        random: &mut Random,
        line: Line,
        stream: u64,
        out: &mut Vec<(Millis, Delivery)>,
    ) -> bool {
        let is = self.streams.get(&line) == Some(&stream);
        if is {
            self.say_head(random, line, out);
        }
        is
    }

    fn wake(&mut self, random: &mut Random, relay: usize, out: &mut Vec<(Millis, Delivery)>) {
        let lines: Vec<Line> = self.streams.keys().copied().collect();
        for line in lines.into_iter().filter(|line| line.relay == relay) {
            self.say_head(random, line, out);
        }
    }

    /// A relay's records changed behind its own back.
    pub fn changed(
        &mut self,
        random: &mut Random,
        relay: usize,
        out: &mut Vec<(Millis, Delivery)>,
    ) {
        self.wake(random, relay, out);
    }

    fn say_head(&mut self, random: &mut Random, line: Line, out: &mut Vec<(Millis, Delivery)>) {
        // A stream does not lose single events: it breaks, or goes silent.
        if random.percent(self.faults.loss / 4) {
            self.streams.remove(&line);
            if random.percent(50) {
                out.push((self.delay(random), Delivery::Input(line, In::StreamClosed)));
            }
            return;
        }
        self.sent.update(|sent| sent + 1);
        let head = self.relays.get(line.relay).map_or(0, SimMailbox::head);
        let event = In::StreamEvent(head.to_string());
        out.push((self.delay(random), Delivery::Input(line, event)));
    }
}
