//! How long CBOR values are (RFC 8949, §3), to step over those that are not
//! known.
//!
//! `minicbor`, which reads and writes all others, can do so too, and follows
//! values of indefinite length on the way. There are none in the protocol, and
//! what follows them was 1.4 kB of what every page loads.

use super::bytes::Reader;

/// How many bytes the first value takes. `None` where it is cut off, and for
/// one that is or holds a value of indefinite length. Whether a text is one is
/// not looked at.
pub(crate) fn length(bytes: &[u8]) -> Option<usize> {
    let mut input = Reader::new(bytes);
    let mut left = 1_u64;
    while left > 0 {
        left -= 1;
        let head = input.byte().ok()?;
        let argument = match head & 31 {
            small @ 0..24 => u64::from(small),
            size @ 24..28 => {
                let bytes = input.take(1 << (size - 24)).ok()?;
                bytes.iter().fold(0, |n, byte| n << 8 | u64::from(*byte))
            }
            _ => return None,
        };
        let inside = match head >> 5 {
            2 | 3 => {
                input.take(usize::try_from(argument).ok()?).ok()?;
                0
            }
            4 => argument,
            5 => argument.checked_mul(2)?,
            6 => 1,
            _ => 0,
        };
        left = left.checked_add(inside)?;
    }
    Some(bytes.len() - input.rest().len())
}

#[cfg(test)]
mod tests {
    use minicbor::Decoder;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_as_long_as_they_are() {
        fn check(bytes: &[u8], expected: Option<usize>) {
            assert_eq!(length(bytes), expected, "{bytes:02x?}");
        }
        check(&[], None);
        check(&[0x17], Some(1));
        check(&[0x18, 0xff, 0x00], Some(2));
        check(&[0x1b, 1, 2, 3, 4, 5, 6, 7, 8], Some(9));
        check(&[0x1b, 1, 2, 3, 4, 5, 6, 7], None);
        check(&[0x42, 1, 2, 3], Some(3));
        check(&[0x62, b'a', b'b'], Some(3));
        check(
            &[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            None,
        );
        check(&[0x82, 0x01, 0x81, 0x61, b'a', 0x01], Some(5));
        check(&[0xa1, 0x01, 0x80], Some(3));
        check(
            &[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            None,
        );
        check(&[0xc1, 0x82, 0x01, 0xf5], Some(4));
        check(&[0xfa, 0, 0, 0, 0], Some(5));
        // Of indefinite length, and the end of such a one.
        check(&[0x9f, 0x01, 0xff], None);
        check(&[0x81, 0x5f, 0x41, 0x01, 0xff], None);
        check(&[0xff], None);
    }

    proptest! {
        /// What the library steps over is as long for it, if it is of definite
        /// length.
        #[test]
        fn lengths_are_those_of_the_library(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut decoder = Decoder::new(&bytes);
            if let (Some(length), Ok(())) = (length(&bytes), decoder.skip()) {
                prop_assert_eq!(length, decoder.position());
            }
            let head = [0x82, 0x58, bytes.len() as u8];
            let nested: Vec<u8> = [&head, &*bytes, &[0xf4]].concat();
            prop_assert_eq!(length(&nested), Some(nested.len()));
        }
    }
}
