//! What every store must do. A [`Subject`] is one kind of store with what a
//! test has to do to it; [`run`] puts it through every case, in a browser or
//! natively.

#![allow(async_fn_in_trait, reason = "tests run it where they are")]

use postil_core::relay::RecordId;
use postil_core::store::{Durability, Loaded, Quarantined, Store, StoreError, Write};

/// One kind of store under test.
pub trait Subject {
    /// What it is.
    type Store: Store;

    /// Opens the store of a name. Opening a name again gives the same store,
    /// as another tab would get it.
    async fn open(&self, name: &str) -> Self::Store;

    /// Damages one kept segment behind the store's back. Says whether that can
    /// be done to this kind of store.
    async fn damage(&self, store: &Self::Store) -> bool;

    /// Makes the store refuse what is new, as a full disk does, or take it
    /// again.
    async fn set_full(&self, store: &Self::Store, full: bool);

    /// What was set aside, oldest first; `None` if it can not be looked at.
    async fn quarantined(&self, store: &Self::Store) -> Option<Vec<Quarantined>>;
}

/// Puts a kind of store through every case.
///
/// # Panics
/// When a case fails.
pub async fn run<S: Subject>(subject: &S) {
    starts_empty(subject).await;
    keeps_everything(subject).await;
    never_forks_the_own_log(subject).await;
    changes_all_or_nothing(subject).await;
    follows_the_outbox(subject).await;
    replaces_values(subject).await;
    drops_segments(subject).await;
    does_things_in_order(subject).await;
    keeps_rooms_apart(subject).await;
    loses_nothing_when_full(subject).await;
    leaves_out_what_is_damaged(subject).await;
    bounds_what_is_set_aside(subject).await;
}

async fn load<S: Store>(store: &S) -> Loaded {
    let mut loaded = store.load().await.expect("the store can be read");
    loaded.segments.sort();
    loaded.values.sort();
    loaded
}

async fn commit<S: Store>(store: &S, write: Write) {
    store
        .commit(&write)
        .await
        .expect("the store can be written");
}

/// The write of own events after `before`.
fn own(before: u32, after: u32) -> Write {
    Write {
        durability: Durability::Strict,
        own: Some((before, after)),
        put: vec![after.to_be_bytes().to_vec()],
        outbox_add: (before + 1..=after).collect(),
        ..Write::default()
    }
}

fn value(name: &str, value: Option<&[u8]>) -> Write {
    Write {
        values: vec![(name.into(), value.map(<[u8]>::to_vec))],
        ..Write::default()
    }
}

async fn starts_empty<S: Subject>(subject: &S) {
    let store = subject.open("starts empty").await;
    assert_eq!(load(&store).await, Loaded::default());
    commit(&store, Write::default()).await;
    assert_eq!(load(&store).await, Loaded::default(), "an empty write");
}

async fn keeps_everything<S: Subject>(subject: &S) {
    let store = subject.open("keeps everything").await;
    let bytes: Vec<u8> = (0..=255).collect();
    let large = vec![7; 200_000];
    let write = Write {
        put: vec![bytes.clone(), large.clone(), Vec::new()],
        values: vec![
            ("".into(), Some(Vec::new())),
            ("relay https://é.example".into(), Some(bytes.clone())),
        ],
        ..own(0, 3)
    };
    commit(&store, write).await;
    let again = Write {
        put: vec![bytes.clone()],
        ..Write::default()
    };
    commit(&store, again).await;
    let expected = Loaded {
        segments: vec![Vec::new(), bytes.clone(), large],
        own: 3,
        outbox: vec![1, 2, 3],
        values: vec![
            ("".into(), Vec::new()),
            ("relay https://é.example".into(), bytes),
        ],
        damaged: 0,
    };
    assert_eq!(load(&store).await, expected);
    let reopened = subject.open("keeps everything").await;
    assert_eq!(load(&reopened).await, expected, "after opening it again");
}

