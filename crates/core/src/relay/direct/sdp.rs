//! What of a browser's description of a session (SDP, RFC 8866) says how to
//! reach it, and such a description made anew from that. All else in it is the
//! same for every data channel (RFC 8841, RFC 8829).

use std::fmt::Write as _;
use std::net::IpAddr;

/// The most addresses by which one side can be reached.
pub(super) const MAX_CANDIDATES: usize = 8;
/// The most letters of the name and the password of a session (RFC 8839 allows
/// 256).
pub(super) const MAX_SECRET: usize = 64;
/// The longest description that is read.
const MAX_SDP: usize = 64 * 1024;

/// Who is to be reached, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The session's name; it is no secret.
    pub(super) user: String,
    /// Its password.
    pub(super) password: String,
    /// SHA-256 of the certificate, which the channel is encrypted with.
    pub(super) fingerprint: [u8; 32],
    /// Where it can be reached over UDP.
    pub(super) candidates: Vec<Candidate>,
}

/// A place on the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) host: Host,
    pub(super) port: u16,
    /// Whether it is how others see it from outside of its network.
    pub(super) is_outer: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    Address(IpAddr),
    /// A random name that only the same network can resolve (mDNS): the UUID
    /// before `.local`.
    Name([u8; 16]),
}

/// Which part a side has when the channel is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It begins.
    Offer,
    /// It answers.
    Answer,
}

impl Session {
    /// Reads a browser's description; `None` when it lacks something.
    pub fn read(sdp: &str) -> Option<Self> {
        let mut lines = sdp.get(..MAX_SDP).unwrap_or(sdp).lines();
        let value = |name: &str| {
            let mut lines = lines.clone();
            lines.find_map(|line| line.trim_end().strip_prefix(name))
        };
        let user = value("a=ice-ufrag:")?.into();
        let password = value("a=ice-pwd:")?.into();
        let fingerprint = fingerprint(value("a=fingerprint:sha-256 ")?)?;
        let candidates = lines.by_ref().filter_map(candidate);
        let session = Session {
            user,
            password,
            fingerprint,
            candidates: candidates.take(MAX_CANDIDATES).collect(),
        };
        (is_secret(&session.user) && is_secret(&session.password)).then_some(session)
    }

    /// A description that a browser takes for the other side's.
    pub fn write(&self, part: Part) -> String {
        let setup = match part {
            Part::Offer => "actpass",
            Part::Answer => "active",
        };
        let print = self.fingerprint.iter().map(|byte| format!("{byte:02X}"));
        let print = print.collect::<Vec<_>>().join(":");
        let (user, password) = (&self.user, &self.password);
        let mut sdp = format!(
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
             m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n\
             a=ice-ufrag:{user}\r\na=ice-pwd:{password}\r\na=fingerprint:sha-256 {print}\r\n\
             a=setup:{setup}\r\na=mid:0\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n"
        );
        for (n, candidate) in (0u32..).zip(&self.candidates) {
            let kind = if candidate.is_outer { 100 } else { 126 };
            // RFC 8445, section 5.1.2.1.
            let priority = kind << 24 | (65_535 - n) << 8 | 255;
            let typ = match candidate.is_outer {
                true => "srflx raddr 0.0.0.0 rport 0",
                false => "host",
            };
            let (host, port) = (candidate.host.text(), candidate.port);
            // Writing to a string does not fail.
            let _ = write!(
                sdp,
                "a=candidate:{} 1 udp {priority} {host} {port} typ {typ}\r\n",
                n + 1
            );
        }
        sdp
    }
}

/// Letters that the name and the password of a session may have.
pub(super) fn is_secret(text: &str) -> bool {
    let letters = |c: u8| c.is_ascii_alphanumeric() || c == b'+' || c == b'/';
    (4..=MAX_SECRET).contains(&text.len()) && text.bytes().all(letters)
}

impl Host {
    fn read(text: &str) -> Option<Self> {
        if let Ok(address) = text.parse() {
            return Some(Host::Address(address));
        }
        let digits: String = text.strip_suffix(".local")?.split('-').collect();
        Some(Host::Name(hex(&digits)?))
    }

    fn text(&self) -> String {
        match self {
            Host::Address(address) => address.to_string(),
            Host::Name(bytes) => {
                let mut name = String::new();
                for (n, byte) in bytes.iter().enumerate() {
                    if matches!(n, 4 | 6 | 8 | 10) {
                        name.push('-');
                    }
                    let _ = write!(name, "{byte:02x}");
                }
                name + ".local"
            }
        }
    }
}

