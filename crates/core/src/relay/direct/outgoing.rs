//! Records on their way to the other side: named first, sent when they are
//! wanted, and kept until they have arrived. So much is on its way at once that
//! the channel is busy, and not so much that it piles up.

use std::collections::VecDeque;

use super::message::{Message, NAMES, PIECE};
use crate::relay::{Out, RecordId};
use crate::sorted::Map;

/// The most bytes that are on their way, beside one record of any size.
const WINDOW: usize = 256 * 1024;
/// The most records that are named and have not arrived. Less than what the
/// other side bears.
const MAX_NAMED: usize = 4_096;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Fresh,
    Named,
    Wanted,
    Flying,
}

#[derive(Debug, Default)]
pub(super) struct Outgoing {
    waiting: Map<RecordId, (Vec<u8>, Stage)>,
    /// In the order of publishing. Some may be gone.
    fresh: VecDeque<RecordId>,
    /// In the order of asking. Some may be gone.
    wanted: VecDeque<RecordId>,
    named: usize,
    flying: usize,
}

impl Outgoing {
    /// One more waits; does nothing when it waits already.
    pub(super) fn push(&mut self, id: RecordId, bytes: Vec<u8>) {
        if !self.waiting.contains_key(&id) {
            self.waiting.insert(id, (bytes, Stage::Fresh));
            self.fresh.push_back(id);
        }
    }

    /// The other side wants one. It may have arrived meanwhile.
    pub(super) fn want(&mut self, id: &RecordId) {
        if let Some((_, stage)) = self.waiting.get_mut(id)
            && *stage == Stage::Named
        {
            *stage = Stage::Wanted;
            self.wanted.push_back(*id);
        }
    }

    /// One waits no more; its bytes, if it did.
    pub(super) fn remove(&mut self, id: &RecordId) -> Option<Vec<u8>> {
        let (bytes, stage) = self.waiting.remove(id)?;
        self.named -= usize::from(stage != Stage::Fresh);
        if stage == Stage::Flying {
            self.flying -= bytes.len();
        }
        Some(bytes)
    }

    /// The channel has ended, and nothing is on its way any more.
    pub(super) fn recall(&mut self) {
        self.waiting
            .values_mut()
            .for_each(|(_, stage)| *stage = Stage::Fresh);
        self.fresh = self.waiting.keys().copied().collect();
        self.wanted.clear();
        self.named = 0;
        self.flying = 0;
    }

    /// Names what is new and sends what is wanted, as far as there is room.
    pub(super) fn send(&mut self, out: &mut Vec<Out>) {
        let mut send = |message: &Message<'_>| out.push(Out::SendBytes(message.encode()));
        let mut names = Vec::new();
        while self.named < MAX_NAMED
            && let Some(id) = self.fresh.pop_front()
        {
            if let Some((_, stage)) = self.waiting.get_mut(&id)
                && *stage == Stage::Fresh
            {
                *stage = Stage::Named;
                self.named += 1;
                names.push(id);
            }
        }
        for names in names.chunks(NAMES) {
            send(&Message::Have(names.to_vec()));
        }
        while self.flying < WINDOW
            && let Some(id) = self.wanted.pop_front()
        {
            let Some((bytes, stage)) = self.waiting.get_mut(&id) else {
                continue;
            };
            if *stage != Stage::Wanted {
                continue;
            }
            *stage = Stage::Flying;
            self.flying += bytes.len();
            let len = bytes.len();
            let mut pieces = bytes.chunks(PIECE);
            let piece = pieces.next().unwrap_or_default();
            send(&Message::Begin { id, len, piece });
            pieces.for_each(|piece| send(&Message::More(piece)));
        }
    }
}
