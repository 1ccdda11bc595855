//! Offsets in UTF-16 code units, which editors and the text CRDT count in,
//! and in UTF-8 bytes, which strings are kept in.

/// The length of a string in UTF-16 code units.
pub fn len(text: &str) -> u32 {
    crate::markup::utf16_length(text)
}

/// The byte offset of a UTF-16 offset; one inside a surrogate pair counts as
/// the pair's start, one past the end as the end.
pub fn to_bytes(text: &str, utf16: u32) -> usize {
    let mut units = 0;
    for (at, byte) in text.bytes().enumerate() {
        // Counted where a character begins; one of four bytes has two units.
        units += u32::from(byte & 0xc0 != 0x80) + u32::from(byte >= 0xf0);
        if units > utf16 {
            return at;
        }
    }
    text.len()
}

/// The UTF-16 offset of a byte offset.
pub fn from_bytes(text: &str, byte: usize) -> u32 {
    text.get(..byte).map_or(0, len)
}

/// The part between two UTF-16 offsets; empty when they are the wrong way
/// round.
pub fn slice(text: &str, start: u32, end: u32) -> &str {
    let rest = text.get(to_bytes(text, start)..).unwrap_or("");
    let end = to_bytes(rest, end.saturating_sub(start));
    rest.get(..end).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_convert() {
        fn check(text: &str, utf16: u32, byte: usize) {
            assert_eq!(to_bytes(text, utf16), byte);
            assert_eq!(from_bytes(text, byte), utf16);
        }
        check("", 0, 0);
        check("añ😀b", 0, 0);
        check("añ😀b", 1, 1);
        check("añ😀b", 2, 3);
        check("añ😀b", 4, 7);
        check("añ😀b", 5, 8);
        assert_eq!(to_bytes("añ😀b", 3), 3);
        assert_eq!(to_bytes("añ😀b", 99), 8);
        assert_eq!(slice("añ😀b", 1, 4), "ñ😀");
        assert_eq!(slice("añ😀b", 4, 1), "");
    }
}
