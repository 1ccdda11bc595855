//! The second way to find an anchor: by its words.
//!
//! A quote is trusted only where it certainly belongs: its words, or its words
//! with their context, must be in exactly one place now and must have been in
//! exactly one place when it was taken. Context grows by words until the quote
//! is unique, as Apache Annotator's `describeTextQuote` does.

use super::grapheme;
use super::index::TextIndex;
use crate::text::units;

/// The most UTF-16 code units of quoted text.
pub const MAX_EXACT: u32 = 1000;
/// The most UTF-16 code units of context on each side.
pub const MAX_CONTEXT: u32 = 64;
/// Places are counted no further than this.
const MAX_HITS: u32 = 1000;
/// How much context is kept even when the quote is unique without.
const SOME_CONTEXT: u32 = 32;
/// Words of so many bytes are known wherever they are.
const TELLING: usize = 12;
/// So many code units beside shorter ones must be the same, on one side.
const NEIGHBOUR: u32 = 8;
/// How many bytes around a quote are looked at for its context.
const NEAR: usize = 1024;

/// The words of an anchor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Quote {
    /// The words themselves, at most [`MAX_EXACT`] code units of them.
    pub exact: String,
    /// Whether there were more words than that.
    pub cut: bool,
    /// What stood before them, at most [`MAX_CONTEXT`] code units.
    pub prefix: String,
    /// What stood after them, at most [`MAX_CONTEXT`] code units.
    pub suffix: String,
    /// In how many places the words were when the quote was taken; 1,000 stands
    /// for any greater number.
    pub hits: u32,
    /// Whether the words with their context were in one place only.
    pub unique: bool,
}

impl Quote {
    /// Takes the quote of a range of bytes. `count` says in how many places of
    /// the text words are, up to a number. `None` when the range is empty or
    /// not in the text.
    pub(super) fn describe(
        text: &str,
        from: usize,
        to: usize,
        count: &dyn Fn(&str, u32) -> u32,
    ) -> Option<Self> {
        let selected = text.get(from..to)?;
        let most = units::to_bytes(selected, MAX_EXACT);
        let cut = most < selected.len();
        let exact = match cut {
            true => selected.get(..grapheme::floor(selected, most))?,
            false => selected,
        };
        if exact.is_empty() {
            return None;
        }
        // No context needs more of the text than this.
        let first = grapheme::ceil(text, from.saturating_sub(NEAR));
        let last = (from + exact.len() + NEAR).min(text.len());
        let before = text.get(first.min(from)..from)?;
        let after = text.get(from + exact.len()..grapheme::floor(text, last))?;
        let mut quote = Quote {
            exact: exact.to_owned(),
            cut,
            prefix: String::new(),
            suffix: String::new(),
            hits: count(exact, MAX_HITS),
            unique: false,
        };
        let (mut left, mut right) = (0, 0);
        loop {
            quote.unique = quote.hits == 1 || count(&quote.in_context(), 2) == 1;
            let (wider, further) = (word_before(before, left), word_after(after, right));
            let enough = |context: &str, grows: bool| units::len(context) >= SOME_CONTEXT || !grows;
            let enough =
                enough(&quote.prefix, wider > left) && enough(&quote.suffix, further > right);
            if quote.unique && enough || (wider, further) == (left, right) {
                return Some(quote);
            }
            (left, right) = (wider, further);
            quote.prefix = before.get(before.len() - left..)?.to_owned();
            quote.suffix = after.get(..right)?.to_owned();
        }
    }

    /// A quote from elsewhere, cut to the limits: nothing is known of how often
    /// its words were there. `None` when it is empty.
    pub(crate) fn given(exact: &str, prefix: &str, suffix: &str) -> Option<Self> {
        let head = |text: &str, most| {
            let end = grapheme::floor(text, units::to_bytes(text, most));
            text.get(..end).unwrap_or("").to_owned()
        };
        let kept = head(exact, MAX_EXACT);
        let cut = kept.len() < exact.len();
        let over = units::len(prefix).saturating_sub(MAX_CONTEXT);
        let from = grapheme::ceil(prefix, units::to_bytes(prefix, over));
        let prefix = prefix.get(from..).unwrap_or("");
        let quote = Quote {
            exact: kept,
            cut,
            prefix: prefix.to_owned(),
            // What follows the quote does not follow its beginning.
            suffix: head(if cut { "" } else { suffix }, MAX_CONTEXT),
            hits: 0,
            unique: false,
        };
        (!quote.exact.is_empty()).then_some(quote)
    }

