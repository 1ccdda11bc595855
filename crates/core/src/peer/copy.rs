//! Everything of a room in one piece, and what comes in such pieces: by hand,
//! without any relay.

use super::Peer;
use crate::id::Millis;
use crate::log::Log;
use crate::sorted;
use crate::store::Quarantined;
use crate::tabs::Frame;
use crate::wire::bundle;
use crate::wire::bytes::BytesError;
use crate::wire::record::pack;
use crate::wire::segment::Segment;

impl Peer {
    /// A bundle of everything that is here. The same logs, with the same
    /// signatures, give the same bytes.
    pub fn bundle(&self) -> Vec<u8> {
        let logs = self.replica.logs();
        let mut sorted: Vec<&Log> = logs.iter().collect();
        sorted::sort_by_key(&mut sorted, |log| log.device);
        let mut segments: Vec<Vec<u8>> = Vec::new();
        for log in sorted {
            segments.extend(log.segments(1).iter().map(Segment::encode));
            let mut loose: Vec<Vec<u8>> = log.held_segments().map(Segment::encode).collect();
            loose.extend(log.proofs().iter().cloned());
            sorted::sort(&mut loose);
            segments.extend(loose);
        }
        bundle::write(&logs.room, &pack(&segments))
    }

    /// Takes a record that came by hand: from a file, or from a code on another
    /// device's screen. `from` says where from. Says whether anything in it was
    /// new.
    pub fn bring(&mut self, from: &str, record: &[u8], now: Millis) -> bool {
        let is_new = self.take(from, record, now);
        if is_new && !self.leads {
            // Only the leading tab keeps it and gives it to relays.
            self.tell(&Frame::Record(record.to_vec()));
        }
        is_new
    }

    /// Sets aside what could not be read of something that came by hand.
    pub fn bring_damaged(&mut self, from: &str, why: BytesError, rest: &[u8]) {
        let kept = rest.iter().take(Quarantined::MAX_BYTES).copied();
        self.quarantine(Quarantined {
            reason: why.to_string(),
            from: from.into(),
            bytes: kept.collect(),
        });
    }
}
