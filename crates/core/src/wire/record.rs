//! A record: what a relay carries. In an open room it is a version byte and
//! one or more segments, each behind its length.
//!
//! ```text
//! record = 0x01  (length:varint  segment) × n      n ≥ 1, at most 256 KiB in all
//! ```

use thiserror::Error;

use super::bytes::{BytesError, Reader, put_bytes};

/// The first byte of a record whose segments are not sealed.
pub const OPEN: u8 = 1;
/// Most bytes a record may have.
pub const MAX_RECORD: usize = 256 * 1024;
/// Records are filled up to about this size, so that one lost record is a
/// small loss and every relay takes it.
const FILL: usize = 96 * 1024;

/// Why a record was refused as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RecordError {
    /// It is larger than [`MAX_RECORD`].
    #[error("a record of {0} bytes is larger than allowed")]
    TooLarge(usize),
    /// It was written by a newer Postil, or is sealed.
    #[error("a record was written by a newer version of Postil")]
    Version,
    /// Its bytes are not of the form.
    #[error("a record is damaged: {0}")]
    Bytes(#[from] BytesError),
}

/// The segments of a record, undecoded.
pub fn unpack(record: &[u8]) -> Result<Vec<&[u8]>, RecordError> {
    if record.len() > MAX_RECORD {
        return Err(RecordError::TooLarge(record.len()));
    }
    let mut reader = Reader::new(record);
    if reader.byte()? != OPEN {
        return Err(RecordError::Version);
    }
    let mut segments = Vec::new();
    while segments.is_empty() || reader.end().is_err() {
        segments.push(reader.bytes()?);
    }
    Ok(segments)
}

/// Packs segments into as few records as their sizes allow, in order.
pub fn pack<S: AsRef<[u8]>>(segments: impl IntoIterator<Item = S>) -> Vec<Vec<u8>> {
    let mut records: Vec<Vec<u8>> = Vec::new();
    for segment in segments {
        let segment = segment.as_ref();
        match records.last_mut() {
            Some(record) if record.len() + segment.len() <= FILL => put_bytes(record, segment),
            _ => {
                let mut record = vec![OPEN];
                put_bytes(&mut record, segment);
                records.push(record);
            }
        }
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_packed_and_unpacked() {
        let small = vec![1u8; 10];
        let large = vec![2u8; FILL];
        let records = pack([&small, &small, &large, &small]);
        assert_eq!(records.len(), 3);
        let all: Vec<&[u8]> = records.iter().flat_map(|r| unpack(r).unwrap()).collect();
        assert_eq!(all, [&small[..], &small, &large, &small]);
    }

    #[test]
    fn damaged_records_are_refused() {
        fn check(bytes: &[u8], error: RecordError) {
            assert_eq!(unpack(bytes), Err(error));
        }
        check(&[], BytesError::Truncated.into());
        check(&[1], BytesError::Truncated.into());
        check(&[2, 0], RecordError::Version);
        check(&[1, 2, 0], BytesError::Truncated.into());
        check(
            &vec![1; MAX_RECORD + 1],
            RecordError::TooLarge(MAX_RECORD + 1),
        );
    }
}
