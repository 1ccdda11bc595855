//! What two people hand over so that their browsers find one another: how to
//! reach one side, as a line of some 150 letters.
//!
//! ```text
//! code      = base64url(0x10 | part  room[4]  about[4]  user  password  fingerprint[32]  n  candidate × n  check[4])
//! user, password = length  letters
//! candidate = outer × 16 | kind  address[4, 16 or 16]  port[2]
//! ```
//!
//! `check` is the beginning of a hash of what is before it: a code that was cut
//! or misread is noticed before anything is tried. `about` is the `check` of
//! the offer in an answer, and zero in an offer.

use std::net::IpAddr;

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::sdp::{Candidate, Host, MAX_CANDIDATES, Part, Session, is_secret};
use crate::id::{base64url, from_base64url};
use crate::wire::bytes::{BytesError, Reader};

/// What a code in a link stands behind.
pub const FRAGMENT: &str = "#postil-direct=";
/// The longest text in which a code is looked for.
const MAX_TEXT: usize = 16 * 1024;
/// The version, in the upper half of the first byte.
const VERSION: u8 = 0x10;
const CHECK: usize = 4;

/// What a code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Whose part it is.
    pub part: Part,
    /// How to reach that side.
    pub session: Session,
    /// The offer that is answered.
    about: [u8; CHECK],
    check: [u8; CHECK],
}

/// Why a text is not the code that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CodeError {
    /// There is none in it, or only a part of one.
    #[error("this is no code, or not all of it")]
    None,
    /// It is about another discussion.
    #[error("this code is for another discussion")]
    OtherRoom,
    /// It is the other part, or answers another offer.
    #[error("this is not the code that is wanted here")]
    NotWanted,
}

/// Writes the code of one side. `about` is the code that it answers.
///
/// # Errors
/// When that is no offer of this mailbox.
pub fn write(session: &Session, mailbox: &str, about: Option<&str>) -> Result<String, CodeError> {
    let (part, about) = match about {
        Some(offer) => (1, read(offer, mailbox, None)?.check),
        None => (0, [0; CHECK]),
    };
    let mut bytes = vec![VERSION | part];
    bytes.extend_from_slice(&room(mailbox));
    bytes.extend_from_slice(&about);
    for secret in [&session.user, &session.password] {
        bytes.push(secret.len() as u8);
        bytes.extend_from_slice(secret.as_bytes());
    }
    bytes.extend_from_slice(&session.fingerprint);
    bytes.push(session.candidates.len() as u8);
    for candidate in &session.candidates {
        let outer = u8::from(candidate.is_outer) << 4;
        match candidate.host {
            Host::Address(IpAddr::V4(address)) => {
                bytes.push(outer);
                bytes.extend_from_slice(&address.octets());
            }
            Host::Address(IpAddr::V6(address)) => {
                bytes.push(outer | 1);
                bytes.extend_from_slice(&address.octets());
            }
            Host::Name(name) => {
                bytes.push(outer | 2);
                bytes.extend_from_slice(&name);
            }
        }
        bytes.extend_from_slice(&candidate.port.to_be_bytes());
    }
    bytes.extend_from_slice(&start(&bytes));
    Ok(base64url(&bytes))
}

/// Reads the code in a text: alone, in a link, or with white space within. With
/// `offer` it has to be the answer to that, else it has to be an offer.
///
/// # Errors
/// When there is none, or another.
pub fn read(text: &str, mailbox: &str, offer: Option<&str>) -> Result<Code, CodeError> {
    let text = text.get(..MAX_TEXT).unwrap_or(text);
    let begins = text.rfind(FRAGMENT).map(|at| at + FRAGMENT.len());
    let text = text.get(begins.unwrap_or(0)..).unwrap_or_default();
    let letters: String = text.split_whitespace().collect();
    let bytes = from_base64url(&letters).ok_or(CodeError::None)?;
    let (said, check) = bytes.split_last_chunk().ok_or(CodeError::None)?;
    if start(said) != *check {
        return Err(CodeError::None);
    }
    let mut reader = Reader::new(said);
    let (code, is_here) = parse(&mut reader, mailbox, *check).map_err(|_| CodeError::None)?;
    if !is_here {
        return Err(CodeError::OtherRoom);
    }
    let wanted = match offer {
        Some(offer) => code.part == Part::Answer && read(offer, mailbox, None)?.check == code.about,
        None => code.part == Part::Offer,
    };
    match wanted {
        true => Ok(code),
        false => Err(CodeError::NotWanted),
    }
}

fn parse(
    reader: &mut Reader<'_>,
    mailbox: &str,
    check: [u8; CHECK],
) -> Result<(Code, bool), BytesError> {
    const BAD: BytesError = BytesError::Range;
    let part = match reader.byte()? {
        0x10 => Part::Offer,
        0x11 => Part::Answer,
        _ => return Err(BAD),
    };
    let is_here = reader.array()? == room(mailbox);
    let about = reader.array()?;
    let mut secret = || {
        let len = reader.byte()?;
        let text = std::str::from_utf8(reader.take(len.into())?).map_err(|_| BAD)?;
        is_secret(text).then(|| text.to_owned()).ok_or(BAD)
    };
    let (user, password) = (secret()?, secret()?);
    let fingerprint = reader.array()?;
    let count = usize::from(reader.byte()?);
    if count > MAX_CANDIDATES {
        return Err(BAD);
    }
    let mut candidates = Vec::new();
    for _ in 0..count {
        let kind = reader.byte()?;
        let host = match kind & 0x0f {
            0 => Host::Address(IpAddr::from(reader.array::<4>()?)),
            1 => Host::Address(IpAddr::from(reader.array::<16>()?)),
            2 => Host::Name(reader.array()?),
            _ => return Err(BAD),
        };
        candidates.push(Candidate {
            host,
            port: u16::from_be_bytes(reader.array()?),
            is_outer: match kind >> 4 {
                0 => false,
                1 => true,
                _ => return Err(BAD),
            },
        });
    }
    reader.end()?;
    let session = Session {
        user,
        password,
        fingerprint,
        candidates,
    };
    let code = Code {
        part,
        session,
        about,
        check,
    };
    Ok((code, is_here))
}

