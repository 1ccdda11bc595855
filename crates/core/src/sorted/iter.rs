//! Going through a map.

use std::slice;
use std::vec;

use super::{Map, Place};

/// The entries of a map, or of a part of it, in the order of their keys.
pub struct Iter<'a, K, V> {
    front: slice::Iter<'a, (K, V)>,
    chunks: slice::Iter<'a, Vec<(K, V)>>,
    back: slice::Iter<'a, (K, V)>,
}

impl<'a, K, V> Iter<'a, K, V> {
    pub(super) fn new(chunks: &'a [Vec<(K, V)>]) -> Self {
        Iter {
            front: [].iter(),
            chunks: chunks.iter(),
            back: [].iter(),
        }
    }

    /// From the entry at `start` up to the one before `end`.
    pub(super) fn between(chunks: &'a [Vec<(K, V)>], start: Place, end: Place) -> Self {
        let part = |chunk: usize, from: usize, to: usize| {
            let entries = chunks.get(chunk).map(Vec::as_slice).unwrap_or_default();
            entries
                .get(from..to.min(entries.len()))
                .unwrap_or_default()
                .iter()
        };
        if start.0 >= end.0 {
            let only = if start.0 == end.0 {
                part(start.0, start.1, end.1)
            } else {
                [].iter()
            };
            return Iter {
                front: only,
                chunks: [].iter(),
                back: [].iter(),
            };
        }
        Iter {
            front: part(start.0, start.1, usize::MAX),
            chunks: chunks.get(start.0 + 1..end.0).unwrap_or_default().iter(),
            back: part(end.0, 0, end.1),
        }
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((key, value)) = self.front.next() {
                return Some((key, value));
            }
            match self.chunks.next() {
                Some(chunk) => self.front = chunk.iter(),
                None => return self.back.next().map(|(key, value)| (key, value)),
            }
        }
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((key, value)) = self.back.next_back() {
                return Some((key, value));
            }
            match self.chunks.next_back() {
                Some(chunk) => self.back = chunk.iter(),
                None => return self.front.next_back().map(|(key, value)| (key, value)),
            }
        }
    }
}

impl<K, V> Clone for Iter<'_, K, V> {
    fn clone(&self) -> Self {
        Iter {
            front: self.front.clone(),
            chunks: self.chunks.clone(),
            back: self.back.clone(),
        }
    }
}

impl<K, V> std::fmt::Debug for Iter<'_, K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Iter").finish_non_exhaustive()
    }
}

/// The entries of a map in the order of their keys, to change their values.
pub struct IterMut<'a, K, V> {
    front: slice::IterMut<'a, (K, V)>,
    chunks: slice::IterMut<'a, Vec<(K, V)>>,
}

impl<'a, K, V> IterMut<'a, K, V> {
    pub(super) fn new(chunks: &'a mut [Vec<(K, V)>]) -> Self {
        IterMut {
            front: [].iter_mut(),
            chunks: chunks.iter_mut(),
        }
    }
}

impl<'a, K, V> Iterator for IterMut<'a, K, V> {
    type Item = (&'a K, &'a mut V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((key, value)) = self.front.next() {
                return Some((&*key, value));
            }
            self.front = self.chunks.next()?.iter_mut();
        }
    }
}

impl<K, V> std::fmt::Debug for IterMut<'_, K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IterMut").finish_non_exhaustive()
    }
}

/// The entries of a map in the order of their keys, taken out.
#[derive(Debug)]
pub struct IntoIter<K, V> {
    front: vec::IntoIter<(K, V)>,
    chunks: vec::IntoIter<Vec<(K, V)>>,
}

impl<K, V> Iterator for IntoIter<K, V> {
    type Item = (K, V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.front.next() {
                return Some(entry);
            }
            self.front = self.chunks.next()?.into_iter();
        }
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    fn into_iter(self) -> Self::IntoIter {
        IntoIter {
            front: Vec::new().into_iter(),
            chunks: self.chunks.into_iter(),
        }
    }
}

impl<'a, K, V> IntoIterator for &'a Map<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a, K, V> IntoIterator for &'a mut Map<K, V> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = IterMut<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}
