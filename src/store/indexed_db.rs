//! The store on the device's disk: one IndexedDB database for all rooms.
//!
//! Rows are keyed by the room's mailbox name and their own name. A segment's
//! own name is a hash of its bytes, so a damaged row is known by itself. One
//! [`Write`] is one transaction.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use postil_core::id::{RoomId, base64url};
use postil_core::relay::RecordId;
use postil_core::store::{Durability, Loaded, Quarantined, Store, StoreError, Write};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction, IdbTransactionMode,
};

use crate::platform::{error_name, message, now, window};

const SEGMENTS: &str = "segments";
const LOGS: &str = "logs";
const OUTBOX: &str = "outbox";
const VALUES: &str = "values";
const QUARANTINE: &str = "quarantine";
/// Keys that belong to the device and not to a room.
pub(crate) const IDENTITY: &str = "identity";
const TABLES: [&str; 6] = [SEGMENTS, LOGS, OUTBOX, VALUES, QUARANTINE, IDENTITY];

/// Names of the database, in the order in which they are tried: some browsers
/// can neither open nor delete a database whose files were damaged.
const NAMES: [&str; 2] = ["postil", "postil-2"];
const ATTEMPTS: u32 = 3;

/// An open database.
#[derive(Debug, Clone)]
pub struct Database {
    db: IdbDatabase,
}

impl Database {
    /// Opens the database of this origin.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the browser does not allow it.
    pub async fn open() -> Result<Self, StoreError> {
        let mut last = StoreError::Unavailable("no IndexedDB".into());
        for name in NAMES {
            for _ in 0..ATTEMPTS {
                match Self::open_named(name).await {
                    Ok(database) => return Ok(database),
                    Err(error) => last = StoreError::Unavailable(message(&error)),
                }
            }
        }
        Err(last)
    }

    /// Opens a database by its name; tests use names of their own.
    ///
    /// # Errors
    /// What the browser threw.
    pub async fn open_named(name: &str) -> Result<Self, JsValue> {
        let factory = window()
            .ok_or("no window")?
            .indexed_db()?
            .ok_or("IndexedDB is switched off")?;
        let request = factory.open_with_u32(name, 1)?;
        let upgrade = gloo_events::EventListener::once(&request, "upgradeneeded", {
            let request = request.clone();
            move |_| {
                let Some(db) = request
                    .result()
                    .ok()
                    .and_then(|db| db.dyn_into::<IdbDatabase>().ok())
                else {
                    return;
                };
                let options = web_sys::IdbObjectStoreParameters::new();
                options.set_auto_increment(true);
                for table in TABLES {
                    let made = if table == QUARANTINE {
                        db.create_object_store_with_optional_parameters(table, &options)
                    } else {
                        db.create_object_store(table)
                    };
                    // A table that could not be made aborts the upgrade, and
                    // with it the opening.
                    drop(made);
                }
            }
        });
        let db: IdbDatabase = settled(&request).await?.dyn_into()?;
        drop(upgrade);
        // Another version of the page wants to change the tables.
        let closing = db.clone();
        gloo_events::EventListener::once(&db, "versionchange", move |_| closing.close()).forget();
        Ok(Database { db })
    }

    /// A transaction over `tables`.
    fn transaction(
        &self,
        tables: &[&str],
        write: Option<Durability>,
    ) -> Result<IdbTransaction, JsValue> {
        let names: Array = tables.iter().map(|name| JsValue::from_str(name)).collect();
        let Some(durability) = write else {
            return self.db.transaction_with_str_sequence(&names);
        };
        let mode = JsValue::from(IdbTransactionMode::Readwrite);
        let options = Object::new();
        let durability = if durability == Durability::Strict {
            "strict"
        } else {
            "relaxed"
        };
        Reflect::set(&options, &"durability".into(), &durability.into())?;
        let method: Function = Reflect::get(&self.db, &"transaction".into())?.dyn_into()?;
        method.call3(&self.db, &names, &mode, &options)?.dyn_into()
    }

