//! Signatures of requests to S3: AWS Signature Version 4, in headers.

use sha2::{Digest, Sha256};

/// What a request is signed with.
pub(super) struct Key {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) region: String,
}

/// What is signed of a request.
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) host: &'a str,
    /// Percent-encoded, beginning with a slash.
    pub(super) path: &'a str,
    /// Percent-encoded, in the order of names.
    pub(super) query: &'a str,
    pub(super) body: &'a [u8],
    /// Milliseconds since 1970.
    pub(super) now: u64,
}

/// The headers to send with a request.
pub(super) fn sign(key: &Key, request: &Request<'_>) -> Vec<(String, String)> {
    let time = timestamp(request.now);
    let day = time.get(..8).unwrap_or_default();
    let body = hex(&Sha256::digest(request.body));
    let names = "host;x-amz-content-sha256;x-amz-date";
    let canonical = [
        request.method,
        request.path,
        request.query,
        &["host:", request.host].concat(),
        &["x-amz-content-sha256:", &body].concat(),
        &["x-amz-date:", &time].concat(),
        "",
        names,
        &body,
    ]
    .join("\n");
    let scope = [day, &key.region, "s3", "aws4_request"].join("/");
    let hashed = hex(&Sha256::digest(canonical));
    let to_sign = ["AWS4-HMAC-SHA256", &time, &scope, &hashed].join("\n");
    let mut signing = hmac(["AWS4", &key.secret].concat().as_bytes(), day.as_bytes());
    for part in [&key.region, "s3", "aws4_request"] {
        signing = hmac(&signing, part.as_bytes());
    }
    let signature = hex(&hmac(&signing, to_sign.as_bytes()));
    let authorization = [
        "AWS4-HMAC-SHA256 Credential=",
        &key.id,
        "/",
        &scope,
        ", SignedHeaders=",
        names,
        ", Signature=",
        &signature,
    ]
    .concat();
    vec![
        ("authorization".into(), authorization),
        ("x-amz-content-sha256".into(), body),
        ("x-amz-date".into(), time),
    ]
}

/// HMAC with SHA-256 (RFC 2104).
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0; 64];
    let short: [u8; 32] = Sha256::digest(key).into();
    let key = if key.len() > 64 { &short[..] } else { key };
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let with = |byte: u8| block.map(|it| it ^ byte);
    let inner = Sha256::new().chain_update(with(0x36)).chain_update(message);
    let outer = Sha256::new().chain_update(with(0x5c));
    outer.chain_update(inner.finalize()).finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from_digit(n.into(), 16).unwrap_or_default();
    let both = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    bytes.iter().flat_map(both).collect()
}

/// `20130524T000000Z`.
fn timestamp(now: u64) -> String {
    let seconds = now / 1_000;
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // From days to a date: years begin in March, so that leap days come last,
    // and are counted from the year 0 in spans of 400 years.
    let days = days + 719_468;
    let (span, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = span * 400 + year + u64::from(month <= 2);
    let mut text = String::new();
    put(year, 4, &mut text);
    put(month, 2, &mut text);
    put(date, 2, &mut text);
    text.push('T');
    put(rest / 3_600, 2, &mut text);
    put(rest / 60 % 60, 2, &mut text);
    put(rest % 60, 2, &mut text);
    text.push('Z');
    text
}

fn put(number: u64, digits: u32, text: &mut String) {
    for place in (0..digits).rev() {
        let digit = number / 10u64.pow(place) % 10;
        text.push(char::from(b'0' + digit as u8));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the documentation of S3: "GET Object" without its range.
    #[test]
    fn the_example_of_the_documentation() {
        let key = Key {
            id: "AKIAIOSFODNN7EXAMPLE".into(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
            region: "us-east-1".into(),
        };
        let request = Request {
            method: "GET",
            host: "examplebucket.s3.amazonaws.com",
            path: "/",
            query: "max-keys=2&prefix=J",
            body: b"",
            now: 1_369_353_600_000,
        };
        let headers = sign(&key, &request);
        assert_eq!(
            headers[0].1,
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
             Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        );
        assert_eq!(headers[2].1, "20130524T000000Z");
    }

    #[test]
    fn times() {
        fn check(now: u64, expected: &str) {
            assert_eq!(timestamp(now), expected);
        }
        check(0, "19700101T000000Z");
        check(951_782_399_999, "20000228T235959Z");
        check(951_782_400_000, "20000229T000000Z");
        check(951_868_800_000, "20000301T000000Z");
        check(1_767_225_599_000, "20251231T235959Z");
        check(4_107_542_400_000, "21000301T000000Z");
    }

    /// RFC 4231, cases 2 and 6.
    #[test]
    fn hmacs() {
        fn check(key: &[u8], message: &[u8], begins: &str) {
            assert!(hex(&hmac(key, message)).starts_with(begins));
        }
        check(b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e");
        check(
            &[0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f",
        );
    }
}
