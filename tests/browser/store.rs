//! The store on the device's disk: what every store must do, and what only a
//! browser can do to it.

use std::cell::Cell;

use js_sys::{Function, Object, Reflect};
use postil::store::indexed_db::{Database, IndexedDb};
use postil_core::id::RoomId;
use postil_core::store::{Durability, Quarantined, Store, Write};
use postil_testkit::conformance::store::{Subject, run};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

/// A database that no test has used before.
pub(crate) fn fresh_name() -> String {
    thread_local!(static COUNT: Cell<u32> = const { Cell::new(0) });
    let number = COUNT.with(|count| count.replace(count.get() + 1));
    format!("test {} {number}", js_sys::Date::now())
}

fn prototype(class: &str) -> Object {
    let class = Reflect::get(&js_sys::global(), &class.into()).unwrap();
    let prototype = Reflect::get(&class, &"prototype".into()).unwrap();
    prototype.unchecked_into()
}

/// A method of a class of the browser, replaced until this is dropped.
pub(crate) struct Replaced {
    prototype: Object,
    method: &'static str,
    original: JsValue,
}

impl Replaced {
    /// `body` is the new method's; it has the old one as `original`.
    pub(crate) fn new(class: &str, method: &'static str, body: &str) -> Self {
        let prototype = prototype(class);
        let original = Reflect::get(&prototype, &method.into()).unwrap();
        let body = format!("return function (...args) {{ {body} }}");
        let make = Function::new_with_args("original", &body);
        let replacement = make.call1(&JsValue::NULL, &original).unwrap();
        Reflect::set(&prototype, &method.into(), &replacement).unwrap();
        Replaced {
            prototype,
            method,
            original,
        }
    }
}

impl Drop for Replaced {
    fn drop(&mut self) {
        Reflect::set(&self.prototype, &self.method.into(), &self.original).unwrap();
    }
}

struct Disk {
    database: String,
    /// While it is full: the last table that a write gets to takes nothing, so
    /// that everything before it has been asked for.
    full: Cell<Option<Replaced>>,
}

impl Disk {
    fn new() -> Self {
        Disk {
            database: fresh_name(),
            full: Cell::new(None),
        }
    }
}

impl Subject for Disk {
    type Store = IndexedDb;

    async fn open(&self, name: &str) -> IndexedDb {
        let database = Database::open_named(&self.database).await.unwrap();
        IndexedDb::new(database, &RoomId::named(name))
    }

    async fn damage(&self, store: &IndexedDb) -> bool {
        store.damage_one().await.unwrap()
    }

    async fn set_full(&self, _store: &IndexedDb, full: bool) {
        const THROW: &str = "if (this.name === 'values') \
            throw new DOMException('no room', 'QuotaExceededError'); \
            return original.apply(this, args)";
        let replaced = full.then(|| Replaced::new("IDBObjectStore", "put", THROW));
        self.full.set(replaced);
    }

    async fn quarantined(&self, store: &IndexedDb) -> Option<Vec<Quarantined>> {
        Some(store.quarantined().await.unwrap())
    }
}

#[wasm_bindgen_test]
async fn it_conforms() {
    run(&Disk::new()).await;
}

fn own(after: u32) -> Write {
    Write {
        durability: Durability::Strict,
        own: Some((0, after)),
        put: vec![b"own".to_vec()],
        outbox_add: (1..=after).collect(),
        ..Write::default()
    }
}

#[wasm_bindgen_test]
async fn own_events_and_their_outbox_rows_are_one_strict_transaction() {
    const NOTE: &str = "(globalThis.postilTransactions ??= []).push(\
        [args[1], args[2]?.durability, args[0].includes('outbox')].join()); \
        return original.apply(this, args)";
    let database = Database::open_named(&fresh_name()).await.unwrap();
    let store = IndexedDb::new(database, &RoomId::named("strict"));
    let replaced = Replaced::new("IDBDatabase", "transaction", NOTE);
    store.commit(&own(2)).await.unwrap();
    let relaxed = Write {
        outbox_remove: vec![1],
        ..Write::default()
    };
    store.commit(&relaxed).await.unwrap();
    drop(replaced);
    let noted = Reflect::get(&js_sys::global(), &"postilTransactions".into()).unwrap();
    let noted = js_sys::Array::from(&noted).join(" ");
    assert_eq!(noted, "readwrite,strict,true readwrite,relaxed,true");
    assert_eq!(store.load().await.unwrap().outbox, [2]);
}

#[wasm_bindgen_test]
async fn databases_do_not_see_each_other() {
    let room = RoomId::named("the same");
    let one = Database::open_named(&fresh_name()).await.unwrap();
    let other = Database::open_named(&fresh_name()).await.unwrap();
    let (one, other) = (IndexedDb::new(one, &room), IndexedDb::new(other, &room));
    one.commit(&own(3)).await.unwrap();
    assert_eq!(other.load().await, Ok(Default::default()));
    other.commit(&own(1)).await.unwrap();
    assert_eq!(one.load().await.unwrap().own, 3);
}