    /// Counts the places of the words, as if the quote were taken now.
    pub(crate) fn count_in(&mut self, index: &TextIndex) {
        self.hits = index.count(&self.exact, MAX_HITS);
        self.unique = self.hits == 1 || index.count(&self.in_context(), 2) == 1;
    }

    /// Whether the quote keeps to the limits.
    pub(super) fn fits(&self) -> bool {
        units::len(&self.exact) <= MAX_EXACT
            && units::len(&self.prefix) <= MAX_CONTEXT
            && units::len(&self.suffix) <= MAX_CONTEXT
    }

    /// The words with their context.
    pub(super) fn in_context(&self) -> String {
        [&*self.prefix, &*self.exact, &*self.suffix].concat()
    }

    /// Whether the words at a byte offset of a text are enough to know the
    /// place by. Short ones come again by chance, for instance in what was
    /// written instead of them: they need a neighbour that is still the same.
    pub(super) fn is_telling(&self, text: &str, at: usize) -> bool {
        if self.exact.len() >= TELLING {
            return true;
        }
        let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
        let after = rest.get(self.exact.len()..).unwrap_or("");
        let units = units::len(&self.prefix).saturating_sub(NEIGHBOUR);
        let left = self.prefix.get(units::to_bytes(&self.prefix, units)..);
        let right = self.suffix.get(..units::to_bytes(&self.suffix, NEIGHBOUR));
        let same = |neighbour: Option<&str>, other: &str, is: fn(&str, &str) -> bool| {
            neighbour.is_some_and(|neighbour| match neighbour {
                "" => other.is_empty(),
                neighbour => is(other, neighbour),
            })
        };
        same(left, before, |text, words| text.ends_with(words))
            || same(right, after, |text, words| text.starts_with(words))
    }

    /// The one place near a range, in UTF-16 code units, that has all the words
    /// and some of the range.
    pub(super) fn find_near(&self, text: &str, start: u32, end: u32) -> Option<(u32, u32)> {
        let len = units::len(&self.exact);
        let from = start.saturating_sub(len);
        let near = units::slice(text, from, end.saturating_add(len));
        let at = only(near, &self.exact).filter(|_| !self.cut)?;
        let at = from + units::from_bytes(near, at);
        (at < end && at + len > start).then_some((at, at + len))
    }
}

/// In how many places `words` are, overlapping ones included; no further than
/// `most`.
pub(super) fn count(text: &str, words: &str, most: u32) -> u32 {
    let mut count = 0;
    let mut from = 0;
    while count < most
        && let Some(at) = position(text, words, from)
    {
        count += 1;
        from = at + 1;
    }
    count
}

/// Where `words` are, if that is in one place only (byte offset).
fn only(text: &str, words: &str) -> Option<usize> {
    match first_two(text, words) {
        [Some(at), None] => Some(at),
        _ => None,
    }
}

/// The first two places of `words` (byte offsets).
pub(super) fn first_two(text: &str, words: &str) -> [Option<usize>; 2] {
    let first = position(text, words, 0);
    [first, first.and_then(|at| position(text, words, at + 1))]
}

/// The first place of `words` at or after a byte offset.
fn position(text: &str, words: &str, mut from: usize) -> Option<usize> {
    while !text.is_char_boundary(from) && from < text.len() {
        from += 1;
    }
    text.get(from..)?.find(words).map(|at| from + at)
}

/// How many bytes at the end of `text` are context, when one word more than
/// `now` bytes are to be.
fn word_before(text: &str, now: usize) -> usize {
    let rest = text.get(..text.len() - now).unwrap_or("");
    let word = rest
        .trim_end()
        .trim_end_matches(|c: char| !c.is_whitespace());
    let limit = units::len(text).saturating_sub(MAX_CONTEXT);
    let most = grapheme::ceil(text, units::to_bytes(text, limit));
    text.len() - grapheme::ceil(text, word.len()).max(most)
}

/// How many bytes at the beginning of `text` are context, likewise.
fn word_after(text: &str, now: usize) -> usize {
    let rest = text.get(now..).unwrap_or("");
    let word = rest.trim_start();
    let word = word.trim_start_matches(|c: char| !c.is_whitespace());
    let most = grapheme::floor(text, units::to_bytes(text, MAX_CONTEXT));
    grapheme::floor(text, text.len() - word.len()).min(most)
}