/// A line about a place that can be reached over UDP.
fn candidate(line: &str) -> Option<Candidate> {
    let mut words = line.strip_prefix("a=candidate:")?.split_ascii_whitespace();
    let (component, transport) = (words.nth(1)?, words.next()?);
    let (host, port) = (words.nth(1)?, words.next()?);
    let (typ, kind) = (words.next()?, words.next()?);
    let is_outer = kind == "srflx";
    let sound = component == "1" && transport.eq_ignore_ascii_case("udp") && typ == "typ";
    let candidate = Candidate {
        host: Host::read(host)?,
        port: port.parse().ok()?,
        is_outer,
    };
    (sound && (is_outer || kind == "host")).then_some(candidate)
}

fn fingerprint(text: &str) -> Option<[u8; 32]> {
    let digits: String = text.trim().split(':').collect();
    hex(&digits)
}

fn hex<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let digit = |it: &u8| char::from(*it).to_digit(16);
        *byte = (digit(high)? << 4 | digit(low)?) as u8;
    }
    Some(bytes)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// As Chromium 156 writes it.
    pub(in crate::relay::direct) const CHROMIUM: &str = "v=0\r\no=- 7815976731705411679 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
        a=extmap-allow-mixed\r\na=msid-semantic: WMS\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n\
        a=candidate:2554806309 1 udp 2113937151 e25bb47f-e3e6-4946-a235-04ab5eb9baa3.local 44034 typ host generation 0 network-cost 999\r\n\
        a=candidate:2671062165 1 udp 2113942271 fd00::2 44108 typ host generation 0 network-cost 999\r\n\
        a=candidate:1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active\r\n\
        a=candidate:842163049 1 UDP 1677729535 203.0.113.7 41000 typ srflx raddr 0.0.0.0 rport 0 generation 0\r\n\
        a=ice-ufrag:p498\r\na=ice-pwd:OQiP8KIb3F+MDNjF5ENe21Ce\r\na=ice-options:trickle\r\n\
        a=fingerprint:sha-256 DF:4F:16:0C:91:42:02:4C:96:F1:CF:B7:B3:EC:5A:6E:32:E2:86:DE:7D:E2:E1:1B:17:33:02:7A:D2:F7:2D:5E\r\n\
        a=setup:actpass\r\na=mid:0\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n";

    #[test]
    fn a_description_is_read_and_made_anew() {
        let session = Session::read(CHROMIUM).unwrap();
        assert_eq!(session.user, "p498");
        assert_eq!(session.candidates.len(), 3);
        for part in [Part::Offer, Part::Answer] {
            let written = session.write(part);
            assert_eq!(Session::read(&written), Some(session.clone()));
        }
        let written = session.write(Part::Answer);
        let lines: Vec<&str> = written.lines().collect();
        for expected in [
            "a=setup:active",
            "a=candidate:1 1 udp 2130706431 e25bb47f-e3e6-4946-a235-04ab5eb9baa3.local 44034 typ host",
            "a=candidate:2 1 udp 2130706175 fd00::2 44108 typ host",
            "a=candidate:3 1 udp 1694498303 203.0.113.7 41000 typ srflx raddr 0.0.0.0 rport 0",
        ] {
            assert!(lines.contains(&expected), "{expected} in {written}");
        }
    }

    #[test]
    fn what_lacks_something_is_none() {
        #[track_caller]
        fn check(from: &str, to: &str) {
            assert!(CHROMIUM.contains(from), "{from}");
            assert_eq!(Session::read(&CHROMIUM.replace(from, to)), None, "{to}");
        }
        check("a=ice-ufrag", "a=other");
        check("a=ice-pwd:OQiP8KIb3F+MDNjF5ENe21Ce", "a=ice-pwd:a b c");
        check("p498", "p4");
        check("sha-256", "sha-1");
        check(":2D:5E", ":2D");
        check(":2D:5E", ":2D:5X");
        assert_eq!(Session::read(""), None);
    }

    #[test]
    fn places_that_say_nothing_are_left_out() {
        #[track_caller]
        fn check(line: &str) {
            assert_eq!(candidate(line), None, "{line}");
        }
        check("a=candidate:1 2 udp 1 192.0.2.1 9 typ host");
        check("a=candidate:1 1 udp 1 host.example 9 typ host");
        check("a=candidate:1 1 udp 1 192.0.2.1 99999 typ host");
        check("a=candidate:1 1 udp 1 192.0.2.1 9 typ relay");
        check("a=candidate:1 1 udp 1 192.0.2.1 9");
        check("a=candidate:1 1 udp 1 é-local.local 9 typ host");
        let many = "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n".repeat(20);
        let session = Session::read(&[CHROMIUM, &many].concat());
        assert_eq!(session.map(|it| it.candidates.len()), Some(MAX_CANDIDATES));
    }
}
