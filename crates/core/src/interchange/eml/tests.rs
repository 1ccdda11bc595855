//! E-mails as mail programs make them, and as nobody should.

use proptest::prelude::*;

use super::*;
use crate::id::RoomId;

fn bundle() -> Vec<u8> {
    bundle::write(&RoomId::named("a"), &[b"one record".to_vec()])
}

fn base64(bytes: &[u8]) -> String {
    let mut lines = String::new();
    transfer::put_base64(bytes, &mut lines);
    lines
}

fn email(bundle: &[u8]) -> String {
    let email = Email {
        subject: "Eis & Öl",
        text: "Hello,\nthis is it: https://a.example/#x=y \n",
        name: "Eis",
        bundle,
        at: 1_795_516_200_000,
    };
    email.write()
}

#[test]
fn an_email_is_written_as_expected() {
    let expected = "MIME-Version: 1.0\r\n\
        Date: Tue, 24 Nov 2026 10:30:00 +0000\r\n\
        Subject: =?UTF-8?B?RWlzICYgw5Zs?=\r\n\
        X-Unsent: 1\r\n\
        Content-Type: multipart/mixed; boundary=\"=_postil_039058c6f2c0cb49\"\r\n\
        \r\n\
        --=_postil_039058c6f2c0cb49\r\n\
        Content-Type: text/plain; charset=utf-8\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\
        \r\n\
        Hello,\r\n\
        this is it: https://a.example/#x=3Dy=20\r\n\
        \r\n\
        --=_postil_039058c6f2c0cb49\r\n\
        Content-Type: application/octet-stream\r\n\
        Content-Transfer-Encoding: base64\r\n\
        Content-Disposition: attachment;\r\n filename=\"Eis.postil\"\r\n\
        \r\n\
        AQID\r\n\
        --=_postil_039058c6f2c0cb49--\r\n";
    assert_eq!(email(&[1, 2, 3]), expected);
}

#[test]
fn it_crosses_the_border_between_modules() {
    let email = Email {
        subject: "a",
        text: "b\n",
        name: "ö",
        bundle: &[1, 2],
        at: 7,
    };
    let bytes = email.encode();
    assert_eq!(Email::decode(&bytes), Ok(email));
    assert_eq!(
        Email::decode(&bytes[..bytes.len() - 1]),
        Err(BytesError::Truncated)
    );
    assert_eq!(
        Email::decode(&[&bytes[..], &[0]].concat()),
        Err(BytesError::Trailing)
    );
}

#[test]
fn the_bundle_is_taken_out() {
    #[track_caller]
    fn check(file: &str) {
        assert_eq!(read(file.as_bytes()), Ok(vec![bundle()]), "{file}");
        let lines = file.replace("\r\n", "\n");
        assert_eq!(read(lines.as_bytes()), Ok(vec![bundle()]), "with LF alone");
    }
    let ours = email(&bundle());
    let data = base64(&bundle());
    check(&ours);
    check(&format!("\u{feff}\r\n\r\n{ours}"));
    check(&format!("From someone@a.example Thu Nov 26 2026\r\n{ours}"));
    check(&format!(
        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n{data}"
    ));
    // Sent, answered with what is attached kept, and with a footer of a list.
    check(&format!(
        "Received: by a.example;\r\n\tThu, 26 Nov 2026\r\nFrom: Ada <ada@a.example>\r\n\
         content-type : MULTIPART/mixed;\r\n\tcharset=utf-8; x=\"a;boundary=no\\\"\";\r\n boundary = outer (really)\r\n\r\n\
         preamble\r\n--outer\r\nContent-Type: multipart/alternative; boundary=\"outer:in\"\r\n\r\n\
         --outer:in\r\n\r\nplain\r\n--outer:in\r\nContent-Type: text/html\r\n\r\n<p>\r\n--outer:in--\r\n\
         --outer  \r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding:\r\n BASE64\r\n\r\n{data}\r\n\
         --outer\r\n\r\nfooter\r\n--outer--\r\nepilogue\r\n"
    ));
    // Forwarded as an attachment.
    check(&format!(
        "Content-Type: multipart/mixed; boundary=f\r\n\r\n--f\r\nContent-Type: message/rfc822\r\n\r\n{ours}\r\n--f--\r\n"
    ));
    check(&format!(
        "Content-Type: multipart/mixed; boundary=f\r\n\r\n--f\r\nContent-Type: message/rfc822\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}--f--\r\n",
        base64(ours.as_bytes())
    ));
    // Cut after the attachment; the same attachment twice.
    let cut = ours.rfind("--=_postil").unwrap();
    check(&ours[..cut]);
    let boundary = &ours[cut..ours.len() - 4];
    check(&format!(
        "{}{boundary}\r\nContent-Transfer-Encoding: base64\r\n\r\n{data}",
        &ours[..cut]
    ));
}

