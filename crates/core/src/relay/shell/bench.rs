//! A machine whose server is written by hand, word for word, in a test.

use std::marker::PhantomData;

use crate::relay::{In, Opening, Out, Relay, Status, Trouble, open};

/// The time at the beginning of every bench, in seconds since 1970.
pub(in crate::relay) const NOW: u64 = 1_800_000_000;
/// The mailbox of every bench.
pub(in crate::relay) const MAILBOX: &str = "aaaaaaaaaaaaaaaaaaaaaaaaa";

/// A machine and what it asked for. `P` is its dialogue, for what only tests of
/// that one need.
pub(in crate::relay) struct Bench<P> {
    pub(in crate::relay) machine: Box<dyn Relay>,
    /// The time, in milliseconds since 1970.
    pub(in crate::relay) now: u64,
    /// What it sent over the socket; after each text there is a new line.
    pub(in crate::relay) sent: Vec<u8>,
    /// Everything else that it said.
    pub(in crate::relay) told: Vec<Out>,
    protocol: PhantomData<P>,
}

impl<P> Bench<P> {
    /// A machine whose socket has just opened.
    pub(in crate::relay) fn new(url: &str, cursor: Option<&[u8]>) -> Self {
        let machine = open(Opening {
            url,
            mailbox: MAILBOX,
            cursor,
            seed: 7,
        });
        let mut bench = Bench {
            machine: machine.unwrap(),
            now: NOW * 1_000,
            sent: Vec::new(),
            told: Vec::new(),
            protocol: PhantomData,
        };
        bench.tell(In::Online);
        bench.tell(In::SocketOpened);
        bench
    }

    /// Tells the machine something and takes notes.
    pub(in crate::relay) fn tell(&mut self, input: In) {
        let mut out = Vec::new();
        self.machine.step(input, self.now, &mut out);
        for out in out {
            match out {
                Out::SendBytes(bytes) => self.sent.extend(bytes),
                Out::SendText(text) => self.sent.extend([text, "\n".into()].concat().into_bytes()),
                out => self.told.push(out),
            }
        }
    }

    /// What it sent, as text.
    pub(in crate::relay) fn text(&self) -> String {
        String::from_utf8_lossy(&self.sent).into()
    }

    /// The last state of the connection.
    pub(in crate::relay) fn status(&self) -> Option<Status> {
        let status = |out: &Out| match out {
            Out::Status(status) => Some(*status),
            _ => None,
        };
        self.told.iter().rev().find_map(status)
    }

    /// Why the server was left: `Err` for good, `Ok` for a while.
    pub(in crate::relay) fn left(&self) -> Option<Result<Trouble, Trouble>> {
        match self.status()? {
            Status::Refused { why } => Some(Err(why)),
            Status::Offline { why, .. } => Some(Ok(why)),
            _ => None,
        }
    }

    /// How often this was said.
    pub(in crate::relay) fn count(&self, which: &Out) -> usize {
        self.told.iter().filter(|out| *out == which).count()
    }
}
