//! What a relay is to the rest of Postil, and the registry of protocols.
//!
//! A relay carries records (opaque bytes) between devices that may never be
//! online together. It is trusted with nothing: it may lose, delay, repeat,
//! reorder, withhold or invent. A [`Relay`] is a state machine without I/O:
//! a driver performs the [`Out`]s and reports what happened as [`In`]s, so the
//! same protocol code runs in a browser, in a simulated network and against
//! the real server.
//!
//! # Driving a machine
//! 1. [`open`] it with the cursor that was persisted last, if there is one. A
//!    machine that never gives one reads everything each time.
//! 2. Feed [`In::Online`] once; feed [`In::Publish`] for what has to go out.
//! 3. After each step perform every [`Out`] in order. Store the bytes of
//!    [`Out::Cursor`] only **after** the records before it are stored: a cursor
//!    says "everything up to here need not be sent again". It never goes past
//!    a record that was not handed over, one's own included.
//! 4. Keep one timer, set by [`Out::WakeAt`]; when it fires feed [`In::Tick`].
//! 5. On [`Out::StartOver`] forget which records this relay was believed to
//!    hold; on [`Out::CaughtUp`] publish whatever it turned out to lack. That
//!    is how a wiped relay heals from any device.
//!
//! A record that is published stays in the machine until it is acknowledged or
//! rejected. The machine's memory is not durable: the caller's outbox is.

mod address;
mod backoff;
pub mod border;
mod clock;
pub mod cover;
pub mod direct;
pub mod framing;
mod hocuspocus;
pub mod mailbox;
pub mod memory;
mod messages;
mod mqtt;
mod nats;
mod nostr;
mod objects;
mod records;
mod shell;
mod standing;
mod url;
mod yjs;
mod ysweet;

use std::fmt;

use sha2::{Digest, Sha256};
use thiserror::Error;

pub use self::messages::{In, Method, Out, Status, Trouble};
pub use self::url::Url;

/// The name of a record: the first 16 bytes of its SHA-256. Equal records have
/// equal names at every relay.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub [u8; 16]);

impl RecordId {
    /// The name of `record`.
    pub fn of(record: &[u8]) -> Self {
        Self::of_hash(&Sha256::digest(record).into())
    }

    /// The name of the record whose SHA-256 is `hash`.
    pub(crate) fn of_hash(hash: &[u8; 32]) -> Self {
        let mut id = [0; 16];
        id.iter_mut().zip(hash).for_each(|(to, from)| *to = *from);
        RecordId(id)
    }
}

impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordId(")?;
        for byte in self.0.iter().take(4) {
            write!(f, "{byte:02x}")?;
        }
        f.write_str("…)")
    }
}

/// How long a relay keeps records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stores {
    /// It only passes them on to who is there.
    No,
    /// It keeps them for a time that it does not promise.
    ForAWhile,
    /// It means to keep them for good.
    Forever,
}

/// The strongest thing that [`Out::Acked`] means at a relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ack {
    /// Nothing beyond having been handed over.
    Sent,
    /// The relay has it in memory.
    Received,
    /// The relay has it on disk.
    Durable,
}

/// What a relay can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// How long it keeps records.
    pub stores: Stores,
    /// Whether it announces new records by itself.
    pub live: bool,
    /// Whether records can be removed from it.
    pub removes: bool,
    /// The largest record it takes, in bytes.
    pub max_record: usize,
    /// What its acknowledgement means.
    pub ack: Ack,
}

/// A relay's protocol, as a state machine. See the module's documentation.
pub trait Relay {
    /// What this relay can do.
    fn caps(&self) -> Caps;

    /// Takes one input and appends what follows from it. `now` is in
    /// milliseconds since 1970, as the device's clock says; one that is set
    /// back delays things by as much as one timer. Never panics, whatever the
    /// input says.
    fn step(&mut self, input: In, now: u64, out: &mut Vec<Out>);
}

/// What a machine is opened with.
#[derive(Clone, Copy)]
pub struct Opening<'a> {
    /// The relay's absolute URL, which may have a path; whether it may have a
    /// query, the protocol says. With the credential (see [`Url::whole`]).
    pub url: &'a str,
    /// The mailbox: 22 to 43 characters of `A-Z a-z 0-9 _ -`
    /// (see [`crate::id::RoomId::mailbox`]).
    pub mailbox: &'a str,
    /// The last [`Out::Cursor`] for this URL and mailbox. Damaged bytes count
    /// as none.
    pub cursor: Option<&'a [u8]>,
    /// Randomness for jitter: different on each device and start.
    pub seed: u64,
}

impl fmt::Debug for Opening<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening")
            .field("url", &Url::new(self.url))
            .field("mailbox", &self.mailbox)
            .finish_non_exhaustive()
    }
}

/// Why a relay could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// No protocol goes by the URL's scheme.
    #[error("no relay protocol is known for this address; it should start with https: or wss:")]
    UnknownScheme,
    /// The URL is not one that a relay can have.
    #[error("this relay address can not be used; it should look like https://relay.example")]
    BadUrl,
    /// The mailbox name is not one.
    #[error("the mailbox name is malformed")]
    BadMailbox,
}

