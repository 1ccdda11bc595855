//! Makes a busy room for benchmarks: the records that a relay would hold after
//! twenty people have discussed a text for months, and those of one more week.
//!
//! ```text
//! make_room <room's name> <file with the text> <comments> <comments of the week> <folder> [page]
//! ```
//!
//! With `page` the text is that of an ordinary page, and every comment opens a
//! thread on forty to a hundred and twenty characters of it.
//!
//! The folder gets `room-<n>.post` and `week-<n>.post`, bodies of requests to a
//! mailbox, `mailbox` with its name, and `comments.txt`, one comment a line
//! (time, author, thread, text, separated by tabs), for pages that keep the
//! same discussion in another way. `anchors.txt` says where each thread's words
//! are in the text, in UTF-16 code units.

#![allow(
    clippy::indexing_slicing,
    reason = "a tool of the benchmarks that reads nothing from outside"
)]

use std::error::Error;
use std::fs;
use std::path::Path;

use ed25519_dalek::{Signer as _, SigningKey};
use postil_core::anchor::Anchor;
use postil_core::anchor::index::TextIndex;
use postil_core::event::{self, ChainHash, Header, chain_next, chain_start, signed_message};
use postil_core::id::{DeviceId, EventId, RoomId};
use postil_core::relay::framing::put_record;
use postil_core::relay::mailbox::{MAX_BATCH, MAX_BATCH_RECORDS};
use postil_core::replica::Replica;
use postil_core::text::SharedText;
use postil_core::wire::record::pack;
use postil_core::wire::segment::Segment;

const PEOPLE: u32 = 20;
/// Of this many comments one opens a thread.
const THREAD_EVERY: u32 = 5;
/// A person writes about this many comments before somebody else does.
const SITTING: u32 = 5;
/// When the first comment was written, in milliseconds.
const START: u64 = 1_700_000_000_000;
/// Between two comments, in milliseconds.
const STEP: u64 = 600_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (on_page, arguments) = match arguments.split_last() {
        Some((last, before)) if last == "page" => (true, before),
        _ => (false, &arguments[..]),
    };
    let [name, text, comments, week, folder] = arguments else {
        return Err("make_room <room's name> <file with the text> <comments> <comments of the week> <folder> [page]".into());
    };
    let (comments, week): (u32, u32) = (comments.parse()?, week.parse()?);
    let folder = Path::new(folder);
    fs::create_dir_all(folder)?;

    let mut room = Room::new(name, &fs::read_to_string(text)?, on_page);
    room.introduce_everyone();
    room.write(comments);
    write_posts(folder, "room", &std::mem::take(&mut room.records))?;
    room.write(week);
    write_posts(folder, "week", &room.records)?;
    fs::write(folder.join("mailbox"), room.id.mailbox())?;
    fs::write(folder.join("comments.txt"), &room.list)?;
    fs::write(folder.join("anchors.txt"), &room.places)?;
    Ok(())
}

/// Writes records as bodies of requests that a relay takes, after checking
/// that nothing in them is refused.
fn write_posts(folder: &Path, stem: &str, records: &[Vec<u8>]) -> Result<(), Box<dyn Error>> {
    let mut posts: Vec<(Vec<u8>, usize)> = Vec::new();
    for record in records {
        let fits = |(body, count): &&mut (Vec<u8>, usize)| {
            *count < MAX_BATCH_RECORDS && body.len() + record.len() + 4 < MAX_BATCH
        };
        match posts.last_mut().filter(fits) {
            Some((body, count)) => {
                put_record(record, body);
                *count += 1;
            }
            None => {
                let mut body = Vec::new();
                put_record(record, &mut body);
                posts.push((body, 1));
            }
        }
    }
    for (number, (body, _)) in posts.iter().enumerate() {
        fs::write(folder.join(format!("{stem}-{number:04}.post")), body)?;
    }
    Ok(())
}

/// One person at one device.
struct Person {
    key: SigningKey,
    device: DeviceId,
    seq: u32,
    hash: ChainHash,
}

/// The room while it is being written.
struct Room {
    id: RoomId,
    people: Vec<Person>,
    text: SharedText,
    source: String,
    words: Vec<String>,
    threads: Vec<EventId>,
    last: Option<EventId>,
    lamport: u64,
    written: u32,
    random: u64,
    /// What checks that all of it is valid.
    reader: Replica,
    records: Vec<Vec<u8>>,
    list: String,
    places: String,
    /// The text, when it is that of an ordinary page.
    page: Option<TextIndex>,
}

