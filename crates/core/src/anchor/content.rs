//! What an element showed when something was said about it: a picture that was
//! replaced by another one is not the one that was meant.

use crate::id;

/// The most bytes of a name.
pub const MAX_NAME: usize = 128;

/// What a picture, a sound or a film was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Content {
    /// What the page called it, for people; empty when it had no name.
    pub name: Box<str>,
    /// Tells it from others; see [`Content::new`].
    pub digest: u64,
}

impl Content {
    /// Describes what has this name and is loaded from `source`, as the page
    /// writes the address. White space is joined, and a long name is cut.
    pub fn new(name: &str, source: &str) -> Self {
        let mut short = String::new();
        for word in name.split_whitespace() {
            let gap = usize::from(!short.is_empty());
            for c in " ".chars().take(gap).chain(word.chars()) {
                if short.len() + c.len_utf8() > MAX_NAME {
                    break;
                }
                short.push(c);
            }
        }
        Content {
            name: short.into(),
            digest: digest(source),
        }
    }

    pub(super) fn is_sound(&self) -> bool {
        self.name.len() <= MAX_NAME
    }
}

/// The first 64 bits of SHA-256 over `"postil/1/content\0"` and the address.
pub fn digest(source: &str) -> u64 {
    let hash = id::hash(b"postil/1/content\0", &[source.as_bytes()]);
    let first = hash.iter().take(8);
    first.fold(0, |n, byte| (n << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        fn check(name: &str, expected: &str) {
            assert_eq!(&*Content::new(name, "").name, expected);
        }
        check("", "");
        check(" Ice\n  on the pond ", "Ice on the pond");
        check(&"é".repeat(100), &"é".repeat(64));
        check(&["x".repeat(128), "yz".into()].join(" "), &"x".repeat(128));
    }

    #[test]
    fn sources_are_told_apart() {
        assert_eq!(digest("a.png"), digest("a.png"));
        assert_ne!(digest("a.png"), digest("b.png"));
    }
}