/// Makes a machine.
pub type Open = fn(Opening<'_>) -> Result<Box<dyn Relay>, OpenError>;

/// One protocol of the registry.
#[derive(Clone, Copy, Debug)]
pub struct Protocol {
    /// The URL schemes it goes by, without the colon.
    pub schemes: &'static [&'static str],
    /// Makes a machine.
    pub open: Open,
}

/// The protocols that every page has at hand. One file and one line each.
pub const AT_HAND: &[Protocol] = &[mailbox::PROTOCOL];

/// Those that few pages use: a page loads them when an address asks for one.
/// One file and one line each.
pub const ON_DEMAND: &[Protocol] = &[
    yjs::PROTOCOL,
    hocuspocus::PROTOCOL,
    ysweet::PROTOCOL,
    nats::PROTOCOL,
    mqtt::PROTOCOL,
    nostr::PROTOCOL,
    objects::DAV,
    objects::S3,
    objects::FOLDER,
    direct::PROTOCOL,
];

/// Makes the machine that the URL's scheme asks for, whichever there is.
///
/// # Errors
/// When the scheme is unknown, or the URL or the mailbox name is malformed.
pub fn open(opening: Opening<'_>) -> Result<Box<dyn Relay>, OpenError> {
    match find(AT_HAND, opening.url) {
        Some(_) => open_one_of(AT_HAND, opening),
        None => open_one_of(ON_DEMAND, opening),
    }
}

/// Makes the machine that the URL's scheme asks for, if it is one of these.
///
/// # Errors
/// When it is none of them, or the URL or the mailbox name is malformed.
pub fn open_one_of(
    protocols: &[Protocol],
    opening: Opening<'_>,
) -> Result<Box<dyn Relay>, OpenError> {
    if !is_mailbox(opening.mailbox) {
        return Err(OpenError::BadMailbox);
    }
    if !opening.url.contains(':') {
        return Err(OpenError::BadUrl);
    }
    let protocol = find(protocols, opening.url).ok_or(OpenError::UnknownScheme)?;
    (protocol.open)(opening)
}

/// The one of these protocols that the URL's scheme asks for.
pub fn find<'a>(protocols: &'a [Protocol], url: &str) -> Option<&'a Protocol> {
    let (scheme, _) = url.split_once(':')?;
    protocols
        .iter()
        .find(|p| p.schemes.iter().any(|s| s.eq_ignore_ascii_case(scheme)))
}

/// Whether `name` can name a mailbox: 22 to 43 characters of base64url.
pub fn is_mailbox(name: &str) -> bool {
    (22..=43).contains(&name.len())
        && name
            .bytes()
            .all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailbox_names() {
        fn check(name: &str, expected: bool) {
            assert_eq!(is_mailbox(name), expected, "{name}");
        }
        check(&crate::id::RoomId([1; 32]).mailbox(), true);
        check(&"a".repeat(22), true);
        check(&"a".repeat(43), true);
        check(&"a".repeat(21), false);
        check(&"a".repeat(44), false);
        check("", false);
        check("../../../../../etc/passwd", false);
        check("ääääääääääääääää", false);
    }

    #[test]
    fn the_table_of_relays_has_every_scheme() {
        let page = include_str!("../../../docs/relays.md");
        let rows = page.lines().filter(|line| line.starts_with("| `"));
        let listed: Vec<Vec<&str>> = rows
            .filter_map(|row| row.split('|').nth(1))
            .map(|cell| {
                cell.split('`')
                    .filter_map(|it| it.strip_suffix(':'))
                    .collect()
            })
            .collect();
        let known = AT_HAND.iter().chain(ON_DEMAND);
        let known: Vec<Vec<&str>> = known.map(|it| it.schemes.to_vec()).collect();
        assert_eq!(listed, known);
    }

    #[test]
    fn the_scheme_chooses() {
        fn check(url: &str, expected: Option<OpenError>) {
            let opening = Opening {
                url,
                mailbox: "aaaaaaaaaaaaaaaaaaaaaaaaa",
                cursor: None,
                seed: 0,
            };
            assert_eq!(open(opening).err(), expected, "{url}");
        }
        check("https://relay.example", None);
        check("HTTP://127.0.0.1:7171/", None);
        check("https://relay.example/some/path/", None);
        check("wss://relay.example/room", None);
        check("ws+yjs://127.0.0.1:1234/", None);
        check("ftp://relay.example", Some(OpenError::UnknownScheme));
        check("https:relay.example", Some(OpenError::BadUrl));
        check("https://", Some(OpenError::BadUrl));
        check("https://relay.example/?a=b", Some(OpenError::BadUrl));
        check("https://relay.example/#a", Some(OpenError::BadUrl));
        check("https://relay example", Some(OpenError::BadUrl));
        check("relay", Some(OpenError::BadUrl));
        check("", Some(OpenError::BadUrl));
    }
}
