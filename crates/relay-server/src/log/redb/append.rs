//! Appending in one transaction.

use std::collections::HashSet;

use ::redb::{Database, Durability, ReadableTable};
use axum::body::Bytes;
use postil_core::relay::cover::Cover;
use postil_core::relay::framing::framed_len;
use sha2::{Digest, Sha256};

use super::{
    Appended, Batch, COVERS, Fault, MAILBOXES, META, NAMES, RECORDS, Room, TOTAL_BYTES,
    TOTAL_RECORDS, UNLISTED, covers, entry, position,
};
use crate::log::seconds;

/// A record that a mailbox does not hold yet.
struct News<'a> {
    record: &'a Bytes,
    hash: [u8; 32],
    name: [u8; 16],
}

/// Appends batches in one transaction, which is synced to disk at its commit.
pub(super) fn append(
    database: &Database,
    batches: &[Batch],
    room: Room,
) -> Result<Vec<Appended>, Fault> {
    let mut transaction = database.begin_write()?;
    transaction.set_durability(Durability::Immediate)?;
    let mut outcomes = Vec::with_capacity(batches.len());
    {
        let mut meta = transaction.open_table(META)?;
        let mut mailboxes = transaction.open_table(MAILBOXES)?;
        let mut records = transaction.open_table(RECORDS)?;
        let mut names = transaction.open_table(NAMES)?;
        let mut lists = transaction.open_table(COVERS)?;
        let mut unlisted = transaction.open_table(UNLISTED)?;
        let mut total_records = meta.get(TOTAL_RECORDS)?.map_or(0, |n| n.value());
        let mut total_bytes = meta.get(TOTAL_BYTES)?.map_or(0, |n| n.value());
        for batch in batches {
            let known = entry(&mailboxes, &batch.mailbox)?;
            // Mailboxes are never removed, so their number grows with them.
            let fresh = (::redb::ReadableTableMetadata::len(&mailboxes)? + 1, 0, 0);
            let (number, head, held) = known.unwrap_or(fresh);
            let news = new_ones(&names, &unlisted, number, &batch.records)?;
            let bytes: u64 = news.iter().map(|n| framed_len(n.record) as u64).sum();
            if held + bytes > room.mailbox {
                outcomes.push(Appended::MailboxFull);
                continue;
            }
            if total_bytes + bytes > room.total {
                outcomes.push(Appended::ServerFull);
                continue;
            }
            let mut at = position(&records, number, head)?;
            for News { record, hash, name } in &news {
                if let Some(cover) = Cover::parse(record) {
                    let mut listing = covers::listing(&lists, number)?;
                    let now = seconds();
                    let list = &mut listing;
                    if covers::apply(&cover, number, now, list, &records, &mut unlisted)? {
                        lists.insert(number, &listing.encode()[..])?;
                    }
                }
                unlisted.remove((number, name))?;
                at.push(hash);
                let row = [&at.digest[..], record].concat();
                records.insert((number, at.count), row.as_slice())?;
                names.insert((number, name), ())?;
            }
            if !news.is_empty() {
                mailboxes.insert(batch.mailbox.as_str(), (number, at.count, held + bytes))?;
            }
            total_records += news.len() as u64;
            total_bytes += bytes;
            outcomes.push(Appended::Kept(at));
        }
        meta.insert(TOTAL_RECORDS, total_records)?;
        meta.insert(TOTAL_BYTES, total_bytes)?;
    }
    transaction.commit()?;
    Ok(outcomes)
}

/// The records that the mailbox does not hold and list, each once.
fn new_ones<'a>(
    names: &impl ReadableTable<(u64, &'static [u8; 16]), ()>,
    unlisted: &impl ReadableTable<(u64, &'static [u8; 16]), u64>,
    number: u64,
    records: &'a [Bytes],
) -> Result<Vec<News<'a>>, Fault> {
    let mut news: Vec<News<'a>> = Vec::new();
    let mut seen = HashSet::new();
    for record in records {
        let hash: [u8; 32] = Sha256::digest(record).into();
        let name = postil_core::relay::RecordId::of(record).0;
        let is_listed =
            names.get((number, &name))?.is_some() && unlisted.get((number, &name))?.is_none();
        if seen.insert(name) && !is_listed {
            news.push(News { record, hash, name });
        }
    }
    Ok(news)
}
