//! A discussion on its way into another form or out of one, and the compact
//! bytes in which it goes from one WebAssembly module to another.

use crate::anchor::Anchor;
use crate::anchor::position::Position;
use crate::event::origin::Origin;
use crate::id::Millis;
use crate::wire::bytes::{BytesError, Reader, put_bytes, put_varint};

/// What the ids of comments that were written here begin with where ids have to
/// be IRIs.
pub(super) const URN: &str = "urn:postil:";

/// The page that a discussion is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// Its address.
    pub address: String,
    /// Its title.
    pub title: String,
    /// The text that positions count in; empty when there is none.
    pub text: String,
    /// When all this was so.
    pub at: Millis,
}

/// All that is said on a page, without how it came about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    /// What is said, what is answered before its answers.
    pub notes: Vec<Note>,
    /// How many more there were that say nothing here, or are not meant for
    /// everybody.
    pub left_out: u32,
}

/// One comment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Note {
    /// What it is called.
    pub id: String,
    /// What the comment that it answers is called; empty when it opens a thread.
    pub parent: String,
    /// The name of who wrote it; empty when they gave none.
    pub name: String,
    /// The key of who wrote it, in letters; empty when it is not known.
    pub author: String,
    /// When it was written; 0 when that is not known.
    pub at: Millis,
    /// When it was last changed; 0 when it never was.
    pub changed: Millis,
    /// The text, in comment markup.
    pub body: String,
    /// What its thread is about, for one that opens a thread; `None` for the
    /// page as a whole.
    pub anchor: Option<Anchor>,
    /// Where that surely is in the text now, in UTF-16 code units.
    pub place: Option<Position>,
    /// Whether its thread is resolved, for one that opens a thread.
    pub resolved: bool,
}

impl Note {
    /// What a comment here that was brought from there remembers of it. `None`
    /// when it is called by too long a name.
    pub fn origin(&self) -> Option<Origin> {
        Origin::new(&self.id, &self.name, self.at)
    }
}

const RESOLVED: u8 = 1;
const ANCHORED: u8 = 2;
const PLACED: u8 = 4;

impl Page {
    /// The bytes that another module gets, to which more can be added.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for text in [&self.address, &self.title, &self.text] {
            put_bytes(&mut out, text.as_bytes());
        }
        put_varint(&mut out, self.at);
        out
    }

    /// Reads what [`Page::encode`] writes, which may go on.
    ///
    /// # Errors
    /// When the bytes are something else.
    pub fn decode(reader: &mut Reader<'_>) -> Result<Self, BytesError> {
        Ok(Page {
            address: text(reader)?,
            title: text(reader)?,
            text: text(reader)?,
            at: reader.varint()?,
        })
    }
}

impl Notes {
    /// The bytes that another module gets.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_varint(&mut out, self.left_out.into());
        put_varint(&mut out, self.notes.len() as u64);
        for note in &self.notes {
            note.encode(&mut out);
        }
        out
    }

    /// Reads what [`Notes::encode`] writes.
    ///
    /// # Errors
    /// When the bytes are something else.
    pub fn decode(bytes: &[u8]) -> Result<Self, BytesError> {
        let mut reader = Reader::new(bytes);
        let mut notes = Notes {
            left_out: reader.varint32()?,
            notes: Vec::new(),
        };
        for _ in 0..reader.varint()? {
            notes.notes.push(Note::decode(&mut reader)?);
        }
        reader.end()?;
        Ok(notes)
    }
}

impl Note {
    fn encode(&self, out: &mut Vec<u8>) {
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        let anchored = flag(self.anchor.is_some(), ANCHORED);
        let placed = flag(self.place.is_some(), PLACED);
        out.push(flag(self.resolved, RESOLVED) | anchored | placed);
        for text in [&self.id, &self.parent, &self.name, &self.author, &self.body] {
            put_bytes(out, text.as_bytes());
        }
        put_varint(out, self.at);
        put_varint(out, self.changed);
        if let Some(anchor) = &self.anchor {
            put_bytes(out, &anchor.encode());
        }
        if let Some(Position { start, end }) = self.place {
            put_varint(out, start.into());
            put_varint(out, end.into());
        }
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Self, BytesError> {
        let flags = reader.byte()?;
        let has = |flag: u8| flags & flag != 0;
        let mut note = Note {
            resolved: has(RESOLVED),
            id: text(reader)?,
            parent: text(reader)?,
            name: text(reader)?,
            author: text(reader)?,
            body: text(reader)?,
            at: reader.varint()?,
            changed: reader.varint()?,
            ..Note::default()
        };
        if has(ANCHORED) {
            let anchor = Anchor::decode(reader.bytes()?);
            note.anchor = Some(anchor.map_err(|_| BytesError::Range)?);
        }
        if has(PLACED) {
            let place = Position::new(reader.varint32()?, reader.varint32()?);
            note.place = Some(place.ok_or(BytesError::Range)?);
        }
        Ok(note)
    }
}

fn text(reader: &mut Reader<'_>) -> Result<String, BytesError> {
    let text = std::str::from_utf8(reader.bytes()?);
    text.map(Into::into).map_err(|_| BytesError::Range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_come_back_from_their_bytes() {
        let anchor = Anchor::describe_text("Some words here", 5, 10).unwrap();
        let opening = Note {
            id: "1".into(),
            name: "Ada 😀".into(),
            author: "key".into(),
            at: 1_795_000_000_000,
            body: "*Why?*\nSo.".into(),
            place: anchor.position,
            anchor: Some(anchor),
            resolved: true,
            ..Note::default()
        };
        let answer = Note {
            id: "2".into(),
            parent: "1".into(),
            changed: 7,
            ..Note::default()
        };
        let notes = Notes {
            notes: vec![opening, answer],
            left_out: 3,
        };
        let bytes = notes.encode();
        assert_eq!(Notes::decode(&bytes), Ok(notes));
        for end in 0..bytes.len() {
            assert!(Notes::decode(&bytes[..end]).is_err());
        }
        assert!(Notes::decode(&[&bytes[..], &[0]].concat()).is_err());
        let page = Page {
            address: "https://example.org/".into(),
            title: "A page".into(),
            text: "Some words here".into(),
            at: 9,
        };
        let bytes = page.encode();
        assert_eq!(Page::decode(&mut Reader::new(&bytes)), Ok(page));
    }
}
