//! What a server takes from one client, into one mailbox, and in all.

use postil_core::relay::mailbox;

/// What a server takes. All sizes are in bytes.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The largest record. Clients do not publish larger ones than 256 KiB.
    pub record: usize,
    /// The largest body of an append, and of the records in one answer. At
    /// most 1 MiB: clients read no more.
    pub batch: usize,
    /// The most records in one append.
    pub batch_records: usize,
    /// The most that one mailbox holds.
    pub mailbox: u64,
    /// The most that all mailboxes hold together.
    pub total: u64,
    /// The most connections at a time. Every open page holds one or two.
    pub connections: usize,
    /// Mailbox requests a second from one address, on average; ten times as
    /// many may come at once. 0 is without limit.
    pub requests_per_second: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            record: mailbox::MAX_RECORD,
            batch: mailbox::MAX_BATCH,
            batch_records: mailbox::MAX_BATCH_RECORDS,
            mailbox: 64 << 20,
            total: 16 << 30,
            connections: 4_096,
            requests_per_second: 200,
        }
    }
}

impl Limits {
    /// The same limits, none of them beyond what clients can read back.
    pub(crate) fn readable(mut self) -> Self {
        // A page holds at least one record with its length before it.
        self.batch = self.batch.clamp(64, mailbox::MAX_BATCH);
        self.record = self.record.clamp(1, self.batch - 16);
        self.batch_records = self.batch_records.max(1);
        self.connections = self.connections.max(8);
        self
    }
}
