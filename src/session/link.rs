//! How things stand with the relays: each by itself, and all taken together.

use std::rc::Rc;

use postil_core::peer::CarrierState;
use postil_core::relay::{Status, Trouble, Url};
use postil_core::wire::bytes::{BytesError, Reader, put_bytes, put_varint};

use crate::i18n::{Text, Words};
use crate::view::snapshot::{Connection, RelayRow};

/// The relays as the leading tab sees them.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Link {
    /// None is wanted.
    NoRelay,
    /// These; none while the leading tab has not told of them.
    Relays(Rc<[RelayRow]>),
}

impl Link {
    /// The best state that a relay is in. One that does not take everything
    /// counts for less than one that does.
    pub(super) fn connection(&self) -> Connection {
        let Link::Relays(relays) = self else {
            return Connection::NoRelay;
        };
        let connections = relays.iter().map(|relay| &relay.connection);
        let best = connections.max_by_key(|connection| match connection {
            Connection::NoRelay | Connection::Offline => 0,
            Connection::Refused { .. } => 1,
            Connection::Connecting => 2,
            Connection::Saving => 3,
            Connection::UpToDate => 4,
        });
        best.cloned().unwrap_or(Connection::Connecting)
    }

    /// Each relay by itself.
    pub(super) fn relays(&self) -> Rc<[RelayRow]> {
        match self {
            Link::NoRelay => Rc::default(),
            Link::Relays(relays) => relays.clone(),
        }
    }

    /// What the leading tab tells the others.
    pub(super) fn tell(&self) -> Vec<u8> {
        let mut told = Vec::new();
        for relay in self.relays().iter() {
            let (state, reason) = match &relay.connection {
                Connection::NoRelay | Connection::Offline => (1, &relay.trouble),
                Connection::Connecting => (2, &relay.trouble),
                Connection::UpToDate => (3, &relay.trouble),
                Connection::Refused { reason } => (4, reason),
                Connection::Saving => (5, &relay.trouble),
            };
            told.push(state);
            put_bytes(&mut told, relay.name.as_bytes());
            put_bytes(&mut told, reason.as_bytes());
            put_varint(&mut told, relay.contact.unwrap_or(0));
            put_varint(&mut told, relay.waiting.into());
        }
        told
    }

    /// What the leading tab told.
    pub(super) fn told(bytes: &[u8]) -> Self {
        let mut reader = Reader::new(bytes);
        let mut relays = Vec::new();
        // What another version told may be something else.
        while let Ok(relay) = read(&mut reader) {
            relays.push(relay);
        }
        Link::Relays(relays.into())
    }
}

fn read(reader: &mut Reader<'_>) -> Result<RelayRow, BytesError> {
    let state = reader.byte()?;
    let mut text = || Ok(String::from_utf8_lossy(reader.bytes()?).into());
    let (name, reason): (Rc<str>, Rc<str>) = (text()?, text()?);
    let contact = reader.varint()?;
    let (connection, trouble) = match state {
        1 => (Connection::Offline, reason),
        2 => (Connection::Connecting, reason),
        3 => (Connection::UpToDate, reason),
        4 => (Connection::Refused { reason }, Rc::default()),
        5 => (Connection::Saving, reason),
        _ => return Err(BytesError::Range),
    };
    Ok(RelayRow {
        name,
        connection,
        trouble,
        contact: Some(contact).filter(|at| *at > 0),
        waiting: reader.varint32()?,
        direct: None,
    })
}

/// A relay of this tab's, as it is now.
pub(super) fn row(url: &Url, state: CarrierState, words: &Words) -> RelayRow {
    let said = |why| Rc::<str>::from(trouble(why, words));
    let mut why = Rc::default();
    let connection = match (state.status, state.rejected) {
        (Status::Online, Some(why)) if state.caught_up => Connection::Refused { reason: said(why) },
        (Status::Refused { why }, _) => Connection::Refused { reason: said(why) },
        // It comes and goes, which is nothing to be told each time.
        (Status::Online | Status::Connecting, None) if state.visited => Connection::Saving,
        (Status::Online, None) if state.caught_up => Connection::UpToDate,
        (Status::Online | Status::Connecting, _) => Connection::Connecting,
        (Status::Offline { why: reason, .. }, _) => {
            why = said(reason);
            Connection::Offline
        }
    };
    RelayRow {
        name: url.name().into(),
        connection,
        trouble: why,
        contact: state.contact,
        waiting: state.waiting,
        direct: None,
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
        Trouble::KeepsNothing => words.t(Text::TroubleKeepsNothing).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relay(connection: Connection) -> RelayRow {
        RelayRow {
            name: "relay.example".into(),
            connection,
            trouble: Rc::default(),
            contact: None,
            waiting: 0,
            direct: None,
        }
    }

    fn refused(reason: &str) -> Connection {
        let reason = reason.into();
        Connection::Refused { reason }
    }

    #[test]
    fn what_the_leading_tab_told_is_read() {
        fn check(relays: Vec<RelayRow>) {
            let link = Link::Relays(relays.into());
            assert_eq!(Link::told(&link.tell()), link);
        }
        check(vec![]);
        check(vec![relay(Connection::UpToDate), relay(refused("no"))]);
        check(vec![relay(Connection::Saving)]);
        let trouble = "It does not answer.".into();
        check(vec![RelayRow {
            trouble,
            contact: Some(1_764_000_000_000),
            waiting: 7,
            ..relay(Connection::Offline)
        }]);
        assert_eq!(Link::told(&[9, 9]), Link::Relays(Rc::default()));
    }

    #[test]
    fn the_best_relay_speaks_for_all() {
        fn check(relays: &[Connection], expected: &Connection) {
            let relays = relays.iter().cloned().map(relay).collect();
            assert_eq!(Link::Relays(relays).connection(), *expected);
        }
        use Connection::{Connecting, Offline, UpToDate};
        check(&[], &Connecting);
        check(&[Offline, UpToDate, refused("no")], &UpToDate);
        check(&[Offline, refused("no")], &refused("no"));
        check(&[refused("no"), Connecting], &Connecting);
        check(&[Offline, Offline], &Offline);
    }
}
