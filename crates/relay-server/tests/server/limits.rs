//! Every status code, and what the server takes.

use std::io::Write;

use postil_relay_server::{Config, Limits};

use crate::support::{
    ROOM, Server, append, ask, connect, contents, framed, get, in_memory, try_ask,
};

fn small() -> Config {
    Config {
        limits: Limits {
            record: 100,
            batch: 1_000,
            batch_records: 4,
            mailbox: 2_000,
            total: 3_000,
            ..Limits::default()
        },
        ..in_memory()
    }
}

#[test]
fn status_codes() {
    let server = Server::start(small());
    let check = |method: &str, path: &str, body: &[u8], status: u16, says: &str| {
        let answer = ask(server.address, method, path, body);
        assert_eq!(answer.status, status, "{method} {path}");
        if status != 200 {
            assert!(answer.text().contains(says), "{:?}", answer.text());
            let is_sentence = answer.text().ends_with('.') && !answer.text().contains('\n');
            assert!(is_sentence, "{:?}", answer.text());
        }
        let nosniff = answer.header("x-content-type-options");
        assert_eq!(nosniff, Some("nosniff"), "{method} {path}");
    };
    let room = format!("/m/{ROOM}");
    let at = |rest: &str| format!("{room}{rest}");
    check("GET", &room, b"", 200, "");
    check("GET", &at("?listed=0"), b"", 200, "");
    check("GET", &at("?listed=18446744073709551615"), b"", 200, "");
    check("GET", &at("?after=0"), b"", 200, "");
    check("GET", &at("?after=18446744073709551615"), b"", 200, "");
    for query in [
        "?after=",
        "?listed=",
        "?listed",
        "?listed=x",
        "?after=-1",
        "?after=1x",
        "?after=18446744073709551616",
        "?before=1",
        "?after=1&x",
    ] {
        check("GET", &at(query), b"", 400, "query");
    }
    check("POST", &room, &framed(&[b"one", b"two"]), 200, "");
    check("POST", &room, b"", 400, "no record");
    check("POST", &room, &[1, 7, 0], 400, "empty record");
    check("POST", &room, &[0], 400, "too early");
    check("POST", &room, &[5, 1, 2], 400, "too early");
    check("POST", &room, &[0x80, 0], 400, "length");
    check("POST", &room, &[0xff; 12], 400, "length");
    check("POST", &room, &framed(&[&[1; 101]]), 413, "100 bytes");
    check("POST", &room, &framed(&[&[1; 100]]), 200, "");
    check(
        "POST",
        &room,
        &framed(&[b"1", b"2", b"3", b"4", b"5"]),
        413,
        "4 records",
    );
    check("POST", &room, &[7; 1_001], 413, "1000 bytes");
    check("POST", &room, &vec![7; 3_000_000], 413, "1000 bytes");
    for method in ["PUT", "DELETE", "PATCH"] {
        check(method, &room, b"", 405, "POST");
        check(method, "/health", b"", 405, "POST");
    }
    for name in [
        "short",
        &"a".repeat(44),
        "aaaaaaaaaaaaaaaaaaaaaaaa.",
        "aaaaaaaaaaaaaaaaaaaaaaaaaa%20a",
        "%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    ] {
        check("GET", &format!("/m/{name}"), b"", 404, "mailbox name");
        check(
            "POST",
            &format!("/m/{name}"),
            &framed(&[b"a"]),
            404,
            "mailbox name",
        );
        check("GET", &format!("/m/{name}/wake"), b"", 404, "mailbox name");
    }
    for path in ["/", "/m", "/m/", "/nothing", "/m/a/b/c"] {
        check("GET", path, b"", 404, "nothing at this path");
    }
    check("GET", "/health", b"", 200, "");
    let health = get(server.address, "/health");
    assert_eq!(health.text(), r#"{"ok":true,"mailboxes":1,"records":3}"#);
    assert_eq!(health.header("content-type"), Some("application/json"));
}

#[test]
fn full_mailboxes_are_read_and_repeat_what_they_hold() {
    let server = Server::start(small());
    let record = |n: u8| [n; 100];
    let fill = |mailbox: &str| {
        let stored = (0..40).take_while(|n| {
            let status = append(server.address, mailbox, &[&record(*n)]);
            assert!(status == 200 || status == 507);
            status == 200
        });
        stored.count()
    };
    let (first, second) = ("a".repeat(30), "b".repeat(30));
    assert_eq!(fill(&first), 19, "2,000 bytes are 19 records of 101");
    assert_eq!(fill(&second), 10, "3,000 bytes in all");
    let full = ask(
        server.address,
        "POST",
        &format!("/m/{first}"),
        &framed(&[&record(99)]),
    );
    assert_eq!(
        (full.status, full.text()),
        (
            507,
            "This mailbox is full: it may hold 2000 bytes. Its records can still be read."
        )
    );
    let full = ask(
        server.address,
        "POST",
        &format!("/m/{second}"),
        &framed(&[&record(99)]),
    );
    assert_eq!(
        (full.status, full.text()),
        (
            507,
            "This relay is full: it may hold 3000 bytes. Its records can still be read."
        )
    );
    assert_eq!(contents(server.address, &first).len(), 19);
    // What it holds already is acknowledged, and a batch is kept whole or not.
    assert_eq!(
        append(server.address, &first, &[&record(0), &record(18)]),
        200
    );
    assert_eq!(
        append(server.address, &second, &[&record(1), &record(98)]),
        507
    );
    assert_eq!(contents(server.address, &second).len(), 10);
    assert_eq!(append(server.address, &"c".repeat(30), &[&record(1)]), 507);
    let health = get(server.address, "/health");
    assert_eq!(health.text(), r#"{"ok":true,"mailboxes":2,"records":29}"#);
}

#[test]
fn too_many_requests_are_slowed_down() {
    let mut config = in_memory();
    config.limits.requests_per_second = 2;
    config.behind_proxy = true;
    let server = Server::start(config);
    let ask = |from: &str| {
        let path = format!("/m/{ROOM}");
        let headers = [("x-forwarded-for", from)];
        try_ask(server.address, "GET", &path, &headers, b"").unwrap()
    };
    let answers: Vec<_> = (0..30).map(|_| ask("203.0.113.9, 198.51.100.1")).collect();
    let slowed = answers.iter().find(|a| a.status == 429).unwrap();
    assert_eq!(slowed.header("retry-after"), Some("1"));
    assert_eq!(slowed.header("access-control-allow-origin"), Some("*"));
    assert_eq!(
        ask("198.51.100.2").status,
        200,
        "others are not slowed down"
    );
    assert_eq!(get(server.address, "/health").status, 200);
}

#[test]
fn pages_of_every_origin_may_use_mailboxes() {
    let server = Server::start(in_memory());
    let origin = ("origin", "https://page.example");
    let path = format!("/m/{ROOM}");
    for method in ["GET", "POST"] {
        let headers = [origin, ("access-control-request-method", method)];
        let preflight = try_ask(server.address, "OPTIONS", &path, &headers, b"").unwrap();
        assert_eq!(preflight.status, 200);
        let allowed = preflight.header("access-control-allow-methods").unwrap();
        assert!(allowed.contains(method));
        assert_eq!(preflight.header("access-control-allow-origin"), Some("*"));
        assert_eq!(preflight.header("access-control-max-age"), Some("86400"));
    }
    for (method, body) in [
        ("GET", vec![]),
        ("POST", framed(&[b"a"])),
        ("POST", vec![0]),
    ] {
        let answer = try_ask(server.address, method, &path, &[origin], &body).unwrap();
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(
            answer.header("access-control-expose-headers"),
            Some("retry-after")
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
}

#[test]
fn pages_are_cut_at_the_limit_and_continue() {
    let server = Server::start(in_memory());
    let records: Vec<Vec<u8>> = (0..90u8).map(|n| vec![n; 40_000]).collect();
    for batch in records.chunks(20) {
        let batch: Vec<&[u8]> = batch.iter().map(Vec::as_slice).collect();
        assert_eq!(append(server.address, ROOM, &batch), 200);
    }
    assert_eq!(contents(server.address, ROOM), records);
    let page = get(server.address, &format!("/m/{ROOM}"));
    assert!(page.body.len() <= (1 << 20) + 26, "{}", page.body.len());
    assert!(page.body.len() > 1 << 19, "{}", page.body.len());
}

#[test]
fn malformed_http_harms_nobody() {
    let server = Server::start(in_memory());
    let heads = [
        "\r\n\r\n\r\n".to_owned(),
        "GET\r\n\r\n".to_owned(),
        "POST /m/aaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\ncontent-length: 99999999999999999999\r\n\r\n".to_owned(),
        "POST /m/aaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc".to_owned(),
        "POST /m/aaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n".to_owned(),
        format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(200_000)),
        "\u{0}\u{1}\u{2}".repeat(1_000),
    ];
    for head in heads {
        let mut stream = connect(server.address);
        let _ = stream.write_all(head.as_bytes());
        drop(stream);
        assert_eq!(append(server.address, ROOM, &[b"still here"]), 200);
    }
    assert_eq!(contents(server.address, ROOM), [b"still here"]);
}
