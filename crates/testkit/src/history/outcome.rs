//! What must hold when a history is over.

use std::collections::BTreeMap;

use postil_core::replica::Replica;
use postil_core::wire::record::pack;

use super::{TEXT, view};
use crate::world::World;

/// What must hold when everything is mended and quiet and nobody attacked:
/// also nothing was refused.
///
/// # Panics
/// When it does not.
pub fn check(world: &mut World) {
    for tab in world.devices.iter().flat_map(|device| &device.tabs) {
        let aside: Vec<_> = tab.aside.iter().map(|aside| &aside.reason).collect();
        assert!(aside.is_empty(), "tab {} set aside {aside:?}", tab.id);
        let failed = tab.done.values().find_map(|done| done.as_ref().err());
        assert_eq!(failed, None, "a change in tab {} was refused", tab.id);
    }
    check_alike(world);
}

/// What must hold in any case: what was saved is there, and everybody sees the
/// same.
///
/// # Panics
/// When it does not.
pub fn check_alike(world: &mut World) {
    let mut views = BTreeMap::new();
    for (number, device) in world.devices.iter_mut().enumerate() {
        for tab in &mut device.tabs {
            let replica = tab.peer.replica_mut();
            for ((key, seq), hash) in &device.saved {
                let log = replica.logs().log(key);
                let kept = log.and_then(|log| log.hash(*seq));
                assert_eq!(
                    kept,
                    Some(*hash),
                    "a saved event of device {number} is lost"
                );
            }
            let view = view(replica);
            assert_eq!(
                tab.shown, view.1,
                "tab {} was told of other changes",
                tab.id
            );
            views.insert((number, tab.id), view);
        }
    }
    let (first, seen) = views.first_key_value().expect("there is a tab");
    for (other, view) in &views {
        assert_eq!(view, seen, "{other:?} and {first:?} differ");
    }
}

/// The same events in any order, some of them twice, come to the same.
///
/// # Panics
/// When they do not.
pub fn check_any_order(world: &mut World) {
    let device = world.random.index(world.devices.len());
    let mut rows = world.devices[device].store.read().segments;
    let (room, id) = (world.room, world.devices[device].id());
    let expected = view(world.devices[device].tabs[0].peer.replica_mut());
    let again = rows.len() / 4;
    rows.extend_from_within(..again);
    world.random.shuffle(&mut rows);
    let mut fresh = Replica::new(room, id, 1, Some(TEXT));
    for record in rows.iter().flat_map(|row| pack([row])) {
        fresh.admit(&record);
    }
    assert_eq!(
        view(&mut fresh),
        expected,
        "in another order it is something else"
    );
}
