//! Texts like those people write, drawn by lot, and what later versions of
//! them look like, with the truth about where a passage went.

use crate::random::Random;

/// A text of sentences.
#[derive(Debug, Clone)]
pub struct Prose {
    /// The text, sentences parted by spaces.
    pub text: String,
    /// The byte ranges of the words of each sentence; the last one has the
    /// full stop.
    pub sentences: Vec<Vec<(usize, usize)>>,
}

/// What is done to a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// So many of a hundred words are others, more or fewer.
    Words(u64),
    /// Two sentences come in between.
    Inserted,
    /// It is cut and pasted elsewhere.
    Moved,
    /// It is gone.
    Deleted,
}

/// One replacement of a text, in bytes of the text before all of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The first byte that is replaced.
    pub from: usize,
    /// One past the last.
    pub to: usize,
    /// What comes instead.
    pub with: String,
}

/// A later version of a text.
#[derive(Debug, Clone)]
pub struct Later {
    /// Its differences, in order and apart from each other.
    pub edits: Vec<Edit>,
    /// The text now.
    pub text: String,
    /// Where the passage is now, in bytes; `None` when it was deleted.
    pub truth: Option<(usize, usize)>,
}

/// A word; those of low numbers are more frequent and shorter, as in any
/// language.
fn word(random: &mut Random) -> String {
    const SYLLABLES: [&str; 24] = [
        "ta", "re", "son", "li", "mar", "o", "ken", "du", "pi", "vel", "a", "stro", "ni", "gar",
        "e", "bu", "lon", "ci", "fra", "he", "wim", "jo", "sep", "u",
    ];
    let lot = random.below(1000);
    let mut number = lot * lot / 1200;
    let mut word = String::new();
    for _ in 0..1 + number / 90 % 4 {
        word.push_str(SYLLABLES[(number % 24) as usize]);
        number = number * 7 / 3 + 5;
    }
    word
}

fn sentence(random: &mut Random) -> Vec<String> {
    let words = 6 + random.below(13);
    let mut words: Vec<String> = (0..words).map(|_| word(random)).collect();
    if let Some(last) = words.last_mut() {
        last.push('.');
    }
    words
}

impl Prose {
    /// A text of so many sentences, of which so many of a hundred are copies
    /// of earlier ones.
    pub fn new(random: &mut Random, sentences: usize, copies: u64) -> Self {
        let mut kept: Vec<Vec<String>> = Vec::new();
        for _ in 0..sentences {
            let copy = random.choose(&kept).cloned();
            let copy = copy.filter(|_| random.percent(copies));
            let sentence = copy.unwrap_or_else(|| sentence(random));
            kept.push(sentence);
        }
        let mut text = String::new();
        let mut places = Vec::new();
        for sentence in &kept {
            let mut words = Vec::new();
            for word in sentence {
                if !text.is_empty() {
                    text.push(' ');
                }
                words.push((text.len(), text.len() + word.len()));
                text.push_str(word);
            }
            places.push(words);
        }
        Prose {
            text,
            sentences: places,
        }
    }

    /// A passage, as the numbers of its sentence and of its first and last
    /// words: a whole sentence, or at least four words of one.
    pub fn passage(&self, random: &mut Random) -> (usize, usize, usize) {
        let sentence = random.index(self.sentences.len());
        let last = self.sentences[sentence].len() - 1;
        match random.percent(60) {
            true => (sentence, 0, last),
            false => {
                let from = random.index(last - 2);
                (sentence, from, from + 3 + random.index(last - from - 2))
            }
        }
    }

    /// The bytes of a passage.
    pub fn bytes(&self, (sentence, first, last): (usize, usize, usize)) -> (usize, usize) {
        let words = &self.sentences[sentence];
        (words[first].0, words[last].1)
    }

