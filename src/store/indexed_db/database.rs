//! The database of this origin: its tables, its transactions, and the values
//! that belong to the device.

use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::{Array, Function, Object, Promise, Reflect};
use postil_core::store::{Durability, StoreError};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbOpenDbRequest, IdbRequest, IdbTransaction, IdbTransactionMode};

use crate::platform::{message, window};

pub(super) const SEGMENTS: &str = "segments";
pub(super) const LOGS: &str = "logs";
pub(super) const OUTBOX: &str = "outbox";
pub(super) const VALUES: &str = "values";
pub(super) const QUARANTINE: &str = "quarantine";
/// Keys that belong to the device and not to a room.
const IDENTITY: &str = "identity";
const TABLES: [&str; 6] = [SEGMENTS, LOGS, OUTBOX, VALUES, QUARANTINE, IDENTITY];

/// Names of the database, in the order in which they are tried: some browsers
/// can neither open nor delete a database whose files were damaged.
const NAMES: [&str; 2] = ["postil", "postil-2"];
const ATTEMPTS: usize = 3;

/// An open database, closed with the last clone of it.
#[derive(Debug, Clone)]
pub struct Database {
    db: IdbDatabase,
    _connection: Rc<Connection>,
}

/// What ends with the last user of a database: a connection that nobody closes
/// stays for as long as the page does.
#[derive(Debug)]
struct Connection {
    db: IdbDatabase,
    _closing: EventListener,
}

impl Drop for Connection {
    fn drop(&mut self) {
        // What is being written is finished all the same.
        self.db.close();
    }
}

impl Database {
    /// Opens the database of this origin. The browser is asked at once, not
    /// when the answer is waited for.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the browser does not allow it.
    pub fn open() -> impl Future<Output = Result<Self, StoreError>> + use<> {
        let [first, ..] = NAMES;
        let mut opening = Self::open_named(first);
        let mut others = NAMES.iter().flat_map(|name| [*name; ATTEMPTS]).skip(1);
        async move {
            loop {
                let error = match opening.await {
                    Ok(database) => return Ok(database),
                    Err(error) => StoreError::Unavailable(message(&error)),
                };
                opening = Self::open_named(others.next().ok_or(error)?);
            }
        }
    }

    /// Opens a database by its name; tests use names of their own. The browser
    /// is asked at once.
    ///
    /// # Errors
    /// What the browser threw.
    pub fn open_named(name: &str) -> impl Future<Output = Result<Self, JsValue>> + use<> {
        let asked = Self::ask(name);
        async move {
            let (request, upgrade) = asked?;
            let db: IdbDatabase = settled(&request).await?.dyn_into()?;
            drop(upgrade);
            // Another version of the page wants to change the tables.
            let closing = db.clone();
            let closing = EventListener::new(&db, "versionchange", move |_| closing.close());
            let connection = Connection {
                db: db.clone(),
                _closing: closing,
            };
            Ok(Database {
                db,
                _connection: Rc::new(connection),
            })
        }
    }

    /// Asks the browser for a database; the listener makes its tables.
    fn ask(name: &str) -> Result<(IdbOpenDbRequest, EventListener), JsValue> {
        let factory = window()
            .ok_or("no window")?
            .indexed_db()?
            .ok_or("IndexedDB is switched off")?;
        let request = factory.open_with_u32(name, 1)?;
        let upgrade = EventListener::once(&request, "upgradeneeded", {
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
        Ok((request, upgrade))
    }

    /// A transaction over `tables`.
    pub(super) fn transaction(
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
    pub async fn device_value(&self, key: &str) -> Result<JsValue, JsValue> {
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

/// The result of a request. Both of its ends settle the promise.
pub(super) async fn settled(request: &IdbRequest) -> Result<JsValue, JsValue> {
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
pub(super) async fn completed(transaction: &IdbTransaction) -> Result<(), JsValue> {
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
