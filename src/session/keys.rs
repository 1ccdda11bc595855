//! The keys that a session signs with: the device's, and a new one for a room
//! whose log can not be continued.

use std::rc::Rc;

use postil_core::event::{close, device};
use postil_core::id::{AuthorId, DeviceId};
use wasm_bindgen_futures::spawn_local;

use super::Session;
use crate::identity::{Identity, IdentityError};
use crate::platform::now;

impl Session {
    /// Signs. The session lives until that is done and stored, also when its
    /// elements have left the page meanwhile: what was written is not lost.
    pub(super) fn sign(&self, device: DeviceId, message: Vec<u8>) {
        let Some(session) = self.this.upgrade() else {
            return;
        };
        spawn_local(async move {
            let signed = session.sign_as(device, &message).await;
            session.input(|peer| match signed {
                Ok(signature) => peer.signed(signature),
                Err(error) => peer.sign_failed(error.to_string(), now()),
            });
        });
    }

    /// Makes a key to go on with; the old one says how far its log counts, and
    /// the author's, if it is here, that the new one is the author's too.
    pub(super) fn renew(&self, old: DeviceId, author: AuthorId, until: u32) {
        let Some(session) = self.this.upgrade() else {
            return;
        };
        spawn_local(async move {
            let made = session.make_key(old, author, until).await;
            session.input(|peer| match made {
                Ok((key, certificate, closing)) => peer.renewed(key, certificate, &closing, now()),
                Err(error) => peer.renew_failed(error.to_string(), now()),
            });
        });
    }

    async fn make_key(
        &self,
        old: DeviceId,
        author: AuthorId,
        until: u32,
    ) -> Result<(DeviceId, Option<[u8; 64]>, [u8; 64]), IdentityError> {
        let database = self.state.borrow().database.clone();
        let key = Identity::create(database.as_ref()).await?;
        let new = key.device;
        self.state.borrow_mut().keys.push(Rc::new(key));
        let closing = close::message(&self.room, &new, until);
        let closing = self.sign_as(old, &closing).await?;
        let certificate = device::message(&self.room, &new);
        let certificate = self.sign_as(DeviceId(author.0), &certificate).await;
        Ok((new, certificate.ok(), closing))
    }

    async fn sign_as(&self, device: DeviceId, message: &[u8]) -> Result<[u8; 64], IdentityError> {
        self.key(device).await?.sign(message).await
    }

    /// The key of this name, which another tab may have made.
    async fn key(&self, device: DeviceId) -> Result<Rc<Identity>, IdentityError> {
        let (known, database) = {
            let state = self.state.borrow();
            let known = state.keys.iter().find(|key| key.device == device);
            (known.cloned(), state.database.clone())
        };
        if let Some(known) = known {
            return Ok(known);
        }
        let missing = || IdentityError::Unavailable("a key is missing".into());
        let database = database.ok_or_else(missing)?;
        let key = Rc::new(Identity::created(&database, &device).await?);
        self.state.borrow_mut().keys.push(key.clone());
        Ok(key)
    }
}
