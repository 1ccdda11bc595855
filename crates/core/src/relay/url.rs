//! The address of a relay, which may hold a credential.

use std::fmt;

/// A relay's address. What may be a secret in it (a name and a password before
/// the host, a token behind a question mark) is for the machine alone:
/// everything else, also what is printed, gets it without.
#[derive(Clone, PartialEq, Eq)]
pub struct Url {
    whole: String,
    public: String,
}

impl Url {
    /// This address.
    pub fn new(whole: impl Into<String>) -> Self {
        let whole = whole.into();
        let public = public(&whole);
        Url { whole, public }
    }

    /// With the credential: only for whoever connects.
    pub fn whole(&self) -> &str {
        &self.whole
    }

    /// Without the credential. Two addresses that differ in nothing else are of
    /// one relay.
    pub fn public(&self) -> &str {
        &self.public
    }

    /// What people call it: without the protocol, too.
    pub fn name(&self) -> &str {
        let place = self.public.split_once("://");
        place
            .map_or(&*self.public, |(_, place)| place)
            .trim_end_matches('/')
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.public)
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.public)
    }
}

fn public(whole: &str) -> String {
    let (scheme, rest) = match whole.find("://") {
        Some(at) => whole.split_at(at + 3),
        None => ("", whole),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or_default();
    // A password that was not encoded may end the host too early. Then that is
    // none, and everything up to the last `@` may be part of the password.
    let (_, port) = authority.rsplit_once(':').unwrap_or_default();
    let is_host = port.bytes().all(|it| it.is_ascii_digit()) && !scheme.is_empty();
    let login = match authority.rfind('@') {
        None if is_host || authority.ends_with(']') => None,
        None => rest.rfind('@'),
        at => at,
    };
    let rest = rest.get(login.map_or(0, |at| at + 1)..).unwrap_or_default();
    let place = rest.split(['?', '#']).next().unwrap_or_default();
    [scheme, place].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_has_no_secret() {
        fn check(url: &str, public: &str, name: &str) {
            let url = Url::new(url);
            assert_eq!((url.public(), url.name()), (public, name));
            assert_eq!(format!("{url} {url:?}"), [public, " ", public].concat());
        }
        check(
            "https://relay.example/a/b/",
            "https://relay.example/a/b/",
            "relay.example/a/b",
        );
        check(
            "https://[::1]:80/d@y",
            "https://[::1]:80/d@y",
            "[::1]:80/d@y",
        );
        check("https://[::1]/d@y", "https://[::1]/d@y", "[::1]/d@y");
        check(
            "wss+nats://me:secret@nats.example:4222/",
            "wss+nats://nats.example:4222/",
            "nats.example:4222",
        );
        check(
            "wss://y.example/d@y?token=secret#x",
            "wss://y.example/d@y",
            "y.example/d@y",
        );
        check(
            "wss+mqtt://a@b@c.example",
            "wss+mqtt://c.example",
            "c.example",
        );
        check("relay", "relay", "relay");
        check("", "", "");
        // Addresses that can not be used are shown, too.
        check(
            "wss+mqtt://me:sec/ret@host/a",
            "wss+mqtt://host/a",
            "host/a",
        );
        check("wss+mqtt://me:sec?ret@host", "wss+mqtt://host", "host");
        check("wss+mqtt://me:sec#ret@host?x", "wss+mqtt://host", "host");
        check("wss+mqtt:me:secret@host/a", "host/a", "host/a");
        check("wss+mqtt:/me:secret@host/a", "host/a", "host/a");
        check("me:secret@host", "host", "host");
    }
}
