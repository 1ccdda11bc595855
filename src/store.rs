//! Where a room is kept on this device.

pub mod indexed_db;

use postil_core::id::RoomId;
use postil_core::store::memory::MemoryStore;
use postil_core::store::{Loaded, Store, StoreError, Write};

use indexed_db::{Database, IndexedDb};

/// One of the stores: the one on the device's disk or, where the browser
/// allows none, one that lasts as long as the page.
#[derive(Debug)]
pub enum AnyStore {
    /// On disk.
    IndexedDb(IndexedDb),
    /// In memory.
    Memory(MemoryStore),
}

impl AnyStore {
    /// The store of a room in an open database, else one in memory.
    pub fn new(database: Option<&Database>, room: &RoomId) -> Self {
        match database {
            Some(database) => AnyStore::IndexedDb(IndexedDb::new(database.clone(), room)),
            None => AnyStore::Memory(MemoryStore::default()),
        }
    }
}

impl Store for AnyStore {
    async fn load(&self) -> Result<Loaded, StoreError> {
        match self {
            AnyStore::IndexedDb(store) => store.load().await,
            AnyStore::Memory(store) => store.load().await,
        }
    }

    async fn commit(&self, write: &Write) -> Result<(), StoreError> {
        match self {
            AnyStore::IndexedDb(store) => store.commit(write).await,
            AnyStore::Memory(store) => store.commit(write).await,
        }
    }
}
