//! Relays that speak another protocol than the mailbox's: the machines of
//! [`postil_core::relay::ON_DEMAND`], in a WebAssembly module that the first one
//! loads when an address names one of them (`src/on_demand.rs` there), and drives.
//! Both share no memory; what goes from one to the other goes as bytes.

use std::cell::RefCell;

use postil_core::relay::{self, Opening, Relay, border};
use wasm_bindgen::prelude::wasm_bindgen;

/// A relay's machine.
#[wasm_bindgen]
pub struct Machine(RefCell<Box<dyn Relay>>);

impl std::fmt::Debug for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Machine")
    }
}

/// Makes a relay's machine ([`Opening`] says from what; an empty cursor is
/// none). Nothing when that is no address of a relay.
#[wasm_bindgen(js_name = openRelay)]
pub fn open_relay(url: &str, mailbox: &str, cursor: &[u8], seed: u64) -> Option<Machine> {
    let cursor = Some(cursor).filter(|cursor| !cursor.is_empty());
    let opening = Opening {
        url,
        mailbox,
        cursor,
        seed,
    };
    let machine = relay::open_one_of(relay::ON_DEMAND, opening).ok()?;
    Some(Machine(RefCell::new(machine)))
}

#[wasm_bindgen]
impl Machine {
    /// One input at a time of the caller's, in milliseconds, and what follows
    /// from it; both as [`border`] writes them. Nothing follows from what is no
    /// input.
    pub fn step(&self, input: &[u8], now: f64) -> Vec<u8> {
        let mut outs = Vec::new();
        if let Ok(input) = border::read_in(input) {
            self.0.borrow_mut().step(input, now as u64, &mut outs);
        }
        border::put_outs(&outs)
    }

    /// What the relay can do, as [`border`] writes it.
    pub fn caps(&self) -> Vec<u8> {
        border::put_caps(&self.0.borrow().caps())
    }
}

#[cfg(test)]
mod tests {
    use postil_core::relay::{Ack, In, Out, Status};

    use super::*;

    const MAILBOX: &str = "aaaaaaaaaaaaaaaaaaaaaaaaa";

    #[test]
    fn a_machine_is_made_and_stepped() {
        let machine = open_relay("ws+yjs://a.example", MAILBOX, &[], 1);
        let machine = machine.as_ref();
        let caps = machine.map(|it| border::read_caps(&it.caps()).map(|caps| caps.ack));
        assert_eq!(caps, Some(Ok(Ack::Received)));
        let step = |input: &[u8]| machine.map(|it| border::read_outs(&it.step(input, 1.0)));
        assert_eq!(step(b"no input"), Some(Ok(Vec::new())));
        let outs = step(&border::put_in(&In::Online)).and_then(Result::ok);
        let outs = outs.unwrap_or_default();
        assert_eq!(outs.first(), Some(&Out::Status(Status::Connecting)));
        assert!(outs.iter().any(|it| matches!(it, Out::OpenSocket { .. })));
    }

    #[test]
    fn other_addresses_are_none() {
        fn check(url: &str, mailbox: &str) {
            assert!(open_relay(url, mailbox, &[], 1).is_none(), "{url}");
        }
        check("https://a.example", MAILBOX);
        check("ftp://a.example", MAILBOX);
        check("ws+yjs://", MAILBOX);
        check("ws+yjs://a.example", "short");
    }
}
