//! Carrying out what clients say of lists, and dropping what has long been
//! covered.

use ::redb::{Database, Durability, ReadableTable, Table};
use postil_core::relay::RecordId;
use postil_core::relay::cover::Cover;
use postil_core::relay::framing::framed_len;

use super::{
    COVERS, Fault, MAILBOXES, META, NAMES, RECORDS, TOTAL_BYTES, UNLISTED, damaged, parts, position,
};
use crate::log::listing::Listing;

/// The most records that are dropped in one transaction: appends wait for it.
const SOME: u64 = 1_024;

/// Which records of a mailbox are listed.
pub(super) fn listing(
    covers: &impl ReadableTable<u64, &'static [u8]>,
    number: u64,
) -> Result<Listing, Fault> {
    match covers.get(number)? {
        None => Ok(Listing::default()),
        Some(row) => Listing::decode(row.value())
            .ok_or_else(|| damaged("what is listed of a mailbox makes no sense")),
    }
}

/// Does what a client says of a list. Returns whether the mailbox's listing
/// changed.
pub(super) fn apply(
    cover: &Cover,
    number: u64,
    now: u64,
    listing: &mut Listing,
    records: &impl ReadableTable<(u64, u64), &'static [u8]>,
    unlisted: &mut Table<'_, (u64, &'static [u8; 16]), u64>,
) -> Result<bool, Fault> {
    let is_there = records.get((number, cover.at.count))?.is_some();
    if !is_there || position(records, number, cover.at.count)? != cover.at {
        return Ok(false);
    }
    let before = listing.clone();
    for (first, last) in listing.apply(cover, now) {
        for row in records.range((number, first)..=(number, last))? {
            let (key, value) = row?;
            let (_, record) = parts(value.value())?;
            // Sent again it is stored again, since nobody is told of this one.
            unlisted.insert((number, &RecordId::of(record).0), key.value().1)?;
        }
    }
    Ok(*listing != before)
}

/// Drops some records that were covered before then, in seconds since 1970.
/// Returns whether there were any.
pub(super) fn drop_covered(database: &Database, before: u64) -> Result<bool, Fault> {
    let mut transaction = database.begin_write()?;
    transaction.set_durability(Durability::Immediate)?;
    let mut found = false;
    {
        let mut covers = transaction.open_table(COVERS)?;
        let due = due(&covers, before)?;
        if let Some((number, mut listing, run)) = due {
            found = true;
            let mut records = transaction.open_table(RECORDS)?;
            let mut names = transaction.open_table(NAMES)?;
            let mut unlisted = transaction.open_table(UNLISTED)?;
            let mut freed = 0;
            for place in run.0..=run.1 {
                let row = records.get((number, place))?;
                let row = row.ok_or_else(|| damaged("a record is missing"))?;
                let (digest, record) = parts(row.value())?;
                let (digest, name) = (*digest, RecordId::of(record).0);
                freed += framed_len(record) as u64;
                drop(row);
                records.insert((number, place), &digest[..])?;
                // The same may have been stored again since.
                let last = unlisted.get((number, &name))?.map(|it| it.value());
                if last == Some(place) {
                    unlisted.remove((number, &name))?;
                    names.remove((number, &name))?;
                }
            }
            listing.drop_run(run);
            covers.insert(number, &listing.encode()[..])?;
            let mut mailboxes = transaction.open_table(MAILBOXES)?;
            let mut entry = None;
            for row in mailboxes.iter()? {
                let (name, value) = row?;
                if value.value().0 == number {
                    entry = Some((name.value().to_owned(), value.value()));
                }
            }
            let (name, (_, head, bytes)) = entry.ok_or_else(|| damaged("a mailbox is missing"))?;
            let left = bytes.saturating_sub(freed);
            mailboxes.insert(name.as_str(), (number, head, left))?;
            let mut meta = transaction.open_table(META)?;
            let total = meta.get(TOTAL_BYTES)?.map_or(0, |it| it.value());
            meta.insert(TOTAL_BYTES, total.saturating_sub(freed))?;
        }
    }
    match found {
        true => transaction.commit()?,
        false => transaction.abort()?,
    }
    Ok(found)
}

/// A mailbox and a run of its records that are to be dropped.
type Due = (u64, Listing, (u64, u64));

fn due(covers: &impl ReadableTable<u64, &'static [u8]>, before: u64) -> Result<Option<Due>, Fault> {
    for row in covers.iter()? {
        let (number, _) = row?;
        let number = number.value();
        let listing = listing(covers, number)?;
        if let Some(run) = listing.due(before, SOME) {
            return Ok(Some((number, listing, run)));
        }
    }
    Ok(None)
}
