//! The store on the device's disk: one IndexedDB database for all rooms.
//!
//! Rows are keyed by the room's mailbox name and their own name. A segment's
//! own name is a hash of its bytes, so a damaged row is known by itself. One
//! [`Write`] is one transaction.

mod database;

use js_sys::{Array, Object, Reflect, Uint8Array};
use postil_core::id::{RoomId, base64url};
use postil_core::relay::RecordId;
use postil_core::store::{Durability, Loaded, Quarantined, Store, StoreError, Write};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction};

use crate::platform::{Pace, error_name, message, now};
pub use database::Database;
use database::{LOGS, OUTBOX, QUARANTINE, SEGMENTS, VALUES, completed, settled};

/// A room in the database.
#[derive(Debug, Clone)]
pub struct IndexedDb {
    database: Database,
    room: JsValue,
}

impl IndexedDb {
    /// The room's part of a database.
    pub fn new(database: Database, room: &RoomId) -> Self {
        IndexedDb {
            database,
            room: room.mailbox().into(),
        }
    }

    fn key(&self, name: impl Into<JsValue>) -> JsValue {
        Array::of2(&self.room, &name.into()).into()
    }

    /// All keys of the room: arrays sort after every string and number.
    fn range(&self) -> Result<JsValue, JsValue> {
        let from = Array::of1(&self.room);
        let to = Array::of2(&self.room, &Array::new());
        IdbKeyRange::bound(&from, &to).map(Into::into)
    }

    async fn read(&self) -> Result<Loaded, JsValue> {
        let transaction = self
            .database
            .transaction(&[SEGMENTS, LOGS, OUTBOX, VALUES], None)?;
        let range = self.range()?;
        // All requests are made before the first is waited for, so that the
        // answers are of one moment and come in one go.
        let table = transaction.object_store(SEGMENTS)?;
        let segment_keys = table.get_all_keys_with_key(&range)?;
        let segments = table.get_all_with_key(&range)?;
        let own = transaction.object_store(LOGS)?.get(&self.room)?;
        let outbox = transaction
            .object_store(OUTBOX)?
            .get_all_keys_with_key(&range)?;
        let table = transaction.object_store(VALUES)?;
        let value_keys = table.get_all_keys_with_key(&range)?;
        let values = table.get_all_with_key(&range)?;

        let mut loaded = Loaded::default();
        let mut damaged = Vec::new();
        let segment_keys: Array = settled(&segment_keys).await?.dyn_into()?;
        let segments: Array = settled(&segments).await?.dyn_into()?;
        loaded.own = settled(&own).await?.as_f64().unwrap_or(0.0) as u32;
        let keys: Array = settled(&outbox).await?.dyn_into()?;
        loaded.outbox = keys
            .iter()
            .filter_map(|key| last(&key).as_f64())
            .map(|seq| seq as u32)
            .collect();
        let keys: Array = settled(&value_keys).await?.dyn_into()?;
        let rows: Array = settled(&values).await?.dyn_into()?;
        for (key, row) in keys.iter().zip(rows.iter()) {
            if let (Some(name), Ok(bytes)) = (last(&key).as_string(), row.dyn_into::<Uint8Array>())
            {
                loaded.values.push((name, bytes.to_vec()));
            }
        }
        // Nothing of the transaction is waited for any longer, so there is time.
        let mut pace = Pace::new();
        for (key, row) in segment_keys.iter().zip(segments.iter()) {
            let bytes = bytes_of(row);
            if last(&key).as_string() == Some(name_of(&bytes)) {
                loaded.segments.push(bytes);
            } else {
                damaged.push(key);
            }
            pace.step().await;
        }
        loaded.damaged = damaged.len() as u32;
        if !damaged.is_empty() {
            // If that can not be done, they are told of once more next time.
            let _ = self.set_rows_aside(&damaged).await;
        }
        Ok(loaded)
    }

    /// Moves rows that were found damaged out of the way, unless they have been
    /// kept anew since.
    async fn set_rows_aside(&self, keys: &[JsValue]) -> Result<(), JsValue> {
        let tables = [SEGMENTS, QUARANTINE];
        let transaction = self
            .database
            .transaction(&tables, Some(Durability::Relaxed))?;
        let segments = transaction.object_store(SEGMENTS)?;
        let mut rows = Vec::new();
        for key in keys {
            let bytes = bytes_of(settled(&segments.get(key)?).await?);
            if last(key).as_string() != Some(name_of(&bytes)) {
                segments.delete(key)?;
                rows.push(Quarantined::row(bytes));
            }
        }
        self.set_aside(&transaction.object_store(QUARANTINE)?, &rows)
            .await?;
        completed(&transaction).await
    }

    async fn write(&self, write: &Write) -> Result<Result<(), StoreError>, JsValue> {
        let tables = [SEGMENTS, LOGS, OUTBOX, VALUES, QUARANTINE];
        let transaction = self.database.transaction(&tables, Some(write.durability))?;
        let filled = self.fill(&transaction, write).await;
        if filled.is_err() {
            // What was put before a call that throws would be kept otherwise.
            // A transaction that has ended by itself can not be aborted again.
            let _ = transaction.abort();
        }
        if filled? {
            completed(&transaction).await?;
            Ok(Ok(()))
        } else {
            Ok(Err(StoreError::Conflict))
        }
    }

