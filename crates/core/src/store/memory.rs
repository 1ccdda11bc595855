//! A store that lasts as long as the page: for tests, and for browsers that do
//! not let a page keep anything.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::{Loaded, Quarantined, Store, StoreError, Write};
use crate::relay::RecordId;
use crate::sorted::{Map, Set};

#[derive(Debug, Default, Clone)]
struct Kept {
    segments: Map<RecordId, Vec<u8>>,
    own: u32,
    outbox: Set<u32>,
    values: Map<String, Vec<u8>>,
    quarantine: VecDeque<Quarantined>,
    full: bool,
}

impl Kept {
    fn set_aside(&mut self, aside: impl IntoIterator<Item = Quarantined>) {
        self.quarantine
            .extend(aside.into_iter().map(Quarantined::cut));
        let excess = self.quarantine.len().saturating_sub(Quarantined::MAX_ROWS);
        self.quarantine.drain(..excess);
    }
}

/// A store in memory. Cloning it gives the same store, as opening the same
/// database twice does.
#[derive(Debug, Default, Clone)]
pub struct MemoryStore(Rc<RefCell<Kept>>);

impl MemoryStore {
    /// Reads everything.
    pub fn read(&self) -> Loaded {
        let mut kept = self.0.borrow_mut();
        let mut damaged = Vec::new();
        kept.segments.retain(|id, bytes| {
            let whole = *id == RecordId::of(bytes);
            if !whole {
                damaged.push(Quarantined::row(std::mem::take(bytes)));
            }
            whole
        });
        let count = damaged.len() as u32;
        kept.set_aside(damaged);
        Loaded {
            segments: kept.segments.values().cloned().collect(),
            own: kept.own,
            outbox: kept.outbox.iter().copied().collect(),
            values: kept.values.clone().into_iter().collect(),
            damaged: count,
        }
    }

    /// Makes one atomic change.
    ///
    /// # Errors
    /// [`StoreError::Conflict`], or [`StoreError::Full`] if it was told to be;
    /// nothing has changed then.
    pub fn write(&self, write: &Write) -> Result<(), StoreError> {
        let mut kept = self.0.borrow_mut();
        if kept.full && !write.is_empty() {
            return Err(StoreError::Full);
        }
        if let Some((before, after)) = write.own {
            if kept.own != before {
                return Err(StoreError::Conflict);
            }
            kept.own = after;
        }
        for id in &write.drop {
            kept.segments.remove(id);
        }
        let named = write.put.iter().map(|s| (RecordId::of(s), s.clone()));
        kept.segments.extend(named);
        for seq in &write.outbox_remove {
            kept.outbox.remove(seq);
        }
        kept.outbox.extend(&write.outbox_add);
        for (name, value) in &write.values {
            match value {
                Some(value) => kept.values.insert(name.clone(), value.clone()),
                None => kept.values.remove(name),
            };
        }
        kept.set_aside(write.quarantine.iter().cloned());
        Ok(())
    }

    /// What was set aside, oldest first.
    pub fn quarantined(&self) -> Vec<Quarantined> {
        self.0.borrow().quarantine.iter().cloned().collect()
    }

    /// Whether it refuses every write, as a full disk does.
    pub fn set_full(&self, full: bool) {
        self.0.borrow_mut().full = full;
    }

    /// Flips a bit in one kept segment, as a failing disk might; `index`
    /// chooses which. Says whether there was one.
    pub fn damage(&self, index: usize) -> bool {
        let mut kept = self.0.borrow_mut();
        let count = kept.segments.len().max(1);
        let row = kept.segments.values_mut().nth(index % count);
        let byte = row.and_then(|row| row.last_mut());
        byte.map(|byte| *byte ^= 1).is_some()
    }
}

impl Store for MemoryStore {
    async fn load(&self) -> Result<Loaded, StoreError> {
        Ok(self.read())
    }

    async fn commit(&self, write: &Write) -> Result<(), StoreError> {
        self.write(write)
    }
}
