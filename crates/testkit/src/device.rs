//! A device: a key, a store, and tabs that each run a peer.

use std::collections::{BTreeMap, VecDeque};

use ed25519_dalek::{Signer, SigningKey};
use postil_core::event::ChainHash;
use postil_core::id::{DeviceId, Millis, RoomId};
use postil_core::peer::{Peer, relay_key};
use postil_core::relay::{self, In, Url};
use postil_core::store::memory::MemoryStore;
use postil_core::store::{Loaded, Quarantined, StoreError, Write};
use postil_core::text::Delta;
use postil_core::text::history::History;
use postil_core::wire::segment::Segment;

/// What a tab wants of the store.
#[derive(Debug)]
pub(crate) enum Operation {
    Load,
    Save(Write),
}

/// The small named values of a room.
pub(crate) type Values = Vec<(String, Vec<u8>)>;

/// What the store answered.
#[derive(Debug)]
pub(crate) enum Answer {
    Loaded(Loaded),
    /// Not the store's: there was time to take more of what it gave.
    More(Values),
    Saved(Result<(), StoreError>),
}

/// One tab.
#[derive(Debug)]
pub struct Tab {
    /// Its number, which is never used again.
    pub id: u64,
    /// What it runs.
    pub peer: Peer,
    /// What was typed here, for undoing it.
    pub history: History,
    /// The document as an editor shows it that hears of changes only.
    pub shown: String,
    /// What was set aside here.
    pub aside: Vec<Quarantined>,
    /// For each new key that it took: whether it speaks for the same author,
    /// and how many events it says once more.
    pub renewed: Vec<(bool, u32)>,
    /// What became of each change that was asked for here.
    pub done: BTreeMap<u64, Result<u32, String>>,
    pub(crate) operations: VecDeque<Operation>,
    pub(crate) busy: bool,
    pub(crate) loaded: bool,
    /// The timer of each relay's machine: only its newest setting counts.
    pub(crate) alarms: Vec<u64>,
    /// The peer's own timer, likewise.
    pub(crate) timer: u64,
}

/// One device.
#[derive(Debug)]
pub struct SimDevice {
    /// The keys it has, the first one first.
    keys: Vec<SigningKey>,
    /// Where its tabs keep the room.
    pub store: MemoryStore,
    /// The tabs that are open.
    pub tabs: Vec<Tab>,
    /// The tab that leads.
    pub leader: Option<u64>,
    /// The hash of each own event that was reported as saved.
    pub saved: BTreeMap<(DeviceId, u32), ChainHash>,
    /// How far this device's clock is off, in milliseconds.
    pub skew: Millis,
}

impl SimDevice {
    /// A device whose key follows from a seed.
    pub fn new(seed: u64) -> Self {
        SimDevice {
            keys: vec![key(seed)],
            store: MemoryStore::default(),
            tabs: Vec::new(),
            leader: None,
            saved: BTreeMap::new(),
            skew: 0,
        }
    }

    /// The name of its first key, with which it begins to write in a room.
    pub fn id(&self) -> DeviceId {
        self.ids().next().expect("there is a key")
    }

    /// The names of its keys.
    pub fn ids(&self) -> impl Iterator<Item = DeviceId> {
        self.keys.iter().map(name)
    }

    /// Makes one more key.
    pub fn add_key(&mut self, seed: u64) -> DeviceId {
        let key = key(seed);
        let id = name(&key);
        self.keys.push(key);
        id
    }

    /// Signs with one of the keys, if it is here.
    pub fn sign(&self, device: &DeviceId, message: &[u8]) -> Option<[u8; 64]> {
        let key = self.keys.iter().find(|key| name(key) == *device)?;
        Some(key.sign(message).to_bytes())
    }

    /// An open tab by its number.
    pub fn tab(&mut self, id: u64) -> Option<&mut Tab> {
        self.tabs.iter_mut().find(|tab| tab.id == id)
    }

    /// The tab that leads, once it has read the store.
    pub fn leading(&mut self) -> Option<&mut Tab> {
        let leader = self.leader?;
        self.tab(leader)
    }

    /// Remembers what was promised to last.
    pub(crate) fn note_saved(&mut self, write: &Write, room: &RoomId) {
        let own = write.own.map(|(before, _)| before);
        for bytes in write.put.iter().filter(|_| own.is_some()) {
            if let Ok(segment) = Segment::decode(bytes, room) {
                let names = (segment.first..).map(|seq| (segment.device, seq));
                self.saved.extend(names.zip(segment.hashes()));
            }
        }
    }
}

fn name(key: &SigningKey) -> DeviceId {
    DeviceId(key.verifying_key().to_bytes())
}

/// A key that follows from a seed.
pub fn key(seed: u64) -> SigningKey {
    let mut bytes = [0x5e; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    SigningKey::from_bytes(&bytes)
}

impl Tab {
    /// A tab that has just been opened.
    pub(crate) fn new(id: u64, peer: Peer) -> Self {
        let mut tab = Tab {
            id,
            peer,
            history: History::default(),
            shown: String::new(),
            aside: Vec::new(),
            renewed: Vec::new(),
            done: BTreeMap::new(),
            operations: VecDeque::new(),
            busy: false,
            loaded: false,
            alarms: Vec::new(),
            timer: 0,
        };
        tab.shown = tab.text();
        tab
    }

    /// The document's text; empty when there is no document.
    pub fn text(&self) -> String {
        let documents = self.peer.replica().projection().documents();
        documents.current().map_or(String::new(), |d| d.text.text())
    }

    /// Adds each of these relays that is not there.
    pub(crate) fn add_relays(&mut self, relays: &[String], values: &Values, now: Millis) {
        self.alarms.resize(relays.len(), 0);
        for (relay, url) in relays.iter().enumerate() {
            if self.peer.relays().any(|(number, _)| number == relay) {
                continue;
            }
            let url = &Url::new(&**url);
            let key = relay_key(url);
            let kept = values.iter().find(|(name, _)| *name == key);
            let kept = kept.map(|(_, value)| &value[..]);
            let number = self.peer.add_relay(url, kept, relay::open, In::Online, now);
            assert_eq!(number, Ok(relay), "a number that is free is taken again");
        }
    }

    /// Follows the changes of the document as an editor does.
    pub(crate) fn follow(&mut self) {
        let changes = self.peer.replica_mut().take_changes();
        if changes.replaced {
            self.history = History::default();
            self.shown = self.text();
        } else {
            self.show(&changes.text);
        }
    }

    /// Changes what the editor shows.
    pub(crate) fn show(&mut self, deltas: &[Delta]) {
        for delta in deltas {
            let start = bytes(&self.shown, delta.at);
            let end = bytes(&self.shown, delta.at + delta.deleted);
            self.shown.replace_range(start..end, &delta.inserted);
        }
    }
}

/// The byte offset of an offset in UTF-16 code units.
fn bytes(text: &str, units: u32) -> usize {
    let mut left = units as usize;
    for (at, c) in text.char_indices() {
        if left == 0 {
            return at;
        }
        left = left.saturating_sub(c.len_utf16());
    }
    assert_eq!(left, 0, "a change lies outside of the text");
    text.len()
}
