//! Sorted maps and sets that take little code.
//!
//! The standard library's B-trees and sorts are compiled anew for every type
//! they hold, at 4 to 10 KiB of WebAssembly each; a page would load more of
//! them than of everything that Postil does. These maps do the same with
//! binary search in vectors, at a tenth of the code. Entries are in chunks of
//! at most [`CHUNK`], so that a change moves a few of them and not all.

mod iter;
mod order;
mod set;
#[cfg(test)]
mod tests;

use std::borrow::Borrow;
use std::ops::{Bound, RangeBounds};

pub use iter::{IntoIter, Iter, IterMut};
pub use order::{sort, sort_by_key};
pub use set::Set;

/// Most entries in one chunk.
const CHUNK: usize = 128;

/// A map whose entries are in the order of their keys.
pub struct Map<K, V> {
    /// None of them is empty.
    chunks: Vec<Vec<(K, V)>>,
}

/// Where an entry is, or would be: its chunk, and its place there.
type Place = (usize, usize);

impl<K, V> Map<K, V> {
    /// An empty map.
    pub const fn new() -> Self {
        Map { chunks: Vec::new() }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.chunks.iter().map(Vec::len).sum()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        self.chunks.clear();
    }

    /// The entries in the order of their keys.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter::new(&self.chunks)
    }

    /// The entries in the order of their keys, to change their values.
    pub fn iter_mut(&mut self) -> IterMut<'_, K, V> {
        IterMut::new(&mut self.chunks)
    }

    /// The keys in their order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + Clone {
        self.iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + Clone {
        self.iter().map(|(_, value)| value)
    }

    /// The values in the order of their keys, to change them.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.iter_mut().map(|(_, value)| value)
    }

    /// The keys in their order, taken out.
    pub fn into_keys(self) -> impl Iterator<Item = K> {
        self.into_iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys, taken out.
    pub fn into_values(self) -> impl Iterator<Item = V> {
        self.into_iter().map(|(_, value)| value)
    }

    /// The entry with the least key.
    pub fn first_key_value(&self) -> Option<(&K, &V)> {
        self.iter().next()
    }

    /// The entry with the greatest key.
    pub fn last_key_value(&self) -> Option<(&K, &V)> {
        self.iter().next_back()
    }

    /// Keeps only the entries for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        for chunk in &mut self.chunks {
            chunk.retain_mut(|(key, value)| keep(key, value));
        }
        self.chunks.retain(|chunk| !chunk.is_empty());
    }

    fn at(&self, (chunk, index): Place) -> Option<&(K, V)> {
        self.chunks.get(chunk)?.get(index)
    }

    fn at_mut(&mut self, (chunk, index): Place) -> Option<&mut (K, V)> {
        self.chunks.get_mut(chunk)?.get_mut(index)
    }
}

impl<K: Ord, V> Map<K, V> {
    /// Where the key's entry is, or else would be.
    #[inline(never)]
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<Place, Place>
    where
        K: Borrow<Q>,
    {
        let ends_before =
            |chunk: &Vec<(K, V)>| chunk.last().is_some_and(|(last, _)| last.borrow() < key);
        let chunk = self.chunks.partition_point(ends_before);
        let Some(entries) = self.chunks.get(chunk) else {
            // Behind everything: in the last chunk, if there is one.
            let last = self.chunks.len().saturating_sub(1);
            return Err((last, self.chunks.last().map_or(0, Vec::len)));
        };
        match entries.binary_search_by(|(other, _)| other.borrow().cmp(key)) {
            Ok(index) => Ok((chunk, index)),
            Err(index) => Err((chunk, index)),
        }
    }

