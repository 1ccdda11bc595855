//! How bytes become the lines of a message and back (RFC 2045, chapter 6).

use std::borrow::Cow;

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// The longest line, without its end.
const LINE: usize = 76;

/// How a body is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// As it is.
    None,
    Base64,
    QuotedPrintable,
}

impl Encoding {
    /// The encoding that a field names; one that is not known is none.
    pub(super) fn named(name: &[u8]) -> Self {
        match &name.to_ascii_lowercase()[..] {
            b"base64" => Encoding::Base64,
            b"quoted-printable" => Encoding::QuotedPrintable,
            _ => Encoding::None,
        }
    }

    /// The bytes of a body, up to `most` of them.
    pub(super) fn decode(self, body: &[u8], most: usize) -> Cow<'_, [u8]> {
        match self {
            Encoding::None => Cow::Borrowed(body.get(..most).unwrap_or(body)),
            Encoding::Base64 => Cow::Owned(from_base64(body, most)),
            Encoding::QuotedPrintable => Cow::Owned(from_quoted_printable(body, most)),
        }
    }
}

/// Appends base64 in lines.
pub(super) fn put_base64(bytes: &[u8], out: &mut String) {
    for line in bytes.chunks(LINE / 4 * 3) {
        out.push_str(&base64(line));
        out.push_str("\r\n");
    }
}

/// Base64 in one line.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |place: usize| u32::from(chunk.get(place).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let letter = LETTERS.get((bits >> (18 - 6 * place) & 63) as usize);
            let letter = letter.filter(|_| place <= chunk.len());
            out.push(letter.map_or('=', |letter| char::from(*letter)));
        }
    }
    out
}

/// Characters that are no letters of it are skipped, as RFC 2045 wants.
fn from_base64(body: &[u8], most: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity((body.len() / 4 * 3).min(most));
    let (mut bits, mut have) = (0u32, 0);
    for byte in body {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        have += 6;
        if have >= 8 {
            if out.len() == most {
                break;
            }
            have -= 8;
            out.push((bits >> have) as u8);
            bits &= (1 << have) - 1;
        }
    }
    out
}

/// Appends text as quoted-printable. Its lines end with CR and LF.
pub(super) fn put_quoted_printable(text: &str, out: &mut String) {
    for line in text.lines() {
        let mut width = 0;
        let mut bytes = line.bytes().peekable();
        while let Some(byte) = bytes.next() {
            // A space at the end of a line would get lost on the way.
            let is_last = bytes.peek().is_none();
            let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (byte == b' ' && !is_last);
            let needs = if plain { 1 } else { 3 };
            if width + needs >= LINE {
                out.push_str("=\r\n");
                width = 0;
            }
            match plain {
                true => out.push(char::from(byte)),
                false => out.push_str(&format!("={byte:02X}")),
            }
            width += needs;
        }
        out.push_str("\r\n");
    }
}

fn from_quoted_printable(body: &[u8], most: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = body;
    while let Some((byte, after)) = rest.split_first() {
        if out.len() >= most {
            break;
        }
        rest = after;
        if *byte != b'=' {
            out.push(*byte);
            continue;
        }
        let digit = |place: usize| char::from(*after.get(place)?).to_digit(16);
        if let (Some(high), Some(low)) = (digit(0), digit(1)) {
            out.push((high << 4 | low) as u8);
            rest = after.get(2..).unwrap_or_default();
        } else if let Some(next) = after_line_end(after) {
            rest = next;
        } else {
            out.push(b'=');
        }
    }
    out
}

/// What follows the end of the line, if nothing but white space is before it.
fn after_line_end(bytes: &[u8]) -> Option<&[u8]> {
    let blank = bytes.iter().take_while(|it| matches!(it, b' ' | b'\t'));
    let rest = bytes.get(blank.count()..)?;
    let rest = rest.strip_prefix(b"\r").unwrap_or(rest);
    rest.strip_prefix(b"\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn encodings_are_read() {
        #[track_caller]
        fn check(name: &str, body: &str, expected: &[u8]) {
            let encoding = Encoding::named(name.as_bytes());
            assert_eq!(encoding.decode(body.as_bytes(), 100), expected, "{body:?}");
        }
        check("7bit", "a=b", b"a=b");
        check("x-uuencode", "a", b"a");
        check("Base64", "aGVs\r\nbG8=\r\n", b"hello");
        check("BASE64", "aGVs bG8", b"hello");
        check("base64", "aGVsbG8=ignored", b"hello");
        check("base64", "a", b"");
        check("base64", "", b"");
        check("quoted-printable", "a=3Db=\r\nc= \t\nd", b"a=bcd");
        check("Quoted-Printable", "=e4=E4", b"\xe4\xe4");
        check("quoted-printable", "a=zz=", b"a=zz=");
    }

    #[test]
    fn no_more_is_decoded_than_asked_for() {
        assert_eq!(&*Encoding::Base64.decode(b"aGVsbG8=", 2), b"he");
        assert_eq!(&*Encoding::QuotedPrintable.decode(b"=61bc", 2), b"ab");
        assert_eq!(&*Encoding::None.decode(b"abc", 2), b"ab");
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut lines = String::new();
            put_base64(&bytes, &mut lines);
            prop_assert!(lines.lines().all(|line| line.len() <= LINE));
            prop_assert_eq!(from_base64(lines.as_bytes(), 1_000), bytes);
        }

        #[test]
        fn any_text_comes_back(text in "([ -~äß😀=\t]{0,90}\n){0,4}") {
            let mut lines = String::new();
            put_quoted_printable(&text, &mut lines);
            prop_assert!(lines.lines().all(|line| line.len() <= LINE && !line.ends_with(' ')));
            let read = from_quoted_printable(lines.as_bytes(), 10_000);
            prop_assert_eq!(String::from_utf8(read).unwrap().replace("\r\n", "\n"), text);
        }

        #[test]
        fn anything_is_decoded(bytes in prop::collection::vec(any::<u8>(), 0..100), most in 0usize..50) {
            for encoding in [Encoding::None, Encoding::Base64, Encoding::QuotedPrintable] {
                prop_assert!(encoding.decode(&bytes, most).len() <= most);
            }
        }
    }
}
