//! Who is who: devices, the authors they speak for, and their names.

use std::rc::Rc;

use super::Order;
use crate::discussion::Author;
use crate::id::{AuthorId, DeviceId};
use crate::log::Logs;
use crate::sorted::{Map, Set};

/// What is known of devices and authors.
#[derive(Debug, Default)]
pub struct Authors {
    devices: Map<DeviceId, Facts>,
    shown: Option<Rc<Map<AuthorId, Rc<Author>>>>,
}

#[derive(Debug, Default)]
struct Facts {
    name: Option<(Order, Box<str>)>,
    certifies: Set<DeviceId>,
    accepts: Option<(Order, DeviceId)>,
}

impl Authors {
    /// A device issued something. Says whether it is new.
    pub(super) fn note(&mut self, device: &DeviceId) -> bool {
        if self.devices.contains_key(device) {
            return false;
        }
        self.facts(*device);
        true
    }

    fn facts(&mut self, device: DeviceId) -> &mut Facts {
        self.shown = None;
        self.devices.entry(device).or_default()
    }

    pub(super) fn set_name(&mut self, order: Order, name: &str) {
        let facts = self.facts(order.id.device);
        if facts.name.as_ref().is_none_or(|(last, _)| *last < order) {
            facts.name = Some((order, clean_name(name)));
        }
    }

    pub(super) fn join(&mut self, order: Order, other: DeviceId, accepts: bool) {
        let facts = self.facts(order.id.device);
        if !accepts {
            facts.certifies.insert(other);
        } else if facts.accepts.is_none_or(|(last, _)| last < order) {
            facts.accepts = Some((order, other));
        }
    }

    /// An author's key has certified a device, though not in its own log.
    pub(super) fn certify(&mut self, author: &DeviceId, device: DeviceId) {
        self.facts(*author).certifies.insert(device);
    }

    /// The author a device speaks for: the one that certified it and that it
    /// accepted, else itself. An author's key is never itself joined to
    /// another, so there are no chains.
    pub fn author(&self, device: &DeviceId) -> AuthorId {
        let accepted = self.devices.get(device).and_then(|facts| facts.accepts);
        let root = accepted.map(|(_, root)| root).filter(|root| {
            let root = self.devices.get(root);
            root.is_some_and(|facts| facts.accepts.is_none() && facts.certifies.contains(device))
        });
        root.unwrap_or(*device).into()
    }

    /// The last name that one of an author's devices gave.
    pub fn name(&self, author: &AuthorId) -> Option<&str> {
        let of = self
            .devices
            .iter()
            .filter(|(device, _)| self.author(device) == *author);
        let names = of.filter_map(|(_, facts)| facts.name.as_ref());
        names.max().map(|(_, name)| &**name)
    }

    /// Everyone who issued an event.
    pub(super) fn shown(&mut self, _logs: &Logs) -> Rc<Map<AuthorId, Rc<Author>>> {
        if let Some(shown) = &self.shown {
            return shown.clone();
        }
        let mut names: Map<AuthorId, Option<(Order, &str)>> = Map::new();
        for (device, facts) in &self.devices {
            let name = names.entry(self.author(device)).or_default();
            let own = facts.name.as_ref().map(|(order, name)| (*order, &**name));
            *name = (*name).max(own);
        }
        let shown = names
            .into_iter()
            .map(|(id, name)| (id, Rc::new(describe(id, name.map_or("", |(_, name)| name)))));
        let shown: Rc<Map<_, _>> = Rc::new(shown.collect());
        self.shown = Some(shown.clone());
        shown
    }
}

/// Who an author is on screen: name, initials and colour.
pub fn describe(id: AuthorId, name: &str) -> Author {
    let [a, b, ..] = id.0;
    Author {
        id,
        name: name.into(),
        initials: initials(name, id),
        hue: u16::from_be_bytes([a, b]) % 360,
    }
}

/// The first letters of the first and the last word, or two letters from the
/// key. The view writes them in capitals: it has the tables for that.
fn initials(name: &str, id: AuthorId) -> Box<str> {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().next());
    let (first, last) = (words.next(), words.next_back());
    if first.is_none() {
        let [.., a, b] = id.0;
        return [a, b]
            .map(|byte| char::from(b'A' + byte % 26))
            .iter()
            .collect::<String>()
            .into();
    }
    let letters = first.into_iter().chain(last);
    letters
        .map(|c| c.to_ascii_uppercase())
        .collect::<String>()
        .into()
}

/// A name without control and direction-changing characters, and with single
/// spaces, so that nobody's name can disturb the line it stands in.
pub fn clean_name(name: &str) -> Box<str> {
    let hidden = |c: &char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let visible: String = name
        .chars()
        .filter(|c| c.is_whitespace() || !hidden(c))
        .collect();
    visible
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_the_name_or_the_key() {
        fn check(name: &str, initials: &str) {
            assert_eq!(&*describe(AuthorId([27; 32]), name).initials, initials);
        }
        check("ada lovelace", "AL");
        check("Grace Brewster Hopper", "GH");
        check("Plato", "P");
        check("", "BB");
        check("  ", "BB");
        check("ärzte", "ä");
    }

    #[test]
    fn names_lose_what_disturbs_a_line() {
        fn check(name: &str, clean: &str) {
            assert_eq!(&*clean_name(name), clean);
        }
        check(" Ada \n Lovelace ", "Ada Lovelace");
        check("evil\u{202e}live", "evillive");
        check("a\u{0}b\u{200b}c", "abc");
        check("عمر", "عمر");
    }
}
