//! The device's key: it signs what is written here.

use ed25519_dalek::{Signer as _, SigningKey};
use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use postil_core::id::{DeviceId, base64url};
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use crate::platform::{message, random, window};
use crate::store::indexed_db::Database;

/// Under which name the device's first key is kept.
const KEY: &str = "device";

/// Why there is no key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdentityError {
    /// The browser can neither keep nor use one.
    #[error("this browser can not keep a key to sign with ({0})")]
    Unavailable(String),
    /// A signature could not be made.
    #[error("this browser could not sign what you wrote ({0})")]
    Sign(String),
}

/// A key that can sign.
#[derive(Debug)]
pub struct Identity {
    /// The public half.
    pub device: DeviceId,
    secret: Secret,
}

/// The secret half.
enum Secret {
    /// Kept by the browser, which does not give it out.
    WebCrypto(CryptoKey),
    /// Kept here, where the browser cannot sign with Ed25519.
    Bytes(Box<SigningKey>),
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Secret::WebCrypto(_) => "WebCrypto",
            Secret::Bytes(_) => "Bytes",
        })
    }
}

impl Identity {
    /// The key kept on this device; a new one is made on first use. Without a
    /// database the key lasts as long as the page.
    ///
    /// # Errors
    /// When the browser's database fails.
    pub async fn load(database: Option<&Database>) -> Result<Self, IdentityError> {
        let Some(database) = database else {
            return Ok(Self::from_seed(random()));
        };
        let unavailable = |error: JsValue| IdentityError::Unavailable(message(&error));
        let kept = database.device_value(KEY).await.map_err(unavailable)?;
        let kept = if kept.is_undefined() {
            let fresh = fresh_key().await;
            // Another tab may have been quicker; its key counts then.
            database
                .keep_device_value(KEY, &fresh)
                .await
                .map_err(unavailable)?
        } else {
            kept
        };
        Self::from_kept(&kept).await.map_err(unavailable)
    }

    /// A new key for a room whose log can not be continued with the one before.
    /// Without a database it lasts as long as the page.
    ///
    /// # Errors
    /// When the browser's database fails.
    pub async fn create(database: Option<&Database>) -> Result<Self, IdentityError> {
        let Some(database) = database else {
            return Ok(Self::from_seed(random()));
        };
        let unavailable = |error: JsValue| IdentityError::Unavailable(message(&error));
        let fresh = fresh_key().await;
        let identity = Self::from_kept(&fresh).await.map_err(unavailable)?;
        let name = name(&identity.device);
        let kept = database.keep_device_value(&name, &fresh).await;
        kept.map_err(unavailable)?;
        Ok(identity)
    }

    /// A key that [`Identity::create`] made before.
    ///
    /// # Errors
    /// When it is not here, or the browser's database fails.
    pub async fn created(database: &Database, device: &DeviceId) -> Result<Self, IdentityError> {
        let unavailable = |error: JsValue| IdentityError::Unavailable(message(&error));
        let kept = database.device_value(&name(device)).await;
        let kept = kept.map_err(unavailable)?;
        if kept.is_undefined() {
            return Err(IdentityError::Unavailable("a key is missing".into()));
        }
        Self::from_kept(&kept).await.map_err(unavailable)
    }

    fn from_seed(seed: [u8; 32]) -> Self {
        let key = SigningKey::from_bytes(&seed);
        let device = DeviceId(key.verifying_key().to_bytes());
        Identity {
            device,
            secret: Secret::Bytes(Box::new(key)),
        }
    }

    async fn from_kept(kept: &JsValue) -> Result<Self, JsValue> {
        if let Some(bytes) = kept.dyn_ref::<Uint8Array>() {
            let seed: [u8; 32] = bytes
                .to_vec()
                .try_into()
                .map_err(|_| "the kept key is damaged")?;
            return Ok(Self::from_seed(seed));
        }
        let public: CryptoKey = Reflect::get(kept, &"publicKey".into())?.dyn_into()?;
        let secret: CryptoKey = Reflect::get(kept, &"privateKey".into())?.dyn_into()?;
        let raw: ArrayBuffer = JsFuture::from(subtle()?.export_key("raw", &public)?)
            .await?
            .dyn_into()?;
        let raw = Uint8Array::new(&raw).to_vec();
        let device = DeviceId(raw.try_into().map_err(|_| "the kept key is damaged")?);
        Ok(Identity {
            device,
            secret: Secret::WebCrypto(secret),
        })
    }

    /// Signs a message.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn sign(&self, message_bytes: &[u8]) -> Result<[u8; 64], IdentityError> {
        match &self.secret {
            Secret::Bytes(key) => Ok(key.sign(message_bytes).to_bytes()),
            Secret::WebCrypto(key) => {
                let failed = |error: JsValue| IdentityError::Sign(message(&error));
                let signature = async {
                    let promise =
                        subtle()?.sign_with_str_and_u8_array("Ed25519", key, message_bytes)?;
                    JsFuture::from(promise).await
                };
                let signature = Uint8Array::new(&signature.await.map_err(failed)?).to_vec();
                signature
                    .try_into()
                    .map_err(|_| IdentityError::Sign("wrong length".into()))
            }
        }
    }
}

/// Under which name a later key is kept.
fn name(device: &DeviceId) -> String {
    [KEY, " ", &base64url(&device.0)].concat()
}

/// A new key as it is kept: a pair of which the browser does not give the
/// secret half out or, where it can not sign, the bytes of it.
async fn fresh_key() -> JsValue {
    match generate().await {
        Ok(pair) => pair,
        Err(_) => Uint8Array::from(&random::<32>()[..]).into(),
    }
}

fn subtle() -> Result<SubtleCrypto, JsValue> {
    let window = window().ok_or("no window")?;
    let subtle = window.crypto()?.subtle();
    // Pages that were not loaded securely have no such thing.
    if subtle.is_undefined() {
        Err("no secure connection".into())
    } else {
        Ok(subtle)
    }
}

/// A key pair whose secret half never leaves the browser.
async fn generate() -> Result<JsValue, JsValue> {
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"Ed25519".into())?;
    let uses = Array::of2(&"sign".into(), &"verify".into());
    JsFuture::from(subtle()?.generate_key_with_object(&algorithm, false, &uses)?).await
}
