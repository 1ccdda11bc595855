//! The device's key: made once, kept, and not given out.

use ed25519_dalek::{Signature, VerifyingKey};
use js_sys::Reflect;
use postil::identity::Identity;
use postil::store::indexed_db::Database;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::CryptoKey;

use crate::store::{Replaced, fresh_name};

async fn open(name: &str) -> Database {
    Database::open_named(name).await.unwrap()
}

async fn signs(identity: &Identity) {
    let signature = identity.sign(b"a message").await.unwrap();
    let key = VerifyingKey::from_bytes(&identity.device.0).unwrap();
    let signature = Signature::from_bytes(&signature);
    key.verify_strict(b"a message", &signature).unwrap();
    assert!(key.verify_strict(b"another", &signature).is_err());
}

#[wasm_bindgen_test]
async fn a_key_is_made_once_and_kept() {
    let name = fresh_name();
    let first = Identity::load(Some(&open(&name).await)).await.unwrap();
    signs(&first).await;
    let again = Identity::load(Some(&open(&name).await)).await.unwrap();
    signs(&again).await;
    assert_eq!(first.device, again.device);
    let elsewhere = Identity::load(Some(&open(&fresh_name()).await)).await;
    assert_ne!(first.device, elsewhere.unwrap().device);
}

#[wasm_bindgen_test]
async fn two_tabs_that_start_at_once_have_one_key() {
    let name = fresh_name();
    let (one, other) = (open(&name).await, open(&name).await);
    let load = |database: Database| {
        wasm_bindgen_futures::future_to_promise(async move {
            let identity = Identity::load(Some(&database)).await.unwrap();
            Ok(js_sys::Uint8Array::from(&identity.device.0[..]).into())
        })
    };
    let (one, other) = (load(one), load(other));
    let bytes = |key: JsValue| js_sys::Uint8Array::new(&key).to_vec();
    let one = bytes(JsFuture::from(one).await.unwrap());
    assert_eq!(one, bytes(JsFuture::from(other).await.unwrap()));
}

#[wasm_bindgen_test]
async fn the_browser_does_not_give_the_secret_out() {
    let database = open(&fresh_name()).await;
    Identity::load(Some(&database)).await.unwrap();
    let kept = database.device_value("device").await.unwrap();
    let secret: CryptoKey = Reflect::get(&kept, &"privateKey".into())
        .unwrap()
        .dyn_into()
        .unwrap();
    assert!(!secret.extractable());
    let subtle = web_sys::window().unwrap().crypto().unwrap().subtle();
    for format in ["pkcs8", "jwk", "raw"] {
        let exported = JsFuture::from(subtle.export_key(format, &secret).unwrap()).await;
        assert!(exported.is_err(), "{format}");
    }
}

#[wasm_bindgen_test]
async fn where_the_browser_can_not_sign_the_key_is_made_and_kept_here() {
    const REFUSE: &str = "return Promise.reject(new DOMException('no', 'NotSupportedError'))";
    let name = fresh_name();
    let replaced = Replaced::new("SubtleCrypto", "generateKey", REFUSE);
    let first = Identity::load(Some(&open(&name).await)).await.unwrap();
    drop(replaced);
    signs(&first).await;
    let again = Identity::load(Some(&open(&name).await)).await.unwrap();
    signs(&again).await;
    assert_eq!(first.device, again.device);
}

#[wasm_bindgen_test]
async fn a_later_key_is_kept_beside_the_first() {
    let name = fresh_name();
    let first = Identity::load(Some(&open(&name).await)).await.unwrap();
    let later = Identity::create(Some(&open(&name).await)).await.unwrap();
    signs(&later).await;
    assert_ne!(first.device, later.device);
    let database = open(&name).await;
    let again = Identity::created(&database, &later.device).await.unwrap();
    signs(&again).await;
    assert_eq!(again.device, later.device);
    let loaded = Identity::load(Some(&database)).await.unwrap();
    assert_eq!(loaded.device, first.device);
    let unknown = postil_core::id::DeviceId([1; 32]);
    assert!(Identity::created(&database, &unknown).await.is_err());
}

#[wasm_bindgen_test]
async fn a_window_that_keeps_nothing_has_a_key_of_its_own() {
    let one = Identity::load(None).await.unwrap();
    let other = Identity::load(None).await.unwrap();
    signs(&one).await;
    signs(&other).await;
    assert_ne!(one.device, other.device);
}