impl Room {
    fn new(name: &str, source: &str, on_page: bool) -> Self {
        let id = RoomId::named(name);
        let person = |number: u32| {
            let mut seed = [7; 32];
            for (to, from) in seed.iter_mut().zip(number.to_be_bytes()) {
                *to = from;
            }
            let key = SigningKey::from_bytes(&seed);
            let device = DeviceId(key.verifying_key().to_bytes());
            let hash = chain_start(&id, &device);
            Person {
                key,
                device,
                seq: 0,
                hash,
            }
        };
        let words = source
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        Room {
            id,
            people: (0..PEOPLE).map(person).collect(),
            text: SharedText::new(if on_page { "" } else { source }, 1),
            source: source.into(),
            words: words.map(Into::into).collect(),
            threads: Vec::new(),
            last: None,
            lamport: 0,
            written: 0,
            random: 1,
            reader: Replica::new(id, DeviceId([0; 32]), 0, (!on_page).then_some(source)),
            records: Vec::new(),
            list: String::new(),
            places: String::new(),
            page: on_page.then(|| TextIndex::new(source.into())),
        }
    }

    fn introduce_everyone(&mut self) {
        for person in 0..self.people.len() {
            let name = format!("Person {}", person + 1);
            self.issue(
                person,
                event::profile::KIND.code,
                event::profile::payload(&name),
            );
        }
    }

    fn write(&mut self, comments: u32) {
        let mut person = 0;
        for number in 0..comments {
            if number % SITTING == 0 {
                person = self.below(u64::from(PEOPLE)) as usize;
            }
            let body = self.body();
            let nonce = self.next_random().to_be_bytes();
            let opens = self.page.is_some() || self.written.is_multiple_of(THREAD_EVERY);
            let thread = if opens {
                let anchor = self.anchor();
                let payload = event::thread::payload(anchor.as_ref(), &body, &nonce);
                let id = self.issue(person, event::thread::KIND.code, payload);
                self.threads.push(id);
                if let Some(position) = anchor.and_then(|anchor| anchor.position) {
                    self.places
                        .push_str(&format!("{}\t{}\n", position.start, position.end));
                }
                id
            } else {
                let chosen = self.below(self.threads.len() as u64) as usize;
                let thread = self.threads[chosen];
                let issuer = self.people[person].device;
                let payload = event::comment::payload(&thread, &thread, &body, &nonce, &issuer);
                self.issue(person, event::comment::KIND.code, payload);
                thread
            };
            let at = START + u64::from(self.written) * STEP;
            self.list
                .push_str(&format!("{at}\tPerson {}\t{thread}\t{body}\n", person + 1));
            self.written += 1;
        }
    }

    /// Puts an event into the person's log, in a record of its own, as devices
    /// publish what was just written.
    fn issue(&mut self, person: usize, kind: u32, payload: Vec<u8>) -> EventId {
        let person = &mut self.people[person];
        let unseen = self.last.filter(|last| last.device != person.device);
        self.lamport += 1;
        let header = Header {
            lamport: self.lamport,
            at: START + u64::from(self.written) * STEP,
            kind,
            deps: unseen.into_iter().collect(),
        };
        let previous = person.hash;
        person.seq += 1;
        person.hash = chain_next(&previous, person.seq, &header, &payload);
        let segment = Segment {
            device: person.device,
            first: person.seq,
            previous,
            events: vec![(header, payload.into())],
            signature: person
                .key
                .sign(&signed_message(&self.id, &person.hash))
                .to_bytes(),
        };
        let id = EventId {
            device: person.device,
            seq: person.seq,
        };
        self.last = Some(id);
        for record in pack([segment.encode()]) {
            let admitted = self.reader.admit(&record);
            assert!(admitted.refused.is_empty(), "{:?}", admitted.refused);
            self.records.push(record);
        }
        id
    }

    /// A stretch of a few words of the text.
    fn anchor(&mut self) -> Option<Anchor> {
        if let Some(length) = self.page.as_ref().map(TextIndex::len) {
            let start = self.below(u64::from(length.saturating_sub(200))) as u32;
            let end = start + 40 + self.below(80) as u32;
            return self.page.as_ref()?.describe(start, end);
        }
        let length = u64::from(self.text.len());
        let start = self.below(length.saturating_sub(80)) as u32;
        let end = start + 8 + self.below(60) as u32;
        Anchor::describe(&self.text, &self.source, start, end)
    }

    /// One to three sentences of the text's words, 119 characters on average.
    fn body(&mut self) -> String {
        let count = 4 + self.below(34);
        let mut body = String::new();
        for number in 0..count {
            if number > 0 {
                body.push_str(if number % 12 == 0 { ". " } else { " " });
            }
            let word = self.below(self.words.len() as u64) as usize;
            body.push_str(&self.words[word]);
        }
        body.push('.');
        body
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next_random() % limit.max(1)
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014): the same room every time.
    fn next_random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
