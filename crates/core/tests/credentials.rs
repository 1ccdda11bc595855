//! What a relay's address says about who one is goes to the machine and nowhere else.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests and benchmarks may stop at what must not happen"
)]

use postil_core::id::{DeviceId, RoomId};
use postil_core::peer::{Effect, Peer, relay_key};
use postil_core::relay::{
    Ack, Caps, In, OpenError, Opening, Out, RecordId, Relay, Status, Stores, Trouble, Url,
};
use postil_core::store::Loaded;

const ADDRESS: &str = "wss+mqtt://ada:sesame@relay.example/mqtt?token=sesame";
/// The name of what an earlier version kept of it.
const OUTDATED: &str = "relay wss+mqtt://ada:sesame@relay.example/mqtt?token=sesame";

/// A relay that gives nonsense, gives something to remember, and refuses.
struct Hostile;

impl Relay for Hostile {
    fn caps(&self) -> Caps {
        Caps {
            stores: Stores::No,
            live: false,
            removes: false,
            max_record: 1,
            ack: Ack::Sent,
        }
    }

    fn step(&mut self, _: In, _: u64, out: &mut Vec<Out>) {
        let bytes = b"nonsense".to_vec();
        let id = RecordId::of(&bytes);
        let why = Trouble::Denied;
        let refused = Out::Status(Status::Refused { why });
        out.extend([Out::Record { id, bytes }, Out::Cursor(vec![1]), refused]);
    }
}

fn open(opening: Opening<'_>) -> Result<Box<dyn Relay>, OpenError> {
    assert_eq!(opening.url, ADDRESS, "the machine needs all of it");
    assert!(!format!("{opening:?}").contains("sesame"));
    Ok(Box::new(Hostile))
}

#[test]
fn nothing_that_is_kept_or_said_has_it() {
    let mut peer = Peer::new(RoomId([1; 32]), DeviceId([2; 32]), 3, None);
    peer.lead_from_start();
    let loaded = Loaded {
        values: vec![(OUTDATED.into(), vec![0, 0]), ("draft".into(), vec![1])],
        ..Loaded::default()
    };
    peer.loaded(loaded, 1_000);
    let url = Url::new(ADDRESS);
    peer.add_relay(&url, None, open, In::Online, 1_000).unwrap();
    let (mut values, mut said) = (Vec::new(), format!("{peer:?}"));
    while let Some(effect) = peer.effect() {
        said.push_str(&format!("{effect:?}"));
        if let Effect::Save(write) = effect {
            assert!(
                write
                    .quarantine
                    .iter()
                    .all(|it| !it.from.contains("sesame"))
            );
            values.extend(write.values);
        }
    }
    let removed = values.iter().position(|it| *it == (OUTDATED.into(), None));
    values.remove(removed.unwrap());
    let names: Vec<&str> = values.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, [relay_key(&url)]);
    assert!(said.contains("wss+mqtt://relay.example/mqtt"));
    // What names the outdated to remove it is all there is.
    assert!(!said.replace(OUTDATED, "").contains("sesame"), "{said}");
}
