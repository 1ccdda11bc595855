//! What came of outside bytes.

use thiserror::Error;

use crate::event::EventError;
use crate::id::{DeviceId, EventId};
use crate::wire::record::RecordError;
use crate::wire::segment::{Segment, SegmentError};

/// Why outside bytes, or an event in them, were set aside.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// A record as a whole.
    #[error("{0}")]
    Record(#[from] RecordError),
    /// A segment of a record.
    #[error("{0}")]
    Segment(#[from] SegmentError),
    /// A device wrote two different events at one place of its log.
    #[error("a device wrote two different histories; what it wrote since does not count")]
    Fork(DeviceId),
    /// An event claims a Lamport time that does not follow from its past.
    #[error("an event claims a false place in time; what its device wrote since does not count")]
    Lamport(EventId),
    /// An event without effect.
    #[error("an event has no effect: {1}")]
    Event(EventId, EventError),
}

/// A run of events of one log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Whose log.
    pub device: DeviceId,
    /// The first sequence number.
    pub first: u32,
    /// The last sequence number.
    pub last: u32,
}

/// What came of outside bytes.
#[derive(Debug, Default)]
pub struct Admitted {
    /// Segments that hold something new, to be kept and passed on.
    pub fresh: Vec<Segment>,
    /// Which events were in segments with a signature that fits, new or not.
    pub spans: Vec<Span>,
    /// What was set aside and why.
    pub refused: Vec<Refusal>,
}
