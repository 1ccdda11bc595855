//! Where the objects of a mailbox are, and how a server of each kind is asked
//! for them.

use super::sign::{self, Key};
use crate::id::{base64url, from_base64url};
use crate::relay::address::Address;
use crate::relay::{Method, OpenError, RecordId};

/// What to ask of a WebDAV server: nothing about the objects but their names.
const PROPERTIES: &str =
    "<?xml version=\"1.0\"?><propfind xmlns=\"DAV:\"><prop><resourcetype/></prop></propfind>";
/// Where a bucket is unless the address says so.
const REGION: &str = "us-east-1";

/// How a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// WebDAV (RFC 4918).
    Dav,
    /// S3 and what is compatible with it.
    S3,
    /// Files that somebody has put there, with a list of them.
    Folder,
}

/// A request, but for its number.
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// A page of a list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) names: Vec<RecordId>,
    /// By what to ask for the next page.
    pub(super) next: Option<String>,
}

/// The folder of a mailbox.
pub(super) struct Place {
    pub(super) kind: Kind,
    /// `https://host`.
    origin: String,
    host: String,
    /// With a slash before it and none behind: a folder, or bucket and prefix.
    path: String,
    mailbox: String,
    basic: Option<String>,
    key: Option<Key>,
}

impl Place {
    pub(super) fn new(url: &str, mailbox: &str) -> Result<Self, OpenError> {
        let (scheme, _) = url.split_once(':').ok_or(OpenError::BadUrl)?;
        let scheme = scheme.to_ascii_lowercase();
        let (kind, transport) = match &*scheme {
            "dav" => (Kind::Dav, "http"),
            "davs" => (Kind::Dav, "https"),
            "s3" => (Kind::S3, "http"),
            "s3s" => (Kind::S3, "https"),
            "http+folder" => (Kind::Folder, "http"),
            "https+folder" => (Kind::Folder, "https"),
            _ => return Err(OpenError::UnknownScheme),
        };
        let address = Address::read(url)?;
        let (_, rest) = address.url.split_once("://").ok_or(OpenError::BadUrl)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let path = path.trim_end_matches('/');
        let region = match (query.strip_prefix("region="), query) {
            (Some(region), _) if kind == Kind::S3 => region,
            (None, "") => REGION,
            _ => return Err(OpenError::BadUrl),
        };
        if kind == Kind::S3 && path.is_empty() {
            return Err(OpenError::BadUrl);
        }
        let user = address.user.unwrap_or_default();
        let password = address.password.unwrap_or_default();
        let login = !user.is_empty() || !password.is_empty();
        let basic = login && kind != Kind::S3;
        let key = login && kind == Kind::S3;
        Ok(Place {
            kind,
            origin: [transport, "://", host].concat(),
            host: host.into(),
            path: path.into(),
            mailbox: mailbox.into(),
            basic: basic.then(|| {
                let text = [&user, ":", &password].concat();
                ["Basic ", &base64(text.as_bytes())].concat()
            }),
            key: key.then(|| Key {
                id: user.clone(),
                secret: password.clone(),
                region: region.into(),
            }),
        })
    }

    /// Asks for the names of the objects, or for the next page of them.
    pub(super) fn list(&self, from: Option<&str>, now: u64) -> Ask {
        let folder = [&self.path, "/", &self.mailbox, "/"].concat();
        match self.kind {
            Kind::Dav => {
                let mut ask = self.ask(Method::PropFind, &folder, "", PROPERTIES.into(), now);
                let content = ("content-type".into(), "application/xml".into());
                ask.headers.extend([("depth".into(), "1".into()), content]);
                ask
            }
            Kind::Folder => {
                let path = [&folder, "manifest"].concat();
                self.ask(Method::Get, &path, "", Vec::new(), now)
            }
            Kind::S3 => {
                let (bucket, prefix) = self.bucket();
                let prefix = [&prefix, &*self.mailbox, "/"].concat();
                let from = from.map(|it| ["continuation-token=", &encoded(it), "&"].concat());
                let from = from.unwrap_or_default();
                let query = [&from, "list-type=2&prefix=", &encoded(&prefix)].concat();
                self.ask(Method::Get, bucket, &query, Vec::new(), now)
            }
        }
    }