#[test]
fn raw_bytes_and_several_copies_are_taken() {
    let other = bundle::write(&RoomId::named("b"), &[]);
    let mut file = b"Content-Type: multipart/mixed; boundary=\"a b\"\r\n\r\n--a b\r\n\
        Content-Transfer-Encoding: binary\r\n\r\n"
        .to_vec();
    file.extend_from_slice(&bundle());
    file.extend_from_slice(b"\r\n--a b\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    file.extend_from_slice(base64(&other).as_bytes());
    assert_eq!(read(&file), Ok(vec![bundle(), other]));
}

#[test]
fn anything_else_is_refused_with_a_reason() {
    #[track_caller]
    fn check(file: &str, expected: EmailError) {
        assert_eq!(read(file.as_bytes()), Err(expected), "{:.100}", file);
    }
    use EmailError::{NoCopy, NotAnEmail, Tangled};
    check("", NotAnEmail);
    check("a poem", NotAnEmail);
    check("a poem: with a colon", NotAnEmail);
    check("{\"a\": 1}", NotAnEmail);
    check("Subject: a\r\n\r\nhello", NoCopy);
    check("Subject: a", NoCopy);
    check(&email(b"another file"), NoCopy);
    check("Content-Type: multipart/mixed\r\n\r\n--\r\n--", NoCopy);
    let long = format!(
        "Content-Type: multipart/mixed; boundary={0}\r\n\r\n--{0}\r\n\r\n",
        "a".repeat(71)
    );
    check(&long, NoCopy);
    // Parts within parts, more than anybody makes.
    let deep = |n: usize| -> String {
        (0..n)
            .map(|at| format!("Content-Type: multipart/mixed; boundary=b{at}\r\n\r\n--b{at}\r\n"))
            .collect()
    };
    check(&deep(12), NoCopy);
    check(&deep(14), Tangled);
    check(&"Content-Type: message/rfc822\r\n\r\n".repeat(14), Tangled);
    let wide = format!(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n{}",
        "--b\r\n\r\n".repeat(1_001)
    );
    check(&wide, Tangled);
    check(&format!("Subject: {}\r\n", "a".repeat(70_000)), Tangled);
    check(
        &format!("Subject: a\r\n{}", " b\r\n".repeat(20_000)),
        Tangled,
    );
    let large = vec![b'a'; MAX_EMAIL + 1];
    assert_eq!(read(&large), Err(EmailError::TooLarge));
}

#[test]
fn no_more_than_sixteen_copies_are_taken() {
    let part = |n: usize| {
        let bundle = bundle::write(&RoomId::named(&n.to_string()), &[]);
        format!(
            "--b\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
            base64(&bundle)
        )
    };
    let parts: String = (0..20).map(part).collect();
    let file = format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{parts}");
    assert_eq!(read(file.as_bytes()).map(|found| found.len()), Ok(16));
}

proptest! {
    #[test]
    fn whatever_is_written_is_read(
        subject in "\\PC{0,80}",
        text in "(\\PC{0,100}\n){0,3}",
        name in ".{0,60}",
        records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..4),
    ) {
        let bundle = bundle::write(&RoomId::named("a"), &records);
        let email = Email { subject: &subject, text: &text, name: &name, bundle: &bundle, at: 0 };
        let file = email.write();
        prop_assert!(file.is_ascii() && file.lines().all(|line| line.len() <= 998));
        prop_assert_eq!(read(file.as_bytes()), Ok(vec![bundle]));
    }

    #[test]
    fn anything_is_survived(
        lines in prop::collection::vec(
            "(--b|--b--|Content-Type: (multipart/mixed; boundary=b|message/rfc822)|Content-Transfer-Encoding: base64| |\\PC{0,20})",
            0..40,
        ),
    ) {
        let _ = read(lines.join("\n").as_bytes());
    }
}
