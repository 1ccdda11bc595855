//! Reading and writing the primitive forms: unsigned LEB128 varints, zigzag
//! varints and length-prefixed byte strings.

use thiserror::Error;

/// Why bytes could not be read. What was read so far is discarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BytesError {
    /// The input ended inside a value.
    #[error("the data ends in the middle of a value")]
    Truncated,
    /// A varint was longer than needed, or does not fit in 64 bits.
    #[error("a number is not in its shortest form")]
    Varint,
    /// A number is larger than its field allows.
    #[error("a number is out of range")]
    Range,
    /// Something follows after the last value.
    #[error("there is data after the end")]
    Trailing,
}

/// A cursor over outside bytes. Every read is checked against what is left,
/// so a claimed length never allocates more than the input holds.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next `n` bytes.
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], BytesError> {
        let (head, rest) = self.rest.split_at_checked(n).ok_or(BytesError::Truncated)?;
        self.rest = rest;
        Ok(head)
    }

    /// The next `N` bytes as an array.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], BytesError> {
        self.take(N)?.try_into().map_err(|_| BytesError::Truncated)
    }

    /// The next byte.
    pub fn byte(&mut self) -> Result<u8, BytesError> {
        self.array::<1>().map(|[b]| b)
    }

    /// An unsigned LEB128 varint in its shortest form.
    pub fn varint(&mut self) -> Result<u64, BytesError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if (bits << shift) >> shift != bits || (byte == 0 && shift > 0) {
                return Err(BytesError::Varint);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(BytesError::Varint)
    }

    /// A varint that must fit in 32 bits.
    pub fn varint32(&mut self) -> Result<u32, BytesError> {
        u32::try_from(self.varint()?).map_err(|_| BytesError::Range)
    }

    /// A zigzag-coded signed varint.
    pub fn signed(&mut self) -> Result<i64, BytesError> {
        let n = self.varint()?;
        Ok((n >> 1) as i64 ^ -((n & 1) as i64))
    }

    /// A byte string behind its length as a varint.
    pub fn bytes(&mut self) -> Result<&'a [u8], BytesError> {
        let n = self.varint()?;
        self.take(usize::try_from(n).map_err(|_| BytesError::Range)?)
    }

    /// Succeeds when everything was read.
    pub fn end(&self) -> Result<(), BytesError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(BytesError::Trailing)
        }
    }
}

/// Appends an unsigned LEB128 varint.
pub fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a zigzag-coded signed varint.
pub fn put_signed(out: &mut Vec<u8>, value: i64) {
    put_varint(out, ((value << 1) ^ (value >> 63)) as u64);
}

/// Appends a byte string behind its length.
pub fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_round_trip_and_are_canonical() {
        for value in [
            0,
            1,
            127,
            128,
            300,
            u64::from(u32::MAX),
            u64::MAX - 1,
            u64::MAX,
        ] {
            let mut out = Vec::new();
            put_varint(&mut out, value);
            let mut reader = Reader::new(&out);
            assert_eq!(reader.varint(), Ok(value));
            assert_eq!(reader.end(), Ok(()));
        }
        for value in [0, -1, 1, i64::MIN, i64::MAX] {
            let mut out = Vec::new();
            put_signed(&mut out, value);
            assert_eq!(Reader::new(&out).signed(), Ok(value));
        }
        fn check(bytes: &[u8], error: BytesError) {
            assert_eq!(Reader::new(bytes).varint(), Err(error));
        }
        check(&[], BytesError::Truncated);
        check(&[0x80], BytesError::Truncated);
        check(&[0x80, 0x00], BytesError::Varint);
        check(&[0xff; 11], BytesError::Varint);
        check(
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
            BytesError::Varint,
        );
    }

    #[test]
    fn lengths_are_checked_before_anything_is_taken() {
        assert_eq!(Reader::new(&[5, 1, 2]).bytes(), Err(BytesError::Truncated));
        assert_eq!(Reader::new(&[2, 1, 2]).bytes(), Ok(&[1u8, 2][..]));
    }
}