/// Tells a discussion from others, and says nothing to who does not know it.
fn room(mailbox: &str) -> [u8; 4] {
    start(&[b"postil/1/direct\0", mailbox.as_bytes()].concat())
}

fn start(bytes: &[u8]) -> [u8; CHECK] {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    let [a, b, c, d, ..] = hash;
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sdp::tests::CHROMIUM;
    use super::*;

    const MAILBOX: &str = "aaaaaaaaaaaaaaaaaaaaaaaa";

    fn session() -> Session {
        Session::read(CHROMIUM).unwrap()
    }

    #[test]
    fn codes_go_there_and_back() {
        let offer = write(&session(), MAILBOX, None).unwrap();
        assert!((120..200).contains(&offer.len()), "{offer}");
        let read_offer = read(&offer, MAILBOX, None).unwrap();
        assert_eq!(
            (read_offer.part, &read_offer.session),
            (Part::Offer, &session())
        );
        let answer = write(&session(), MAILBOX, Some(&offer)).unwrap();
        let read_answer = read(&answer, MAILBOX, Some(&offer)).unwrap();
        assert_eq!(
            (read_answer.part, &read_answer.session),
            (Part::Answer, &session())
        );

        #[track_caller]
        fn check(text: &str, offer: Option<&str>, expected: CodeError) {
            assert_eq!(read(text, MAILBOX, offer), Err(expected), "{text}");
        }
        // Handed over in other ways.
        let linked = format!("Here: https://a.example/{FRAGMENT}{offer}\n");
        assert_eq!(read(&linked, MAILBOX, None), Ok(read_offer.clone()));
        let (one, two) = offer.split_at(60);
        assert_eq!(
            read(&format!(" {one}\r\n  {two}\n"), MAILBOX, None),
            Ok(read_offer)
        );
        // Something else, or in another place.
        check("", None, CodeError::None);
        check("hello", None, CodeError::None);
        check(&offer[..100], None, CodeError::None);
        check(&offer.replace(&offer[30..31], "_"), None, CodeError::None);
        check(&offer, Some(&offer), CodeError::NotWanted);
        check(&answer, None, CodeError::NotWanted);
        let mut other = session();
        other.user = "other".into();
        let other = write(&other, MAILBOX, None).unwrap();
        check(&answer, Some(&other), CodeError::NotWanted);
        let elsewhere = "bbbbbbbbbbbbbbbbbbbbbbbb";
        assert_eq!(read(&offer, elsewhere, None), Err(CodeError::OtherRoom));
        assert_eq!(
            write(&session(), elsewhere, Some(&offer)),
            Err(CodeError::OtherRoom)
        );
    }

    /// The bytes with their right check.
    fn sealed(bytes: &[u8]) -> String {
        base64url(&[bytes, &start(bytes)].concat())
    }

    #[test]
    fn hostile_codes_are_none() {
        let offer = write(&session(), MAILBOX, None).unwrap();
        let good = from_base64url(&offer).unwrap();
        let good = &good[..good.len() - CHECK];
        assert!(read(&sealed(good), MAILBOX, None).is_ok());
        let check = |at: usize, byte: u8| {
            let mut bad = good.to_vec();
            bad[at] = byte;
            assert_eq!(
                read(&sealed(&bad), MAILBOX, None),
                Err(CodeError::None),
                "{at}"
            );
        };
        check(0, 0x20);
        // The name of the session: its length, and a letter that begins a line.
        check(9, 0);
        check(9, 200);
        check(10, b'\n');
        // How many candidates there are, and the kind of the first.
        let count = 9 + 5 + 25 + 32;
        check(count, 2);
        check(count, 9);
        check(count + 1, 3);
        check(count + 1, 0x20);
        assert_eq!(
            read(&sealed(&[good, &[0]].concat()), MAILBOX, None),
            Err(CodeError::None)
        );
        assert_eq!(
            read(&"a".repeat(100_000), MAILBOX, None),
            Err(CodeError::None)
        );
    }

    proptest! {
        #[test]
        fn whatever_is_read_makes_a_description_of_its_own(
            bytes in prop::collection::vec(any::<u8>(), 0..80),
            at in 0usize..120,
        ) {
            let offer = write(&session(), MAILBOX, None).unwrap();
            let mut said = from_base64url(&offer).unwrap();
            said.truncate(said.len() - CHECK);
            let at = at.min(said.len());
            let end = (at + bytes.len()).min(said.len());
            said.splice(at..end, bytes);
            if let Ok(code) = read(&sealed(&said), MAILBOX, None) {
                let sdp = code.session.write(code.part);
                prop_assert_eq!(sdp.lines().count(), 14 + code.session.candidates.len());
                prop_assert_eq!(Session::read(&sdp), Some(code.session));
            }
        }
    }
}