    /// A value of the device.
    ///
    /// # Errors
    /// What the browser threw.
    pub(crate) async fn device_value(&self, key: &str) -> Result<JsValue, JsValue> {
        let table = self
            .transaction(&[IDENTITY], None)?
            .object_store(IDENTITY)?;
        settled(&table.get(&key.into())?).await
    }

    /// Keeps a value of the device unless there is one, and gives the one that
    /// is kept.
    ///
    /// # Errors
    /// What the browser threw.
    pub(crate) async fn keep_device_value(
        &self,
        key: &str,
        value: &JsValue,
    ) -> Result<JsValue, JsValue> {
        let transaction = self.transaction(&[IDENTITY], Some(Durability::Strict))?;
        let table = transaction.object_store(IDENTITY)?;
        let kept = settled(&table.get(&key.into())?).await?;
        if !kept.is_undefined() {
            return Ok(kept);
        }
        table.put_with_key(value, &key.into())?;
        completed(&transaction).await?;
        Ok(value.clone())
    }
}

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
        let keys: Array = settled(&segment_keys).await?.dyn_into()?;
        let rows: Array = settled(&segments).await?.dyn_into()?;
        for (key, row) in keys.iter().zip(rows.iter()) {
            let bytes = row
                .dyn_into::<Uint8Array>()
                .map(|bytes| bytes.to_vec())
                .unwrap_or_default();
            if last(&key).as_string() == Some(name_of(&bytes)) {
                loaded.segments.push(bytes);
            } else {
                loaded.damaged += 1;
            }
        }
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
        Ok(loaded)
    }

    async fn write(&self, write: &Write) -> Result<Result<(), StoreError>, JsValue> {
        let tables = [SEGMENTS, LOGS, OUTBOX, VALUES, QUARANTINE];
        let transaction = self.database.transaction(&tables, Some(write.durability))?;
        if let Some((before, after)) = write.own {
            let logs = transaction.object_store(LOGS)?;
            let kept = settled(&logs.get(&self.room)?)
                .await?
                .as_f64()
                .unwrap_or(0.0);
            if kept != f64::from(before) {
                return Ok(Err(StoreError::Conflict));
            }
            logs.put_with_key(&after.into(), &self.room)?;
        }
        let segments = transaction.object_store(SEGMENTS)?;
        for bytes in &write.put {
            segments.put_with_key(&Uint8Array::from(&bytes[..]), &self.key(name_of(bytes)))?;
        }
        for id in &write.drop {
            segments.delete(&self.key(base64url(&id.0)))?;
        }
        let outbox = transaction.object_store(OUTBOX)?;
        for seq in &write.outbox_add {
            outbox.put_with_key(&true.into(), &self.key(*seq))?;
        }
        for seq in &write.outbox_remove {
            outbox.delete(&self.key(*seq))?;
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
        completed(&transaction).await?;
        Ok(Ok(()))
    }

    async fn set_aside(&self, table: &IdbObjectStore, rows: &[Quarantined]) -> Result<(), JsValue> {
        for row in rows {
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
            bytes: field(&row, "bytes")
                .dyn_into::<Uint8Array>()
                .map(|b| b.to_vec())
                .unwrap_or_default(),
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

fn failed(error: &JsValue) -> StoreError {
    if error_name(error) == "QuotaExceededError" {
        StoreError::Full
    } else {
        StoreError::Failed(message(error))
    }
}

fn name_of(segment: &[u8]) -> String {
    base64url(&RecordId::of(segment).0)
}

fn last(key: &JsValue) -> JsValue {
    Array::from(key).get(1)
}

/// The result of a request. Both of its ends settle the promise.
async fn settled(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let promise = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    let outcome = JsFuture::from(promise).await;
    match outcome {
        Ok(_) => request.result(),
        Err(event) => Err(request.error().ok().flatten().map_or(event, Into::into)),
    }
}

/// Waits until a transaction is through. All of its ends settle the promise.
async fn completed(transaction: &IdbTransaction) -> Result<(), JsValue> {
    let promise = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onerror(Some(&reject));
        transaction.set_onabort(Some(&reject));
    });
    let outcome = JsFuture::from(promise).await;
    outcome
        .map(|_| ())
        .map_err(|event| transaction.error().map_or(event, Into::into))
}
