//! The address of a server that is spoken to over a socket.

use super::OpenError;

/// The longest address of a relay, in bytes.
const MAX_URL: usize = 2_048;

/// An address, with what it says about who one is set apart: that goes into
/// the protocol and never into what a proxy writes down.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// `ws:` or `wss:`, without name and password.
    pub(super) url: String,
    /// What stands before the `@`, up to a colon.
    pub(super) user: Option<String>,
    /// What stands between that colon and the `@`.
    pub(super) password: Option<String>,
}

impl Address {
    /// Reads `wss+protocol://user:password@host:port/path?query`.
    ///
    /// # Errors
    /// When it is not of this form, is too long, or has a fragment.
    pub(super) fn read(address: &str) -> Result<Self, OpenError> {
        let (scheme, rest) = address.split_once("://").ok_or(OpenError::BadUrl)?;
        let printable = address.bytes().all(|c| c.is_ascii_graphic());
        if !printable || rest.contains('#') || address.len() > MAX_URL {
            return Err(OpenError::BadUrl);
        }
        let (scheme, _) = scheme.split_once('+').unwrap_or((scheme, ""));
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (place, path) = rest.split_at(end);
        let (login, host) = match place.rsplit_once('@') {
            Some((login, host)) => (Some(login), host),
            None => (None, place),
        };
        if host.is_empty() {
            return Err(OpenError::BadUrl);
        }
        let (user, password) = match login.map(|it| it.split_once(':').unwrap_or((it, ""))) {
            Some((user, password)) => (decoded(user)?, decoded(password)?),
            None => (None, None),
        };
        let scheme = scheme.to_ascii_lowercase();
        Ok(Address {
            url: [&scheme, "://", host, path].concat(),
            user,
            password,
        })
    }
}

/// Percent-decoded; `None` for what is empty.
pub(super) fn decoded(text: &str) -> Result<Option<String>, OpenError> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| byte.and_then(|it| char::from(it).to_digit(16));
        bytes.push(match byte {
            b'%' => match (digit(rest.next()), digit(rest.next())) {
                (Some(high), Some(low)) => (high << 4 | low) as u8,
                _ => return Err(OpenError::BadUrl),
            },
            byte => byte,
        });
    }
    let text = String::from_utf8(bytes).map_err(|_| OpenError::BadUrl)?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Percent-encoded, but for what never needs to be.
pub(super) fn encoded(text: &str) -> String {
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

/// Takes a parameter out of the query of an address, and gives its value, if
/// it is there.
pub(super) fn take_parameter(url: &str, name: &str) -> Result<(String, Option<String>), OpenError> {
    let mut value = None;
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let mut rest = place.to_owned();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some((key, text)) if key == name => value = Some(decoded(text)?.unwrap_or_default()),
            _ => {
                rest.push(if rest.len() > place.len() { '&' } else { '?' });
                rest.push_str(pair);
            }
        }
    }
    Ok((rest, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_one_is_is_set_apart() {
        fn check(address: &str, url: &str, user: Option<&str>, password: Option<&str>) {
            let expected = Address {
                url: url.into(),
                user: user.map(Into::into),
                password: password.map(Into::into),
            };
            assert!(
                Address::read(address) == Ok(expected),
                "{address} is read as something else"
            );
        }
        check("wss+nats://host", "wss://host", None, None);
        check("WS+mqtt://h:9001/mqtt", "ws://h:9001/mqtt", None, None);
        check(
            "ws+nats://a:b@h/x?y=@",
            "ws://h/x?y=@",
            Some("a"),
            Some("b"),
        );
        check("ws+nats://token@h?q", "ws://h?q", Some("token"), None);
        check(
            "ws+nats://a%40b:%3a%20@h",
            "ws://h",
            Some("a@b"),
            Some(": "),
        );
        check("ws+nats://:b@h", "ws://h", None, Some("b"));
        check("ws+nats://@h", "ws://h", None, None);
    }

    #[test]
    fn parameters_are_taken_out() {
        fn check(url: &str, expected: Result<(&str, Option<&str>), OpenError>) {
            let found = take_parameter(url, "a");
            let found = found
                .as_ref()
                .map(|(url, value)| (&**url, value.as_deref()));
            assert_eq!(found.map_err(|error| *error), expected);
        }
        check("ws://h/x", Ok(("ws://h/x", None)));
        check("ws://h/x?a=1%2B2", Ok(("ws://h/x", Some("1+2"))));
        check("ws://h?b=1&a=2&c", Ok(("ws://h?b=1&c", Some("2"))));
        check("ws://h?aa=1&a=", Ok(("ws://h?aa=1", Some(""))));
        check("ws://h?a", Ok(("ws://h?a", None)));
        check("ws://h?a=%f", Err(OpenError::BadUrl));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        fn check(address: &str) {
            assert!(Address::read(address).is_err(), "{address}");
        }
        check("ws+nats:host");
        check("ws+nats://");
        check("ws+nats:///path");
        check("ws+nats://user@/path");
        check("ws+nats://host/#fragment");
        check("ws+nats://ho st");
        check("ws+nats://%zz@host");
        check("ws+nats://%ff@host");
        check("ws+nats://%4@host");
        check(&["ws+nats://", &"a".repeat(2_048)].concat());
    }
}
