//! The static site beside the mailboxes.

use std::net::SocketAddr;

use tempfile::TempDir;

use crate::support::{Answer, ROOM, Server, append, get, in_memory, try_ask};

fn site() -> (TempDir, Server) {
    let outer = TempDir::new().unwrap();
    let folder = outer.path().join("site");
    std::fs::create_dir_all(folder.join("sub")).unwrap();
    std::fs::write(outer.path().join("secret.txt"), "secret").unwrap();
    for (name, text) in [
        ("index.html", "<!doctype html>the page"),
        ("postil_bg-0a1b2c3d4e5f6071.wasm", "\0asm"),
        ("postil_bg-0a1b2c3d4e5f6071.wasm.br", "brotli"),
        ("postil_bg-0a1b2c3d4e5f6071.wasm.gz", "gzip"),
        ("postil.js", "export {};"),
        ("styles.css", "p {}"),
        ("data.json", "{}"),
        ("picture.svg", "<svg/>"),
        ("sub/index.html", "below"),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let mut config = in_memory();
    config.site = Some(folder);
    (outer, Server::start(config))
}

fn accepting(address: SocketAddr, path: &str, encodings: &str) -> Answer {
    let headers = [("accept-encoding", encodings)];
    try_ask(address, "GET", path, &headers, b"").unwrap()
}

#[test]
fn types_and_headers() {
    let (_folder, server) = site();
    let check = |path: &str, kind: &str, cache: &str| {
        let answer = get(server.address, path);
        assert_eq!(answer.status, 200, "{path}");
        let found = answer.header("content-type").unwrap();
        assert!(found.starts_with(kind), "{path} {found}");
        assert_eq!(answer.header("cache-control"), Some(cache), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("access-control-allow-origin"), None);
        let policy = answer.header("content-security-policy").unwrap();
        for part in [
            "default-src 'none';",
            "script-src 'self' 'wasm-unsafe-eval';",
            "style-src 'self';",
            "connect-src 'self';",
            "img-src 'self' data:;",
            "require-trusted-types-for 'script';",
            "trusted-types postil-site",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
    };
    let forever = "public, max-age=31536000, immutable";
    check("/", "text/html", "no-cache");
    check("/index.html", "text/html", "no-cache");
    check("/sub/", "text/html", "no-cache");
    check(
        "/postil_bg-0a1b2c3d4e5f6071.wasm",
        "application/wasm",
        forever,
    );
    check("/postil.js", "text/javascript", "no-cache");
    check("/styles.css", "text/css", "no-cache");
    check("/data.json", "application/json", "no-cache");
    check("/picture.svg", "image/svg+xml", "no-cache");
}

#[test]
fn compressed_siblings_are_sent_to_who_accepts_them() {
    let (_folder, server) = site();
    let path = "/postil_bg-0a1b2c3d4e5f6071.wasm";
    let check = |accepted: &str, encoding: Option<&str>, body: &str| {
        let answer = accepting(server.address, path, accepted);
        assert_eq!(answer.header("content-encoding"), encoding, "{accepted}");
        assert_eq!(answer.text(), body);
        assert_eq!(answer.header("content-type"), Some("application/wasm"));
        let vary = answer.header("vary").unwrap_or_default();
        assert!(vary.eq_ignore_ascii_case("accept-encoding"), "{vary}");
    };
    check("br, gzip", Some("br"), "brotli");
    check("gzip", Some("gzip"), "gzip");
    check("identity", None, "\0asm");
    check("gzip;q=0, br;q=0", None, "\0asm");
    let plain = accepting(server.address, "/postil.js", "br, gzip");
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(plain.text(), "export {};");
}

#[test]
fn only_the_folder_is_served() {
    let (_folder, server) = site();
    for path in [
        "/../secret.txt",
        "/sub/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "//secret.txt",
        "/./../secret.txt",
        "/%00",
        "/etc/passwd",
        "//etc/passwd",
        "/missing",
    ] {
        let answer = get(server.address, path);
        assert!((400..500).contains(&answer.status), "{path} {answer:?}");
        assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
        assert_ne!(
            answer.header("cache-control"),
            Some("public, max-age=31536000, immutable")
        );
    }
}

#[test]
fn the_site_does_not_hide_the_mailboxes() {
    let (_folder, server) = site();
    assert_eq!(append(server.address, ROOM, &[b"a"]), 200);
    assert_eq!(get(server.address, &format!("/m/{ROOM}")).status, 200);
    assert_eq!(get(server.address, "/m/short").status, 404);
    assert_eq!(get(server.address, "/health").status, 200);
}

#[test]
fn an_unchanged_file_is_not_sent_again() {
    let (_folder, server) = site();
    let first = get(server.address, "/index.html");
    let tag = first.header("etag").unwrap();
    let headers = [("if-none-match", tag)];
    let again = try_ask(server.address, "GET", "/index.html", &headers, b"").unwrap();
    assert_eq!((again.status, again.body.len()), (304, 0));
}