    /// Asks for an object, or writes it.
    pub(super) fn object(&self, method: Method, id: RecordId, body: Vec<u8>, now: u64) -> Ask {
        let path = [&self.path, "/", &self.mailbox, "/", &base64url(&id.0)].concat();
        self.ask(method, &path, "", body, now)
    }

    /// Makes the folder, where one has to be made.
    pub(super) fn make(&self, now: u64) -> Option<Ask> {
        let path = [&self.path, "/", &self.mailbox, "/"].concat();
        (self.kind == Kind::Dav).then(|| self.ask(Method::MkCol, &path, "", Vec::new(), now))
    }

    /// `/bucket` and the prefix with a slash behind it, if there is one.
    fn bucket(&self) -> (&str, String) {
        let name = self.path.get(1..).unwrap_or_default();
        match name.find('/') {
            Some(end) => {
                let (bucket, prefix) = self.path.split_at(end + 1);
                (bucket, [prefix.get(1..).unwrap_or_default(), "/"].concat())
            }
            None => (&self.path, String::new()),
        }
    }

    fn ask(&self, method: Method, path: &str, query: &str, body: Vec<u8>, now: u64) -> Ask {
        let mut headers = Vec::new();
        if let Some(basic) = &self.basic {
            headers.push(("authorization".into(), basic.clone()));
        }
        if let Some(key) = &self.key {
            headers = sign::sign(
                key,
                &sign::Request {
                    method: method.name(),
                    host: &self.host,
                    path,
                    query,
                    body: &body,
                    now,
                },
            );
        }
        let mark = if query.is_empty() { "" } else { "?" };
        Ask {
            method,
            url: [&self.origin, path, mark, query].concat(),
            headers,
            body,
        }
    }

    /// Reads a page of a list; nothing if it is none.
    pub(super) fn listed(&self, body: &[u8]) -> Option<Listed> {
        let text = str::from_utf8(body).ok()?;
        if self.kind == Kind::Folder {
            let names = text.lines().filter_map(|line| name(line.trim())).collect();
            return Some(Listed { names, next: None });
        }
        let (whole, element) = match self.kind {
            Kind::Dav => ("multistatus", "href"),
            _ => ("ListBucketResult", "Key"),
        };
        let (mut listed, mut is_whole) = (Listed::default(), false);
        let mut rest = text;
        while let Some((_, after)) = rest.split_once('<') {
            let (tag, content) = after.split_once('>')?;
            let tag = tag.split_ascii_whitespace().next().unwrap_or_default();
            let local = tag.rsplit(':').next().unwrap_or_default();
            let content = content.split('<').next().unwrap_or_default().trim();
            if tag.starts_with('/') {
                is_whole |= local.trim_start_matches('/') == whole;
            } else if local == element {
                let last = content.trim_end_matches('/').rsplit('/').next();
                listed.names.extend(last.and_then(name));
            } else if local == "NextContinuationToken" {
                listed.next = Some(content.replace("&amp;", "&"));
            }
            rest = after;
        }
        is_whole.then_some(listed)
    }
}

/// The record whose object has this name.
fn name(text: &str) -> Option<RecordId> {
    let bytes = from_base64url(text)?;
    Some(RecordId(bytes.try_into().ok()?))
}

/// Percent-encoded, but for what never needs to be.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(byte.into());
        } else {
            let digit = |n: u8| char::from_digit(n.into(), 16).unwrap_or_default();
            out.push('%');
            out.extend([digit(byte >> 4), digit(byte & 15)].map(|it| it.to_ascii_uppercase()));
        }
    }
    out
}