    /// Puts an entry where its key belongs.
    #[inline(never)]
    fn put(&mut self, (chunk, index): Place, entry: (K, V)) -> Place {
        let Some(entries) = self.chunks.get_mut(chunk) else {
            self.chunks.push(vec![entry]);
            return (0, 0);
        };
        if entries.len() < CHUNK {
            entries.insert(index, entry);
            return (chunk, index);
        }
        if index == entries.len() {
            // What grows at its end gets full chunks.
            self.chunks.insert(chunk + 1, vec![entry]);
            return (chunk + 1, 0);
        }
        let mut upper = entries.split_off(CHUNK / 2);
        let place = if index <= CHUNK / 2 {
            entries.insert(index, entry);
            (chunk, index)
        } else {
            upper.insert(index - CHUNK / 2, entry);
            (chunk + 1, index - CHUNK / 2)
        };
        self.chunks.insert(chunk + 1, upper);
        place
    }

    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let place = self.find(key).ok()?;
        self.at(place).map(|(_, value)| value)
    }

    /// The value of a key, to change it.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let place = self.find(key).ok()?;
        self.at_mut(place).map(|(_, value)| value)
    }

    /// Whether the key has an entry.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_ok()
    }

    /// Gives a key a value. Returns the one that it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.find(&key) {
            Ok(place) => {
                let (_, held) = self.at_mut(place)?;
                Some(std::mem::replace(held, value))
            }
            Err(place) => {
                self.put(place, (key, value));
                None
            }
        }
    }

    /// Removes a key. Returns the value that it had.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let (chunk, index) = self.find(key).ok()?;
        let entries = self.chunks.get_mut(chunk)?;
        let (_, value) = entries.remove(index);
        if entries.is_empty() {
            self.chunks.remove(chunk);
        }
        Some(value)
    }

    /// The entry of a key, to be filled if there is none.
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        Entry { map: self, key }
    }

    /// Moves everything out of `other` and into this map.
    pub fn append(&mut self, other: &mut Self) {
        self.extend(std::mem::take(other));
    }

    /// The entries whose keys are within bounds, in the order of their keys.
    pub fn range(&self, bounds: impl RangeBounds<K>) -> Iter<'_, K, V> {
        let start = match bounds.start_bound() {
            Bound::Unbounded => (0, 0),
            Bound::Included(key) => self.find(key).unwrap_or_else(|place| place),
            Bound::Excluded(key) => self.find(key).map_or_else(|place| place, after),
        };
        let end = match bounds.end_bound() {
            Bound::Unbounded => (self.chunks.len(), 0),
            Bound::Included(key) => self.find(key).map_or_else(|place| place, after),
            Bound::Excluded(key) => self.find(key).unwrap_or_else(|place| place),
        };
        Iter::between(&self.chunks, start, end)
    }
}

fn after((chunk, index): Place) -> Place {
    (chunk, index + 1)
}

/// The entry of a key that may not have a value yet.
#[derive(Debug)]
pub struct Entry<'a, K, V> {
    map: &'a mut Map<K, V>,
    key: K,
}

impl<'a, K: Ord, V> Entry<'a, K, V> {
    /// The key's value; `make` gives it if there is none.
    pub fn or_insert_with(self, make: impl FnOnce() -> V) -> &'a mut V {
        let place = match self.map.find(&self.key) {
            Ok(place) => place,
            Err(place) => self.map.put(place, (self.key, make())),
        };
        match self.map.at_mut(place) {
            Some((_, value)) => value,
            // The place was found, or filled, just now.
            None => unreachable!(),
        }
    }

    /// The key's value, `value` if it had none.
    pub fn or_insert(self, value: V) -> &'a mut V {
        self.or_insert_with(|| value)
    }

    /// The key's value, the default if it had none.
    pub fn or_default(self) -> &'a mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Map::new()
    }
}

impl<K: Clone, V: Clone> Clone for Map<K, V> {
    fn clone(&self) -> Self {
        Map {
            chunks: self.chunks.clone(),
        }
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for Map<K, V> {
    /// Whether both have the same entries, however they are cut into chunks.
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<K: Eq, V: Eq> Eq for Map<K, V> {}

impl<K: std::fmt::Debug, V: std::fmt::Debug> std::fmt::Debug for Map<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<K: Ord, V> Extend<(K, V)> for Map<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Map::new();
        map.extend(entries);
        map
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for Map<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}