async fn never_forks_the_own_log<S: Subject>(subject: &S) {
    let one = subject.open("own log").await;
    let other = subject.open("own log").await;
    commit(&one, own(0, 2)).await;
    for write in [own(0, 1), own(1, 3), own(3, 4)] {
        assert_eq!(other.commit(&write).await, Err(StoreError::Conflict));
    }
    commit(&other, own(2, 5)).await;
    assert_eq!(one.commit(&own(2, 3)).await, Err(StoreError::Conflict));
    let loaded = load(&one).await;
    assert_eq!((loaded.own, loaded.outbox), (5, vec![1, 2, 3, 4, 5]));
}

async fn changes_all_or_nothing<S: Subject>(subject: &S) {
    let store = subject.open("all or nothing").await;
    commit(&store, own(0, 1)).await;
    commit(&store, value("kept", Some(b"1"))).await;
    let before = load(&store).await;
    let refused = Write {
        put: vec![b"new".to_vec()],
        drop: vec![RecordId::of(&1u32.to_be_bytes())],
        outbox_remove: vec![1],
        values: vec![("kept".into(), None), ("new".into(), Some(b"2".to_vec()))],
        ..own(7, 8)
    };
    assert_eq!(store.commit(&refused).await, Err(StoreError::Conflict));
    assert_eq!(load(&store).await, before);
}

async fn follows_the_outbox<S: Subject>(subject: &S) {
    let store = subject.open("outbox").await;
    commit(&store, own(0, 12)).await;
    let both = Write {
        outbox_remove: vec![12],
        outbox_add: vec![12],
        ..Write::default()
    };
    commit(&store, both).await;
    let write = Write {
        outbox_remove: vec![2, 11, 40],
        ..Write::default()
    };
    commit(&store, write).await;
    let outbox = load(&store).await.outbox;
    assert_eq!(
        outbox,
        [1, 3, 4, 5, 6, 7, 8, 9, 10, 12],
        "ascending, as numbers"
    );
}

async fn replaces_values<S: Subject>(subject: &S) {
    let store = subject.open("values").await;
    commit(&store, value("a", Some(b"1"))).await;
    commit(&store, value("b", Some(b"2"))).await;
    commit(&store, value("a", Some(b"3"))).await;
    commit(&store, value("b", None)).await;
    commit(&store, value("never there", None)).await;
    assert_eq!(load(&store).await.values, [("a".into(), b"3".to_vec())]);
}

async fn drops_segments<S: Subject>(subject: &S) {
    let store = subject.open("drop").await;
    let put = vec![b"a".to_vec(), b"b".to_vec(), b"c".to_vec()];
    commit(
        &store,
        Write {
            put,
            ..Write::default()
        },
    )
    .await;
    let joined = Write {
        put: vec![b"ab".to_vec()],
        drop: vec![
            RecordId::of(b"a"),
            RecordId::of(b"b"),
            RecordId::of(b"not there"),
        ],
        ..Write::default()
    };
    commit(&store, joined).await;
    assert_eq!(load(&store).await.segments, [b"ab".to_vec(), b"c".to_vec()]);
}

/// A write that was asked for earlier is there when a later one is, and a
/// strict one does not overtake relaxed ones.
async fn does_things_in_order<S: Subject>(subject: &S) {
    let store = subject.open("order").await;
    for n in 0..20u32 {
        commit(&store, value("n", Some(&n.to_be_bytes()))).await;
        if n % 5 == 0 {
            commit(&store, own(n / 5, n / 5 + 1)).await;
        }
    }
    let loaded = load(&store).await;
    assert_eq!(loaded.own, 4);
    assert_eq!(loaded.values, [("n".into(), 19u32.to_be_bytes().to_vec())]);
}

