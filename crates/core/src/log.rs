//! Logs: one hash chain of events for each device.
//!
//! A log only ever grows at its end. Segments that arrive early are held until
//! the gap before them closes; a second, different event at a sequence number
//! is a fork, and the device's events from there on count nowhere.

pub mod logs;
pub mod past;

use std::rc::Rc;

use crate::event::{ChainHash, Header, chain_start};
use crate::id::{DeviceId, RoomId};
use crate::sorted::Map;
use crate::wire::segment::{Segment, SegmentError, SignatureBytes};
pub use logs::Logs;
pub use past::Past;

/// Most segments of one device that are held while earlier ones are missing.
const MAX_HELD: usize = 256;
/// Segments that are cut from a log for sending or storing are about this
/// large, in bytes of payload.
const CUT: usize = 48 * 1024;

/// One event of a log.
#[derive(Debug)]
pub struct Entry {
    /// Where it stands.
    pub header: Header,
    /// What happened, as received.
    pub payload: Box<[u8]>,
    /// The chain's hash after it.
    pub hash: ChainHash,
}

/// One device's log.
#[derive(Debug)]
pub struct Log {
    /// Whose it is.
    pub device: DeviceId,
    start: ChainHash,
    entries: Vec<Entry>,
    signatures: Map<u32, SignatureBytes>,
    held: Vec<Segment>,
    /// How many events have been folded, or passed over, in order.
    pub(crate) applied: u32,
    /// From this sequence number on the device wrote two different events.
    forked_from: Option<u32>,
    /// From this sequence number on the Lamport times are false.
    pub(crate) false_from: Option<u32>,
    /// Segments that prove a fork, for others to see.
    proofs: Vec<Vec<u8>>,
    pub(crate) pasts: Vec<(u32, Rc<Past>)>,
}

/// Where a segment comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// From anywhere: its signature is checked.
    Outside,
    /// From the own store, which keeps only what was checked. Whoever can write
    /// there could sign as well.
    Store,
}

/// What became of a segment.
#[derive(Debug, PartialEq, Eq)]
pub enum Attached {
    /// Everything in it was known.
    Known,
    /// The log grew.
    Grown,
    /// Kept until the events before it arrive.
    Held,
    /// It proves that the device wrote two different events at one place.
    Forked,
}

impl Log {
    fn new(room: &RoomId, device: DeviceId) -> Self {
        Log {
            device,
            start: chain_start(room, &device),
            entries: Vec::new(),
            signatures: Map::new(),
            held: Vec::new(),
            applied: 0,
            forked_from: None,
            false_from: None,
            proofs: Vec::new(),
            pasts: Vec::new(),
        }
    }

    /// The sequence number of the last event; 0 for an empty log.
    pub fn head(&self) -> u32 {
        self.entries.len() as u32
    }

    /// How many events have been applied, in order.
    pub fn applied(&self) -> u32 {
        self.applied
    }

    /// The event at a sequence number.
    pub fn entry(&self, seq: u32) -> Option<&Entry> {
        self.entries.get((seq as usize).checked_sub(1)?)
    }

    /// The chain's hash after the event at `seq`; after 0, its start.
    pub fn hash(&self, seq: u32) -> Option<ChainHash> {
        if seq == 0 {
            Some(self.start)
        } else {
            self.entry(seq).map(|e| e.hash)
        }
    }

    /// How many events wait in held segments.
    pub fn held(&self) -> usize {
        self.held.iter().map(|s| s.events.len()).sum()
    }

    /// Segments that came early and are held, undecoded.
    pub(crate) fn held_segments(&self) -> impl Iterator<Item = &Segment> {
        self.held.iter()
    }

    /// Gives up held segments whose events all come after `until`.
    pub(crate) fn drop_held(&mut self, until: u32) {
        self.held.retain(|segment| segment.first <= until);
    }

    /// Whether the device wrote two different events at one place.
    pub fn is_forked(&self) -> bool {
        self.forked_from.is_some()
    }

    /// Segments that prove a fork of this log: both histories.
    pub fn proofs(&self) -> &[Vec<u8>] {
        &self.proofs
    }

    /// The sequence number from which on nothing counts; one past the head
    /// when everything does.
    pub fn end(&self) -> u32 {
        let end = self.head() + 1;
        let forked = self.forked_from.unwrap_or(end);
        end.min(forked).min(self.false_from.unwrap_or(end))
    }

    /// Whether a fork or a false Lamport time keeps the event at `seq` from
    /// counting, so that nobody need wait for it.
    pub fn excludes(&self, seq: u32) -> bool {
        let from = [self.forked_from, self.false_from];
        from.into_iter().flatten().any(|from| seq >= from)
    }

    /// What the event at `seq` had seen of other logs.
    pub(crate) fn past(&self, seq: u32) -> Option<&Rc<Past>> {
        let after = self.pasts.partition_point(|(at, _)| *at <= seq);
        self.pasts.get(after.checked_sub(1)?).map(|(_, past)| past)
    }

