//! A bundle: everything that a device holds of a room in one file, to be
//! carried by hand. It has no signature of its own, because every segment in
//! it has one.
//!
//! ```text
//! bundle = 0x8a "postil" 0x0a  0x01  mailbox[32]  (length:varint  record) × n
//! ```

use thiserror::Error;

use super::bytes::{BytesError, Reader, put_bytes};
use crate::id::RoomId;

/// The first bytes of a bundle. The first is no letter and the last ends a
/// line, so that a program that takes the file for text spoils it at once.
pub(crate) const MAGIC: [u8; 8] = *b"\x8apostil\n";
/// The version after that.
const VERSION: u8 = 1;
/// Most bytes a bundle may have.
pub const MAX_BUNDLE: usize = 64 * 1024 * 1024;

/// Why a bundle was refused as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BundleError {
    /// It is larger than [`MAX_BUNDLE`].
    #[error("a copy of {0} bytes is larger than allowed")]
    TooLarge(usize),
    /// It does not begin as a bundle does.
    #[error("this is not a copy of a discussion")]
    NotABundle,
    /// It was written by a newer Postil.
    #[error("this copy was made by a newer version of Postil; bring this one up to date")]
    Version,
    /// It is of another room.
    #[error("this is a copy of another discussion; open it there")]
    OtherRoom,
}

/// What is in a bundle, unchecked.
#[derive(Debug, PartialEq, Eq)]
pub struct Contents<'a> {
    /// The records, undecoded.
    pub records: Vec<&'a [u8]>,
    /// What is left where the rest can not be read, and why not.
    pub damaged: Option<(BytesError, &'a [u8])>,
}

/// Writes a bundle of these records.
pub fn write(room: &RoomId, records: &[Vec<u8>]) -> Vec<u8> {
    let mut bundle = MAGIC.to_vec();
    bundle.push(VERSION);
    bundle.extend_from_slice(&room.mailbox_hash());
    for record in records {
        put_bytes(&mut bundle, record);
    }
    bundle
}

/// Whether a bundle is of this room.
///
/// # Errors
/// When it is no bundle of this room.
pub fn check(bundle: &[u8], room: &RoomId) -> Result<(), BundleError> {
    start(bundle, room).map(|_| ())
}

/// Reads a bundle of a room, as far as it can be read.
///
/// # Errors
/// When it is no bundle of this room.
pub fn read<'a>(bundle: &'a [u8], room: &RoomId) -> Result<Contents<'a>, BundleError> {
    let mut reader = start(bundle, room)?;
    let mut contents = Contents {
        records: Vec::new(),
        damaged: None,
    };
    while !reader.rest().is_empty() {
        let rest = reader.rest();
        match reader.bytes() {
            Ok(record) => contents.records.push(record),
            Err(error) => {
                contents.damaged = Some((error, rest));
                break;
            }
        }
    }
    Ok(contents)
}

fn start<'a>(bundle: &'a [u8], room: &RoomId) -> Result<Reader<'a>, BundleError> {
    if bundle.len() > MAX_BUNDLE {
        return Err(BundleError::TooLarge(bundle.len()));
    }
    let mut reader = Reader::new(bundle);
    if reader.array() != Ok(MAGIC) {
        return Err(BundleError::NotABundle);
    }
    match reader.byte() {
        Ok(VERSION) => {}
        Ok(_) => return Err(BundleError::Version),
        Err(_) => return Err(BundleError::NotABundle),
    }
    match reader.array() {
        Ok(mailbox) if mailbox == room.mailbox_hash() => Ok(reader),
        Ok(_) => Err(BundleError::OtherRoom),
        Err(_) => Err(BundleError::NotABundle),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn room() -> RoomId {
        RoomId::named("a")
    }

    #[test]
    fn what_is_no_bundle_of_the_room_is_refused() {
        fn check(bytes: &[u8], error: BundleError) {
            assert_eq!(read(bytes, &room()), Err(error));
        }
        let good = write(&room(), &[vec![1, 2]]);
        check(&[], BundleError::NotABundle);
        check(b"PK\x03\x04 a zip file", BundleError::NotABundle);
        check(&good[..8], BundleError::NotABundle);
        check(&good[..40], BundleError::NotABundle);
        check(
            &[&good[..8], &[2], &good[9..]].concat(),
            BundleError::Version,
        );
        check(
            &write(&RoomId::named("b"), &[vec![1]]),
            BundleError::OtherRoom,
        );
        let large = [good, vec![0; MAX_BUNDLE]].concat();
        check(&large, BundleError::TooLarge(large.len()));
    }

    #[test]
    fn what_comes_before_the_damage_is_read() {
        let good = write(&room(), &[vec![1; 300], vec![2; 300]]);
        let cut = &good[..good.len() - 1];
        let contents = read(cut, &room()).unwrap();
        assert_eq!(contents.records, [[1; 300]]);
        let rest = &cut[cut.len() - 301..];
        assert_eq!(contents.damaged, Some((BytesError::Truncated, rest)));
    }

    proptest! {
        #[test]
        fn bundles_round_trip(
            records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..20),
        ) {
            let bundle = write(&room(), &records);
            prop_assert_eq!(check(&bundle, &room()), Ok(()));
            let contents = read(&bundle, &room()).unwrap();
            prop_assert_eq!(contents.records, records);
            prop_assert_eq!(contents.damaged, None);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let start = write(&room(), &[]);
            let read = read(&[&start, &bytes[..]].concat(), &room()).map(|it| it.records.len());
            prop_assert!(read.unwrap() <= bytes.len());
        }
    }
}
