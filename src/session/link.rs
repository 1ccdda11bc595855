//! How things stand with the relays, all of them taken together.

use postil_core::peer::Peer;
use postil_core::relay::{Status, Trouble};

use super::relays::Loading;
use crate::i18n::{Text, Words};
use crate::on_demand::Missing;
use crate::view::snapshot::Connection;

/// The state of all relays taken together.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Link {
    NoRelay,
    Offline,
    Connecting,
    UpToDate,
    Refused(Refusal),
}

/// Why a relay refuses.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Refusal {
    /// As this tab's relay said it.
    Here(Trouble),
    /// As the leading tab put it.
    Told(String),
}

impl Link {
    /// The best state that a relay is in. One that does not take everything
    /// counts for less than one that does.
    pub(super) fn of(peer: &Peer, loading: Option<Loading>) -> Self {
        let mut best = match loading {
            Some(Loading::Begun) => Link::Connecting,
            Some(Loading::Failed(Missing::Broken(why))) => Link::Refused(Refusal::Told(why)),
            Some(Loading::Failed(Missing::Unreachable)) | None => Link::Offline,
        };
        for (_, relay) in peer.relays() {
            match (relay.status, relay.rejected) {
                (Status::Online, None) if relay.caught_up => return Link::UpToDate,
                (Status::Online, Some(why)) if relay.caught_up => {
                    best = Link::Refused(Refusal::Here(why))
                }
                (Status::Refused { why }, _) if best == Link::Offline => {
                    best = Link::Refused(Refusal::Here(why))
                }
                (Status::Online | Status::Connecting, _) => best = Link::Connecting,
                _ => {}
            }
        }
        best
    }

    /// The word for it in `postil-sync` events.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Link::NoRelay => "no-relay",
            Link::Offline => "offline",
            Link::Connecting => "connecting",
            Link::UpToDate => "up-to-date",
            Link::Refused(_) => "refused",
        }
    }

    /// What the panel shows.
    pub(super) fn shown(&self, words: &Words) -> Connection {
        match self {
            Link::NoRelay => Connection::NoRelay,
            Link::Offline => Connection::Offline,
            Link::Connecting => Connection::Connecting,
            Link::UpToDate => Connection::UpToDate,
            Link::Refused(why) => Connection::Refused {
                reason: why.shown(words).into(),
            },
        }
    }

    /// What the leading tab tells the others.
    pub(super) fn tell(&self, words: &Words) -> Vec<u8> {
        match self {
            Link::NoRelay => vec![0],
            Link::Offline => vec![1],
            Link::Connecting => vec![2],
            Link::UpToDate => vec![3],
            Link::Refused(why) => [&[4], why.shown(words).as_bytes()].concat(),
        }
    }

    /// What the leading tab told; connecting until it has.
    pub(super) fn told(bytes: &[u8]) -> Self {
        match bytes {
            [0] => Link::NoRelay,
            [1] => Link::Offline,
            [3] => Link::UpToDate,
            [4, reason @ ..] => {
                Link::Refused(Refusal::Told(String::from_utf8_lossy(reason).into_owned()))
            }
            _ => Link::Connecting,
        }
    }
}

impl Refusal {
    fn shown(&self, words: &Words) -> String {
        match self {
            Refusal::Here(why) => trouble(*why, words),
            Refusal::Told(reason) => reason.clone(),
        }
    }
}

/// What is wrong with a relay, in the language of the interface.
fn trouble(why: Trouble, words: &Words) -> String {
    let number = |text: Text, n: u16| words.with(text, &[("n", &n.to_string())]);
    match why {
        Trouble::NoNetwork => words.t(Text::TroubleNoNetwork).into(),
        Trouble::Unreachable => words.t(Text::TroubleUnreachable).into(),
        Trouble::TimedOut => words.t(Text::TroubleTimedOut).into(),
        Trouble::Denied => words.t(Text::TroubleDenied).into(),
        Trouble::NotARelay(status) => number(Text::TroubleNotARelay, status),
        Trouble::BadAnswer(_) => words.t(Text::TroubleBadAnswer).into(),
        Trouble::TooLarge => words.t(Text::TroubleTooLarge).into(),
        Trouble::NotTaken(status) => number(Text::TroubleNotTaken, status),
        Trouble::Full => words.t(Text::TroubleFull).into(),
        Trouble::SlowDown => words.t(Text::TroubleSlowDown).into(),
        Trouble::Server(status) => number(Text::TroubleServer, status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_leading_tab_told_is_read() {
        fn check(bytes: &[u8], link: &Link) {
            assert_eq!(Link::told(bytes), *link);
        }
        check(&[0], &Link::NoRelay);
        check(&[1], &Link::Offline);
        check(&[2], &Link::Connecting);
        check(&[3], &Link::UpToDate);
        check(b"\x04no", &Link::Refused(Refusal::Told("no".into())));
        check(&[], &Link::Connecting);
        check(&[9, 9], &Link::Connecting);
    }
}