/// Base64 with padding, as the scheme `Basic` wants it.
fn base64(bytes: &[u8]) -> String {
    let mut text: String = base64url(bytes)
        .chars()
        .map(|it| match it {
            '-' => '+',
            '_' => '/',
            it => it,
        })
        .collect();
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAILBOX: &str = "aaaaaaaaaaaaaaaaaaaaaa";

    #[test]
    fn requests() {
        fn check(address: &str, list: &str, object: &str) {
            let place = Place::new(address, MAILBOX).unwrap();
            assert_eq!(place.list(None, 0).url, list);
            let id = RecordId([255; 16]);
            let asked = place.object(Method::Put, id, vec![1], 0);
            assert_eq!(asked.url, object);
            let secret = |it: &Ask| it.url.contains("sesame");
            assert!(!secret(&asked) && !secret(&place.list(Some("x"), 0)));
        }
        check(
            "davs://u:sesame@dav.example/a/",
            "https://dav.example/a/aaaaaaaaaaaaaaaaaaaaaa/",
            "https://dav.example/a/aaaaaaaaaaaaaaaaaaaaaa/_____________________w",
        );
        check(
            "s3://key:sesame@h:9000/bucket/some/place?region=eu-1",
            "http://h:9000/bucket?list-type=2&prefix=some%2Fplace%2Faaaaaaaaaaaaaaaaaaaaaa%2F",
            "http://h:9000/bucket/some/place/aaaaaaaaaaaaaaaaaaaaaa/_____________________w",
        );
        check(
            "s3s://s3.example/bucket",
            "https://s3.example/bucket?list-type=2&prefix=aaaaaaaaaaaaaaaaaaaaaa%2F",
            "https://s3.example/bucket/aaaaaaaaaaaaaaaaaaaaaa/_____________________w",
        );
        check(
            "https+folder://site.example/comments",
            "https://site.example/comments/aaaaaaaaaaaaaaaaaaaaaa/manifest",
            "https://site.example/comments/aaaaaaaaaaaaaaaaaaaaaa/_____________________w",
        );
    }

    #[test]
    fn addresses_that_are_none() {
        fn check(address: &str) {
            assert!(Place::new(address, MAILBOX).is_err(), "{address}");
        }
        check("s3s://host");
        check("s3s://host/");
        check("s3s://host/bucket?x=y");
        check("davs://host/?region=x");
        check("dav:///path");
        check("ftp://host");
    }

    #[test]
    fn logins() {
        let place = Place::new("dav://Aladdin:open%20sesame@h", MAILBOX).unwrap();
        let (name, value) = place.list(None, 0).headers.remove(0);
        assert_eq!(name, "authorization");
        assert_eq!(value, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }

    #[test]
    fn lists() {
        fn check(address: &str, body: &str, expected: Option<(usize, Option<&str>)>) {
            let place = Place::new(address, MAILBOX).unwrap();
            let found = place.listed(body.as_bytes());
            let found = found.map(|it| (it.names.len(), it.next));
            let expected = expected.map(|(n, next)| (n, next.map(String::from)));
            assert_eq!(found, expected, "{body}");
        }
        let (one, two) = ("_____________________w", "AAAAAAAAAAAAAAAAAAAAAA");
        let dav = |inner: &str| {
            format!(
                "<?xml version=\"1.0\"?>\n<D:multistatus xmlns:D=\"DAV:\">{inner}</D:multistatus>"
            )
        };
        let href = |path: &str| format!("<D:response><D:href>{path}</D:href></D:response>");
        let both = [one, two].map(|it| href(&format!("/a/{it}"))).concat();
        check(
            "dav://h",
            &dav(&[href("/a/"), both.clone()].concat()),
            Some((2, None)),
        );
        check(
            "dav://h",
            &dav(&href("http://h/a/manifest")),
            Some((0, None)),
        );
        check("dav://h", &dav(""), Some((0, None)));
        check("dav://h", &both, None);
        check("dav://h", "<html>no</html>", None);
        check("dav://h", "<D:multistatus><D:href>/", None);
        let s3 = format!(
            "<ListBucketResult><Contents><Key>x/{one}</Key></Contents><IsTruncated>true\
             </IsTruncated><NextContinuationToken>a+b&amp;c=</NextContinuationToken></ListBucketResult>"
        );
        check("s3://h/b", &s3, Some((1, Some("a+b&c="))));
        check(
            "https+folder://h",
            &format!("{one}\r\n\n{two}\nother\n"),
            Some((2, None)),
        );
    }
}