    /// Asks for everything of a write. Says whether the own log is as expected;
    /// nothing is asked for otherwise.
    async fn fill(&self, transaction: &IdbTransaction, write: &Write) -> Result<bool, JsValue> {
        if let Some((before, after)) = write.own {
            let logs = transaction.object_store(LOGS)?;
            let kept = settled(&logs.get(&self.room)?)
                .await?
                .as_f64()
                .unwrap_or(0.0);
            if kept != f64::from(before) {
                return Ok(false);
            }
            logs.put_with_key(&after.into(), &self.room)?;
        }
        let segments = transaction.object_store(SEGMENTS)?;
        for (number, bytes) in write.put.iter().enumerate() {
            let row = Uint8Array::from(&bytes[..]);
            let asked = segments.put_with_key(&row, &self.key(name_of(bytes)))?;
            rest_after(number, &asked).await?;
        }
        for (number, id) in write.drop.iter().enumerate() {
            let asked = segments.delete(&self.key(base64url(&id.0)))?;
            rest_after(number, &asked).await?;
        }
        let outbox = transaction.object_store(OUTBOX)?;
        for seq in &write.outbox_remove {
            outbox.delete(&self.key(*seq))?;
        }
        for seq in &write.outbox_add {
            outbox.put_with_key(&true.into(), &self.key(*seq))?;
        }
        let values = transaction.object_store(VALUES)?;
        for (name, value) in &write.values {
            match value {
                Some(bytes) => {
                    values.put_with_key(&Uint8Array::from(&bytes[..]), &self.key(&**name))?
                }
                None => values.delete(&self.key(&**name))?,
            };
        }
        if !write.quarantine.is_empty() {
            self.set_aside(&transaction.object_store(QUARANTINE)?, &write.quarantine)
                .await?;
        }
        Ok(true)
    }

    async fn set_aside(&self, table: &IdbObjectStore, rows: &[Quarantined]) -> Result<(), JsValue> {
        for row in rows.iter().cloned().map(Quarantined::cut) {
            let object = Object::new();
            Reflect::set(&object, &"room".into(), &self.room)?;
            Reflect::set(&object, &"at".into(), &(now() as f64).into())?;
            Reflect::set(&object, &"from".into(), &(&*row.from).into())?;
            Reflect::set(&object, &"reason".into(), &(&*row.reason).into())?;
            Reflect::set(&object, &"bytes".into(), &Uint8Array::from(&row.bytes[..]))?;
            table.put(&object)?;
        }
        let keys: Array = settled(&table.get_all_keys()?).await?.dyn_into()?;
        let excess = (keys.length() as usize).saturating_sub(Quarantined::MAX_ROWS);
        for key in keys.iter().take(excess) {
            table.delete(&key)?;
        }
        Ok(())
    }

    /// What was set aside in all rooms, oldest first: reason and source.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn quarantined(&self) -> Result<Vec<Quarantined>, StoreError> {
        let read = async {
            let table = self
                .database
                .transaction(&[QUARANTINE], None)?
                .object_store(QUARANTINE)?;
            let rows: Array = settled(&table.get_all()?).await?.dyn_into()?;
            Ok::<_, JsValue>(rows)
        };
        let rows = read.await.map_err(|error| failed(&error))?;
        let field =
            |row: &JsValue, name: &str| Reflect::get(row, &name.into()).unwrap_or(JsValue::NULL);
        let row = |row: JsValue| Quarantined {
            reason: field(&row, "reason").as_string().unwrap_or_default(),
            from: field(&row, "from").as_string().unwrap_or_default(),
            bytes: bytes_of(field(&row, "bytes")),
        };
        Ok(rows.iter().map(row).collect())
    }

    /// Damages the kept bytes of one segment, for tests.
    ///
    /// # Errors
    /// What the browser threw.
    #[doc(hidden)]
    pub async fn damage_one(&self) -> Result<bool, JsValue> {
        let transaction = self
            .database
            .transaction(&[SEGMENTS], Some(Durability::Relaxed))?;
        let table = transaction.object_store(SEGMENTS)?;
        let keys: Array = settled(&table.get_all_keys_with_key(&self.range()?)?)
            .await?
            .dyn_into()?;
        let key = keys.get(0);
        if key.is_undefined() {
            return Ok(false);
        }
        table.put_with_key(&Uint8Array::from(&[1u8, 2, 3][..]), &key)?;
        completed(&transaction).await?;
        Ok(true)
    }
}

impl Store for IndexedDb {
    async fn load(&self) -> Result<Loaded, StoreError> {
        self.read()
            .await
            .map_err(|error| StoreError::Unavailable(message(&error)))
    }

    async fn commit(&self, write: &Write) -> Result<(), StoreError> {
        self.write(write)
            .await
            .unwrap_or_else(|error| Err(failed(&error)))
    }
}

/// How many requests are made in one go: thousands would be one long task.
const TOGETHER: usize = 64;

/// Waits for a request if it is the last of those that are made in one go.
async fn rest_after(number: usize, asked: &IdbRequest) -> Result<(), JsValue> {
    if number % TOGETHER == TOGETHER - 1 {
        settled(asked).await?;
    }
    Ok(())
}

fn failed(error: &JsValue) -> StoreError {
    if error_name(error) == "QuotaExceededError" {
        StoreError::Full
    } else {
        StoreError::Failed(message(error))
    }
}

fn bytes_of(value: JsValue) -> Vec<u8> {
    let bytes = value.dyn_into::<Uint8Array>();
    bytes.map(|bytes| bytes.to_vec()).unwrap_or_default()
}

fn name_of(segment: &[u8]) -> String {
    base64url(&RecordId::of(segment).0)
}

fn last(key: &JsValue) -> JsValue {
    Array::from(key).get(1)
}