    /// The text after a passage was changed, and everything else a little: of
    /// a hundred words three are others, and of a hundred sentences three are
    /// gone and before as many there is a new one.
    pub fn later(
        &self,
        random: &mut Random,
        passage: (usize, usize, usize),
        change: Change,
    ) -> Later {
        let (from, to) = self.bytes(passage);
        let mut edits = Vec::new();
        let mut free = Vec::new();
        for (number, words) in self.sentences.iter().enumerate() {
            let near = number == passage.0;
            let (start, end) = (words[0].0, words[words.len() - 1].1);
            match random.below(100) {
                0..3 if !near => {
                    let from = start.saturating_sub(1);
                    edits.push((from, end, String::new()));
                    continue;
                }
                3..6 if number > 0 && !near => {
                    let new = sentence(random).join(" ") + " ";
                    edits.push((start, start, new));
                    continue;
                }
                _ => {}
            }
            if number > 0 && !near {
                free.push(start);
            }
            let outside = words.iter().filter(|word| word.1 <= from || word.0 >= to);
            other_words(random, outside, 3, &mut edits);
        }
        let words = &self.sentences[passage.0][passage.1..=passage.2];
        let mut moved = None;
        match change {
            Change::Words(percent) => other_words(random, words.iter(), percent, &mut edits),
            Change::Inserted => {
                let middle = words[words.len() / 2].0;
                let new = [sentence(random), sentence(random)].concat().join(" ") + " ";
                edits.push((middle, middle, new));
            }
            Change::Deleted | Change::Moved => {
                edits.push((from, to, String::new()));
                // Where nothing else happens.
                let taken = |at: &usize| edits.iter().any(|(from, to, _)| from <= at && at <= to);
                free.retain(|at| !taken(at));
                if change == Change::Moved
                    && let Some(at) = random.choose(&free)
                {
                    let words = &self.text[from..to];
                    edits.push((*at, *at, format!("{words} ")));
                    moved = Some(*at);
                }
            }
        }
        edits.sort();
        let mut text = String::new();
        let mut truth = (None, 0);
        let mut done = 0;
        let inside = |edit: &(usize, usize, String)| match moved {
            Some(at) => edit.0 == at,
            None => edit.0 >= from && edit.1 <= to,
        };
        for edit in &edits {
            let kept = &self.text[done..edit.0];
            if truth.0.is_none() && moved.is_none() && edit.0 >= from {
                truth.0 = Some(text.len() + from.saturating_sub(done));
            }
            if moved.is_none() && done < to && edit.0 >= to {
                truth.1 = text.len() + (to - done);
            }
            text.push_str(kept);
            if moved.is_some() && inside(edit) {
                truth = (Some(text.len()), text.len() + (to - from));
            }
            text.push_str(&edit.2);
            if moved.is_none() && inside(edit) {
                truth.1 = text.len();
            }
            done = edit.1;
        }
        if moved.is_none() {
            truth.0 = truth.0.or(Some(text.len() + from.saturating_sub(done)));
            if done < to {
                truth.1 = text.len() + (to - done);
            }
        }
        text.push_str(&self.text[done..]);
        let gone = change == Change::Deleted || change == Change::Moved && moved.is_none();
        let truth = truth.0.filter(|_| !gone).map(|start| (start, truth.1));
        let edits = edits.into_iter();
        Later {
            edits: edits
                .map(|(from, to, with)| Edit { from, to, with })
                .collect(),
            text,
            truth,
        }
    }
}

/// Replaces so many of a hundred words; some by nothing or by two.
fn other_words<'a>(
    random: &mut Random,
    words: impl Iterator<Item = &'a (usize, usize)>,
    percent: u64,
    edits: &mut Vec<(usize, usize, String)>,
) {
    for (from, to) in words {
        if random.percent(percent) {
            let with = match random.below(6) {
                0 => String::new(),
                1 => [word(random), word(random)].join(" "),
                _ => word(random),
            };
            edits.push((*from, *to, with));
        }
    }
}
