//! Writes a message.

use sha2::{Digest, Sha256};

use super::Email;
use super::transfer::{base64, put_base64, put_quoted_printable};
use crate::interchange::calendar;

/// The longest subject that is written as it is.
const PLAIN: usize = 60;
/// The most bytes of text in one encoded word, which may have 75 characters.
const WORD: usize = 45;
/// The most characters of a file's name.
const NAME: usize = 40;

pub(super) fn write(email: &Email<'_>) -> String {
    // Neither encoding of the parts can contain it: in one of them a digit follows
    // each equals sign, and the other has it only at the end.
    let hash = Sha256::digest(email.bundle);
    let number = hash.iter().take(8).map(|byte| format!("{byte:02x}"));
    let boundary = format!("=_postil_{}", number.collect::<String>());
    let mut out = format!(
        "MIME-Version: 1.0\r\n\
         Date: {}\r\n\
         Subject: {}\r\n\
         X-Unsent: 1\r\n\
         Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\
         \r\n\
         --{boundary}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\
         \r\n",
        calendar::of_message(email.at),
        subject(email.subject),
    );
    put_quoted_printable(email.text, &mut out);
    out.push_str(&format!(
        "\r\n--{boundary}\r\n\
         Content-Type: application/octet-stream\r\n\
         Content-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment;\r\n {}\r\n\
         \r\n",
        file_name(email.name),
    ));
    put_base64(email.bundle, &mut out);
    out.push_str(&format!("--{boundary}--\r\n"));
    out
}

/// A subject in one field, whatever is in it (RFC 2047).
fn subject(text: &str) -> String {
    let plain = |c: char| c.is_ascii_graphic() || c == ' ';
    if text.chars().all(plain) && !text.contains("=?") && text.len() <= PLAIN {
        return text.trim().into();
    }
    let mut words: Vec<String> = vec![String::new()];
    for letter in text.chars() {
        let letter = if letter.is_control() { ' ' } else { letter };
        match words.last_mut() {
            Some(word) if word.len() + letter.len_utf8() <= WORD => word.push(letter),
            _ => words.push(letter.into()),
        }
    }
    let words = words.iter().map(|word| base64(word.as_bytes()));
    let words: Vec<String> = words.map(|word| format!("=?UTF-8?B?{word}?=")).collect();
    words.join("\r\n ")
}

/// The parameter of a file's name: plain, or percent-encoded (RFC 2231).
fn file_name(name: &str) -> String {
    let name = safe(name);
    if name.is_ascii() {
        return format!("filename=\"{name}.postil\"");
    }
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte {
            byte if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    format!("filename*=UTF-8''{encoded}.postil")
}

/// A name without what means something to a file system, or hides how it ends.
fn safe(name: &str) -> String {
    let hidden = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let kept = name.chars().filter(|c| !hidden(*c));
    let kept = kept.map(|c| match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '%' => ' ',
        c if c.is_control() || c.is_whitespace() => ' ',
        c => c,
    });
    let kept: String = kept.collect();
    let words: Vec<&str> = kept.split(' ').filter(|word| !word.is_empty()).collect();
    let short: String = words.join(" ").chars().take(NAME).collect();
    match short.trim_matches(['.', ' ']) {
        "" => "discussion".into(),
        name => name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_field() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(subject(text), expected);
        }
        check("Ice & water", "Ice & water");
        check("", "");
        check("Eis\r\nBcc: all", "=?UTF-8?B?RWlzICBCY2M6IGFsbA==?=");
        check("=?x", "=?UTF-8?B?PT94?=");
        let long = subject(&"ä".repeat(60));
        assert_eq!(long.lines().count(), 3);
        assert!(long.lines().all(|line| line.len() <= 76), "{long}");
    }

    #[test]
    fn file_names_are_harmless() {
        #[track_caller]
        fn check(name: &str, expected: &str) {
            assert_eq!(file_name(name), expected);
        }
        check("Ice", "filename=\"Ice.postil\"");
        check("", "filename=\"discussion.postil\"");
        check("../../etc/passwd", "filename=\"etc passwd.postil\"");
        check("a\"; x=\"b\r\nc", "filename=\"a ; x= b c.postil\"");
        check("gpj.exe\u{202e}", "filename=\"gpj.exe.postil\"");
        check("Eis & Öl", "filename*=UTF-8''Eis%20%26%20%C3%96l.postil");
        assert!(file_name(&"😀".repeat(500)).len() < 700);
    }
}
