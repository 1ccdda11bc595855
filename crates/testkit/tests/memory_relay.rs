//! The relay in memory keeps the contract.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use std::cell::RefCell;
use std::collections::HashMap;

use postil_core::relay::memory::Hub;
use postil_core::relay::{Relay, Trouble};
use postil_testkit::conformance::relay::{Subject, run};

#[derive(Default)]
struct Memory {
    hubs: RefCell<HashMap<String, Hub>>,
    trouble: Option<Trouble>,
}

impl Memory {
    fn fail(&mut self, trouble: Option<Trouble>) {
        self.trouble = trouble;
        for hub in self.hubs.borrow().values() {
            hub.fail(trouble);
        }
    }
}

impl Subject for Memory {
    fn connect(&self, mailbox: &str, cursor: Option<&[u8]>) -> Box<dyn Relay> {
        let mut hubs = self.hubs.borrow_mut();
        let hub = hubs.entry(mailbox.to_owned()).or_default();
        hub.fail(self.trouble);
        Box::new(hub.connect(cursor))
    }

    fn stop(&mut self) {
        self.fail(Some(Trouble::Unreachable));
    }

    fn start(&mut self) {
        self.fail(None);
    }

    fn wipe(&mut self) {
        self.hubs.borrow().values().for_each(Hub::wipe);
    }

    fn deny(&mut self) {
        self.fail(Some(Trouble::Denied));
    }
}

#[test]
fn conforms() {
    run(|| Box::new(Memory::default()));
}
