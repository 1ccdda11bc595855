//! Hocuspocus servers: of the y-websocket family, with the document's name before
//! each message, a token to be let in with, and an answer to each update that
//! says whether it was applied.

use super::address::{Address, take_parameter};
use super::yjs::{self, Dialect};
use super::{OpenError, Opening, Protocol};

pub(super) const PROTOCOL: Protocol = Protocol {
    schemes: &["wss+hocuspocus", "ws+hocuspocus"],
    open: |opening| {
        let (url, token) = read(&opening)?;
        let dialect = Dialect::named(opening.mailbox, token);
        Ok(yjs::machine(&opening, url, dialect))
    },
};

/// The server's own address, and the token that was in that of the relay: before
/// the host, or as `token` in the query. It goes into a message and never into an
/// address, because servers and proxies write addresses down.
fn read(opening: &Opening<'_>) -> Result<(String, String), OpenError> {
    let Address { url, user, .. } = Address::read(opening.url)?;
    let (url, token) = take_parameter(&url, "token")?;
    Ok((url, token.or(user).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        fn check(url: &str, expected: Result<(&str, &str), OpenError>) {
            let opening = Opening {
                url,
                mailbox: "aaaaaaaaaaaaaaaaaaaaaa",
                cursor: None,
                seed: 0,
            };
            let found = read(&opening);
            let found = found.as_ref().map(|(url, token)| (&url[..], &token[..]));
            assert_eq!(found.map_err(|error| *error), expected, "{url}");
        }
        let bad = Err(OpenError::BadUrl);
        check("ws+hocuspocus://a.example", Ok(("ws://a.example", "")));
        check(
            "wss+hocuspocus://a.example/b/",
            Ok(("wss://a.example/b/", "")),
        );
        check(
            "wss+hocuspocus://s3cr%40t@a.example/b",
            Ok(("wss://a.example/b", "s3cr@t")),
        );
        check(
            "wss+hocuspocus://a.example/b?x=1&token=a.b-c_d&y=2",
            Ok(("wss://a.example/b?x=1&y=2", "a.b-c_d")),
        );
        check(
            "ws+hocuspocus://127.0.0.1:1?token=",
            Ok(("ws://127.0.0.1:1", "")),
        );
        check("ws+hocuspocus://token@/b", bad);
        check("ws+hocuspocus://a.example/?token=%f", bad);
        check("ws+hocuspocus://a.example/?token=%ff", bad);
        check("ws+hocuspocus://a.example/#b", bad);
        check("ws+hocuspocus:a.example", bad);
    }
}
