//! Sockets: what goes over one comes in order and once, until it breaks.

use std::collections::BTreeMap;

use postil_core::id::Millis;
use postil_core::relay::In;

use super::{Delivery, Line, SimNet};
use crate::document::{SimDocument, Turn};
use crate::random::Random;

/// The close code of a connection that broke.
const BROKEN: u16 = 1006;
/// The close code of a server that starts anew.
const RESTARTED: u16 = 1012;

/// The sockets that are open, as the relays see it.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    open: BTreeMap<Line, Socket>,
    opened: u64,
}

#[derive(Debug)]
struct Socket {
    number: u64,
    /// When what was sent last arrives, there and back.
    there: Millis,
    back: Millis,
    /// The relay has closed it, which the tab has not heard.
    closed: bool,
}

impl Sockets {
    pub(super) fn retain(&mut self, keep: impl Fn(&Line) -> bool) {
        self.open.retain(|line, _| keep(line));
    }

    pub(super) fn is_open(&self, line: &Line) -> bool {
        self.open.get(line).is_some_and(|socket| !socket.closed)
    }
}

impl SimNet {
    /// Whether a delivery to or from a tab is of the socket that it has now.
    pub fn is_current(&self, line: &Line, number: u64) -> bool {
        let own = self.sockets.open.get(line);
        own.is_some_and(|socket| socket.number == number)
    }

    /// A tab opens a socket in place of the one it had.
    pub fn open_socket(
        &mut self,
        random: &mut Random,
        line: Line,
        now: Millis,
        out: &mut Vec<(Millis, Delivery)>,
    ) {
        self.sockets.opened += 1;
        let number = self.sockets.opened;
        let socket = Socket {
            number,
            there: now,
            back: now,
            closed: false,
        };
        self.sockets.open.insert(line, socket);
        if self.is_parted(&line) || random.percent(self.faults.loss) {
            // Refused, or silent until the tab gives up.
            if random.percent(80) {
                self.close(random, line, BROKEN, now, out);
            }
            return;
        }
        self.back(random, line, In::SocketOpened, now, out);
        let greeting = In::SocketBytes(SimDocument::greeting());
        self.back(random, line, greeting, now, out);
    }

    /// A tab closes its socket.
    pub fn close_socket(&mut self, line: &Line) {
        self.sockets.open.remove(line);
    }

    /// A tab sends something over its socket.
    pub fn send_bytes(
        &mut self,
        random: &mut Random,
        line: Line,
        bytes: Vec<u8>,
        now: Millis,
        out: &mut Vec<(Millis, Delivery)>,
    ) {
        let delay = self.delay(random);
        if self.is_parted(&line) || self.breaks(random, line, now, out) {
            return;
        }
        if let Some(socket) = self.sockets.open.get_mut(&line) {
            socket.there = socket.there.max(now + delay);
            let message = Delivery::Message(line, socket.number, bytes);
            out.push((socket.there - now, message));
        }
    }

    /// What a tab sent reaches the relay.
    pub fn message(
        &mut self,
        random: &mut Random,
        line: Line,
        bytes: &[u8],
        now: Millis,
        out: &mut Vec<(Millis, Delivery)>,
    ) {
        let first = self.relays.len();
        let document = line.relay.checked_sub(first);
        let Some(document) = document.and_then(|at| self.documents.get_mut(at)) else {
            return;
        };
        if self.sockets.open.get(&line).is_none_or(|it| it.closed) {
            return;
        }
        let turn = document.take(bytes);
        let loses = matches!(turn, Turn::Tell(_)) && random.percent(self.faults.lies);
        match turn {
            Turn::Quiet => {}
            Turn::Answer(answer) => self.back(random, line, In::SocketBytes(answer), now, out),
            Turn::Tell(news) => {
                let lines: Vec<Line> = self.sockets.open.keys().copied().collect();
                for other in lines.into_iter().filter(|it| it.relay == line.relay) {
                    self.back(random, other, In::SocketBytes(news.clone()), now, out);
                }
            }
        }
        if loses {
            let head = self.documents[line.relay - first].head();
            self.forget(random, line.relay, head - 1, now, out);
        }
    }

    /// A document's server is killed and comes back with only the first of what
    /// it was sent.
    pub fn forget(
        &mut self,
        random: &mut Random,
        relay: usize,
        keep: usize,
        now: Millis,
        out: &mut Vec<(Millis, Delivery)>,
    ) {
        self.documents[relay - self.relays.len()].restore(keep);
        let lines: Vec<Line> = self.sockets.open.keys().copied().collect();
        for line in lines.into_iter().filter(|it| it.relay == relay) {
            self.close(random, line, RESTARTED, now, out);
        }
    }

    /// Sends something to a tab.
    fn back(
        &mut self,
        random: &mut Random,
        line: Line,
        input: In,
        now: Millis,
        out: &mut Vec<(Millis, Delivery)>,
    ) {
        let delay = self.delay(random);
        if self.is_parted(&line) || self.breaks(random, line, now, out) {
            return;
        }
        self.post(line, input, now + delay, now, out);
    }

    fn post(
        &mut self,
        line: Line,
        input: In,
        at: Millis,
        now: Millis,
        out: &mut Vec<(Millis, Delivery)>,
    ) {
        let open = self.sockets.open.get_mut(&line);
        if let Some(socket) = open.filter(|socket| !socket.closed) {
            socket.closed = matches!(input, In::SocketClosed { .. });
            socket.back = socket.back.max(at);
            let told = Delivery::Told(line, socket.number, input);
            out.push((socket.back - now, told));
        }
    }

    /// A connection does not lose single messages: it breaks, and one side or
    /// the other may not notice.
    fn breaks(
        &mut self,
        random: &mut Random,
        line: Line,
        now: Millis,
        out: &mut Vec<(Millis, Delivery)>,
    ) -> bool {
        let breaks = random.percent(self.faults.loss / 4);
        if breaks && random.percent(50) {
            self.close(random, line, BROKEN, now, out);
        } else if breaks {
            self.sockets.open.remove(&line);
        }
        breaks
    }

    /// The tab hears that its socket is closed after what was sent before.
    fn close(
        &mut self,
        random: &mut Random,
        line: Line,
        code: u16,
        now: Millis,
        out: &mut Vec<(Millis, Delivery)>,
    ) {
        let delay = self.delay(random);
        self.post(line, In::SocketClosed { code }, now + delay, now, out);
    }
}
