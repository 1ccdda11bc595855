//! What is written here and is no event yet.

use super::{Admitted, Replica};
use crate::id::DeviceId;

impl Replica {
    /// Gives up what was written here into a document and has not become an
    /// event: the texts are what the events make them.
    pub fn give_up_writing(&mut self) {
        self.projection.documents_mut().give_up();
        self.rebuild();
        self.settle(&mut Admitted::default());
    }

    /// Another key of this device edits here from now on. What was written with
    /// the one before and has not become an event is taken out of the texts.
    pub fn set_device(&mut self, device: DeviceId) {
        self.projection.documents_mut().set_device(device);
        self.give_up_writing();
    }
}