    /// Takes a segment whose shape was checked.
    fn attach(
        &mut self,
        segment: Segment,
        room: &RoomId,
        origin: Origin,
    ) -> Result<Attached, SegmentError> {
        let hashes = segment.hashes();
        let last = hashes.last().ok_or(SegmentError::Limit)?;
        let known = self.hash(segment.last()) == Some(*last);
        if known && self.signatures.get(&segment.last()) == Some(&segment.signature) {
            return Ok(Attached::Known);
        }
        if origin == Origin::Outside {
            segment.verify(room, last)?;
        }
        if known {
            self.signatures.insert(segment.last(), segment.signature);
            return Ok(Attached::Known);
        }
        match self.hash(segment.first - 1) {
            Some(hash) if hash == segment.previous => self.attach_fitting(segment, hashes),
            _ => {
                if self.held.contains(&segment) {
                    return Ok(Attached::Known);
                }
                self.held.push(segment);
                if self.held.len() > MAX_HELD {
                    // The one that is needed last; the store still has it.
                    let last = self.held.iter().enumerate();
                    let last = last.max_by_key(|(_, held)| held.first);
                    if let Some((index, _)) = last {
                        self.held.swap_remove(index);
                    }
                }
                Ok(Attached::Held)
            }
        }
    }

    /// Takes a segment whose beginning is on the chain.
    fn attach_fitting(
        &mut self,
        segment: Segment,
        hashes: Vec<ChainHash>,
    ) -> Result<Attached, SegmentError> {
        // Within a segment the times rise by the way they are written.
        let before = self.entry(segment.first - 1).map(|e| e.header.lamport);
        let first = segment.events.first().map(|(header, _)| header.lamport);
        match before.is_some_and(|before| first <= Some(before)) {
            true => Err(SegmentError::Order),
            false => Ok(self.extend(segment, hashes)),
        }
    }

    fn extend(&mut self, segment: Segment, hashes: Vec<ChainHash>) -> Attached {
        let known = self.head();
        let last = segment.last();
        for ((seq, hash), index) in (segment.first..).zip(&hashes).zip(0..) {
            if seq <= known && self.hash(seq) != Some(*hash) {
                if self.forked_from.is_some_and(|from| from <= seq) {
                    return Attached::Known;
                }
                self.forked_from = Some(seq);
                // Both histories: others may have either.
                let ours = self.signed_at(seq);
                let both = [Some(segment), ours].into_iter().flatten();
                self.proofs = both.map(|segment| segment.encode()).collect();
                return Attached::Forked;
            }
            if seq > known {
                self.signatures.insert(last, segment.signature);
                let fresh = segment.events.into_iter().zip(hashes).skip(index);
                self.entries
                    .extend(fresh.map(|((header, payload), hash)| Entry {
                        header,
                        payload,
                        hash,
                    }));
                return Attached::Grown;
            }
        }
        Attached::Known
    }

    /// Tries the held segments again after the log has grown. Says whether one
    /// of them proved a fork.
    fn attach_held(&mut self) -> bool {
        let mut forked = false;
        loop {
            let fits = self
                .held
                .iter()
                .position(|s| self.hash(s.first - 1) == Some(s.previous));
            let Some(position) = fits else { break };
            let segment = self.held.swap_remove(position);
            // What its signature covers was checked when it came.
            let hashes = segment.hashes();
            forked |= self.attach_fitting(segment, hashes) == Ok(Attached::Forked);
        }
        forked
    }

    /// The segment of one signature that holds the event at `seq`.
    fn signed_at(&self, seq: u32) -> Option<Segment> {
        let (last, signature) = self.signatures.range(seq..).next()?;
        let before = self.signatures.range(..seq).next_back();
        self.segment(before.map_or(0, |(seq, _)| *seq) + 1, *last, *signature)
    }

    /// The log from `first` to its last signature as signed segments.
    pub fn segments(&self, first: u32) -> Vec<Segment> {
        let mut segments = Vec::new();
        let (mut start, mut bytes) = (first.max(1), 0);
        let mut best = None;
        let mut seq = start;
        while let Some(entry) = self.entry(seq) {
            bytes += entry.payload.len() + 16;
            if let Some(signature) = self.signatures.get(&seq) {
                best = Some((seq, *signature));
            }
            let end = seq == self.head();
            if (bytes > CUT || end)
                && let Some((last, signature)) = best.take()
            {
                segments.extend(self.segment(start, last, signature));
                (start, bytes, seq) = (last + 1, 0, last);
            } else if end {
                break;
            }
            seq += 1;
        }
        segments
    }

    fn segment(&self, first: u32, last: u32, signature: SignatureBytes) -> Option<Segment> {
        let entries = self.entries.get(first as usize - 1..last as usize)?;
        Some(Segment {
            device: self.device,
            first,
            previous: self.hash(first - 1)?,
            events: entries
                .iter()
                .map(|e| (e.header.clone(), e.payload.clone()))
                .collect(),
            signature,
        })
    }
}