async fn keeps_rooms_apart<S: Subject>(subject: &S) {
    let (one, other) = (subject.open("room 1").await, subject.open("room 2").await);
    commit(
        &one,
        Write {
            values: value("a", Some(b"1")).values,
            ..own(0, 2)
        },
    )
    .await;
    assert_eq!(load(&other).await, Loaded::default());
    commit(&other, own(0, 1)).await;
    assert_eq!(load(&one).await.own, 2);
}

/// What does not fit is refused as a whole, what is held stays, and when there
/// is room again the same write goes through.
async fn loses_nothing_when_full<S: Subject>(subject: &S) {
    let store = subject.open("full").await;
    commit(&store, own(0, 2)).await;
    commit(&store, value("kept", Some(b"1"))).await;
    let before = load(&store).await;
    subject.set_full(&store, true).await;
    let large = Write {
        put: vec![vec![9; 50_000], b"small".to_vec()],
        values: value("kept", Some(b"2")).values,
        outbox_remove: vec![1],
        ..own(2, 3)
    };
    for _ in 0..2 {
        assert_eq!(store.commit(&large).await, Err(StoreError::Full));
        assert_eq!(load(&store).await, before, "nothing of it happened");
    }
    subject.set_full(&store, false).await;
    commit(&store, large).await;
    let loaded = load(&store).await;
    assert_eq!((loaded.own, loaded.outbox), (3, vec![2, 3]));
    assert_eq!(loaded.values, [("kept".into(), b"2".to_vec())]);
}

async fn leaves_out_what_is_damaged<S: Subject>(subject: &S) {
    let store = subject.open("damage").await;
    let put = vec![b"first".to_vec(), b"second".to_vec(), b"third".to_vec()];
    commit(
        &store,
        Write {
            put: put.clone(),
            ..own(0, 1)
        },
    )
    .await;
    if !subject.damage(&store).await {
        return;
    }
    let loaded = load(&store).await;
    assert_eq!(loaded.damaged, 1);
    assert_eq!(loaded.segments.len(), 2, "the others are there");
    assert_eq!((loaded.own, loaded.outbox), (1, vec![1]));
    assert_eq!(load(&store).await.damaged, 0, "it is told once");
    if let Some(aside) = subject.quarantined(&store).await {
        let told = aside.iter().filter(|row| row.from == "store");
        assert_eq!(told.count(), 1, "set aside, with its reason");
        assert!(aside.iter().all(|row| !row.reason.is_empty()));
    }
    let mut all = put;
    all.push(1u32.to_be_bytes().to_vec());
    commit(
        &store,
        Write {
            put: all,
            ..Write::default()
        },
    )
    .await;
    let loaded = load(&store).await;
    assert_eq!(
        (loaded.damaged, loaded.segments.len()),
        (0, 4),
        "it can be kept anew"
    );
}

async fn bounds_what_is_set_aside<S: Subject>(subject: &S) {
    let store = subject.open("quarantine").await;
    let aside = |number: usize, bytes: Vec<u8>| Quarantined {
        reason: number.to_string(),
        from: "test".into(),
        bytes,
    };
    let many = Quarantined::MAX_ROWS + 5;
    for number in 0..many {
        let quarantine = vec![aside(number, vec![1])];
        commit(
            &store,
            Write {
                quarantine,
                ..Write::default()
            },
        )
        .await;
    }
    let large = vec![aside(many, vec![2; Quarantined::MAX_BYTES + 1])];
    commit(
        &store,
        Write {
            quarantine: large,
            ..Write::default()
        },
    )
    .await;
    assert_eq!(load(&store).await, Loaded::default());
    let Some(kept) = subject.quarantined(&store).await else {
        return;
    };
    assert_eq!(kept.len(), Quarantined::MAX_ROWS);
    assert_eq!(
        kept.first().map(|aside| &*aside.reason),
        Some("6"),
        "the oldest go"
    );
    let last = kept.last().expect("there is one");
    assert_eq!(
        (&*last.reason, last.bytes.len()),
        (&*many.to_string(), Quarantined::MAX_BYTES)
    );
}
