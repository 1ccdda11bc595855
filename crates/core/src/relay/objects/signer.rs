//! Addresses of S3 that somebody else has signed, so that a page needs no
//! secret. `docs/relays.md` says how to make a signer.

use super::place::Ask;
use crate::relay::address::encoded;
use crate::relay::{Method, OpenError};

/// The longest address that a signer may give, in bytes.
pub(super) const MAX_SIGNED: usize = 8_192;
/// A signed address is used again for at most this long, in milliseconds.
const LONGEST: u64 = 3_600_000;

/// What is asked of a signer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What<'a> {
    /// To read or write the object of this key.
    Object(&'a str),
    /// To list the keys that begin so, from the page that this leads to.
    List(&'a str, Option<&'a str>),
}

/// Who signs, and the last address that it signed for the list.
pub(super) struct Signer {
    url: String,
    /// What was asked, the answer, and until when it is good.
    kept: Option<(String, String, u64)>,
}

impl Signer {
    /// The one at this address.
    ///
    /// # Errors
    /// When it is not one that can be asked.
    pub(super) fn new(url: String) -> Result<Self, OpenError> {
        if !is_sound(&url) || url.contains('#') {
            return Err(OpenError::BadUrl);
        }
        Ok(Signer { url, kept: None })
    }

    /// The query by which it is asked.
    pub(super) fn query(method: Method, what: What<'_>) -> String {
        let mut query = ["method=", method.name()].concat();
        let (name, value, page) = match what {
            What::Object(key) => ("key", key, None),
            What::List(prefix, page) => ("prefix", prefix, page),
        };
        query.push_str(&["&", name, "=", &encoded(value)].concat());
        if let Some(page) = page {
            query.push_str(&["&continuation-token=", &encoded(page)].concat());
        }
        query
    }

    /// The question itself.
    pub(super) fn ask(&self, query: &str) -> Ask {
        let mark = if self.url.contains('?') { "&" } else { "?" };
        Ask {
            method: Method::Get,
            url: [&self.url, mark, query].concat(),
            headers: Vec::new(),
            body: Vec::new(),
            query: None,
        }
    }

    /// What it signed earlier and is still good.
    pub(super) fn kept(&self, query: &str, now: u64) -> Option<String> {
        let (asked, url, until) = self.kept.as_ref()?;
        (asked == query && now < *until).then(|| url.clone())
    }

    /// The address in its answer, if there is one.
    pub(super) fn signed(&mut self, query: &str, answer: &[u8], now: u64) -> Option<String> {
        let url = str::from_utf8(answer).ok()?.trim();
        if !is_sound(url) {
            return None;
        }
        let is_list = query.contains("&prefix=") && !query.contains("&continuation-token=");
        let parameters = url.split_once('?').map_or("", |(_, query)| query);
        let lasts = parameters.split('&').find_map(|it| {
            let seconds: u64 = it.strip_prefix("X-Amz-Expires=")?.parse().ok()?;
            // Not to the last moment: clocks differ.
            Some(seconds.saturating_mul(750).min(LONGEST))
        });
        if let Some(lasts) = lasts.filter(|_| is_list) {
            let until = now.saturating_add(lasts);
            self.kept = Some((query.into(), url.into(), until));
        }
        Some(url.into())
    }

    /// What it signed earlier is not good any more.
    pub(super) fn forget(&mut self) {
        self.kept = None;
    }
}

fn is_sound(url: &str) -> bool {
    let place = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let host = place.map(|it| it.split(['/', '?']).next().unwrap_or_default());
    host.is_some_and(|host| !host.is_empty() && !host.contains('@'))
        && url.len() <= MAX_SIGNED
        && url.bytes().all(|it| it.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions() {
        fn check(signer: &str, method: Method, what: What<'_>, expected: &str) {
            let signer = Signer::new(signer.into()).unwrap();
            assert_eq!(signer.ask(&Signer::query(method, what)).url, expected);
        }
        check(
            "https://site.example/sign",
            Method::Put,
            What::Object("some/place"),
            "https://site.example/sign?method=PUT&key=some%2Fplace",
        );
        check(
            "http://h:1/?a=b",
            Method::Get,
            What::List("x/", Some("n+/=")),
            "http://h:1/?a=b&method=GET&prefix=x%2F&continuation-token=n%2B%2F%3D",
        );
    }

    #[test]
    fn answers() {
        fn check(answer: &str, expected: bool) {
            let mut signer = Signer::new("https://h/".into()).unwrap();
            let signed = signer.signed("method=PUT&key=a", answer.as_bytes(), 0);
            assert_eq!(signed.is_some(), expected, "{answer}");
        }
        check("https://bucket.example/a?X-Amz-Signature=1\n", true);
        check("http://127.0.0.1:9000/b/a", true);
        check("", false);
        check("{\"url\":\"https://bucket.example\"}", false);
        check("https://", false);
        check("https:///a", false);
        check("https://me@bucket.example/", false);
        check("javascript:alert(1)", false);
        check("https://bucket.example/ a", false);
        check(&["https://b/", &"a".repeat(MAX_SIGNED)].concat(), false);
    }

    #[test]
    fn what_is_signed_for_the_list_is_used_again_for_a_while() {
        fn check(query: &str, answer: &str, until: Option<u64>) {
            let mut signer = Signer::new("https://h/".into()).unwrap();
            signer.signed(query, answer.as_bytes(), 1_000);
            if let Some(until) = until {
                assert!(signer.kept(query, until - 1).is_some());
            }
            let after = until.unwrap_or(1_000);
            assert_eq!(signer.kept(query, after), None, "{answer}");
            assert_eq!(signer.kept("method=GET&prefix=other", 1_000), None);
        }
        let list = "method=GET&prefix=a";
        check(list, "https://b/?X-Amz-Expires=60&x", Some(46_000));
        check(list, "https://b/?X-Amz-Expires=99999999", Some(3_601_000));
        check(list, "https://b/?x", None);
        check(list, "https://b/?X-Amz-Expires=soon", None);
        let next = "method=GET&prefix=a&continuation-token=b";
        check(next, "https://b/?X-Amz-Expires=60", None);
        check("method=PUT&key=a", "https://b/?X-Amz-Expires=60", None);
    }
}
