//! Where a text has which short run of bytes.
//!
//! Only runs at the beginnings of words are kept, which is enough to find any
//! quote that has a whole word and leaves a fifth of the places of English.
//! In scripts without spaces every character begins a word.

/// How many bytes a seed has.
const LEN: usize = 6;

/// The places of a text by the hash of the seed there.
#[derive(Debug, Clone)]
pub(super) struct Seeds {
    shift: u32,
    /// Where each hash's places begin in `places`; one more at the end.
    starts: Vec<u32>,
    /// Byte offsets, ascending for each hash.
    places: Vec<u32>,
}

/// Gathers the seeds of a text.
#[derive(Debug)]
pub(super) struct Collector {
    shift: u32,
    counts: Vec<u32>,
    found: Vec<(u32, u32)>,
    in_word: bool,
}

/// The seeds of some text whose surroundings are unknown, with their offsets.
/// All of them are seeds of every text that contains it.
pub(in super::super) fn seeds_of(text: &[u8]) -> impl Iterator<Item = (usize, u64)> + '_ {
    // What the text begins with may be the middle of a word.
    let mut in_word = true;
    let starts = text
        .iter()
        .enumerate()
        .filter(move |(_, byte)| begins_word(**byte, &mut in_word));
    starts.filter_map(|(at, _)| Some((at, seed_at(text, at)?)))
}

/// Whether a byte begins a word, when `in_word` says whether the character
/// before it belongs to one.
fn begins_word(byte: u8, in_word: &mut bool) -> bool {
    let was_in_word = *in_word;
    match byte {
        // The rest of a character.
        0x80..=0xbf => false,
        // Characters of three and four bytes: East and South Asian scripts,
        // emoji, and punctuation, for which a few seeds too many do not hurt.
        0xe0.. => {
            *in_word = false;
            true
        }
        // U+0080 to U+00BF: signs and spaces.
        0xc2 => {
            *in_word = false;
            false
        }
        _ => {
            *in_word = byte >= 0xc0 || byte.is_ascii_alphanumeric();
            *in_word && !was_in_word
        }
    }
}

fn seed_at(text: &[u8], at: usize) -> Option<u64> {
    let run: &[u8; LEN] = text.get(at..)?.first_chunk()?;
    let [a, b, c, d, e, f] = *run;
    let (first, last) = (u32::from_be_bytes([a, b, c, d]), u16::from_be_bytes([e, f]));
    Some(u64::from(first) << 16 | u64::from(last))
}

fn hash(seed: u64, shift: u32) -> usize {
    (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift) as usize
}

impl Collector {
    /// For a text of so many bytes.
    pub(super) fn new(len: usize) -> Self {
        let bits = len.max(1).ilog2().clamp(8, 18) - 2;
        Collector {
            shift: 64 - bits,
            counts: vec![0; (1 << bits) + 1],
            found: Vec::new(),
            in_word: false,
        }
    }

    /// Reads the bytes between two offsets, of which the first is where the
    /// last call ended.
    pub(super) fn read(&mut self, text: &[u8], from: usize, to: usize) {
        let part = text.get(from..to).unwrap_or(&[]);
        let mut in_word = self.in_word;
        for (at, byte) in part.iter().enumerate() {
            // Most bytes of a page go on with a word.
            let goes_on = in_word && byte.is_ascii_lowercase();
            if !goes_on
                && begins_word(*byte, &mut in_word)
                && let Some(seed) = seed_at(text, from + at)
            {
                let hash = hash(seed, self.shift);
                self.found.push((hash as u32, (from + at) as u32));
                if let Some(count) = self.counts.get_mut(hash) {
                    *count += 1;
                }
            }
        }
        self.in_word = in_word;
    }

    /// The seeds, sorted by their hashes.
    pub(super) fn finish(self) -> Seeds {
        let mut starts = self.counts;
        let mut total = 0;
        for count in &mut starts {
            total += *count;
            *count = total;
        }
        // From the end, so that `starts` come to be the beginnings.
        let mut places = vec![0; self.found.len()];
        for (hash, place) in self.found.iter().rev() {
            if let Some(start) = starts.get_mut(*hash as usize) {
                *start -= 1;
                if let Some(slot) = places.get_mut(*start as usize) {
                    *slot = *place;
                }
            }
        }
        Seeds {
            shift: self.shift,
            starts,
            places,
        }
    }
}

impl Seeds {
    /// The places of a seed, and of others with the same hash.
    pub(super) fn places(&self, seed: u64) -> &[u32] {
        let hash = hash(seed, self.shift);
        let bounds = self.starts.get(hash).zip(self.starts.get(hash + 1));
        let places =
            bounds.and_then(|(start, end)| self.places.get(*start as usize..*end as usize));
        places.unwrap_or(&[])
    }
}

/// A number for each word of a text, with its length; equal words have equal
/// numbers.
pub(in super::super) fn words_of(text: &[u8]) -> impl Iterator<Item = (u32, u32)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let mut in_word = false;
        while !begins_word(*text.get(at)?, &mut in_word) {
            at += 1;
        }
        let mut word = 0x811c_9dc5_u32;
        let from = at;
        loop {
            // The hash of Fowler, Noll and Vo.
            word = (word ^ u32::from(*text.get(at)?)).wrapping_mul(0x0100_0193);
            at += 1;
            let more = match text.get(at) {
                Some(0x80..=0xbf) => true,
                Some(byte) => {
                    let begins = begins_word(*byte, &mut in_word);
                    in_word && !begins
                }
                None => false,
            };
            if !more {
                return Some((word, (at - from) as u32));
            }
        }
    })
}
