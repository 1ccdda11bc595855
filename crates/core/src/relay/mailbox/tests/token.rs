//! A write token stands before the records and nowhere else.

use super::super::*;
use crate::relay::{In, Method, Out};

fn requests(url: &str) -> Vec<(Method, String, Vec<u8>)> {
    let mut machine = Mailbox::new(Opening {
        url,
        mailbox: "aaaaaaaaaaaaaaaaaaaaaa",
        cursor: None,
        seed: 1,
    })
    .unwrap();
    let mut found = Vec::new();
    let mut inputs = vec![In::Online, In::Publish(b"abc".to_vec())];
    while let Some(input) = inputs.pop() {
        let mut outs = Vec::new();
        machine.step(input, 1_000, &mut outs);
        for out in outs {
            match out {
                Out::Request {
                    req,
                    method,
                    url,
                    headers,
                    body,
                    ..
                } => {
                    assert!(headers.is_empty(), "no preflight");
                    found.push((method, url, body));
                    inputs.push(In::Response {
                        req,
                        status: if method == Method::Get { 200 } else { 401 },
                        retry_after: None,
                        body: vec![0; 17],
                    });
                }
                Out::OpenStream { url } => found.push((Method::Get, url, Vec::new())),
                Out::Rejected { why, .. } => assert_eq!(why, Trouble::Denied),
                _ => {}
            }
        }
    }
    found
}

#[test]
fn tokens_are_in_bodies_only() {
    fn check(relay: &str, url: &str, body: &[u8]) {
        let found = requests(relay);
        assert!(
            found.iter().all(|(_, it, _)| it.starts_with(url)),
            "{found:?}"
        );
        let post = found.iter().find(|(method, ..)| *method == Method::Post);
        assert_eq!(post.unwrap().2, body, "{relay}");
        assert_eq!(found.len(), 3, "read, append, stream: {found:?}");
    }
    check(
        "https://relay.example",
        "https://relay.example/m/",
        b"\x03abc",
    );
    check(
        "https://sesame-sesame@relay.example/a/",
        "https://relay.example/a/m/",
        b"\0\x0dsesame-sesame\x03abc",
    );
    check("http://@[::1]:1/", "http://[::1]:1/m/", b"\x03abc");
    // An at sign in the path means nothing.
    check(
        "https://r.example/@x",
        "https://r.example/@x/m/",
        b"\x03abc",
    );
}

#[test]
fn addresses_that_are_none() {
    fn check(url: &str) {
        let opening = Opening {
            url,
            mailbox: "aaaaaaaaaaaaaaaaaaaaaa",
            cursor: None,
            seed: 1,
        };
        assert_eq!(
            Mailbox::new(opening).err(),
            Some(OpenError::BadUrl),
            "{url}"
        );
    }
    check("https://token@");
    check("https://token@/path");
    check(&format!("https://{}@host", "a".repeat(128)));
}
