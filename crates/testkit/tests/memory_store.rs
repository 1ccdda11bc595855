//! The memory store keeps the contract of stores.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "everything here is a test, also what is not marked as one"
)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use postil_core::store::Quarantined;
use postil_core::store::memory::MemoryStore;
use postil_testkit::conformance::store::{Subject, run};

#[derive(Default)]
struct Memory(RefCell<BTreeMap<String, MemoryStore>>);

impl Subject for Memory {
    type Store = MemoryStore;

    async fn open(&self, name: &str) -> MemoryStore {
        let mut stores = self.0.borrow_mut();
        stores.entry(name.into()).or_default().clone()
    }

    async fn damage(&self, store: &MemoryStore) -> bool {
        store.damage(0)
    }

    async fn set_full(&self, store: &MemoryStore, full: bool) {
        store.set_full(full);
    }

    async fn quarantined(&self, store: &MemoryStore) -> Option<Vec<Quarantined>> {
        Some(store.quarantined())
    }
}

#[test]
fn it_conforms() {
    let done = pin!(run(&Memory::default())).poll(&mut Context::from_waker(Waker::noop()));
    assert_eq!(done, Poll::Ready(()), "memory never waits");
}
