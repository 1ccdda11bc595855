//! What a peer wants done.

#[cfg(doc)]
use super::Peer;
use crate::id::{AuthorId, DeviceId, Millis};
use crate::relay;
use crate::store::{Quarantined, StoreError, Write};

/// What the caller is to do, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Sign this; answer with [`Peer::signed`].
    Sign {
        /// Whose key is to sign.
        device: DeviceId,
        /// What it is to sign.
        message: Vec<u8>,
    },
    /// The own log can not be continued. Make a new key, keep it, and answer
    /// with [`Peer::renewed`] or [`Peer::renew_failed`].
    Renew {
        /// The key that wrote the log.
        device: DeviceId,
        /// The author whose certificate is wanted, if its key is here.
        author: AuthorId,
        /// How far the log is to count.
        until: u32,
    },
    /// Another key writes from now on.
    Renewed {
        /// Whether it speaks for the same author.
        same_author: bool,
        /// How many events of the old log are said once more.
        again: u32,
    },
    /// Store this; answer with [`Peer::saved`], in order.
    Save(Write),
    /// Read the store again; answer with [`Peer::loaded`].
    Reload,
    /// Do this for a relay; answer with [`Peer::relay`].
    Relay {
        /// The number that [`Peer::add_relay`] gave.
        relay: usize,
        /// What to do: only what needs I/O comes out here.
        out: relay::Out,
    },
    /// Say this to the other tabs.
    Tell(Vec<u8>),
    /// Call [`Peer::tick`] at this time, in milliseconds. Replaces the time
    /// said before.
    WakeAt(Millis),
    /// A change that was asked for here is durable as this event of the own
    /// log, or can not be.
    Done {
        /// What [`Peer::submit`] gave.
        ticket: u64,
        /// The event's sequence number, or the reason in words.
        result: Result<u32, String>,
    },
    /// Own changes can not be kept for this reason. They wait, and it is tried
    /// again; `None` when it went through.
    Stalled(Option<StoreError>),
    /// Something was set aside.
    SetAside(Quarantined),
    /// The connection to a relay, or what it holds, changed.
    RelayChanged,
    /// More that relays said waits to be taken: whoever has something else to do
    /// in between, such as drawing, does it now and then asks for the next effect.
    Rest,
}
